//! Which seat of a room is whose, of those who came in by a socket of its own.

use std::collections::HashMap;

use crate::actors::messages::{Enter, Entering};
use crate::ids::{AccountId, MemberId};
use crate::storage::history::audit::Actor;

/// Those who came in by sockets of the room.
#[derive(Default)]
pub(super) struct Participants {
    /// Whose seat is on its way to the disk, with the socket that waits for it; `None` once that
    /// has gone.
    pub(super) coming: HashMap<MemberId, (u64, Option<Enter>)>,
    /// Who sits where.
    pub(super) seated: HashMap<MemberId, Entering>,
    /// The seat of an account: coming, taken, or held for it.
    pub(super) by_account: HashMap<AccountId, MemberId>,
}

impl Participants {
    /// With the seats that are held for these accounts.
    pub(super) fn expecting(held: Vec<(AccountId, MemberId)>) -> Self {
        Self { by_account: held.into_iter().collect(), ..Self::default() }
    }

    pub(super) fn forget(&mut self, member: MemberId) {
        self.seated.remove(&member);
        self.by_account.retain(|_, seat| *seat != member);
    }

    /// As whom the audit names whoever has this seat, if it is to.
    pub(super) fn audited_as(&self, member: MemberId) -> Option<Actor> {
        self.seated.get(&member)?.audited_as.clone()
    }

    /// The seats taken by sockets of the room.
    pub(super) fn seats(&self) -> impl Iterator<Item = &MemberId> {
        self.seated.keys()
    }
}
