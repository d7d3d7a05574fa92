//! Which of a person's sockets is the newer (R12), though they are at two nodes: whoever matches counts them as they
//! arrive, and each is announced with its turn. So what comes late of an older one never replaces the newer, over a
//! broken link or a change of term either.

use serde::{Deserialize, Serialize};

use super::parcels::{NodeSocket, ToFront};
use super::{Dispatch, Out};

/// When a socket arrived: the epoch of the term, and what was counted in it by then. The greater is the newer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Turn(pub u64);

/// The sockets of one person, as far as their order matters.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Arrivals {
    /// The newest there was; it may be gone.
    newest: Option<(NodeSocket, Turn)>,
    /// The one before, which was shut; it may not have heard of that.
    before: Option<NodeSocket>,
}

/// Where a socket stands among the others of its person.
enum Place {
    /// Another came since.
    Older,
    /// None came since it was given this turn.
    Has(Turn),
    /// It was never given one: newer than all that were.
    Next,
}

impl Arrivals {
    /// This socket is the newest from now on.
    pub(super) fn came(&mut self, from: NodeSocket, turn: Turn) {
        if let Some((older, _)) = self.newest.replace((from, turn)).filter(|(older, _)| *older != from) {
            self.before = Some(older);
        }
    }

    /// Its last word may have been said before it was shut, and come only now.
    pub(super) fn was_replaced(&self, from: NodeSocket) -> bool {
        self.before == Some(from)
    }

    /// A socket is announced, with the turn it was told.
    fn place(&self, from: NodeSocket, told: Option<Turn>) -> Place {
        match (self.newest, told) {
            _ if self.was_replaced(from) => Place::Older,
            (Some((newest, turn)), _) if newest == from => Place::Has(turn.max(told.unwrap_or(turn))),
            (Some((_, newest)), Some(turn)) if turn < newest => Place::Older,
            (_, Some(turn)) => Place::Has(turn),
            (_, None) => Place::Next,
        }
    }

    /// The newest socket, for who checks it.
    pub(super) fn newest(&self) -> Option<NodeSocket> {
        self.newest.map(|(at, _)| at)
    }
}

impl Dispatch {
    /// The next turn, for the socket that arrives. Told before all else, as it is announced with it.
    pub(super) fn next_turn(&mut self, from: NodeSocket, out: &mut Out<'_>) -> Turn {
        self.epoch += 1;
        let turn = Turn(self.epoch);
        out.parcel(from.node, ToFront::Turn { to: from.socket, turn });
        turn
    }

    /// The turn of a socket that is announced with `told`; `None` if it is older than one of the same person.
    pub(super) fn announced_turn(
        &mut self,
        arrivals: Arrivals,
        from: NodeSocket,
        told: Option<Turn>,
        out: &mut Out<'_>,
    ) -> Option<Turn> {
        match arrivals.place(from, told) {
            Place::Older => None,
            Place::Has(turn) => {
                if told != Some(turn) {
                    // The word was lost with the link.
                    out.parcel(from.node, ToFront::Turn { to: from.socket, turn });
                }
                Some(turn)
            }
            Place::Next => Some(self.next_turn(from, out)),
        }
    }
}
