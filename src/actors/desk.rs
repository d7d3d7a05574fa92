//! The actor of a desk's socket, round [`crate::front::Desk`].

use actix::Arbiter;
use actix::prelude::*;

use super::messages::{DeskHandle, DeskNews, Handed, News, SocketHandle};
use super::sitting::{Around, NearBy, Score, Sitter, perform, perform_apart};
use super::socket::{Peer, Wire};
use crate::dispatch::{Asker, SocketId};
use crate::front::{self, Act, Due, Near, Passing};
use crate::ids::{DeskId, RoomId, SessionId};
use crate::journal::{Keeper, Write};
use crate::network::Network;
use crate::protocol::{ClientFrame, ServerFrame};
use crate::room::Glance;
use crate::services::Services;
use crate::sockets::DeskCheck;

/// Who sits at a desk's socket.
pub(super) struct Desk {
    around: Around,
    session: SessionId,
    visitor: front::Desk,
}

/// Who opens a desk's socket; checked by the gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeskPass {
    /// The registered desk whose key was shown; `None` at the public desk.
    pub desk: Option<DeskId>,
    /// It plays in a rehearsal: it may ask for test lines, and for no others.
    pub rehearses: bool,
    /// What it was let in by.
    pub checked: DeskCheck,
}

impl Desk {
    pub(super) fn new(services: Services, front: Recipient<Handed>, pass: &DeskPass, network: Network) -> Self {
        let DeskPass { desk, rehearses, .. } = *pass;
        let place = desk.map_or_else(|| Asker::Network(network), Asker::Desk);
        let asker = (!rehearses).then_some(place);
        let session = SessionId(services.clock.new_id());
        let visitor = front::Desk::new(front::DeskPass { desk, rehearses, asker }, session);
        Self { around: Around::new(services, front), session, visitor }
    }

    /// Something happens to the visitor: what they want done about it is done.
    fn with(&mut self, wire: &mut Wire<'_, Self>, happens: impl FnOnce(&mut front::Desk, &dyn Near, &mut Vec<Act>)) {
        let mut acts = Vec::new();
        let near = NearBy { services: &self.around.services, socket: SocketId(wire.generation()) };
        happens(&mut self.visitor, &near, &mut acts);
        perform(self, acts, wire);
    }
}

impl Sitter for Desk {
    fn around(&mut self) -> &mut Around {
        &mut self.around
    }

    fn handle(wire: &Wire<'_, Self>) -> SocketHandle {
        let handle = DeskHandle { to: wire.address().recipient(), thread: Arbiter::current() };
        SocketHandle::Desk(SocketId(wire.generation()), handle)
    }

    fn is_due(&mut self, due: Due, wire: &mut Wire<'_, Self>) {
        self.with(wire, |visitor, near, acts| visitor.is_due(due, near, acts));
    }

    fn end_read(&mut self, room: RoomId, ended: Option<ServerFrame>, wire: &mut Wire<'_, Self>) {
        self.with(wire, |visitor, near, acts| visitor.end_read(room, ended, near, acts));
    }

    fn rate(&self, Score { room, member, score, comment }: Score, wire: &Wire<'_, Self>) {
        let (to, at) = (wire.address(), self.around.services.clock.now().wall);
        let write = Write::Rate { room, member, score, comment, at };
        self.around
            .services
            .journal
            .submit(Keeper::Anybody, write, move |answer| to.do_send(News(DeskNews::Rated { room, score, answer })));
    }
}

impl Peer for Desk {
    type News = DeskNews;

    fn opened(&mut self, wire: &mut Wire<'_, Self>) {
        wire.say(&ServerFrame::Welcome {
            session: self.session,
            heartbeat_s: self.around.services.settings.heartbeat_s,
            node: self.around.services.settings.node.to_string(),
            lines: Some(self.around.services.lines.all()),
        });
        self.with(wire, |visitor, near, acts| visitor.opened(near, acts));
    }

    fn heard(&mut self, frame: ClientFrame, wire: &mut Wire<'_, Self>) {
        self.with(wire, |visitor, near, acts| visitor.heard(frame, near, acts));
    }

    fn told(&mut self, news: DeskNews, wire: &mut Wire<'_, Self>) {
        match news {
            DeskNews::Told { news, room } => {
                self.around.know(room);
                self.with(wire, |visitor, near, acts| visitor.told(*news, near, acts));
            }
            DeskNews::Rated { room, score, answer } => {
                self.with(wire, |visitor, _, acts| visitor.rated(room, score, &answer, acts));
            }
        }
    }

    fn passed(&mut self, passing: Passing, wire: &mut Wire<'_, Self>) {
        self.with(wire, |visitor, near, acts| visitor.passed(passing, near, acts));
    }

    fn looks(&mut self, room: RoomId, glance: Glance, wire: &mut Wire<'_, Self>) {
        self.with(wire, |visitor, _, acts| visitor.looks(room, glance, acts));
    }

    fn gone(&mut self, generation: u64) {
        let mut acts = Vec::new();
        let near = NearBy { services: &self.around.services, socket: SocketId(generation) };
        self.visitor.gone(&near, &mut acts);
        for act in acts {
            perform_apart(act, &mut self.around);
        }
    }
}
