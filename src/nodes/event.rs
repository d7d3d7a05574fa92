//! What a node is told of the cluster, and what it tells.

use super::term::Term;
use crate::cluster::Engine;
use crate::cluster::lease::End;
use crate::cluster::members::{Gone, NodeRow};
use crate::ids::{NodeId, TermId};

/// What others must know. In the order in which it happened, on the heart's own thread.
#[derive(Clone, Debug)]
pub enum Event {
    /// Another node is there, that can be talked with.
    There(Box<NodeRow>),
    /// Its state, or what it hears by, has changed.
    Changed(Box<NodeRow>),
    /// The records say that it is gone; once a node. What it kept may be taken.
    Gone(NodeId),
    /// This node takes part.
    Up,
    /// This node cannot talk with another, which was there first: it does not join. [`Event::Left`] follows.
    Refused {
        /// With which.
        by: Box<NodeRow>,
        /// Why, and what to do, in one line.
        why: String,
    },
    /// Another node matches, or nobody does.
    Matchmaker(Option<NodeId>),
    /// The matchmaker is to say that it is there ([`Input::Answered`]), about once a second; what hangs must
    /// lose the lease.
    Ping,
    /// A term of ours begins: claim the tickets, read the records, then [`Input::Claimed`]. Until
    /// [`Event::Match`] nobody is matched.
    Begin(Term),
    /// Matching begins.
    Match(TermId),
    /// Whoever was not announced by now is away.
    Away(TermId),
    /// No decisions; [`Term::may_match`] says so already.
    Suspend(TermId),
    /// Decisions again.
    Resume(TermId),
    /// The term is over, and the lobby with it. If the node gives the lease up itself (`Drained`, `Deaf`), it
    /// stays on file until [`Input::Written`].
    End {
        /// Which.
        term: TermId,
        /// Why.
        why: End,
    },
    /// Whether this node hears nobody, not even itself.
    Deaf(bool),
    /// Whether its clock is more than 30 s from the database's.
    ClockOff(bool),
    /// This incarnation is over: close all sockets, forget everything without a write, join anew as another.
    SelfGone(Gone),
    /// It has left in peace.
    Left,
}

/// What the heart must know from others.
#[derive(Clone, Debug)]
pub enum Input {
    /// SIGTERM: the node takes nothing new.
    Drain,
    /// All is handed on: it leaves, and [`Event::Left`] says when it has.
    Leave,
    /// What is on file is older than what this node has answered for.
    CommitsLost,
    /// The matchmaker is there: the answer to [`Event::Ping`].
    Answered,
    /// The new term's tickets are claimed and all is read; these nodes are asked for their announcements.
    Claimed {
        /// Which.
        term: TermId,
        /// Whom it waits for.
        up: Vec<NodeId>,
    },
    /// Something of what a node announces to the term came.
    Announcing(NodeId),
    /// All of it.
    Announced(NodeId),
    /// A write of this term was told that the keeper is another.
    Fenced(TermId),
    /// All that this term wrote is answered: the lease can go. Waited for at most a third of gone.
    Written(TermId),
    /// How many sockets and rooms a node has.
    Figures {
        /// Which; this one too.
        node: NodeId,
        /// Sockets, of whatever kind.
        sockets: u32,
        /// Rooms that are open there.
        rooms: u32,
    },
}

/// What the heart must know from the bus.
#[derive(Clone, Copy, Debug)]
pub(super) enum FromBus {
    Opened(NodeId),
    /// Part of an announcement.
    Announcing(NodeId),
    Announced(NodeId),
    Broken(NodeId),
    HeardMyself(u64),
    By(Engine),
}
