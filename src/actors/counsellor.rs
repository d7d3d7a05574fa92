//! The actor of a counsellor's socket, round [`crate::dispatch::Counsellor`].

use actix::prelude::*;

use super::CounsellorPass;
use super::matchmaker::CounsellorHappens;
use super::room::Way;
use super::sitting::{NearBy, Sitter, Ways, perform, perform_apart};
use super::socket::{Peer, Wire};
use crate::app::App;
use crate::dispatch::{self, Act, Due, Input, Near, SocketId};
use crate::ids::RoomId;
use crate::protocol::{ClientFrame, ServerFrame};

/// Who sits at a counsellor's socket.
pub(super) struct Counsellor {
    app: App,
    pass: CounsellorPass,
    who: dispatch::Counsellor,
    ways: Ways,
}

/// What a counsellor is told by the matchmaker; with each seat comes the way to its room.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) struct CounsellorNews {
    pub(super) news: dispatch::CounsellorNews,
    pub(super) ways: Vec<(RoomId, Way)>,
}

impl Counsellor {
    pub(super) fn new(app: App, pass: CounsellorPass) -> Self {
        let who = dispatch::Counsellor::new(pass.profile.account);
        Self { app, pass, who, ways: Ways::new() }
    }

    /// Something happens to the counsellor: what they want done about it is done.
    fn with(
        &mut self,
        wire: &mut Wire<'_, Self>,
        happens: impl FnOnce(&mut dispatch::Counsellor, &dyn Near, &mut Vec<Act>),
    ) {
        let mut acts = Vec::new();
        let near = NearBy { app: &self.app, ways: &self.ways, socket: SocketId(wire.generation()) };
        happens(&mut self.who, &near, &mut acts);
        perform(self, acts, wire);
    }
}

impl Sitter for Counsellor {
    fn around(&mut self) -> (&App, &mut Ways) {
        (&self.app, &mut self.ways)
    }

    fn introduce(&self, what: Input, wire: &Wire<'_, Self>) {
        let (socket, handle) = (SocketId(wire.generation()), wire.address().recipient());
        self.app.matchmaker.do_send(CounsellorHappens { socket, handle, what });
    }

    fn is_due(&mut self, due: Due, wire: &mut Wire<'_, Self>) {
        self.with(wire, |who, near, acts| who.is_due(due, near, acts));
    }
}

impl Peer for Counsellor {
    type News = CounsellorNews;

    fn opened(&mut self, wire: &mut Wire<'_, Self>) {
        wire.say(&ServerFrame::Welcome {
            session: self.pass.session,
            heartbeat_s: self.app.settings.heartbeat_s,
            node: self.app.settings.node.clone(),
            lines: None,
        });
        let CounsellorPass { session, profile } = self.pass.clone();
        self.with(wire, |_, near, acts| dispatch::Counsellor::opened(profile, session, near, acts));
    }

    fn heard(&mut self, frame: ClientFrame, wire: &mut Wire<'_, Self>) {
        self.with(wire, |who, near, acts| who.heard(frame, near, acts));
    }

    fn told(&mut self, CounsellorNews { news, ways }: CounsellorNews, wire: &mut Wire<'_, Self>) {
        self.ways.extend(ways);
        self.with(wire, |who, near, acts| who.told(news, near, acts));
    }

    fn ended(&mut self, room: RoomId, wire: &mut Wire<'_, Self>) {
        self.with(wire, |who, near, acts| who.ended(room, near, acts));
    }

    fn gone(&mut self, generation: u64) {
        let mut acts = Vec::new();
        let near = NearBy { app: &self.app, ways: &self.ways, socket: SocketId(generation) };
        self.who.gone(&near, &mut acts);
        for act in acts {
            perform_apart(act, &self.app, &mut self.ways);
        }
    }
}
