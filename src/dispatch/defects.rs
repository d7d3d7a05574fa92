//! Defects that tests turn on: a test that did not notice these would notice nothing. A release has none of them.

use super::Dispatch;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Defect {
    /// The late stop of an old socket takes away what is the newer one's.
    LateStop,
    /// A wrap-up that is done does not free its place.
    PlaceKept,
    /// That a talk was handed over is not forgotten when it goes on.
    TransferKept,
    /// A place that moves on is told to nobody.
    PlaceUntold,
    /// A room of which the term that made it could tell nobody is opened by no other.
    RoomUnopened,
    /// What a node does not announce is believed to be there as before.
    AnnouncementAdds,
    /// A node that drains keeps its rooms.
    DrainKeeps,
}

#[cfg(debug_assertions)]
impl Dispatch {
    /// The same, with this defect.
    #[must_use]
    pub fn broken(mut self, defect: Defect) -> Self {
        self.defect = Some(defect);
        self
    }

    pub(super) fn is_broken(&self, defect: Defect) -> bool {
        self.defect == Some(defect)
    }
}

#[cfg(not(debug_assertions))]
impl Dispatch {
    pub(super) const fn is_broken(&self, _: Defect) -> bool {
        false
    }
}
