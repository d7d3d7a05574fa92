//! One seat in a room at another node.

use std::collections::VecDeque;

use crate::ids::{MemberId, RoomId, SocketId};
use crate::protocol::{Member, SeatState};
use crate::room::parcels::{Gist, ToHome};
use crate::room::{Ender, Glance, Input, Spoken};

/// Most of what somebody has said from one seat and nobody has answered; one more is refused with `BUSY`.
pub const UNANSWERED_MAX: usize = 64;
/// Most replays that a client asked for and that are remembered; an earlier one is passed on as far as it is new.
const REPLAYS_MAX: usize = 8;

/// A seat, as the socket has it.
#[derive(Debug)]
pub(super) struct FarSeat {
    pub(super) sits: Sits,
    /// The present home was told of it, and no link broke since.
    pub(super) is_heard: bool,
    /// The last `seq` that was passed on; `None` if any may come next.
    pub(super) last: Option<u32>,
    /// What was said and is not answered, oldest first.
    pub(super) unanswered: VecDeque<Spoken>,
    /// Behind which `seq`s its client wants to be told again.
    pub(super) replays: VecDeque<u32>,
    /// The pieces so far of what comes in several, and the `seq` of the first.
    pieces: Option<(Option<u32>, Vec<String>)>,
    /// The client is to be told how the others are.
    is_behind: bool,
}

/// How somebody sits there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sits {
    /// About to: wants to know how the room looks.
    Looks { member: MemberId, epoch: u64 },
    /// In the seat that was handed out to the socket.
    Attached { member: MemberId, epoch: u64 },
    /// Coming in by a socket of the room.
    Enters,
    /// Came in by one.
    Entered { member: MemberId },
}

impl Sits {
    /// In which seat, where whoever matches has handed it out.
    pub(super) fn as_whom(self) -> Option<(MemberId, u64)> {
        match self {
            Self::Looks { member, epoch } | Self::Attached { member, epoch } => Some((member, epoch)),
            Self::Enters | Self::Entered { .. } => None,
        }
    }
}

impl FarSeat {
    pub(super) fn new(sits: Sits, last: Option<u32>) -> Self {
        let (unanswered, replays) = Default::default();
        Self { sits, is_heard: true, last, unanswered, replays, pieces: None, is_behind: false }
    }

    /// Whether this is said from here.
    pub(super) fn is_of(&self, what: &Spoken) -> bool {
        match self.sits {
            Sits::Attached { member, .. } | Sits::Entered { member } => speaker(what) == Some(member),
            Sits::Looks { .. } | Sits::Enters => false,
        }
    }

    /// Keeps what is said until it is answered. Too much, and it is not said: the `re` of the refusal.
    pub(super) fn keep(&mut self, room: RoomId, what: &Spoken) -> Option<String> {
        // Of what lies ahead there is no answer.
        if let Spoken::Input(Input::Replay { after, .. }) = what
            && self.last.is_none_or(|last| *after < last)
        {
            if self.replays.len() == REPLAYS_MAX {
                self.replays.pop_front();
            }
            self.replays.push_back(*after);
        }
        let re = answered_by(room, what)?;
        if self.unanswered.iter().any(|kept| is_same(kept, what)) {
            return None;
        }
        if self.unanswered.len() >= UNANSWERED_MAX {
            return Some(re);
        }
        self.unanswered.push_back(what.clone());
        None
    }

    /// All that takes the seat again, behind the last `seq`, and says again what nobody has answered. What was half
    /// told is told again.
    pub(super) fn again(&mut self, room: RoomId, from: SocketId) -> Vec<ToHome> {
        let Some((member, epoch)) = self.sits.as_whom() else { return Vec::new() };
        (self.is_heard, self.is_behind, self.pieces) = (true, true, None);
        let mut parcels = vec![ToHome::Look { room, from, member, epoch }];
        if let Sits::Attached { .. } = self.sits {
            parcels.push(ToHome::Attach { room, from, member, epoch, after: self.last });
            let replays = self.replays.iter().map(|after| Spoken::Input(Input::Replay { member, after: *after }));
            let said = replays.chain(self.unanswered.iter().cloned());
            parcels.extend(said.map(|what| ToHome::Say { room, from, what, again: true }));
        }
        parcels
    }

