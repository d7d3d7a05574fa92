//! One other node: the link to it, and by which engine it goes.

use std::time::Duration;

use crate::cluster::link::{Around, Effect, Input};
use crate::cluster::{Engine, Epochs, Link};
use crate::ids::NodeId;
use crate::time::Mono;

/// One other node.
pub(super) struct Peer {
    link: Link,
    /// By which engine it hears, as the records say.
    hears_by: Engine,
    /// By which engine we speak to it.
    by: Engine,
    /// Redis did not carry something to it: until then it is not tried again.
    distrusted_until: Mono,
    /// What the link had sent again when it was looked at last.
    resent: u64,
    /// What is sent again next is so because the engine has changed.
    excused: bool,
}

impl Peer {
    pub(super) fn new(me: NodeId, node: NodeId, kinds: &'static [&'static str], hears_by: Engine) -> Self {
        let by = Engine::Postgres;
        Self {
            link: Link::new(me, node, kinds, by),
            hears_by,
            by,
            distrusted_until: Mono(0),
            resent: 0,
            excused: false,
        }
    }

    pub(super) const fn link(&self) -> &Link {
        &self.link
    }

    pub(super) const fn by(&self) -> Engine {
        self.by
    }

    pub(super) fn take_round_trip(&mut self) -> Option<Duration> {
        self.link.take_round_trip()
    }

    pub(super) const fn set_hears_by(&mut self, engine: Engine) {
        self.hears_by = engine;
    }

    pub(super) fn step(&mut self, now: Mono, input: Input, epochs: &mut Epochs, effects: &mut Vec<Effect>) {
        let halves = &mut rand::random::<u64>;
        self.link.step(now, input, &mut Around { epochs, halves }, effects);
    }

    /// Redis has not carried something to it.
    pub(super) fn distrust(&mut self, until: Mono) {
        self.distrusted_until = self.distrusted_until.max(until);
    }

    /// Whether the link has sent something again since the last call though it goes by Redis: what
    /// nobody acknowledges may be heard by nobody, whatever the answer of `PUBLISH` says.
    pub(super) fn was_not_heard(&mut self) -> bool {
        let resent = self.link.counts().resent;
        let again = std::mem::replace(&mut self.resent, resent) < resent;
        let excused = std::mem::take(&mut self.excused);
        again && !excused && self.by == Engine::Redis
    }

    /// Chooses by which engine to speak to it, where we hear by `hears_by` ourselves; whether that is
    /// another than before.
    pub(super) fn choose(&mut self, now: Mono, hears_by: Engine) -> bool {
        let both = hears_by == Engine::Redis && self.hears_by == Engine::Redis;
        let by = if both && self.distrusted_until <= now { Engine::Redis } else { Engine::Postgres };
        let changes = std::mem::replace(&mut self.by, by) != by;
        self.excused |= changes;
        changes
    }

    /// When something is to be done next; `now` if at once.
    pub(super) fn deadline(&self, now: Mono) -> Option<Mono> {
        let trusted = (self.distrusted_until > now).then_some(self.distrusted_until);
        self.link.next_deadline(now).into_iter().chain(trusted).min()
    }
}
