//! The thread: takes groups, commits them, sorts out what went wrong, answers.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::group::{Broken, Mark, commit, probe, was_committed};
use super::health::HealthBoard;
use super::queue::{Entry, Queue, Taken};
use super::write::{WriteFailed, Written};
use super::{PROBE_EVERY, stopped};
use crate::clock::Clock;
use crate::storage::{AnyConnection, Database, OpenError, Store, Turns, connect, installation};

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

pub(super) struct Writer {
    database: Database,
    turns: Turns,
    clock: Clock,
    queue: Arc<Queue>,
    health: Arc<HealthBoard>,
    on_health_change: Box<dyn Fn(bool) + Send>,
    /// `None` after it was given up; the next attempt connects.
    conn: Option<AnyConnection>,
    mark: Mark,
    /// While failing: what every write is told, and when to probe next.
    failing: Option<(WriteFailed, Instant)>,
}

/// Why a group was not committed.
enum Failure {
    /// This one of its writes was refused; the others are innocent.
    Guilty { index: usize, error: String },
    /// The database as a whole.
    Engine(String),
}

impl Writer {
    pub(super) fn open(
        store: &Store,
        clock: Clock,
        queue: Arc<Queue>,
        health: Arc<HealthBoard>,
        on_health_change: Box<dyn Fn(bool) + Send>,
    ) -> Result<Self, OpenError> {
        let database = store.database().clone();
        let mut conn = connect(&database).map_err(|error| OpenError::unusable(&database, &error.to_string()))?;
        probe(&mut conn, clock.now().wall).map_err(|error| OpenError::unusable(&database, &error.to_string()))?;
        let mark = Mark { name: format!("JOURNAL_MARK:{}", clock.new_id()), group: 0 };
        let turns = store.turns().clone();
        Ok(Self { database, turns, clock, queue, health, on_health_change, conn: Some(conn), mark, failing: None })
    }

    pub(super) fn run(mut self) {
        // Should this thread ever panic, nobody is left waiting for it.
        let _close = CloseOnDrop(self.queue.clone());
        loop {
            let probe_at = self.failing.as_ref().map(|(_, probe_at)| *probe_at);
            if probe_at.is_some_and(|at| Instant::now() >= at) {
                self.try_again();
                continue;
            }
            match self.queue.take(probe_at) {
                Taken::Group(mut group) => self.settle(&mut group),
                Taken::Nothing => {}
                Taken::Closed => break,
            }
        }
        if let Some(conn @ AnyConnection::Postgres(_)) = &mut self.conn {
            // Only a courtesy: a mark left behind is a row of a hundred bytes.
            let _ = installation::remove(conn, &self.mark.name);
        }
    }

    /// Commits the writes and answers all of them. One that is refused is taken out: those before
    /// it ran clean a moment ago and are committed without it, then it is tried alone, then the
    /// rest goes on.
    fn settle(&mut self, mut rest: &mut [Entry]) {
        while !rest.is_empty() {
            if let Some((told, _)) = &self.failing {
                let told = told.clone();
                return refuse(rest, &told);
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
                Err(Failure::Engine(error)) => self.fail(error),
            }
        }
    }

