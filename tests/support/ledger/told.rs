//! Every frame anybody heard is true, and was for them.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::time::Instant;

use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::Value;

use super::facts::Facts;
use super::{Holds, Who, must};
use crate::support::database::Room;
use crate::support::socket::Entry;

/// A journal as it was read.
pub type Read = (Who, Vec<(Instant, Entry)>);

/// I2 to I5 as far as what was heard shows them.
pub fn check(pages: &[Read], facts: &Facts) -> Holds {
    let people = People::of(pages);
    for (who, entries) in pages {
        let heard = entries.iter().filter_map(|(_, entry)| heard(entry));
        if let Some(first) = heard.clone().next() {
            must(first["type"] == "welcome", "I4", || format!("{who:?} first heard {first}"))?;
        }
        for frame in heard {
            is_true(who, frame, facts, &people)?;
        }
        in_order(who, entries)?;
    }
    let gone = people.waited.iter().filter(|ticket| !facts.tickets.contains_key(**ticket)).count();
    let counted = usize::try_from(facts.given_up_counted).unwrap_or_default();
    must(gone <= counted, "I4", || format!("{gone} tickets are not on file, and {counted} are counted"))?;
    one_winner(pages, facts)
}

pub fn heard(entry: &Entry) -> Option<&Value> {
    if let Entry::Heard(frame) = entry { Some(frame) } else { None }
}

pub fn text<'a>(frame: &'a Value, field: &str) -> &'a str {
    frame[field].as_str().unwrap_or_default()
}

/// What people did, over all their sockets.
#[derive(Default)]
struct People<'a> {
    /// The requests each desk made, by `client_id`.
    asked: HashMap<&'a Who, HashSet<&'a str>>,
    /// What each said, by `client_id`.
    said: HashMap<(&'a Who, &'a str), &'a str>,
    /// Who gave a request up.
    gave_up: HashSet<&'a Who>,
    /// The tickets somebody was told that they wait with.
    waited: HashSet<&'a str>,
}

impl<'a> People<'a> {
    fn of(pages: &'a [Read]) -> Self {
        let mut people = Self::default();
        for (who, entries) in pages {
            for (_, entry) in entries {
                if let Some(frame) = heard(entry).filter(|frame| frame["type"] == "waiting") {
                    people.waited.insert(text(frame, "ticket"));
                }
                let Entry::Sent(frame) = entry else { continue };
                match text(frame, "type") {
                    "cancel" => {
                        people.gave_up.insert(who);
                    }
                    "request" => {
                        people.asked.entry(who).or_default().insert(text(frame, "client_id"));
                    }
                    "say" => {
                        // With another body it is refused: the first one counts.
                        people.said.entry((who, text(frame, "client_id"))).or_insert(text(frame, "body"));
                    }
                    _ => {}
                }
            }
        }
        people
    }

    fn made(&self, who: &Who, client_id: &str) -> bool {
        self.asked.get(who).is_some_and(|asked| asked.contains(client_id))
    }
}

/// The seat of `who` in the room, if it is theirs.
fn seat<'a>(who: &Who, room: &'a Room, facts: &'a Facts, people: &People<'_>) -> Option<&'a str> {
    match who {
        Who::Desk(_) => {
            let ticket = facts.tickets.get(&room.ticket)?;
            people.made(who, &ticket.client_id).then_some(&room.desk_seat)
        }
        Who::Supervisor(login) => {
            let seats = facts.supervisors.get(&(room.id.clone(), facts.accounts.get(login)?.clone()))?;
            seats.last().map(String::as_str)
        }
        Who::Counsellor(login) => (facts.accounts.get(login)? == &room.account).then_some(&room.counsellor_seat),
    }
}

fn is_true(who: &Who, frame: &Value, facts: &Facts, people: &People<'_>) -> Holds {
    let odd = |why: &str| format!("{who:?} was told {frame}, but {why}");
    if let Some(id) = frame["room"].as_str() {
        let room = facts.rooms.get(id);
        must(room.is_some(), "I5", || odd("there is no such room on file"))?;
        let seat = room.and_then(|room| seat(who, room, facts, people));
        must(seat.is_some(), "I5", || odd("has no seat there"))?;
        if let (Some(room), Some(seat)) = (room, seat) {
            room_frame(who, frame, room, seat, facts, people)?;
        }
    }
    match text(frame, "type") {
        "waiting" => {
            let ticket = facts.tickets.get(text(frame, "ticket"));
            // Of many that are given up at once a count is left.
            let may_be_gone = people.gave_up.contains(who);
            must(ticket.is_some() || may_be_gone, "I4", || odd("there is no such ticket on file"))?;
            let Some(ticket) = ticket else { return Ok(()) };
            must(people.made(who, &ticket.client_id), "I5", || odd("the ticket is somebody else's"))?;
            let same = ticket.number.as_deref() == frame["number"].as_str()
                && same_moment(ticket.requested, text(frame, "requested_at"));
            must(same, "R2", || odd(&format!("on file it is {ticket:?}")))
        }
        "closed" => {
            let Some(ticket) = facts.tickets.get(text(frame, "ticket")) else { return Ok(()) };
            let same = ticket.end_reason.as_deref() == frame["reason"].as_str();
            must(same, "I4", || odd(&format!("on file it is {ticket:?}")))
        }
        _ => Ok(()),
    }
}

