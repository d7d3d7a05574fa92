//! How often nodes beat, and how long one must stand still before it is gone. All shorter waits of
//! members and lease follow from these two, so tests that shorten them keep the proportions.

use std::time::Duration;

/// `--beat-ms` and `--gone-ms`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    beat: Duration,
    gone: Duration,
}

/// A node must be able to miss some beats: gone is at least so many of them.
pub const BEATS_UNTIL_GONE_MIN: u32 = 4;

/// Why two durations are no [`Bounds`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BoundsFault {
    /// Nothing would ever stand still, or all would beat without a pause.
    #[error("a beat takes at least 10 ms")]
    BeatTooShort,
    /// One late beat would be a death.
    #[error("gone is at least four beats")]
    GoneTooShort,
}

/// Shorter, and a round of a beat and a look could not be done before the next.
const BEAT_MIN: Duration = Duration::from_millis(10);

impl Default for Bounds {
    /// A beat a second, gone after six.
    fn default() -> Self {
        Self { beat: Duration::from_secs(1), gone: Duration::from_secs(6) }
    }
}

impl Bounds {
    /// # Errors
    ///
    /// The two do not go together.
    pub fn new(beat: Duration, gone: Duration) -> Result<Self, BoundsFault> {
        if beat < BEAT_MIN {
            return Err(BoundsFault::BeatTooShort);
        }
        if gone < beat * BEATS_UNTIL_GONE_MIN {
            return Err(BoundsFault::GoneTooShort);
        }
        Ok(Self { beat, gone })
    }

    /// From the begin of one round (a beat and a look) to that of the next; 1 s.
    #[must_use]
    pub const fn beat(self) -> Duration {
        self.beat
    }

    /// A beat that has not moved for so long is a node's that is gone, or a lease's that may be
    /// taken; 6 s.
    #[must_use]
    pub const fn gone(self) -> Duration {
        self.gone
    }

    /// The same for a node whose session lock is gone; also the longest that two looks of one count
    /// are apart, and that a beat or a look may take. A third of gone; 2 s.
    #[must_use]
    pub fn unheld(self) -> Duration {
        self.gone / 3
    }

    /// The holder of the lease matches for so long after its last good beat began, and whoever's
    /// clock is off lets others take it for so long. Half of gone, so that a holder has stopped well
    /// before another may take: 3 s.
    #[must_use]
    pub fn hold(self) -> Duration {
        self.gone / 2
    }
}

#[test]
fn the_shorter_bounds_follow_the_two_that_are_set() {
    let bounds = Bounds::default();
    assert_eq!((bounds.unheld(), bounds.hold()), (Duration::from_secs(2), Duration::from_secs(3)));
    let ms = Duration::from_millis;
    let short = Bounds::new(ms(250), ms(1500)).unwrap();
    assert_eq!((short.beat(), short.unheld(), short.hold()), (ms(250), ms(500), ms(750)));
    assert_eq!(Bounds::new(ms(5), ms(1500)), Err(BoundsFault::BeatTooShort));
    assert_eq!(Bounds::new(ms(400), ms(1500)), Err(BoundsFault::GoneTooShort));
}
