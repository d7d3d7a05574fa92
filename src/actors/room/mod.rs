//! One room: the shell round [`crate::room::Host`]. Lives on the thread of the desk that asked.
//!
//! - `perform`: what the room wants done, done; `rows`: what it puts on file; `socket`: the way to each of its sockets

mod perform;
mod rows;
mod socket;

use std::rc::Rc;
use std::time::Duration;

use actix::prelude::*;

use super::admin_feed::Shows;
use super::messages::{Between, Enter, GroupOver, Handed, Look, ToNode, ToRoom, ToSocket};
#[cfg(debug_assertions)]
use crate::broken::{self, is_broken};
use crate::dispatch::FromFront;
use crate::feeds::{Listed, RoomSummary};
use crate::ids::{AccountId, MemberId, RoomId};
use crate::protocol::CloseCode;
use crate::room::parcels::FromHome;
use crate::room::{self, Event, FarSockets, Host, Input, Left, Purpose, Room as Core, Spoken};
use crate::services::Services;
use crate::time::{Mono, Wall};
use socket::{Socket, SocketRef};

/// How long a room stays after its end: time to rate, and for a dropped member to learn of it.
const LINGER: Duration = Duration::from_secs(90);

/// What a room is started with.
pub(super) struct Started {
    pub(super) core: Core,
    pub(super) room: RoomId,
    pub(super) opened_at: Wall,
    pub(super) purpose: Purpose,
    /// Seats held for staff who were there before a restart.
    pub(super) held: Vec<(AccountId, MemberId)>,
    pub(super) registrar: Registrar,
}

/// Who is told of its end.
pub(super) enum Registrar {
    Front(Recipient<Handed>),
    Groups(Recipient<GroupOver>),
}

/// The actor of one room.
pub(super) struct Room {
    host: Host<SocketRef>,
    far: FarSockets,
    services: Services,
    feed: Recipient<Shows>,
    registrar: Registrar,
    room: RoomId,
    opened_at: Wall,
    timer: Option<(Mono, SpawnHandle)>,
    /// The feed knows of a change that nobody has looked at yet.
    is_announced: bool,
    /// It goes on at another node: nothing is over.
    is_handed_on: bool,
}

impl Room {
    pub(super) fn new(started: Started, services: Services, feed: Recipient<Shows>) -> Self {
        let Started { core, room, opened_at, purpose, held, registrar } = started;
        let host = new_host(core, purpose, held);
        let far = FarSockets::default();
        Self {
            host,
            far,
            services,
            feed,
            registrar,
            room,
            opened_at,
            timer: None,
            is_announced: false,
            is_handed_on: false,
        }
    }

    fn step(&mut self, event: Event<SocketRef>, ctx: &mut Context<Self>) {
        let (mut deeds, was) = (Vec::new(), self.host.room().last_seq());
        self.host.step(self.services.clock.now(), event, &mut deeds);
        deeds.into_iter().for_each(|deed| self.perform(deed, ctx));
        if self.host.room().last_seq() != was {
            self.show();
        }
        self.arm(ctx);
    }

    /// These sockets of another node are there no more.
    fn left(&mut self, left: Vec<Left>, ctx: &mut Context<Self>) {
        for left in left {
            let event = match left {
                Left::Seat { member, epoch } => Event::Detach { member, epoch },
                Left::Door { epoch } => Event::Gone { epoch },
            };
            self.step(event, ctx);
        }
    }

    /// Tells the feed of a change, unless it knows of one that it has not looked at.
    fn show(&mut self) {
        if self.is_shown() && !self.host.room().is_over() && !std::mem::replace(&mut self.is_announced, true) {
            self.feed.do_send(Shows::Changed(Listed::RoomChanged(self.room)));
        }
    }

    /// What is rehearsed is shown to nobody.
    fn is_shown(&self) -> bool {
        !matches!(self.host.purpose(), Purpose::Talk { talk, .. } if talk.test)
    }

    fn summary(&self) -> RoomSummary {
        let (purpose, glance) = (self.host.purpose().clone(), self.host.room().glance());
        RoomSummary { room: self.room, opened_at: self.opened_at, purpose, glance }
    }

