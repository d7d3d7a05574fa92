//! What is found on file at start, and how what is read from the records is known to the dispatch.

use diesel::QueryResult;

use crate::actors::groups::FoundGroup;
use crate::dispatch::{self, FoundRoom, FoundTicket, FoundWrapUp, Past, ResultCode, TicketRow};
use crate::ids::{AccountId, TermId};
use crate::matching::LineRules;
use crate::protocol::{ClosedReason, EndReason, Role, SeatState, Whisperer};
use crate::room::{NewSeat, RECENT_MAX, Said, Whispered};
use crate::storage::AnyConnection;
use crate::storage::centre::codes::{self, Code};
use crate::storage::centre::lines::{self, Line};
use crate::storage::centre::organisation;
use crate::storage::history::consultations::{self, PendingWrapUp};
use crate::storage::people::accounts;
use crate::storage::people::places;
use crate::storage::talk::groups;
use crate::storage::talk::messages::{self, StoredMessage};
use crate::storage::talk::rooms::{self, OpenRoom, Room, Seat};
use crate::storage::talk::tickets::{self, Status, Ticket};
use crate::storage::talk::whispers::StoredWhisper;
use crate::time::Wall;

/// Everything a start needs from the database.
pub struct NodeRecords {
    pub(super) dispatch: dispatch::StartRecords,
    pub(super) office_name: Option<String>,
    /// In which this node matches.
    pub(super) term: TermId,
    /// For the registry of group rooms.
    pub(in crate::actors) groups: Vec<FoundGroup>,
}

impl NodeRecords {
    /// Reads it, for this term, which keeps what waits (`alone::begin`). Also sets every counsellor's taken places
    /// right: a crash between two nodes' writes cannot leave them wrong, but a restored backup can.
    pub fn read(conn: &mut AnyConnection, term: TermId, at: Wall) -> QueryResult<Self> {
        places::repair_rooms_open(conn, at)?;
        rooms::forget_watchers(conn, at)?;
        Self::found(conn, term)
    }

    /// Reads it, as it is on file.
    pub(super) fn found(conn: &mut AnyConnection, term: TermId) -> QueryResult<Self> {
        let mut staff = Vec::new();
        // Who is test data is known while they rehearse, and at no other time.
        for account in accounts::counsellors(conn)?.into_iter().filter(|account| !account.test) {
            let served = accounts::lines_of(conn, account.id)?;
            staff.push(account.profile(served));
        }
        let mut open = Vec::new();
        for room in rooms::open(conn)? {
            let recent = said_lately(conn, &room.room)?;
            open.extend(open_room(room, recent));
        }
        let mut groups = Vec::new();
        for group in groups::open(conn)? {
            let recent = said_lately(conn, &group.group.room)?;
            groups.push(FoundGroup::new(group, recent));
        }
        let closed = rooms::closed_of_waiting(conn)?;
        let waiting = tickets::waiting(conn)?.into_iter().map(|ticket| {
            let waits_since = closed.get(&ticket.ticket).copied().unwrap_or(ticket.requested_at);
            (FoundTicket::from(ticket), waits_since)
        });
        let found = dispatch::StartRecords {
            lines: lines::every(conn)?.into_iter().map(dispatch::Line::from).collect(),
            results: results(codes::every(conn, Some(codes::RESULT))?),
            staff,
            waiting: waiting.collect(),
            rooms: open,
            wrap_ups: consultations::wrap_ups(conn)?.into_iter().map(FoundWrapUp::from).collect(),
            new_term: None,
        };
        Ok(Self { dispatch: found, office_name: organisation::name(conn)?, term, groups })
    }
}

/// What an actor of this room keeps in memory.
fn said_lately(conn: &mut AnyConnection, room: &Room) -> QueryResult<Vec<Said>> {
    let after = room.last_seq.saturating_sub(u32::try_from(RECENT_MAX).unwrap_or(u32::MAX));
    let recent = messages::room_history(conn, room.id, after, room.last_seq, u32::MAX)?;
    Ok(recent.into_iter().map(Said::from).collect())
}

