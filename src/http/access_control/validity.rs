//! Access that ends by itself, at its moment, while people work: a validity that is over, a log-in
//! that has expired; and access that another node or the command line took away, a desk's key too.
//!
//! Looked at once a second, with the time of that second: nothing is computed in advance, so an edit counts at once
//! and a clock that is corrected ends nobody's access early.

use std::collections::HashSet;
use std::time::Duration;

use actix_web::web;
use serde_json::json;

use crate::actors::SocketsOf;
use crate::app::App;
use crate::http::access_control::credential::Credential;
use crate::http::access_control::revocation;
use crate::http::kit::change::change_as;
use crate::http::kit::error::AppError;
use crate::http::{Gate, ask};
use crate::ids::{AccountId, DeskId, SessionId, TokenId};
use crate::sockets::KeyMark;
use crate::storage::SYSTEM;
use crate::storage::centre::desks;
use crate::storage::history::audit::Actor;
use crate::storage::people::accounts::{self, Account};
use crate::storage::people::{api_tokens, sessions};
use crate::time::Wall;
use crate::work::{Remaining, Work};

/// Access that was taken away elsewhere is noticed within this.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Log-ins asked for in one query.
const IDS_MAX: usize = 500;
/// Open log-ins, and open desks, looked at in one second; where there are more, each is looked at less often. What is
/// taken away on this node ends at once, whatever this finds.
const OPEN_MAX: usize = 1_000;
/// Accounts looked at together by [`recheck`] …
const BATCH: u32 = 200;
/// … and the pause between two batches, in which others get the database.
const BATCH_PAUSE: Duration = Duration::from_millis(20);

/// Ends what is over, once a second.
pub struct Expiry {
    app: App,
    gate: web::Data<Gate>,
    /// Validities that were over by then have been looked at.
    looked_at: Wall,
    log_ins: Rotation,
    desks: Rotation,
}

/// Whose turn it is to be looked at, where there are more than [`OPEN_MAX`].
#[derive(Default)]
struct Rotation {
    /// The first that is looked at next.
    next: usize,
}

impl Rotation {
    /// Those of this second.
    fn share<T>(&mut self, mut open: Vec<T>) -> Vec<T> {
        let share = open.len().min(OPEN_MAX);
        let first = if open.is_empty() { 0 } else { self.next % open.len() };
        open.rotate_left(first);
        open.truncate(share);
        self.next = first + share;
        open
    }
}

impl Expiry {
    /// The first look finds whatever was over by then.
    #[must_use]
    pub fn new(app: App, gate: web::Data<Gate>) -> Self {
        Self { app, gate, looked_at: Wall(0), log_ins: Rotation::default(), desks: Rotation::default() }
    }
}

impl Work for Expiry {
    const EVERY: Duration = LOOK_EVERY;

    async fn step(&mut self) -> Result<Remaining, String> {
        let now = self.app.clock.now().wall;
        let log_ins = self.log_ins.share(self.app.sockets.staff());
        let desks = self.desks.share(self.app.sockets.desks());
        // Each of the three is tried though another failed.
        if let Err(error) = end_what_is_open(&self.app, &self.gate, &log_ins, now).await {
            log::warn!("whether open sockets may stay open is not known at the moment: {error}");
        }
        if let Err(error) = end_desks(&self.app, &desks).await {
            log::warn!("whether open desks may stay open is not known at the moment: {error}");
        }
        match end_what_is_over(&self.app, self.looked_at, now).await {
            Ok(()) => self.looked_at = now,
            Err(error) => log::warn!("validities that are over are looked at again: {error}"),
        }
        Ok(Remaining::Nothing)
    }
}

