//! Mail that tells the owner of an account what was changed about it, whoever did it: somebody who got at
//! the account must not be able to do so unseen. It carries nothing that anybody wrote.

use diesel::QueryResult;

use crate::app::App;
use crate::clock::Clock;
use crate::ids::MailId;
use crate::mail::{Letter, MailQueue, Text};
use crate::storage::AnyConnection;
use crate::storage::people::accounts::Account;
use crate::time::Wall;

/// Writes notices, in the transaction of what they tell. Call [`MailQueue::hurry`] once that is committed.
#[derive(Clone)]
pub struct Notices {
    mail_queue: MailQueue,
    clock: Clock,
}

impl Notices {
    /// Those of this server.
    #[must_use]
    pub fn of(app: &App) -> Self {
        Self { mail_queue: app.mail_queue.clone(), clock: app.clock.clone() }
    }

    /// To the owner of `account`, at the address it has here; to nobody where that was never shown to be
    /// theirs.
    pub fn tell(&self, conn: &mut AnyConnection, account: &Account, text: Text<'_>, at: Wall) -> QueryResult<()> {
        let Some(to) = account.email.as_deref().filter(|_| account.email_verified) else { return Ok(()) };
        let letter = Letter { to, name: &account.name, language: &account.language, text };
        self.mail_queue.put(conn, MailId(self.clock.new_id()), &letter, at)
    }
}
