//! PURE. Several nodes: the ordered way between two of them, who is there, and who matches.
//!
//! Three state machines, each with one entry `step` like the lobby's: no clock, no randomness, no IO.
//! Moments, ids and halves of names come in as arguments, and what must happen outside goes out as
//! effects, to be done in their order: by `nodes` for members and lease, by `bus` for links. `serve` starts neither
//! yet.
//!
//! Two ideas carry all of it. A **record's keeper** is the referee's business: what is written names
//! its keeper, so a node that was paused, or is thought dead and lives, changes nothing. What is here
//! only has to be right in time, not at every moment. And **no clock is shared**: a node is judged by a
//! counter on file that no longer moves, by the observer's own monotonic clock, in looks that were all
//! good; so a clock that jumps kills nobody, and an outage of the database is nobody's death.
//!
//! - [`link`]: the ordered way between two incarnations, over something that loses, doubles, reorders
//!   and delays
//! - [`members`]: who is there, who is gone, what this node is
//! - [`lease`]: which node matches, for how long, and when a new term may begin
//! - `told`: what another node has announced; `hints`: words to everybody that may be lost; `epochs`:
//!   whose word as matchmaker still counts
//! - `bounds`: how often nodes beat, and when one is gone; `engine`: what carries messages; `looks`:
//!   how long something on file has not moved
//! - `faults`: how it can be broken on purpose

mod bounds;
mod engine;
mod epochs;
mod faults;
mod hints;
pub mod lease;
pub mod link;
mod looks;
pub mod members;
#[cfg(test)]
mod tests;
mod told;

pub use bounds::{BEATS_UNTIL_GONE_MIN, Bounds, BoundsFault};
pub use engine::Engine;
pub use epochs::Epochs;
pub use faults::Fault;
pub use hints::Hints;
pub use lease::Lease;
pub use link::Link;
pub use looks::Good;
pub use members::Members;
pub use told::Told;
