//! Three real nodes under load: nodes are killed, paused and cut off, and nobody loses a word or a place.
//!
//! How often each happens, and for how long, is said by the environment (`bed`); `make faults-long` has them happen
//! for hours.

mod bed;
mod cuts;
mod kills;
mod pauses;
