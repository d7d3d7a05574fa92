//! PURE. The ordered way between two incarnations, over something that loses, doubles, reorders and
//! delays.
//!
//! What it promises its owner:
//!
//! 1. Parcels arrive in the order of sending, each once, without a gap, or the session **breaks** and
//!    both ends are told: each by its own [`Effect::Broken`], within 5 s of the other.
//! 2. After a break nothing of the old session arrives.
//! 3. A session begins with an announcement from each end ([`Input::Announce`]), ended by
//!    [`Effect::Announced`] at the other. What was lost with a session before is repaired by that and
//!    by nothing else: nothing is carried over from session to session.
//! 4. Sending never waits. What is toward the other is bounded ([`QUEUED_MAX`]); full, it breaks.
//! 5. [`Effect::Gone`] comes once and last, and only after [`Input::Gone`].
//! 6. A session opens by both halves of its name and nothing else: what comes late or was recorded
//!    opens nothing and ends nothing.
//!
//! It promises nothing about the order of two links, and a parcel that has arrived is no record:
//! whoever hears it checks it against what they know.
//!
//! How: each parcel has a number a direction; every message acknowledges all up to a number, and what
//! has come is acknowledged alone after 50 ms, or when a quarter of the window has come. What is not
//! acknowledged is kept ([`WINDOW`]) and sent again after 300 ms, at once when the other asks for a gap or the engine says that it lost
//! something. Who has said nothing for 1 s says that it is there; who has heard nothing for 5 s, or had
//! nothing more acknowledged of what is on its way, breaks. So an engine that restarts, a listener's
//! reconnection or a change of engine is a pause.
//!
//! Only [`Input::Tick`] sends: inputs that came together share a message. [`Link::next_deadline`] says
//! when it is due, which is at once if something waits.
//!
//! - `input`: what can happen, and what must follow; the bounds
//! - `envelope`: what goes over the wire; `pack`: envelopes put into messages
//! - `opening`: how two ends agree on a session
//! - `outgoing`: what waits and what is on its way; `incoming`: what came, put in order
//! - `session`: both directions, and when they are given up; `word`: what links say of their own

mod envelope;
mod incoming;
mod input;
mod opening;
mod outgoing;
mod pack;
mod session;
mod word;

pub use envelope::{Envelope, HEAD_MAX, KIND_MAX, Named, SessionName, WIRE, read, text_len, write};
pub use input::{
    ACKNOWLEDGE, ACKNOWLEDGE_COUNT, AGAIN, ANNOUNCED, Around, Counts, Effect, IDLE, Input, PARCEL_MAX, PARTS_MAX,
    Parcel, QUEUED_BYTES_MAX, QUEUED_MAX, SILENCE, Unsent, WINDOW, WINDOW_BYTES, Why,
};

use std::time::Duration;

use serde_json::Value;

use super::engine::Engine;
use super::faults::{Broken, Fault};
use crate::ids::NodeId;
use crate::time::Mono;
use incoming::Took;
use opening::{Answering, Asking, Farewell};
use outgoing::Packed;
use pack::Packer;
use session::Session;

/// Which part of the opening is ours.
#[derive(Debug)]
enum Part {
    /// Our id is the smaller.
    Asks(Asking),
    Answers(Answering),
}

#[derive(Debug)]
enum State {
    Closed,
    Open(Box<Session>),
    Gone,
}

/// One end of the way between two incarnations.
#[derive(Debug)]
pub struct Link {
    me: NodeId,
    peer: NodeId,
    /// What parcels may be, as far as this version knows.
    kinds: &'static [&'static str],
    engine: Engine,
    part: Part,
    state: State,
    farewell: Farewell,
    counts: Counts,
    broken: Broken,
}

