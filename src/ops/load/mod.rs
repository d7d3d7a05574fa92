//! `anteroom load`: many desks and counsellors at once, against a real server, over real sockets.
//!
//! Desks come at moments that do not depend on how the server does (open loop): a server that
//! stalls is asked all the same, and what it is late with is counted from when it was due, so no
//! delay hides in people who did not come. Everybody's telling goes into a ledger, which is held
//! against itself and, at the end, against the records: exit code 1 if one of I1 to I5 is broken.
//!
//! - `target`: the server, and who may log in there
//! - `peer`: the words of our server, and of others the same people can be let loose on; `witness`: what these
//!   knew of it
//! - `day`: what all of them share; `wire`: one socket, `frame`: what it says; `desk`, `counsellor`: who sits at
//!   its end; `talk`: what both do in a room
//! - `ledger`: what was told, and what must be true of it; `records`: the same on disk
//! - `figures`: how long things took; `report`: as a table and as JSON; `plot`: as a picture

mod counsellor;
mod day;
mod desk;
mod figures;
mod frame;
mod ledger;
mod peer;
mod plot;
mod records;
mod report;
mod talk;
mod target;
mod wire;
mod witness;

use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use tokio::task::JoinSet;

use crate::config::LoadOptions;
use crate::jobs::Dice;
use crate::start_error::StartError;
use day::{Counts, Day, exponential};
use figures::{Figures, Second};
use ledger::Ledger;
use report::{Checks, Report};
use target::{Target, Watched};
use wire::Ways;
use witness::Witness;

/// Who has come is given so long to finish, after the longest talk there may be.
const PATIENCE: Duration = Duration::from_secs(60);
/// A lost invariant ends the run.
const BROKEN: u8 = 1;

/// Runs the load, prints what came of it, and writes the files asked for.
pub fn run(options: &LoadOptions) -> Result<ExitCode, StartError> {
    let _ = rlimit::increase_nofile_limit(u64::MAX);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(StartError::new)?;
    let mut target = Target::open(options)?;
    let report = runtime.block_on(day(options, &mut target))?;
    report.print();
    if let Some(file) = &options.json {
        write(file, &report.json())?;
    }
    if let Some(file) = &options.plot {
        write(file, &plot::draw(&report).map_err(StartError::new)?)?;
    }
    Ok(if report.broken.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(BROKEN) })
}

fn write(file: &std::path::Path, text: &str) -> Result<(), StartError> {
    std::fs::write(file, text).map_err(|error| StartError::new(format!("{}: {error}", file.display())))
}

async fn day(options: &LoadOptions, target: &mut Target) -> Result<Report, StartError> {
    let day = Arc::new(Day {
        began: Instant::now(),
        options: options.clone(),
        ways: Ways::to(
            &target.authority,
            options.desks_target.as_deref(),
            &options.from,
            peer::dialect(options, &target.authority)?,
        )
        .await?,
        figures: Figures::new(),
        ledger: Ledger::new(options.capacity),
        witness: (!options.peer.keeps_records()).then(Witness::default),
        counts: Counts::default(),
        doors_open: OnceLock::new(),
        closing: AtomicBool::new(false),
    });
    let mut counsellors = counsellor::all_at_work(&day, &target.tokens).await?;
    let seconds = {
        let (day, server) = (day.clone(), target.watched());
        tokio::spawn(async move { watch(&day, server).await })
    };
    let mut visits = JoinSet::new();
    arrive(&day, &mut visits).await;
    let talk_at_most = Duration::from_secs_f64(options.talk_s * 2.0);
    if tokio::time::timeout(talk_at_most + PATIENCE, async { while visits.join_next().await.is_some() {} })
        .await
        .is_err()
    {
        day.ledger.breaks("I4", || format!("{} desks never came to an end of their visit", visits.len()));
    }
    day.closing.store(true, Ordering::Relaxed);
    let seconds = seconds.await.map_err(StartError::new)?;
    visits.shutdown().await;
    counsellors.shutdown().await;
    day.ledger.close();
    let checked = match (target.records()?, &day.witness) {
        (Some(records), _) => Checks::Records(records::check(&day.ledger, &records).await?),
        (None, witness) => Checks::Heard(witness.as_ref().map(|all| all.close(&day.ledger)).unwrap_or_default()),
    };
    Ok(Report::new(&day, target.watched().and_then(Watched::used), seconds, checked))
}

/// Lets desks come, each at its own moment.
async fn arrive(day: &Arc<Day>, visits: &mut JoinSet<()>) {
    let mut dice = Dice::new(day.options.seed);
    let (mut due, mut nth) = (*day.doors_open.get_or_init(Instant::now), 0);
    let end = due + Duration::from_secs(day.options.duration_s.into());
    loop {
        due += exponential(&mut dice, day.options.desks_per_s);
        if due >= end {
            return;
        }
        tokio::time::sleep_until(due.into()).await;
        day.counts.came.fetch_add(1, Ordering::Relaxed);
        visits.spawn(desk::visit(day.clone(), nth, due, Dice::new(dice.roll())));
        nth += 1;
        while visits.try_join_next().is_some() {}
    }
}

/// The figures of each second, and a line that shows them live.
async fn watch(day: &Day, server: Option<Watched>) -> Vec<Second> {
    let line = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{elapsed_precise} {msg}") {
        line.set_style(style);
    }
    let (mut seconds, mut ticks) = (Vec::new(), tokio::time::interval(Duration::from_secs(1)));
    ticks.tick().await;
    while !day.closing.load(Ordering::Relaxed) {
        ticks.tick().await;
        let here = day.counts.here.load(Ordering::Relaxed);
        let second = day.figures.second(here, server.and_then(Watched::used));
        line.set_message(second.to_string());
        seconds.push(second);
    }
    line.finish_and_clear();
    seconds
}
