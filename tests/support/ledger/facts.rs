//! The records as they are now, and what they alone must fulfil.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDateTime;

use super::{Holds, must};
use crate::support::database::{Records, Room, Said, Ticket};

/// The records by id.
pub struct Facts {
    pub tickets: HashMap<String, Ticket>,
    /// Requests given up at once of which there is only a count.
    pub given_up_counted: i64,
    pub rooms: HashMap<String, Room>,
    /// By room, then by number.
    pub messages: HashMap<String, BTreeMap<u64, Said>>,
    /// Account ids by login.
    pub accounts: HashMap<String, String>,
    /// The seats of supervisors, by room and account, in the order they were taken.
    pub supervisors: HashMap<(String, String), Vec<String>>,
}

impl Facts {
    pub fn read(records: &mut Records) -> Self {
        let mut messages = HashMap::<String, BTreeMap<u64, Said>>::new();
        for said in records.messages() {
            let seq = u64::try_from(said.seq).unwrap_or_default();
            messages.entry(said.room.clone()).or_default().insert(seq, said);
        }
        let mut supervisors = HashMap::<_, Vec<String>>::new();
        for seat in records.supervisors() {
            supervisors.entry((seat.room, seat.account)).or_default().push(seat.member);
        }
        Self {
            supervisors,
            given_up_counted: records.sum("GIVEN_UP_COUNTED", "ASK_COUNT"),
            tickets: records.tickets().into_iter().map(|ticket| (ticket.id.clone(), ticket)).collect(),
            rooms: records.rooms().into_iter().map(|room| (room.id.clone(), room)).collect(),
            messages,
            accounts: records.logins().into_iter().collect(),
        }
    }

    /// A message by its number. A room that continues another one's conversation has its messages
    /// too.
    pub fn message(&self, room: &Room, seq: u64) -> Option<&Said> {
        let mut of_ticket = self.rooms.values().filter(|other| other.ticket == room.ticket);
        of_ticket.find_map(|other| self.messages.get(&other.id)?.get(&seq))
    }

    /// Whose message it is, as it is told in `room`: the visitor has the same seat in what went
    /// before; other speakers of an earlier room keep theirs.
    pub fn speaker<'a>(&'a self, room: &'a Room, said: &'a Said) -> &'a str {
        let by_visitor = self.rooms.get(&said.room).is_some_and(|earlier| earlier.desk_seat == said.sender);
        if by_visitor { &room.desk_seat } else { &said.sender }
    }

    /// I2 and I3 as far as the records alone can show them.
    pub fn check(&self) -> Holds {
        self.one_open_room_a_ticket()?;
        self.capacity_is_kept()?;
        self.nothing_said_is_missing_or_twice()
    }

    fn one_open_room_a_ticket(&self) -> Holds {
        let mut by_ticket = HashMap::<&str, Vec<&Room>>::new();
        for room in self.rooms.values() {
            by_ticket.entry(&room.ticket).or_default().push(room);
        }
        for (ticket, mut rooms) in by_ticket {
            rooms.sort_by_key(|room| room.opened);
            for pair in rooms.windows(2) {
                let over = pair[0].closed.is_some_and(|closed| closed <= pair[1].opened);
                must(over, "I2", || format!("the ticket {ticket} was in two rooms at once: {pair:#?}"))?;
            }
            let open = rooms.iter().filter(|room| room.status == "OPEN").count();
            let status = self.tickets.get(ticket).map(|ticket| ticket.status.as_str());
            let agree = (open == 1) == (status == Some("TALKING"));
            must(agree, "I2", || format!("the ticket {ticket} is {status:?} with {open} open rooms"))?;
        }
        Ok(())
    }

    fn capacity_is_kept(&self) -> Holds {
        let mut by_account = HashMap::<&str, Vec<&Room>>::new();
        for room in self.rooms.values() {
            by_account.entry(&room.account).or_default().push(room);
        }
        for (account, rooms) in by_account {
            let held_at = |moment: NaiveDateTime| {
                rooms.iter().filter(|r| r.opened <= moment && r.closed.is_none_or(|closed| closed > moment)).count()
            };
            let most = rooms.iter().map(|room| held_at(room.opened)).max().unwrap_or_default();
            let capacity = rooms.first().map_or(0, |room| room.capacity);
            let kept = usize::try_from(capacity).is_ok_and(|capacity| most <= capacity);
            must(kept, "I2", || format!("{account} had {most} rooms at once, with capacity {capacity}"))?;
        }
        Ok(())
    }

    fn nothing_said_is_missing_or_twice(&self) -> Holds {
        let mut said_once = HashMap::<(&str, &str), u64>::new();
        for (id, messages) in &self.messages {
            let last_seq = self.rooms.get(id).map(|room| u64::try_from(room.last_seq).unwrap_or_default());
            let (first, last) = (messages.keys().next(), messages.keys().next_back());
            must(last == last_seq.as_ref(), "I3", || format!("{id} has messages to {last:?}, a last of {last_seq:?}"))?;
            let whole = first.zip(last).is_some_and(|(first, last)| last - first + 1 == messages.len() as u64);
            must(whole, "I3", || format!("{id} has a gap: {:?}", messages.keys()))?;
            for (seq, said) in messages {
                let earlier = said_once.insert((&said.sender, &said.client_id), *seq);
                must(earlier.is_none(), "I3", || format!("said twice, as {earlier:?} and {seq}: {said:?}"))?;
            }
        }
        Ok(())
    }
}
