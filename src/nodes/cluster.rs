//! Who is there and who matches, for whoever asks.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;

use super::event::Input;
use super::said::Said;
use super::term::Term;
use crate::cluster::Engine;
use crate::cluster::members::{Me, NodeRow, State};
use crate::dispatch::PutRight;
use crate::ids::NodeId;
use crate::time::Mono;

/// Where the matchmaker is.
#[derive(Clone, Debug)]
pub enum Matchmaker {
    /// On this node, in this term.
    Here(Term),
    /// On another.
    There(NodeId),
    /// Nobody matches, as far as is known.
    None,
}

impl Matchmaker {
    /// As `/readyz` names it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Here(_) => "here",
            Self::There(_) => "there",
            Self::None => "none",
        }
    }
}

/// A node as admins see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NodeView {
    /// The incarnation.
    pub node: NodeId,
    /// What people call it.
    pub name: String,
    /// Of the program.
    pub version: String,
    /// Where it is in its life.
    pub state: State,
    /// By what it hears.
    pub engine: Engine,
    /// Sockets, if it has said how many.
    pub sockets: Option<u32>,
    /// Open rooms, if it has said how many.
    pub rooms: Option<u32>,
    /// It matches.
    pub matchmaker: bool,
    /// It is the one that answers.
    pub me: bool,
}

/// Numbers for the metrics `anteroom_cluster_…`. Those that go up begin anew with each incarnation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ClusterFigures {
    /// Nodes that are there, this one too.
    pub members: usize,
    /// 1 if the matchmaker is here.
    pub matchmaker: u8,
    /// The newest that was found on file.
    pub epoch: u64,
    /// Terms of this node.
    pub terms_total: u64,
    /// Nodes that this one has declared gone.
    pub gone_total: u64,
    /// Terms that a fenced write ended.
    pub fenced_total: u64,
    /// Rooms that were another's or nobody's, and are this node's since.
    pub rooms_taken_total: u64,
    /// How often the records differed from what was known here and were followed; each kind of [`PutRight::ALL`].
    pub put_right_total: [u64; PutRight::ALL.len()],
    /// By how much our clock is ahead of the database's.
    pub clock_off_seconds: f64,
    /// From when this node saw that the lease is free to when it matched; 0 if it never has.
    pub takeover_seconds: f64,
    /// How much of PostgreSQL's room for notices is taken, from 0 to 1.
    pub notify_queue_usage: f64,
}

/// What the heart last knew.
#[derive(Debug)]
pub(super) struct View {
    pub(super) state: Option<State>,
    pub(super) engine: Engine,
    pub(super) wire: u32,
    pub(super) others: Vec<NodeRow>,
    pub(super) matchmaker: Option<NodeId>,
    pub(super) term: Option<Term>,
    pub(super) epoch: u64,
    pub(super) figures: BTreeMap<NodeId, (u32, u32)>,
    pub(super) takeover: Duration,
    pub(super) notices: f64,
}

/// What the heart and all handles share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) me: Me,
    view: Mutex<View>,
    /// The last microsecond in which visitors may be sent here.
    pub(super) ready_until: AtomicU64,
    pub(super) clock_ahead: AtomicI64,
    pub(super) terms: AtomicU64,
    pub(super) gone: AtomicU64,
    pub(super) fenced: AtomicU64,
    rooms_taken: AtomicU64,
    put_right: [AtomicU64; PutRight::ALL.len()],
}

impl Shared {
    pub(super) fn new(me: Me) -> Self {
        let view = View {
            state: None,
            engine: Engine::Postgres,
            wire: me.wires.max,
            others: Vec::new(),
            matchmaker: None,
            term: None,
            epoch: 0,
            figures: BTreeMap::new(),
            takeover: Duration::ZERO,
            notices: 0.0,
        };
        Self {
            me,
            view: Mutex::new(view),
            ready_until: AtomicU64::new(0),
            clock_ahead: AtomicI64::new(0),
            terms: AtomicU64::new(0),
            gone: AtomicU64::new(0),
            fenced: AtomicU64::new(0),
            rooms_taken: AtomicU64::new(0),
            put_right: Default::default(),
        }
    }

