//! Servers of another make, as `bench/peers` has them. None keeps anything or numbers anything.

mod colyseus;
mod errands;
mod plain;
mod socketio;
mod words;

pub use colyseus::Colyseus;
pub use plain::Plain;
pub use socketio::SocketIo;
