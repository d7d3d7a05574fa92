//! Whoever is still here has heard all of it (I3), and knows how they stand (I4).

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use super::facts::Facts;
use super::told::{Read, heard, text};
use super::{Holds, Who, must};
use crate::support::socket::Entry;

pub fn check(pages: &[Read], facts: &Facts) -> Holds {
    let mut newest = HashMap::<&Who, &Read>::new();
    for page in pages {
        newest.insert(&page.0, page);
    }
    for (who, entries) in newest.into_values() {
        if entries.iter().any(|(_, entry)| matches!(entry, Entry::Ended(_) | Entry::LetGo)) {
            continue;
        }
        let heard: Vec<&Value> = entries.iter().filter_map(|(_, entry)| heard(entry)).collect();
        if matches!(who, Who::Desk(_)) {
            knows_the_truth(who, &heard, facts)?;
        }
        has_heard_all(who, &heard, facts)?;
    }
    Ok(())
}

/// I4: the last thing a desk was told of its ticket is what is on file.
fn knows_the_truth(who: &Who, heard: &[&Value], facts: &Facts) -> Holds {
    let truths = heard.iter().filter(|f| matches!(text(f, "type"), "waiting" | "matched" | "ended" | "closed"));
    let Some(last) = truths.clone().next_back() else { return Ok(()) };
    // `ended` names the room alone.
    let id = truths.clone().rev().find_map(|frame| frame["ticket"].as_str());
    let by_room = facts.rooms.get(text(last, "room")).map(|room| room.ticket.as_str());
    let Some(ticket) = by_room.or(id).and_then(|id| facts.tickets.get(id)) else { return Ok(()) };
    let expected = match ticket.status.as_str() {
        "WAITING" => "waiting",
        "TALKING" => "matched",
        "WRAP_UP" | "DONE" => "ended",
        _ => "closed",
    };
    let same_room =
        expected != "matched" || facts.rooms.get(text(last, "room")).is_some_and(|room| room.status == "OPEN");
    must(last["type"] == *expected && same_room, "I4", || {
        format!("{who:?} was last told {last}, but on file it is {ticket:?}")
    })
}

/// I3: everything said in a room since this socket sat down in it has arrived.
fn has_heard_all(who: &Who, frames: &[&Value], facts: &Facts) -> Holds {
    let mut since = HashMap::<&str, u64>::new();
    let mut seqs = HashMap::<&str, BTreeSet<u64>>::new();
    for &frame in frames {
        let seq = |frame: &Value, field: &str| frame[field].as_u64().unwrap_or_default();
        match text(frame, "type") {
            "matched" | "seated" => {
                since.entry(text(frame, "room")).or_insert(seq(frame, "last_seq"));
            }
            "state" => {
                for room in frame["rooms"].as_array().into_iter().flatten() {
                    since.entry(text(room, "room")).or_insert(seq(room, "last_seq"));
                }
            }
            "message" | "accepted" => {
                seqs.entry(text(frame, "room")).or_default().insert(seq(frame, "seq"));
            }
            _ => {}
        }
    }
    for (room, since) in since {
        let all = facts.messages.get(room).into_iter().flat_map(|messages| messages.keys());
        let has = |seq: &u64| seqs.get(room).is_some_and(|seqs| seqs.contains(seq));
        let missed: Vec<_> = all.filter(|seq| **seq > since && !has(seq)).collect();
        must(missed.is_empty(), "I3", || format!("{who:?} sits in {room} and has not heard {missed:?}"))?;
    }
    Ok(())
}
