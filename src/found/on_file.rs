//! What has become of some rooms, where the records differ from what was known.

use diesel::QueryResult;

use super::rooms::found_room;
use crate::dispatch::RoomOnFile;
use crate::ids::RoomId;
use crate::protocol::{EndReason, Member};
use crate::storage::AnyConnection;
use crate::storage::talk::rooms::{self, OverRoom, Seat};
use crate::storage::talk::tickets::Status;

/// Of these rooms, the consultations: each as it lives, or how it ended. By as many queries, however many they are.
///
/// # Errors
///
/// What the database says.
pub fn rooms_on_file(conn: &mut AnyConnection, ids: &[RoomId]) -> QueryResult<Vec<RoomOnFile>> {
    conn.at_one_moment(|conn| {
        let open = rooms::open_of(conn, ids)?.into_iter().filter_map(|open| found_room(open, Vec::new()));
        let mut all: Vec<RoomOnFile> = open.map(Box::new).map(RoomOnFile::Open).collect();
        let over = rooms::over_of(conn, ids)?;
        let ended: Vec<RoomId> = over.iter().map(|over| over.room).collect();
        let seats = rooms::members_of(conn, &ended)?;
        all.extend(over.into_iter().map(|over| ended_so(over, &seats)));
        Ok(all)
    })
}

/// As its home would have said it.
fn ended_so(over: OverRoom, seats: &[Seat]) -> RoomOnFile {
    let OverRoom { room, reason, status, line } = over;
    let waits = status == Status::Waiting;
    let handed_over = (waits && reason == Some(EndReason::Transferred)).then_some(line);
    let returns = handed_over.is_some() || (waits && reason == Some(EndReason::CounsellorLost));
    let members = seats.iter().filter(|seat| seat.room == room && seat.was_shown).map(|seat| Member {
        member: seat.member,
        role: seat.role,
        name: seat.name.clone(),
        picture: seat.picture.clone(),
        state: seat.state,
    });
    RoomOnFile::Over { room, returns, handed_over, members: members.collect() }
}
