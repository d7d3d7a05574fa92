//! A server that is one of several: it joins as it starts, and leaves in peace as it ends.

use std::sync::Arc;
use std::time::Duration;

use actix_web::rt::time::timeout;
use tokio::sync::{Notify, mpsc, oneshot};

use crate::actors::{Heard, Joining};
use crate::clock::Clock;
use crate::cluster::link::WIRE;
use crate::cluster::members::{Me, State, Wires};
use crate::config::ClusterSettings;
use crate::ids::NodeId;
use crate::nodes::{self, Config, Heartbeat, Input, Joined, Ways, kind};
use crate::start_error::StartError;
use crate::storage::Database;

/// Who does not get off the records in so long is found gone by the others.
const LEAVE_WITHIN: Duration = Duration::from_secs(5);

/// This node among others, from its start to its end. Dropped, it is as if the process were killed.
pub(super) struct Membership {
    heartbeat: Heartbeat,
    joined: Joined,
    left: Arc<Notify>,
    refused: oneshot::Receiver<String>,
}

impl Membership {
    /// Joins: this node hears the others when it returns, and begins to beat. What it is told from then on waits in
    /// what the actors are given. `anew` is told when this incarnation is over.
    pub(super) async fn begin(
        ClusterSettings { name, bounds, redis_url }: ClusterSettings,
        database: &Database,
        node: NodeId,
        clock: Clock,
        signing_key: Vec<u8>,
        anew: Arc<Notify>,
    ) -> Result<(Self, Joining), StartError> {
        let wires = Wires { min: WIRE, max: WIRE };
        let me = Me { node, name, version: env!("CARGO_PKG_VERSION").into(), wires };
        let config = Config { me, bounds, database: database.clone(), clock };
        let ways = Ways { redis: redis_url, signing_key, kinds: &kind::ALL };
        let (tell, heard) = mpsc::unbounded_channel();
        let tell_too = tell.clone();
        // Nobody hears it once the actors are gone.
        let on_node = move |event| drop(tell.send(Heard::Node(event)));
        let on_bus = move |event| drop(tell_too.send(Heard::Bus(event)));
        let (heartbeat, cluster, bus) = nodes::join(config, ways, on_node, on_bus)
            .await
            .map_err(|fault| StartError::new(format_args!("this node cannot join the others: {fault}")))?;
        let (joined, left) = (Joined::new(cluster, bus), Arc::new(Notify::new()));
        let (refuses, refused) = oneshot::channel();
        let joining = Joining { joined: joined.clone(), heard, over: anew, left: left.clone(), refused: refuses };
        Ok((Self { heartbeat, joined, left, refused }, joining))
    }

    /// Ends when the others do not take this node, with why and what to do in one line.
    pub(super) async fn refused(&mut self) -> String {
        match (&mut self.refused).await {
            Ok(why) => why,
            // Who would say so has ended.
            Err(_) => std::future::pending().await,
        }
    }

    /// It takes nothing new, and gives the lease to another.
    pub(super) fn drain(&self) {
        self.joined.cluster.tell(Input::Drain);
    }

    /// Whether another takes part, that may have what is here.
    pub(super) fn has_others(&self) -> bool {
        !self.joined.cluster.others_up().is_empty()
    }

    /// It is off the records when this returns, if they answer.
    pub(super) async fn leave(self) {
        let is_over = self.joined.cluster.state() == Some(State::Gone);
        self.joined.cluster.tell(Input::Leave);
        if !is_over && timeout(LEAVE_WITHIN, self.left.notified()).await.is_err() {
            log::warn!("this node could not say that it leaves; the others find it gone");
        }
        self.joined.bus.stop().await;
        drop(self.heartbeat);
    }
}
