//! `anteroom fill`: a database as large as wanted, to see how the history does at that size. What
//! is in it is made up and the same for the same seed, with its index of terms and its summaries.
//!
//! - `population`: who is there, and when people come; `words`: what they say
//! - `made`: one consultation after the other, as `rows`
//! - `sqlite`, `postgres`: rows into the engines; `indexes`: taken away before, built again after

mod indexes;
mod made;
mod population;
mod postgres;
mod rows;
#[expect(unsafe_code, reason = "it speaks to the library itself, for a billion values")]
mod sqlite;
mod words;

use std::collections::HashMap;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::clock::Clock;
use crate::config::FillOptions;
use crate::ids::LineId;
use crate::jobs::Dice;
use crate::start_error::StartError;
use crate::storage::engine::installation;
use crate::storage::history::consultations;
use crate::storage::history::stats::{self, Bucket, HOUR};
use crate::storage::talk::tickets::Status;
use crate::storage::{AnyConnection, Database, Store, connect};
use crate::time::Wall;
use indexes::Index;
use made::{Maker, TermsAs};
use population::Population;
use rows::Rows;
use sqlite::Sqlite;

/// Under this name a database remembers that it holds made data.
pub const MARK: &str = "MADE_DATA";
/// Consultations on their way at once.
const CHUNK: u64 = 10_000;
/// Chunks that are made ahead.
const AHEAD: usize = 3;
/// Summaries written in one transaction.
const BUCKETS_AT_ONCE: usize = 500;
/// Ticket numbers start here where there are real ones.
const NUMBERS_BESIDE: i64 = 1_000_000;
/// The last so many are still waiting, talking, or being written up.
const LIVE: [(Status, u64); 3] = [(Status::WrapUp, 5), (Status::Talking, 10), (Status::Waiting, 20)];

/// Fills, and says how long what took.
pub fn run(options: &FillOptions) -> Result<(), StartError> {
    let database: Database = options.database.url().parse()?;
    let store = Store::open(&database)?;
    let clock = Clock::system();
    let held = may_be_filled(&store, options.really)?;
    let mut dice = Dice::new(options.seed);
    let population = Population::found(&store, &clock, options.time_zone, &mut dice)?;
    store.in_turn(|conn| installation::put(conn, MARK, &options.consultations.to_string(), clock.now().wall))?;
    let lines: Vec<LineId> = population.lines.iter().map(|line| line.id).collect();
    let end = stats::hour_of(clock.now().wall).0;
    let arrivals = population.arrivals(options.consultations, i64::from(options.days) * 24, end);
    let terms_as = if matches!(database, Database::Sqlite(_)) { TermsAs::Words } else { TermsAs::Numbers };
    let matched = options.consultations as f64 * Maker::MATCHED_PERCENT as f64 / 100.0;
    let mean = options.messages as f64 / matched.max(1.0);
    let first_number = if held { NUMBERS_BESIDE } else { 0 };
    let maker = Maker::new(dice.roll(), population, terms_as, mean, first_number);

    let began = Instant::now();
    let mut conn = connect(&database).map_err(StartError::new)?;
    let indexes = Index::drop_all(&mut conn).map_err(StartError::new)?;
    drop((store, conn));
    let (sender, receiver) = sync_channel(AHEAD);
    let count = options.consultations;
    let making = std::thread::spawn(move || make_all(maker, &arrivals, count, &sender));
    let conn = put_all(&database, count, !held, &receiver)?;
    let (buckets, messages) = making.join().map_err(|_| StartError::new("making the data panicked"))?;
    println!("{count} consultations, {messages} messages: {}", lasted(began));
    settle(conn, &indexes, &lines, buckets, &clock)
}

/// Refuses what is not to be mixed with made data; says whether real data is there.
fn may_be_filled(store: &Store, really: bool) -> Result<bool, StartError> {
    if store.run(|conn| installation::get(conn, MARK))?.is_some() {
        return Err(StartError::new("this database holds made data already; give an empty one"));
    }
    let held = !store.run(consultations::is_empty)?;
    if held && !really {
        return Err(StartError::new(
            "this database holds consultations; give an empty one, or --really to put made ones among them",
        ));
    }
    Ok(held)
}

