//! The actor of a desk's socket: one visitor, from asking to rating.

use std::time::{Duration, Instant};

use actix::Arbiter;
use actix::prelude::*;

use super::matchmaker::{DeskHandle, DeskHappens, Happens};
use super::room::{Seat, Way};
use super::socket::{News, Peer, Wire};
use crate::app::App;
use crate::dispatch::{self, Ask, Asker, DeskWish, Follows, HELD_MAX, InOrder, Input, SocketId};
use crate::ids::{MemberId, RoomId, SessionId};
use crate::journal::{Write, WriteFailed, Written};
use crate::network::Network;
use crate::protocol::{ClientFrame, CloseCode, ErrorCode, Sender, ServerFrame};
use crate::tokens::TokenFault;

/// How long a socket may stay open without a `request` or `resume`.
const SILENT_START: Duration = Duration::from_secs(30);
/// Who sits at a desk's socket.
pub(super) struct Desk {
    app: App,
    pass: super::DeskPass,
    session: SessionId,
    stage: Stage,
    /// What the matchmaker tells, after the ends it follows from.
    order: InOrder<DeskNews>,
    /// Whom its requests count for.
    asker: Option<Asker>,
    /// Until when something must be asked, while nothing is, and whether that is looked at.
    ask_by: Instant,
    is_watched: bool,
}

enum Stage {
    /// Nothing asked yet.
    Fresh,
    /// Asked, or come back; the ticket stands or is about to.
    Asked { client_id: Option<String>, content: Option<ClientFrame> },
    /// In a room, or in one that has just ended.
    Seated(Seat),
    /// Had this seat in a room that is over and no longer in memory.
    Over { room: RoomId, member: MemberId },
}

/// What a desk is told.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) enum DeskNews {
    /// By the matchmaker; with a seat comes the way to its room.
    Told { news: dispatch::DeskNews, way: Option<Way> },
    /// What became of its rating.
    Rated { room: RoomId, score: u8, answer: Result<Written, WriteFailed> },
}

impl Follows for DeskNews {
    fn follows(&self) -> Option<RoomId> {
        if let Self::Told { news, .. } = self { news.follows() } else { None }
    }
}

impl Desk {
    pub(super) fn new(app: App, pass: super::DeskPass, network: Network) -> Self {
        let place = pass.desk.map_or_else(|| Asker::Network(network), Asker::Desk);
        let asker = (!pass.rehearses).then_some(place);
        let session = SessionId(app.clock.new_id());
        Self {
            app,
            pass,
            session,
            stage: Stage::Fresh,
            order: InOrder::default(),
            asker,
            ask_by: Instant::now(),
            is_watched: false,
        }
    }

    /// Closes the socket unless something is asked within so long; the latest word counts. There is one
    /// timer, however often a socket is told to wait.
    fn expect_request(&mut self, within: Duration, wire: &mut Wire<'_, Self>) {
        self.ask_by = Instant::now() + within;
        if !std::mem::replace(&mut self.is_watched, true) {
            Self::watch(within, wire);
        }
    }

    fn watch(within: Duration, wire: &mut Wire<'_, Self>) {
        wire.later(within, |desk, wire| {
            let left = desk.ask_by.saturating_duration_since(Instant::now());
            desk.is_watched = matches!(desk.stage, Stage::Fresh) && !left.is_zero();
            if desk.is_watched {
                Self::watch(left, wire);
            } else if matches!(desk.stage, Stage::Fresh) {
                wire.close(CloseCode::Silent);
            }
        });
    }

    /// Takes what may be told by now.
    fn go_on(&mut self, wire: &mut Wire<'_, Self>) {
        while let Some(news) = self.order.next() {
            self.take(news, wire);
        }
        if let Some(room) = self.order.begins_to_wait() {
            wire.later(HELD_MAX, move |desk, wire| desk.ended(room, wire));
        }
    }

    /// Tells the matchmaker something that this socket has not been heard of before.
    fn introduce(&self, what: Input, wire: &Wire<'_, Self>) {
        let handle = DeskHandle { to: wire.address().recipient(), thread: Arbiter::current() };
        self.app.matchmaker.do_send(DeskHappens { socket: SocketId(wire.generation()), handle, what });
    }

    fn wish(&self, what: DeskWish, generation: u64) {
        self.app.matchmaker.do_send(Happens(Input::FromDesk { from: SocketId(generation), what }));
    }