    pub(super) fn view(&self) -> MutexGuard<'_, View> {
        // What is inside is whole after every statement.
        self.view.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A handle on who is there, for one incarnation. Cheap to clone, and nothing waits.
#[derive(Clone, Debug)]
pub struct Cluster {
    pub(super) shared: Arc<Shared>,
    pub(super) said: Sender<Said>,
}

impl Cluster {
    /// This incarnation.
    #[must_use]
    pub fn me(&self) -> NodeId {
        self.shared.me.node
    }

    /// Tells the heart. Nothing once it has ended.
    pub fn tell(&self, input: Input) {
        let _ = self.said.send(Said::Told(input));
    }

    /// All that are there, by name; this one too, once it is on file.
    #[must_use]
    pub fn nodes(&self) -> Vec<NodeView> {
        let view = self.shared.view();
        let show = |who: &Me, state, engine| {
            let figures = view.figures.get(&who.node).copied();
            NodeView {
                node: who.node,
                name: who.name.clone(),
                version: who.version.clone(),
                state,
                engine,
                sockets: figures.map(|(sockets, _)| sockets),
                rooms: figures.map(|(_, rooms)| rooms),
                matchmaker: view.matchmaker == Some(who.node),
                me: who.node == self.shared.me.node,
            }
        };
        let me = view.state.map(|state| show(&self.shared.me, state, view.engine));
        let others = view.others.iter().map(|row| show(&row.who, row.state, row.engine));
        let mut nodes: Vec<NodeView> = others.chain(me).collect();
        nodes.sort_by(|one, other| (&one.name, one.node).cmp(&(&other.name, other.node)));
        nodes
    }

    /// The others that are `UP`: whom a new term asks for their announcements.
    #[must_use]
    pub fn others_up(&self) -> Vec<NodeId> {
        let view = self.shared.view();
        view.others.iter().filter(|row| row.state == State::Up).map(|row| row.who.node).collect()
    }

    /// Where the matchmaker is.
    #[must_use]
    pub fn matchmaker(&self) -> Matchmaker {
        let view = self.shared.view();
        match (&view.term, view.matchmaker) {
            (Some(term), _) => Matchmaker::Here(term.clone()),
            (None, Some(node)) if node != self.shared.me.node => Matchmaker::There(node),
            (None, _) => Matchmaker::None,
        }
    }

    /// Whether a lobby of this node may decide at `now`. The lobby itself asks its [`Term`], which is quicker.
    #[must_use]
    pub fn may_match(&self, now: Mono) -> bool {
        self.shared.view().term.as_ref().is_some_and(|term| term.may_match(now))
    }

    /// What this node is on file, or is to be with its next beat; nothing before it has joined.
    #[must_use]
    pub fn state(&self) -> Option<State> {
        self.shared.view().state
    }

    /// Whether visitors are to be sent here at `now`.
    #[must_use]
    pub fn is_ready(&self, now: Mono) -> bool {
        now.0 <= self.shared.ready_until.load(Ordering::Acquire)
    }

    /// The version of the wire to be used: the newest that everybody who is there can talk.
    #[must_use]
    pub fn wire(&self) -> u32 {
        self.shared.view().wire
    }

    /// So many rooms were taken over, and live here now.
    pub fn took_rooms(&self, rooms: usize) {
        self.shared.rooms_taken.fetch_add(rooms as u64, Ordering::Relaxed);
    }

    /// The records differed from what was known here, and were followed.
    pub fn put_right(&self, what: PutRight) {
        self.shared.put_right[what as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// For the metrics.
    #[must_use]
    pub fn figures(&self) -> ClusterFigures {
        let (shared, view) = (&self.shared, self.shared.view());
        let count = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        ClusterFigures {
            members: view.others.len() + usize::from(view.state.is_some()),
            matchmaker: u8::from(view.term.is_some()),
            epoch: view.epoch,
            terms_total: count(&shared.terms),
            gone_total: count(&shared.gone),
            fenced_total: count(&shared.fenced),
            rooms_taken_total: count(&shared.rooms_taken),
            put_right_total: shared.put_right.each_ref().map(count),
            clock_off_seconds: shared.clock_ahead.load(Ordering::Relaxed) as f64 / 1e6,
            takeover_seconds: view.takeover.as_secs_f64(),
            notify_queue_usage: view.notices,
        }
    }
}