fn make_all(
    mut maker: Maker,
    arrivals: &[(i64, u64)],
    count: u64,
    sender: &SyncSender<(u64, Rows)>,
) -> (HashMap<(usize, i64), Bucket>, u64) {
    let (mut rows, mut made, mut in_chunk) = (Rows::default(), 0, 0);
    let mut spread = Dice::new(count);
    for (hour, here) in arrivals {
        let step = HOUR / i64::try_from(*here).unwrap_or(1).max(1);
        for place in 0..*here {
            let requested = hour + step * i64::try_from(place).unwrap_or(0) + spread.between(0, step - 1);
            maker.make(requested, live(count - made - 1), &mut rows);
            (made, in_chunk) = (made + 1, in_chunk + 1);
            if in_chunk == CHUNK && sender.send((in_chunk, std::mem::take(&mut rows))).is_err() {
                break;
            }
            in_chunk %= CHUNK;
        }
    }
    maker.flush(&mut rows);
    // Nobody listens if the engine refused, and it says why.
    let _ = sender.send((in_chunk, rows));
    (maker.buckets, maker.messages)
}

/// How the consultation lives that has so many after it.
fn live(after: u64) -> Option<Status> {
    let mut bound = 0;
    LIVE.into_iter().rev().find_map(|(status, count)| {
        bound += count;
        (after < bound).then_some(status)
    })
}

fn put_all(
    database: &Database,
    count: u64,
    alone: bool,
    receiver: &Receiver<(u64, Rows)>,
) -> Result<AnyConnection, StartError> {
    let style = ProgressStyle::with_template("{bar:40} {human_pos}/{human_len} {per_sec}, {eta} to go");
    let bar = ProgressBar::new(count).with_style(style.map_err(StartError::new)?);
    match database {
        Database::Sqlite(path) => {
            let mut file = Sqlite::open(path, alone)?;
            for (made, rows) in receiver {
                file.take(&rows)?;
                bar.inc(made);
            }
            file.finish()?;
            bar.finish();
            connect(database).map_err(StartError::new)
        }
        Database::Postgres(_) => {
            let mut conn = connect(database).map_err(StartError::new)?;
            if let AnyConnection::Postgres(inner) = &mut conn {
                postgres::begin(inner)?;
                for (made, rows) in receiver {
                    postgres::take(inner, &rows)?;
                    bar.inc(made);
                }
            }
            bar.finish();
            Ok(conn)
        }
    }
}

/// What comes after the rows: indexes, summaries, and what the planner knows.
fn settle(
    mut conn: AnyConnection,
    indexes: &[Index],
    lines: &[LineId],
    buckets: HashMap<(usize, i64), Bucket>,
    clock: &Clock,
) -> Result<(), StartError> {
    for index in indexes {
        let began = Instant::now();
        index.make(&mut conn).map_err(StartError::new)?;
        println!("{}: {}", index.name(), lasted(began));
    }
    let began = Instant::now();
    let mut buckets: Vec<_> = buckets.into_iter().collect();
    buckets.sort_unstable_by_key(|((line, hour), _)| (*hour, *line));
    for some in buckets.chunks(BUCKETS_AT_ONCE) {
        conn.write(|conn| {
            some.iter().try_for_each(|((line, hour), bucket)| {
                stats::put(conn, lines[*line], Wall(*hour), bucket, clock.now().wall)
            })
        })
        .map_err(|error: diesel::result::Error| StartError::new(error))?;
    }
    println!("summaries: {}", lasted(began));
    if let AnyConnection::Postgres(inner) = &mut conn {
        let began = Instant::now();
        postgres::finish(inner)?;
        println!("vacuum and analyze: {}", lasted(began));
    }
    Ok(())
}

fn lasted(began: Instant) -> String {
    format!("{:.1} s", Duration::as_secs_f64(&began.elapsed()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_ones_are_those_that_live() {
        let all: Vec<_> = (0..36).rev().map(live).collect();
        assert_eq!(
            (all[0], all[1], all[5], all[6], all[15], all[16], all[35]),
            (
                None,
                Some(Status::WrapUp),
                Some(Status::WrapUp),
                Some(Status::Talking),
                Some(Status::Talking),
                Some(Status::Waiting),
                Some(Status::Waiting),
            )
        );
    }
}
