//! What can happen to a link, and what must follow.

use std::borrow::Cow;
use std::time::Duration;

use serde_json::Value;

use super::envelope::{Envelope, SessionName};
use crate::cluster::engine::Engine;

/// The kind of the last parcel of an announcement; the link itself writes it.
pub const ANNOUNCED: &str = "announced";
/// Most parcels, and bytes of their bodies, that are toward one node: queued or not acknowledged yet.
/// Those of the announcement are not counted, as 100,000 sockets are more. Full, the link breaks: a
/// node that takes nothing must not fill the memory of those that speak to it.
pub const QUEUED_MAX: usize = 8_192;
/// See [`QUEUED_MAX`].
pub const QUEUED_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Most parcels, and bytes of their bodies, that are on their way and not acknowledged. What is
/// behind them waits: so the hearer never keeps more than that either while it waits for a gap.
pub const WINDOW: usize = 1_024;
/// See [`WINDOW`].
pub const WINDOW_BYTES: usize = 4 * 1024 * 1024;
/// Longest text of one parcel's body, in bytes.
pub const PARCEL_MAX: usize = 1024 * 1024;
/// Most parts a parcel comes in. Cut for the smallest message, the longest has fewer.
pub const PARTS_MAX: u32 = 512;
/// A parcel that arrived is acknowledged by itself after so long, if no message went the other way.
pub const ACKNOWLEDGE: Duration = Duration::from_millis(50);
/// So many that arrived are acknowledged at once: a window that is full must not wait.
pub const ACKNOWLEDGE_COUNT: usize = WINDOW / 4;
/// What is not acknowledged is sent again after so long; and so is an opening.
pub const AGAIN: Duration = Duration::from_millis(300);
/// Who said nothing for so long says that it is there.
pub const IDLE: Duration = Duration::from_secs(1);
/// A link breaks when nothing was heard for so long, or nothing more acknowledged of what is on its
/// way.
pub const SILENCE: Duration = Duration::from_secs(5);

/// One thing to be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Parcel {
    /// What it is: one of the kinds that both ends know; at most 32 bytes.
    pub kind: &'static str,
    /// Opaque to the link.
    pub body: Value,
    /// Under which epoch a matchmaker says it.
    pub epoch: Option<u64>,
}

/// What can happen.
#[derive(Clone, Debug)]
pub enum Input {
    /// The owner's answer to [`Effect::Opened`] of this session: all it holds that the other must know.
    /// It goes out as the window opens, is not counted in the bound, and is ended with `announced`. It
    /// may take its time to be gathered: what is sent meanwhile is kept and comes behind it, as what is
    /// sent afterwards. One of a session that is over changes nothing, nor does a second one.
    Announce(SessionName, Vec<Parcel>),
    /// Sends something. It never waits.
    Send(Parcel),
    /// An envelope came.
    Heard(Box<Envelope>),
    /// Messages go by this engine from now on. What was on its way is sent again by it at once.
    By(Engine),
    /// The engine lost something, or may have: what is not acknowledged is sent again at once.
    Again,
    /// The records say that the other is gone.
    Gone,
    /// The moment of `next_deadline` has come, or there may be something to send.
    Tick,
}

/// Why a session is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Why {
    /// Nothing was heard for [`SILENCE`].
    Silent,
    /// Of what is on its way, nothing more was acknowledged for [`SILENCE`].
    Unacknowledged,
    /// [`QUEUED_MAX`], [`QUEUED_BYTES_MAX`].
    Full,
    /// The other said that it is over.
    Told,
    /// A newer session began.
    Replaced,
    /// A parcel could not be put together, and none behind it can be handed on.
    Unreadable,
}

/// Why something was not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unsent {
    /// No session is open. The announcement of the next will say how things are.
    NotOpen,
    /// [`PARCEL_MAX`].
    TooLarge,
}

/// What must follow. Effects are to be done in their order.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// One message, of at most the engine's size.
    Message(Vec<Envelope>),
    /// A session begins: answer with [`Input::Announce`]. Nothing goes out in it before.
    Opened(SessionName),
    /// A parcel has arrived: in the order of sending, once, without a gap.
    Arrived {
        /// One of the kinds this end knows.
        kind: &'static str,
        /// The body as it was sent.
        body: Value,
        /// Under which epoch, if a matchmaker says it.
        epoch: Option<u64>,
    },
    /// The other's announcement is whole: what it did not name is not there.
    Announced,
    /// The session is over. What is toward the other is lost, nothing more of it arrives, and the
    /// other end is told or finds out within [`SILENCE`].
    Broken(Why),
    /// This was not sent.
    Unsent {
        /// What it was.
        kind: &'static str,
        /// Why not.
        why: Unsent,
    },
    /// The link has ended, once and for ever: the incarnation is gone.
    Gone,
}

/// What was counted, from the first session on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Parcels sent again.
    pub resent: u64,
    /// Parcels that came once more.
    pub doubled: u64,
    /// Envelopes between others, or that nobody of this version would send.
    pub foreign: u64,
    /// Envelopes of a session that is not open here.
    pub stale: u64,
    /// Parcels and words of a kind that is not known here.
    pub unknown: u64,
    /// Parcels of an epoch that is over.
    pub old_epoch: u64,
    /// Parcels ahead of what may be on its way; they come again.
    pub beyond: u64,
}

/// What the links of a node share, and what is drawn by chance.
pub struct Around<'a> {
    /// One of the node.
    pub epochs: &'a mut crate::cluster::Epochs,
    /// Halves of sessions' names, to be drawn so that nobody can guess them.
    pub halves: &'a mut dyn FnMut() -> u64,
}

/// A parcel that arrived whole.
#[derive(Debug)]
pub(super) struct Whole {
    pub kind: Cow<'static, str>,
    pub body: Value,
    pub epoch: Option<u64>,
}

impl Whole {
    /// What the owner is told of it; if nothing, it is counted why.
    pub(super) fn hand_on(
        self,
        kinds: &[&'static str],
        around: &mut Around<'_>,
        counts: &mut Counts,
    ) -> Option<Effect> {
        let Self { kind, body, epoch } = self;
        if epoch.is_some_and(|epoch| !around.epochs.hear(epoch)) {
            counts.old_epoch += 1;
            return None;
        }
        if kind == ANNOUNCED {
            return Some(Effect::Announced);
        }
        let known = kinds.iter().find(|known| **known == kind).copied();
        counts.unknown += u64::from(known.is_none());
        known.map(|kind| Effect::Arrived { kind, body, epoch })
    }
}
