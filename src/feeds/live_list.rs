//! The live list of the admin page as it is sent: a snapshot, then what changes. The pages' types are made from
//! these.

use serde::Serialize;

use crate::dispatch::{CounsellorShown, WaitingTicket};
use crate::ids::{AccountId, RoomId, TicketId};
use crate::protocol::Member;
use crate::time::Wall;

/// An account with its name.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Named {
    /// The account.
    pub account: AccountId,
    /// Its name.
    pub name: String,
}

/// A room that is open. Of a group room there is neither number nor line, but a title and who opened it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct LiveRoom {
    /// The room.
    pub room: RoomId,
    /// `CONSULTATION` or `GROUP`.
    pub kind: &'static str,
    /// `OPEN`.
    pub status: &'static str,
    /// Since when.
    pub opened_at: Wall,
    /// The number of its last message.
    pub last_seq: u32,
    /// Who is in it.
    pub members: Vec<Member>,
    /// The consultation it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consultation: Option<TicketId>,
    /// The ticket's number for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// The topic's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    /// The line's language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Who counsels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub counsellor: Option<Named>,
    /// What a group room is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What a group room is for; null for nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "server", schema(value_type = Option<String>))]
    pub info: Option<Option<String>>,
    /// Where a group room's picture lies; null if it has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "server", schema(value_type = Option<String>))]
    pub picture: Option<Option<String>>,
    /// Who opened a group room.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creator: Option<Named>,
}

impl LiveRoom {
    /// What rooms of both kinds have.
    pub(super) fn open(room: RoomId, kind: &'static str, opened_at: Wall, last_seq: u32, members: Vec<Member>) -> Self {
        Self {
            room,
            kind,
            status: "OPEN",
            opened_at,
            last_seq,
            members,
            consultation: None,
            number: None,
            line: None,
            language: None,
            counsellor: None,
            title: None,
            info: None,
            picture: None,
            creator: None,
        }
    }
}

/// A ticket that waits.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct LiveTicket {
    /// The ticket.
    pub ticket: TicketId,
    /// What is shown of it.
    #[serde(flatten)]
    pub shown: WaitingTicket,
}

/// Everything, once. SSE event `snapshot`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct LiveSnapshot {
    /// Rooms that are open.
    pub rooms: Vec<LiveRoom>,
    /// Tickets that wait.
    pub tickets: Vec<LiveTicket>,
    /// Counsellors who were open since the start.
    pub counsellors: Vec<CounsellorShown>,
}

macro_rules! change {
    ($(#[$about:meta])* $name:ident: $item:ident by $id:ident) => {
        $(#[$about])*
        #[derive(Clone, Debug, PartialEq, Serialize)]
        #[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
        #[serde(tag = "op", rename_all = "lowercase")]
        pub enum $name {
            /// It is as this now.
            Put {
                /// Which.
                id: $id,
                /// As it is.
                item: Box<$item>,
            },
            /// It is not in the list any more.
            Drop {
                /// Which.
                id: $id,
            },
        }
    };
}

change! {
    /// A room of the list changed. SSE event `room`.
    RoomChange: LiveRoom by RoomId
}
change! {
    /// A ticket of the list changed. SSE event `ticket`.
    TicketChange: LiveTicket by TicketId
}
change! {
    /// A counsellor of the list changed. SSE event `counsellor`.
    CounsellorChange: CounsellorShown by AccountId
}

/// What a viewer of the list is told.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum WatchEvent {
    /// Everything.
    Snapshot(LiveSnapshot),
    /// A room.
    Room(RoomChange),
    /// A ticket.
    Ticket(TicketChange),
    /// A counsellor.
    Counsellor(CounsellorChange),
}

impl WatchEvent {
    /// The SSE event's name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Snapshot(_) => "snapshot",
            Self::Room(_) => "room",
            Self::Ticket(_) => "ticket",
            Self::Counsellor(_) => "counsellor",
        }
    }

    /// Whether something is in the list after it, and not gone from it.
    pub(super) fn is_put(&self) -> bool {
        match self {
            Self::Snapshot(_) => true,
            Self::Room(change) => matches!(change, RoomChange::Put { .. }),
            Self::Ticket(change) => matches!(change, TicketChange::Put { .. }),
            Self::Counsellor(change) => matches!(change, CounsellorChange::Put { .. }),
        }
    }
}

impl LiveSnapshot {
    /// With what this event puts into the list.
    pub(super) fn add(&mut self, event: WatchEvent) {
        match event {
            WatchEvent::Room(RoomChange::Put { item, .. }) => self.rooms.push(*item),
            WatchEvent::Ticket(TicketChange::Put { item, .. }) => self.tickets.push(*item),
            WatchEvent::Counsellor(CounsellorChange::Put { item, .. }) => self.counsellors.push(*item),
            _ => {}
        }
    }
}
