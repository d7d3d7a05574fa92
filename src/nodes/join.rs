//! A node joins: first it listens, then it beats, and each is told what the other hears.

use super::announcers::Announcers;
use super::cluster::Cluster;
use super::event::{Event, FromBus};
use super::heart::{Config, Ear, Heartbeat};
use super::said::Said;
use crate::bus::{self, Bus, BusFault};
use crate::storage::Database;

/// Why a node does not join.
#[derive(Debug, thiserror::Error)]
pub enum JoinFault {
    /// The records are in a file that one node has for itself.
    #[error("a SQLite file is served by one node alone; several need a PostgreSQL")]
    Alone,
    /// There is no way to the others.
    #[error(transparent)]
    Bus(#[from] BusFault),
    /// The system gives no thread.
    #[error("no thread for this node's beat: {0}")]
    Thread(#[from] std::io::Error),
}

/// What a node needs to join, besides what its heart does.
#[derive(Clone)]
pub struct Ways {
    /// `redis://…` or `rediss://…`, if there is one.
    pub redis: Option<String>,
    /// What the messages are sealed with.
    pub signing_key: Vec<u8>,
    /// What parcels and hints may be.
    pub kinds: &'static [&'static str],
}

/// Joins: waits until this node hears by PostgreSQL, then begins to beat. `on_node` is called on the heart's
/// thread, `on_bus` on the bus's; both must return soon, and may give orders to either. Who ends the heart ends the
/// bus, too ([`Bus::stop`]).
///
/// # Errors
///
/// There is no PostgreSQL, no way to the others, or no thread.
pub async fn join(
    config: Config,
    ways: Ways,
    on_node: impl FnMut(Event) + Send + 'static,
    mut on_bus: impl FnMut(bus::Event) + Send + 'static,
) -> Result<(Heartbeat, Cluster, Bus), JoinFault> {
    let Database::Postgres(url) = &config.database else { return Err(JoinFault::Alone) };
    let ear = Ear::new(config.me.clone());
    let mut ears = BusEars { cluster: ear.cluster.clone(), announcers: Announcers::default() };
    let with = bus::Config {
        me: config.me.node,
        database: url.clone(),
        redis: ways.redis,
        signing_key: ways.signing_key,
        bounds: config.bounds,
        kinds: ways.kinds,
        clock: config.clock.clone(),
    };
    let bus = Bus::start(with, move |event| {
        ears.hear(&event);
        on_bus(event);
    })
    .await?;
    let (heartbeat, cluster) = Heartbeat::start_with(ear, config, bus.clone(), on_node)?;
    Ok((heartbeat, cluster, bus))
}

/// What the bus tells the heart of. Of parcels only those of an announcement: the others are many.
struct BusEars {
    cluster: Cluster,
    announcers: Announcers,
}

impl BusEars {
    fn hear(&mut self, event: &bus::Event) {
        let heard = match event {
            bus::Event::Opened { node, .. } => {
                self.announcers.opened(*node);
                FromBus::Opened(*node)
            }
            bus::Event::Arrived { node, .. } if self.announcers.announces(*node) => FromBus::Announcing(*node),
            bus::Event::Announced(node) => {
                self.announcers.announced(*node);
                FromBus::Announced(*node)
            }
            bus::Event::Broken { node, .. } => {
                self.announcers.broken(*node);
                FromBus::Broken(*node)
            }
            bus::Event::HeardMyself(count) => FromBus::HeardMyself(*count),
            bus::Event::By(engine) => FromBus::By(*engine),
            bus::Event::Arrived { .. } | bus::Event::Unsent { .. } | bus::Event::Gone(_) | bus::Event::Hint { .. } => {
                return;
            }
        };
        // Nobody hears it once the heart has ended.
        let _ = self.cluster.said.send(Said::Bus(heard));
    }
}
