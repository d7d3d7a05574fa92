//! What goes on in the background of a server, and what of it is nobody else's: the last use of sessions goes on
//! file, expired sessions go off it, and every night mail, links, networks and pictures that are no longer needed do,
//! too.

use std::time::Duration;

use actix_web::web;

use crate::app::App;
use crate::http::access_control::staff_edits::StaffEdits;
use crate::http::access_control::validity;
use crate::http::heard::{Guesses, Heard};
use crate::http::{Gate, edited};
use crate::ids::AccountId;
use crate::jobs::{self, Tally, Tools};
use crate::journal::Keeper;
use crate::mail::{self, Transport};
use crate::rehearsal;
use crate::storage::StoreError;
use crate::storage::people::{links, networks, sessions};
use crate::storage::talk::media;
use crate::storage::work::mails;
use crate::storage::work::test_data::removal;
use crate::time::Wall;
use crate::work::{Crew, Poke, Remaining, Work};

/// How often the last use of sessions is written.
const TOUCH_EVERY: Duration = Duration::from_secs(60);
/// Mail that is out and links that are over are kept so long, for whoever asks what was sent.
const KEEP_MAIL_S: i64 = 30 * 24 * 60 * 60;
/// A picture nobody is shown by is kept so long: somebody may be about to use it.
const KEEP_PICTURES_S: i64 = 24 * 60 * 60;

/// Starts all of it. `staff`: see [`StaffEdits::new`].
pub(super) fn start(app: &App, gate: &web::Data<Gate>, transport: Transport, staff: Vec<(AccountId, i32)>) -> Crew {
    let mut crew = Crew::default();
    let (zone, keeper) = (app.settings.zone, app.settings.node);
    let tools = Tools { store: app.store.clone(), clock: app.clock.clone(), zone, keeper };
    let (at_night, to_tell) = (app.clone(), app.clone());
    let nightly = async move |tally: &Tally| night(&at_night, tally).await;
    let lines_edited = move |lines| edited::lines_meanwhile(&to_tell, lines);
    crew.start(jobs::Runner::new(tools, nightly, lines_edited), app.jobs.queued());
    crew.start(mail::Sender::new(app.store.clone(), app.clock.clone(), transport), app.mail_queue.poke());
    crew.start(validity::Expiry::new(app.clone(), gate.clone()), &Poke::default());
    crew.start(StaffEdits::new(app.clone(), staff), &Poke::default());
    crew.start(Sessions { app: app.clone(), gate: gate.clone() }, &Poke::default());
    if let Some(joined) = &app.joined {
        crew.start(Heard::new(app.clone(), gate.clone(), joined), joined.named.poke());
        crew.start(LeftRehearsals { app: app.clone() }, &Poke::default());
        crew.start(Guesses::new(app.clone(), gate.clone(), joined), joined.failed_log_ins.poke());
    }
    crew
}

/// The last use of sessions, and those that have expired.
struct Sessions {
    app: App,
    gate: web::Data<Gate>,
}

impl Work for Sessions {
    const EVERY: Duration = TOUCH_EVERY;

    async fn step(&mut self) -> Result<Remaining, String> {
        for uses in self.gate.uses.take() {
            if let Err(error) = self.app.journal.write(Keeper::Anybody, uses).await {
                log::warn!("the last use of sessions was not stored: {error}");
            }
        }
        let (store, now) = (self.app.store.clone(), self.app.clock.now().wall);
        if let Ok(Err(error)) = web::block(move || store.in_turn(|conn| sessions::delete_expired(conn, now))).await {
            log::warn!("expired sessions stay on file for now: {error}");
        }
        Ok(Remaining::Nothing)
    }
}

/// Among several nodes: rehearsals whose node is gone have failed. A server alone sees to its own as it starts.
struct LeftRehearsals {
    app: App,
}

impl Work for LeftRehearsals {
    const EVERY: Duration = Duration::from_secs(30);

    async fn step(&mut self) -> Result<Remaining, String> {
        let (store, keeper, at) = (self.app.store.clone(), self.app.settings.node, self.app.clock.now().wall);
        let stale = Wall(at.0 - rehearsal::STALE_S * 1_000_000);
        let given_up = web::block(move || {
            store.in_turn(|conn| conn.write(|conn| removal::give_up(conn, keeper, stale, rehearsal::CUT_OFF, at)))
        });
        match given_up.await {
            Ok(Err(error)) => Err(format!("rehearsals of nodes that are gone seem to run for now: {error}")),
            // Shutting down, if at all.
            Ok(Ok(())) | Err(_) => Ok(Remaining::Nothing),
        }
    }
}

/// What is done once a day: accounts are looked through, and what is no longer needed is deleted.
async fn night(app: &App, tally: &Tally) -> Result<(), String> {
    let looked = validity::recheck(app, async |done| tally.note(done).await).await;
    if looked.map_err(|error| error.to_string())?.is_none() {
        // Another node does the rest.
        return Ok(());
    }
    forget_mail(app).await.map_err(|error| error.to_string())?;
    forget_pictures(app).await.map_err(|error| error.to_string())
}

/// Mail that is out and links that are over hold addresses and are not needed, and so do networks long unused:
/// nightly they go.
async fn forget_mail(app: &App) -> Result<(), StoreError> {
    let (store, now) = (app.store.clone(), app.clock.now().wall);
    let then = Wall(now.0 - KEEP_MAIL_S * 1_000_000);
    let forgotten = web::block(move || {
        store.in_turn(|conn| Ok(mails::forget(conn, then)? + links::forget(conn, then)? + networks::forget(conn, now)?))
    });
    match forgotten.await {
        Ok(forgotten) => forgotten.map(drop),
        // Shutting down; the next night does it.
        Err(_) => Ok(()),
    }
}

/// Pictures that were sent and then not used go nightly.
async fn forget_pictures(app: &App) -> Result<(), StoreError> {
    let (store, then) = (app.store.clone(), Wall(app.clock.now().wall.0 - KEEP_PICTURES_S * 1_000_000));
    match web::block(move || store.in_turn(|conn| media::forget(conn, then))).await {
        Ok(forgotten) => forgotten.map(drop),
        // Shutting down; the next night does it.
        Err(_) => Ok(()),
    }
}