    fn request(&mut self, frame: ClientFrame, wire: &mut Wire<'_, Self>) {
        let content = frame.clone();
        let ClientFrame::Request { client_id, topic, language, nickname, note, priority } = frame else { return };
        match &self.stage {
            Stage::Fresh => {}
            Stage::Asked { client_id: Some(known), content: earlier } if *known == client_id => {
                return if earlier.as_ref() == Some(&content) {
                    self.wish(DeskWish::Repeat, wire.generation());
                } else {
                    let detail = "this client_id was used for another request; give every request its own";
                    wire.refuse(ErrorCode::ClientIdReused, detail, Some(client_id));
                };
            }
            Stage::Asked { .. } | Stage::Seated(_) | Stage::Over { .. } => {
                let detail = "this visit has a ticket or a room already; `cancel` or `end` it first";
                return wire.refuse(ErrorCode::AlreadyRequested, detail, Some(client_id));
            }
        }
        if priority.is_some() && self.pass.desk.is_none() {
            let detail = "`priority` is for registered desks; leave it out";
            return wire.refuse(ErrorCode::NotAllowed, detail, Some(client_id));
        }
        self.stage = Stage::Asked { client_id: Some(client_id.clone()), content: Some(content) };
        let ask = Ask {
            from: SocketId(wire.generation()),
            session: self.session,
            desk: self.pass.desk,
            rehearses: self.pass.rehearses,
            asker: self.asker,
            client_id,
            topic,
            language,
            nickname,
            note,
            priority: priority.unwrap_or(0),
        };
        self.introduce(Input::Ask(Box::new(ask)), wire);
    }

    fn resume(&mut self, token: &str, after: Option<u32>, wire: &mut Wire<'_, Self>) {
        if !matches!(self.stage, Stage::Fresh) {
            let detail = "this socket has its visit already; open another one to resume another visit";
            return wire.refuse(ErrorCode::AlreadyRequested, detail, None);
        }
        match self.app.tokens.read(token, self.app.clock.now().wall) {
            Ok(claims) if claims.desk == self.pass.desk => {
                self.session = claims.session;
                self.stage = Stage::Asked { client_id: None, content: None };
                let (from, ticket, asker) = (SocketId(wire.generation()), claims.ticket, self.asker);
                self.introduce(Input::ComeBack { from, ticket, after, asker }, wire);
            }
            Ok(_) => wire.refuse(ErrorCode::BadToken, "the token was given to another desk", None),
            Err(fault @ TokenFault::Forged) => wire.refuse(ErrorCode::BadToken, &fault.to_string(), None),
            Err(fault @ TokenFault::Expired) => wire.refuse(ErrorCode::TokenExpired, &fault.to_string(), None),
        }
    }

    /// The seat in `room`, or a refusal that does not say whether such a room exists.
    fn seat(&self, room: RoomId, re: Option<String>, wire: &mut Wire<'_, Self>) -> Option<&Seat> {
        match &self.stage {
            Stage::Seated(seat) if seat.seat.room == room => Some(seat),
            _ => {
                wire.refuse(ErrorCode::NoSuchRoom, "you have no seat in such a room", re);
                None
            }
        }
    }

    fn rate(&self, room: RoomId, score: u8, comment: Option<String>, wire: &mut Wire<'_, Self>) {
        let member = match self.stage {
            Stage::Over { room: over, member } if over == room => member,
            _ => match self.seat(room, Some(room.to_string()), wire) {
                Some(seat) => seat.seat.member,
                None => return,
            },
        };
        let (to, at) = (wire.address(), self.app.clock.now().wall);
        let write = Write::Rate { room, member, score, comment, at };
        self.app.journal.submit(write, move |answer| to.do_send(News(DeskNews::Rated { room, score, answer })));
    }
}

impl Peer for Desk {
    type News = DeskNews;

    fn opened(&mut self, wire: &mut Wire<'_, Self>) {
        wire.say(&ServerFrame::Welcome {
            session: self.session,
            heartbeat_s: self.app.settings.heartbeat_s,
            node: self.app.settings.node.clone(),
            lines: Some(self.app.board.lines()),
        });
        self.expect_request(SILENT_START, wire);
    }

