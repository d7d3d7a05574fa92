//! What every part is given that is no actor: the settings, the records, the clocks. Nothing is global.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, PoisonError, RwLock};

use crate::clock::Clock;
use crate::journal::Journal;
use crate::nodes::Joined;
use crate::protocol::LineInfo;
use crate::settings::Settings;
use crate::sockets::Sockets;
use crate::storage::Store;
use crate::tokens::Tokens;

/// What stands below the actors. Cheap to clone; lives as long as the server.
#[derive(Clone)]
pub struct Services {
    /// What the operator set, after defaults.
    pub settings: Arc<Settings>,
    /// Reads, from a pool; blocking: call it inside `web::block`.
    pub store: Store,
    /// The single writer.
    pub journal: Journal,
    /// Both clocks, and new ids.
    pub clock: Clock,
    /// Signs and reads resume tokens.
    pub tokens: Tokens,
    /// The lines as people see them now.
    pub lines: LineDirectory,
    /// Every open socket: to count them per address and to close them when the node drains.
    pub sockets: Sockets,
    /// Those it matches with; nobody, for a server that is alone.
    pub joined: Option<Joined>,
    /// Set once on SIGTERM: no new tickets, not ready, sockets are on their way out.
    pub draining: Arc<AtomicBool>,
}

impl Services {
    /// Alone, with no line known and no socket open yet.
    #[must_use]
    pub fn new(settings: Settings, store: Store, journal: Journal, clock: Clock, tokens: Tokens) -> Self {
        let (lines, sockets, joined, draining) = Default::default();
        Self { settings: Arc::new(settings), store, journal, clock, tokens, lines, sockets, joined, draining }
    }
}

/// The lines, where a socket can read them without asking the matchmaker. Cheap to clone.
#[derive(Clone, Default)]
pub struct LineDirectory(Arc<RwLock<Vec<LineInfo>>>);

impl LineDirectory {
    /// The lines in their order.
    #[must_use]
    pub fn all(&self) -> Vec<LineInfo> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// They are as this now.
    pub(crate) fn put_up(&self, lines: Vec<LineInfo>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = lines;
    }
}
