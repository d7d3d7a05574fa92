//! To the sockets of desks and counsellors.

use actix::prelude::*;

use super::room::RoomHandle;
use crate::dispatch;
use crate::ids::RoomId;
use crate::journal::{WriteFailed, Written};

/// What a desk is told.
#[derive(Message)]
#[rtype(result = "()")]
pub(in crate::actors) enum DeskNews {
    /// By the matchmaker; with a seat comes the way to its room.
    Told { news: Box<dispatch::DeskNews>, room: Option<RoomHandle> },
    /// What became of its rating.
    Rated { room: RoomId, score: u8, answer: Result<Written, WriteFailed> },
}

/// What a counsellor is told by the matchmaker; with each seat comes the way to its room.
#[derive(Message)]
#[rtype(result = "()")]
pub(in crate::actors) struct CounsellorNews {
    pub(in crate::actors) news: dispatch::CounsellorNews,
    pub(in crate::actors) rooms: Vec<RoomHandle>,
}
