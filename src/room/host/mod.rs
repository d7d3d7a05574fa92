//! A room with its sockets: who has which seat by which socket, in which order all that is due is done, and what
//! of it goes on file. One entry, [`Host::step`]; a socket is whatever the outside knows it by.
//!
//! - `participants`: who comes in by a socket of the room's own

mod participants;

use std::collections::VecDeque;

pub use participants::{Back, Enter, Entering};
use serde::{Deserialize, Serialize};

use super::rows::{HandOverRow, PendingWrite, Write};
use super::sockets::Sockets;
use super::{Effect, Ender, Glance, Input, Room, Said, Say, Whisper};
use crate::ids::{AccountId, LineId, MemberId, NodeId, TicketId};
use crate::protocol::{CloseCode, EndReason, Member, ServerFrame};
use crate::time::Now;
use participants::Participants;

/// A room, and everybody at it.
pub struct Host<S> {
    room: Room,
    purpose: Purpose,
    sockets: Sockets<S>,
    participants: Participants<S>,
    /// What was said about the end that is being proposed.
    end_note: Option<String>,
    /// How the talk is handed over, while its end is proposed.
    handing: Option<Box<HandOverRow>>,
    /// What the room wants done and is not done yet, in its order.
    due: VecDeque<Effect>,
    /// For whom something is read from the disk. All else waits for it: what is said meanwhile, or the end, must
    /// not overtake what was said before.
    reading: Option<MemberId>,
    /// Seats whose sockets were gone before they had them.
    lost: Vec<MemberId>,
    #[cfg(debug_assertions)]
    is_broken: bool,
}

/// What the room is for, and what only such a room has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// A consultation's; `wraps_up` if its counsellor writes up before taking more.
    Talk { talk: Talk, wraps_up: bool },
    /// A group room.
    Group(GroupAbout),
}

/// The talk of a room: it stays the same for the room's life.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Talk {
    pub ticket: TicketId,
    /// The ticket's number for people, `A-017`.
    pub number: String,
    /// The topic's code.
    pub line: String,
    pub line_id: LineId,
    /// Of a test line: nobody is shown it.
    pub test: bool,
    /// The line's language.
    pub language: String,
    /// Who counsels, with their name.
    pub counsellor: (AccountId, String),
}

/// What a group room is called, and says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupAbout {
    /// Who opened it, with their name.
    pub creator: (AccountId, String),
    /// What it is called.
    pub title: String,
    /// What it says of itself.
    pub info: Option<String>,
    /// Where its picture lies.
    pub picture: Option<String>,
}

/// Something that happened at a room.
#[derive(Clone, Debug)]
pub enum Event<S> {
    /// A socket takes a seat that was handed out to it. `after` is the last `seq` it has.
    Attach { member: MemberId, epoch: u64, socket: S, after: Option<u32> },
    /// A socket is gone that had such a seat, or was about to take it.
    Detach { member: MemberId, epoch: u64 },
    /// Somebody comes in by a socket of the room.
    Enter(Box<Enter<S>>),
    /// Such a socket is gone.
    Gone { epoch: u64 },
    /// A group room has another name from here on; on file already.
    Described { title: String, info: Option<String>, picture: Option<String> },
    /// Somebody ends it, and may say why.
    End { by: Ender, note: Option<String> },
    /// Somebody else takes the talk: end it for them.
    HandOver(Box<HandOverRow>),
    /// Something that the room alone is about.
    Happens(Input),
    /// The same, said before to another home, or over a link that broke: the room may not have heard it.
    Again(Input),
    /// What a [`Deed::Read`] found; `None` if it could not be read.
    Read(Option<Vec<Said>>),
}

