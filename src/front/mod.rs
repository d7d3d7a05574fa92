//! PURE. Who sits at the sockets of this node: what they say becomes parcels to whoever matches, what they
//! are told becomes frames, in the order in which it happened.
//!
//! - `desk`: one visitor, from asking to rating; `counsellor`: somebody who counsels
//! - `acts`: what is to be done for them; `in_order`: what reaches one socket by two ways
//! - `known`: what whoever matches knows of this node, announced again to a new term; `announcements`: whom a term
//!   asks for that
//! - `far`: seats in rooms at other nodes, and what nobody there has answered; `far_seat`: one of them
//! - `carried`: every parcel between two nodes, as the bus carries it

mod acts;
mod announcements;
mod carried;
#[cfg(test)]
mod carried_tests;
mod counsellor;
mod desk;
mod far;
mod far_seat;
#[cfg(test)]
mod far_tests;
mod in_order;
mod known;

pub use acts::{Act, Due, Near, Passing, Token};
pub use announcements::Announcements;
pub use carried::{Carried, PARCEL_KINDS, Unreadable};
pub use counsellor::Counsellor;
pub use desk::{Desk, DeskPass};
pub use far::{ASK_AGAIN, ASKED_AGAIN_MAX, FarAct, FarSeats};
pub use far_seat::UNANSWERED_MAX;
pub use in_order::Follows;
pub use known::Known;
