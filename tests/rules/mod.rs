//! The rules of matching, R1 to R14, as people see them over real sockets.

mod crowding;
mod drops;
mod limits;
mod offers;
mod queue;