/// Something that must be done outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed<S> {
    /// To one socket.
    Send { to: S, frame: ServerFrame },
    /// The same to several.
    Tell { to: Vec<S>, frame: ServerFrame },
    /// To one, in this order, as one piece.
    SendAll { to: S, frames: Vec<ServerFrame> },
    /// To one: they have a seat. With `token_for`, the frame bears a token for that seat.
    Seat { to: S, frame: ServerFrame, token_for: Option<MemberId> },
    /// Tell who sits there how the room looks.
    Show { to: S, glance: Glance },
    /// Tell who came in what came of it.
    Answer { to: S, answer: Answer },
    /// Close the socket; what was sent before still arrives.
    Shut { to: S, code: CloseCode },
    /// Put it on file; with a name, answer with what came of it. In order.
    Store { write: Write, what: Option<PendingWrite> },
    /// Read the messages after `after` up to `upto`; answer with [`Event::Read`], and tell of nothing else before.
    Read { after: u32, upto: u32 },
    /// Seats or the life of the room changed: whoever shows it should look again.
    Changed,
    /// It was to be handed over and is not.
    NotTransferred,
    /// It was handed on, there or to nobody: nothing follows here. Who has a socket of this node comes back.
    HandedOn { to: Option<NodeId> },
    /// It was to be handed on and stays: who has a socket of this node is sent away all the same.
    Stays,
    /// Another node has the room: nothing follows, and nobody is told.
    Stop,
    /// The room is over, on file, and its members know. `returns`: its ticket waits again; `handed_over`: and is
    /// of this line.
    Over { reason: EndReason, returns: bool, handed_over: Option<LineId>, members: Vec<Member> },
}

/// What came of coming in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// This is their seat.
    Seated(MemberId),
    /// The seat is no longer held.
    NotHeld,
    /// Somebody there is called so already; this says what to do.
    NameTaken(String),
}

impl<S: Clone> Host<S> {
    /// Of this room. `held` are the seats that are held for staff who were there before a restart.
    #[must_use]
    pub fn new(room: Room, purpose: Purpose, held: Vec<(AccountId, MemberId)>) -> Self {
        Self {
            room,
            purpose,
            sockets: Sockets::default(),
            participants: Participants::expecting(held),
            end_note: None,
            handing: None,
            due: VecDeque::new(),
            reading: None,
            lost: Vec::new(),
            #[cfg(debug_assertions)]
            is_broken: false,
        }
    }

    /// Broken on purpose: the late stop of an old socket takes away what is the newer one's.
    #[cfg(debug_assertions)]
    #[must_use]
    pub fn broken(self) -> Self {
        Self { is_broken: true, ..self }
    }

    /// The room itself.
    #[must_use]
    pub fn room(&self) -> &Room {
        &self.room
    }

    /// What it is for.
    #[must_use]
    pub fn purpose(&self) -> &Purpose {
        &self.purpose
    }

    /// What a group room says of itself; `None` for a consultation.
    fn group(&self) -> Option<&GroupAbout> {
        match &self.purpose {
            Purpose::Group(about) => Some(about),
            Purpose::Talk { .. } => None,
        }
    }

    /// Everybody's socket, as the room stops.
    pub fn sockets(&self) -> impl Iterator<Item = &S> {
        self.sockets.others(None).map(|(_, socket)| socket)
    }

    /// A socket is about to take a seat: how the room looks, unless a newer one has it. From here on no older one
    /// gives the seat up.
    pub fn look(&mut self, member: MemberId, epoch: u64) -> Option<Glance> {
        self.sockets.expect(member, epoch).then(|| self.room.glance())
    }

