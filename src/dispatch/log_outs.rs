//! A counsellor logs out: whoever logs in next begins paused, and is told why.

use super::input::Effect;
use super::{Dispatch, Out, Outside};
use crate::ids::{AccountId, SessionId};
use crate::matching;
use crate::protocol::Intent;
use crate::time::Now;

/// Why a counsellor is paused who logged out while open.
const LOGGED_OUT: &str = "LOGGED_OUT";

impl Dispatch {
    /// Somebody ended this log-in of theirs. Whether that pauses them: then the first effect puts it on file.
    /// Somebody who is at work by another log-in goes on working.
    pub fn log_out(
        &mut self,
        now: Now,
        account: AccountId,
        session: SessionId,
        outside: &mut dyn Outside,
        effects: &mut Vec<Effect>,
    ) -> bool {
        if self.is_term_lost {
            return false;
        }
        let out = &mut Out { now, outside, effects };
        let Some(staff) = self.staff.get(&account) else { return false };
        let works_elsewhere = staff.socket.is_some() && staff.session != Some(session);
        if staff.intent != Intent::Open || works_elsewhere {
            return false;
        }
        self.intend(account, Intent::Paused, Some(LOGGED_OUT.to_owned()), None, out);
        self.step_lobby(matching::Input::Pause { counsellor: account }, out);
        true
    }
}
