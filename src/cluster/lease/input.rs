//! What can happen to the lease, and what must follow.

use crate::cluster::looks::Good;
use crate::ids::{NodeId, TermId};

/// The row of `LEASE`, as a look found it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeaseRow {
    /// Who holds it; nobody if it is empty.
    pub holder: Option<(NodeId, TermId)>,
    /// Goes up with every beat of the holder, and with every taking.
    pub beat: u64,
    /// Goes up with every taking.
    pub epoch: u64,
}

/// A good look, and what it found of the lease.
#[derive(Clone, Copy, Debug)]
pub struct Looked {
    pub look: Good,
    pub row: LeaseRow,
    /// Whether the holder's node is there. The lease must have been read before the nodes, or with them
    /// in one statement: else a node that joined in between seems gone.
    pub holder_is_there: bool,
    /// The newest epoch this node has heard of.
    pub newest_epoch: u64,
}

/// What became of the statement that takes the lease.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TakeAnswer {
    /// It changed the row; with the new epoch.
    Taken(u64),
    /// It changed no row: somebody was quicker, or the holder beat.
    NotMine,
    /// No answer. It may have been done all the same; then the next look finds the term and it begins.
    Unknown,
}

/// What can happen.
#[derive(Clone, Debug)]
pub enum Input {
    /// A round begins ([`Effect::Beat`] of the members): time for the holder's beat, on the same
    /// connection.
    Round,
    /// What the holder's beat came to: whether it changed the row, `None` if there is no answer.
    Beaten {
        /// Of [`Effect::Beat`].
        count: u64,
        /// Whether it changed the row.
        changed: Option<bool>,
    },
    /// The matchmaker answered [`Effect::Ping`].
    Answered,
    /// A good look (`Looked` of the members).
    Look(Looked),
    /// What the taking came to.
    Took {
        /// The term that was to begin.
        term: TermId,
        /// What came of it.
        answer: TakeAnswer,
    },
    /// The new term's tickets are claimed and everything is read. These nodes are `UP` and are asked
    /// for their announcements.
    Claimed {
        term: TermId,
        /// Who is to announce themselves.
        up: Vec<NodeId>,
    },
    /// Something of this node's announcement came.
    Announcing(NodeId),
    /// This node's announcement is whole.
    Announced(NodeId),
    /// This node is gone, or its link is broken: its announcement is not waited for.
    Lost(NodeId),
    /// A write of this term was told that the record's keeper is another.
    Fenced(TermId),
    /// Whether this node hears nobody, not even itself (`Deaf` of the members).
    Deaf(bool),
    /// Whether this node's clock is more than 30 s from the database's.
    ClockOff(bool),
    /// This node takes leave of the cluster.
    Drain,
    /// The moment of `next_deadline` has come.
    Tick,
}

/// Why a term is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum End {
    /// Its beat changed no row: another has taken it, or the database lost it.
    Taken,
    /// A write of it was fenced.
    Fenced,
    /// The node drains.
    Drained,
    /// The node hears nobody.
    Deaf,
}

/// What must follow, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The statement that takes the lease: compare and set on what was seen. By a connection of its
    /// own, as it may wait for whoever writes under the guard. The epoch becomes the greater of that on
    /// file and `newest_epoch`, and one more.
    Take {
        /// The term on file when it was seen; `None` if the lease was empty.
        seen: Option<TermId>,
        /// The beat on file when it was seen.
        seen_beat: u64,
        /// The term that begins.
        term: TermId,
        /// The newest epoch this node has heard of.
        newest_epoch: u64,
    },
    /// The statement of the holder's beat, on the heartbeat connection, behind the node's.
    Beat {
        /// Whose.
        term: TermId,
        /// Comes back with the answer.
        count: u64,
    },
    /// The statement that empties the lease, if it is this term's still; behind the term's writes.
    Empty(TermId),
    /// The matchmaker is to say that it is there: whoever hangs must lose the lease.
    Ping,
    /// A term of ours begins: claim the tickets, read the records, then [`Input::Claimed`]. Nobody is
    /// matched yet, nobody is away, no grace runs.
    Begin {
        term: TermId,
        /// Goes on all that the matchmaker says.
        epoch: u64,
    },
    /// Matching begins.
    Match(TermId),
    /// Whoever was not announced by now is away as of now (R10, R11).
    Away(TermId),
    /// No decisions until [`Effect::Resume`]: the last good beat is too old.
    Suspend(TermId),
    /// Decisions again.
    Resume(TermId),
    /// The term is over, and the lobby with it.
    End {
        term: TermId,
        /// Why.
        why: End,
    },
}