    fn heard(&mut self, frame: ClientFrame, wire: &mut Wire<'_, Self>) {
        let re = frame.re();
        if !frame.senders().contains(&Sender::Desk) {
            return wire.refuse(ErrorCode::NotAllowed, "this frame is for staff", re);
        }
        if let Some(room) = frame.talks_in() {
            if let Some(seat) = self.seat(room, re, wire) {
                seat.take(frame, &self.app.clock);
            }
            return;
        }
        match frame {
            frame @ ClientFrame::Request { .. } => self.request(frame, wire),
            ClientFrame::Resume { token, after } => self.resume(&token, after, wire),
            ClientFrame::Cancel {} => match self.stage {
                Stage::Asked { .. } => self.wish(DeskWish::Cancel, wire.generation()),
                Stage::Fresh | Stage::Seated(_) | Stage::Over { .. } => {
                    wire.refuse(ErrorCode::NotWaiting, "there is no waiting ticket to cancel", None);
                }
            },
            ClientFrame::Rate { room, score, comment } => self.rate(room, score, comment, wire),
            // The others were taken above: they talk in a room, or are refused.
            _ => {}
        }
    }

    fn told(&mut self, news: DeskNews, wire: &mut Wire<'_, Self>) {
        self.order.push(news);
        self.go_on(wire);
    }

    fn ended(&mut self, room: RoomId, wire: &mut Wire<'_, Self>) {
        self.order.ended(room);
        self.go_on(wire);
    }

    fn gone(&mut self, generation: u64) {
        if let Stage::Seated(seat) = &self.stage {
            seat.detach();
        }
        self.wish(DeskWish::Gone, generation);
    }
}

impl Desk {
    fn take(&mut self, news: DeskNews, wire: &mut Wire<'_, Self>) {
        let (news, way) = match news {
            DeskNews::Told { news, way } => (news, way),
            DeskNews::Rated { room, score, answer } => return Self::rated(room, score, &answer, wire),
        };
        match news {
            dispatch::DeskNews::Stands(frame) => {
                if matches!(self.stage, Stage::Seated(_)) {
                    // Its counsellor was lost: back in line (R11).
                    self.stage = Stage::Asked { client_id: None, content: None };
                }
                wire.say(&frame);
            }
            dispatch::DeskNews::Seated { seat, frame, after } => {
                let Some(way) = way else { return };
                let seat = Seat { seat, way };
                wire.say(&frame);
                // Whoever names nothing has what `matched` says: all that comes later is missed.
                let told = if let ServerFrame::Matched { last_seq, .. } = frame { last_seq } else { 0 };
                seat.attach(wire.outbox(), after.or(Some(told)));
                self.order.begins(seat.seat.room);
                self.stage = Stage::Seated(seat);
            }
            dispatch::DeskNews::RoomOver { rate_for, .. } => {
                if let Some(rate_for) = rate_for {
                    wire.later(rate_for, |_, wire| wire.close(CloseCode::Done));
                }
            }
            dispatch::DeskNews::WasOver { frame, room, member, rate_for } => {
                wire.say(&frame);
                self.stage = Stage::Over { room, member };
                wire.later(rate_for, |_, wire| wire.close(CloseCode::Done));
            }
            dispatch::DeskNews::Over(frame) => {
                wire.say(&frame);
                wire.close(CloseCode::Done);
            }
            dispatch::DeskNews::Refused { code, detail, re, ask_again, wait_s } => {
                wire.say(&ServerFrame::Error { code, detail, re, seq: None, wait_s });
                if ask_again {
                    self.stage = Stage::Fresh;
                    let wait = Duration::from_secs(wait_s.unwrap_or_default().into());
                    self.expect_request(wait + SILENT_START, wire);
                }
            }
            dispatch::DeskNews::Replaced => wire.close(CloseCode::Replaced),
        }
    }

    fn rated(room: RoomId, score: u8, answer: &Result<Written, WriteFailed>, wire: &mut Wire<'_, Self>) {
        let re = Some(room.to_string());
        match answer {
            Ok(Written::Done) => {
                wire.say(&ServerFrame::Rated { room, score });
                wire.close(CloseCode::Done);
            }
            Ok(_) => {
                let detail = "the room has not ended, or another score is on file";
                wire.refuse(ErrorCode::NothingToRate, detail, re);
            }
            Err(_) => wire.refuse(ErrorCode::NotStored, "the rating could not be stored; try again", re),
        }
    }
}
