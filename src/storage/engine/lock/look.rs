//! A lock looked at, whichever engine has it.

use std::time::Duration;

/// How often a lock is looked at while it is not held.
pub(super) const LOOK_SOON: Duration = Duration::from_millis(100);

/// What a look at the lock found.
pub(super) enum Look {
    Held,
    /// It is not known, or cannot be had just now; nobody is known to have it.
    Away(String),
    /// Somebody else has it.
    Others(String),
}

/// A lock that can be lost and had again.
pub(super) trait Lock: Send {
    /// Looks at it, and takes it again if it can be had.
    fn look(&mut self) -> Look;
}
