//! One server a database, or nodes of one cluster. Two servers would each match from a memory of their own; the
//! referee would keep the records right, and people would be told what is not so: thirty seconds after a second one
//! starts, it ends the talks of the first.
//!
//! On SQLite the lock is a file's (`file`), on PostgreSQL a session's (`session`); `look` is what both find. A thread looks every
//! second whether it is still held. While it is not, nothing is written ([`crate::storage::WriteQueue`]); if another
//! process has it for long enough, this one must end.

mod file;
mod look;
mod session;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use crate::storage::{Database, OpenError};
use file::FileLock;
use look::{LOOK_SOON, Lock, Look};
use session::{Beside, SessionLock};

/// How often it is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long the end waits for a look that is under way: a database that hangs must not hold it up.
const END_WAIT: Duration = Duration::from_secs(2);

/// Held while a server runs. The system lets go of it when the process ends, however it ends;
/// `migrate`, `account create` and `doctor` do not take it and work beside the server.
pub struct ServeLock {
    held: Held,
    lost: watch::Receiver<Option<String>>,
    wake: SyncSender<()>,
    ended: Receiver<()>,
}

/// Whether the lock is held just now. Cloning shares it.
#[derive(Clone)]
pub(crate) struct Held(Arc<HeldState>);

struct HeldState {
    now: AtomicBool,
    /// The server ends: nobody looks any more.
    over: AtomicBool,
    /// Where the lock can be lost with a connection: has it looked at now.
    wake: Option<SyncSender<()>>,
}

impl Held {
    pub(crate) fn is(&self) -> bool {
        self.0.now.load(Ordering::SeqCst)
    }

    /// Not held, as far as is known, until it was looked at.
    pub(crate) fn doubt(&self) {
        if let Some(wake) = &self.0.wake {
            self.0.now.store(false, Ordering::SeqCst);
            // Full: it is about to look anyway.
            let _ = wake.try_send(());
        }
    }
}

impl ServeLock {
    /// Takes the lock. Refused with [`OpenError::Served`] while another process has it. `patience`: for
    /// how long another may have it later before [`Self::lost`] says so.
    pub fn take(database: &Database, patience: Duration) -> Result<Self, OpenError> {
        Self::beside(Beside::Nobody, database, patience)
    }

    /// Takes the lock of a node, beside other nodes that do so too. Refused as [`Self::take`] is while a server
    /// that is alone has it; on SQLite, where there is one node, it is the same.
    pub fn share(database: &Database, patience: Duration) -> Result<Self, OpenError> {
        Self::beside(Beside::Nodes, database, patience)
    }

    fn beside(beside: Beside, database: &Database, patience: Duration) -> Result<Self, OpenError> {
        let (wake, woken) = sync_channel(1);
        let (lock, doubts): (Box<dyn Lock>, _) = match database {
            Database::Sqlite(path) => (Box::new(FileLock::take(path)?), None),
            Database::Postgres(_) => (Box::new(SessionLock::take(database, beside)?), Some(wake.clone())),
        };
        let held = Held(Arc::new(HeldState { now: AtomicBool::new(true), over: AtomicBool::new(false), wake: doubts }));
        let (tell, lost) = watch::channel(None);
        let (end, ended) = sync_channel(1);
        let keeper = LockKeeper { lock, held: held.clone(), tell, patience, database: database.clone() };
        std::thread::Builder::new()
            .name("serve-lock".into())
            .spawn(move || {
                keeper.run(&woken);
                let _ = end.send(());
            })
            .map_err(|error| OpenError::NoThread { reason: error.to_string() })?;
        Ok(Self { held, lost, wake, ended })
    }

    /// Ends once another process has had the lock for so long that this one must end, and says who.
    pub async fn lost(&self) -> String {
        let mut lost = self.lost.clone();
        match lost.wait_for(Option::is_some).await {
            Ok(by) => by.clone().unwrap_or_default(),
            // The thread is gone without an answer, which is no reason to end.
            Err(_) => std::future::pending().await,
        }
    }

    pub(crate) fn held(&self) -> Held {
        self.held.clone()
    }
}

impl Drop for ServeLock {
    fn drop(&mut self) {
        self.held.0.now.store(false, Ordering::SeqCst);
        self.held.0.over.store(true, Ordering::SeqCst);
        let _ = self.wake.try_send(());
        let _ = self.ended.recv_timeout(END_WAIT);
    }
}

/// The thread that looks at the lock.
struct LockKeeper {
    lock: Box<dyn Lock>,
    held: Held,
    tell: watch::Sender<Option<String>>,
    patience: Duration,
    database: Database,
}

impl LockKeeper {
    fn run(mut self, woken: &Receiver<()>) {
        let mut others_since = None;
        loop {
            let pause = if self.held.is() { LOOK_EVERY } else { LOOK_SOON };
            let woken = woken.recv_timeout(pause);
            if woken == Err(RecvTimeoutError::Disconnected) || self.held.0.over.load(Ordering::SeqCst) {
                return;
            }
            match self.lock.look() {
                Look::Held => {
                    others_since = None;
                    if !self.held.0.now.swap(true, Ordering::SeqCst) {
                        log::info!("the lock on the database is held");
                    }
                }
                Look::Away(why) => {
                    if self.held.0.now.swap(false, Ordering::SeqCst) {
                        log::error!("the lock on the database is lost, nothing is written until it is back: {why}");
                    }
                }
                Look::Others(by) => {
                    self.held.0.now.store(false, Ordering::SeqCst);
                    let since = *others_since.get_or_insert_with(|| {
                        log::error!("{by} has the lock on the database; nothing is written");
                        Instant::now()
                    });
                    if since.elapsed() >= self.patience {
                        let refused = OpenError::Served { database: self.database.to_string(), by };
                        self.tell.send_replace(Some(refused.to_string()));
                        return;
                    }
                }
            }
        }
    }
}
