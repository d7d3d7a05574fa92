//! How records are changed for somebody: the change and the audit of it in one transaction, and how the reading of
//! personal data is audited before it is answered.

use actix_web::web;

use crate::app::App;
use crate::http::gate::staff::Acting;
use crate::http::kit::error::AppError;
use crate::ids::AccountId;
use crate::journal::{Keeper, Write};
use crate::storage::AnyConnection;
use crate::storage::history::audit::{self, Actor, NewEntry};

/// A transaction that lost against another is run again so often.
const TRIES: u32 = 4;

/// What a change leaves in the audit. Written at the end of its transaction: the audit is one
/// chain, so whoever writes to it holds up all others, and must have little left to do.
#[derive(Default)]
pub struct Trail(Vec<NewEntry>);

impl Trail {
    /// One act: `action` (such as `ACCOUNT_APPROVED`) on the `kind` (such as `ACCOUNT`) with this id.
    pub fn note(&mut self, action: &'static str, kind: &'static str, id: impl ToString, detail: serde_json::Value) {
        self.0.push(NewEntry { action, subject_kind: kind, subject_id: id.to_string(), detail });
    }
}

/// Runs `work` and the audit of it in one transaction; all of it or nothing. May be run again from
/// the start if the database asks for that, so it must do nothing but talk to the database.
pub async fn change<T: Send + 'static>(
    app: &App,
    acting: &Acting,
    work: impl Fn(&mut AnyConnection, &mut Trail) -> Result<T, AppError> + Send + 'static,
) -> Result<T, AppError> {
    in_one(app, acting.actor(), Some(acting.staff.session.account.id), work).await
}

/// [`change`] in the name of somebody who need not be logged in.
pub async fn change_as<T: Send + 'static>(
    app: &App,
    actor: Actor,
    work: impl Fn(&mut AnyConnection, &mut Trail) -> Result<T, AppError> + Send + 'static,
) -> Result<T, AppError> {
    in_one(app, actor, None, work).await
}

/// One transaction. That `writer` has written is noted with it, and not by the handler, which ends
/// where it stands when its client hangs up.
async fn in_one<T: Send + 'static>(
    app: &App,
    actor: Actor,
    writer: Option<AccountId>,
    work: impl Fn(&mut AnyConnection, &mut Trail) -> Result<T, AppError> + Send + 'static,
) -> Result<T, AppError> {
    let (store, clock) = (app.store.clone(), app.clock.clone());
    web::block(move || {
        let mut tries = 0;
        loop {
            tries += 1;
            let at = clock.now().wall;
            let turn = store.write_queue().take()?;
            let done = store.connection()?.write(|conn| {
                let mut trail = Trail::default();
                let done = work(conn, &mut trail)?;
                audit::append(conn, &actor, &trail.0, at)?;
                Ok::<T, AppError>(done)
            });
            drop(turn);
            match done {
                Err(error) if error.is_lost_race() && tries < TRIES => {}
                done => {
                    if let (Ok(_), Some(writer)) = (&done, writer) {
                        store.wrote(writer);
                    }
                    return done;
                }
            }
        }
    })
    .await?
}

/// Puts an entry on file that nobody waits for: if the disk refuses it, the log has it.
pub fn note_later(app: &App, actor: Actor, entry: NewEntry) {
    let action = entry.action;
    let write = Write::Audit { actor: Box::new(actor), entry: Box::new(entry), at: app.clock.now().wall };
    app.journal.submit(Keeper::Anybody, write, move |answer| {
        if let Err(error) = answer {
            log::error!(action; "the audit of this could not be stored: {error}");
        }
    });
}

/// Puts an act that is no change of a record of ours on file, above all the reading of personal
/// data; call it before the answer.
pub async fn seen(
    app: &App,
    acting: &Acting,
    action: &'static str,
    kind: &'static str,
    id: impl ToString,
    detail: serde_json::Value,
) -> Result<(), AppError> {
    let entry = NewEntry { action, subject_kind: kind, subject_id: id.to_string(), detail };
    let write = Write::Audit { actor: Box::new(acting.actor()), entry: Box::new(entry), at: app.clock.now().wall };
    match app.journal.write(Keeper::Anybody, write).await {
        Ok(_) => Ok(()),
        Err(_) => Err(AppError::unavailable("NOT_STORED", 1, "the audit of this could not be stored; try again")),
    }
}