    fn arm(&mut self, ctx: &mut Context<Self>) {
        let due = self.host.room().next_deadline();
        if self.timer.map(|(at, _)| at) == due {
            return;
        }
        if let Some((_, timer)) = self.timer.take() {
            ctx.cancel_future(timer);
        }
        if let Some(at) = due {
            let wait = Duration::from_micros(at.0.saturating_sub(self.services.clock.now().mono.0));
            let timer = ctx.run_later(wait, |room, ctx| {
                room.timer = None;
                room.step(Event::Happens(Input::Tick), ctx);
            });
            self.timer = Some((at, timer));
        }
    }
}

impl Actor for Room {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        if self.is_shown() {
            self.feed.do_send(Shows::Room(Box::new(self.summary()), ctx.address().recipient()));
        }
        self.arm(ctx);
    }

    fn stopped(&mut self, _: &mut Self::Context) {
        if self.is_handed_on {
            return;
        }
        self.host.left_behind().for_each(|socket| socket.shut(self.room, CloseCode::Done));
        if let Registrar::Front(front) = &self.registrar {
            front.do_send(Handed::new(FromFront::RoomGone { room: self.room }));
        }
    }
}

impl Handler<ToRoom> for Room {
    type Result = ();

    fn handle(&mut self, message: ToRoom, ctx: &mut Context<Self>) {
        let Some(message) = self.turned_away(message) else { return };
        let event = match message {
            ToRoom::Look { member, epoch, to } => {
                if let Some(glance) = self.host.look(member, epoch) {
                    Socket { to, news: None }.show(self.room, glance);
                }
                return;
            }
            ToRoom::Attach { member, epoch, to, after } => {
                if let ToSocket::Far { at, .. } = to {
                    self.far.attached(at, member, epoch);
                }
                Event::Attach { member, epoch, socket: Rc::new(Socket { to, news: None }), after }
            }
            ToRoom::Enter(enter) => {
                let Enter { who, back, to, news } = *enter;
                let epoch = match &to {
                    ToSocket::Near(outbox) => self.far.near_enters(outbox.generation()),
                    ToSocket::Far { at, .. } => self.far.enters(*at),
                };
                let member = MemberId(self.services.clock.new_id());
                let socket = Rc::new(Socket { to, news });
                Event::Enter(Box::new(room::Enter { who, back, member, epoch, socket }))
            }
            ToRoom::Detach { member, epoch } => {
                self.far.detached(member, epoch);
                Event::Detach { member, epoch }
            }
            ToRoom::ParticipantGone { at } => Event::Gone { epoch: self.far.gone(at) },
            ToRoom::Said { at, by, .. } if !self.far.is_sure(at) => {
                let parcel = Between::FromHome(FromHome::NotHere { room: self.room });
                return by.do_send(ToNode { node: at.node, parcel });
            }
            ToRoom::Said { what: Spoken::Input(input), again: true, .. } => Event::Again(input),
            ToRoom::Said { what: Spoken::Input(input), .. } => Event::Happens(input),
            ToRoom::Said { what: Spoken::End { by, note }, .. } => Event::End { by, note },
            ToRoom::NodeBroken(node) => return self.far.broke(node),
            ToRoom::NodeNamed(node) => {
                let left = self.far.named(node);
                return self.left(left, ctx);
            }
            ToRoom::NodeGone(node) => {
                let left = self.far.node_gone(node);
                return self.left(left, ctx);
            }
            ToRoom::Described { title, info, picture } => Event::Described { title, info, picture },
            ToRoom::End { by, note } => Event::End { by, note },
            ToRoom::HandOver(row) => Event::HandOver(row),
            ToRoom::Input(input) => Event::Happens(input),
        };
        self.step(event, ctx);
    }
}

impl Handler<Look> for Room {
    type Result = MessageResult<Look>;

    fn handle(&mut self, _: Look, _: &mut Context<Self>) -> Self::Result {
        self.is_announced = false;
        MessageResult(self.summary())
    }
}

/// Broken on purpose if the program's name says so; in every other build nothing is.
fn new_host(core: Core, purpose: Purpose, held: Vec<(AccountId, MemberId)>) -> Host<SocketRef> {
    let host = Host::new(core, purpose, held);
    #[cfg(debug_assertions)]
    if is_broken(broken::Defect::LateStop) {
        return host.broken();
    }
    host
}
