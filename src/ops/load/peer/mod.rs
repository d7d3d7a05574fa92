//! Whom the load is aimed at. The people do the same things everywhere; each peer has its own words
//! for them, and a `dialect` translates. The others are there to be measured beside, not in what ships.

mod anteroom;
mod dialect;
#[cfg(feature = "peers")]
mod others;

use std::sync::Arc;

pub use dialect::{Action, Dialect, Read};

use crate::config::{LoadOptions, Peer};
use crate::start_error::StartError;

/// The words of the peer at `HOST:PORT`.
#[cfg_attr(not(feature = "peers"), expect(unused_variables, reason = "only others are asked anything beforehand"))]
pub fn dialect(options: &LoadOptions, authority: &str) -> Result<Arc<dyn Dialect>, StartError> {
    match options.peer {
        Peer::Anteroom => Ok(Arc::new(anteroom::Anteroom)),
        #[cfg(feature = "peers")]
        Peer::Plain => Ok(Arc::new(others::Plain)),
        #[cfg(feature = "peers")]
        Peer::Socketio => Ok(Arc::new(others::SocketIo)),
        #[cfg(feature = "peers")]
        Peer::Colyseus => Ok(Arc::new(others::Colyseus::at(authority, options)?)),
    }
}
