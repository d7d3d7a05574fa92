//! PURE. Who talks to whom next: lines, tickets, offers, counsellors, and the rules R1 to R14.
//!
//! One entry: [`Lobby::step`]. No clock, no randomness, no IO: moments and offer ids come in as
//! arguments, and what must happen outside goes out as [`Effect`]s. A whole day of a counselling
//! centre can be replayed from a list of inputs.

/// One level of priority counts as so many seconds of waiting (R2).
pub const PRIORITY_BONUS_S: u32 = 300;

mod input;

pub use input::{CloseCause, Effect, Explanation, Input, LineRules, NewTicket, Outcome, Party};

/// Most counsellors named as passed over in one explanation.
pub const PASSED_OVER_MAX: usize = 8;