    /// One thing has happened. Not while a [`Deed::Read`] is not answered.
    pub fn step(&mut self, now: Now, event: Event<S>, deeds: &mut Vec<Deed<S>>) {
        let is_answer = matches!(event, Event::Read(_));
        debug_assert_eq!(self.reading.is_some(), is_answer, "a read is answered, and nothing comes before");
        if self.room.is_elsewhere() {
            return;
        }
        match event {
            // It would be ended by somebody else, who asks again.
            Event::HandOver(_) if self.room.is_handing() => deeds.push(Deed::NotTransferred),
            // Whoever comes now comes again.
            Event::Attach { .. } | Event::Enter(_) | Event::End { .. } if self.room.is_handing() => {}
            Event::Attach { member, epoch, socket, after } => {
                if self.sockets.attach(member, epoch, socket).is_ok() {
                    self.happens(Input::Attach { member, after }, now, deeds);
                }
            }
            Event::Detach { member, epoch } => {
                let late_stop = self.is_broken() && self.sockets.remove(member).is_some();
                if self.sockets.detach(member, epoch) || late_stop {
                    self.happens(Input::Detach { member }, now, deeds);
                }
            }
            Event::Enter(enter) => self.enter(*enter, now, deeds),
            Event::Gone { epoch } => self.participant_gone(epoch, now, deeds),
            Event::Described { title, info, picture } => self.described(title, info, picture, deeds),
            Event::End { by, note } => {
                let by = match by {
                    Ender::Member(member) if self.is_creator(member) => Ender::Creator(member),
                    by => by,
                };
                self.end_note = note;
                self.happens(Input::End(by), now, deeds);
                // If this was not the end, the note is not about a later one either.
                self.end_note = None;
            }
            Event::HandOver(row) => {
                self.handing = Some(row);
                self.happens(Input::End(Ender::Transfer), now, deeds);
            }
            Event::Happens(input) => self.happens(input, now, deeds),
            Event::Again(input) => {
                if let Input::Say(Say { from, .. }) | Input::Whisper(Whisper { from, .. }) = &input {
                    self.room.says_again(*from);
                }
                self.happens(input, now, deeds);
            }
            Event::Read(missed) => self.read(missed, now, deeds),
        }
        while let Some(member) = self.lost.pop() {
            self.happens(Input::Detach { member }, now, deeds);
        }
    }

    #[cfg(debug_assertions)]
    fn is_broken(&self) -> bool {
        self.is_broken
    }

    #[cfg(not(debug_assertions))]
    const fn is_broken(&self) -> bool {
        false
    }

    fn happens(&mut self, input: Input, now: Now, deeds: &mut Vec<Deed<S>>) {
        let mut effects = Vec::new();
        self.room.step(now, input, &mut effects);
        if self.room.is_elsewhere() {
            // Also what waits for the disk: it is not ours to tell any more.
            self.due.clear();
        }
        self.due.extend(effects);
        self.perform_due(now, deeds);
    }

    /// What is due, in its order, as far as nothing must be read from the disk before.
    fn perform_due(&mut self, now: Now, deeds: &mut Vec<Deed<S>>) {
        while self.reading.is_none()
            && let Some(effect) = self.due.pop_front()
        {
            self.perform(effect, now, deeds);
        }
    }

    fn read(&mut self, missed: Option<Vec<Said>>, now: Now, deeds: &mut Vec<Deed<S>>) {
        if let Some(to) = self.reading.take().and_then(|member| self.sockets.get(member)).cloned() {
            deeds.push(match missed {
                Some(missed) => self.caught(to, &missed),
                None => Deed::Shut { to, code: CloseCode::Overloaded },
            });
        }
        self.perform_due(now, deeds);
    }

    fn caught(&self, to: S, missed: &[Said]) -> Deed<S> {
        Deed::SendAll { to, frames: missed.iter().map(|said| said.message(self.room.id)).collect() }
    }

