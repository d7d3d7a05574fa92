//! The work that sends what is due.

use std::time::Duration;

use actix_web::web;

use super::Transport;
use super::transport::NotSent;
use crate::clock::Clock;
use crate::storage::work::mails::{self, Mail};
use crate::storage::{AnyConnection, Store, StoreError};
use crate::time::{SECOND, Wall};
use crate::work::{Remaining, Work};

/// Without being told of anything new: how often it looks for what is due again, and for what
/// another node queued and did not live to send.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// Longer than any try takes: by then whoever took a mail has answered, or is gone.
const TAKEN_FOR_S: i64 = 120;
/// Minutes before the next try, after the first, the second … try; the last one holds for the rest.
const PAUSES_MIN: [i64; 4] = [1, 5, 15, 60];
/// Tries before a mail is given up.
const TRIES_MAX: i32 = 10;

/// Sends what is due, one after the other, until nothing is left or nothing goes through.
pub struct Sender {
    store: Store,
    clock: Clock,
    transport: Transport,
}

impl Work for Sender {
    const EVERY: Duration = LOOK_EVERY;

    async fn step(&mut self) -> Result<Remaining, String> {
        let now = self.clock.now().wall;
        let taken = self.ask(move |conn| mails::take(conn, now, later(now, TAKEN_FOR_S))).await;
        let Some(mail) = taken.map_err(|error| format!("mail waits for the database: {error}"))? else {
            return Ok(Remaining::Nothing);
        };
        let sent = self.transport.send(&mail).await;
        let is_down = matches!(sent, Err(NotSent::Down(_)));
        if let Err(error) = self.settle(mail, sent).await {
            log::warn!("what became of a mail was not stored, it may be sent twice: {error}");
        }
        // The others of this round would only lose a try each.
        Ok(if is_down { Remaining::Nothing } else { Remaining::More })
    }
}

impl Sender {
    /// Sends what is queued in `store`, this `transport`.
    #[must_use]
    pub fn new(store: Store, clock: Clock, transport: Transport) -> Self {
        Self { store, clock, transport }
    }

    /// Puts on file what became of a try.
    async fn settle(&self, mail: Mail, sent: Result<(), NotSent>) -> Result<(), StoreError> {
        let at = self.clock.now().wall;
        match sent {
            Ok(()) => {
                log::info!(mail:% = mail.id; "a mail was sent");
                self.ask(move |conn| mails::sent(conn, &mail, at)).await
            }
            Err(NotSent::Later(error) | NotSent::Down(error)) if mail.attempts < TRIES_MAX => {
                let next = later(at, pause_s(mail.attempts));
                log::warn!(mail:% = mail.id, tries = mail.attempts, error; "a mail could not be sent and is tried again");
                self.ask(move |conn| mails::put_off(conn, &mail, &error, next, at)).await
            }
            Err(NotSent::Never(error) | NotSent::Later(error) | NotSent::Down(error)) => {
                log::error!(mail:% = mail.id, tries = mail.attempts, error; "a mail could not be sent and is given up");
                self.ask(move |conn| mails::give_up(conn, &mail, &error, at)).await
            }
        }
    }

    async fn ask<T: Send + 'static>(
        &self,
        query: impl FnOnce(&mut AnyConnection) -> diesel::QueryResult<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let store = self.store.clone();
        web::block(move || store.in_turn(query))
            .await
            .unwrap_or_else(|error| Err(StoreError::Unavailable(error.to_string())))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_an_hour() {
        assert_eq!([1, 2, 3, 4, 5, 9].map(pause_s), [60, 300, 900, 3_600, 3_600, 3_600]);
    }
}
