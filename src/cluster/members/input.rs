//! What can happen to a member, and what must follow.

use serde::{Deserialize, Serialize};

use crate::cluster::engine::Engine;
use crate::cluster::lease::LeaseRow;
use crate::cluster::looks::Good;
use crate::ids::NodeId;

/// Where a node is in its life; `NODE.STATE`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum State {
    /// On file, and not linked to the matchmaker yet.
    Joining,
    /// It takes part.
    Up,
    /// It takes nothing new and lets everybody go.
    Draining,
    /// It has left, or was found not to move. For ever: its incarnation is never used again.
    Gone,
}

impl State {
    /// As it stands in `NODE.STATE`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Joining => "JOINING",
            Self::Up => "UP",
            Self::Draining => "DRAINING",
            Self::Gone => "GONE",
        }
    }

    /// The one with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Joining, Self::Up, Self::Draining, Self::Gone].into_iter().find(|state| state.code() == code)
    }
}

/// The versions of the wire that a program can talk, both counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wires {
    /// `NODE.WIRE_MIN`.
    pub min: u32,
    /// `NODE.WIRE_MAX`.
    pub max: u32,
}

impl Wires {
    /// The newest that both can talk.
    #[must_use]
    pub fn common(self, other: Self) -> Option<u32> {
        let newest = self.max.min(other.max);
        (newest >= self.min.max(other.min)).then_some(newest)
    }
}

/// What a node is, from its start to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Me {
    /// Its incarnation.
    pub node: NodeId,
    /// What people call it. Another incarnation may bear the same name.
    pub name: String,
    /// Of the program.
    pub version: String,
    /// What it can talk.
    pub wires: Wires,
}

/// A row of `NODE`, as a look found it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeRow {
    /// The incarnation and what it is.
    pub who: Me,
    /// Counted up and never used again; its session lock has this number.
    pub no: u32,
    /// By what it hears now.
    pub engine: Engine,
    /// Never `GONE`: a look leaves those out.
    pub state: State,
    /// Moves with every beat of it.
    pub beat: u64,
    /// Somebody holds its session lock.
    pub held: bool,
}

/// What a look found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LookResult {
    /// Everybody that is not gone.
    pub nodes: Vec<NodeRow>,
    /// The lease, read before the nodes or with them.
    pub lease: LeaseRow,
}

/// What can happen.
#[derive(Clone, Debug)]
pub enum Input {
    /// There is a heartbeat connection, a new one: with the node's session lock, if its row is there,
    /// and listening.
    Connected,
    /// It is lost. Answers of it that come later are not heard.
    Disconnected,
    /// The row is on file, and its session lock taken.
    Inserted {
        /// `NODE_NO`.
        no: u32,
    },
    /// The beat's answer: whether it changed the row, `None` if it failed.
    Beaten {
        /// Of [`Effect::Beat`].
        round: u64,
        /// Whether it changed the row.
        changed: Option<bool>,
    },
    /// The look's answer; `None` if it failed.
    Looked {
        /// Of [`Effect::Look`].
        round: u64,
        /// What is there.
        found: Option<LookResult>,
    },
    /// What [`Effect::DeclareGone`] came to: whether it changed the row.
    Declared {
        /// Whom.
        node: NodeId,
        /// Whether it was this statement that did it.
        changed: bool,
    },
    /// A link to this node has opened and heard its announcement, or has broken.
    Linked {
        /// Whom.
        node: NodeId,
        /// Whether the link is good.
        good: bool,
    },
    /// The word that this node sent itself has come.
    HeardMyself {
        /// Of [`Effect::SayToMyself`].
        count: u64,
    },
    /// This node hears by this engine from now on.
    By(Engine),
    /// SIGTERM: it takes nothing new.
    Drain,
    /// All is handed on: it leaves.
    Leave,
    /// What is on file is older than what this node has answered for: commits are lost.
    CommitsLost,
    /// The moment of `next_deadline` has come.
    Tick,
}

/// How a node finds that it is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gone {
    /// Its beat changed no row: another has declared it gone.
    Declared,
    /// The database lost what it had committed.
    CommitsLost,
}

/// What must follow, in this order. The statements are those of the records; each commits by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Insert the row, `JOINING`, unless it is there; take the session lock on the heartbeat
    /// connection; answer with [`Input::Inserted`].
    Insert,
    /// The beat, on the heartbeat connection: the counter goes up, state and engine are written.
    Beat {
        /// Comes back with the answer.
        round: u64,
        /// What the node is.
        state: State,
        /// By what it hears.
        engine: Engine,
    },
    /// The look, on the same connection.
    Look {
        /// Comes back with the answer.
        round: u64,
    },
    /// By compare and set, on another connection as it may wait: `GONE`, if the beat is still this.
    DeclareGone {
        /// Whom.
        node: NodeId,
        /// The beat that was seen to stand still.
        seen_beat: u64,
    },
    /// The heartbeat connection is to be dropped and made anew: it does not answer.
    Reconnect,
    /// Somebody is there, with whom we can talk: open a link.
    There(Box<NodeRow>),
    /// What is on file about somebody who is there has changed: state or engine.
    Changed(Box<NodeRow>),
    /// The records say that it is gone. Once for each that was there, and never before they do.
    Gone(NodeId),
    /// A good look, for the lease.
    Looked {
        look: Good,
        /// The lease's row.
        lease: LeaseRow,
        /// Whether its holder's node is there.
        holder_is_there: bool,
    },
    /// This node is `UP`.
    Up,
    /// This one cannot be talked to, and was there first: this node does not join, or leaves.
    Refused(Box<NodeRow>),
    /// A word over the bus, to this node itself.
    SayToMyself {
        /// Goes up with each.
        count: u64,
    },
    /// Whether this node hears nobody, not even itself: then it is unready and takes or keeps no lease.
    Deaf(bool),
    /// This incarnation is over: close all sockets, forget the actors without a write, begin anew with
    /// another. Nothing comes after it.
    SelfGone(Gone),
    /// It has left in peace: its row says so. Nothing comes after it.
    Left,
}
