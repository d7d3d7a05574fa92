//! What a bus tells its owner.

use serde_json::Value;

use crate::cluster::Engine;
use crate::cluster::link::{SessionName, Unsent, Why};
use crate::ids::NodeId;

/// What has happened. Those of one node come in the order in which they happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A session begins: to be answered with [`super::Bus::announce`], when the announcement is
    /// gathered. What was known of the node stays until [`Event::Announced`].
    Opened {
        /// With whom.
        node: NodeId,
        /// Which; named in the answer.
        session: SessionName,
    },
    /// A parcel has arrived: in the order of sending, once, without a gap.
    Arrived {
        /// From whom.
        node: NodeId,
        /// One of the kinds of the configuration.
        kind: &'static str,
        /// As it was sent.
        body: Value,
        /// Under which epoch, if a matchmaker says it; never one that is over.
        epoch: Option<u64>,
    },
    /// The node's announcement is whole: what it did not name is not there.
    Announced(NodeId),
    /// The session is over. What was toward the node and has not arrived is lost, and nothing more of
    /// it comes; the other end is told or finds out within 5 s.
    Broken {
        /// With whom.
        node: NodeId,
        /// Why.
        why: Why,
    },
    /// A parcel was not sent.
    Unsent {
        /// To whom.
        node: NodeId,
        /// What it was.
        kind: &'static str,
        /// Why not.
        why: Unsent,
    },
    /// The link has ended, once and for ever.
    Gone(NodeId),
    /// Something that another node told everybody; each of an incarnation's at most once, and none
    /// behind a later one.
    Hint {
        /// Who.
        node: NodeId,
        /// One of the kinds of the configuration.
        kind: &'static str,
        /// What.
        body: Value,
    },
    /// The word of [`super::Bus::say_to_myself`] came back.
    HeardMyself(u64),
    /// By which engine this node hears from now on, for its `NODE.ENGINE`. PostgreSQL until this says
    /// otherwise.
    By(Engine),
}
