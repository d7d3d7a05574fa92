//! What the parts of a node that has joined are given.

use serde::Serialize;
use serde_json::Value;

use super::cluster::Cluster;
use super::hints::{FailedLogIn, Inbox, Named};
use super::questions::{NoAnswer, Questions};
use crate::bus::Bus;
use crate::cluster::link::Parcel;
use crate::front::Carried;
use crate::ids::NodeId;

/// What parcels and hints are called, besides those of the front and of whoever matches, which name themselves.
pub mod kind {
    /// Whoever matches asks a front for all that is there.
    pub const ANNOUNCE: &str = "announce";
    /// The end of it.
    pub const ANNOUNCED: &str = "announced";
    /// Something is asked, of whoever matches or of a room's home; and its answer.
    pub const QUESTION: &str = "question";
    pub const ANSWER: &str = "answer";
    /// From whoever matches: the lines as people see them.
    pub const LINES_SHOWN: &str = "lines_shown";
    /// Between live lists: show what you have, or no more.
    pub const WATCH: &str = "watch";
    /// Some of what the live list of a node has.
    pub const SHOWN: &str = "shown";
    /// From whoever matches: the lines as everybody may see them, with who waits.
    pub const OFFICE: &str = "office";
    /// A hint from whoever matches: a number is called.
    pub const CALL: &str = "call";
    /// A hint: how many sockets and rooms a node has.
    pub const FIGURES: &str = "figures";
    /// A hint: records that have changed, [`super::Named`].
    pub const NAMED: &str = "named";
    /// A hint: a log-in failed, [`super::FailedLogIn`].
    pub const FAILED_LOG_IN: &str = "failed_log_in";

    /// All of them, with the parcels that name themselves ([`crate::front::PARCEL_KINDS`]).
    pub const ALL: [&str; 30] = [
        "ask",
        "back",
        "desk",
        "arrive",
        "wish",
        "over",
        "here",
        "news",
        "open",
        "take",
        "places",
        "attach",
        "detach",
        "enter",
        "take_in",
        "frame",
        "seated",
        "shut",
        ANNOUNCE,
        ANNOUNCED,
        QUESTION,
        ANSWER,
        LINES_SHOWN,
        WATCH,
        SHOWN,
        OFFICE,
        CALL,
        FIGURES,
        NAMED,
        FAILED_LOG_IN,
    ];
}

/// Who is there, and the way to them. Cheap to clone.
#[derive(Clone)]
pub struct Joined {
    /// Who is there, and who matches.
    pub cluster: Cluster,
    /// The way to the others.
    pub bus: Bus,
    /// What they were asked and have not answered.
    pub questions: Questions,
    /// Records that others named.
    pub named: Inbox<Named>,
    /// Log-ins that failed at others.
    pub failed_log_ins: Inbox<FailedLogIn>,
}

/// Most records named by one hint: it goes in one message.
const NAMED_MAX: usize = 50;

impl Joined {
    /// Nothing has come yet.
    #[must_use]
    pub fn new(cluster: Cluster, bus: Bus) -> Self {
        let questions = Questions::default();
        Self { cluster, bus, questions, named: Inbox::default(), failed_log_ins: Inbox::default() }
    }

    /// Hints to everybody that these records have changed, as is on file by now.
    pub fn name(&self, named: &[Named]) {
        for some in named.chunks(NAMED_MAX) {
            self.hint(kind::NAMED, &some);
        }
    }

    /// Hints to everybody that a log-in failed here.
    pub fn tell_failed(&self, failed: FailedLogIn) {
        self.hint(kind::FAILED_LOG_IN, &failed);
    }

    fn hint(&self, kind: &'static str, body: &impl Serialize) {
        match serde_json::to_value(body) {
            Ok(body) => self.bus.tell_all(kind, body),
            Err(error) => log::error!("a hint {kind} cannot be written, and is not sent: {error}"),
        }
    }

    /// A hint came. What is of a kind that nobody here knows, a later version said.
    pub fn hear_hint(&self, kind: &'static str, body: Value) {
        match (kind, body) {
            (kind::NAMED, Value::Array(named)) => {
                self.named.put(named.into_iter().filter_map(|one| serde_json::from_value(one).ok()));
            }
            (kind::FAILED_LOG_IN, body) => self.failed_log_ins.put(serde_json::from_value(body)),
            _ => {}
        }
    }

    /// Sends this to a node; under an epoch, if a matchmaker says it.
    pub fn send(&self, to: NodeId, kind: &'static str, body: &impl Serialize, epoch: Option<u64>) {
        match serde_json::to_value(body) {
            Ok(body) => self.bus.send(to, Parcel { kind, body, epoch }),
            Err(error) => log::error!("a parcel {kind} cannot be written, and is not sent: {error}"),
        }
    }

    /// Sends these to a node, in their order and in as few parcels as they go in.
    pub fn send_together(&self, to: NodeId, parcels: &[Carried], epoch: Option<u64>) {
        match Carried::write_together(parcels) {
            Ok(all) => all.into_iter().for_each(|(kind, body)| self.bus.send(to, Parcel { kind, body, epoch })),
            Err(error) => log::error!("parcels cannot be written, and are not sent: {error}"),
        }
    }

    /// Asks a node something, by its name.
    ///
    /// # Errors
    ///
    /// [`NoAnswer`]: what was asked for may have been done.
    pub async fn ask(&self, node: NodeId, what: &str, body: Value) -> Result<Value, NoAnswer> {
        self.questions.ask(node, what, body, |asked| self.send(node, kind::QUESTION, asked, None)).await
    }

    /// The others that are there, whatever their state.
    #[must_use]
    pub fn others(&self) -> Vec<NodeId> {
        self.cluster.nodes().into_iter().filter(|node| !node.me).map(|node| node.node).collect()
    }
}

#[test]
fn every_kind_is_known_to_the_link() {
    assert!(crate::front::PARCEL_KINDS.iter().all(|kind| kind::ALL.contains(kind)));
}
