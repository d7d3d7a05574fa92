//! Strangers: what they may send, how long they may take, and how many of them there may be.

mod connections;
mod crowd;
mod requests;
