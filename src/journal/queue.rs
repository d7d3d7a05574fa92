//! The bounded queue before the writer.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::write::{Keeper, Write, WriteFailed, Written, stopped};

/// Most writes waiting. At 10,000 a second that is over a second and a half of work: whoever would
/// wait longer is better told. One more is answered with [`WriteFailed::Busy`] at once.
pub const QUEUE_MAX: usize = 16_384;
/// Most writes in one transaction; more only makes the first of them wait.
pub const GROUP_MAX: usize = 1_000;
pub(super) type Reply = Box<dyn FnOnce(Result<Written, WriteFailed>) + Send>;

/// A write, on whose behalf, and whom to tell. Answered once; dropped unanswered only by a bug, and then it says so.
pub(super) struct Entry {
    /// With each write, as a queue may hold those of a term that is over.
    pub(super) by: Keeper,
    pub(super) write: Write,
    reply: Option<Reply>,
}

impl Entry {
    pub(super) fn new(by: Keeper, write: Write, reply: Reply) -> Self {
        Self { by, write, reply: Some(reply) }
    }

    /// The first answer counts.
    pub(super) fn tell(&mut self, answer: Result<Written, WriteFailed>) {
        if let Some(reply) = self.reply.take() {
            // A reply that panics is a bug of whoever gave it; the writes of the others go on.
            if catch_unwind(AssertUnwindSafe(|| reply(answer))).is_err() {
                log::error!("a reply to a write panicked");
            }
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.tell(Err(stopped()));
    }
}

/// Answers each of them that it was not stored, and why.
pub(super) fn refuse(entries: &mut [Entry], why: &WriteFailed) {
    for entry in entries {
        entry.tell(Err(why.clone()));
    }
}

/// What the writer gets when it asks for work.
pub(super) enum Taken {
    Group(Vec<Entry>),
    /// Nothing came until the given moment.
    Nothing,
    /// Closed and empty.
    Closed,
}

#[derive(Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    wake: Condvar,
}

#[derive(Default)]
struct State {
    entries: VecDeque<Entry>,
    closed: bool,
}

impl Queue {
    /// Takes the entry, or answers it at once if it cannot be taken.
    pub(super) fn push(&self, mut entry: Entry) {
        let mut state = self.lock();
        let refusal = if state.closed {
            stopped()
        } else if state.entries.len() >= QUEUE_MAX {
            WriteFailed::Busy
        } else {
            state.entries.push_back(entry);
            drop(state);
            return self.wake.notify_one();
        };
        drop(state);
        entry.tell(Err(refusal));
    }

    /// Waits for work, but no longer than `until`.
    pub(super) fn take(&self, until: Option<Instant>) -> Taken {
        let mut state = self.lock();
        while state.entries.is_empty() {
            if state.closed {
                return Taken::Closed;
            }
            state = match until.map(|until| until.saturating_duration_since(Instant::now())) {
                None => self.wake.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(left) if left.is_zero() => return Taken::Nothing,
                Some(left) => self.wake.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0,
            };
        }
        let group = state.entries.len().min(GROUP_MAX);
        Taken::Group(state.entries.drain(..group).collect())
    }

    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.wake.notify_all();
    }

    pub(super) fn is_closed(&self) -> bool {
        self.lock().closed
    }

    pub(super) fn depth(&self) -> usize {
        self.lock().entries.len()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
