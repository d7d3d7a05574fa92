//! Each write, by the function of the records that puts it on file; what of it is audited is gathered.

use diesel::QueryResult;

use super::write::{Keeper, LogInRow, Write, Written};
use crate::ids::{NodeId, TermId};
use crate::storage::AnyConnection;
use crate::storage::history::audit::{Actor, NewEntry};
use crate::storage::people::{api_tokens, networks, places, sessions};
use crate::storage::talk::events;
use crate::storage::talk::writes::keepers::decided;
use crate::storage::talk::writes::{matches, messages, moves, seats, tickets, wrap_ups};
use crate::time::Wall;

/// Runs one write, on behalf of `by`. What of it belongs in the audit is added to `audited`, to be appended by the
/// caller at the end of the transaction. An error leaves the transaction to be rolled back by the caller.
pub(super) fn apply<'a>(
    conn: &mut AnyConnection,
    by: Keeper,
    write: &'a Write,
    audited: &mut Vec<(&'a Actor, &'a NewEntry, Wall)>,
) -> QueryResult<Written> {
    let decided = match by {
        Keeper::Term(term) => of_term(conn, term, write)?,
        Keeper::Home(home) => of_home(conn, home, write)?,
        Keeper::Anybody => None,
    };
    let answer = match decided {
        Some(answer) => answer,
        None => of_anybody(conn, write)?,
    };
    if answer == Written::Done {
        audited.extend(audit_of(write));
    }
    Ok(answer)
}

/// What a term decides; `None` if it is nothing of the kind.
fn of_term(conn: &mut AnyConnection, term: TermId, write: &Write) -> QueryResult<Option<Written>> {
    let answer = match write {
        Write::OpenTicket(row) => tickets::open(conn, term, row)?,
        Write::RefuseTicket(row, reason) => tickets::refuse(conn, row, *reason)?,
        Write::CloseTicket { ticket, status, reason, at } => {
            decided(conn, term, *ticket, |conn| tickets::close(conn, term, *ticket, *status, *reason, *at))?
        }
        Write::Match(row) => decided(conn, term, row.ticket, |conn| matches::pair(conn, term, row))?,
        Write::MoveTicket(row) => decided(conn, term, row.ticket, |conn| moves::to_line(conn, term, row))?,
        Write::TakeTicket { ticket } => tickets::take(conn, term, *ticket)?,
        Write::Happened { what, at } => {
            events::append(conn, what, *at)?;
            Written::Done
        }
        Write::SetIntent { account, intent, reason, capacity, at } => {
            places::set_intent(conn, *account, *intent, reason.as_deref(), *capacity, *at)?;
            Written::Done
        }
        _ => return Ok(None),
    };
    Ok(Some(answer))
}

/// What the home of a room decides; `None` if it is nothing of the kind.
fn of_home(conn: &mut AnyConnection, home: NodeId, write: &Write) -> QueryResult<Option<Written>> {
    let answer = match write {
        Write::Say(row) => messages::say(conn, home, row)?,
        Write::Sit(row) => seats::sit(conn, home, row)?,
        Write::Show(row) => seats::show(conn, home, row)?,
        Write::Whisper(row) => seats::whisper(conn, home, row)?,
        Write::Seat { room, member, state, at } => seats::state(conn, home, *room, *member, *state, *at)?,
        Write::EndRoom { room, reason, by, note, at, wrap_up } => {
            let end = matches::End { reason: *reason, by: *by, note: note.as_deref(), at: *at };
            matches::end(conn, home, *room, &end, *wrap_up)?
        }
        Write::ReturnTicket { room, at } => matches::give_back(conn, home, *room, *at)?,
        Write::HandOver(row) => moves::hand_over(conn, home, row)?,
        Write::HandOn { room, to, at } => matches::hand_on(conn, home, *room, *to, *at)?,
        _ => return Ok(None),
    };
    Ok(Some(answer))
}

/// What has no keeper: its own conditions are all there is to it.
fn of_anybody(conn: &mut AnyConnection, write: &Write) -> QueryResult<Written> {
    match write {
        Write::Seen { member, seq } => messages::seen(conn, *member, *seq),
        Write::WrapUp { room, counsellor, result_code, memo, at } => {
            wrap_ups::wrap_up(conn, *room, *counsellor, result_code.as_deref(), memo.as_deref(), *at)
        }
        Write::Rate { room, member, score, comment, at } => {
            wrap_ups::rate(conn, *room, *member, *score, comment.as_deref(), *at)
        }
        Write::TouchSessions { sessions } => {
            sessions::touch(conn, sessions)?;
            Ok(Written::Done)
        }
        Write::TouchTokens { tokens } => {
            api_tokens::touch(conn, tokens)?;
            Ok(Written::Done)
        }
        Write::LogIn(row) => log_in(conn, row),
        Write::Audit { .. } => Ok(Written::Done),
        // A decision that does not name the keeper it takes is nobody's to make.
        Write::OpenTicket(_)
        | Write::RefuseTicket(..)
        | Write::CloseTicket { .. }
        | Write::Match(_)
        | Write::TakeTicket { .. }
        | Write::MoveTicket(_)
        | Write::Happened { .. }
        | Write::SetIntent { .. }
        | Write::Say(_)
        | Write::Sit(_)
        | Write::Show(_)
        | Write::Whisper(_)
        | Write::Seat { .. }
        | Write::EndRoom { .. }
        | Write::ReturnTicket { .. }
        | Write::HandOver(_)
        | Write::HandOn { .. } => Ok(Written::Fenced),
    }
}

fn log_in(conn: &mut AnyConnection, row: &LogInRow) -> QueryResult<Written> {
    if !sessions::log_in(conn, &row.session, &row.password_hash, &row.proof, row.at)? {
        return Ok(Written::Stale);
    }
    networks::note(conn, row.session.account, row.network, row.at)?;
    if let Some(older) = row.instead_of {
        sessions::delete(conn, older)?;
    }
    Ok(Written::Done)
}

/// What of a write that was done belongs in the audit.
fn audit_of(write: &Write) -> Option<(&Actor, &NewEntry, Wall)> {
    match write {
        Write::Sit(row) => row.audit.as_ref().map(|(actor, entry)| (actor, entry, row.at)),
        Write::Show(row) => row.audit.as_ref().map(|(actor, entry)| (actor, entry, row.at)),
        Write::MoveTicket(row) => Some((&row.actor, &row.entry, row.at)),
        Write::LogIn(row) => Some((&row.actor, &row.entry, row.at)),
        Write::Audit { actor, entry, at } => Some((actor, entry, *at)),
        _ => None,
    }
}
