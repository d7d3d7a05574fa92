//! What is found on file: at a start, by a new term, and of rooms that are taken over.
//!
//! - `rooms`: an open room, as it lives again; `taken`: rooms of a node that is gone, taken and read
//! - `on_file`: what has become of some rooms
//! - `calls`: the last called numbers
//! - `known`: how what is read is known to the dispatch

mod calls;
mod known;
mod on_file;
mod rooms;
mod taken;

use diesel::QueryResult;

use crate::dispatch::{self, FoundRoom, FoundTicket, FoundWrapUp, NewTerm, Profile};
use crate::ids::{RoomId, TermId};
use crate::room::{RECENT_MAX, Said};
use crate::storage::AnyConnection;
use crate::storage::centre::codes;
use crate::storage::centre::lines;
use crate::storage::centre::organisation;
use crate::storage::history::consultations;
use crate::storage::people::accounts;
use crate::storage::people::places;
use crate::storage::talk::rooms::{self as stored, Room};
use crate::storage::talk::{alone, groups, keepers, messages, tickets};
use crate::time::Wall;

pub use calls::last_calls;
pub(crate) use known::results;
pub use on_file::rooms_on_file;
pub use rooms::FoundGroup;
pub use taken::{AskedRooms, TakenRooms, take_over};

/// Everything that whoever matches needs from the database, and a start besides.
pub struct NodeRecords {
    /// What the dispatch takes up.
    pub dispatch: dispatch::StartRecords,
    /// The office's name, if it has one.
    pub office_name: Option<String>,
    /// In which this node matches.
    pub term: TermId,
    /// For the registry of group rooms: those that this node takes up.
    pub groups: Vec<FoundGroup>,
}

impl NodeRecords {
    /// Reads it for a node alone, for this term, which keeps what waits (`alone::begin`); every open room is this
    /// node's. Also sets every counsellor's taken places right: a crash between two nodes' writes cannot leave them
    /// wrong, but a restored backup can.
    ///
    /// # Errors
    ///
    /// What the database says.
    pub fn read(conn: &mut AnyConnection, term: TermId, at: Wall) -> QueryResult<Self> {
        places::repair_rooms_open(conn, at)?;
        let all: Vec<RoomId> = keepers::kept_rooms(conn)?.into_iter().map(|kept| kept.room).collect();
        stored::forget_watchers(conn, &all, at)?;
        let mut open = Vec::new();
        for room in stored::open(conn)? {
            let recent = said_lately(conn, &room.room)?;
            // Whoever had it before, it is opened here.
            open.extend(rooms::found_room(room, recent).map(|found| FoundRoom { home: None, ..found }));
        }
        let mut taken = Vec::new();
        for group in groups::open(conn)? {
            let recent = said_lately(conn, &group.group.room)?;
            taken.push(FoundGroup::new(group, recent));
        }
        let dispatch = dispatch::StartRecords { rooms: open, ..start_records(conn)? };
        Ok(Self { dispatch, office_name: organisation::name(conn)?, term, groups: taken })
    }

    /// Reads it for a term that begins while nodes live: takes what waits, sets taken places right, and then reads
    /// everything as it is at one moment. `None` if another has the lease by now. What lives at a node stays there:
    /// each room with its keeper on file as its home, no group room, and nothing of what was said, as nobody here
    /// passes it on.
    ///
    /// # Errors
    ///
    /// What the database says. Read again: what was taken stays the term's.
    pub fn read_for_term(conn: &mut AnyConnection, term: TermId, new: NewTerm, at: Wall) -> QueryResult<Option<Self>> {
        places::repair_rooms_open(conn, at)?;
        if let AnyConnection::Postgres(conn) = conn {
            keepers::take_tickets(conn, term)?;
        }
        conn.at_one_moment(|conn| {
            if alone::term(conn)? != Some(term) {
                return Ok(None);
            }
            let open = stored::open(conn)?.into_iter().filter_map(|room| rooms::found_room(room, Vec::new())).collect();
            let dispatch = dispatch::StartRecords { rooms: open, new_term: Some(new), ..start_records(conn)? };
            Ok(Some(Self { dispatch, office_name: organisation::name(conn)?, term, groups: Vec::new() }))
        })
    }
}

/// All but the rooms.
fn start_records(conn: &mut AnyConnection) -> QueryResult<dispatch::StartRecords> {
    Ok(dispatch::StartRecords {
        lines: lines::every(conn)?.into_iter().map(dispatch::Line::from).collect(),
        results: results(codes::every(conn, Some(codes::RESULT))?),
        staff: staff(conn)?,
        waiting: waiting(conn)?,
        rooms: Vec::new(),
        wrap_ups: consultations::wrap_ups(conn)?.into_iter().map(FoundWrapUp::from).collect(),
        new_term: None,
    })
}

fn staff(conn: &mut AnyConnection) -> QueryResult<Vec<Profile>> {
    let mut staff = Vec::new();
    // Who is test data is known while they rehearse, and at no other time.
    for account in accounts::counsellors(conn)?.into_iter().filter(|account| !account.test) {
        let served = accounts::lines_of(conn, account.id)?;
        staff.push(account.profile(served));
    }
    Ok(staff)
}

/// Everybody who waits, with since when.
fn waiting(conn: &mut AnyConnection) -> QueryResult<Vec<(FoundTicket, Wall)>> {
    let closed = stored::closed_of_waiting(conn)?;
    let waiting = tickets::waiting(conn)?.into_iter().map(|ticket| {
        let waits_since = closed.get(&ticket.ticket).copied().unwrap_or(ticket.requested_at);
        (FoundTicket::from(ticket), waits_since)
    });
    Ok(waiting.collect())
}

/// What an actor of this room keeps in memory.
fn said_lately(conn: &mut AnyConnection, room: &Room) -> QueryResult<Vec<Said>> {
    let after = room.last_seq.saturating_sub(u32::try_from(RECENT_MAX).unwrap_or(u32::MAX));
    let recent = messages::room_history(conn, room.id, after, room.last_seq, u32::MAX)?;
    Ok(recent.into_iter().map(Said::from).collect())
}
