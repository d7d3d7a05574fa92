//! Somebody at a desk.

use anteroom::ids::{RoomId, TicketId};
use anteroom::protocol::{ClientFrame, CloseCode, ClosedReason, EndReason, ErrorCode, ServerFrame};
use anteroom::time::Wall;

use crate::hub::{Down, Event, Hub, MS, S, SocketNo, Up, Who};
use crate::ledger::Ledger;
use crate::records::Status;

/// What they were last told of themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Belief {
    Nothing,
    Waiting(u32),
    InRoom(RoomId),
    Ended(RoomId),
    Closed(ClosedReason),
}

pub struct Visitor {
    me: usize,
    key: String,
    pub socket: Option<SocketNo>,
    /// Other pages of the same visit that are still open, and what each was last told.
    older: Vec<(SocketNo, Belief)>,
    /// This socket has asked for its place, and was not refused.
    has_asked: bool,
    /// Since when this socket lasts.
    pub since: u64,
    pub belief: Belief,
    pub ticket: Option<TicketId>,
    requested_at: Option<Wall>,
    pub ledger: Ledger,
    says_left: u32,
    asked_to_end: bool,
    tried_to_cancel: bool,
    /// Went home, one way or the other.
    pub is_gone: bool,
    pub vanished: bool,
    /// No connection is to be had before.
    pub away_until: u64,
    /// Since when what they believe is not so, and what is.
    pub wrong_since: Option<(u64, Belief)>,
}

impl Visitor {
    pub fn new(me: usize, says_left: u32) -> Self {
        Self {
            me,
            key: uuid::Uuid::from_u128(0xFACE_0000 + me as u128).to_string(),
            socket: None,
            older: Vec::new(),
            has_asked: false,
            since: 0,
            belief: Belief::Nothing,
            ticket: None,
            requested_at: None,
            ledger: Ledger::default(),
            says_left,
            asked_to_end: false,
            tried_to_cancel: false,
            is_gone: false,
            vanished: false,
            away_until: 0,
            wrong_since: None,
        }
    }

    fn name(&self) -> String {
        format!("visitor {}", self.me)
    }

    pub fn dial(&mut self, hub: &mut Hub) {
        if let Some(older) = self.socket.replace(hub.dial(Who::Visitor(self.me))) {
            self.older.push((older, self.belief));
        }
        (self.has_asked, self.since, self.ledger.is_followed) = (true, hub.now, false);
        self.forget();
        self.introduce(hub);
    }

    /// What was told on another connection need not be so any more.
    fn forget(&mut self) {
        if matches!(self.belief, Belief::Waiting(_) | Belief::InRoom(_)) {
            self.belief = Belief::Nothing;
        }
    }

    /// Takes the place back that it was told it has, or asks for one.
    fn introduce(&mut self, hub: &mut Hub) {
        let frame = match self.ticket {
            Some(ticket) => ClientFrame::Resume { token: ticket.to_string(), after: Some(self.ledger.known()) },
            None => self.request(hub),
        };
        self.send(frame, hub);
    }

    fn request(&self, hub: &Hub) -> ClientFrame {
        let plan = &hub.plan.visitors[self.me];
        let (client_id, topic) = (self.key.clone(), plan.topic.clone());
        ClientFrame::Request {
            client_id,
            topic,
            language: None,
            nickname: None,
            note: None,
            priority: Some(plan.priority),
        }
    }

    fn send(&self, frame: ClientFrame, hub: &mut Hub) {
        if let Some(socket) = self.socket {
            hub.note(|| format!("{} sends {frame:?}", self.name()));
            hub.up(socket, Up::Frame(frame));
        }
    }

    fn go_home(&mut self, hub: &mut Hub) {
        self.is_gone = true;
        let pages = self.older.drain(..).map(|(socket, _)| socket);
        for socket in pages.chain(self.socket.take()) {
            hub.up(socket, Up::Bye);
        }
    }

