//! How two ends agree on a session.
//!
//! The end with the smaller id asks, with a half of the name that it drew (`hello`); the other draws
//! the second half and answers with both (`agreed`). Who asked is in the session from then on; who
//! answered, when a message bears both halves. Only the two ends have ever seen both, and each half is
//! used once; so an opening that comes late or was recorded opens nothing, and ends nothing.
//!
//! So whoever answered is in a session only if whoever asked has been in it before, and neither comes
//! back to one it has left. Therefore an envelope of a session that is not open here may be answered
//! with `broken` and the session's name: the other is in it and is to leave it, or has left it too.

use std::collections::VecDeque;

use super::envelope::SessionName;
use super::input::AGAIN;
use crate::cluster::looks::{after, between};
use crate::time::Mono;

/// Most openings that an answering end remembers. More than one, as a late one must not push out the
/// one that is about to be used.
pub(super) const OFFERS_MAX: usize = 4;

/// A name that was given and not used yet.
#[derive(Clone, Copy, Debug)]
struct Offer {
    name: SessionName,
    to_say: bool,
}

/// Of the end that asks.
#[derive(Debug, Default)]
pub(super) struct Asking {
    half: Option<u64>,
    at: Option<Mono>,
}

impl Asking {
    /// The half to ask with, if it is time to; drawn once for each opening.
    pub(super) fn due(&mut self, now: Mono, draw: &mut dyn FnMut() -> u64) -> Option<u64> {
        if self.at.is_some_and(|at| between(at, now) < AGAIN) {
            return None;
        }
        self.at = Some(now);
        Some(*self.half.get_or_insert_with(draw))
    }

    pub(super) fn deadline(&self) -> Option<Mono> {
        self.at.map(|at| after(at, AGAIN))
    }

    /// The other wants to be asked.
    pub(super) fn hurry(&mut self) {
        self.at = None;
    }

    /// The other has answered with this name: whether we have asked for it. A half serves once.
    pub(super) fn agrees(&mut self, name: SessionName) -> bool {
        let agrees = self.half == Some(name.asked);
        if agrees {
            *self = Self::default();
        }
        agrees
    }
}

/// Of the end that answers.
#[derive(Debug, Default)]
pub(super) struct Answering {
    /// That we are there was said once; from then on the other asks until there is a session.
    invited: bool,
    /// The newest last.
    offers: VecDeque<Offer>,
}

impl Answering {
    /// Whether the other is to be asked to ask.
    pub(super) fn invites(&mut self) -> bool {
        !std::mem::replace(&mut self.invited, true)
    }

    pub(super) fn has_something(&self) -> bool {
        !self.invited || self.offers.iter().any(|offer| offer.to_say)
    }

    /// The other asks with this half. Asked again, the same answer is given.
    pub(super) fn asked(&mut self, half: u64, draw: &mut dyn FnMut() -> u64) -> SessionName {
        self.invited = true;
        if let Some(offer) = self.offers.iter_mut().find(|offer| offer.name.asked == half) {
            offer.to_say = true;
            return offer.name;
        }
        if self.offers.len() >= OFFERS_MAX {
            self.offers.pop_front();
        }
        let name = SessionName { asked: half, answered: draw() };
        self.offers.push_back(Offer { name, to_say: true });
        name
    }

    /// What is to be answered now.
    pub(super) fn answers(&mut self) -> impl Iterator<Item = SessionName> {
        self.offers.iter_mut().filter_map(|offer| std::mem::take(&mut offer.to_say).then_some(offer.name))
    }

    /// A message bears this name: whether it was given by us and not used. Using it voids the others:
    /// they are older, or the other has thrown them away.
    pub(super) fn uses(&mut self, name: SessionName) -> bool {
        let given = self.offers.iter().any(|offer| offer.name == name);
        if given {
            self.offers.clear();
        }
        given
    }

    /// The other has left this session before anything of it came here.
    pub(super) fn withdraw(&mut self, name: SessionName) {
        self.offers.retain(|offer| offer.name != name);
    }
}

/// What the other end is to be told: that a session is over.
#[derive(Debug, Default)]
pub(super) struct Farewell {
    name: Option<SessionName>,
    said: Option<(SessionName, Mono)>,
}

impl Farewell {
    /// This session is not open here. About the same one it is said at most once in [`AGAIN`].
    pub(super) fn wants(&mut self, name: SessionName, now: Mono) {
        if !self.said.is_some_and(|(said, at)| said == name && between(at, now) < AGAIN) {
            self.name = Some(name);
        }
    }

    pub(super) fn due(&mut self, now: Mono) -> Option<SessionName> {
        let name = self.name.take()?;
        self.said = Some((name, now));
        Some(name)
    }

    pub(super) const fn has_something(&self) -> bool {
        self.name.is_some()
    }
}
