//! The thread: takes groups, commits them, sorts out what went wrong, answers.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::connection::{Away, WriterConnection, probe};
use super::group::{Broken, commit, was_committed};
use super::health::{Change, OnChange, SharedHealth};
use super::queue::{Entry, Queue, Taken, refuse};
use super::write::{WriteFailed, Written, stopped};
use crate::clock::Clock;
use crate::ids::NodeId;
use crate::storage::{OpenError, Store};

/// While failing: how often a small real write is tried.
pub const PROBE_EVERY: Duration = Duration::from_millis(500);
/// How long a group that is known not to be on file waits for PostgreSQL to come back before it
/// is refused: longer than a restart, shorter than people's patience.
const COME_BACK: Duration = Duration::from_secs(3);
/// Between two attempts to connect.
const CONNECT_EVERY: Duration = Duration::from_millis(100);
/// How often a write is tried alone on PostgreSQL, where another node may have been in its way
/// (the same ticket number, a deadlock). On SQLite nobody is, and once is enough.
const TRIES_ALONE: u32 = 5;
/// How often a commit may fail, on a server that answers, before its group is refused.
const TRIES_COMMIT: u32 = 3;

/// With nothing to write: how often it is looked whether writing is possible.
const LOOK_EVERY: Duration = Duration::from_millis(250);

pub(super) struct Writer {
    connection: WriterConnection,
    clock: Clock,
    queue: Arc<Queue>,
    health: Arc<SharedHealth>,
    on_change: OnChange,
    failing: Option<Refusing>,
}

/// What is known while every write is refused.
struct Refusing {
    /// What every write is told.
    told: WriteFailed,
    /// When to probe next; never again once the database went back.
    probe_at: Option<Instant>,
}

/// Why a group was not committed.
enum Failure {
    /// This one of its writes was refused; nothing is wrong with the others.
    Guilty { index: usize, error: String },
    /// The database as a whole.
    Engine(Away),
}

impl From<Away> for Failure {
    fn from(away: Away) -> Self {
        Self::Engine(away)
    }
}

fn engine(error: impl ToString) -> Failure {
    Failure::Engine(Away::Engine(error.to_string()))
}

impl Writer {
    pub(super) fn open(
        store: &Store,
        clock: Clock,
        node: NodeId,
        queue: Arc<Queue>,
        health: Arc<SharedHealth>,
        on_change: OnChange,
    ) -> Result<Self, OpenError> {
        let connection = WriterConnection::open(store, &clock, node)?;
        Ok(Self { connection, clock, queue, health, on_change, failing: None })
    }

    pub(super) fn run(mut self) {
        // Should this thread ever panic, nobody is left waiting for it.
        let _close = CloseOnDrop(self.queue.clone());
        loop {
            match &self.failing {
                Some(Refusing { probe_at: Some(at), .. }) if Instant::now() >= *at => {
                    self.try_again();
                    continue;
                }
                Some(_) => {}
                // What the thread beside this one noted is over: the call has returned.
                None => self.recover(),
            }
            let until = match &self.failing {
                Some(refusing) => refusing.probe_at,
                None => Some(Instant::now() + LOOK_EVERY),
            };
            match self.queue.take(until) {
                Taken::Group(mut group) => self.settle(&mut group),
                Taken::Nothing => self.look(),
                Taken::Closed => break,
            }
        }
        self.connection.forget_mark();
    }

    /// With nothing to write: whether it is possible, so that a file that was taken away is noticed all the
    /// same. A lock that is in doubt is waited for by whoever has something to write.
    fn look(&mut self) {
        if self.failing.is_none()
            && !self.connection.is_shared()
            && let Err(error) = self.connection.write_queue().may_write()
        {
            self.fail(Away::Engine(error.to_string()));
        }
    }

    /// Commits the writes and answers all of them. One that is refused is taken out: those before
    /// it ran clean a moment ago and are committed without it, then it is tried alone, then the
    /// rest goes on.
    fn settle(&mut self, mut rest: &mut [Entry]) {
        while !rest.is_empty() {
            if let Some(Refusing { told, .. }) = &self.failing {
                return refuse(rest, told);
            }
            match self.attempt(rest) {
                Ok(answers) => {
                    for (entry, answer) in rest.iter_mut().zip(answers) {
                        entry.tell(Ok(answer));
                    }
                    return;
                }
                Err(Failure::Guilty { index, error }) => {
                    let (before, from) = rest.split_at_mut(index);
                    let (guilty, after) = from.split_at_mut(1);
                    self.settle(before);
                    self.settle_alone(guilty, error);
                    rest = after;
                }
                Err(Failure::Engine(away)) => self.fail(away),
            }
        }
    }

    fn settle_alone(&mut self, one: &mut [Entry], mut error: String) {
        let tries = if self.connection.is_shared() { TRIES_ALONE } else { 1 };
        for attempt in 0..tries {
            if self.failing.is_some() {
                return self.settle(one);
            }
            std::thread::sleep(Duration::from_millis(u64::from(attempt)));
            match self.attempt(one) {
                Ok(answers) => {
                    for (entry, answer) in one.iter_mut().zip(answers) {
                        entry.tell(Ok(answer));
                    }
                    return;
                }
                Err(Failure::Guilty { error: again, .. }) => error = again,
                Err(Failure::Engine(away)) => self.fail(away),
            }
        }
        // The error alone: what people said does not belong in a log.
        log::warn!("a write was refused: {error}");
        refuse(one, &WriteFailed::Storage(error));
        // The write itself, or a disk that takes nothing?
        if let Err(away) = self.probe() {
            self.fail(away);
        }
    }