    fn settle_alone(&mut self, one: &mut [Entry], mut error: String) {
        let tries = if matches!(self.database, Database::Postgres(_)) { TRIES_ALONE } else { 1 };
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
                Err(Failure::Engine(error)) => self.fail(error),
            }
        }
        // The error alone: what people said does not belong in a log.
        log::warn!("a write was refused: {error}");
        refuse(one, &WriteFailed::Storage(error));
        // The write itself, or a disk that takes nothing?
        if let Err(error) = self.probe() {
            self.fail(error);
        }
    }

    /// One group in one transaction, as often as it takes to know what became of it.
    fn attempt(&mut self, entries: &mut [Entry]) -> Result<Vec<Written>, Failure> {
        let give_up = Instant::now() + COME_BACK;
        let mut commits_left = TRIES_COMMIT;
        loop {
            self.connected_by(give_up)?;
            let Some(conn) = &mut self.conn else { continue };
            self.mark.group += 1;
            let began = Instant::now();
            let turn = self.turns.take().map_err(|error| Failure::Engine(error.to_string()))?;
            let done = commit(conn, entries, &self.mark, self.clock.now().wall);
            drop(turn);
            match done {
                Ok(answers) => return Ok(self.committed(answers, began)),
                Err(Broken::Statement { index, error }) => {
                    return Err(Failure::Guilty { index, error: error.to_string() });
                }
                Err(Broken::Before(error)) => {
                    self.conn = None;
                    if matches!(self.database, Database::Sqlite(_)) || Instant::now() >= give_up {
                        return Err(Failure::Engine(error.to_string()));
                    }
                }
                Err(Broken::Commit { error, answers }) => {
                    self.conn = None;
                    commits_left -= 1;
                    if matches!(self.database, Database::Sqlite(_)) {
                        return Err(Failure::Engine(error.to_string()));
                    }
                    if self.find_out(&error.to_string())? {
                        return Ok(self.committed(answers, began));
                    }
                    if commits_left == 0 {
                        return Err(Failure::Engine(error.to_string()));
                    }
                }
            }
        }
    }

    fn committed(&mut self, answers: Vec<Written>, began: Instant) -> Vec<Written> {
        self.health.committed(answers.len(), began.elapsed());
        answers
    }

    /// A connection, or the reason why there was none by `give_up`.
    fn connected_by(&mut self, give_up: Instant) -> Result<(), Failure> {
        while self.conn.is_none() {
            match connect(&self.database) {
                Ok(conn) => self.conn = Some(conn),
                Err(error) if Instant::now() >= give_up || self.queue.is_closed() => {
                    return Err(Failure::Engine(error.to_string()));
                }
                Err(_) => std::thread::sleep(CONNECT_EVERY),
            }
        }
        Ok(())
    }

    /// After a commit without an answer: comes back, however long that takes, and reads whether
    /// the group is on file. Meanwhile everybody else is refused. Gives up only when closed.
    fn find_out(&mut self, error: &str) -> Result<bool, Failure> {
        let mut give_up = Instant::now() + COME_BACK;
        loop {
            let known = match self.connected_by(Instant::now()) {
                Ok(()) => {
                    self.conn.as_mut().and_then(|conn| was_committed(conn, &self.mark, self.clock.now().wall).ok())
                }
                Err(_) => None,
            };
            if let Some(known) = known {
                self.recover();
                return Ok(known);
            }
            self.conn = None;
            if self.queue.is_closed() {
                return Err(Failure::Engine(format!("the outcome is not known: {error}")));
            }
            if Instant::now() >= give_up {
                self.fail(error.to_owned());
                if let (Some((told, _)), Taken::Group(mut group)) =
                    (&self.failing, self.queue.take(Some(Instant::now())))
                {
                    refuse(&mut group, told);
                }
                give_up = Instant::now();
            }
            std::thread::sleep(CONNECT_EVERY);
        }
    }

    fn probe(&mut self) -> Result<(), String> {
        let conn = match &mut self.conn {
            Some(conn) => conn,
            None => self.conn.insert(connect(&self.database).map_err(|error| error.to_string())?),
        };
        let _turn = self.turns.take().map_err(|error| error.to_string())?;
        probe(conn, self.clock.now().wall).map_err(|error| {
            self.conn = None;
            error.to_string()
        })
    }

    fn try_again(&mut self) {
        match self.probe() {
            Ok(()) => self.recover(),
            Err(error) => self.fail(error),
        }
    }

    /// From here on every write is refused at once, until a probe succeeds. The connection is not
    /// used again: after a failed sync it would claim that all is well.
    fn fail(&mut self, error: String) {
        self.conn = None;
        if self.health.failing(&error, self.clock.now().wall) {
            log::error!("the journal cannot write: {error}");
            (self.on_health_change)(false);
        }
        self.failing = Some((WriteFailed::Storage(error), Instant::now() + PROBE_EVERY));
    }

    fn recover(&mut self) {
        self.failing = None;
        if self.health.well() {
            log::info!("the journal writes again");
            (self.on_health_change)(true);
        }
    }
}

fn refuse(entries: &mut [Entry], why: &WriteFailed) {
    for entry in entries {
        entry.tell(Err(why.clone()));
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
