//! What parts of a server are started with that no command line has told.

use anteroom::ids::NodeId;
use anteroom::settings::Settings;

/// Of a node whose limits no test meets.
pub fn settings(node: NodeId) -> Settings {
    Settings {
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
