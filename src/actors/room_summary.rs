//! What others may know of a room that are not in it.

use serde_json::{Value, json};

use crate::ids::RoomId;
use crate::room::{Glance, Kind};
use crate::time::Wall;

/// A room as it was when it said so.
#[derive(Clone, Debug)]
pub(super) struct RoomSummary {
    pub(super) room: RoomId,
    pub(super) opened_at: Wall,
    pub(super) kind: Kind,
    pub(super) glance: Glance,
}

impl RoomSummary {
    /// For the admin room list.
    pub(super) fn shown(&self) -> Value {
        let Glance { members, last_seq } = &self.glance;
        match &self.kind {
            Kind::Talk { talk, .. } => json!({
                "room": self.room, "consultation": talk.ticket, "number": talk.number, "line": talk.line,
                "language": talk.language, "kind": "CONSULTATION", "status": "OPEN", "opened_at": self.opened_at,
                "last_seq": last_seq, "members": members,
                "counsellor": { "account": talk.counsellor.0, "name": talk.counsellor.1 },
            }),
            Kind::Group(group) => json!({
                "room": self.room, "kind": "GROUP", "status": "OPEN", "opened_at": self.opened_at,
                "title": group.title, "info": group.info, "picture": group.picture,
                "last_seq": last_seq, "members": members,
                "creator": { "account": group.creator.0, "name": group.creator.1 },
            }),
        }
    }
}
