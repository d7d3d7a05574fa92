//! Between the front of this node and those of others: by the bus, where there are several nodes.

use actix::prelude::*;

use crate::ids::NodeId;
use crate::room::parcels::{FromHome, ToHome};

/// What goes between two fronts.
#[derive(Clone, Debug, PartialEq)]
pub enum Between {
    /// To a room that lives there, from sockets here.
    ToHome(ToHome),
    /// From a room that lives here, to sockets there.
    FromHome(FromHome),
}

/// To be sent to the front of another node, in order.
#[derive(Message)]
#[rtype(result = "()")]
pub struct ToNode {
    /// To which.
    pub node: NodeId,
    pub parcel: Between,
}

/// Has arrived from the front of another node: in the order of sending, once, without a gap.
#[derive(Message)]
#[rtype(result = "()")]
pub struct FromNode {
    /// From which.
    pub node: NodeId,
    pub parcel: Between,
}

/// There are other nodes, and this is the way to them.
#[derive(Message)]
#[rtype(result = "()")]
pub struct LinkedBy(pub Recipient<ToNode>);

/// The link to this node is broken: what was on its way is lost.
#[derive(Message)]
#[rtype(result = "()")]
pub struct NodeBroken(pub NodeId);

/// The link to this node is open, for the first time or again: what is sent from here on arrives, and nothing that was
/// sent before.
#[derive(Message)]
#[rtype(result = "()")]
pub struct NodeOpened(pub NodeId);

/// The records have it that this node is gone, and its sockets with it.
#[derive(Message)]
#[rtype(result = "()")]
pub struct NodeGone(pub NodeId);
