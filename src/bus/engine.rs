//! What the loop and an engine say to each other.
//!
//! An engine is a task with a queue of messages to send. It connects, listens, and sends; whatever goes
//! wrong ends its session, and it begins a new one: listening first, then sending. It may lose anything,
//! and lets go of what it cannot take: the links send it again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::mpsc;

use super::channel::Channel;
use crate::cluster::Engine;

/// Most messages that wait for the loop.
const HEARD_MAX: usize = 4_096;
/// Between two sessions of an engine, the first time; it doubles up to [`PAUSE_MAX`].
const PAUSE: Duration = Duration::from_millis(50);
/// See [`PAUSE`].
const PAUSE_MAX: Duration = Duration::from_secs(1);

/// A sealed message to be sent.
pub(super) struct Letter {
    #[cfg_attr(not(feature = "redis"), expect(dead_code, reason = "PostgreSQL does not say who hears"))]
    pub to: Channel,
    /// The name of the channel.
    pub channel: String,
    pub sealed: Vec<u8>,
}

/// A message that came.
pub(super) struct Heard {
    pub by: Engine,
    /// The name of the channel it came on.
    pub channel: String,
    pub sealed: Vec<u8>,
}

/// How an engine is.
#[derive(Debug)]
pub(super) enum Report {
    /// It listens and can send.
    Up(Engine),
    /// It does not; why.
    Down(Engine, String),
    /// Of what it sent to this channel, so many hearers were told.
    #[cfg_attr(not(feature = "redis"), expect(dead_code, reason = "PostgreSQL does not say who hears"))]
    Reached(Channel, u64),
}

/// An engine's end of the loop.
pub(super) struct Loop {
    pub engine: Engine,
    /// The names of the channels to listen on.
    pub listens: [String; 2],
    pub letters: mpsc::Receiver<Letter>,
    pub reports: mpsc::UnboundedSender<Report>,
    pub hearing: Hearing,
}

/// Takes what an engine hears.
#[derive(Clone)]
pub(super) struct Hearing {
    heard: mpsc::Sender<Heard>,
    dropped: Arc<AtomicU64>,
}

impl Hearing {
    pub(super) fn new(dropped: Arc<AtomicU64>) -> (Self, mpsc::Receiver<Heard>) {
        let (heard, hears) = mpsc::channel(HEARD_MAX);
        (Self { heard, dropped }, hears)
    }

    /// Hands on what came. It never waits: a hearer that waited would fill the server's memory, or be
    /// thrown out by it.
    pub(super) fn hand_on(&self, heard: Heard) {
        if self.heard.try_send(heard).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// The queue of messages to an engine: some tens of MiB at most, as its messages are of two sizes.
pub(super) fn queue(engine: Engine) -> (mpsc::Sender<Letter>, mpsc::Receiver<Letter>) {
    mpsc::channel(match engine {
        Engine::Postgres => 4_096,
        Engine::Redis => 1_024,
    })
}

/// One session of an engine after the other, until the loop ends.
pub(super) async fn keep_up<S: Session>(mut session: S, mut ours: Loop) {
    let (engine, mut pause) = (ours.engine, PAUSE);
    let mut said = false;
    loop {
        let mut up = false;
        match session.run(&mut ours, &mut up).await {
            Ok(()) => return,
            Err(reason) => {
                if up || !said {
                    log::warn!(engine:? = engine, reason:%; "messages between nodes do not go by this engine");
                }
                (said, pause) = (true, if up { PAUSE } else { (pause * 2).min(PAUSE_MAX) });
                if ours.reports.send(Report::Down(engine, reason)).is_err() {
                    return;
                }
            }
        }
        tokio::time::sleep(pause).await;
    }
}

impl Loop {
    /// The session stands: what waited is older, and its links send it again.
    pub(super) fn is_up(&mut self, up: &mut bool) {
        *up = true;
        while self.letters.try_recv().is_ok() {}
        log::info!(engine:? = self.engine; "messages between nodes can go by this engine");
        // Without a loop there is nobody to tell, and no letter will come.
        let _ = self.reports.send(Report::Up(self.engine));
    }

    /// The next messages, at most so many and about so many bytes; none when the loop has ended.
    pub(super) async fn next(&mut self, max: usize, bytes_max: usize) -> Option<Vec<Letter>> {
        let mut letters = vec![self.letters.recv().await?];
        let mut bytes = letters[0].sealed.len();
        while letters.len() < max
            && bytes < bytes_max
            && let Ok(letter) = self.letters.try_recv()
        {
            bytes += letter.sealed.len();
            letters.push(letter);
        }
        Some(letters)
    }
}

/// How one engine connects, listens and sends.
pub(super) trait Session {
    /// Runs until something goes wrong, which is the error, or the loop has ended. `up` is set, by
    /// [`Loop::is_up`], once it listens and can send.
    fn run(&mut self, ours: &mut Loop, up: &mut bool) -> impl Future<Output = Result<(), String>> + Send;
}
