//! The actor of a desk's socket, round [`crate::dispatch::Desk`].

use actix::Arbiter;
use actix::prelude::*;

use super::matchmaker::{DeskHandle, DeskHappens};
use super::room::Way;
use super::sitting::{NearBy, Score, Sitter, Ways, perform, perform_apart};
use super::socket::{News, Peer, Wire};
use crate::app::App;
use crate::dispatch::{self, Act, Asker, Due, Input, Near, SocketId};
use crate::ids::{RoomId, SessionId};
use crate::journal::{Write, WriteFailed, Written};
use crate::network::Network;
use crate::protocol::{ClientFrame, ServerFrame};

/// Who sits at a desk's socket.
pub(super) struct Desk {
    app: App,
    session: SessionId,
    visitor: dispatch::Desk,
    ways: Ways,
}

/// What a desk is told.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) enum DeskNews {
    /// By the matchmaker; with a seat comes the way to its room.
    Told { news: Box<dispatch::DeskNews>, way: Option<(RoomId, Way)> },
    /// What became of its rating.
    Rated { room: RoomId, score: u8, answer: Result<Written, WriteFailed> },
}

impl Desk {
    pub(super) fn new(app: App, pass: super::DeskPass, network: Network) -> Self {
        let super::DeskPass { desk, rehearses, .. } = pass;
        let place = desk.map_or_else(|| Asker::Network(network), Asker::Desk);
        let asker = (!rehearses).then_some(place);
        let session = SessionId(app.clock.new_id());
        let visitor = dispatch::Desk::new(dispatch::DeskPass { desk, rehearses, asker }, session);
        Self { app, session, visitor, ways: Ways::new() }
    }

    /// Something happens to the visitor: what they want done about it is done.
    fn with(&mut self, wire: &mut Wire<'_, Self>, happens: impl FnOnce(&mut dispatch::Desk, &dyn Near, &mut Vec<Act>)) {
        let mut acts = Vec::new();
        let near = NearBy { app: &self.app, ways: &self.ways, socket: SocketId(wire.generation()) };
        happens(&mut self.visitor, &near, &mut acts);
        perform(self, acts, wire);
    }
}

impl Sitter for Desk {
    fn around(&mut self) -> (&App, &mut Ways) {
        (&self.app, &mut self.ways)
    }

    fn introduce(&self, what: Input, wire: &Wire<'_, Self>) {
        let handle = DeskHandle { to: wire.address().recipient(), thread: Arbiter::current() };
        self.app.matchmaker.do_send(DeskHappens { socket: SocketId(wire.generation()), handle, what });
    }

    fn is_due(&mut self, due: Due, wire: &mut Wire<'_, Self>) {
        self.with(wire, |visitor, near, acts| visitor.is_due(due, near, acts));
    }

    fn rate(&self, Score { room, member, score, comment }: Score, wire: &Wire<'_, Self>) {
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
        self.with(wire, |visitor, near, acts| visitor.opened(near, acts));
    }

    fn heard(&mut self, frame: ClientFrame, wire: &mut Wire<'_, Self>) {
        self.with(wire, |visitor, near, acts| visitor.heard(frame, near, acts));
    }

    fn told(&mut self, news: DeskNews, wire: &mut Wire<'_, Self>) {
        match news {
            DeskNews::Told { news, way } => {
                self.ways.extend(way);
                self.with(wire, |visitor, near, acts| visitor.told(*news, near, acts));
            }
            DeskNews::Rated { room, score, answer } => {
                self.with(wire, |visitor, _, acts| visitor.rated(room, score, &answer, acts));
            }
        }
    }

    fn ended(&mut self, room: RoomId, wire: &mut Wire<'_, Self>) {
        self.with(wire, |visitor, near, acts| visitor.ended(room, near, acts));
    }

    fn gone(&mut self, generation: u64) {
        let mut acts = Vec::new();
        let near = NearBy { app: &self.app, ways: &self.ways, socket: SocketId(generation) };
        self.visitor.gone(&near, &mut acts);
        for act in acts {
            perform_apart(act, &self.app, &mut self.ways);
        }
    }
}
