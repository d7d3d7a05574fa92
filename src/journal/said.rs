//! Which messages of a group go on file by one statement.

use std::collections::{HashMap, HashSet};

use diesel::QueryResult;
use diesel::pg::PgConnection;

use super::queue::Entry;
use super::write::{Keeper, MessageRow, Write};
use crate::ids::{MemberId, NodeId, RoomId};
use crate::storage::talk::writes::said;

/// What a group says in one room.
#[derive(Default)]
struct Talk<'a> {
    said: Vec<(usize, NodeId, &'a MessageRow)>,
    /// Something else happens to the room, too: that and what is said may only be done in their order.
    is_mixed: bool,
}

impl Talk<'_> {
    /// Whether its numbers follow each other and its client ids differ: else each message needs an answer of its own.
    fn is_plain(&self) -> bool {
        let mut known: HashSet<(MemberId, &str)> = HashSet::new();
        let follow = self.said.windows(2).all(|two| two[0].2.seq + 1 == two[1].2.seq && two[0].1 == two[1].1);
        follow && self.said.iter().all(|(_, _, row)| known.insert((row.from, &row.client_id)))
    }
}

/// Puts on file, by one statement, what is said in rooms to which nothing else happens in this group. The places in the
/// group of what is there now; all else is to be done one by one. A single message is: it takes no statement more.
pub(super) fn together(conn: &mut PgConnection, entries: &[Entry]) -> QueryResult<HashSet<usize>> {
    let mut talks: HashMap<RoomId, Talk<'_>> = HashMap::new();
    for (index, entry) in entries.iter().enumerate() {
        match (&entry.write, entry.by) {
            (Write::Say(row), Keeper::Home(home)) => {
                talks.entry(row.room).or_default().said.push((index, home, row));
            }
            (write, _) => {
                if let Some(room) = room_of(write) {
                    talks.entry(room).or_default().is_mixed = true;
                }
            }
        }
    }
    talks.retain(|_, talk| !talk.is_mixed && talk.is_plain());
    let mut by_home: HashMap<NodeId, Vec<(usize, &MessageRow)>> = HashMap::new();
    for (index, home, row) in talks.into_values().flat_map(|talk| talk.said) {
        by_home.entry(home).or_default().push((index, row));
    }
    let mut stored = HashSet::new();
    for (home, said) in by_home.into_iter().filter(|(_, said)| said.len() > 1) {
        let rows: Vec<&MessageRow> = said.iter().map(|(_, row)| *row).collect();
        let rooms: HashSet<RoomId> = said::say(conn, home, &rows)?.into_iter().collect();
        stored.extend(said.into_iter().filter(|(_, row)| rooms.contains(&row.room)).map(|(index, _)| index));
    }
    Ok(stored)
}

/// The room to which this happens, if that is not only read. What was said must come before or after it.
fn room_of(write: &Write) -> Option<RoomId> {
    match write {
        Write::Say(row) => Some(row.room),
        Write::Sit(row) => Some(row.room),
        Write::Show(row) => Some(row.room),
        Write::Whisper(row) => Some(row.room),
        Write::Match(row) => Some(row.room),
        Write::HandOver(row) => Some(row.room),
        Write::Seat { room, .. }
        | Write::EndRoom { room, .. }
        | Write::ReturnTicket { room, .. }
        | Write::HandOn { room, .. } => Some(*room),
        _ => None,
    }
}
