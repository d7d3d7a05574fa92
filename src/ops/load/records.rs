//! The ledger against the records: what was told is on file, once and in the same order (I3), and
//! of people who have gone nothing is left (I1).

use std::time::{Duration, Instant};

use super::ledger::{self, Book, Ledger};
use crate::ids::{RoomId, TicketId};
use crate::start_error::StartError;
use crate::storage::Store;
use crate::storage::talk::rooms::{self, RoomStatus};
use crate::storage::talk::{messages, tickets};

/// I1: after so long nothing is left of a socket that has gone.
const GHOSTS_GONE: Duration = Duration::from_secs(60);
/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// What was held against the records.
#[derive(Clone, Copy, Debug, Default, serde::Serialize)]
pub struct Checked {
    pub rooms: u64,
    pub messages: u64,
    pub tickets: u64,
}

/// Holds everything against the records; what is broken goes into the ledger.
pub async fn check(ledger: &Ledger, records: &Store) -> Result<Checked, StartError> {
    let mut checked = Checked::default();
    nothing_is_left(ledger, records).await?;
    for (id, book) in ledger.rooms() {
        let Some(room) = parsed(&id).map(RoomId) else {
            ledger.breaks("I2", || format!("{id} is no room's id"));
            continue;
        };
        let last = book.side_books().map(ledger::SideBook::last).max().unwrap_or_default();
        let on_file = records.run(|conn| messages::room_history(conn, room, 0, u32::MAX >> 1, u32::MAX >> 1))?;
        checked.messages += on_file.len() as u64;
        checked.rooms += 1;
        let contents: Vec<u64> = on_file.iter().map(|said| ledger::content(&said.client_id, &said.body)).collect();
        compare(ledger, &id, &book, last, &contents);
    }
    checked.tickets = ledger.tickets().len() as u64;
    Ok(checked)
}

fn compare(ledger: &Ledger, id: &str, book: &Book, last: u32, on_file: &[u64]) {
    for side_book in book.side_books() {
        for seq in 1..=side_book.last() {
            let nth = usize::try_from(seq - 1).unwrap_or(usize::MAX);
            let Some(heard) = side_book.at(seq) else { continue };
            match on_file.get(nth) {
                None => return ledger.breaks("I3", || format!("number {seq} of {id} was told and is not on file")),
                Some(kept) if *kept != heard => {
                    return ledger.breaks("I3", || format!("number {seq} of {id} is not on file as it was told"));
                }
                Some(_) => {}
            }
        }
    }
    let was_there = book.side_books().any(ledger::SideBook::is_whole);
    if was_there && on_file.len() > usize::try_from(last).unwrap_or(usize::MAX) {
        let kept = on_file.len();
        ledger.breaks("I3", || format!("{id} has {kept} messages on file, and nobody was told more than {last}"));
    }
}

/// Waits until no ticket of ours is live and no room of ours open.
async fn nothing_is_left(ledger: &Ledger, records: &Store) -> Result<(), StartError> {
    let mut rooms: Vec<RoomId> = ledger.rooms().iter().filter_map(|(id, _)| parsed(id).map(RoomId)).collect();
    let mut waiting: Vec<TicketId> = ledger.tickets().iter().filter_map(|id| parsed(id).map(TicketId)).collect();
    let until = Instant::now() + GHOSTS_GONE;
    loop {
        records.run(|conn| {
            retain(&mut rooms, |id| {
                rooms::by_id(conn, id).map(|room| room.is_some_and(|room| room.status == RoomStatus::Open))
            })?;
            retain(&mut waiting, |id| {
                tickets::visit(conn, id).map(|visit| visit.is_some_and(|visit| visit.status.is_live()))
            })
        })?;
        if rooms.is_empty() && waiting.is_empty() {
            return Ok(());
        }
        if Instant::now() >= until {
            let (rooms, waiting) = (rooms.len(), waiting.len());
            ledger.breaks("I1", || format!("{rooms} rooms and {waiting} tickets are left of people who have gone"));
            return Ok(());
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

fn retain<T: Copy, E>(list: &mut Vec<T>, mut stays: impl FnMut(T) -> Result<bool, E>) -> Result<(), E> {
    let mut kept = Vec::new();
    for one in list.drain(..) {
        if stays(one)? {
            kept.push(one);
        }
    }
    *list = kept;
    Ok(())
}

fn parsed(id: &str) -> Option<uuid::Uuid> {
    uuid::Uuid::parse_str(id).ok()
}
