//! The thin shell: actors that turn frames into inputs and effects into messages, and own the
//! timers. No rule of matching lives here.
//!
//! - `socket`: one WebSocket: parsing, bounds, heartbeat, closing. The only user of
//!   `actix-web-actors`
//! - `desk`, `counsellor`: who sits at a socket; `sitting`: what both want done
//! - `participant`: who comes into a room by a socket of its own; `doors`: the way into it
//! - `room`: one room, on the thread of its desk
//! - `groups`: the group rooms that are open
//! - `front`: the sockets and the rooms of this node; `matchmaker`: the actor round [`crate::dispatch`], which
//!   knows who is where
//! - `neighbours`: a node among others: what its heart and its bus tell goes to whom it is for; `answers`: what others
//!   ask is answered
//! - `admin_feed`, `public_feed`: the actors round the two [`crate::feeds`]
//! - `messages`: what they tell each other
//! - `starting`, `opening`: how each comes to be

mod admin_feed;
mod answers;
mod counsellor;
mod desk;
mod doors;
mod drained;
mod front;
mod groups;
mod matchmaker;
mod messages;
mod neighbours;
mod opening;
mod participant;
mod public_feed;
mod room;
mod sitting;
mod socket;
mod starting;

pub use crate::dispatch::{
    Colleague, Counts as CountsNow, LineFigures, LineTrend, MoveOutcome, Profile as StaffProfile, Receiver,
    TREND_MINUTES_MAX, TicketEvent, TransferRefused, Wished,
};
pub use crate::found::{AskedRooms, FoundGroup, NodeRecords, TakenRooms, rooms_on_file, take_over};
pub use crate::room::Entering;
pub use crate::sockets::{Sockets, SocketsOf, StaffStream};
pub use admin_feed::{AdminFeed, Subscribe};
pub use counsellor::CounsellorPass;
pub use desk::DeskPass;
pub use doors::{Door, groups_door, talks_door};
pub use front::Front;
pub use groups::Groups;
pub use matchmaker::{Matchmaker, WayToMatchmaker, read_comparison};
pub use messages::{
    Between, CodesEdited, ColleaguesNow, Counts, Drain, EndRoom, FOLLOWERS_MAX, FindGroup, FindRoom, FollowTicket,
    FromNode, GroupEdited, GroupEnded, GroupOpened, GroupPlace, HandOver, JournalHealth, LineStats, LinesEdited,
    LinkedBy, LoggedOut, MoveTicket, NodeBroken, NodeGone, NodeOpened, ReadLines, RoomHandle, RoomsGone, RoomsHere,
    StaffEdited, ToNode, ask_node,
};
pub use neighbours::{Heard, Joining};
pub use opening::{open_counsellor, open_desk, open_room};
pub use public_feed::{FollowOffice, OfficeNamed, OfficeNow, PublicFeed};
pub use starting::Actors;