impl Link {
    /// The end of `me` toward `peer`, two different incarnations. Parcels of other kinds than `kinds`
    /// are counted and passed over.
    #[must_use]
    pub fn new(me: NodeId, peer: NodeId, kinds: &'static [&'static str], engine: Engine) -> Self {
        debug_assert_ne!(me, peer, "nobody is linked to themselves");
        debug_assert!(kinds.iter().all(|kind| kind.len() <= KIND_MAX), "{kinds:?}");
        let part = if me < peer { Part::Asks(Asking::default()) } else { Part::Answers(Answering::default()) };
        Self {
            me,
            peer,
            kinds,
            engine,
            part,
            state: State::Closed,
            farewell: Farewell::default(),
            counts: Counts::default(),
            broken: Broken::default(),
        }
    }

    /// The same, with this defect.
    #[cfg(debug_assertions)]
    #[must_use]
    pub fn broken(mut self, fault: Fault) -> Self {
        self.broken = Broken::by(fault);
        self
    }

    /// Lets `input` happen at `now` and appends to `effects` what must follow outside. A `now` may not
    /// be earlier than the one before. Nothing that comes from the other end can make it panic.
    pub fn step(&mut self, now: Mono, input: Input, around: &mut Around<'_>, effects: &mut Vec<Effect>) {
        if matches!(self.state, State::Gone) {
            return;
        }
        match input {
            Input::Announce(session, parcels) => self.announce(session, parcels, effects),
            Input::Send(parcel) => self.send(now, parcel, effects),
            Input::Heard(envelope) => self.hear(now, *envelope, around, effects),
            Input::By(engine) => {
                if std::mem::replace(&mut self.engine, engine) != engine {
                    self.again();
                }
            }
            Input::Again => self.again(),
            Input::Gone => {
                self.state = State::Gone;
                effects.push(Effect::Gone);
            }
            Input::Tick => self.tick(now, around, effects),
        }
    }

    /// When [`Input::Tick`] is wanted next; `now` if at once. It may turn out that nothing was due.
    #[must_use]
    pub fn next_deadline(&self, now: Mono) -> Option<Mono> {
        let at_once = self.farewell.has_something();
        match (&self.state, &self.part) {
            (State::Gone, _) => None,
            _ if at_once => Some(now),
            (State::Open(session), Part::Answers(answering)) if !answering.has_something() => session.deadline(now),
            (State::Open(session), Part::Asks(_)) => session.deadline(now),
            (State::Closed, Part::Asks(asking)) => Some(asking.deadline().unwrap_or(now)),
            (_, Part::Answers(answering)) => answering.has_something().then_some(now),
        }
    }

    /// The session that is open.
    #[must_use]
    pub fn session(&self) -> Option<SessionName> {
        match &self.state {
            State::Open(session) => Some(session.name),
            State::Closed | State::Gone => None,
        }
    }

    /// How many parcels are on their way and how many wait behind them.
    #[must_use]
    pub fn toward(&self) -> (usize, usize) {
        match &self.state {
            State::Open(session) => session.out.len(),
            State::Closed | State::Gone => (0, 0),
        }
    }

    /// Bytes that came and cannot be handed on yet: behind a gap, or parts of a parcel. At most
    /// [`WINDOW_BYTES`] and [`PARCEL_MAX`].
    #[must_use]
    pub fn kept_bytes(&self) -> usize {
        match &self.state {
            State::Open(session) => session.into.kept_bytes(),
            State::Closed | State::Gone => 0,
        }
    }

    /// How long the newest parcel that was acknowledged since the last call took from its sending, if it
    /// was sent once; up to [`ACKNOWLEDGE`] of it is the other's patience.
    pub fn take_round_trip(&mut self) -> Option<Duration> {
        match &mut self.state {
            State::Open(session) => session.out.take_round_trip(),
            State::Closed | State::Gone => None,
        }
    }

    /// What was counted.
    #[must_use]
    pub const fn counts(&self) -> Counts {
        self.counts
    }

    fn announce(&mut self, name: SessionName, parcels: Vec<Parcel>, effects: &mut Vec<Effect>) {
        let State::Open(session) = &mut self.state else { return };
        if session.name != name {
            return;
        }
        let end = Parcel { kind: ANNOUNCED, body: Value::Null, epoch: None };
        let mut packed = Vec::with_capacity(parcels.len() + 1);
        for parcel in parcels.into_iter().chain([end]) {
            match Packed::new(parcel) {
                Ok(parcel) => packed.push(parcel),
                Err(kind) => effects.push(Effect::Unsent { kind, why: Unsent::TooLarge }),
            }
        }
        session.out.announce(packed.into_iter());
    }

    fn send(&mut self, now: Mono, parcel: Parcel, effects: &mut Vec<Effect>) {
        let kind = parcel.kind;
        let State::Open(session) = &mut self.state else {
            effects.push(Effect::Unsent { kind, why: Unsent::NotOpen });
            return;
        };
        let Ok(parcel) = Packed::new(parcel) else {
            effects.push(Effect::Unsent { kind, why: Unsent::TooLarge });
            return;
        };
        if session.out.send(parcel).is_err() {
            self.break_off(now, Why::Full, effects);
        }
    }

    fn again(&mut self) {
        if let State::Open(session) = &mut self.state {
            session.out.again(u64::MAX);
        }
    }

    fn hear(&mut self, now: Mono, envelope: Envelope, around: &mut Around<'_>, effects: &mut Vec<Effect>) {
        if envelope.from != self.peer || envelope.to != Some(self.me) {
            self.counts.foreign += 1;
            return;
        }
        match envelope.session {
            None => self.hear_invitation(&envelope),
            Some(Named::Half(half)) => self.hear_hello(now, half, &envelope, around, effects),
            Some(Named::Both(name)) => self.hear_in(now, name, envelope, around, effects),
        }
    }

    fn hear_invitation(&mut self, envelope: &Envelope) {
        match (&mut self.part, &self.state) {
            _ if envelope.kind != word::INVITE => self.counts.foreign += 1,
            (Part::Asks(asking), State::Closed) => asking.hurry(),
            // A recorded or late one: whoever left a session says so by its name.
            (Part::Asks(_), _) => self.counts.stale += 1,
            (Part::Answers(_), _) => self.counts.foreign += 1,
        }
    }

    fn hear_hello(
        &mut self,
        now: Mono,
        half: u64,
        envelope: &Envelope,
        around: &mut Around<'_>,
        effects: &mut Vec<Effect>,
    ) {
        let open = self.session();
        match &mut self.part {
            Part::Answers(_) if open.is_some_and(|name| name.asked == half) => self.counts.stale += 1,
            Part::Answers(answering) if envelope.kind == word::HELLO => {
                let name = answering.asked(half, around.halves);
                if self.broken.is(Fault::AnybodyOpens) {
                    self.open(now, name, effects);
                }
            }
            _ => self.counts.foreign += 1,
        }
    }

    /// A message bears both halves of a name.
    fn hear_in(
        &mut self,
        now: Mono,
        name: SessionName,
        envelope: Envelope,
        around: &mut Around<'_>,
        effects: &mut Vec<Effect>,
    ) {
        let is_open = self.session() == Some(name);
        match (&mut self.part, envelope.kind.as_ref()) {
            (_, word::BROKEN) if is_open => self.break_off(now, Why::Told, effects),
            (Part::Answers(answering), word::BROKEN) => answering.withdraw(name),
            (_, word::BROKEN) => self.counts.stale += 1,
            (Part::Asks(asking), word::AGREED) => {
                if matches!(self.state, State::Closed) && asking.agrees(name) {
                    self.open(now, name, effects);
                } else {
                    self.counts.stale += 1;
                }
            }
            _ if is_open => self.hear_here(now, envelope, around, effects),
            (part, _) => {
                let opens = match part {
                    Part::Asks(_) => false,
                    Part::Answers(answering) => answering.uses(name),
                };
                if opens {
                    self.open(now, name, effects);
                    self.hear_here(now, envelope, around, effects);
                } else {
                    self.counts.stale += 1;
                    self.farewell.wants(name, now);
                }
            }
        }
    }

    fn open(&mut self, now: Mono, name: SessionName, effects: &mut Vec<Effect>) {
        if matches!(self.state, State::Open(_)) {
            effects.push(Effect::Broken(Why::Replaced));
        }
        self.state = State::Open(Box::new(Session::new(name, now)));
        effects.push(Effect::Opened(name));
    }

    fn break_off(&mut self, now: Mono, why: Why, effects: &mut Vec<Effect>) {
        let State::Open(session) = std::mem::replace(&mut self.state, State::Closed) else { return };
        if why != Why::Told {
            self.farewell.wants(session.name, now);
        }
        effects.push(Effect::Broken(why));
    }

    /// An envelope of the session that is open.
    fn hear_here(&mut self, now: Mono, envelope: Envelope, around: &mut Around<'_>, effects: &mut Vec<Effect>) {
        let State::Open(session) = &mut self.state else { return };
        session.heard_at = now;
        if let Some(upto) = envelope.heard {
            session.out.acknowledged(upto, now);
        }
        let Some(number) = envelope.number else {
            match envelope.kind.as_ref() {
                word::BEAT => {}
                word::GAP => session.out.again(envelope.body.as_u64().unwrap_or(0)),
                _ => self.counts.unknown += 1,
            }
            return;
        };
        let mut arrived = Vec::new();
        match session.into.take(number, envelope, now, &mut arrived) {
            Took::Kept => {}
            Took::Doubled => self.counts.doubled += 1,
            Took::Beyond => self.counts.beyond += 1,
            Took::Unreadable => self.break_off(now, Why::Unreadable, effects),
        }
        effects.extend(arrived.into_iter().filter_map(|whole| whole.hand_on(self.kinds, around, &mut self.counts)));
    }

    fn tick(&mut self, now: Mono, around: &mut Around<'_>, effects: &mut Vec<Effect>) {
        if let State::Open(session) = &self.state
            && let Some(why) = session.is_over(now)
        {
            self.break_off(now, why, effects);
        }
        let mut packer = Packer::new(self.me, self.peer, self.engine);
        if let Some(name) = self.farewell.due(now) {
            packer.word(Some(Named::Both(name)), word::BROKEN);
        }
        match (&mut self.part, &self.state) {
            (Part::Asks(asking), State::Closed) => {
                if let Some(half) = asking.due(now, around.halves) {
                    packer.word(Some(Named::Half(half)), word::HELLO);
                }
            }
            (Part::Asks(_), _) => {}
            (Part::Answers(answering), _) => {
                if answering.invites() {
                    packer.word(None, word::INVITE);
                }
                answering.answers().for_each(|name| packer.word(Some(Named::Both(name)), word::AGREED));
            }
        }
        if let State::Open(session) = &mut self.state {
            self.counts.resent += session.speak(now, &mut packer);
        }
        effects.extend(packer.into_messages().map(Effect::Message));
    }
}
