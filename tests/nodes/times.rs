//! Who hears nobody, and whose clock is wrong.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anteroom::clock::Clock;
use anteroom::cluster::Bounds;
use anteroom::cluster::members::State;
use anteroom::nodes::{Event, Input};
use anteroom::time::Wall;

use super::node::{Making, Node, records, soon};

#[tokio::test(flavor = "multi_thread")]
async fn who_hears_nobody_is_not_ready_and_takes_no_lease() {
    let (database, clock) = (records(), Clock::system());
    let first = Making::new("a", &database, &clock).join().await;
    let term = first.matches_since(0);
    let deaf = Making::new("b", &database, &clock).join_deaf();
    deaf.heard("it finds itself deaf", |event| matches!(event, Event::Deaf(true)).then_some(()));
    assert!(!deaf.cluster.is_ready(clock.now().mono));
    first.cluster.tell(Input::Drain);
    first.cluster.tell(Input::Written(term.id));
    let told = deaf.told();
    let draining = |event: &Event| matches!(event, Event::Changed(row) if row.state == State::Draining).then_some(());
    deaf.heard_since(told, "the other drains", draining);
    deaf.heard_since(told, "nobody matches", |event| matches!(event, Event::Matchmaker(None)).then_some(()));
    assert!(!deaf.was_told(0, |event| matches!(event, Event::Begin(_))));
}

/// A clock whose wall is off, and that runs like every other.
struct WrongClock {
    clock: Clock,
    over: Arc<AtomicBool>,
}

impl WrongClock {
    fn behind(by: Duration) -> Self {
        let clock = Clock::manual(Wall(Clock::system().now().wall.0 - i64::try_from(by.as_micros()).unwrap()));
        let over = Arc::new(AtomicBool::new(false));
        let (runs, ends) = (clock.clone(), over.clone());
        std::thread::spawn(move || {
            let mut last = Instant::now();
            while !ends.load(Ordering::SeqCst) {
                // The pace of a clock.
                std::thread::sleep(Duration::from_millis(1));
                let now = Instant::now();
                runs.advance(now - last);
                last = now;
            }
        });
        Self { clock, over }
    }
}

impl Drop for WrongClock {
    fn drop(&mut self) {
        self.over.store(true, Ordering::SeqCst);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_clock_is_off_by_a_minute_lets_others_take_the_lease_first() {
    let (database, clock) = (records(), Clock::system());
    let wrong = WrongClock::behind(Duration::from_secs(60));
    // It lets others for 1.5 s, of which they need a tenth.
    let bounds = Bounds::new(Duration::from_millis(100), Duration::from_secs(3)).unwrap();
    let making = |name, clock: &Clock| Making { bounds, ..Making::new(name, &database, clock) };
    let first = making("a", &clock).join().await;
    let term = first.matches_since(0);
    let off = making("b", &wrong.clock).join().await;
    off.heard("its clock is off", |event| matches!(event, Event::ClockOff(true)).then_some(()));
    let seconds = off.cluster.figures().clock_off_seconds;
    assert!((-65.0..-55.0).contains(&seconds), "{seconds}");
    let third = making("c", &clock).join().await;
    [&off, &third].into_iter().for_each(Node::is_up);
    soon("all see all", || (off.cluster.others_up().len() == 2).then_some(()));
    first.cluster.tell(Input::Drain);
    first.cluster.tell(Input::Written(term.id));
    assert_eq!(third.matches_since(0).epoch, 2);

    // Alone with the lease, it takes it all the same: it may be the database's clock that is off.
    let told = off.told();
    let its = third.matches_since(0);
    third.cluster.tell(Input::Drain);
    third.cluster.tell(Input::Written(its.id));
    assert_eq!(off.matches_since(told).epoch, 3);
}
