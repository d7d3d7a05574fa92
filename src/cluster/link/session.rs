//! One session: both directions, and when they are given up.

use serde_json::Value;

use super::envelope::SessionName;
use super::incoming::Incoming;
use super::input::{IDLE, SILENCE, Why};
use super::outgoing::Outgoing;
use super::pack::Packer;
use super::word;
use crate::cluster::looks::{after, between};
use crate::time::Mono;

#[derive(Debug)]
pub(super) struct Session {
    pub(super) name: SessionName,
    pub(super) out: Outgoing,
    pub(super) into: Incoming,
    /// When something of this session was heard last. All of it acknowledges.
    pub(super) heard_at: Mono,
    /// When something was said in it last; at once if nothing was.
    spoke_at: Option<Mono>,
}

impl Session {
    pub(super) fn new(name: SessionName, now: Mono) -> Self {
        Self { name, out: Outgoing::new(now), into: Incoming::default(), heard_at: now, spoke_at: None }
    }

    /// Why it is to be given up by now.
    pub(super) fn is_over(&self, now: Mono) -> Option<Why> {
        if between(self.heard_at, now) >= SILENCE {
            return Some(Why::Silent);
        }
        self.out.is_stuck(now).then_some(Why::Unacknowledged)
    }

    /// Says what is to be said by now; tells how many parcels went again.
    pub(super) fn speak(&mut self, now: Mono, packer: &mut Packer) -> u64 {
        let (name, got) = (self.name, self.into.got());
        let mut spoke = false;
        if let Some(first) = self.into.asks() {
            packer.in_session(name, got, word::GAP, Value::from(first));
            spoke = true;
        }
        let again = self.out.send_due(now, &mut |number, parcel| {
            packer.parcel(name, got, number, parcel);
            spoke = true;
        });
        let idle = self.spoke_at.is_none_or(|at| between(at, now) >= IDLE);
        if !spoke && (idle || self.into.owes(now)) {
            packer.in_session(name, got, word::BEAT, Value::Null);
            spoke = true;
        }
        if spoke {
            self.spoke_at = Some(now);
            self.into.acknowledged();
        }
        again
    }

    /// When something is to be done next; `now` if at once.
    pub(super) fn deadline(&self, now: Mono) -> Option<Mono> {
        let idle = self.spoke_at.map_or(now, |at| after(at, IDLE));
        let first = idle.min(after(self.heard_at, SILENCE));
        [self.out.deadline(now), self.into.deadline(now)].into_iter().flatten().chain([first]).min()
    }
}
