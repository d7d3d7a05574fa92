//! The sockets of other nodes at a room: which of them are sure to be there, and who came in at the door when.
//!
//! Seats are handed out in an order that all nodes share; who comes in by a socket of the room is ordered here. Near
//! sockets by their numbers, as they live on several threads; a far one comes after all that came before it.

use std::collections::BTreeMap;

use crate::ids::{MemberId, NodeId, NodeSocket};

/// Between the epochs of two near sockets there is place for so many far ones, as a power of two.
const BETWEEN: u32 = 24;

/// Those of one room.
#[derive(Debug, Default)]
pub struct FarSockets {
    here: BTreeMap<NodeSocket, Here>,
    /// The latest epoch in which somebody came in at the door.
    latest: u64,
}

#[derive(Debug)]
struct Here {
    how: Left,
    /// No link broke since it was named.
    is_sure: bool,
}

/// What a socket has left behind that is there no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// A seat that was handed out to it.
    Seat { member: MemberId, epoch: u64 },
    /// What it had by coming in at the door.
    Door { epoch: u64 },
}

impl FarSockets {
    /// It has taken a seat, for the first time or again.
    pub fn attached(&mut self, at: NodeSocket, member: MemberId, epoch: u64) {
        self.here.insert(at, Here { how: Left::Seat { member, epoch }, is_sure: true });
    }

    /// The socket that had this seat is gone.
    pub fn detached(&mut self, member: MemberId, epoch: u64) {
        if !self.here.is_empty() {
            self.here.retain(|_, here| here.how != Left::Seat { member, epoch });
        }
    }

    /// A near socket of the room comes in. In which epoch.
    pub fn near_enters(&mut self, generation: u64) -> u64 {
        let epoch = near(generation);
        self.latest = self.latest.max(epoch);
        epoch
    }

    /// A far one does.
    pub fn enters(&mut self, at: NodeSocket) -> u64 {
        self.latest += 1;
        self.here.insert(at, Here { how: Left::Door { epoch: self.latest }, is_sure: true });
        self.latest
    }

    /// A socket of the room is gone, near or far. In which epoch it came in.
    pub fn gone(&mut self, at: NodeSocket) -> u64 {
        match self.here.remove(&at) {
            Some(Here { how: Left::Door { epoch } | Left::Seat { epoch, .. }, .. }) => epoch,
            None => near(at.socket.0),
        }
    }

    /// Whether it is sure to be there: what it says is to be heard. Before, and from a break until it was named again,
    /// something that it said earlier may be lost, and comes again in its order.
    #[must_use]
    pub fn is_sure(&self, at: NodeSocket) -> bool {
        self.here.get(&at).is_some_and(|here| here.is_sure)
    }

    /// The link to this node is broken.
    pub fn broke(&mut self, node: NodeId) {
        self.here.iter_mut().filter(|(at, _)| at.node == node).for_each(|(_, here)| here.is_sure = false);
    }

    /// It is open again, and who is still there was named: the others are not.
    pub fn named(&mut self, node: NodeId) -> Vec<Left> {
        let left = self.here.extract_if(.., |at, here| at.node == node && !here.is_sure);
        left.map(|(_, here)| here.how).collect()
    }

    /// The node is gone, with all its sockets.
    pub fn node_gone(&mut self, node: NodeId) -> Vec<Left> {
        self.here.extract_if(.., |at, _| at.node == node).map(|(_, here)| here.how).collect()
    }
}

fn near(generation: u64) -> u64 {
    generation << BETWEEN
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::SocketId;

    fn at(node: u128, socket: u64) -> NodeSocket {
        NodeSocket { node: node.into(), socket: SocketId(socket) }
    }

    #[test]
    fn who_was_not_named_again_is_gone_and_nobody_of_another_node() {
        let mut far = FarSockets::default();
        far.attached(at(1, 5), 1.into(), 10);
        far.attached(at(1, 6), 2.into(), 11);
        far.attached(at(2, 5), 3.into(), 12);
        let epoch = far.enters(at(1, 7));
        far.broke(1.into());
        assert!(!far.is_sure(at(1, 6)) && far.is_sure(at(2, 5)) && !far.is_sure(at(2, 6)));
        far.attached(at(1, 6), 2.into(), 11);
        assert!(far.is_sure(at(1, 6)));
        assert_eq!(far.named(1.into()), [Left::Seat { member: 1.into(), epoch: 10 }, Left::Door { epoch }]);
        assert_eq!(far.named(1.into()), []);
        assert_eq!(far.node_gone(1.into()), [Left::Seat { member: 2.into(), epoch: 11 }]);
        far.detached(3.into(), 11);
        far.detached(3.into(), 12);
        assert_eq!(far.node_gone(2.into()), []);
    }

    #[test]
    fn near_sockets_come_in_by_their_numbers_and_far_ones_after_all_before() {
        let mut far = FarSockets::default();
        let (second, first) = (far.near_enters(8), far.near_enters(7));
        assert!(first < second, "the older one came later");
        let (third, fourth) = (far.enters(at(1, 1)), far.enters(at(2, 1)));
        assert!(second < third && third < fourth && fourth < far.near_enters(9));
        assert_eq!((far.gone(at(1, 1)), far.gone(at(9, 8))), (third, second), "the near one has no place here");
    }
}
