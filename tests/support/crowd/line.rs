//! A person's socket, and what makes them look up from it.

use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::watch;

use super::Door;
use crate::support::Socket;

/// One socket of one person.
pub(super) struct Line {
    pub socket: Socket,
    silent: watch::Receiver<u32>,
    closing: watch::Receiver<bool>,
    again: Option<Instant>,
}

/// What comes next.
pub(super) enum Next {
    Frame(Value),
    /// It is time to ask again for what was refused.
    Again,
    /// It is time to end what there is. Told once on each line.
    Close,
    /// The line is dead.
    Over,
}

impl Line {
    pub(super) fn over(socket: Socket, door: &Door, closing: &watch::Sender<bool>) -> Self {
        let mut closing = closing.subscribe();
        if *closing.borrow() {
            closing.mark_changed();
        }
        Self { socket, silent: door.silent.subscribe(), closing, again: None }
    }

    /// Asks to be told [`Next::Again`].
    pub(super) fn tries_again(&mut self, after: Option<Duration>) {
        self.again = self.again.or(after.map(|after| Instant::now() + after));
    }

    pub(super) async fn next(&mut self) -> Next {
        let again = self.again;
        tokio::select! {
            frame = self.socket.next() => frame.map_or(Next::Over, Next::Frame),
            Ok(()) = self.silent.changed() => {
                self.socket.vanish();
                Next::Over
            }
            Ok(()) = self.closing.changed() => Next::Close,
            () = until(again), if again.is_some() => {
                self.again = None;
                Next::Again
            }
        }
    }
}

async fn until(moment: Option<Instant>) {
    if let Some(moment) = moment {
        tokio::time::sleep_until(moment.into()).await;
    }
}
