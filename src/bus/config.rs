//! What a bus is made of, and why it does not start.

use std::fmt;

use crate::clock::Clock;
use crate::cluster::Bounds;
use crate::ids::NodeId;

/// What a bus is made of.
#[derive(Clone)]
pub struct Config {
    /// This incarnation.
    pub me: NodeId,
    /// The URL of the PostgreSQL that all nodes share.
    pub database: String,
    /// `redis://…` or `rediss://…`; without it everything goes by PostgreSQL.
    pub redis: Option<String>,
    /// Secret and the same on every node, at least 32 bytes: what seals the messages is derived from
    /// it, and so is the name that our channels have on a Redis.
    pub signing_key: Vec<u8>,
    /// A third of gone ([`Bounds::unheld`]): PostgreSQL that has not answered for so long is reached
    /// anew, and Redis is used once it has been good for so long.
    pub bounds: Bounds,
    /// What parcels and hints may be; others are counted and passed over.
    pub kinds: &'static [&'static str],
    /// What time it is.
    pub clock: Clock,
}

impl fmt::Debug for Config {
    /// Neither the key nor a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config").field("me", &self.me).field("bounds", &self.bounds).finish_non_exhaustive()
    }
}

/// Why a bus does not start.
#[derive(Debug, thiserror::Error)]
pub enum BusFault {
    /// The URL of the database says something that the way for messages does not understand.
    #[error("the URL of the database cannot be used for messages between nodes: {0}")]
    DatabaseUrl(String),
    /// The URL of the Redis is none.
    #[error("the URL of Redis is none: {0}")]
    RedisUrl(String),
    /// This program was built without it.
    #[error("this program was built without the feature `redis`; leave the Redis out, or take the one that is shipped")]
    NoRedis,
    /// PostgreSQL does not let us listen.
    #[error("PostgreSQL does not carry messages between nodes: {0}")]
    Unreachable(String),
    /// The system gives no thread.
    #[error("no thread for the messages between nodes: {0}")]
    Thread(#[from] std::io::Error),
}
