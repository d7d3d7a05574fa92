//! `anteroom stats rebuild`: every summary made again from the log, for whoever doubts them or has
//! changed the log by hand.

use crate::clock::Clock;
use crate::config::DatabaseOptions;
use crate::start_error::StartError;
use crate::storage::history::stats;
use crate::storage::{Database, Store};

/// Makes them all again, an hour of a line at a time, so that a server may work meanwhile.
pub fn rebuild(options: &DatabaseOptions) -> Result<(), StartError> {
    let database: Database = options.url().parse()?;
    let store = Store::open(&database)?;
    let clock = Clock::system();
    let lines = store.run(stats::lines_on_log)?;
    let mut hours = 0;
    for line in lines {
        let mut after = None;
        while let Some(hour) = store.run(|conn| stats::next_hour(conn, line, after))? {
            store.in_turn(|conn| {
                conn.write(|conn| {
                    let bucket = stats::of_log(conn, line, hour)?;
                    stats::put(conn, line, hour, &bucket, clock.now().wall)
                })
            })?;
            (after, hours) = (Some(hour), hours + 1);
        }
    }
    println!("{database}: {hours} hours of lines summed up again");
    Ok(())
}
