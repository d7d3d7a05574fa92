//! A thread that runs statements for the heart, one after the other.
//!
//! A call of the database's library cannot be taken back: a thread in one that has no answer waits until the
//! network gives up. So the heart never makes such a call, and lets go of a hand that hangs: whatever it answers
//! later is known by its number, and not heard.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

/// Most threads of a node that wait for a database that says nothing; more are not begun.
const HANDS_MAX: usize = 8;

/// The heart's end of such a thread. Dropped, the thread does what it was told and ends.
#[derive(Debug)]
pub(super) struct Hand<O> {
    /// Of all hands of this heart.
    pub(super) number: u64,
    orders: Sender<O>,
}

/// Begins threads, and counts those that are not over.
#[derive(Debug, Default)]
pub(super) struct Hands(Arc<()>);

impl Hands {
    /// Begins one; refused while too many have not ended.
    pub(super) fn begin<O: Send + 'static>(
        &self,
        number: u64,
        work: impl FnOnce(Receiver<O>) + Send + 'static,
    ) -> io::Result<Hand<O>> {
        if Arc::strong_count(&self.0) > HANDS_MAX {
            return Err(io::Error::other("too many threads wait for a database that says nothing"));
        }
        let (orders, ordered) = channel();
        let alive = self.0.clone();
        std::thread::Builder::new().name(format!("nodes-{number}")).spawn(move || {
            work(ordered);
            drop(alive);
        })?;
        Ok(Hand { number, orders })
    }
}

impl<O> Hand<O> {
    /// Hands an order over. A thread that has ended is found by its silence.
    pub(super) fn order(&self, order: O) {
        let _ = self.orders.send(order);
    }
}

#[test]
fn no_more_threads_are_begun_than_may_hang() {
    let hands = Hands::default();
    let hang = || hands.begin(1, |orders: Receiver<()>| orders.into_iter().for_each(drop));
    let hanging: Vec<_> = std::iter::from_fn(|| hang().ok()).take(HANDS_MAX + 1).collect();
    assert_eq!(hanging.len(), HANDS_MAX);
}
