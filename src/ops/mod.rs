//! What an operator does besides serving: one file a subcommand, and what they share.

pub mod account;
pub mod audit;
pub mod describe;
pub mod doctor;
pub mod fill;
pub mod load;
pub mod migrate;
pub mod stats;
