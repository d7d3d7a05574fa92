//! Who comes into a room by a socket of its own: which seat is whose, and what the audit is told of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Answer, Deed, Host};
use crate::ids::{AccountId, MemberId};
use crate::protocol::{CloseCode, ErrorCode, Role, RoomKind, SeatState, ServerFrame};
use crate::room::rows::{ActsAs, Audit};
use crate::room::{Input, NewSeat};
use crate::time::Now;

/// Who comes in; checked by the gate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entering {
    /// The account, for staff: one account has one seat in a room.
    pub account: Option<AccountId>,
    /// What they will be in the room.
    pub role: Role,
    /// The name others see.
    pub name: String,
    /// Where the picture lies.
    pub picture: Option<String>,
    /// Whether they only watch, to begin with.
    pub watching: bool,
    /// As whom the audit names them, if it is to.
    pub audited_as: Option<ActsAs>,
}

/// A seat somebody comes back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Back {
    pub member: MemberId,
    /// The last `seq` they have; without it nothing is replayed.
    pub after: Option<u32>,
}

/// Somebody at a room, with their socket.
#[derive(Clone, Debug)]
pub struct Enter<S> {
    pub who: Entering,
    /// A guest's seat, by their token. Staff have theirs by their account.
    pub back: Option<Back>,
    /// The seat it will be, if it is a new one.
    pub member: MemberId,
    /// The socket's number: a newer one of the same person has a higher.
    pub epoch: u64,
    pub socket: S,
}

/// Those who came in by sockets of the room.
pub(super) struct Participants<S> {
    /// Whose seat is on its way to the disk, with the socket that waits for it; `None` once that
    /// has gone.
    coming: BTreeMap<MemberId, (u64, Option<S>)>,
    /// Who sits where.
    seated: BTreeMap<MemberId, Entering>,
    /// The seat of an account: coming, taken, or held for it.
    by_account: BTreeMap<AccountId, MemberId>,
}

impl<S> Participants<S> {
    /// With the seats that are held for these accounts.
    pub(super) fn expecting(held: Vec<(AccountId, MemberId)>) -> Self {
        Self { coming: BTreeMap::new(), seated: BTreeMap::new(), by_account: held.into_iter().collect() }
    }

    pub(super) fn account(&self, member: MemberId) -> Option<AccountId> {
        self.seated.get(&member)?.account
    }

    pub(super) fn seats(&self) -> impl Iterator<Item = MemberId> {
        self.seated.keys().copied()
    }

    /// For the audit, if whoever has this seat is audited.
    pub(super) fn audit(&self, member: MemberId, action: &'static str) -> Option<Audit> {
        let by = self.seated.get(&member)?.audited_as.clone()?;
        Some(Audit { by, action })
    }

    fn forget(&mut self, member: MemberId) {
        self.seated.remove(&member);
        self.by_account.retain(|_, seat| *seat != member);
    }
}

impl<S: Clone> Host<S> {
    /// Somebody is here. The seat an account has already is theirs again; a second socket of one
    /// person takes over from the first.
    pub(super) fn enter(&mut self, enter: Enter<S>, now: Now, deeds: &mut Vec<Deed<S>>) {
        let Enter { back, epoch, .. } = enter;
        if back.is_some_and(|back| !self.room.holds(back.member)) {
            return deeds.push(Deed::Answer { to: enter.socket, answer: Answer::NotHeld });
        }
        let of_account = enter.who.account.and_then(|account| self.participants.by_account.get(&account)).copied();
        let Some(member) = back.map(|back| back.member).or(of_account) else { return self.sit(enter, now, deeds) };
        let coming = self.participants.coming.get_mut(&member);
        let older = coming.as_ref().map_or_else(|| self.sockets.epoch(member), |(waiting, _)| Some(*waiting));
        if older.is_some_and(|older| older > epoch) {
            return deeds.push(Deed::Shut { to: enter.socket, code: CloseCode::Replaced });
        }
        if let Some(coming) = coming {
            if let (_, Some(replaced)) = std::mem::replace(coming, (epoch, Some(enter.socket))) {
                deeds.push(Deed::Shut { to: replaced, code: CloseCode::Replaced });
            }
            return;
        }
        self.participants.seated.insert(member, enter.who);
        self.attach_participant(member, epoch, enter.socket, deeds);
        self.tell_seated(member, self.room.is_watching(member), deeds);
        self.happens(Input::Attach { member, after: back.and_then(|back| back.after) }, now, deeds);
        self.happens(Input::Recall { member }, now, deeds);
    }

