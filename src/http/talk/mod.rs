//! Rooms of consultations and of groups, their pictures, and talks that are handed over.

pub(super) mod groups;
pub(super) mod invitations;
pub(super) mod media;
pub(super) mod pictures;
pub(super) mod room_view;
pub(super) mod rooms;
pub(super) mod transfers;
