//! What nodes tell each other as hints: words to everybody that may be lost. A hint names records that have changed
//! and says nothing about them, so whoever hears it looks; or it counts a failed log-in, by marks that only nodes with
//! the signing key can make.
//!
//! What has come and was not looked at yet lies in an [`Inbox`]: a hundred edits in a moment are one look.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::ids::{AccountId, DeskId, RoomId, SessionId};
use crate::work::Poke;

/// Most that an inbox holds. What comes on top is lost, as any hint may be: whoever must be sure looks by themselves.
const INBOX_MAX: usize = 10_000;

/// A record that is to be looked at, as it has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(tag = "what", content = "id", rename_all = "snake_case")]
pub enum Named {
    /// A line was made, edited or deleted.
    Lines,
    /// A code was.
    Codes,
    /// The organisation has another name.
    Office,
    /// What a group room says of itself.
    Group(RoomId),
    /// Who somebody is: their name, standing, lines and tiers.
    Staff(AccountId),
    /// What an account may know of.
    Scope(AccountId),
    /// Log-ins or API tokens of an account may have ended.
    Access(AccountId),
    /// A log-in or an API token may have ended.
    LogIn(SessionId),
    /// A desk may have another key, or be none any more.
    Desk(DeskId),
}

/// A failed log-in, by the marks under which the throttle counts it: no login, account, network or browser can be
/// read out of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FailedLogIn {
    /// The login, from its place.
    pub pair: u64,
    /// What counts besides where the login was never used before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub strange: Option<Strange>,
}

/// See [`FailedLogIn::strange`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strange {
    /// The network, whatever the login.
    pub network: u64,
    /// The login, whatever the network.
    pub login: u64,
}

/// What has come and was not taken yet. Cheap to clone; all clones know the same.
#[derive(Clone)]
pub struct Inbox<T> {
    waiting: Arc<Mutex<Vec<T>>>,
    poke: Poke,
}

impl<T> Default for Inbox<T> {
    fn default() -> Self {
        Self { waiting: Arc::default(), poke: Poke::default() }
    }
}

impl<T> Inbox<T> {
    /// This has come: whoever takes it is poked.
    pub(super) fn put(&self, come: impl IntoIterator<Item = T>) {
        let mut waiting = self.lock();
        let free = INBOX_MAX.saturating_sub(waiting.len());
        waiting.extend(come.into_iter().take(free));
        drop(waiting);
        self.poke.now();
    }

    /// All that has come since it was taken last.
    #[must_use]
    pub fn take(&self) -> Vec<T> {
        std::mem::take(&mut self.lock())
    }

    /// With what whoever takes it is poked.
    #[must_use]
    pub const fn poke(&self) -> &Poke {
        &self.poke
    }

    /// Nothing in here can be left half done, so a poisoned lock is as good as any.
    fn lock(&self) -> MutexGuard<'_, Vec<T>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_named_reads_as_it_was_written() {
        let account = AccountId::from(7);
        let named = [Named::Lines, Named::Staff(account), Named::LogIn(SessionId::from(8))];
        let written = serde_json::to_value(named).unwrap();
        assert_eq!(written[0], json!({"what": "lines"}));
        assert_eq!(written[1], json!({"what": "staff", "id": account}));
        assert_eq!(serde_json::from_value::<Vec<Named>>(written).unwrap(), named);
    }

    #[test]
    fn an_inbox_holds_so_many_and_no_more_and_is_empty_once_taken() {
        let inbox = Inbox::default();
        inbox.put(0..INBOX_MAX - 1);
        inbox.put([1, 2, 3]);
        assert_eq!(inbox.take().len(), INBOX_MAX);
        assert!(inbox.take().is_empty());
    }
}
