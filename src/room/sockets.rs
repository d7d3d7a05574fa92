//! Which socket each member has.

use std::collections::BTreeMap;

use crate::ids::MemberId;

/// The sockets of a room's members, whatever stands for one. Two sockets of one member may reach their
/// room in either order: the epochs in which their seats were handed out are the true one.
#[derive(Debug)]
pub struct Sockets<S> {
    here: BTreeMap<MemberId, S>,
    /// By member, the latest epoch that has attached.
    epochs: BTreeMap<MemberId, u64>,
}

impl<S> Default for Sockets<S> {
    fn default() -> Self {
        Self { here: BTreeMap::new(), epochs: BTreeMap::new() }
    }
}

impl<S> Sockets<S> {
    /// A socket is about to take its member's seat: from here on no older one gives the seat up. Whether
    /// there is no newer one.
    pub fn expect(&mut self, member: MemberId, epoch: u64) -> bool {
        let newest = self.epoch(member).is_none_or(|latest| latest <= epoch);
        if newest {
            self.epochs.insert(member, epoch);
        }
        newest
    }

    /// A socket takes its member's seat, unless one of a later epoch has. Gives back `Err` with the socket
    /// that is too late, or the one it replaces.
    ///
    /// # Errors
    /// The socket, if it is too late.
    pub fn attach(&mut self, member: MemberId, epoch: u64, socket: S) -> Result<Option<S>, S> {
        if self.epoch(member).is_some_and(|latest| latest > epoch) {
            return Err(socket);
        }
        self.epochs.insert(member, epoch);
        Ok(self.here.insert(member, socket))
    }

    /// A socket of this epoch is gone. Compare and delete: the late stop of an old socket never removes the
    /// newer one. Whether it was the latest.
    pub fn detach(&mut self, member: MemberId, epoch: u64) -> bool {
        let newest = self.epoch(member) == Some(epoch);
        if newest {
            self.here.remove(&member);
        }
        newest
    }

    /// The member has no socket any more, whatever its epoch.
    pub fn remove(&mut self, member: MemberId) -> Option<S> {
        self.here.remove(&member)
    }

    /// The seat is given up: nothing of it is kept.
    pub fn forget(&mut self, member: MemberId) -> Option<S> {
        self.epochs.remove(&member);
        self.here.remove(&member)
    }

    /// The latest epoch that has attached.
    #[must_use]
    pub fn epoch(&self, member: MemberId) -> Option<u64> {
        self.epochs.get(&member).copied()
    }

    /// The member's socket, if one is here.
    #[must_use]
    pub fn get(&self, member: MemberId) -> Option<&S> {
        self.here.get(&member)
    }

    /// Every socket that is here but this member's.
    pub fn others(&self, except: Option<MemberId>) -> impl Iterator<Item = (MemberId, &S)> {
        self.here.iter().map(|(member, socket)| (*member, socket)).filter(move |(member, _)| Some(*member) != except)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_epoch_decides_and_not_who_comes_first() {
        let (member, mut sockets) = (MemberId::from(1), Sockets::default());
        assert_eq!(sockets.attach(member, 2, "newer"), Ok(None));
        assert_eq!(sockets.attach(member, 1, "older"), Err("older"), "too late");
        assert!(!sockets.detach(member, 1), "the late stop of the older one");
        assert_eq!(sockets.get(member), Some(&"newer"));
        assert_eq!(sockets.attach(member, 3, "newest"), Ok(Some("newer")));
        assert!(sockets.detach(member, 3));
        assert_eq!((sockets.get(member), sockets.epoch(member)), (None, Some(3)));
        assert_eq!(sockets.attach(member, 2, "newer"), Err("newer"), "also once nobody is there");
    }

    #[test]
    fn what_is_told_to_everybody_is_not_told_to_who_said_it() {
        let mut sockets = Sockets::default();
        assert!((1..=3u128).all(|n| sockets.attach(MemberId::from(n), 1, n).is_ok()));
        sockets.forget(MemberId::from(3));
        let told: Vec<u128> = sockets.others(Some(MemberId::from(1))).map(|(_, socket)| *socket).collect();
        assert_eq!(told, [2]);
    }
}
