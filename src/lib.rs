//! Anteroom, a live counselling server. The map, in reading order; arrows point down only.
//!
//! Pure, without clock, randomness or IO; fenced by `--no-default-features`:
//! - [`ids`], [`time`]: the names of things, and moments as numbers
//! - [`protocol`]: the frames of both directions, their bounds, the close codes
//! - [`matching`]: who talks to whom next; the rules R1 to R15
//! - [`room`]: seats, sequence, the life of a room
//! - [`network`]: whom a limit by address counts as one
//! - [`dispatch`]: who is where, what they are told, what is put on file; drives the lobby
//!
//! The server, from the outside in:
//! - `config`: the command line
//! - `server`: a configuration, a listener and a stop signal become a running server
//! - `ops`: the other subcommands
//! - `app`: what every part is given
//! - `http`: the gate and the resources; finds out who asks, then calls
//! - `actors`: the thin shell over the pure core: an actor a socket, a room, and the matchmaker
//! - `jobs`: long work in the background: exports, checks, test data
//! - `rehearsal`: a consultation the server plays with itself, through its own front door
//! - `tokens`: resume tokens
//! - `mail`: letters, written with what causes them and sent by a task of their own
//! - `journal`: the single writer; what it has not committed, nobody has been told
//! - `digest`: what changed, made findable and summed up, beside the hot path
//! - `storage`: the records; plain functions over a connection
//! - `private`: files for nobody but the server
//! - `clock`: both clocks, and new ids

#[cfg(feature = "server")]
pub mod actors;
#[cfg(feature = "server")]
pub mod app;
#[cfg(feature = "server")]
pub mod broken;
#[cfg(feature = "server")]
pub mod clock;
#[cfg(feature = "server")]
pub mod config;
#[cfg(feature = "server")]
pub mod digest;
pub mod dispatch;
#[cfg(feature = "server")]
pub mod http;
pub mod ids;
#[cfg(feature = "server")]
pub mod jobs;
#[cfg(feature = "server")]
pub mod journal;
#[cfg(feature = "server")]
pub mod mail;
pub mod matching;
pub mod network;
#[cfg(feature = "server")]
pub mod ops;
#[cfg(feature = "server")]
pub mod private;
pub mod protocol;
#[cfg(feature = "server")]
pub mod rehearsal;
pub mod room;
#[cfg(feature = "server")]
pub mod server;
#[cfg(feature = "server")]
pub mod storage;
pub mod time;
#[cfg(feature = "server")]
pub mod tokens;
