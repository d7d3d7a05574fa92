//! One room: the shell round [`crate::room::Room`]. Lives on the thread of the desk that asked.

mod entering;
mod participants;
mod perform;

use std::collections::VecDeque;
use std::time::Duration;

use actix::prelude::*;

use super::admin_feed::Shows;
use super::messages::{GroupOver, Happens, Look, ToRoom};
use super::room_summary::{About, RoomSummary};
use crate::broken::{self, is_broken};
use crate::dispatch;
use crate::ids::{AccountId, MemberId, RoomId};
use crate::journal::HandOverRow;
use crate::room::{Effect, Ender, Input, Room as Core, Sockets};
use crate::services::Services;
use crate::sockets::Outbox;
use crate::time::{Mono, Wall};
use participants::Participants;

/// How long a room stays after its end: time to rate, and for a dropped member to learn of it.
const LINGER: Duration = Duration::from_secs(90);

/// What a room is started with.
pub(super) struct Started {
    pub(super) core: Core,
    pub(super) room: RoomId,
    pub(super) opened_at: Wall,
    pub(super) about: About,
    /// Whether the counsellor writes up before taking more.
    pub(super) wraps_up: bool,
    /// Seats held for staff who were there before a restart.
    pub(super) held: Vec<(AccountId, MemberId)>,
    pub(super) keeper: Keeper,
}

/// Who is told of its end.
pub(super) enum Keeper {
    Matchmaker(Recipient<Happens>),
    Groups(Recipient<GroupOver>),
}

/// The actor of one room.
pub(super) struct Room {
    core: Core,
    services: Services,
    feed: Recipient<Shows>,
    keeper: Keeper,
    room: RoomId,
    opened_at: Wall,
    about: About,
    /// Whether the counsellor writes up before taking more.
    wrap_up: bool,
    sockets: Sockets<Outbox>,
    participants: Participants,
    timer: Option<(Mono, SpawnHandle)>,
    /// What was said about the end that is being proposed.
    end_note: Option<String>,
    /// How the talk is handed over, while its end is proposed.
    handing: Option<Box<HandOverRow>>,
    /// What the core wants done and is not done yet, in its order.
    due: VecDeque<Effect>,
    /// Whether what is due waits for the disk.
    reading: bool,
    /// The feed knows of a change that nobody has looked at yet.
    is_announced: bool,
}

impl Room {
    pub(super) fn new(started: Started, services: Services, feed: Recipient<Shows>) -> Self {
        let Started { core, room, opened_at, about, wraps_up, held, keeper } = started;
        Self {
            core,
            services,
            feed,
            keeper,
            room,
            opened_at,
            about,
            wrap_up: wraps_up,
            sockets: Sockets::default(),
            participants: Participants::expecting(held),
            timer: None,
            end_note: None,
            handing: None,
            due: VecDeque::new(),
            reading: false,
            is_announced: false,
        }
    }

    fn step(&mut self, input: Input, ctx: &mut Context<Self>) {
        let (mut effects, was) = (Vec::new(), self.core.last_seq());
        self.core.step(self.services.clock.now(), input, &mut effects);
        self.due.extend(effects);
        self.perform_due(ctx);
        if self.core.last_seq() != was {
            self.show();
        }
        self.arm(ctx);
    }

    /// Tells the feed of a change, unless it knows of one that it has not looked at.
    fn show(&mut self) {
        if self.is_shown() && !self.core.is_over() && !std::mem::replace(&mut self.is_announced, true) {
            self.feed.do_send(Shows::RoomChanged(self.room));
        }
    }

    /// What is rehearsed is shown to nobody.
    fn is_shown(&self) -> bool {
        self.about.talk().is_none_or(|talk| !talk.test)
    }

    fn summary(&self) -> RoomSummary {
        let (about, glance) = (self.about.clone(), self.core.glance());
        RoomSummary { room: self.room, opened_at: self.opened_at, about, glance }
    }

    fn arm(&mut self, ctx: &mut Context<Self>) {
        let due = self.core.next_deadline();
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
                room.step(Input::Tick, ctx);
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
        self.let_participants_go();
        if let Keeper::Matchmaker(matchmaker) = &self.keeper {
            matchmaker.do_send(Happens::new(dispatch::Input::RoomGone { room: self.room }));
        }
    }
}

impl Handler<ToRoom> for Room {
    type Result = ();

    fn handle(&mut self, message: ToRoom, ctx: &mut Context<Self>) {
        match message {
            ToRoom::Look { member, epoch, outbox } => {
                if self.sockets.expect(member, epoch) {
                    outbox.show(self.room, self.core.glance());
                }
            }
            ToRoom::Attach { member, epoch, outbox, after } => {
                if self.sockets.attach(member, epoch, outbox).is_ok() {
                    self.step(Input::Attach { member, after }, ctx);
                }
            }
            ToRoom::Detach { member, epoch } => {
                let late_stop = is_broken(broken::Way::LateStop) && self.sockets.remove(member).is_some();
                if self.sockets.detach(member, epoch) || late_stop {
                    self.step(Input::Detach { member }, ctx);
                }
            }
            ToRoom::Enter(enter) => self.enter(*enter, ctx),
            ToRoom::ParticipantGone { epoch } => self.participant_gone(epoch, ctx),
            ToRoom::Described { title, info, picture } => self.described(title, info, picture),
            ToRoom::End { by, note } => {
                let by = match by {
                    Ender::Member(member) if self.is_creator(member) => Ender::Creator(member),
                    by => by,
                };
                self.end_note = note;
                self.step(Input::End(by), ctx);
                // If this was not the end, it is not a word about a later one either.
                self.end_note = None;
            }
            ToRoom::HandOver(row) => {
                self.handing = Some(row);
                self.step(Input::End(Ender::Transfer), ctx);
            }
            ToRoom::Input(input) => self.step(input, ctx),
        }
    }
}

impl Handler<Look> for Room {
    type Result = MessageResult<Look>;

    fn handle(&mut self, _: Look, _: &mut Context<Self>) -> Self::Result {
        self.is_announced = false;
        MessageResult(self.summary())
    }
}
