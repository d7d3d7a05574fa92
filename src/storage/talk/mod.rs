//! Requests, rooms, messages, and what happened in them.

pub mod alone;
pub mod calls;
pub mod events;
pub mod group_log;
pub mod groups;
pub mod keepers;
pub mod media;
pub mod messages;
pub mod rooms;
pub mod tickets;
pub mod whispers;
pub mod writes;
