//! Anteroom, a live counselling server. The map, from the outside in; arrows point down only, and the test
//! `arrows` holds it against the imports.
//!
//! The server:
//! - `ops`: the subcommands besides `serve`
//! - `server`: a configuration, a listener and a stop signal become a running server
//! - `demo`: something to try at once
//! - `http`: the gate and the resources; finds out who asks, then calls
//! - `app`: what every part is given
//! - `jobs`: long work in the background: exports, checks, test data
//! - `rehearsal`: a consultation the server plays with itself, through its own front door
//! - `actors`: the thin shell over the pure core: an actor a socket, a room, and the matchmaker
//! - `services`: what every part is given that is no actor
//! - `sockets`: what a WebSocket is on this side of the library; all of them, counted and closable
//! - `indexer`: what changed, made findable and summed up, beside the hot path
//! - `journal`: the single writer; what it has not committed, nobody has been told
//! - `logging`: the log, for people or for collectors
//! - `config`: the command line
//! - `settings`: what the command line becomes for the parts that run
//! - `mail`: letters, written with what causes them and sent by a task of their own
//! - `tokens`: resume tokens
//! - `start_error`: why a command does nothing
//! - `found`: what is found on file, as whoever matches and the rooms begin with it
//! - `nodes`: this node's life among others: its beat, the lease, what joins them to the bus
//! - `bus`: how this node speaks with the others: links over PostgreSQL or Redis, sealed
//! - `storage`: the records; plain functions over a connection
//! - `work`: one loop for all that goes on in the background
//! - `private`: files for nobody but the server
//! - `clock`: both clocks, and new ids
//! - `broken`: ways to break the server on purpose, in a build for that alone
//!
//! Pure, without clock, randomness or IO; fenced by `--no-default-features`:
//! - [`feeds`]: what changes, shown to who looks on: the admins' list, the office
//! - [`front`]: who sits at the sockets of this node
//! - [`dispatch`]: who is where, what they are told, what is put on file; drives the lobby
//! - [`matching`]: who talks to whom next; the rules R1 to R15
//! - [`room`]: seats, sequence, the life of a room
//! - [`cluster`]: several nodes: the ordered way between two, who is there, who matches
//! - [`protocol`]: the frames of both directions, their bounds, the close codes
//! - [`network`]: whom a limit by address counts as one
//! - [`time`], [`ids`]: moments as numbers, and the names of things

#[cfg(feature = "server")]
pub mod actors;
#[cfg(feature = "server")]
pub mod app;
#[cfg(test)]
mod arrows;
#[cfg(feature = "server")]
pub mod broken;
#[cfg(feature = "server")]
pub mod bus;
#[cfg(feature = "server")]
pub mod clock;
pub mod cluster;
#[cfg(feature = "server")]
pub mod config;
#[cfg(feature = "server")]
pub mod demo;
pub mod dispatch;
pub mod feeds;
#[cfg(feature = "server")]
pub mod found;
pub mod front;
#[cfg(feature = "server")]
pub mod http;
pub mod ids;
#[cfg(feature = "server")]
pub mod indexer;
#[cfg(feature = "server")]
pub mod jobs;
#[cfg(feature = "server")]
pub mod journal;
#[cfg(feature = "server")]
pub mod logging;
#[cfg(feature = "server")]
pub mod mail;
pub mod matching;
pub mod network;
#[cfg(feature = "server")]
pub mod nodes;
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
pub mod services;
#[cfg(feature = "server")]
pub mod settings;
#[cfg(feature = "server")]
pub mod sockets;
#[cfg(feature = "server")]
pub mod start_error;
#[cfg(feature = "server")]
pub mod storage;
pub mod time;
#[cfg(feature = "server")]
pub mod tokens;
#[cfg(feature = "server")]
pub mod work;