    fn perform(&mut self, effect: Effect, now: Now, deeds: &mut Vec<Deed<S>>) {
        let at = now.wall;
        let to_one = |member| self.sockets.get(member).cloned();
        match effect {
            Effect::Send { to, frame } => deeds.extend(to_one(to).map(|to| Deed::Send { to, frame })),
            Effect::Tell { except, frame } => {
                let to: Vec<S> = self.sockets.others(except).map(|(_, socket)| socket.clone()).collect();
                if !to.is_empty() {
                    deeds.push(Deed::Tell { to, frame });
                }
            }
            Effect::SendAll { to, frames } => deeds.extend(to_one(to).map(|to| Deed::SendAll { to, frames })),
            Effect::Catch { to, missed } => deeds.extend(to_one(to).map(|to| self.caught(to, &missed))),
            Effect::CatchFromDisk { to, after, upto } => {
                self.reading = Some(to);
                deeds.push(Deed::Read { after, upto });
            }
            Effect::Shut { member, code } => deeds.extend(to_one(member).map(|to| Deed::Shut { to, code })),
            Effect::Glance { to, glance } => deeds.extend(to_one(to).map(|to| Deed::Show { to, glance })),
            Effect::Seated { member, watching } => self.seated(member, watching, deeds),
            Effect::NotSeated { member, code, detail } => self.not_seated(member, code, detail, deeds),
            Effect::Gone { member } => self.seat_gone(member, deeds),
            Effect::StoreSay(said) => {
                let what = PendingWrite::Say(said.id);
                deeds.push(store(Write::Say(said), what));
            }
            Effect::StoreSit(seat) => {
                let member = seat.member;
                let action = if seat.watching { "ROOM_WATCHED" } else { "ROOM_JOINED" };
                let (account, audit) = (self.participants.account(member), self.participants.audit(member, action));
                deeds.push(store(Write::Sit { seat, account, audit, at }, PendingWrite::Sit(member)));
            }
            Effect::StoreShow { member, watching } => {
                let audit = if watching { None } else { self.participants.audit(member, "ROOM_JOINED") };
                deeds.push(store(Write::Show { member, watching, audit, at }, PendingWrite::Show(member)));
            }
            Effect::StoreWhisper(whispered) => {
                let what = PendingWrite::Whisper(whispered.id);
                deeds.push(store(Write::Whisper(whispered), what));
            }
            Effect::StoreSeat { member, state } => deeds.push(store_quietly(Write::Seat { member, state, at })),
            Effect::StoreSeen { member, seq } => deeds.push(store_quietly(Write::Seen { member, seq })),
            Effect::StoreEnd { reason, by } => {
                let (note, wraps_up) =
                    (self.end_note.take(), matches!(self.purpose, Purpose::Talk { wraps_up: true, .. }));
                deeds.push(store(Write::End { reason, by, note, wraps_up, at }, PendingWrite::End));
            }
            Effect::StoreReturn => deeds.push(store(Write::Return { at }, PendingWrite::End)),
            Effect::StoreTransfer => {
                deeds.extend(self.handing.clone().map(|row| store(Write::HandOver(row), PendingWrite::End)));
            }
            Effect::StoreHandOn { to } => deeds.push(store(Write::HandOn { to, at }, PendingWrite::HandOn)),
            Effect::HandedOn { to } => deeds.push(Deed::HandedOn { to }),
            Effect::Stays => deeds.push(Deed::Stays),
            Effect::NotTransferred => deeds.push(Deed::NotTransferred),
            Effect::Stop => deeds.push(Deed::Stop),
            Effect::Changed => deeds.push(Deed::Changed),
            Effect::Over { reason, by, returns, .. } => {
                // A supervisor who ends it is audited as when they ask the API for it.
                let audit = by.and_then(|by| self.participants.audit(by, "ROOM_ENDED"));
                deeds.extend(audit.map(|audit| store_quietly(Write::Audit { audit, at })));
                let row = self.handing.take().filter(|_| returns && reason == EndReason::Transferred);
                let (handed_over, members) = (row.map(|row| row.line), self.room.members());
                deeds.push(Deed::Over { reason, returns, handed_over, members });
            }
        }
    }

    /// Whether whoever has this seat opened this group room.
    fn is_creator(&self, member: MemberId) -> bool {
        let account = self.participants.account(member);
        account.is_some() && account == self.group().map(|group| group.creator.0)
    }

    fn described(&mut self, title: String, info: Option<String>, picture: Option<String>, deeds: &mut Vec<Deed<S>>) {
        if let Purpose::Group(about) = &mut self.purpose {
            (about.title, about.info, about.picture) = (title.clone(), info.clone(), picture.clone());
        }
        let (room, info) = (self.room.id, info.unwrap_or_default());
        let to: Vec<S> = self.sockets.others(None).map(|(_, socket)| socket.clone()).collect();
        deeds.push(Deed::Tell { to, frame: ServerFrame::Room { room, title, info, picture } });
        deeds.push(Deed::Changed);
    }
}

fn store<S>(write: Write, what: PendingWrite) -> Deed<S> {
    Deed::Store { write, what: Some(what) }
}

/// For records nobody waits for: the next one of the same kind replaces a lost one.
fn store_quietly<S>(write: Write) -> Deed<S> {
    Deed::Store { write, what: None }
}
