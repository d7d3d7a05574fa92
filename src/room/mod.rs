//! PURE. One room: who sits in it, the order of what is said, how it ends.
//!
//! One entry: [`Host::step`], round [`Room::step`]. Like the lobby it is given moments and ids and answers with effects;
//! what must be on disk before anyone hears of it goes out as a `Store…` effect and is told only
//! when its answer comes in.
//!
//! - `input`: all that can happen and all that can be asked for; `frames`: what a member says
//! - `seats`: joined, away with a deadline, left; how fast one may talk
//! - `log`: sequence numbers, what is on its way to the disk, what was said lately
//! - `sitting`: who comes and goes while the room lives; watchers
//! - `whispers`: what staff say among themselves
//! - `ending`: how it ends
//! - `sockets`: which socket each member has
//! - `state`: the room itself
//! - `host`: the room with its sockets: who has which seat, what goes on file; `rows`: as what; `parcels`: what goes
//!   between it and sockets at other nodes

mod ending;
mod frames;
mod host;
mod input;
mod log;
pub mod parcels;
mod rows;
mod seats;
mod sitting;
mod sockets;
mod state;
#[cfg(test)]
mod tests;
mod whispers;

pub use frames::Spoken;
pub use host::{Answer, Back, Deed, Enter, Entering, Event, GroupAbout, Host, Purpose, Talk};
pub use input::{
    Effect, EndStored, Ender, Glance, Input, NewSeat, RoomRules, Say, SayStored, SeatStored, Whisper, WhisperStored,
};
pub use log::Said;
pub use rows::{ActsAs, Audit, HandOverRow, PendingWrite, Write};
pub use state::{Room, first_members, kept_former};
pub use whispers::Whispered;

/// Messages of one room on their way to the disk; one more is refused with `BUSY`.
pub const IN_FLIGHT_MAX: usize = 64;
/// Messages a room keeps in memory for replays and repeated `say`s; older ones are on disk.
pub const RECENT_MAX: usize = 64;
/// Most members of earlier rooms that a room still knows by name: some twenty hand-overs of one talk.
pub const FORMER_MAX: usize = 64;
/// Most messages one `resume` or `replay` gives; who missed more gets `RESYNC`.
pub const REPLAY_MAX: u32 = 1_000;
/// Most seats in one room; one more is refused with `FULL`.
pub const SEATS_MAX: usize = 50;
/// Seats that were left and that a room still knows, so that what was said from them has a name.
pub const LEFT_MAX: usize = 200;
/// Whispers a room keeps in memory for supervisors who come, and the most that come back at once.
pub const WHISPERS_MAX: usize = 100;
/// Seconds a supervisor is left to wait for where a talk goes on that was handed over.
pub const NEXT_ROOM_S: u32 = 10;
/// Seconds the seat of a dropped socket is held in a group room.
pub const GROUP_GRACE_S: u32 = 30;
/// Seconds until a group room ends in which nobody sits.
pub const EMPTY_S: u32 = 12 * 60 * 60;
/// Seconds until the end of a room is put on file again after the disk refused it.
pub const END_RETRY_S: u32 = 5;
/// Seconds a desk may rate its room after the end; then its socket is closed.
pub const TIME_TO_RATE_S: u32 = 60;
/// The window of the talk limit, in seconds.
pub const RATE_WINDOW_S: u32 = 10;
