//! PURE. Who talks to whom next: lines, tickets, offers, counsellors, and the rules R1 to R15.
//!
//! One entry: [`Lobby::step`]. No clock, no randomness, no IO: moments and offer ids come in as
//! arguments, and what must happen outside goes out as [`Effect`]s. A whole day of a counselling
//! centre can be replayed from a list of inputs.
//!
//! Nothing is found by scanning. Before a step no eligible pair is left (R5), so after it only
//! pairs with what the step has changed can be; each side finds the other from an ordered set.
//!
//! - `input`: what can happen, and what must follow.
//! - `lobby`: the state, the one way in, the small moves the rules are made of.
//! - `desks`, `staff`: what desks and counsellors do.
//! - `choice`: who is offered to whom. `offers`: an offer's life. `transfers`: a talk is handed
//!   over. `due`: what happens by itself.
//! - `given_up`: who gives up while it rings, and how often.
//! - `estimate`, `view`: what can be asked. `check`: what must always hold.
//! - `line`, `ticket`, `counsellor`: what is kept. `order`, `place`,
//!   `timers`, `index`: how.

mod check;
mod choice;
mod counsellor;
mod desks;
mod due;
mod estimate;
mod given_up;
mod hours;
mod index;
mod input;
mod line;
mod lobby;
mod offers;
mod order;
mod place;
mod staff;
#[cfg(test)]
mod tests;
mod ticket;
mod timers;
mod transfers;
mod view;

pub use estimate::TALK_S_DEFAULT;
pub use hours::{Hours, HoursFault, SPANS_MAX};
pub use input::{Asker, CloseCause, Effect, Explanation, Input, LineRules, NewTicket, Outcome, Party};
pub use lobby::Lobby;
pub use view::{CounsellorView, LoadView, Stage, Stages, TicketView};

/// One level of priority counts as so many seconds of waiting (R2).
pub const PRIORITY_BONUS_S: u32 = 300;
/// Most counsellors named as passed over in one explanation.
pub const PASSED_OVER_MAX: usize = 8;
/// Most tickets still waiting that one counsellor has declined. Someone who declines one more is
/// not working: they are paused as if they had not answered, and what is skipped stays bounded.
pub const DECLINES_MAX: u32 = 100;
/// Seconds after which a close that failed is tried again.
pub const CLOSE_RETRY_S: u32 = 5;
/// Times in a row that an asker may give up while it rings before it waits with ringing (R15): once is
/// a change of mind.
pub const GIVEN_UP_MAX: u32 = 2;
/// Seconds from then on in which it does not ring for a new ticket of theirs; its place is kept.
pub const CALM_S: u32 = 30;
/// Seconds after which it is forgotten that somebody gave up.
pub const GIVEN_UP_KEPT_S: u32 = 600;
/// Askers of whom it is kept; the one who gave up longest ago is forgotten for one more.
pub const GIVEN_UP_KEPT_MAX: usize = 4_096;
/// Shortest `retry_s`: with 0 the one who declined would be asked again at once.
pub const RETRY_S_MIN: u32 = 1;
