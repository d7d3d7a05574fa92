//! What answers: the listener and its connections, sockets and streams, health, metrics and the pages.

pub(super) mod bodies;
pub(super) mod cluster_metrics;
pub(super) mod connections;
pub(super) mod fixed;
pub(super) mod handshake;
pub(super) mod health;
pub(super) mod listener;
pub(super) mod metrics;
pub(super) mod nodes;
pub(super) mod pages;
pub(super) mod patience;
pub(super) mod sockets;
pub(super) mod streams;
pub(super) mod upgrade;