    /// One group in one transaction, as often as it takes to know what became of it.
    fn attempt(&mut self, entries: &mut [Entry]) -> Result<Vec<Written>, Failure> {
        let give_up = Instant::now() + COME_BACK;
        let (mut commits_left, mut one_by_one) = (TRIES_COMMIT, false);
        loop {
            self.ready_by(give_up)?;
            let began = Instant::now();
            let write_queue = self.connection.write_queue();
            let turn = write_queue.take().map_err(engine)?;
            let done = {
                let _busy = self.health.busy();
                let (conn, mark) = self.connection.ready()?;
                mark.group += 1;
                commit(conn, entries, mark, self.clock.now().wall, one_by_one)
            };
            drop(turn);
            match done {
                Ok(answers) => return Ok(self.committed(answers, began)),
                Err(Broken::Together) => one_by_one = true,
                Err(Broken::Statement { index, error }) => {
                    return Err(Failure::Guilty { index, error: error.to_string() });
                }
                Err(Broken::Before(error)) => {
                    self.connection.give_up();
                    if !self.connection.is_shared() || Instant::now() >= give_up {
                        return Err(engine(error));
                    }
                }
                Err(Broken::Commit { error, answers }) => {
                    self.connection.give_up();
                    commits_left -= 1;
                    if !self.connection.is_shared() {
                        return Err(engine(error));
                    }
                    if self.find_out(&error.to_string())? {
                        return Ok(self.committed(answers, began));
                    }
                    if commits_left == 0 {
                        return Err(engine(error));
                    }
                }
            }
        }
    }

    fn committed(&mut self, answers: Vec<Written>, began: Instant) -> Vec<Written> {
        self.connection.committed();
        self.health.committed(answers.len(), began.elapsed());
        answers
    }

    /// Waits for a connection, and says why there was none by `give_up`.
    fn ready_by(&mut self, give_up: Instant) -> Result<(), Away> {
        loop {
            let tried = {
                let _busy = self.health.busy();
                self.connection.ready().map(drop)
            };
            match tried {
                Err(Away::Engine(_)) if Instant::now() < give_up && !self.queue.is_closed() => {
                    std::thread::sleep(CONNECT_EVERY);
                }
                known => return known,
            }
        }
    }

    /// After a commit without an answer: comes back, however long that takes, and reads whether
    /// the group is on file. Meanwhile everybody else is refused. Gives up only when closed.
    fn find_out(&mut self, error: &str) -> Result<bool, Away> {
        let mut give_up = Instant::now() + COME_BACK;
        loop {
            let known = {
                let _busy = self.health.busy();
                match self.connection.ready() {
                    Ok((conn, mark)) => was_committed(conn, mark, self.clock.now().wall).ok(),
                    Err(Away::WentBack) => return Err(Away::WentBack),
                    Err(Away::Engine(_)) => None,
                }
            };
            if let Some(known) = known {
                self.recover();
                return Ok(known);
            }
            self.connection.give_up();
            if self.queue.is_closed() {
                return Err(Away::Engine(format!("the outcome is not known: {error}")));
            }
            if Instant::now() >= give_up {
                self.fail(Away::Engine(error.to_owned()));
                if let (Some(Refusing { told, .. }), Taken::Group(mut group)) =
                    (&self.failing, self.queue.take(Some(Instant::now())))
                {
                    refuse(&mut group, told);
                }
                give_up = Instant::now();
            }
            std::thread::sleep(CONNECT_EVERY);
        }
    }

    fn probe(&mut self) -> Result<(), Away> {
        let write_queue = self.connection.write_queue();
        let _turn = write_queue.take().map_err(|error| Away::Engine(error.to_string()))?;
        let _busy = self.health.busy();
        let (conn, _) = self.connection.ready()?;
        probe(conn, self.clock.now().wall).map_err(|error| {
            self.connection.give_up();
            Away::Engine(error.to_string())
        })
    }

    fn try_again(&mut self) {
        match self.probe() {
            Ok(()) => self.recover(),
            Err(away) => self.fail(away),
        }
    }

    /// From here on every write is refused at once, until a probe succeeds. The connection is not
    /// used again: after a failed sync it would claim that all is well.
    fn fail(&mut self, away: Away) {
        self.connection.give_up();
        let (error, probe_at) = match away {
            Away::Engine(error) => (error, Some(Instant::now() + PROBE_EVERY)),
            Away::WentBack => ("the database came back without its last commits".to_owned(), None),
        };
        if self.health.failing(&error, self.clock.now().wall) {
            log::error!("the journal cannot write: {error}");
            (self.on_change)(Change::Failing);
        }
        if probe_at.is_none() {
            (self.on_change)(Change::WentBack);
        }
        self.failing = Some(Refusing { told: WriteFailed::Storage(error), probe_at });
    }

    fn recover(&mut self) {
        self.failing = None;
        if self.health.well() {
            log::info!("the journal writes again");
            (self.on_change)(Change::Well);
        }
    }
}

/// Closes the queue when the thread ends, and answers what is left in it.
struct CloseOnDrop(Arc<Queue>);

impl Drop for CloseOnDrop {
    fn drop(&mut self) {
        self.0.close();
        while let Taken::Group(mut group) = self.0.take(Some(Instant::now())) {
            refuse(&mut group, &stopped());
        }
    }
}
