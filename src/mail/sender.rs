//! The task that sends what is due.

use std::time::Duration;

use actix_web::web;

use super::Way;
use super::way::NotSent;
use crate::app::App;
use crate::storage::mails::{self, Mail};
use crate::storage::{AnyConnection, StoreError};
use crate::time::{SECOND, Wall};

/// Without being told of anything new: how often it looks for what is due again, and for what
/// another node queued and did not live to send.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Longer than any try takes: by then whoever took a mail has answered, or is gone.
const TAKEN_FOR_S: i64 = 120;
/// Minutes before the next try, after the first, the second … try; the last one holds for the rest.
const PAUSES_MIN: [i64; 4] = [1, 5, 15, 60];
/// Tries before a mail is given up.
const TRIES_MAX: i32 = 10;

/// Sends mail until the task is aborted.
pub async fn run(app: App, way: Way) {
    loop {
        send_due(&app, &way).await;
        // Out of time or poked: either way it looks.
        let _ = tokio::time::timeout(LOOK_EVERY, app.post.wait()).await;
    }
}

/// Sends what is due, one after the other, until nothing is left or nothing goes through.
async fn send_due(app: &App, way: &Way) {
    loop {
        let now = app.clock.now().wall;
        let mail = match ask(app, move |conn| mails::take(conn, now, later(now, TAKEN_FOR_S))).await {
            Ok(Some(mail)) => mail,
            Ok(None) => return,
            Err(error) => return log::warn!("mail waits for the database: {error}"),
        };
        let sent = way.send(&mail).await;
        let is_down = matches!(sent, Err(NotSent::Down(_)));
        if let Err(error) = settle(app, mail, sent).await {
            log::warn!("what became of a mail was not stored, it may be sent twice: {error}");
        }
        // The others of this round would only lose a try each.
        if is_down {
            return;
        }
    }
}

/// Puts on file what became of a try.
async fn settle(app: &App, mail: Mail, sent: Result<(), NotSent>) -> Result<(), StoreError> {
    let at = app.clock.now().wall;
    match sent {
        Ok(()) => {
            log::info!(mail:% = mail.id; "a mail was sent");
            ask(app, move |conn| mails::sent(conn, &mail, at)).await
        }
        Err(NotSent::Later(error) | NotSent::Down(error)) if mail.attempts < TRIES_MAX => {
            let next = later(at, pause_s(mail.attempts));
            log::warn!(mail:% = mail.id, tries = mail.attempts, error; "a mail could not be sent and is tried again");
            ask(app, move |conn| mails::put_off(conn, &mail, &error, next, at)).await
        }
        Err(NotSent::Never(error) | NotSent::Later(error) | NotSent::Down(error)) => {
            log::error!(mail:% = mail.id, tries = mail.attempts, error; "a mail could not be sent and is given up");
            ask(app, move |conn| mails::give_up(conn, &mail, &error, at)).await
        }
    }
}

/// How long to wait after so many tries, in seconds.
fn pause_s(tries: i32) -> i64 {
    let nth = usize::try_from(tries - 1).unwrap_or(0).min(PAUSES_MIN.len() - 1);
    PAUSES_MIN[nth] * 60
}

fn later(at: Wall, seconds: i64) -> Wall {
    Wall(at.0 + seconds * SECOND as i64)
}

async fn ask<T: Send + 'static>(
    app: &App,
    query: impl FnOnce(&mut AnyConnection) -> diesel::QueryResult<T> + Send + 'static,
) -> Result<T, StoreError> {
    let store = app.store.clone();
    web::block(move || store.in_turn(query))
        .await
        .unwrap_or_else(|error| Err(StoreError::Unavailable(error.to_string())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_an_hour() {
        assert_eq!([1, 2, 3, 4, 5, 9].map(pause_s), [60, 300, 900, 3_600, 3_600, 3_600]);
    }
}
