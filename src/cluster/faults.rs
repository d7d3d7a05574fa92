//! Defects that tests turn on: a test that did not notice these would notice nothing. A release has none of them.

/// One defect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The words of an old epoch are believed.
    OldEpoch,
    /// A node that is gone takes with it whoever bears its name, another incarnation too.
    GoneByName,
    /// Looks that failed or came late do not start the count of stillness anew.
    GoneThroughOutage,
    /// What an announcement did not name stays.
    OnlyAdds,
    /// An opening opens a session before a message has borne both halves of its name.
    AnybodyOpens,
}

/// How the one who has it is broken; whole by default.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Broken(#[cfg(debug_assertions)] Option<Fault>);

#[cfg(debug_assertions)]
impl Broken {
    pub(super) const fn by(fault: Fault) -> Self {
        Self(Some(fault))
    }

    pub(super) fn is(self, fault: Fault) -> bool {
        self.0 == Some(fault)
    }
}

#[cfg(not(debug_assertions))]
impl Broken {
    pub(super) const fn is(self, _: Fault) -> bool {
        false
    }
}
