//! PURE. One room: who sits in it, the order of what is said, how it ends.
//!
//! One entry: [`Room::step`]. Like the lobby it is given moments and ids and answers with effects;
//! what must be on disk before anyone hears of it goes out as a `Store…` effect and is told only
//! when its answer comes in.
//!
//! - `input`: all that can happen and all that can be asked for
//! - `seats`: joined, away with a deadline, left; how fast one may talk
//! - `log`: sequence numbers, what is on its way to the disk, what was said lately
//! - `state`: the room itself

mod input;
mod log;
mod seats;
mod state;
#[cfg(test)]
mod tests;

pub use input::{Effect, EndStored, Ender, Input, NewSeat, RoomRules, Say, SayStored};
pub use log::Said;
pub use state::Room;

/// Messages of one room on their way to the disk; one more is refused with `BUSY`.
pub const IN_FLIGHT_MAX: usize = 64;
/// Messages a room keeps in memory for replays and repeated `say`s; older ones are on disk.
pub const RECENT_MAX: usize = 64;
/// Most messages one `resume` or `replay` gives; who missed more gets `RESYNC`.
pub const REPLAY_MAX: u32 = 1_000;
/// Most seats in one room.
pub const SEATS_MAX: usize = 50;
/// Seconds until the end of a room is put on file again after the disk refused it.
pub const END_RETRY_S: u32 = 5;
/// The window of the talk limit, in seconds.
pub const RATE_WINDOW_S: u32 = 10;
