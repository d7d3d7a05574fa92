//! Who comes into a room by a socket of its own: which seat is whose, and what of it goes on file.

use std::collections::HashMap;

use actix::prelude::*;
use serde_json::json;

use super::{Room, ToRoom};
use crate::actors::door::{Enter, Entering};
use crate::actors::entrant::EntrantNews;
use crate::actors::socket::News;
use crate::ids::{AccountId, MemberId};
use crate::journal::{SeatRow, ShowRow, SitRow, WhisperRow, Write, WriteFailed, Written};
use crate::protocol::{CloseCode, ErrorCode, Role, RoomKind, SeatState, ServerFrame};
use crate::room::{Input, NewSeat, Whispered};
use crate::storage::history::audit::{Actor, NewEntry};
use crate::tokens::SeatClaims;

/// Those who came in by sockets of the room.
#[derive(Default)]
pub(super) struct Entrants {
    /// Whose seat is on its way to the disk, with the socket that waits for it; `None` once that
    /// has gone.
    coming: HashMap<MemberId, (u64, Option<Enter>)>,
    /// Who sits where.
    seated: HashMap<MemberId, Entering>,
    /// The seat of an account: coming, taken, or held for it.
    by_account: HashMap<AccountId, MemberId>,
}

impl Entrants {
    /// With the seats that are held for these accounts.
    pub(super) fn expecting(held: Vec<(AccountId, MemberId)>) -> Self {
        Self { by_account: held.into_iter().collect(), ..Self::default() }
    }

    fn forget(&mut self, member: MemberId) {
        self.seated.remove(&member);
        self.by_account.retain(|_, seat| *seat != member);
    }

    /// As whom the audit names whoever has this seat, if it is to.
    pub(super) fn audited_as(&self, member: MemberId) -> Option<Actor> {
        self.seated.get(&member)?.audited_as.clone()
    }

    /// The seats taken by sockets of the room.
    pub(super) fn seats(&self) -> impl Iterator<Item = &MemberId> {
        self.seated.keys()
    }
}

impl Room {
    /// Somebody is here. The seat an account has already is theirs again; a second socket of one
    /// person takes over from the first.
    pub(super) fn enter(&mut self, enter: Enter, ctx: &mut Context<Self>) {
        let epoch = enter.outbox.generation();
        if let Some(back) = enter.back
            && !self.core.holds(back.member)
        {
            return enter.socket.do_send(News(EntrantNews::NotHeld));
        }
        let of_account = || enter.who.account.and_then(|account| self.entrants.by_account.get(&account)).copied();
        let known = enter.back.map(|back| back.member).or_else(of_account);
        let Some(member) = known else { return self.sit(enter, epoch, ctx) };
        let older = match self.entrants.coming.get(&member) {
            Some((waiting, _)) => Some(*waiting),
            None => self.sockets.epoch(member),
        };
        if older.is_some_and(|older| older > epoch) {
            return enter.outbox.shut(CloseCode::Replaced);
        }
        if let Some(waiting) = self.entrants.coming.get_mut(&member) {
            let replaced = std::mem::replace(waiting, (epoch, Some(enter)));
            if let (_, Some(replaced)) = replaced {
                replaced.outbox.shut(CloseCode::Replaced);
            }
            return;
        }
        self.entrants.seated.insert(member, enter.who.clone());
        self.attach_entrant(member, epoch, &enter);
        self.tell_seated(member, self.core.is_watching(member));
        self.step(Input::Attach { member, after: enter.back.and_then(|back| back.after) }, ctx);
        self.step(Input::Recall { member }, ctx);
    }

    fn sit(&mut self, enter: Enter, epoch: u64, ctx: &mut Context<Self>) {
        let member = MemberId(self.app.clock.new_id());
        let Entering { account, role, ref name, ref picture, watching, .. } = enter.who;
        let (name, picture) = (name.clone(), picture.clone());
        let seat = NewSeat { member, role, name, picture, seen: 0, state: SeatState::Joined, watching };
        if let Some(account) = account {
            self.entrants.by_account.insert(account, member);
        }
        self.entrants.seated.insert(member, enter.who.clone());
        self.entrants.coming.insert(member, (epoch, Some(enter)));
        self.step(Input::Sit(seat), ctx);
    }

    fn attach_entrant(&mut self, member: MemberId, epoch: u64, enter: &Enter) {
        if let Ok(Some(replaced)) = self.sockets.attach(member, epoch, enter.outbox.clone()) {
            replaced.shut(CloseCode::Replaced);
        }
        enter.socket.do_send(News(EntrantNews::Seated(member)));
    }

    /// A socket of the room is gone, whichever seat it had or waited for.
    pub(super) fn entrant_gone(&mut self, gone: u64, ctx: &mut Context<Self>) {
        for (epoch, waiting) in self.entrants.coming.values_mut() {
            if *epoch == gone {
                *waiting = None;
            }
        }
        let seat = self.entrants.seats().copied().find(|member| self.sockets.epoch(*member) == Some(gone));
        if let Some(member) = seat {
            self.sockets.remove(member);
            self.step(Input::Detach { member }, ctx);
        }
    }

    /// The seat is theirs, or is another kind of seat now.
    pub(super) fn seated(&mut self, member: MemberId, watching: bool, ctx: &Context<Self>) {
        match self.entrants.coming.remove(&member) {
            Some((epoch, Some(enter))) => self.attach_entrant(member, epoch, &enter),
            Some((epoch, None)) => {
                self.sockets.passed(member, epoch);
                ctx.address().do_send(ToRoom::EntrantGone { epoch });
            }
            None => {}
        }
        self.tell_seated(member, watching);
    }

