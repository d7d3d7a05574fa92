//! What one person was told of one conversation, and what they have said in it. Checked against
//! the records from this side: never from what the server says of itself.

use std::collections::BTreeMap;

use anteroom::ids::{MemberId, MessageId, RoomId};
use anteroom::protocol::{ClientFrame, ServerFrame};

use crate::dice::Dice;
use crate::hub::Hub;

/// A message as it was told: in the room it was told of, with who said it under which key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub id: MessageId,
    pub client_id: String,
}

#[derive(Default)]
pub struct Ledger {
    pub room: Option<RoomId>,
    pub you: Option<MemberId>,
    /// Seats in the rooms that this one continues.
    pub had: Vec<MemberId>,
    pub told: BTreeMap<u32, Told>,
    /// Said and not yet accepted.
    pub unanswered: BTreeMap<String, String>,
    said: u32,
    /// Messages below this one were never asked for.
    pub from: u32,
    /// The room began for us on this connection, so that nothing can be missing at its end.
    pub is_followed: bool,
}

impl Ledger {
    /// Up to where nothing is missing.
    pub fn known(&self) -> u32 {
        let mut known = self.from;
        while self.told.contains_key(&(known + 1)) {
            known += 1;
        }
        known
    }

    pub fn has_gap(&self) -> bool {
        self.told.last_key_value().is_some_and(|(last, _)| *last > self.known())
    }

    /// Enters a message or a receipt. It must be on file, and the same as whatever was told before.
    pub fn enter(&mut self, frame: &ServerFrame, who: &str, hub: &Hub) {
        let (room, seq, id, client_id) = match frame {
            ServerFrame::Message { room, seq, id, client_id, .. }
            | ServerFrame::Accepted { room, seq, id, client_id, .. } => (*room, *seq, *id, client_id),
            _ => return,
        };
        let on_file = hub.store.on_file.history(room).find(|said| said.seq == seq);
        let Some(on_file) = on_file else { panic!("I3: {who} was told of {seq} in {room:?}, which is not on file") };
        assert!(
            on_file.id == id && on_file.client_id == *client_id,
            "I3: {who} was told {frame:?}, on file is {on_file:?}"
        );
        if let ServerFrame::Message { from, body, .. } = frame {
            assert!(on_file.from == *from && on_file.body == *body, "I3: {who} was told {frame:?}, not {on_file:?}");
        }
        let seats = hub.store.on_file.rooms[&room].seats;
        // The receipt of a repeated `say` may come late, when the talk goes on in another room.
        let mut theirs = self.you.iter().chain(&self.had);
        assert!(theirs.any(|you| seats.contains(you)), "I5: {who} has no seat in {room:?}");
        self.unanswered.remove(client_id);
        let told = Told { id, client_id: client_id.clone() };
        let before = self.told.insert(seq, told.clone());
        assert!(before.is_none_or(|before| before == told), "I3: {who} was told two different messages {seq}");
    }

    /// One more message, or once more one that was not answered yet.
    pub fn speak(&mut self, who: &str, dice: &mut Dice) -> Option<ClientFrame> {
        let room = self.room?;
        let (client_id, body) = match self.unanswered.first_key_value() {
            Some((client_id, body)) if dice.percent(60) => (client_id.clone(), body.clone()),
            _ => {
                self.said += 1;
                (format!("{who} {}", self.said), format!("{who} says {} in {room}", self.said))
            }
        };
        self.unanswered.insert(client_id.clone(), body.clone());
        Some(ClientFrame::Say { room, client_id, body, kind: None })
    }

    /// Once more what was not answered yet.
    pub fn repeat(&self) -> Option<ClientFrame> {
        let (client_id, body) = self.unanswered.first_key_value()?;
        Some(ClientFrame::Say { room: self.room?, client_id: client_id.clone(), body: body.clone(), kind: None })
    }

    /// At the very end: all that was told is on file as it was told, and if the end was seen,
    /// nothing is missing.
    pub fn audit(&self, who: &str, saw_the_end: bool, hub: &Hub) {
        let Some(room) = self.room else { return };
        let on_file: BTreeMap<u32, Told> = hub
            .store
            .on_file
            .history(room)
            .map(|said| (said.seq, Told { id: said.id, client_id: said.client_id.clone() }))
            .collect();
        for (seq, told) in &self.told {
            assert_eq!(on_file.get(seq), Some(told), "I3: {who} was told of {seq} in {room:?}");
        }
        if saw_the_end && self.is_followed {
            let last = hub.store.on_file.rooms[&room].last_seq;
            assert_eq!(self.known(), last, "I3: {who} has not heard all that was said in {room:?}");
        }
    }
}
