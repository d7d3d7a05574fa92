//! PURE. Who sits at the sockets of this node: what they say becomes parcels to whoever matches, what they
//! are told becomes frames, in the order in which it happened.
//!
//! - `desk`: one visitor, from asking to rating; `counsellor`: somebody who counsels
//! - `acts`: what is to be done for them; `in_order`: what reaches one socket by two ways
//! - `known`: what whoever matches knows of this node, announced again to a new term
//! - `carried`: every parcel between two nodes, as the bus carries it

mod acts;
mod carried;
#[cfg(test)]
mod carried_tests;
mod counsellor;
mod desk;
mod in_order;
mod known;

pub use acts::{Act, Due, Near, Passing, Token};
pub use carried::{Carried, PARCEL_KINDS, Unreadable};
pub use counsellor::Counsellor;
pub use desk::{Desk, DeskPass};
pub use in_order::Follows;
pub use known::Known;