    fn tell_seated(&self, member: MemberId, watching: bool) {
        let Some(outbox) = self.sockets.get(member) else { return };
        let mut members = self.core.members();
        // Whoever reads this is here: their socket attaches as it is sent.
        for own in members.iter_mut().filter(|own| own.member == member && !watching) {
            own.state = SeatState::Joined;
        }
        let group = self.card.group();
        let is_guest = members.iter().any(|own| own.member == member && own.role == Role::Guest);
        let claims = SeatClaims { room: self.card.room, member };
        outbox.send(&ServerFrame::Seated {
            room: self.card.room,
            kind: if group.is_some() { RoomKind::Group } else { RoomKind::Consultation },
            you: member,
            members,
            last_seq: self.core.last_seq(),
            watching,
            title: group.as_ref().map(|group| group.title.clone()),
            info: group.as_ref().and_then(|group| group.info.clone()),
            picture: group.and_then(|group| group.picture),
            resume: is_guest.then(|| self.app.tokens.sign_seat(&claims)),
        });
    }

    pub(super) fn not_seated(&mut self, member: MemberId, code: ErrorCode, detail: &'static str) {
        let coming = self.entrants.coming.remove(&member);
        if let Some((_, Some(enter))) = coming {
            if code == ErrorCode::NameTaken {
                // There is a place, only not under this name.
                enter.socket.do_send(News(EntrantNews::NameTaken(detail)));
                return self.entrants.forget(member);
            }
            let re = Some(self.card.room.to_string());
            enter.outbox.send(&ServerFrame::refusal(code, detail, re));
            enter.outbox.shut(CloseCode::Done);
        }
        self.entrants.forget(member);
    }

    /// The seat is given up.
    pub(super) fn seat_gone(&mut self, member: MemberId) {
        if let Some(outbox) = self.sockets.forget(member) {
            outbox.shut(CloseCode::Done);
        }
        self.entrants.forget(member);
    }

    /// The room stops: whoever came in by a socket of it has nothing more to wait for.
    pub(super) fn let_entrants_go(&self) {
        for outbox in self.entrants.seats().filter_map(|member| self.sockets.get(*member)) {
            outbox.shut(CloseCode::Done);
        }
    }

    pub(super) fn store_sit(&self, seat: NewSeat, ctx: &Context<Self>) {
        let NewSeat { member, role, name, picture, watching, .. } = seat;
        let account = self.entrants.seated.get(&member).and_then(|who| who.account);
        let row = SitRow {
            room: self.card.room,
            seat: SeatRow { member, role, account, session: None, name },
            picture,
            watching,
            audit: self.audit(member, if watching { "ROOM_WATCHED" } else { "ROOM_JOINED" }),
            at: self.app.clock.now().wall,
        };
        self.ask_journal(Write::Sit(Box::new(row)), ctx, move |answer| Input::SitStored {
            member,
            answer: Written::sat(&answer),
        });
    }

    pub(super) fn store_show(&self, member: MemberId, watching: bool, ctx: &Context<Self>) {
        let audit = if watching { None } else { self.audit(member, "ROOM_JOINED") };
        let row = ShowRow { room: self.card.room, member, watching, audit, at: self.app.clock.now().wall };
        self.ask_journal(Write::Show(Box::new(row)), ctx, move |answer| Input::ShowStored {
            member,
            answer: Written::sat(&answer),
        });
    }

    pub(super) fn store_whisper(&self, whispered: Whispered, ctx: &Context<Self>) {
        let Whispered { id, from, client_id, body, at, .. } = whispered;
        let row = WhisperRow { id, room: self.card.room, from, client_id, body, at };
        self.ask_journal(Write::Whisper(Box::new(row)), ctx, move |answer| Written::whispered(id, &answer));
    }

    /// A supervisor ended the room: that is audited as it is when they ask the API for it.
    pub(super) fn audit_end(&self, by: MemberId) {
        if let Some((actor, entry)) = self.audit(by, "ROOM_ENDED") {
            let at = self.app.clock.now().wall;
            self.store_quietly(Write::Audit { actor: Box::new(actor), entry: Box::new(entry), at });
        }
    }

    /// Whether whoever has this seat opened this group room.
    pub(super) fn is_creator(&self, member: MemberId) -> bool {
        let account = self.entrants.seated.get(&member).and_then(|who| who.account);
        account.is_some() && account == self.card.group().map(|group| group.creator.0)
    }

    /// A group room has another name, on file: its members are told.
    pub(super) fn described(&self, title: String, info: Option<String>, picture: Option<String>) {
        self.card.describe(title.clone(), info.clone(), picture.clone());
        let (room, info) = (self.card.room, info.unwrap_or_default());
        let frame = ServerFrame::Room { room, title, info, picture };
        self.sockets.others(None).for_each(|(_, outbox)| outbox.send(&frame));
        self.show();
    }

    fn audit(&self, member: MemberId, action: &'static str) -> Option<(Actor, NewEntry)> {
        let actor = self.entrants.audited_as(member)?;
        let subject_id = self.card.room.to_string();
        Some((actor, NewEntry { action, subject_kind: "ROOM", subject_id, detail: json!({}) }))
    }

    fn ask_journal(
        &self,
        write: Write,
        ctx: &Context<Self>,
        input: impl FnOnce(Result<Written, WriteFailed>) -> Input + Send + 'static,
    ) {
        let room = ctx.address();
        self.app.journal.submit(write, move |answer| room.do_send(ToRoom::Input(input(answer))));
    }
}
