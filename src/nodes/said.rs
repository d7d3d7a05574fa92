//! What the heart hears, in one queue.

use super::beater::Answer;
use super::changer::Outcome;
use super::event::{FromBus, Input};

#[derive(Debug)]
pub(super) enum Said {
    Told(Input),
    Bus(FromBus),
    /// Of the hand with this number.
    Beater(u64, Answer),
    Changer(u64, Outcome),
    /// The heart ends where it stands, as if it were killed.
    Stop,
}
