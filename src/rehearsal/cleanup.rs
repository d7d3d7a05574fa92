//! What must not stay of a rehearsal: an open room, a token that counts, a job that seems to run.

use std::time::{Duration, Instant};

use actix_web::web;

use super::cast::Stage;
use super::steps::Steps;
use crate::actors::{EndRoom, SocketsOf};
use crate::ids::{JobId, RoomId, SessionId, TokenId};
use crate::storage::people::api_tokens;
use crate::storage::work::jobs;
use crate::storage::work::kept::{self, Kept};
use crate::storage::work::test_data::removal;

/// What was open is closed within this: the grace time of a test line, and some.
const CLOSED_WITHIN: Duration = Duration::from_secs(25);
/// How often it is looked at until then.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Ends the room, if it is open still.
pub(super) async fn room(stage: &Stage, room: Option<RoomId>) {
    if let Some(room) = room
        && let Err(error) = stage.rooms.send(EndRoom { room, note: None }).await
    {
        log::warn!(room:% = room; "the room of a rehearsal was not ended: {error}");
    }
}

/// The token of the test counsellor counts no more, and is not on file any more.
pub(super) async fn token(stage: &Stage, token: TokenId) {
    let store = stage.store.clone();
    let gone = web::block(move || store.in_turn(|conn| api_tokens::delete(conn, token))).await;
    if let Ok(Err(error)) = gone {
        log::warn!(token:% = token; "the token of a rehearsal stays on file until it ends by itself: {error}");
    }
    stage.sockets.end(SocketsOf::Session(SessionId(token.0)));
}

/// Until nothing of test lines waits or talks.
pub(super) async fn nothing_lives(stage: &Stage) -> Result<(), String> {
    let give_up = Instant::now() + CLOSED_WITHIN;
    loop {
        let store = stage.store.clone();
        match store.answer(removal::live).await {
            Ok(0) => return Ok(()),
            Ok(live) if Instant::now() >= give_up => {
                return Err(format!("{live} test consultations are still open; they end by themselves in a minute"));
            }
            Err(error) if Instant::now() >= give_up => return Err(format!("the database failed: {error}")),
            _ => tokio::time::sleep(LOOK_EVERY).await,
        }
    }
}

/// Notes how it ended.
pub(super) async fn finish(stage: &Stage, id: JobId, done: usize, failed: Option<String>) {
    let (store, kept, at) = (stage.store.clone(), Kept { job: id, keeper: stage.keeper }, stage.clock.now().wall);
    let done = i32::try_from(done).unwrap_or(i32::MAX);
    let noted = web::block(move || {
        store.in_turn(|conn| match &failed {
            None => kept::finish(conn, kept, done, None, at),
            Some(why) => kept::fail(conn, kept, why, at),
        })
    });
    if let Ok(Err(error)) = noted.await {
        log::error!(rehearsal:% = id; "the end of a rehearsal is not on file: {error}");
    }
}

/// One that broke off in its midst: it has failed.
pub(super) async fn broken(stage: &Stage, id: JobId) {
    let why = "the rehearsal broke off; look at the server's log";
    let (store, kept, at) = (stage.store.clone(), Kept { job: id, keeper: stage.keeper }, stage.clock.now().wall);
    let noted = web::block(move || {
        store.in_turn(|conn| {
            let Some(job) = jobs::by_id(conn, id)? else { return Ok(false) };
            let mut steps = Steps::read(job.progress.as_deref());
            steps.cut_off(why);
            let progress = serde_json::to_string(&steps).unwrap_or_default();
            kept::advance(conn, kept, &progress, job.done, at)?;
            kept::fail(conn, kept, why, at)
        })
    });
    if let Ok(Err(error)) = noted.await {
        log::error!(rehearsal:% = id; "the end of a rehearsal is not on file: {error}");
    }
}
