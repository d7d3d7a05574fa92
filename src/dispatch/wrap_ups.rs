//! Wrap-ups: a room is over, its place stays taken until its counsellor has written it up or the
//! time for it has passed.

use std::time::Duration;

use super::input::{Effect, Later, PendingWrite};
use super::news::CounsellorNews;
use super::rows::{Write, WriteFailed, Written};
use super::{Defect, Dispatch, Out};
use crate::ids::{AccountId, LineId, RoomId};
use crate::matching;
use crate::protocol::ErrorCode;
use crate::time::Wall;

/// A wrap-up whose end the disk refused is tried again after so long.
const WRAP_UP_RETRY: Duration = Duration::from_secs(5);

impl Dispatch {
    /// The time to write up begins.
    pub(super) fn begin_wrap_up(&mut self, counsellor: AccountId, room: RoomId, line: LineId, out: &mut Out<'_>) {
        self.go_on_wrapping_up(counsellor, room, line, out.now.wall, out);
    }

    /// It began at this moment, by the clock of the node where the room was: it ends when it would have ended, and
    /// never later than if it began now.
    pub(super) fn go_on_wrapping_up(
        &mut self,
        counsellor: AccountId,
        room: RoomId,
        line: LineId,
        since: Wall,
        out: &mut Out<'_>,
    ) {
        let wrap_up_s = self.lines.get(line).map_or(0, |line| line.wrap_up_s);
        let passed_us = u64::try_from(out.now.wall.0 - since.0).unwrap_or(0);
        if let Some(staff) = self.staff.get_mut(&counsellor) {
            staff.wrap_ups.insert(room, line);
        }
        let wait = Duration::from_secs(wrap_up_s.into()).saturating_sub(Duration::from_micros(passed_us));
        out.later(wait, Later::WrapUp(counsellor, room));
    }

    /// A counsellor has written a room up.
    pub(super) fn write_up(
        &self,
        counsellor: AccountId,
        room: RoomId,
        result_code: String,
        memo: Option<String>,
        out: &mut Out<'_>,
    ) {
        if let Err(detail) = self.results.check(&result_code) {
            return self.refuse_counsellor(counsellor, ErrorCode::BadFrame, &detail, Some(room.to_string()), out);
        }
        let write = Write::WrapUp { room, counsellor, result_code: Some(result_code), memo, at: out.now.wall };
        out.file(write, PendingWrite::WrapUp { account: counsellor, room, asked: true });
    }

    pub(super) fn wrap_up_filed(
        &mut self,
        account: AccountId,
        room: RoomId,
        asked: bool,
        answer: &Result<Written, WriteFailed>,
        out: &mut Out<'_>,
    ) {
        match answer {
            Ok(Written::WrappedUp { .. }) => {
                // Their history must show it at once.
                out.push(Effect::Wrote(account));
                self.wrapped_up(account, room, out);
            }
            Ok(_) if asked => {
                let detail = "there is nothing of yours to wrap up in this room; it may not have ended yet";
                self.refuse_counsellor(account, ErrorCode::NothingToWrapUp, detail, Some(room.to_string()), out);
            }
            Err(_) if asked => {
                let detail = "the wrap-up could not be stored; send it again in a moment";
                self.refuse_counsellor(account, ErrorCode::NotStored, detail, Some(room.to_string()), out);
            }
            // Its time was over and somebody was quicker.
            Ok(_) => self.wrapped_up(account, room, out),
            Err(_) => out.later(WRAP_UP_RETRY, Later::WrapUp(account, room)),
        }
    }

    /// The time for the wrap-up is over: the place is free, the form stays empty.
    pub(super) fn end_wrap_up(&self, counsellor: AccountId, room: RoomId, out: &mut Out<'_>) {
        let waits = self.staff.get(&counsellor).is_some_and(|staff| staff.wrap_ups.contains_key(&room));
        if waits {
            let write = Write::WrapUp { room, counsellor, result_code: None, memo: None, at: out.now.wall };
            out.file(write, PendingWrite::WrapUp { account: counsellor, room, asked: false });
        }
    }

    fn wrapped_up(&mut self, counsellor: AccountId, room: RoomId, out: &mut Out<'_>) {
        let is_kept = self.is_broken(Defect::PlaceKept);
        let Some(staff) = self.staff.get_mut(&counsellor) else { return };
        let line = staff.wrap_ups.remove(&room).filter(|_| !is_kept);
        staff.tell(CounsellorNews::WrappedUp { room }, out);
        self.changed.insert(counsellor);
        match line {
            Some(line) => self.step_lobby(matching::Input::Released { counsellor, line }, out),
            None => self.tell_changed(out),
        }
    }
}
