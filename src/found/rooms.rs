//! An open room on file, as it lives again: everybody is away who has a seat.

use crate::dispatch::{FoundRoom, FoundTicket};
use crate::ids::AccountId;
use crate::protocol::{Role, SeatState};
use crate::room::{NewSeat, Said, Whispered};
use crate::storage::talk::groups::OpenGroup;
use crate::storage::talk::rooms::{OpenRoom, Seat};

/// An open group room as it is found on file, with what was said lately.
pub struct FoundGroup {
    pub(crate) open: OpenGroup,
    pub(crate) recent: Vec<Said>,
}

impl FoundGroup {
    /// `recent`: the latest messages, oldest first; none if they are to be read when they are asked for.
    #[must_use]
    pub fn new(open: OpenGroup, recent: Vec<Said>) -> Self {
        Self { open, recent }
    }
}

/// `None` if it has not both of its seats. `recent` as in [`FoundGroup::new`].
pub(super) fn found_room(open: OpenRoom, recent: Vec<Said>) -> Option<FoundRoom> {
    let OpenRoom { room, keeper, ticket, counsellor, seats, whispers } = open;
    let seat = |role| seats.iter().find(|seat| seat.role == role).map(away);
    Some(FoundRoom {
        room: room.id,
        home: keeper,
        seats: [seat(Role::Desk)?, seat(Role::Counsellor)?],
        ticket: FoundTicket::from(ticket),
        counsellor,
        supervisors: seats.iter().filter_map(supervisor).collect(),
        last_seq: room.last_seq,
        recent,
        whispers: whispers.into_iter().map(Whispered::from).collect(),
        opened_at: room.opened_at,
    })
}

/// A seat that waits for whoever has it.
fn away(seat: &Seat) -> NewSeat {
    NewSeat {
        member: seat.member,
        role: seat.role,
        name: seat.name.clone(),
        picture: seat.picture.clone(),
        seen: seat.last_seen_seq,
        state: SeatState::Away,
        watching: false,
    }
}

/// The seat of a supervisor whom the others saw: held for who had joined, known by name for who left.
fn supervisor(seat: &Seat) -> Option<(AccountId, NewSeat)> {
    let account = seat.account.filter(|_| seat.role == Role::Manager && seat.was_shown)?;
    let held = !seat.watching && seat.state != SeatState::Left;
    let state = if held { SeatState::Away } else { SeatState::Left };
    Some((account, NewSeat { state, ..away(seat) }))
}
