//! What others may know of a room that are not in it.

use serde_json::{Value, json};

use crate::dispatch::Talk;
use crate::ids::{AccountId, RoomId};
use crate::room::Glance;
use crate::time::Wall;

/// A room as it was when it said so.
#[derive(Clone, Debug)]
pub(super) struct RoomSummary {
    pub(super) room: RoomId,
    pub(super) opened_at: Wall,
    pub(super) about: About,
    pub(super) glance: Glance,
}

/// What kind of room it is, and what only that kind has.
#[derive(Clone, Debug)]
pub(super) enum About {
    Talk(Talk),
    Group(GroupAbout),
}

/// What a group room is called, and says of itself.
#[derive(Clone, Debug)]
pub(super) struct GroupAbout {
    pub(super) creator: (AccountId, String),
    pub(super) title: String,
    pub(super) info: Option<String>,
    /// Where its picture lies.
    pub(super) picture: Option<String>,
}

impl About {
    /// A consultation's talk; `None` for a group room.
    pub(super) fn talk(&self) -> Option<&Talk> {
        match self {
            Self::Talk(talk) => Some(talk),
            Self::Group(_) => None,
        }
    }

    /// What a group room says of itself; `None` for a consultation.
    pub(super) fn group(&self) -> Option<&GroupAbout> {
        match self {
            Self::Group(group) => Some(group),
            Self::Talk(_) => None,
        }
    }
}

impl RoomSummary {
    /// For the admin room list.
    pub(super) fn shown(&self) -> Value {
        let Glance { members, last_seq } = &self.glance;
        match &self.about {
            About::Talk(talk) => json!({
                "room": self.room, "consultation": talk.ticket, "number": talk.number, "line": talk.line,
                "language": talk.language, "kind": "CONSULTATION", "status": "OPEN", "opened_at": self.opened_at,
                "last_seq": last_seq, "members": members,
                "counsellor": { "account": talk.counsellor.0, "name": talk.counsellor.1 },
            }),
            About::Group(group) => json!({
                "room": self.room, "kind": "GROUP", "status": "OPEN", "opened_at": self.opened_at,
                "title": group.title, "info": group.info, "picture": group.picture,
                "last_seq": last_seq, "members": members,
                "creator": { "account": group.creator.0, "name": group.creator.1 },
            }),
        }
    }
}
