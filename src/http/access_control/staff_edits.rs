//! Counsellors who were edited by another node or the command line. Looked at every few seconds, as lines are: which
//! version of each account is on file, and of those that are new, who they are now. No clock is in it, so nothing is
//! missed, however long an edit took to be committed.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::app::App;
use crate::http::access_control::revocation;
use crate::http::ask;
use crate::ids::AccountId;
use crate::storage::people::accounts;
use crate::work::{Remaining, Work};

/// What was edited elsewhere is known here after so long.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// Tells the matchmaker of them. What is edited here it hears of at once; to hear it twice changes nothing.
pub struct StaffEdits {
    app: App,
    /// The version of each who serves a line, as it was told.
    told: BTreeMap<AccountId, i32>,
}

impl StaffEdits {
    /// `told`: the versions on file before the start read who there is. What changed in between is told once more.
    #[must_use]
    pub fn new(app: App, told: Vec<(AccountId, i32)>) -> Self {
        Self { app, told: told.into_iter().collect() }
    }
}

impl Work for StaffEdits {
    const EVERY: Duration = LOOK_EVERY;

    async fn step(&mut self) -> Result<Remaining, String> {
        // Who matches elsewhere looks there. What was edited since it was told here is told if it comes back.
        if !self.app.matchmaker.is_here() {
            return Ok(Remaining::Nothing);
        }
        let failed = |error| format!("who was edited elsewhere is not known at the moment: {error}");
        let found: BTreeMap<AccountId, i32> =
            ask(&self.app, accounts::versions).await.map_err(failed)?.into_iter().collect();
        let served_before = self.told.keys().filter(|account| !found.contains_key(account));
        let edited = found.iter().filter(|(account, version)| self.told.get(account) != Some(version));
        let news: Vec<AccountId> = served_before.chain(edited.map(|(account, _)| account)).copied().collect();
        for account in news {
            revocation::tell_matchmaker_here(&self.app, account).await.map_err(failed)?;
            if !self.app.matchmaker.is_here() {
                // Nobody heard it.
                break;
            }
            match found.get(&account) {
                Some(version) => self.told.insert(account, *version),
                None => self.told.remove(&account),
            };
        }
        Ok(Remaining::Nothing)
    }
}
