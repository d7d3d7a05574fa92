//! What happened to a consultation, in order: the moments of its record and its rooms, and the
//! events that stand beside it.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::ids::AccountId;
use crate::protocol::Role;
use crate::storage::history::consultations::Consultation;
use crate::storage::talk::events::Event;
use crate::storage::talk::group_log::Logged;
use crate::storage::talk::rooms::{Room, Seat};
use crate::storage::talk::whispers::StoredWhisper;
use crate::time::Wall;

/// The accounts a detail may name, and where their names go.
const NAMED: [(&str, &str); 2] = [("counsellor", "counsellor_name"), ("from", "from_name")];

/// Something that happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineEntry {
    at: Wall,
    /// `REQUESTED`, `OFFERED`, `DECLINED`, `MISSED`, `WITHDRAWN`, `MATCHED`, `ROOM_ENDED`, `RETURNED`,
    /// `TRANSFER_ASKED`, `TRANSFER_ENDED`, `TRANSFERRED`, `MOVED`, `WROTE_UP`, `ENDED`, `WRAPPED_UP`,
    /// `RATED`, `CORRECTED`, `EDITED` or `WHISPER`: the words are in the detail. In a group room
    /// `OPENED`, `JOINED`, `LEFT`, `SAID` or `ENDED`: the name they had there is in the detail.
    kind: String,
    /// An account.
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<AccountId>,
    /// Its name now.
    #[serde(skip_serializing_if = "Option::is_none")]
    by_name: Option<String>,
    detail: Value,
}

impl TimelineEntry {
    fn new(at: Wall, kind: &str, by: Option<AccountId>, detail: Value) -> Self {
        Self { at, kind: kind.to_owned(), by, by_name: None, detail }
    }

    /// Of what is logged of a group room.
    pub fn logged(Logged { at, kind, by, detail, .. }: Logged) -> Self {
        Self::new(at, kind, by, detail)
    }

    /// Who did it, and whom the detail names.
    pub fn people(&self) -> impl Iterator<Item = AccountId> {
        self.by.into_iter().chain(NAMED.iter().filter_map(|(field, _)| self.detail[*field].as_str()?.parse().ok()))
    }

    /// With the names of the people.
    #[must_use]
    pub fn named(mut self, names: &HashMap<AccountId, String>) -> Self {
        self.by_name = self.by.and_then(|by| names.get(&by).cloned());
        for (field, shown) in NAMED {
            let account: Option<AccountId> = self.detail[field].as_str().and_then(|id| id.parse().ok());
            if let Some(name) = account.and_then(|id| names.get(&id)) {
                self.detail[shown] = json!(name);
            }
        }
        self
    }
}

/// All of it, in order; without names.
pub fn of(
    found: &Consultation,
    rooms: &[Room],
    seats: &[Seat],
    events: Vec<Event>,
    whispers: Vec<StoredWhisper>,
) -> Vec<TimelineEntry> {
    let mut moments = vec![TimelineEntry::new(found.ticket.requested_at, "REQUESTED", None, json!({}))];
    for room in rooms {
        let of_room = || seats.iter().filter(|seat| seat.room == room.id);
        let counsellor = of_room().find(|seat| seat.role == Role::Counsellor).and_then(|seat| seat.account);
        moments.push(TimelineEntry::new(room.opened_at, "MATCHED", counsellor, json!({ "room": room.id })));
        if let Some(closed) = room.closed_at {
            let by = of_room().find(|seat| Some(seat.member) == room.ended_by).and_then(|seat| seat.account);
            let detail = json!({ "room": room.id, "reason": room.end_reason, "note": room.end_note });
            moments.push(TimelineEntry::new(closed, "ROOM_ENDED", by, detail));
        }
    }
    if let Some(ended) = found.ended_at {
        moments.push(TimelineEntry::new(ended, "ENDED", None, json!({ "reason": found.end_reason })));
    }
    if let Some(wrapped_up) = found.wrapped_up_at {
        moments.push(TimelineEntry::new(wrapped_up, "WRAPPED_UP", found.counsellor, json!({})));
    }
    moments.extend(events.into_iter().map(|event| {
        let detail = serde_json::from_str(&event.detail).unwrap_or(Value::Null);
        TimelineEntry::new(event.at, &event.kind, event.by.parse().ok(), detail)
    }));
    moments.extend(whispers.into_iter().map(|whisper| {
        let detail = json!({ "room": whisper.room, "role": whisper.role, "name": whisper.name, "body": whisper.body });
        TimelineEntry::new(whisper.at, "WHISPER", whisper.account, detail)
    }));
    // Stable: what happened at the same moment stays in the order of a consultation's life.
    moments.sort_by_key(|moment| moment.at);
    moments
}
