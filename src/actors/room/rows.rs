//! What a room puts on file, as the journal knows it.

use serde_json::json;

use crate::ids::RoomId;
use crate::journal::{MessageRow, SeatRow, ShowRow, SitRow, WhisperRow, Write};
use crate::room::{self, ActsAs, Audit, NewSeat, Said, Whispered};
use crate::storage::history::audit::{Actor, NewEntry};

/// The write of this room.
pub(super) fn of(room: RoomId, write: room::Write) -> Write {
    match write {
        room::Write::Say(Said { seq, id, from, client_id, kind, body, at }) => {
            Write::Say(Box::new(MessageRow { id, room, seq, from, client_id, kind, body, at }))
        }
        room::Write::Sit { seat: NewSeat { member, role, name, picture, watching, .. }, account, audit, at } => {
            let seat = SeatRow { member, role, account, session: None, name };
            let audit = audit.map(|audit| audited(room, audit));
            Write::Sit(Box::new(SitRow { room, seat, picture, watching, audit, at }))
        }
        room::Write::Show { member, watching, audit, at } => {
            let audit = audit.map(|audit| audited(room, audit));
            Write::Show(Box::new(ShowRow { room, member, watching, audit, at }))
        }
        room::Write::Whisper(Whispered { id, from, client_id, body, at, .. }) => {
            Write::Whisper(Box::new(WhisperRow { id, room, from, client_id, body, at }))
        }
        room::Write::Seat { member, state, at } => Write::Seat { room, member, state, at },
        room::Write::Seen { member, seq } => Write::Seen { member, seq },
        room::Write::End { reason, by, note, wraps_up: wrap_up, at } => {
            Write::EndRoom { room, reason, by, note, at, wrap_up }
        }
        room::Write::Return { at } => Write::ReturnTicket { room, at },
        room::Write::HandOver(row) => Write::HandOver(row),
        room::Write::HandOn { to, at } => Write::HandOn { room, to, at },
        room::Write::Audit { audit, at } => {
            let (actor, entry) = audited(room, audit);
            Write::Audit { actor: Box::new(actor), entry: Box::new(entry), at }
        }
    }
}

fn audited(room: RoomId, Audit { by, action }: Audit) -> (Actor, NewEntry) {
    let ActsAs { id, name, role, address, request_id } = by;
    let entry = NewEntry { action, subject_kind: "ROOM", subject_id: room.to_string(), detail: json!({}) };
    (Actor { id, name, role, address, request_id }, entry)
}

impl From<Actor> for ActsAs {
    fn from(Actor { id, name, role, address, request_id }: Actor) -> Self {
        Self { id, name, role, address, request_id }
    }
}
