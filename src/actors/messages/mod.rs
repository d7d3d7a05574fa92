//! What actors tell each other, by who is told. Whoever is to be answered is named by the message they take,
//! never by an address.

mod front;
mod groups;
mod links;
mod matchmaker;
mod news;
mod questions;
mod room;
mod sockets;

pub(in crate::actors) use front::{Announce, DeskHandle, Handed, Matches, Opened, Parcels, SocketHandle};
pub use front::{EndRoom, FOLLOWERS_MAX, FindRoom, FollowTicket, RoomsGone, RoomsHere};
pub use groups::{FindGroup, GroupEdited, GroupEnded, GroupOpened, GroupPlace};
pub(in crate::actors) use groups::{ForGroups, GroupOver};
pub use links::{Between, FromNode, LinkedBy, NodeBroken, NodeGone, NodeOpened, ToNode};
pub use matchmaker::{
    CodesEdited, ColleaguesNow, Counts, Drain, HandOver, JournalHealth, LineStats, LinesEdited, LoggedOut, MoveTicket,
    ReadLines, StaffEdited,
};
pub(in crate::actors) use matchmaker::{Follow, Happens, MoveFiled, Ping, SendAll, TermOver};
pub(in crate::actors) use news::News;
pub use questions::{Question, ask_node};
pub use room::RoomHandle;
pub(in crate::actors) use room::{Enter, FarWord, Look, ParticipantNews, ToFarRoom, ToRoom, ToSocket};
pub(in crate::actors) use sockets::{CounsellorNews, DeskNews};
