//! The actor of a counsellor's socket, round [`crate::front::Counsellor`].

use actix::prelude::*;

use super::messages::{CounsellorNews, Handed, SocketHandle};
use super::sitting::{Around, NearBy, Sitter, perform, perform_apart};
use super::socket::{Peer, Wire};
use crate::dispatch::{Profile, SocketId};
use crate::front::{self, Act, Due, Near, Passing};
use crate::ids::{RoomId, SessionId};
use crate::protocol::{ClientFrame, ServerFrame};
use crate::room::Glance;
use crate::services::Services;

/// Who sits at a counsellor's socket.
pub(super) struct Counsellor {
    around: Around,
    pass: CounsellorPass,
    who: front::Counsellor,
}

/// Who opens a counsellor's socket; checked by the gate, read from the database just before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CounsellorPass {
    /// Its log-in, or the API token it came with: when that ends, so does the socket.
    pub session: SessionId,
    /// What is on record about them.
    pub profile: Profile,
}

impl Counsellor {
    pub(super) fn new(services: Services, front: Recipient<Handed>, pass: CounsellorPass) -> Self {
        let who = front::Counsellor::new(pass.profile.account);
        Self { around: Around::new(services, front), pass, who }
    }

    /// Something happens to the counsellor: what they want done about it is done.
    fn with(
        &mut self,
        wire: &mut Wire<'_, Self>,
        happens: impl FnOnce(&mut front::Counsellor, &dyn Near, &mut Vec<Act>),
    ) {
        let mut acts = Vec::new();
        let near = NearBy { services: &self.around.services, socket: SocketId(wire.generation()) };
        happens(&mut self.who, &near, &mut acts);
        perform(self, acts, wire);
    }
}

impl Sitter for Counsellor {
    fn around(&mut self) -> &mut Around {
        &mut self.around
    }

    fn handle(wire: &Wire<'_, Self>) -> SocketHandle {
        SocketHandle::Counsellor(SocketId(wire.generation()), wire.address().recipient())
    }

    fn is_due(&mut self, due: Due, wire: &mut Wire<'_, Self>) {
        self.with(wire, |who, _, acts| who.is_due(due, acts));
    }

    fn end_read(&mut self, room: RoomId, ended: Option<ServerFrame>, wire: &mut Wire<'_, Self>) {
        self.with(wire, |who, _, acts| who.end_read(room, ended, acts));
    }
}

impl Peer for Counsellor {
    type News = CounsellorNews;

    fn opened(&mut self, wire: &mut Wire<'_, Self>) {
        wire.say(&ServerFrame::Welcome {
            session: self.pass.session,
            heartbeat_s: self.around.services.settings.heartbeat_s,
            node: self.around.services.settings.node.to_string(),
            lines: None,
        });
        let CounsellorPass { session, profile } = self.pass.clone();
        self.with(wire, |_, near, acts| front::Counsellor::opened(profile, session, near, acts));
    }

    fn heard(&mut self, frame: ClientFrame, wire: &mut Wire<'_, Self>) {
        self.with(wire, |who, near, acts| who.heard(frame, near, acts));
    }

    fn told(&mut self, CounsellorNews { news, rooms }: CounsellorNews, wire: &mut Wire<'_, Self>) {
        self.around.know(rooms);
        self.with(wire, |who, _, acts| who.told(news, acts));
    }

    fn passed(&mut self, passing: Passing, wire: &mut Wire<'_, Self>) {
        self.with(wire, |who, _, acts| who.passed(passing, acts));
    }

    fn looks(&mut self, room: RoomId, glance: Glance, wire: &mut Wire<'_, Self>) {
        self.with(wire, |who, _, acts| who.looks(room, glance, acts));
    }

    fn gone(&mut self, generation: u64) {
        let mut acts = Vec::new();
        let near = NearBy { services: &self.around.services, socket: SocketId(generation) };
        self.who.gone(&near, &mut acts);
        for act in acts {
            perform_apart(act, &mut self.around);
        }
    }
}