    fn sit(&mut self, enter: Enter<S>, now: Now, deeds: &mut Vec<Deed<S>>) {
        let Enter { who, member, epoch, socket, .. } = enter;
        let Entering { account, role, watching, .. } = who;
        let (name, picture, state) = (who.name.clone(), who.picture.clone(), SeatState::Joined);
        if let Some(account) = account {
            self.participants.by_account.insert(account, member);
        }
        self.participants.seated.insert(member, who);
        self.participants.coming.insert(member, (epoch, Some(socket)));
        self.happens(Input::Sit(NewSeat { member, role, name, picture, seen: 0, state, watching }), now, deeds);
    }

    fn attach_participant(&mut self, member: MemberId, epoch: u64, socket: S, deeds: &mut Vec<Deed<S>>) {
        if let Ok(Some(replaced)) = self.sockets.attach(member, epoch, socket.clone()) {
            deeds.push(Deed::Shut { to: replaced, code: CloseCode::Replaced });
        }
        deeds.push(Deed::Answer { to: socket, answer: Answer::Seated(member) });
    }

    /// A socket of the room is gone, whichever seat it had or waited for.
    pub(super) fn participant_gone(&mut self, gone: u64, now: Now, deeds: &mut Vec<Deed<S>>) {
        for (epoch, waiting) in self.participants.coming.values_mut() {
            if *epoch == gone {
                *waiting = None;
            }
        }
        let seat = self.participants.seats().find(|member| self.sockets.epoch(*member) == Some(gone));
        if let Some(member) = seat {
            self.sockets.remove(member);
            self.happens(Input::Detach { member }, now, deeds);
        }
    }

    /// The seat is theirs, or is another kind of seat now.
    pub(super) fn seated(&mut self, member: MemberId, watching: bool, deeds: &mut Vec<Deed<S>>) {
        match self.participants.coming.remove(&member) {
            Some((epoch, Some(socket))) => self.attach_participant(member, epoch, socket, deeds),
            Some((epoch, None)) => {
                self.sockets.expect(member, epoch);
                self.lost.push(member);
            }
            None => {}
        }
        self.tell_seated(member, watching, deeds);
    }

    fn tell_seated(&self, member: MemberId, watching: bool, deeds: &mut Vec<Deed<S>>) {
        let Some(socket) = self.sockets.get(member) else { return };
        let mut members = self.room.members();
        // Whoever reads this is here: their socket attaches as it is sent.
        for own in members.iter_mut().filter(|own| own.member == member && !watching) {
            own.state = SeatState::Joined;
        }
        let group = self.group();
        let is_guest = members.iter().any(|own| own.member == member && own.role == Role::Guest);
        let frame = ServerFrame::Seated {
            room: self.room.id,
            kind: if group.is_some() { RoomKind::Group } else { RoomKind::Consultation },
            you: member,
            members,
            last_seq: self.room.last_seq(),
            watching,
            title: group.map(|group| group.title.clone()),
            info: group.and_then(|group| group.info.clone()),
            picture: group.and_then(|group| group.picture.clone()),
            resume: None,
        };
        deeds.push(Deed::Seat { to: socket.clone(), frame, token_for: is_guest.then_some(member) });
    }

    pub(super) fn not_seated(
        &mut self,
        member: MemberId,
        code: ErrorCode,
        detail: &'static str,
        deeds: &mut Vec<Deed<S>>,
    ) {
        if let Some((_, Some(to))) = self.participants.coming.remove(&member) {
            if code == ErrorCode::NameTaken {
                // There is a place, only not under this name.
                deeds.push(Deed::Answer { to, answer: Answer::NameTaken(detail.to_owned()) });
            } else {
                let frame = ServerFrame::refusal(code, detail, Some(self.room.id.to_string()));
                deeds.push(Deed::Send { to: to.clone(), frame });
                deeds.push(Deed::Shut { to, code: CloseCode::Done });
            }
        }
        self.participants.forget(member);
    }

    /// The seat is given up.
    pub(super) fn seat_gone(&mut self, member: MemberId, deeds: &mut Vec<Deed<S>>) {
        if let Some(to) = self.sockets.forget(member) {
            deeds.push(Deed::Shut { to, code: CloseCode::Done });
        }
        self.participants.forget(member);
    }

    /// The room stops: the sockets of those who came in by one of its own, who have nothing more to wait for.
    pub fn left_behind(&self) -> impl Iterator<Item = &S> {
        self.participants.seated.keys().filter_map(|member| self.sockets.get(*member))
    }
}
