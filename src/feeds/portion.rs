//! What the live lists of two nodes say to each other. A node with viewers looks on at every other, and is shown in
//! portions what that one has: the rooms that live there, and what waits and who counsels if it matches.

use serde::{Deserialize, Serialize};

use super::room_summary::RoomSummary;
use crate::dispatch::{CounsellorShown, WaitingTicket};
use crate::ids::{LineId, RoomId, TicketId};

/// Between the live lists of two nodes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListParcel {
    /// Somebody here looks: show all you have, and then what changes.
    Watch,
    /// Nobody here looks any more.
    LookAway,
    /// What was asked for.
    Shown(Portion),
}

/// Some of what a node has. Those of one sort follow upon each other: what was shown before one that `begins` and has not
/// been named when one `is_whole` is there no more.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Portion {
    /// What waits and who counsels, in the term with this epoch, by whoever matches; `None`: the rooms that live there.
    pub term: Option<u64>,
    /// All is named from here on.
    pub begins: bool,
    /// All has been named.
    pub is_whole: bool,
    /// What it names.
    pub items: Vec<ListItem>,
}

/// Something of a list. What says who may see it goes beside what they see.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListItem {
    /// A room is as this.
    Room(Box<RoomSummary>),
    /// A room is there no more.
    NoRoom(RoomId),
    /// A ticket waits as this, in this line.
    Ticket { ticket: TicketId, line: LineId, shown: Box<WaitingTicket> },
    /// A ticket waits no more.
    NoTicket(TicketId),
    /// A counsellor is as this, and has these lines.
    Counsellor { serves: Vec<LineId>, shown: Box<CounsellorShown> },
}

impl ListParcel {
    /// What kind of parcel it is, as nodes name it to each other.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Watch | Self::LookAway => "watch",
            Self::Shown(_) => "shown",
        }
    }

    /// The epoch it is said under, if whoever matches says it.
    #[must_use]
    pub fn epoch(&self) -> Option<u64> {
        match self {
            Self::Watch | Self::LookAway => None,
            Self::Shown(portion) => portion.term,
        }
    }
}

impl ListItem {
    /// Its length as it is carried, in bytes.
    pub(super) fn bytes(&self) -> usize {
        serde_json::to_string(self).map_or(0, |text| text.len())
    }
}
