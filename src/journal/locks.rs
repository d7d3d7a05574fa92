//! One order of locks for a group on PostgreSQL, where others may write besides this journal; and the guard, by
//! which nothing of a term is written once another holds the lease.
//!
//! A group is one transaction over up to a thousand writes. Two of them that take the same rows in two
//! orders wait for each other until PostgreSQL ends one, a second later. So a group begins by taking all
//! it will change: the accounts, then the consultations, each in the order of their ids. Before them
//! comes the lease, if a term decides anything: whoever takes it waits for this group's commit, and whatever
//! follows finds the term gone. A matchmaker that was paused would else write after its successor has read all.

use diesel::pg::PgConnection;
use diesel::sql_types::{Array, BigInt, Nullable, Text};
use diesel::{QueryResult, QueryableByName, RunQueryDsl, sql_query};

use super::queue::Entry;
use super::write::{Keeper, Write};
use crate::ids::{AccountId, RoomId, TermId, TicketId};
use crate::storage::engine::prepared::Prepared;

/// What one names the consultation and the counsellor of a room by is the room: what is on file says who
/// they are. `NO KEY`, as a seat or an event that refers to such a row holds its key, and need not wait.
/// The conditions that count have each step run to its end before the next begins: `L`, the guard, then `A`, then
/// `C`. Of several terms at most one holds the lease.
const TAKE: &str = "
WITH L AS (SELECT TERM_ID FROM LEASE WHERE LEASE_NAME = 'MATCHMAKER' AND TERM_ID = ANY($4) FOR KEY SHARE),
     T AS (SELECT CONSULTATION_ID FROM ROOM WHERE ROOM_ID = ANY($1) UNION SELECT UNNEST($2)),
     P AS (SELECT COUNSELLOR_ID FROM CONSULTATION WHERE CONSULTATION_ID IN (SELECT CONSULTATION_ID FROM T)
           UNION SELECT UNNEST($3)),
     A AS (SELECT ACCOUNT_ID FROM ACCOUNT
            WHERE (SELECT COUNT(*) FROM L) >= 0 AND ACCOUNT_ID IN (SELECT COUNSELLOR_ID FROM P)
            ORDER BY ACCOUNT_ID FOR NO KEY UPDATE),
     C AS (SELECT CONSULTATION_ID FROM CONSULTATION
            WHERE (SELECT COUNT(*) FROM A) >= 0 AND CONSULTATION_ID IN (SELECT CONSULTATION_ID FROM T)
            ORDER BY CONSULTATION_ID FOR NO KEY UPDATE)
SELECT (SELECT TERM_ID FROM L) AS TERM, COUNT(*) AS TAKEN FROM C";

/// What a group changes that others may change, too.
#[derive(Default)]
struct Touched {
    accounts: Vec<AccountId>,
    tickets: Vec<TicketId>,
    rooms: Vec<RoomId>,
    terms: Vec<TermId>,
}

/// What keeps out writes of a term that is over.
pub(super) enum Guard {
    /// Nothing has to.
    None,
    /// Of the terms that decide something in this group, the one that holds the lease until it is committed.
    Lease(Option<TermId>),
}

impl Guard {
    /// Whether what they decide is not to be written.
    pub(super) fn stops(&self, by: Keeper) -> bool {
        matches!((self, by), (Self::Lease(holds), Keeper::Term(term)) if *holds != Some(term))
    }
}

#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = Nullable<Text>)]
    term: Option<TermId>,
    #[diesel(sql_type = BigInt)]
    #[expect(dead_code, reason = "that it was counted is what matters")]
    taken: i64,
}

/// Takes the rows; one statement, and none for a group that touches nothing of the kind, as most messages.
pub(super) fn take(conn: &mut PgConnection, entries: &[Entry]) -> QueryResult<Guard> {
    let mut touched = Touched::default();
    entries.iter().for_each(|entry| touched.add(entry.by, &entry.write));
    let Touched { accounts, tickets, rooms, terms } = touched;
    if accounts.is_empty() && tickets.is_empty() && rooms.is_empty() && terms.is_empty() {
        return Ok(Guard::None);
    }
    struct Here;
    let statement = sql_query(TAKE)
        .bind::<Array<Text>, _>(texts(&rooms))
        .bind::<Array<Text>, _>(texts(&tickets))
        .bind::<Array<Text>, _>(texts(&accounts))
        .bind::<Array<Text>, _>(texts(&terms));
    let taken: Taken = Prepared::<_, Here>::new(statement).get_result(conn)?;
    Ok(Guard::Lease(taken.term))
}

impl Touched {
    fn add(&mut self, by: Keeper, write: &Write) {
        if let Keeper::Term(term) = by
            && !self.terms.contains(&term)
        {
            self.terms.push(term);
        }
        match write {
            Write::CloseTicket { ticket, .. } | Write::TakeTicket { ticket } => self.tickets.push(*ticket),
            Write::MoveTicket(row) => self.tickets.push(row.ticket),
            Write::Happened { what, .. } => self.tickets.push(what.ticket),
            Write::Match(row) => {
                self.accounts.push(row.counsellor);
                self.tickets.push(row.ticket);
            }
            Write::EndRoom { room, .. } | Write::ReturnTicket { room, .. } | Write::Rate { room, .. } => {
                self.rooms.push(*room);
            }
            Write::HandOver(row) => self.rooms.push(row.room),
            Write::WrapUp { room, counsellor, .. } => {
                self.accounts.push(*counsellor);
                self.rooms.push(*room);
            }
            Write::SetIntent { account, .. } => self.accounts.push(*account),
            Write::LogIn(row) => self.accounts.push(row.session.account),
            // Rows that are new, or of one room or seat, which its keeper's journal alone writes; and those that
            // are taken in one order where they are written.
            Write::OpenTicket(_)
            | Write::RefuseTicket(..)
            | Write::Say(_)
            | Write::Sit(_)
            | Write::Show(_)
            | Write::Whisper(_)
            | Write::Seat { .. }
            | Write::Seen { .. }
            | Write::HandOn { .. }
            | Write::TouchSessions { .. }
            | Write::TouchTokens { .. }
            | Write::Audit { .. } => {}
        }
    }
}

fn texts<T: ToString>(ids: &[T]) -> Vec<String> {
    ids.iter().map(ToString::to_string).collect()
}
