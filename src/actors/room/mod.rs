//! One room: the shell round [`crate::room::Room`]. Lives on the thread of the desk that asked.

mod effects;
mod entrants;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use actix::prelude::*;

use super::card::{About, Card};
use super::door::Enter;
use super::matchmaker::Happens;
use super::outbox::Outbox;
use super::watch::RoomShown;
use crate::app::App;
use crate::broken::{self, is_broken};
use crate::clock::Clock;
use crate::dispatch;
use crate::ids::{AccountId, MemberId};
use crate::journal::HandOverRow;
use crate::protocol::ClientFrame;
use crate::room::{Effect, Ender, Input, Room as Core, Sockets, Spoken};
use crate::time::Mono;
use entrants::Entrants;

/// How long a room stays after its end: time to rate, and for a dropped member to learn of it.
const LINGER: Duration = Duration::from_secs(90);

/// The way into a room, and what it shows of itself.
#[derive(Clone)]
pub(super) struct Way {
    pub(super) card: Arc<Card>,
    pub(super) to: Addr<Room>,
}

/// Gives a room what a member of it says.
pub(super) fn take(room: &Addr<Room>, member: MemberId, frame: ClientFrame, clock: &Clock) {
    match Spoken::by(member, frame, &mut || clock.new_id()) {
        Some(Spoken::Input(input)) => room.do_send(ToRoom::Input(input)),
        Some(Spoken::End { by, note }) => room.do_send(ToRoom::End { by, note }),
        None => {}
    }
}

/// Everything a room is told.
#[derive(Message)]
#[rtype(result = "()")]
pub(super) enum ToRoom {
    Attach {
        member: MemberId,
        turn: u64,
        outbox: Outbox,
        after: Option<u32>,
    },
    Detach {
        member: MemberId,
        turn: u64,
    },
    /// Somebody comes in by a socket of the room.
    Enter(Box<Enter>),
    /// Such a socket is gone.
    EntrantGone {
        turn: u64,
    },
    /// A group room is called otherwise from here on; on file already.
    Described {
        title: String,
        info: Option<String>,
        picture: Option<String>,
    },
    /// Somebody ends it, and may say why.
    End {
        by: Ender,
        note: Option<String>,
    },
    /// Somebody else takes the talk: end it for them.
    HandOver(Box<HandOverRow>),
    Input(Input),
}

/// The actor of one room.
pub(super) struct Room {
    core: Core,
    app: App,
    card: Arc<Card>,
    /// Whether the counsellor writes up before taking more.
    wrap_up: bool,
    sockets: Sockets<Outbox>,
    entrants: Entrants,
    timer: Option<(Mono, SpawnHandle)>,
    /// What was said about the end that is being proposed.
    end_note: Option<String>,
    /// How the talk is handed over, while its end is proposed.
    handing: Option<Box<HandOverRow>>,
    /// What the core wants done and is not done yet, in its order.
    due: VecDeque<Effect>,
    /// Whether what is due waits for the disk.
    reading: bool,
}

impl Room {
    /// `held` are the seats that are held for supervisors who were there before a restart.
    pub(super) fn new(core: Core, app: App, card: Arc<Card>, wrap_up: bool, held: Vec<(AccountId, MemberId)>) -> Self {
        Self {
            core,
            app,
            card,
            wrap_up,
            sockets: Sockets::default(),
            entrants: Entrants::expecting(held),
            timer: None,
            end_note: None,
            handing: None,
            due: VecDeque::new(),
            reading: false,
        }
    }

    fn step(&mut self, input: Input, ctx: &mut Context<Self>) {
        let (mut effects, was) = (Vec::new(), self.core.last_seq());
        self.core.step(self.app.clock.now(), input, &mut effects);
        let said = self.core.last_seq() != was;
        if said {
            // Before anybody is told: what they do about it may read the card on another thread.
            self.card.said(self.core.last_seq());
        }
        self.due.extend(effects);
        self.perform_due(ctx);
        if said {
            self.show();
        }
        self.arm(ctx);
    }

    /// Tells the room list, unless it knows of a change that nobody has looked at.
    fn show(&self) {
        if self.card.announce() {
            self.app.watch.do_send(RoomShown(self.card.clone()));
        }
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
            let wait = Duration::from_micros(at.0.saturating_sub(self.app.clock.now().mono.0));
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
        self.show();
        self.arm(ctx);
    }

    fn stopped(&mut self, _: &mut Self::Context) {
        self.let_entrants_go();
        if let About::Talk(_) = self.card.about {
            self.app.matchmaker.do_send(Happens(dispatch::Input::RoomGone { room: self.card.room }));
        }
    }
}

impl Handler<ToRoom> for Room {
    type Result = ();

    fn handle(&mut self, message: ToRoom, ctx: &mut Context<Self>) {
        match message {
            ToRoom::Attach { member, turn, outbox, after } => {
                if self.sockets.attach(member, turn, outbox).is_ok() {
                    self.step(Input::Attach { member, after }, ctx);
                }
            }
            ToRoom::Detach { member, turn } => {
                let late_stop = is_broken(broken::Way::LateStop) && self.sockets.remove(member).is_some();
                if self.sockets.detach(member, turn) || late_stop {
                    self.step(Input::Detach { member }, ctx);
                }
            }
            ToRoom::Enter(enter) => self.enter(*enter, ctx),
            ToRoom::EntrantGone { turn } => self.entrant_gone(turn, ctx),
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
