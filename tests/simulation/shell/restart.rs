//! What is found on file at start.

use anteroom::dispatch::{
    Dispatch, FoundRoom, FoundTicket, FoundWrapUp, Limits, Line, NewTerm, Profile, ResultCode, Settings, StartRecords,
};
use anteroom::ids::{AccountId, RoomId};
use anteroom::protocol::{Intent, Role, SeatState};
use anteroom::room::{NewSeat, RECENT_MAX, Said};
use anteroom::time::Wall;

use super::front::Front;
use super::neighbours::Joined;
use super::{Around, Node};
use crate::hub::{Actor, Hub};
use crate::mail::Mail;
use crate::plan::{Broken, LinePlan};
use crate::records::{Status, TicketFile};

/// Most messages from one seat in ten seconds.
pub const MESSAGES_MAX: u32 = 60;

impl Node {
    /// No process.
    pub fn down(hub: &Hub) -> Self {
        let dispatch = new_dispatch(hub);
        let (actors, sockets, declined) = Default::default();
        let (is_up, matches, joined, front) = (false, hub.is_alone(), None, Front::new(hub.term()));
        Self { is_up, matches, dispatch, joined, front, actors, sockets, timer: None, declined }
    }

    /// A new process, that takes up everything found on file.
    pub fn start(hub: &mut Hub) -> Self {
        let mut node = Self { is_up: true, ..Self::down(hub) };
        if !hub.is_alone() {
            node.joined = Some(Joined::new(hub));
            return node;
        }
        hub.store.on_file.begin(hub.node(), hub.term_id());
        node.take_up(found(hub), hub);
        node
    }

    /// The term is over, and a new one begins: what the dispatch knew is forgotten, sockets and rooms live.
    pub fn begin_term(&mut self, hub: &mut Hub) {
        hub.next_term();
        hub.store.on_file.take_lease(hub.node(), hub.term_id());
        hub.send(Actor::Front, Mail::NewTerm);
        let new = NewTerm { epoch: hub.term(), nodes: vec![hub.node()] };
        self.take_up(StartRecords { new_term: Some(new), ..found(hub) }, hub);
    }

    /// A dispatch that knows what was found, and nothing else.
    pub fn take_up(&mut self, found: StartRecords, hub: &mut Hub) {
        (self.dispatch, self.timer) = (new_dispatch(hub), None);
        let (now, mut effects) = (hub.clock(), Vec::new());
        self.declined.clear();
        let mut around = Around { hub, declined: &mut self.declined };
        self.dispatch.take_up(now, found, &mut around, &mut effects);
        self.perform(effects, hub);
    }
}

fn new_dispatch(hub: &Hub) -> Dispatch {
    let limits = Limits { asks_per_min_max: 1_000, waiting_max: 1_000 };
    let settings = Settings { node: hub.node(), limits, messages_per_10s_max: MESSAGES_MAX, zone: chrono_tz::UTC };
    let dispatch = Dispatch::new(settings, hub.clock().wall);
    match hub.plan.broken.and_then(Broken::fault) {
        Some(fault) => dispatch.broken(fault),
        None => dispatch,
    }
}

/// What is on record about a counsellor.
pub fn profile(hub: &Hub, account: AccountId) -> Profile {
    let file = &hub.store.on_file.accounts[&account];
    Profile {
        account,
        name: account.to_string(),
        picture: None,
        lines: file.lines.clone(),
        capacity: file.capacity,
        intent: if file.open { Intent::Open } else { Intent::Paused },
        reason: None,
        version: 1,
        test: false,
    }
}

pub fn found(hub: &Hub) -> StartRecords {
    let on_file = &hub.store.on_file;
    let with = |status| on_file.tickets.values().filter(move |file| file.status == status);
    let open = on_file.rooms.iter().filter(|(_, room)| room.end.is_none());
    let wrap_up = |file: &TicketFile| {
        let (room, line, ended_at) = (*file.rooms.last()?, file.row.line, hub.clock().wall);
        Some(FoundWrapUp { room, line, counsellor: file.counsellor?, ended_at })
    };
    StartRecords {
        lines: hub.plan.lines.iter().map(line).collect(),
        results: vec![ResultCode { code: "DONE".into(), in_use: true, version: 1 }],
        staff: on_file.accounts.keys().map(|account| profile(hub, *account)).collect(),
        waiting: with(Status::Waiting).map(|file| (ticket(hub, file), waits_since(hub, file))).collect(),
        rooms: open.map(|(room, _)| found_room(hub, *room)).collect(),
        wrap_ups: with(Status::WrapUp).filter_map(wrap_up).collect(),
        new_term: None,
    }
}

pub fn line(plan: &LinePlan) -> Line {
    let LinePlan { id, ref topic, rules, wrap_up_s } = *plan;
    Line {
        id,
        topic: topic.clone(),
        language: "ko".into(),
        name: String::new(),
        name_en: String::new(),
        hours: None,
        rules,
        wrap_up_s,
        line_order: 0,
        in_use: true,
        deleted: false,
        version: 1,
        test: false,
    }
}

/// A ticket that talked before waits since its last room was closed.
pub fn waits_since(hub: &Hub, file: &TicketFile) -> Wall {
    let last = file.rooms.last().and_then(|room| hub.store.on_file.rooms[room].closed_at);
    last.unwrap_or(file.row.requested_at)
}

pub fn ticket(hub: &Hub, file: &TicketFile) -> FoundTicket {
    let asked = hub.plan.lines.iter().find(|line| line.id == file.asked);
    let topic = asked.map(|line| line.topic.clone()).unwrap_or_default();
    FoundTicket { row: file.row.clone(), topic, number: file.number.clone() }
}

pub fn found_room(hub: &Hub, room: RoomId) -> FoundRoom {
    let on_file = &hub.store.on_file;
    let file = &on_file.rooms[&room];
    let mut recent: Vec<Said> = on_file.history(room).rev().take(RECENT_MAX).cloned().collect();
    recent.reverse();
    let seat = |nth: usize, role| NewSeat {
        member: file.seats[nth],
        role,
        name: String::new(),
        picture: None,
        seen: 0,
        state: SeatState::Away,
        watching: false,
    };
    FoundRoom {
        room,
        home: Some(file.keeper),
        ticket: ticket(hub, &on_file.tickets[&file.ticket]),
        counsellor: file.counsellor,
        seats: [seat(0, Role::Desk), seat(1, Role::Counsellor)],
        supervisors: Vec::new(),
        last_seq: file.last_seq,
        recent,
        whispers: Vec::new(),
        opened_at: file.opened_at,
    }
}
