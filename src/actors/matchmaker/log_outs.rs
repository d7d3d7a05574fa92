//! A counsellor logs out: whoever logs in next begins paused, and is told why.

use actix::prelude::*;
use log::error;
use tokio::sync::oneshot;

use super::Matchmaker;
use crate::ids::{AccountId, SessionId};
use crate::journal::Write;
use crate::matching::Input;
use crate::protocol::Intent;

/// Why a counsellor is paused who logged out while open.
const LOGGED_OUT: &str = "LOGGED_OUT";

/// Somebody ended a log-in of theirs. What comes back is told once it is on file that they are paused,
/// or at once if nothing changes by it: somebody who is at work by another log-in goes on working.
#[derive(Message)]
#[rtype(result = "oneshot::Receiver<()>")]
pub struct LoggedOut {
    /// Who.
    pub account: AccountId,
    /// The log-in that is no more.
    pub session: SessionId,
}

impl Matchmaker {
    fn logged_out(&mut self, account: AccountId, session: SessionId, ctx: &mut Context<Self>) -> oneshot::Receiver<()> {
        let (told, on_file) = oneshot::channel();
        let Some(staff) = self.staff.get_mut(&account) else { return on_file };
        let works_elsewhere = staff.socket.is_some() && staff.session != Some(session);
        if staff.intent != Intent::Open || works_elsewhere {
            return on_file;
        }
        (staff.intent, staff.reason) = (Intent::Paused, Some(LOGGED_OUT.to_owned()));
        self.changed.insert(account);
        let (reason, at) = (staff.reason.clone(), self.app.clock.now().wall);
        let write = Write::SetIntent { account, intent: Intent::Paused, reason, capacity: None, at };
        self.app.journal.submit(write, move |answer| {
            if let Err(failed) = answer {
                error!(account:% = account, error:% = failed; "that a counsellor logged out is not on file as a pause");
            }
            // Whoever asked may have gone.
            let _ = told.send(());
        });
        self.step(Input::Pause { counsellor: account }, ctx);
        on_file
    }
}

impl Handler<LoggedOut> for Matchmaker {
    type Result = MessageResult<LoggedOut>;
    fn handle(&mut self, LoggedOut { account, session }: LoggedOut, ctx: &mut Context<Self>) -> Self::Result {
        MessageResult(self.logged_out(account, session, ctx))
    }
}