    /// Looks round and does one thing.
    pub fn think(&mut self, hub: &mut Hub) {
        let plan = &hub.plan.visitors[self.me];
        let (vanishes, impatience) = (plan.vanishes_at.is_some_and(|at| hub.now >= at), plan.impatience);
        if self.is_gone {
            return;
        }
        if vanishes {
            self.vanished = true;
            hub.note(|| format!("{} goes away without a word", self.name()));
            return self.go_home(hub);
        }
        let pause = hub.dice.between(500 * MS, 4 * S);
        hub.later(pause, Event::Think(Who::Visitor(self.me)));
        let knows_the_end = matches!(self.belief, Belief::Ended(_) | Belief::Closed(_));
        if self.socket.is_none() && knows_the_end {
            return self.go_home(hub);
        }
        if self.socket.is_none() {
            if hub.now >= self.away_until {
                self.dial(hub);
            }
            return;
        }
        match self.belief {
            Belief::Nothing if self.has_asked => {}
            Belief::Nothing => {
                self.has_asked = true;
                self.introduce(hub);
            }
            Belief::Waiting(_) if !hub.is_calm() && hub.dice.percent(impatience) => {
                self.tried_to_cancel = true;
                self.send(ClientFrame::Cancel {}, hub);
            }
            Belief::Waiting(_) if hub.dice.percent(5) => {
                let again = self.request(hub);
                self.send(again, hub);
            }
            Belief::Waiting(_) => {}
            Belief::InRoom(room) => self.talk(room, hub),
            Belief::Ended(room) if self.ledger.is_followed && self.ledger.has_gap() => {
                self.send(ClientFrame::Replay { room, after: self.ledger.known() }, hub);
            }
            Belief::Ended(_) | Belief::Closed(_) => self.go_home(hub),
        }
    }

    fn talk(&mut self, room: RoomId, hub: &mut Hub) {
        let name = self.name();
        if self.ledger.has_gap() {
            self.send(ClientFrame::Replay { room, after: self.ledger.known() }, hub);
        } else if self.says_left > 0 {
            let at_once = if self.says_left > 6 { 8 } else { 1 };
            for _ in 0..at_once {
                self.says_left -= 1;
                if let Some(frame) = self.ledger.speak(&name, &mut hub.dice) {
                    self.send(frame, hub);
                }
            }
        } else if let Some(frame) = self.ledger.repeat() {
            self.send(frame, hub);
        } else if hub.is_calm() || hub.dice.percent(10) {
            self.asked_to_end = true;
            self.send(ClientFrame::End { room, reason: None }, hub);
        }
    }

    pub fn hear(&mut self, socket: SocketNo, down: Down, hub: &mut Hub) {
        let frame = match down {
            Down::Close(code) => return self.closed(socket, code, hub),
            Down::Frame(frame) => frame,
        };
        if self.socket == Some(socket) {
            return self.read(frame, hub);
        }
        // Another page shows what it is told, and does nothing of itself.
        if let Some(page) = self.older.iter().position(|(older, _)| *older == socket) {
            std::mem::swap(&mut self.belief, &mut self.older[page].1);
            self.read(frame, hub);
            std::mem::swap(&mut self.belief, &mut self.older[page].1);
        }
    }

    fn closed(&mut self, socket: SocketNo, code: CloseCode, hub: &mut Hub) {
        self.older.retain(|(older, _)| *older != socket);
        if self.socket == Some(socket) {
            if code != CloseCode::Done {
                return self.lost(socket, hub);
            }
            let knows_why = matches!(self.belief, Belief::Ended(_) | Belief::Closed(_));
            assert!(knows_why, "I4: {} was shown the door believing {:?}", self.name(), self.belief);
            self.go_home(hub);
        }
    }

    /// The connection is gone.
    pub fn lost(&mut self, socket: SocketNo, hub: &Hub) {
        self.older.retain(|(older, _)| *older != socket);
        if self.socket == Some(socket) {
            (self.since, self.ledger.is_followed, self.socket) = (hub.now, false, None);
            if let Some((other, belief)) = self.older.pop() {
                (self.socket, self.belief) = (Some(other), belief);
            } else {
                self.forget();
            }
        }
    }

