//! Whose word as matchmaker still counts.

use super::faults::{Broken, Fault};

/// The epochs a node knows of: a number that goes up with every taking of the lease, and stands on
/// all that a matchmaker says.
///
/// A matchmaker that was paused goes on to speak for a moment when its term is over. Its words are
/// older than what others say, and dropped. One of a node, over all its links: who has heard the new
/// matchmaker on one of them believes the old one on none.
///
/// A failover that loses the last commits, or a backup that is restored, may take the number on file
/// back. So the epoch that the last look found on file is believed even if a newer one was heard;
/// the next taking goes above both (`GREATEST` in the statement that takes the lease).
#[derive(Debug, Default)]
pub struct Epochs {
    newest: u64,
    on_file: u64,
    broken: Broken,
}

impl Epochs {
    /// None was heard of yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, with this defect.
    #[cfg(debug_assertions)]
    #[must_use]
    pub fn broken(mut self, fault: Fault) -> Self {
        self.broken = Broken::by(fault);
        self
    }

    /// A look found this epoch on file.
    pub fn found(&mut self, epoch: u64) {
        self.on_file = epoch;
        self.newest = self.newest.max(epoch);
    }

    /// Somebody speaks under this epoch: whether they are to be believed.
    pub fn hear(&mut self, epoch: u64) -> bool {
        let believed = epoch >= self.newest || epoch == self.on_file;
        self.newest = self.newest.max(epoch);
        believed || self.broken.is(Fault::OldEpoch)
    }

    /// The newest that was heard of, for the statement that takes the lease.
    #[must_use]
    pub const fn newest(&self) -> u64 {
        self.newest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_epoch_is_dropped_once_a_newer_one_was_heard_or_found() {
        let mut epochs = Epochs::new();
        assert!(epochs.hear(3) && epochs.hear(3) && epochs.hear(4));
        assert!(!epochs.hear(3));
        epochs.found(6);
        assert!(!epochs.hear(4) && epochs.hear(6));
        assert_eq!(epochs.newest(), 6);
    }

    #[test]
    fn what_the_last_look_found_is_believed_though_it_went_back() {
        let mut epochs = Epochs::new();
        assert!(epochs.hear(9));
        epochs.found(5);
        assert!(epochs.hear(5) && !epochs.hear(7) && epochs.hear(9));
        assert_eq!(epochs.newest(), 9, "the next taking goes above what was heard");
        epochs.found(10);
        assert!(!epochs.hear(5));
    }

    #[test]
    fn a_fault_is_found() {
        let mut epochs = Epochs::new().broken(Fault::OldEpoch);
        assert!(epochs.hear(4) && epochs.hear(3));
    }
}
