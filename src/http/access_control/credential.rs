//! What somebody shows to be let in, and when it was last used.

use std::collections::HashMap;
use std::sync::Mutex;

use crate::ids::{SessionId, TokenId};
use crate::journal::Write;
use crate::time::Wall;

/// What every API token starts with, so that one is known where it should not be.
pub const TOKEN_PREFIX: &str = "ant_";

/// What somebody shows to be let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Credential {
    /// The cookie of a log-in.
    LogIn(SessionId),
    /// An API token.
    Token(TokenId),
}

impl Credential {
    /// By this their sockets and streams are known. Ids are never drawn twice, whatever they name.
    #[must_use]
    pub fn session(self) -> SessionId {
        match self {
            Self::LogIn(session) => session,
            Self::Token(token) => SessionId(token.0),
        }
    }
}

/// When log-ins and API tokens were last used, gathered here and written in batches, not once a
/// request.
#[derive(Default)]
pub struct Uses(Mutex<HashMap<Credential, Wall>>);

impl Uses {
    pub(crate) fn note(&self, credential: Credential, at: Wall) {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(credential, at);
    }

    /// What was gathered since the last call, as writes for the journal.
    pub fn take(&self) -> Vec<Write> {
        let uses = std::mem::take(&mut *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner));
        let (mut sessions, mut tokens) = (Vec::new(), Vec::new());
        for (credential, at) in uses {
            match credential {
                Credential::LogIn(session) => sessions.push((session, at)),
                Credential::Token(token) => tokens.push((token, at)),
            }
        }
        let mut writes = Vec::new();
        if !sessions.is_empty() {
            writes.push(Write::TouchSessions { sessions });
        }
        if !tokens.is_empty() {
            writes.push(Write::TouchTokens { tokens });
        }
        writes
    }
}