    fn read(&mut self, frame: ServerFrame, hub: &mut Hub) {
        self.ledger.enter(&frame, &self.name(), hub);
        self.check_order(&frame);
        match frame {
            ServerFrame::Waiting { ticket, requested_at, ahead, .. } => self.stands(ticket, requested_at, ahead, hub),
            ServerFrame::Matched { room, ticket, you, .. } => {
                let on_file = hub.store.on_file.rooms.get(&room).map(|file| (file.ticket, file.seats[0]));
                assert_eq!(on_file, Some((ticket, you)), "{} was told of a match that is not on file", self.name());
                assert!(self.ticket.is_none_or(|known| known == ticket), "R1: {} has two tickets", self.name());
                if self.ledger.room != Some(room) {
                    // What was said to a room that is over is not said again in the next one.
                    self.ledger.unanswered.clear();
                    self.ledger.had.extend(self.ledger.you);
                }
                (self.ticket, self.belief) = (Some(ticket), Belief::InRoom(room));
                (self.ledger.room, self.ledger.you, self.ledger.is_followed) = (Some(room), Some(you), true);
                if hub.plan.visitors[self.me].is_hasty {
                    self.send(ClientFrame::End { room, reason: None }, hub);
                }
            }
            ServerFrame::Ended { room, reason, .. } => {
                let on_file = hub.store.on_file.rooms[&room].end;
                assert!(on_file.is_some(), "I4: {} was told of an end that is not on file", self.name());
                if !matches!(reason, EndReason::CounsellorLost | EndReason::Transferred) {
                    self.belief = Belief::Ended(room);
                } else if self.belief == Belief::InRoom(room) {
                    // Back in line, or on to somebody else: that is told next.
                    self.ledger.unanswered.clear();
                    self.belief = Belief::Nothing;
                }
            }
            ServerFrame::Closed { ticket, reason, .. } => {
                let on_file = hub.store.on_file.tickets.get(&ticket).map(|file| file.status);
                let refused =
                    matches!(reason, ClosedReason::Full | ClosedReason::ClosedHours | ClosedReason::Unstaffed);
                let is_so = on_file == Some(Status::Over(reason)) || (refused && on_file.is_none());
                assert!(is_so, "I4: {} was told {reason:?}, on file is {on_file:?}", self.name());
                assert!(reason != ClosedReason::Cancelled || self.tried_to_cancel, "{} never cancelled", self.name());
                self.belief = Belief::Closed(reason);
            }
            ServerFrame::Error { code, re, .. } => self.refused(code, re.as_deref(), hub),
            _ => {}
        }
    }

    /// Whoever sits in a room hears of its end before anything that follows from it.
    fn check_order(&self, frame: &ServerFrame) {
        let Belief::InRoom(sits_in) = self.belief else { return };
        let goes_on = match frame {
            ServerFrame::Waiting { .. } | ServerFrame::Closed { .. } => true,
            ServerFrame::Matched { room, .. } => *room != sits_in,
            _ => false,
        };
        assert!(!goes_on, "I4: {} was told {frame:?} before the end of {sits_in:?}", self.name());
    }

    fn stands(&mut self, ticket: TicketId, requested_at: Wall, ahead: u32, hub: &Hub) {
        // As it is told, in milliseconds: what comes from another node has been on a wire.
        let told = |at: Wall| at.0 / 1_000;
        let on_file = hub.store.on_file.tickets.get(&ticket).map(|file| told(file.row.requested_at));
        assert_eq!(on_file, Some(told(requested_at)), "{} was told of a place that is not on file", self.name());
        assert!(self.ticket.is_none_or(|known| known == ticket), "R1: {} has two tickets", self.name());
        assert!(
            self.requested_at.is_none_or(|before| told(before) == told(requested_at)),
            "R2: the place of {} moved",
            self.name()
        );
        (self.ticket, self.requested_at, self.belief) = (Some(ticket), Some(requested_at), Belief::Waiting(ahead));
    }

    fn refused(&mut self, code: ErrorCode, re: Option<&str>, hub: &Hub) {
        match code {
            ErrorCode::NotStored if re == Some(&*self.key) => self.has_asked = false,
            ErrorCode::BadToken | ErrorCode::TokenExpired => {
                let file = self.ticket.and_then(|ticket| hub.store.on_file.tickets.get(&ticket));
                let is_live = file.is_some_and(|file| matches!(file.status, Status::Waiting | Status::Talking));
                assert!(!is_live, "I4: {} has a live ticket and was told {code:?}", self.name());
                // A request that was never answered and whose record is over: ask anew.
                self.has_asked = false;
            }
            ErrorCode::Resync => panic!("I3: {} cannot have what it missed", self.name()),
            ErrorCode::RoomEnded => {
                if let Some(client_id) = re {
                    self.ledger.unanswered.remove(client_id);
                }
            }
            _ => {}
        }
    }
}
