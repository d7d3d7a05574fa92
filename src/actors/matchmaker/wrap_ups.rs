//! Wrap-ups: a room is over, its place stays taken until its counsellor has written it up or the
//! time for it has passed.

use std::time::Duration;

use actix::prelude::*;

use super::Matchmaker;
use super::messages::Filing;
use crate::actors::counsellor::CounsellorNews;
use crate::ids::{AccountId, LineId, RoomId};
use crate::journal::{Write, WriteFailed, Written};
use crate::matching::Input;
use crate::protocol::ErrorCode;

/// A wrap-up whose end the disk refused is tried again after so long.
const WRAP_UP_RETRY: Duration = Duration::from_secs(5);

impl Matchmaker {
    /// The time to write up begins.
    pub(super) fn begin_wrap_up(&mut self, counsellor: AccountId, room: RoomId, line: LineId, ctx: &mut Context<Self>) {
        let wrap_up_s = self.lines.get(line).map_or(0, |line| line.wrap_up_s);
        if let Some(staff) = self.staff.get_mut(&counsellor) {
            staff.wrap_ups.insert(room, line);
        }
        let wait = Duration::from_secs(wrap_up_s.into());
        ctx.run_later(wait, move |this, ctx| this.end_wrap_up(counsellor, room, ctx));
    }

    pub(super) fn wrap_up_filed(
        &mut self,
        account: AccountId,
        room: RoomId,
        generation: Option<u64>,
        answer: &Result<Written, WriteFailed>,
        ctx: &mut Context<Self>,
    ) {
        match (answer, generation) {
            (Ok(Written::WrappedUp { .. }), _) => {
                // Their history must show it at once.
                self.app.store.wrote(account);
                self.wrapped_up(account, room, ctx);
            }
            (Ok(_), Some(_)) => {
                let detail = "there is nothing of yours to wrap up in this room; it may not have ended yet";
                self.refuse_counsellor(account, ErrorCode::NothingToWrapUp, detail, Some(room.to_string()));
            }
            (Err(_), Some(_)) => {
                let detail = "the wrap-up could not be stored; send it again in a moment";
                self.refuse_counsellor(account, ErrorCode::NotStored, detail, Some(room.to_string()));
            }
            // Its time was over and somebody was quicker.
            (Ok(_), None) => self.wrapped_up(account, room, ctx),
            (Err(_), None) => {
                ctx.run_later(WRAP_UP_RETRY, move |this, ctx| this.end_wrap_up(account, room, ctx));
            }
        }
    }

    /// The time for the wrap-up is over: the place is free, the form stays empty.
    pub(super) fn end_wrap_up(&self, counsellor: AccountId, room: RoomId, ctx: &Context<Self>) {
        let waits = self.staff.get(&counsellor).is_some_and(|staff| staff.wrap_ups.contains_key(&room));
        if waits {
            let at = self.app.clock.now().wall;
            let write = Write::WrapUp { room, counsellor, result_code: None, memo: None, at };
            self.file(write, Filing::WrapUp { account: counsellor, room, generation: None }, ctx);
        }
    }

    fn wrapped_up(&mut self, counsellor: AccountId, room: RoomId, ctx: &mut Context<Self>) {
        let Some(staff) = self.staff.get_mut(&counsellor) else { return };
        let line = staff.wrap_ups.remove(&room);
        staff.tell(CounsellorNews::WrappedUp { room });
        self.changed.insert(counsellor);
        match line {
            Some(line) => self.step(Input::Released { counsellor, line }, ctx),
            None => self.tell_changed(ctx),
        }
    }
}
