//! What time it is: a monotonic moment for deadlines, a wall time for records, ids made from it.
//!
//! The wall time never goes backward and never jumps. It runs by the monotonic clock and leans
//! toward the system's clock by at most a tenth of the time that passes. So an operator who sets
//! the system clock an hour ahead expires nothing and reorders nothing; the price is that records
//! then need ten hours to catch up, and a machine that slept (its monotonic clock may have slept
//! too) as ten times its sleep. A restart takes the system's time at once.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use uuid::{ContextV7, Timestamp, Uuid};

use crate::time::{Mono, Now, SECOND, Wall};

/// How often the lean toward the system's clock is weighed anew, in microseconds.
const WEIGH_EVERY: u64 = SECOND;
/// Where the monotonic clock starts: late enough that the moments since which restored tickets wait
/// lie after zero. 400 days, in microseconds.
const START: u64 = 400 * 86_400 * SECOND;
/// The greatest lean, in thousandths of the time that passes.
const LEAN_MAX: i64 = 100;

/// Both clocks. Cloning shares them: all clones agree on one order.
#[derive(Clone)]
pub struct Clock(Arc<Inner>);

struct Inner {
    source: Source,
    state: Mutex<State>,
}

enum Source {
    System(Instant),
    /// Microseconds since the start, moved by hand.
    Manual(Mutex<u64>),
}

struct State {
    /// Where the present lean began.
    anchor: Now,
    /// Thousandths by which the wall runs faster (or slower) than the monotonic clock.
    lean: i64,
    /// Keeps ids of the same millisecond in order.
    ids: ContextV7,
}

impl Clock {
    /// The system's clocks.
    #[must_use]
    pub fn system() -> Self {
        Self::new(Source::System(Instant::now()), system_wall())
    }

    /// A clock for tests that stands still until [`Self::advance`].
    #[must_use]
    pub fn manual(wall: Wall) -> Self {
        Self::new(Source::Manual(Mutex::new(START)), wall)
    }

    fn new(source: Source, wall: Wall) -> Self {
        let state = State { anchor: Now { mono: Mono(START), wall }, lean: 0, ids: ContextV7::new() };
        Self(Arc::new(Inner { source, state: Mutex::new(state) }))
    }

    /// Both clocks, read at once.
    #[must_use]
    pub fn now(&self) -> Now {
        self.read(&mut lock(&self.0.state))
    }

    /// What other machines take the time to be: the system's clock, which may jump. For what is compared
    /// with a clock that is not ours, such as that of a phone with one-time codes; never for records.
    #[must_use]
    pub fn outside(&self) -> SystemTime {
        match &self.0.source {
            Source::System(_) => SystemTime::now(),
            Source::Manual(_) => {
                UNIX_EPOCH + Duration::from_micros(u64::try_from(self.now().wall.0).unwrap_or_default())
            }
        }
    }

    /// An id made from the wall time: later ids of this process are greater.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        let mut state = lock(&self.0.state);
        let micros = u64::try_from(self.read(&mut state).wall.0).unwrap_or(0);
        let nanos = u32::try_from(micros % SECOND).unwrap_or(0) * 1_000;
        Uuid::new_v7(Timestamp::from_unix(&state.ids, micros / SECOND, nanos))
    }

    /// Moves a manual clock on. A system clock cannot be moved: that is a bug of the caller.
    pub fn advance(&self, by: Duration) {
        match &self.0.source {
            Source::Manual(mono) => *lock(mono) += u64::try_from(by.as_micros()).unwrap_or(u64::MAX),
            Source::System(_) => unreachable!("only a manual clock is moved by hand"),
        }
    }

    fn read(&self, state: &mut State) -> Now {
        let mono = match &self.0.source {
            Source::System(start) => {
                Mono(START.saturating_add(u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX)))
            }
            Source::Manual(mono) => Mono(*lock(mono)),
        };
        let now = state.at(mono);
        if let Source::System(_) = self.0.source
            && mono.0 - state.anchor.mono.0 >= WEIGH_EVERY
        {
            state.weigh(now, system_wall());
        }
        now
    }
}

impl State {
    fn at(&self, mono: Mono) -> Now {
        let elapsed = i64::try_from(mono.0.saturating_sub(self.anchor.mono.0)).unwrap_or(i64::MAX / 2_000);
        Now { mono, wall: Wall(self.anchor.wall.0 + elapsed + elapsed * self.lean / 1_000) }
    }

    /// Leans so as to have made up the difference in a second, or as fast as allowed.
    fn weigh(&mut self, now: Now, system: Wall) {
        self.anchor = now;
        self.lean = ((system.0 - now.wall.0) * 1_000 / SECOND as i64).clamp(-LEAN_MAX, LEAN_MAX);
    }
}

fn system_wall() -> Wall {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Wall(i64::try_from(since.as_micros()).unwrap_or(i64::MAX))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is inside is whole after every statement, whoever panicked while holding it.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600 * SECOND as i64;

    fn state() -> State {
        let anchor = Now { mono: Mono(0), wall: Wall(1_000 * HOUR) };
        State { anchor, lean: 0, ids: ContextV7::new() }
    }

    #[test]
    fn a_system_clock_that_jumps_moves_the_wall_by_a_tenth_at_most() {
        for (jump, expected_s) in [(HOUR, 11), (-HOUR, 9), (0, 10)] {
            let mut state = state();
            let mut last = state.at(Mono(0)).wall;
            for second in 0..10_u64 {
                let now = state.at(Mono(second * SECOND));
                let system = Wall(1_000 * HOUR + jump + (second * SECOND) as i64);
                state.weigh(now, system);
                let next = state.at(Mono((second + 1) * SECOND)).wall;
                assert!(next > last, "never backward");
                last = next;
            }
            assert_eq!(last.0 - 1_000 * HOUR, expected_s * SECOND as i64, "jump of {jump} µs");
        }
    }

    #[test]
    fn who_compares_with_others_clocks_is_told_the_systems() {
        let behind = Wall(system_wall().0 - HOUR);
        let clock = Clock::new(Source::System(Instant::now()), behind);
        assert!(clock.now().wall.0 - behind.0 < HOUR / 2, "ours leans, and has hardly begun to");
        let outside = clock.outside().duration_since(UNIX_EPOCH).unwrap().as_micros() as i64;
        assert!((outside - system_wall().0).abs() < HOUR / 60);
    }

    #[test]
    fn a_small_difference_is_made_up_and_then_left_alone() {
        let mut state = state();
        for second in 0..3_u64 {
            let now = state.at(Mono(second * SECOND));
            state.weigh(now, Wall(1_000 * HOUR + 50_000 + (second * SECOND) as i64));
        }
        assert_eq!(state.lean, 0);
        assert_eq!(state.at(Mono(3 * SECOND)).wall.0 - 1_000 * HOUR, 3_050_000);
    }

    #[test]
    fn a_manual_clock_moves_by_hand_alone_and_its_ids_are_in_order() {
        let clock = Clock::manual(Wall(1_700_000_000_000_000));
        let before = clock.now();
        assert_eq!(clock.now(), before);
        let mut ids: Vec<Uuid> = (0..1_000).map(|_| clock.new_id()).collect();
        clock.advance(Duration::from_millis(5));
        ids.push(clock.new_id());
        assert!(ids.is_sorted());
        assert_eq!(clock.now().wall.0 - before.wall.0, 5_000);
        assert_eq!(clock.now().mono.0 - before.mono.0, 5_000);
    }
}
