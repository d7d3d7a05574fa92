//! What the operator set, after defaults: what the command line becomes for the parts that run.

use crate::ids::NodeId;

/// Settings the running parts need. Limits are per node.
#[derive(Clone, Debug)]
pub struct Settings {
    /// This run of the server, as in `welcome`: drawn at every start, and never used again. The keeper of the rooms
    /// that live here.
    pub node: NodeId,
    /// What people call this node.
    pub node_name: String,
    /// Seconds between pings; a peer silent for 2.5 times this is gone.
    pub heartbeat_s: u32,
    /// Most messages from one seat in ten seconds.
    pub messages_per_10s_max: u32,
    /// Most sockets from one address.
    pub sockets_per_address_max: u32,
    /// Most requests at the public desk from one network in a minute.
    pub asks_per_min_max: u32,
    /// Most tickets from one network that wait at the public desk.
    pub waiting_per_address_max: u32,
    /// Most sockets of one registered desk; the oldest gives way.
    pub sockets_per_desk_max: u32,
    /// Whether anybody may ask without a desk key.
    pub public_desk: bool,
    /// The office's time zone: opening hours and the day a ticket's number counts in.
    pub zone: chrono_tz::Tz,
    /// How people reach this server, without a slash at the end; links start with it.
    pub url: String,
    /// Whether mail leaves through a server; without one it lies in a folder, and reaches nobody.
    pub mail: bool,
    /// Origins, besides our own, from which a browser may use a cookie.
    pub allowed_origins: Vec<String>,
}

#[cfg(test)]
impl Settings {
    /// Of a node in a test.
    pub(crate) fn of_a_test(node: NodeId) -> Self {
        Self {
            node,
            node_name: "test".into(),
            heartbeat_s: 10,
            messages_per_10s_max: 60,
            sockets_per_address_max: 200,
            asks_per_min_max: 60,
            waiting_per_address_max: 50,
            sockets_per_desk_max: 2,
            public_desk: true,
            zone: chrono_tz::UTC,
            url: "http://127.0.0.1".into(),
            mail: false,
            allowed_origins: Vec::new(),
        }
    }
}
