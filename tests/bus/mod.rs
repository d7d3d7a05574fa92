//! How nodes speak with each other, over a real PostgreSQL and a real Redis: one contract, which both
//! engines pass, and what happens when an engine, a network or a stranger does its worst.

mod bed;
mod engines;
mod order;
mod strangers;

use anteroom::bus::Bus;
use anteroom::cluster::Engine;
use anteroom::ids::NodeId;
use serde_json::Value;

/// Makes of each function over a [`bed::Bed`] a test for each engine.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod postgres {
            $(#[tokio::test] async fn $name() { super::$name(crate::bus::bed::Bed::new(super::Engine::Postgres)).await; })*
        }
        mod redis {
            $(#[tokio::test] async fn $name() { super::$name(crate::bus::bed::Bed::new(super::Engine::Redis)).await; })*
        }
    };
}
use on_both;

#[tokio::test]
async fn a_node_without_others_says_everything_to_nobody() {
    let bus = Bus::alone();
    bus.there(NodeId::from(2), Engine::Postgres);
    bus.send(NodeId::from(2), bed::parcel("say", Value::Null));
    bus.tell_all("news", Value::Null);
    let counts = bus.counts().await;
    assert_eq!((counts.parcels.len(), counts.unacknowledged, counts.hears_by), (0, 0, None));
    bus.stop().await;
}
