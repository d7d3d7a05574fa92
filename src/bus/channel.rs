//! The channels of both engines: one a node, and one for all.

use crate::cluster::Engine;
use crate::ids::NodeId;

/// To whom a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channel {
    /// One node.
    Node(NodeId),
    /// Everybody, the sender too.
    All,
}

/// How the channels of this cluster are called.
#[derive(Clone, Debug)]
pub(super) struct Names {
    /// See [`super::seal::installation`].
    pub installation: String,
}

impl Names {
    /// The channel's name: at most 63 bytes on PostgreSQL, and nothing but letters, digits and
    /// underscores. A database has one cluster, a Redis may have several.
    pub(super) fn of(&self, engine: Engine, channel: Channel) -> String {
        match (engine, channel) {
            (Engine::Postgres, Channel::Node(node)) => format!("anteroom_{}", node.0.simple()),
            (Engine::Postgres, Channel::All) => "anteroom_all".into(),
            (Engine::Redis, Channel::Node(node)) => format!("anteroom:{}:{node}", self.installation),
            (Engine::Redis, Channel::All) => format!("anteroom:{}:all", self.installation),
        }
    }
}

#[test]
fn channels_are_called_as_the_contract_says() {
    let (names, node) = (Names { installation: "0123456789abcdef".into() }, Channel::Node(NodeId::from(1)));
    assert_eq!(names.of(Engine::Postgres, node), "anteroom_00000000000000000000000000000001");
    assert_eq!(names.of(Engine::Postgres, Channel::All), "anteroom_all");
    let redis = "anteroom:0123456789abcdef:00000000-0000-0000-0000-000000000001";
    assert_eq!(names.of(Engine::Redis, node), redis);
    assert_eq!(names.of(Engine::Redis, Channel::All), "anteroom:0123456789abcdef:all");
}
