//! A node's life among others, as it really goes on: the pure [`crate::cluster::members`] and
//! [`crate::cluster::lease`], driven by a PostgreSQL.
//!
//! A thread of its own, the heart, owns both and never waits for anybody. Two others run statements for it: one
//! beats and looks once a second on the one connection that has the node's session lock, the other does what may
//! wait for somebody's lock: taking the lease, declaring a node gone. Neither shares a connection with the pool
//! or the journal: a beat must not wait behind their work, nor their work be cut off for it. Whichever thread
//! hangs is left to itself and replaced.
//!
//! What others must know goes out as [`Event`]s, what they know comes in as [`Input`]s; [`Cluster`] is what
//! everybody may ask. Whether the lobby may decide is never a message: [`Term::may_match`] compares a moment, so
//! it is right though the heart be paused, dead, or behind what has queued up.
//!
//! All of it is one incarnation's. After [`Event::SelfGone`] or [`Event::Left`] nothing follows; who goes on
//! draws a new [`crate::ids::NodeId`] and joins anew.
//!
//! - `join`: a node joins: the bus, then the heart, and each told what the other hears
//! - `heart`: the thread, `said`: what it hears; `beater` and `changer`: its two hands; `hand`: what these have in
//!   common
//! - `event`: what is told and heard; `term`: one holding of the lease; `cluster`: who is there, for all who ask
//! - `joined`: what the parts of a node that has joined are given, and what parcels it knows; `questions`: what it
//!   asks another and is answered
//! - `hints`: what nodes name to everybody, and what of it was not looked at yet
//! - `announcers`: whose announcement a new term hears

mod announcers;
mod beater;
mod changer;
mod cluster;
mod event;
mod hand;
mod heart;
mod hints;
mod join;
mod joined;
mod questions;
mod said;
mod term;

pub use cluster::{Cluster, ClusterFigures, Matchmaker, NodeView};
pub use event::{Event, Input};
pub use heart::{Config, Heartbeat};
pub use hints::{FailedLogIn, Inbox, Named, Strange};
pub use join::{JoinFault, Ways, join};
pub use joined::{Joined, kind};
pub use questions::{Answered, Asked, NoAnswer, Questions};
pub use term::Term;