    /// Whether a frame that says this goes to the client. It is noted as passed on.
    pub(super) fn passes(&mut self, room: RoomId, gist: Option<&Gist>) -> bool {
        match gist {
            Some(Gist::Said(seq)) => self.is_next(*seq),
            // What was told before it is lost and comes again, and the answer behind it.
            Some(Gist::Stored { seq: Some(seq), .. }) if self.last.is_some_and(|last| *seq > last + 1) => false,
            // Said by an earlier socket of theirs, it is nobody's answer here; and yet the next number.
            Some(Gist::Stored { re, seq }) => {
                let is_next = seq.is_some_and(|seq| self.is_next(seq));
                self.is_answered(room, re) || is_next
            }
            Some(Gist::Refused { re }) => {
                self.is_answered(room, re);
                true
            }
            Some(Gist::OutOfReach) => {
                (self.last, self.replays) = (None, VecDeque::new());
                true
            }
            Some(Gist::Ended) => {
                self.is_answered(room, &room.to_string());
                true
            }
            None => true,
        }
    }

    /// Whether a message with this number is the next; then it is the last.
    fn is_next(&mut self, seq: u32) -> bool {
        let is_next = self.last.is_none_or(|last| seq == last + 1);
        if is_next {
            self.last = Some(seq);
        }
        is_next
    }

    /// Whether something waits for this answer; then it does no more.
    fn is_answered(&mut self, room: RoomId, re: &str) -> bool {
        let kept = self.unanswered.iter().position(|kept| answered_by(room, kept).as_deref() == Some(re));
        kept.and_then(|at| self.unanswered.remove(at)).is_some()
    }

    /// Takes frames that belong together. All of them that are to be passed on, once the last has come.
    pub(super) fn take_piece(&mut self, texts: Vec<String>, first: Option<u32>, goes_on: bool) -> Option<Vec<String>> {
        let (first, mut all) = self.pieces.take().unwrap_or((first, Vec::new()));
        all.extend(texts);
        if goes_on {
            self.pieces = Some((first, all));
            return None;
        }
        // Whispers have no number; those that came before come again, as at a near room.
        let Some(first) = first else { return Some(all) };
        let end = first.saturating_add(u32::try_from(all.len()).unwrap_or(u32::MAX));
        let asked_for = self.replays.iter().position(|after| after.saturating_add(1) == first);
        if let Some(asked_for) = asked_for {
            self.replays.remove(asked_for);
        } else if let Some(last) = self.last {
            if first > last.saturating_add(1) {
                return None;
            }
            all.drain(..((last + 1 - first) as usize).min(all.len()));
        }
        self.last = self.last.max(end.checked_sub(1));
        (!all.is_empty()).then_some(all)
    }

    /// The others, if the client is to be told how they are.
    pub(super) fn others(&mut self, glance: &Glance) -> Vec<Member> {
        let own = self.sits.as_whom().map(|(member, _)| member);
        let is_attached = matches!(self.sits, Sits::Attached { .. });
        if !std::mem::take(&mut self.is_behind) || !is_attached {
            return Vec::new();
        }
        let others = glance.members.iter().filter(|who| Some(who.member) != own && who.state != SeatState::Left);
        others.cloned().collect()
    }
}

/// Who says it.
fn speaker(what: &Spoken) -> Option<MemberId> {
    match what {
        Spoken::End { by: Ender::Member(member) | Ender::Creator(member), .. } => Some(*member),
        Spoken::End { .. } => None,
        Spoken::Input(input) => match input {
            Input::Say(say) => Some(say.from),
            Input::Whisper(whisper) => Some(whisper.from),
            Input::Typing { member, .. }
            | Input::Seen { member, .. }
            | Input::Replay { member, .. }
            | Input::Join { member }
            | Input::Leave { member }
            | Input::Recall { member } => Some(*member),
            _ => None,
        },
    }
}

/// What the answer to it names; `None` if it needs none, or is no loss.
fn answered_by(room: RoomId, what: &Spoken) -> Option<String> {
    match what {
        Spoken::Input(Input::Say(say)) => Some(say.client_id.clone()),
        Spoken::Input(Input::Whisper(whisper)) => Some(whisper.client_id.clone()),
        Spoken::End { .. } => Some(room.to_string()),
        Spoken::Input(_) => None,
    }
}

/// Whether the client says again what it said before, and one answer is enough.
fn is_same(one: &Spoken, other: &Spoken) -> bool {
    match (one, other) {
        (Spoken::Input(Input::Say(one)), Spoken::Input(Input::Say(other))) => {
            (&one.client_id, &one.body) == (&other.client_id, &other.body)
        }
        (Spoken::Input(Input::Whisper(one)), Spoken::Input(Input::Whisper(other))) => {
            (&one.client_id, &one.body) == (&other.client_id, &other.body)
        }
        (one, other) => one == other,
    }
}