fn room_frame(who: &Who, frame: &Value, room: &Room, seat: &str, facts: &Facts, people: &People<'_>) -> Holds {
    let odd = |why: String| format!("{who:?} was told {frame}, but {why}");
    match text(frame, "type") {
        "matched" => {
            let same = frame["ticket"] == *room.ticket && frame["you"] == *seat;
            must(same, "I2", || odd(format!("on file it is {room:?}")))
        }
        "ended" => {
            let same = room.end_reason.as_deref() == frame["reason"].as_str();
            must(same, "I4", || odd(format!("on file it is {room:?}")))
        }
        kind @ ("accepted" | "message") => {
            let said = facts.message(room, frame["seq"].as_u64().unwrap_or_default());
            must(said.is_some(), "I3", || odd("it is not on file".into()))?;
            let Some(said) = said else { return Ok(()) };
            let (from, body) = match kind {
                "message" => (text(frame, "from"), Some(text(frame, "body"))),
                _ => (seat, people.said.get(&(who, said.client_id.as_str())).copied()),
            };
            let same = frame["id"] == *said.id
                && frame["client_id"] == *said.client_id
                && from == facts.speaker(room, said)
                && body == Some(&said.body)
                && same_moment(said.sent, text(frame, "at"));
            must(same, "I3", || odd(format!("on file it is {said:?}")))
        }
        _ => Ok(()),
    }
}

fn same_moment(on_file: NaiveDateTime, told: &str) -> bool {
    told.parse::<DateTime<Utc>>().is_ok_and(|told| told.timestamp_millis() == on_file.and_utc().timestamp_millis())
}

/// I3 on one socket: what is said in a room arrives in order and without a gap.
fn in_order(who: &Who, entries: &[(Instant, Entry)]) -> Holds {
    let mut said_here = HashSet::new();
    let mut asked_again = HashSet::new();
    let mut last = HashMap::<&str, u64>::new();
    let mut seqs = HashMap::<&str, BTreeSet<u64>>::new();
    for (_, entry) in entries {
        let (Entry::Sent(frame) | Entry::Heard(frame)) = entry else { continue };
        let (room, seq) = (text(frame, "room"), frame["seq"].as_u64().unwrap_or_default());
        match (entry, text(frame, "type")) {
            (Entry::Sent(_), "say") => {
                said_here.insert(text(frame, "client_id"));
            }
            (Entry::Sent(_), "replay") => {
                asked_again.insert(room);
            }
            (Entry::Heard(_), "accepted") if said_here.contains(text(frame, "client_id")) => {
                seqs.entry(room).or_default().insert(seq);
            }
            (Entry::Heard(_), "message") => {
                let before = last.insert(room, seq).unwrap_or_default();
                let fine = seq > before || asked_again.contains(room);
                must(fine, "I3", || format!("{who:?} heard {frame} after the message {before}"))?;
                seqs.entry(room).or_default().insert(seq);
            }
            _ => {}
        }
    }
    for (room, seqs) in seqs {
        let whole = seqs.first().zip(seqs.last()).is_none_or(|(low, high)| high - low + 1 == seqs.len() as u64);
        must(whole, "I3", || format!("{who:?} missed something in {room}: {seqs:?}"))?;
    }
    Ok(())
}

/// I2: an offer rings at one counsellor, and only who was rung is matched.
fn one_winner(pages: &[Read], facts: &Facts) -> Holds {
    let mut rung = HashMap::<&str, &Who>::new();
    let mut all: Vec<(&Instant, &Who, &Value)> = pages
        .iter()
        .flat_map(|(who, entries)| entries.iter().filter_map(move |(at, entry)| Some((at, who, heard(entry)?))))
        .collect();
    all.sort_by_key(|(at, ..)| **at);
    let mut outstanding = HashMap::<(&Who, &str), HashSet<&str>>::new();
    let mut ticket_of = HashMap::<&str, &str>::new();
    for (_, who, frame) in all {
        let (offer, ticket) = (text(frame, "offer"), text(frame, "ticket"));
        match text(frame, "type") {
            "offer" => {
                let to = *rung.entry(offer).or_insert(who);
                must(to == who, "I2", || format!("the offer {offer} rang at {to:?} and at {who:?}"))?;
                must(facts.tickets.contains_key(ticket), "I2", || format!("{frame}: no such ticket on file"))?;
                outstanding.entry((who, ticket)).or_default().insert(offer);
                ticket_of.insert(offer, ticket);
            }
            "withdrawn" => {
                let ticket = ticket_of.get(offer).copied().unwrap_or_default();
                outstanding.entry((who, ticket)).or_default().remove(offer);
            }
            "matched" if matches!(who, Who::Counsellor(_)) => {
                let was_rung = outstanding.remove(&(who, ticket)).is_some_and(|offers| !offers.is_empty());
                must(was_rung, "I2", || format!("{who:?} was matched without an offer: {frame}"))?;
            }
            _ => {}
        }
    }
    Ok(())
}
