//! The thin shell: actors that turn frames into inputs and effects into messages, and own the
//! timers. No rule of matching lives here.
//!
//! - `socket`: one WebSocket: parsing, bounds, heartbeat, closing. The only user of
//!   `actix-web-actors`
//! - `desk`, `counsellor`: who sits at a socket; `sitting`: what both want done
//! - `participant`: who comes into a room by a socket of its own
//! - `room`: one room, on the thread of its desk; `room_summary`: what is told of it elsewhere
//! - `groups`: the group rooms that are open
//! - `front`: the sockets and the rooms of this node; `matchmaker`: the actor round [`crate::dispatch`], which
//!   knows who is where
//! - `neighbours`: a node among others: what its heart and its bus tell goes to whom it is for
//! - `admin_feed`: what the admin room list sees, as it changes (`live_list`: as it is sent); `public_feed`: what everybody may see
//! - `messages`: what they tell each other
//! - `starting`, `opening`: how each comes to be

mod admin_feed;
mod counsellor;
mod desk;
mod front;
mod groups;
mod live_list;
mod matchmaker;
mod messages;
mod neighbours;
mod opening;
mod participant;
mod public_feed;
mod room;
mod room_summary;
mod sitting;
mod socket;
mod starting;

pub use crate::dispatch::{
    Colleague, Counts as CountsNow, LineFigures, LineTrend, MoveOutcome, Profile as StaffProfile, Receiver,
    TREND_MINUTES_MAX, TicketEvent, TransferRefused,
};
pub use crate::room::Entering;
pub use crate::sockets::{Sockets, SocketsOf, StaffStream};
pub use admin_feed::{AdminFeed, Subscribe};
pub use counsellor::CounsellorPass;
pub use desk::DeskPass;
pub use front::Front;
pub use groups::{FoundGroup, Groups};
pub use live_list::{CounsellorChange, LiveSnapshot, RoomChange, TicketChange, WatchEvent};
pub use matchmaker::{Matchmaker, MatchmakerHere, NodeRecords};
pub use messages::{
    CodesEdited, ColleaguesNow, Counts, Drain, EndRoom, FOLLOWERS_MAX, FindGroup, FindRoom, FollowTicket, GroupEdited,
    GroupEnded, GroupOpened, JournalHealth, LineStats, LinesEdited, LoggedOut, MoveRoom, MoveTicket, RoomHandle,
    RoomsHere, StaffEdited,
};
pub use neighbours::{Heard, Joining};
pub use opening::{open_counsellor, open_desk, open_room};
pub use public_feed::{Called, FollowOffice, OfficeEvent, OfficeNamed, OfficeNow, OfficeView, PublicFeed};
pub use starting::Actors;
