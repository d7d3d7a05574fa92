//! R15: who gives up while it rings, twice in a row, waits before it rings for them again. A
//! counsellor must not be rung for nothing as often as somebody likes.

use std::collections::{BTreeMap, BTreeSet};

use super::input::Asker;
use super::{CALM_S, GIVEN_UP_KEPT_MAX, GIVEN_UP_KEPT_S, GIVEN_UP_MAX};
use crate::time::Mono;

/// Who gave up while it rang, how often in a row, and when last.
#[derive(Debug, Default)]
pub(super) struct GivenUp {
    by: BTreeMap<Asker, (u32, Mono)>,
    /// The same by the last time, so that the oldest is forgotten first.
    last: BTreeSet<(Mono, Asker)>,
}

impl GivenUp {
    /// It rang, and this asker gave up.
    pub fn count(&mut self, asker: Asker, now: Mono) {
        self.forget_old(now);
        let before = self.by.get(&asker).map_or(0, |(times, _)| *times);
        self.forget(asker);
        if self.by.len() >= GIVEN_UP_KEPT_MAX
            && let Some(&(_, oldest)) = self.last.first()
        {
            self.forget(oldest);
        }
        self.by.insert(asker, (before.saturating_add(1), now));
        self.last.insert((now, asker));
    }

    /// Whether this asker has given up lately.
    pub fn knows(&self, asker: Asker, now: Mono) -> bool {
        self.by.get(&asker).is_some_and(|(_, last)| last.plus_s(GIVEN_UP_KEPT_S) > now)
    }

    /// When it may ring for a new ticket of this asker, if not at once.
    pub fn rings_from(&self, asker: Asker, now: Mono) -> Option<Mono> {
        let (times, last) = self.by.get(&asker)?;
        Some(last.plus_s(CALM_S)).filter(|from| *times >= GIVEN_UP_MAX && *from > now)
    }

    /// This asker was served.
    pub fn forget(&mut self, asker: Asker) {
        if let Some((_, last)) = self.by.remove(&asker) {
            self.last.remove(&(last, asker));
        }
    }

    fn forget_old(&mut self, now: Mono) {
        while let Some(&(last, asker)) = self.last.first()
            && last.plus_s(GIVEN_UP_KEPT_S) <= now
        {
            self.forget(asker);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::SECOND;

    #[test]
    fn no_more_are_kept_than_there_is_room_for_and_the_oldest_goes() {
        let mut given_up = GivenUp::default();
        for nth in 0..=GIVEN_UP_KEPT_MAX as u64 {
            given_up.count(Asker(nth), Mono(nth));
        }
        assert_eq!((given_up.by.len(), given_up.last.len()), (GIVEN_UP_KEPT_MAX, GIVEN_UP_KEPT_MAX));
        assert!(!given_up.knows(Asker(0), Mono(0)) && given_up.knows(Asker(1), Mono(1)));
        given_up.count(Asker(1), Mono(2 * u64::from(GIVEN_UP_KEPT_S) * SECOND));
        assert_eq!((given_up.by.len(), given_up.last.len()), (1, 1), "the others are too old by now");
    }
}
