//! Whom the load is aimed at. The people do the same things everywhere; each peer has its own words
//! for them, and a `dialect` translates.

mod anteroom;
mod colyseus;
mod dialect;
mod plain;
mod socketio;

use std::sync::Arc;

pub use dialect::{Act, Dialect, Errand, Read};

use crate::config::{LoadOptions, Peer};

/// The words of a peer.
pub fn dialect(options: &LoadOptions) -> Arc<dyn Dialect> {
    match options.peer {
        Peer::Anteroom => Arc::new(anteroom::Anteroom),
        Peer::Plain => Arc::new(plain::Plain),
        Peer::Socketio => Arc::new(socketio::SocketIo),
        Peer::Colyseus => Arc::new(colyseus::Colyseus { capacity: options.capacity }),
    }
}
