//! The numbers that were called, read: each match of a ticket calls its number.

use diesel::prelude::*;

use crate::ids::{DeskId, LineId, RoomId};
use crate::storage::AnyConnection;
use crate::storage::centre::lines;
use crate::storage::schema::{consultation, room};
use crate::time::Wall;

/// A match, as its number was called.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct StoredCall {
    /// The room of the match.
    pub room: RoomId,
    /// The ticket's number for people.
    pub number: String,
    /// Of its consultation now.
    pub line: LineId,
    /// The registered desk, if it is one.
    pub desk: Option<DeskId>,
    /// When.
    pub at: Wall,
}

/// The last of them, newest first, `count` at most; none of test data.
pub fn last(conn: &mut AnyConnection, count: u32) -> QueryResult<Vec<StoredCall>> {
    let tests = lines::tests(conn)?;
    room::table
        .inner_join(consultation::table)
        .filter(consultation::ticket_number.is_not_null().and(consultation::line_id.ne_all(tests)))
        .order((room::opened_dttm.desc(), room::room_id.desc()))
        .limit(count.into())
        .select((
            room::room_id,
            consultation::ticket_number.assume_not_null(),
            consultation::line_id,
            consultation::desk_id,
            room::opened_dttm,
        ))
        .load(conn)
}