fn open_room(open: OpenRoom, recent: Vec<Said>) -> Option<FoundRoom> {
    let OpenRoom { room, ticket, counsellor, seats, whispers } = open;
    let seat = |role| seats.iter().find(|seat| seat.role == role).map(away);
    Some(FoundRoom {
        room: room.id,
        home: None,
        seats: [seat(Role::Desk)?, seat(Role::Counsellor)?],
        ticket: ticket.into(),
        counsellor,
        supervisors: seats.iter().filter_map(supervisor).collect(),
        last_seq: room.last_seq,
        recent,
        whispers: whispers.into_iter().map(Whispered::from).collect(),
        opened_at: room.opened_at,
    })
}

/// A seat that waits for whoever has it.
fn away(seat: &Seat) -> NewSeat {
    NewSeat {
        member: seat.member,
        role: seat.role,
        name: seat.name.clone(),
        picture: seat.picture.clone(),
        seen: seat.last_seen_seq,
        state: SeatState::Away,
        watching: false,
    }
}

/// The seat of a supervisor whom the others saw: held for who had joined, known by name for who left.
fn supervisor(seat: &Seat) -> Option<(AccountId, NewSeat)> {
    let account = seat.account.filter(|_| seat.role == Role::Manager && seat.was_shown)?;
    let held = !seat.watching && seat.state != SeatState::Left;
    let state = if held { SeatState::Away } else { SeatState::Left };
    Some((account, NewSeat { state, ..away(seat) }))
}

pub(super) fn results(codes: Vec<Code>) -> Vec<ResultCode> {
    let results = codes.into_iter().filter(|code| code.group == codes::RESULT);
    results
        .map(|Code { code, in_use, deleted, version, .. }| ResultCode { code, in_use: in_use && !deleted, version })
        .collect()
}

impl From<StoredMessage> for Said {
    fn from(stored: StoredMessage) -> Self {
        let StoredMessage { id, seq, from, client_id, kind, body, at, .. } = stored;
        Self { seq, id, from, client_id, kind, body, at }
    }
}

impl From<StoredWhisper> for Whispered {
    fn from(stored: StoredWhisper) -> Self {
        let StoredWhisper { id, from, client_id, body, at, role, name, .. } = stored;
        Self { id, from, whisperer: Whisperer { name, role }, client_id, body, at }
    }
}

impl From<Ticket> for FoundTicket {
    fn from(found: Ticket) -> Self {
        let Ticket { ticket, line, topic, language, desk, session, client_id, number, nickname, note, .. } = found;
        let (priority, requested_at) = (found.priority, found.requested_at);
        let (day, predicted_s) = (0, None);
        let row = TicketRow {
            ticket,
            line,
            desk,
            session,
            client_id,
            language,
            nickname,
            note,
            priority,
            requested_at,
            day,
            predicted_s,
        };
        Self { row, topic, number: number.unwrap_or_default() }
    }
}

impl From<PendingWrapUp> for FoundWrapUp {
    fn from(PendingWrapUp { room, line, counsellor, .. }: PendingWrapUp) -> Self {
        Self { room, line, counsellor }
    }
}

impl From<Line> for dispatch::Line {
    fn from(line: Line) -> Self {
        let rules = LineRules {
            accept_s: line.accept_s,
            wait_s_max: line.wait_s_max,
            waiting_max: line.waiting_max,
            grace_s: line.grace_s,
            misses_max: line.misses_max,
            widen_s: line.widen_s,
            retry_s: line.retry_s,
            unstaffed_s: line.unstaffed_s,
        };
        let Line { id, topic, language, name, name_en, hours, wrap_up_s, line_order, .. } = line;
        let Line { in_use, deleted, version, test, .. } = line;
        Self { id, topic, language, name, name_en, hours, rules, wrap_up_s, line_order, in_use, deleted, version, test }
    }
}

impl From<tickets::Visit> for Past {
    fn from(visit: tickets::Visit) -> Self {
        let Some(reason) = visit.end_reason.as_deref() else { return Self::Untold };
        let without_room =
            matches!(visit.status, Status::Cancelled | Status::Abandoned | Status::Expired | Status::Refused);
        if let Some(reason) = ClosedReason::from_code(reason).filter(|_| without_room) {
            return Self::Closed(reason);
        }
        match (visit.room, EndReason::from_code(reason)) {
            (Some(last), Some(reason)) => {
                Self::Ended { room: last.room, reason, closed_at: last.closed_at, desk: last.desk }
            }
            _ => Self::Untold,
        }
    }
}
