//! Whose turn it is to have a password hashed: a few at a time, in the order in which they came, those we
//! know before those we do not.
//!
//! An office that logs in together in the morning waits, up to [`WAIT_MAX`] each. Who would surely wait longer is
//! told so at once: a flood costs no more than its refusals.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::http::kit::error::AppError;

/// Nobody waits longer for the turn: a person at a form gives up about then.
const WAIT_MAX: Duration = Duration::from_secs(15);
/// Whoever would wait longer than this, as far as can be told, is refused at once. Twice as long as anybody waits:
/// how long a hash takes changes with what else the machine does, and nobody is refused for a slow moment.
const WAIT_SURELY: Duration = Duration::from_secs(30);
/// What a hash is taken to need until some were measured.
const FIRST_GUESS: Duration = Duration::from_millis(50);
/// Most who wait on the fastest machine: each holds a request open.
const WAITING_MAX: usize = 4_000;

/// Who waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Somebody who is logged in, holds a link, or tries from a browser or a network known to the account.
    Known,
    /// Anybody else. They wait for those known: strangers must not crowd these out.
    Strange,
}

/// The turns there are.
#[derive(Clone)]
pub struct HashQueue(Arc<Mutex<State>>);

struct State {
    free: usize,
    all: usize,
    known: VecDeque<oneshot::Sender<HashTurn>>,
    strange: VecDeque<oneshot::Sender<HashTurn>>,
    /// How long a hash takes, of late.
    takes: Duration,
}

/// A turn; passed on when dropped.
pub struct HashTurn {
    hash_queue: HashQueue,
    since: Instant,
}

impl HashQueue {
    /// So many at a time.
    #[must_use]
    pub fn new(all: usize) -> Self {
        let (known, strange) = (VecDeque::new(), VecDeque::new());
        Self(Arc::new(Mutex::new(State { free: all, all, known, strange, takes: FIRST_GUESS })))
    }

    /// Waits for a turn, or says that it would take too long.
    pub async fn take(&self, lane: Lane) -> Result<HashTurn, AppError> {
        let coming = {
            let mut state = self.lock();
            if state.free > 0 {
                state.free -= 1;
                return Ok(self.turn());
            }
            let wait = state.wait(lane);
            if wait > WAIT_SURELY {
                return Err(busy(wait));
            }
            let (sender, receiver) = oneshot::channel();
            match lane {
                Lane::Known => state.known.push_back(sender),
                Lane::Strange => state.strange.push_back(sender),
            }
            receiver
        };
        match tokio::time::timeout(WAIT_MAX, coming).await {
            Ok(turn) => turn.map_err(AppError::internal),
            Err(_) => Err(busy(WAIT_MAX)),
        }
    }

    fn turn(&self) -> HashTurn {
        HashTurn { hash_queue: self.clone(), since: Instant::now() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn busy(wait: Duration) -> AppError {
    let wait_s = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).clamp(2, 60);
    AppError::unavailable("BUSY", wait_s, "too many people log in at this moment; try again")
}

impl State {
    /// How long one more in this lane would wait, as far as can be told.
    fn wait(&mut self, lane: Lane) -> Duration {
        self.known.retain(|waiting| !waiting.is_closed());
        self.strange.retain(|waiting| !waiting.is_closed());
        let before = match lane {
            Lane::Known => self.known.len(),
            Lane::Strange => self.known.len() + self.strange.len(),
        };
        if before >= WAITING_MAX {
            return Duration::MAX;
        }
        self.takes * u32::try_from(before / self.all + 1).unwrap_or(u32::MAX)
    }
}

impl Drop for HashTurn {
    fn drop(&mut self) {
        let mut state = self.hash_queue.lock();
        state.takes = (state.takes * 7 + self.since.elapsed()) / 8;
        loop {
            let next = state.known.pop_front();
            let Some(next) = next.or_else(|| state.strange.pop_front()) else { break };
            if next.is_closed() {
                continue;
            }
            // Who hangs up in this very moment drops the turn, which takes the lock.
            drop(state);
            let _ = next.send(self.hash_queue.turn());
            return;
        }
        state.free += 1;
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    fn is_refused(taken: Option<Result<HashTurn, AppError>>) -> bool {
        matches!(taken, Some(Err(_)))
    }

    #[actix_web::test]
    async fn turns_are_taken_in_order_and_those_known_come_first() {
        let hash_queue = HashQueue::new(1);
        let first = hash_queue.take(Lane::Strange).await.unwrap();
        let mut order: Vec<(&str, _)> = vec![
            ("stranger", Box::pin(hash_queue.take(Lane::Strange))),
            ("another stranger", Box::pin(hash_queue.take(Lane::Strange))),
            ("known", Box::pin(hash_queue.take(Lane::Known))),
            ("also known", Box::pin(hash_queue.take(Lane::Known))),
        ];
        for (_, waiting) in &mut order {
            assert!(waiting.as_mut().now_or_never().is_none());
        }
        let (mut turn, mut served) = (first, Vec::new());
        while !order.is_empty() {
            drop(turn);
            let next = order
                .iter_mut()
                .enumerate()
                .find_map(|(nth, (_, waiting))| waiting.as_mut().now_or_never().map(|taken| (nth, taken.unwrap())));
            let (nth, taken) = next.expect("somebody has the turn");
            turn = taken;
            served.push(order.remove(nth).0);
        }
        assert_eq!(served, ["known", "also known", "stranger", "another stranger"]);
    }

    #[actix_web::test]
    async fn who_would_wait_too_long_is_told_at_once_and_those_known_are_not_crowded_out() {
        let hash_queue = HashQueue::new(1);
        let _held = hash_queue.take(Lane::Strange).await.unwrap();
        // 600 hashes of 50 ms are 30 s.
        let mut crowd: Vec<_> = (0..600).map(|_| Box::pin(hash_queue.take(Lane::Strange))).collect();
        for waiting in &mut crowd {
            assert!(waiting.as_mut().now_or_never().is_none());
        }
        assert!(is_refused(hash_queue.take(Lane::Strange).now_or_never()));
        assert!(hash_queue.take(Lane::Known).now_or_never().is_none(), "waits, for one turn");
        crowd.pop();
        assert!(hash_queue.take(Lane::Strange).now_or_never().is_none(), "who hung up is not waited for");
    }

    #[actix_web::test]
    async fn a_turn_whose_owner_hung_up_is_passed_on() {
        let hash_queue = HashQueue::new(1);
        let held = hash_queue.take(Lane::Known).await.unwrap();
        let mut gone = Box::pin(hash_queue.take(Lane::Known));
        assert!(gone.as_mut().now_or_never().is_none());
        drop(held);
        drop(gone);
        assert!(hash_queue.take(Lane::Strange).now_or_never().is_some());
    }
}
