//! What others may know of a room that are not in it.

use serde::{Deserialize, Serialize};

use super::live_list::{LiveRoom, Named};
use crate::ids::{AccountId, RoomId};
use crate::room::{Glance, Purpose};
use crate::time::Wall;

/// A room as it was when it said so.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RoomSummary {
    /// The room.
    pub room: RoomId,
    /// Since when it is open.
    pub opened_at: Wall,
    /// What it is for.
    pub purpose: Purpose,
    /// Who is in it, and its last message's number.
    pub glance: Glance,
}

impl RoomSummary {
    /// For the admin room list.
    pub(super) fn shown(&self) -> LiveRoom {
        let Glance { members, last_seq } = &self.glance;
        let open = |kind| LiveRoom::open(self.room, kind, self.opened_at, *last_seq, members.clone());
        let named = |(account, name): &(AccountId, String)| Named { account: *account, name: name.clone() };
        match &self.purpose {
            Purpose::Talk { talk, .. } => LiveRoom {
                consultation: Some(talk.ticket),
                number: Some(talk.number.clone()),
                line: Some(talk.line.clone()),
                language: Some(talk.language.clone()),
                counsellor: Some(named(&talk.counsellor)),
                ..open("CONSULTATION")
            },
            Purpose::Group(group) => LiveRoom {
                title: Some(group.title.clone()),
                info: Some(group.info.clone()),
                picture: Some(group.picture.clone()),
                creator: Some(named(&group.creator)),
                ..open("GROUP")
            },
        }
    }
}
