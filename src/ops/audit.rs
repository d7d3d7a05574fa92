//! `anteroom audit verify`: reads the audit's chain from the first entry to the last.

use crate::config::VerifyOptions;
use crate::start_error::StartError;
use crate::storage::history::audit::{self, Verified};
use crate::storage::{Database, Store};

/// Says how many entries there are and which is the last, or what is broken. A head that was noted
/// earlier must still be in the chain: whoever rewrote all of it cannot bring that back.
pub fn verify(options: &VerifyOptions) -> Result<(), StartError> {
    let database: Database = options.database.url().parse()?;
    let store = Store::open(&database)?;
    let noted = options.head.as_deref().map(read_head).transpose()?;
    let verified = store.run(|conn| audit::verify(conn, noted.as_ref()))?;
    match verified {
        Ok(Verified { entries: 0, .. }) => println!("the audit is empty"),
        Ok(Verified { entries, head }) => println!("{entries} entries, unbroken; head {entries}:{head}"),
        Err(broken) => {
            return Err(StartError::new(format_args!(
                "the audit is broken: {broken}; keep this database as evidence and compare it with a backup"
            )));
        }
    }
    Ok(())
}

fn read_head(text: &str) -> Result<(i32, String), StartError> {
    let read = text.split_once(':').and_then(|(seq, hash)| Some((seq.parse().ok()?, hash.to_owned())));
    read.ok_or_else(|| {
        StartError::new(format_args!("--head {text:?} is not of the form NUMBER:HASH; take it from an earlier verify"))
    })
}
