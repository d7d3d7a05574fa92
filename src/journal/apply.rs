//! Each write, by the function of the records that puts it on file; what of it is audited is gathered.

use diesel::QueryResult;

use super::write::{Write, Written};
use crate::storage::AnyConnection;
use crate::storage::history::audit::{Actor, NewEntry};
use crate::storage::people::{api_tokens, networks, places, sessions};
use crate::storage::talk::events;
use crate::storage::talk::writes::{matches, messages, moves, seats, tickets, wrap_ups};
use crate::time::Wall;

/// Runs one write. What of it belongs in the audit is added to `audited`, to be appended by the caller
/// at the end of the transaction. An error leaves the transaction to be rolled back by the caller.
pub(super) fn apply<'a>(
    conn: &mut AnyConnection,
    write: &'a Write,
    audited: &mut Vec<(&'a Actor, &'a NewEntry, Wall)>,
) -> QueryResult<Written> {
    match write {
        Write::OpenTicket(row) => tickets::open(conn, row),
        Write::RefuseTicket(row, reason) => tickets::refuse(conn, row, *reason),
        Write::CloseTicket { ticket, status, reason, at } => tickets::close(conn, *ticket, *status, *reason, *at),
        Write::Match(row) => matches::pair(conn, row),
        Write::Say(row) => messages::say(conn, row),
        Write::Sit(row) => {
            if !seats::sit(conn, row)? {
                return Ok(Written::Stale);
            }
            audited.extend(row.audit.as_ref().map(|(actor, entry)| (actor, entry, row.at)));
            Ok(Written::Done)
        }
        Write::Show(row) => {
            if !seats::show(conn, row)? {
                return Ok(Written::Stale);
            }
            audited.extend(row.audit.as_ref().map(|(actor, entry)| (actor, entry, row.at)));
            Ok(Written::Done)
        }
        Write::Whisper(row) => seats::whisper(conn, row),
        Write::Seat { member, state, at } => seats::state(conn, *member, *state, *at),
        Write::Seen { member, seq } => messages::seen(conn, *member, *seq),
        Write::EndRoom { room, reason, by, note, at, wrap_up } => {
            let end = matches::End { reason: *reason, by: *by, note: note.as_deref(), at: *at };
            matches::end(conn, *room, &end, *wrap_up)
        }
        Write::ReturnTicket { room, at } => matches::give_back(conn, *room, *at),
        Write::HandOver(row) => moves::hand_over(conn, row),
        Write::MoveTicket(row) => {
            if !moves::to_line(conn, row)? {
                return Ok(Written::Stale);
            }
            audited.push((&row.actor, &row.entry, row.at));
            Ok(Written::Done)
        }
        Write::WrapUp { room, counsellor, result_code, memo, at } => {
            wrap_ups::wrap_up(conn, *room, *counsellor, result_code.as_deref(), memo.as_deref(), *at)
        }
        Write::Rate { room, member, score, comment, at } => {
            wrap_ups::rate(conn, *room, *member, *score, comment.as_deref(), *at)
        }
        Write::Happened { what, at } => {
            events::append(conn, what, *at)?;
            Ok(Written::Done)
        }
        Write::SetIntent { account, intent, reason, capacity, at } => {
            places::set_intent(conn, *account, *intent, reason.as_deref(), *capacity, *at)?;
            Ok(Written::Done)
        }
        Write::TouchSessions { sessions } => {
            sessions::touch(conn, sessions)?;
            Ok(Written::Done)
        }
        Write::TouchTokens { tokens } => {
            api_tokens::touch(conn, tokens)?;
            Ok(Written::Done)
        }
        Write::LogIn(row) => {
            if !sessions::log_in(conn, &row.session, &row.password_hash, &row.proof, row.at)? {
                return Ok(Written::Stale);
            }
            networks::note(conn, row.session.account, row.network, row.at)?;
            if let Some(older) = row.instead_of {
                sessions::delete(conn, older)?;
            }
            audited.push((&row.actor, &row.entry, row.at));
            Ok(Written::Done)
        }
        Write::Audit { actor, entry, at } => {
            audited.push((actor, entry, *at));
            Ok(Written::Done)
        }
    }
}
