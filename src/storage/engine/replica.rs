//! Reads that may be a moment old, on a PostgreSQL replica.
//!
//! A replica is behind by as much as it has not replayed, told as a position in the primary's log.
//! A read may go there if the replica has replayed what this reader wrote last, and what everybody
//! had written [`LAG_MAX`] ago. If it has not, or does not answer, the read goes to the primary:
//! nobody misses their own write, and nothing stops because a replica does.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::r2d2::Pool;
use diesel::sql_types::{Nullable, Text};
use diesel::{QueryResult, QueryableByName, RunQueryDsl, sql_query};

use crate::ids::AccountId;
use crate::storage::engine::connection::{AnyConnection, Connector, Pooled};
use crate::storage::engine::database::Database;
use crate::storage::engine::store_error::StoreError;

/// What is read on a replica is no older than this …
const LAG_MAX: Duration = Duration::from_secs(10);
/// … and a little, as the primary's position is noted this often.
const NOTE_EVERY: Duration = Duration::from_secs(1);
/// A replica that did not answer is not asked again for so long.
const REST: Duration = Duration::from_secs(5);
/// How long a read waits for a connection to the replica before it goes to the primary.
const POOL_WAIT: Duration = Duration::from_secs(1);
/// Most pooled connections.
const POOL_MAX: u32 = 8;
/// Most people whose writes are remembered; beyond it everybody waits for the newest of them.
const WRITERS_MAX: usize = 10_000;

/// A position in the primary's log, in bytes.
type Position = u64;

/// The replica. Cloning shares it.
#[derive(Clone)]
pub(crate) struct Replica {
    pool: Pool<Connector>,
    known: Arc<Mutex<Known>>,
}

#[derive(Default)]
struct Known {
    /// Who has written what the replica may not have: up to where, once that is known.
    wrote: HashMap<AccountId, Option<Position>>,
    /// Where the primary was, and when: the oldest first, none older than needed.
    primary: VecDeque<(Instant, Position)>,
    resting_until: Option<Instant>,
}

#[derive(QueryableByName)]
struct At {
    #[diesel(sql_type = Nullable<Text>)]
    position: Option<String>,
}

impl Replica {
    pub(crate) fn new(database: &Database) -> Self {
        let pool = Pool::builder()
            .max_size(POOL_MAX)
            .min_idle(Some(0))
            .connection_timeout(POOL_WAIT)
            .build_unchecked(Connector(database.clone()));
        Self { pool, known: Arc::default() }
    }

    /// `account` has just written. Where that is in the log is asked when they next read.
    pub(crate) fn wrote(&self, account: AccountId) {
        let mut known = self.known();
        if known.wrote.len() >= WRITERS_MAX {
            // Too many to tell apart: whoever reads now must see what anybody wrote.
            known.primary.clear();
            known.wrote.clear();
        }
        known.wrote.insert(account, None);
    }

    /// A connection on which `reader` misses nothing they may not miss; `None` if there is none.
    pub(crate) fn fresh_for(
        &self,
        reader: AccountId,
        primary: impl FnOnce() -> Result<Pooled, StoreError>,
    ) -> Result<Option<Pooled>, StoreError> {
        if self.known().resting_until.is_some_and(|until| Instant::now() < until) {
            return Ok(None);
        }
        let Some(floor) = self.floor(reader, primary)? else { return Ok(None) };
        let found = self.pool.get().ok().and_then(|mut conn| {
            let replayed = position(&mut conn, "pg_last_wal_replay_lsn()").ok().flatten()?;
            Some((conn, replayed))
        });
        let Some((conn, replayed)) = found else {
            log::warn!("the replica does not answer; reads go to the primary");
            self.known().resting_until = Some(Instant::now() + REST);
            return Ok(None);
        };
        if replayed < floor {
            return Ok(None);
        }
        let mut known = self.known();
        if known.wrote.get(&reader).is_some_and(|wrote| wrote.is_some_and(|position| position <= replayed)) {
            known.wrote.remove(&reader);
        }
        Ok(Some(conn))
    }

    /// How far the replica must have come for `reader`. `None` while too little is known.
    fn floor(
        &self,
        reader: AccountId,
        primary: impl FnOnce() -> Result<Pooled, StoreError>,
    ) -> Result<Option<Position>, StoreError> {
        let is_noted = |known: &Known| known.primary.back().is_some_and(|(at, _)| at.elapsed() < NOTE_EVERY);
        let must_ask = {
            let known = self.known();
            !is_noted(&known) || known.wrote.get(&reader).is_some_and(Option::is_none)
        };
        if must_ask {
            // Asked before the reader's mark is looked at again: a write that comes meanwhile puts a
            // new mark there, and is asked for the next time.
            let asked_at = Instant::now();
            let Some(now) = position(&mut *primary()?, "pg_current_wal_lsn()")? else { return Ok(None) };
            self.known().note(asked_at, now, reader);
        }
        Ok(self.known().floor(reader))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn note(&mut self, at: Instant, position: Position, reader: AccountId) {
        self.primary.push_back((at, position));
        // The newest of those that are old enough is the one that counts.
        while self.primary.get(1).is_some_and(|(at, _)| at.elapsed() >= LAG_MAX) {
            self.primary.pop_front();
        }
        if let Some(wrote @ None) = self.wrote.get_mut(&reader) {
            *wrote = Some(position);
        }
    }

    fn floor(&self, reader: AccountId) -> Option<Position> {
        let (_, anybody) = self.primary.front()?;
        match self.wrote.get(&reader) {
            None => Some(*anybody),
            Some(own) => own.map(|own| own.max(*anybody)),
        }
    }
}

/// Asks an engine for a position; PostgreSQL writes it as two numbers in base 16.
fn position(conn: &mut AnyConnection, function: &str) -> QueryResult<Option<Position>> {
    let AnyConnection::Postgres(conn) = conn else { return Ok(None) };
    let at: At = sql_query(format!("SELECT {function}::text AS position")).get_result(conn)?;
    Ok(at.position.as_deref().and_then(read_position))
}

fn read_position(text: &str) -> Option<Position> {
    let (high, low) = text.split_once('/')?;
    Some(Position::from_str_radix(high, 16).ok()? << 32 | Position::from_str_radix(low, 16).ok()?)
}

/// Whether a server is a replica, for a start that would otherwise read from a stranger.
pub(crate) fn is_replica(conn: &mut AnyConnection) -> bool {
    conn.batch_execute("SELECT 1").is_ok() && position(conn, "pg_last_wal_replay_lsn()").is_ok_and(|at| at.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_is_two_numbers_in_base_16() {
        assert_eq!(read_position("16/B374D848"), Some(0x16_B374_D848));
        assert_eq!(read_position("0/0"), Some(0));
        assert_eq!(read_position("nonsense"), None);
    }

    #[test]
    fn a_writer_waits_for_their_write_and_others_for_what_is_old() {
        let (writer, other) = (AccountId::from(1), AccountId::from(2));
        let mut known = Known::default();
        assert_eq!(known.floor(other), None, "nothing is known yet");
        known.wrote.insert(writer, None);
        known.note(Instant::now(), 100, other);
        assert_eq!(known.floor(other), Some(100));
        assert_eq!(known.floor(writer), None, "where they wrote is not known yet");
        known.note(Instant::now(), 250, writer);
        assert_eq!(known.floor(writer), Some(250));
        assert_eq!(known.floor(other), Some(100));
    }
}
