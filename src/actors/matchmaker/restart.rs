//! What is found on file at start, and how it lives again: waiting tickets at their old places,
//! open rooms with everybody away, wrap-ups with their time.

use std::collections::HashMap;

use actix::prelude::*;
use diesel::QueryResult;
use log::info;

use super::rooms::Opening;
use super::staff::Profile;
use super::visits::Visit;
use super::{Matchmaker, Proposal};
use crate::actors::{FoundGroup, OfficeNamed};
use crate::ids::{AccountId, LineId, TicketId};
use crate::journal::TicketRow;
use crate::matching::{Input, NewTicket};
use crate::protocol::{Role, SeatState, Whisperer};
use crate::room::{NewSeat, RECENT_MAX, Said, Whispered};
use crate::storage::AnyConnection;
use crate::storage::accounts::{self, Account};
use crate::storage::codes::{self, Code};
use crate::storage::consultations::{self, PendingWrapUp};
use crate::storage::groups;
use crate::storage::lines::{self, Line};
use crate::storage::messages::{self, StoredMessage};
use crate::storage::office;
use crate::storage::places;
use crate::storage::rooms::{self, OpenRoom, Room, Seat};
use crate::storage::tickets::{self, Ticket};
use crate::storage::whispers::StoredWhisper;
use crate::time::{Mono, Wall};

/// Everything a start needs from the database.
pub struct Found {
    pub(super) lines: Vec<Line>,
    office_name: Option<String>,
    results: Vec<Code>,
    staff: Vec<(Account, Vec<(LineId, u8)>)>,
    waiting: Vec<Ticket>,
    /// When the last room of those that talked before was closed.
    closed: HashMap<TicketId, Wall>,
    rooms: Vec<(OpenRoom, Vec<Said>)>,
    wrap_ups: Vec<PendingWrapUp>,
    /// For the registry of group rooms.
    pub(crate) groups: Vec<FoundGroup>,
}

impl Found {
    /// Reads it. Also sets every counsellor's taken places right: a crash between two nodes'
    /// writes cannot leave them wrong, but a restored backup can.
    pub fn read(conn: &mut AnyConnection, at: Wall) -> QueryResult<Self> {
        places::repair_rooms_open(conn, at)?;
        rooms::forget_watchers(conn, at)?;
        let mut staff = Vec::new();
        // Who is test data is known while they rehearse, and at no other time.
        for account in accounts::counsellors(conn)?.into_iter().filter(|account| !account.test) {
            let served = accounts::lines_of(conn, account.id)?;
            staff.push((account, served));
        }
        let mut open = Vec::new();
        for room in rooms::open(conn)? {
            let recent = said_lately(conn, &room.room)?;
            open.push((room, recent));
        }
        let mut groups = Vec::new();
        for group in groups::open(conn)? {
            let recent = said_lately(conn, &group.group.room)?;
            groups.push(FoundGroup::new(group, recent));
        }
        Ok(Self {
            lines: lines::every(conn)?,
            office_name: office::name(conn)?,
            results: codes::every(conn, Some(codes::RESULT))?,
            staff,
            waiting: tickets::waiting(conn)?,
            closed: rooms::closed_of_waiting(conn)?,
            rooms: open,
            wrap_ups: consultations::wrap_ups(conn)?,
            groups,
        })
    }
}