/// Closes the sockets and streams whose log-in or token counts no more. What is open counts as
/// used: nobody is logged out for idleness during a long shift.
pub(in crate::http) async fn end_what_is_open(
    app: &App,
    gate: &Gate,
    open: &[(AccountId, SessionId)],
    now: Wall,
) -> Result<(), AppError> {
    for some in open.chunks(IDS_MAX) {
        let log_ins: Vec<SessionId> = some.iter().map(|(_, id)| *id).collect();
        let tokens: Vec<TokenId> = log_ins.iter().map(|id| TokenId(id.0)).collect();
        let (log_ins, tokens) =
            ask(app, move |conn| Ok((sessions::live(conn, &log_ins, now)?, api_tokens::live(conn, &tokens, now)?)))
                .await?;
        let log_ins = log_ins.into_iter().map(|(id, account)| (Credential::LogIn(id), account));
        let tokens = tokens.into_iter().map(|(id, account)| (Credential::Token(id), account));
        let may_stay: HashSet<SessionId> = log_ins
            .chain(tokens)
            .filter(|(_, account)| account.may_log_in(now))
            .map(|(credential, _)| {
                gate.uses.note(credential, now);
                credential.session()
            })
            .collect();
        for (account, session) in some.iter().filter(|(_, session)| !may_stay.contains(session)) {
            app.sockets.end(SocketsOf::Session(*session));
            revocation::tell_matchmaker_here(app, *account).await?;
        }
    }
    Ok(())
}

/// Closes the sockets of registered desks that were let in by what is no longer the desk's key.
pub(in crate::http) async fn end_desks(app: &App, open: &[(DeskId, KeyMark)]) -> Result<(), AppError> {
    for some in open.chunks(IDS_MAX) {
        let ids: Vec<DeskId> = some.iter().map(|(desk, _)| *desk).collect();
        let keys = ask(app, move |conn| desks::keys(conn, ids)).await?;
        let keys: HashSet<(DeskId, KeyMark)> = keys.iter().map(|(desk, key)| (*desk, KeyMark::of(key))).collect();
        some.iter().filter(|shown| !keys.contains(shown)).for_each(|(desk, key)| app.sockets.end_key(*desk, *key));
    }
    Ok(())
}

/// Ends the access of those whose validity was over after `from` and by `now`.
async fn end_what_is_over(app: &App, from: Wall, now: Wall) -> Result<(), AppError> {
    for account in ask(app, move |conn| accounts::ended_between(conn, from, now)).await? {
        end_access(app, account, now).await?;
    }
    Ok(())
}

/// Ends the log-ins, sockets and streams of an account, unless it may log in at `now` after all;
/// says whether there were log-ins to end.
async fn end_access(app: &App, id: AccountId, now: Wall) -> Result<bool, AppError> {
    let ended = change_as(app, Actor::system(), move |conn, trail| {
        let Some(account) = accounts::by_id(conn, id)?.filter(|account| !account.may_log_in(now)) else {
            return Ok(None);
        };
        let log_ins = sessions::delete_of(conn, id, None)?;
        api_tokens::revoke_all(conn, id, SYSTEM, now)?;
        if log_ins > 0 {
            trail.note("ACCESS_ENDED", "ACCOUNT", id, json!({"log_ins": log_ins, "valid_until": account.valid_until}));
        }
        Ok(Some(log_ins))
    });
    let Some(log_ins) = ended.await? else { return Ok(false) };
    revocation::at_once(app, SocketsOf::Account(id));
    revocation::tell_matchmaker_of(app, id).await?;
    Ok(log_ins > 0)
}

/// Looks at every account there is, a few at a time, and ends the access of those who may no longer
/// log in. `note` is told how many are done, and says whether to go on. Says how many had something to end; `None`
/// if it was not to go on.
pub async fn recheck(app: &App, note: impl AsyncFn(u64) -> bool) -> Result<Option<u64>, AppError> {
    let (mut done, mut ended, mut last) = (0, 0, None);
    loop {
        let after = last;
        let batch: Vec<Account> = ask(app, move |conn| accounts::after(conn, after, BATCH)).await?;
        let Some(end) = batch.last() else { break };
        last = Some(end.id);
        let now = app.clock.now().wall;
        for account in batch.iter().filter(|account| !account.may_log_in(now)) {
            let id = account.id;
            let has_open = app.sockets.staff().iter().any(|(open, _)| *open == id);
            if (has_open || ask(app, move |conn| sessions::has_any(conn, id)).await?)
                && end_access(app, id, now).await?
            {
                ended += 1;
            }
        }
        done += batch.len() as u64;
        if !note(done).await {
            return Ok(None);
        }
        tokio::time::sleep(BATCH_PAUSE).await;
    }
    Ok(Some(ended))
}