/// What an actor of this room keeps in memory.
fn said_lately(conn: &mut AnyConnection, room: &Room) -> QueryResult<Vec<Said>> {
    let after = room.last_seq.saturating_sub(u32::try_from(RECENT_MAX).unwrap_or(u32::MAX));
    let recent = messages::room_history(conn, room.id, after, room.last_seq, u32::MAX)?;
    Ok(recent.into_iter().map(Said::from).collect())
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

/// The seat of a supervisor whom the others saw: held for who had joined, known by name for who left.
fn supervisor(seat: &Seat) -> Option<(AccountId, NewSeat)> {
    let account = seat.account.filter(|_| seat.role == Role::Manager && seat.was_shown)?;
    let held = !seat.watching && seat.state != SeatState::Left;
    let new = NewSeat {
        member: seat.member,
        role: seat.role,
        name: seat.name.clone(),
        picture: seat.picture.clone(),
        seen: seat.last_seen_seq,
        state: if held { SeatState::Away } else { SeatState::Left },
        watching: false,
    };
    Some((account, new))
}

impl Matchmaker {
    /// Takes up everything that was found on file.
    pub(super) fn take_up(&mut self, found: Found, ctx: &mut Context<Self>) {
        let Found { lines, office_name, results, staff, waiting, closed, rooms, wrap_ups, groups: _ } = found;
        info!(waiting = waiting.len(), rooms = rooms.len(), wrap_ups = wrap_ups.len(); "taken up from the records");
        self.post_lines(&lines.iter().map(|line| line.id).collect(), ctx);
        self.app.office.do_send(OfficeNamed(office_name));
        self.take_codes(results);
        for (account, lines) in staff {
            let Account { id, name, picture, capacity, intent, intent_reason: reason, version, test, .. } = account;
            self.know(Profile { account: id, name, picture, lines, capacity, intent, reason, version, test }, ctx);
        }
        for ticket in waiting {
            let waits_since = closed.get(&ticket.ticket).copied().unwrap_or(ticket.requested_at);
            self.take_up_ticket(ticket, waits_since, ctx);
        }
        for (room, recent) in rooms {
            self.take_up_room(room, recent, ctx);
        }
        for wrap_up in wrap_ups {
            self.take_up_wrap_up(&wrap_up, ctx);
        }
    }

    fn take_up_ticket(&mut self, ticket: Ticket, waits_since: Wall, ctx: &mut Context<Self>) {
        let now = self.app.clock.now();
        let waited_us = u64::try_from(now.wall.0 - waits_since.0).unwrap_or(0);
        let (id, line, requested_at, priority) = (ticket.ticket, ticket.line, ticket.requested_at, ticket.priority);
        let visit = self.visit_on_file(ticket);
        self.visits.insert(id, visit);
        let since = Mono(now.mono.0.saturating_sub(waited_us));
        let new = NewTicket { ticket: id, line, requested_at, since, priority, asker: None };
        self.step(Input::Restore { ticket: new, here: false }, ctx);
        self.show_ticket(id);
    }

    fn take_up_room(&mut self, open: OpenRoom, recent: Vec<Said>, ctx: &mut Context<Self>) {
        let OpenRoom { room, ticket, counsellor, seats, whispers } = open;
        let seat = |role| seats.iter().find(|seat| seat.role == role);
        let (Some(desk), Some(theirs)) = (seat(Role::Desk), seat(Role::Counsellor)) else { return };
        let line = ticket.line;
        let opening = Opening {
            ids: Proposal {
                ticket: ticket.ticket,
                counsellor,
                room: room.id,
                desk_seat: desk.member,
                counsellor_seat: theirs.member,
            },
            counsellor_name: theirs.name.clone(),
            counsellor_picture: theirs.picture.clone(),
            last_seq: room.last_seq,
            recent,
            seen: [desk.last_seen_seq, theirs.last_seen_seq],
            supervisors: seats.iter().filter_map(supervisor).collect(),
            whispers: whispers.into_iter().map(Whispered::from).collect(),
            opened_at: room.opened_at,
            waited_us: u64::try_from(room.opened_at.0 - ticket.requested_at.0).unwrap_or(0),
            visit: self.visit_on_file(ticket),
        };
        self.open_room(opening);
        self.step(Input::Occupied { counsellor, line }, ctx);
    }

    fn take_up_wrap_up(&mut self, pending: &PendingWrapUp, ctx: &mut Context<Self>) {
        let PendingWrapUp { room, line, counsellor, .. } = *pending;
        self.step(Input::Occupied { counsellor, line }, ctx);
        self.begin_wrap_up(counsellor, room, line, ctx);
    }

    /// The visit of a ticket on file, with nobody at its socket yet.
    fn visit_on_file(&mut self, found: Ticket) -> Visit {
        let Ticket { ticket, line, topic, language, desk, session, client_id, number, nickname, note, .. } = found;
        let (priority, requested_at) = (found.priority, found.requested_at);
        if let Some(key) = tickets::request_key(desk, &client_id) {
            self.by_key.insert(key, ticket);
        }
        let day = self.lines.day(requested_at);
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
            predicted_s: None,
        };
        let token = self.app.tokens.sign(&Self::claims(&row));
        Visit::new(row, topic, number.unwrap_or_default(), token)
    }
}
