//! Mail: a row in the same transaction as what causes it, sent by a task of its own. No request
//! ever waits for a mail server.
//!
//! - `texts`: what is written, in Korean and English
//! - `transport`: how it leaves: through an SMTP server, or into a folder where there is none
//! - `smtp`: the connection to such a server
//! - `sender`: the work: takes what is due, tries again with growing pauses, gives up

mod sender;
mod smtp;
mod texts;
mod transport;

use std::sync::Arc;

pub use sender::Sender;
pub use texts::{Letter, Text};
pub use transport::{FOLDER, Transport, check_address, check_smtp_url};

use crate::ids::MailId;
use crate::storage::AnyConnection;
use crate::storage::work::mails::{self, NewMail};
use crate::time::Wall;
use crate::work::Poke;

/// Where letters are posted. Cheap to clone.
#[derive(Clone)]
pub struct MailQueue {
    /// How people reach this server: what links start with.
    url: Arc<str>,
    queued: Poke,
}

impl MailQueue {
    /// Letters whose links start with `url`, without a slash at its end.
    #[must_use]
    pub fn new(url: &str) -> Self {
        Self { url: url.trim_end_matches('/').into(), queued: Poke::default() }
    }

    /// Puts a letter on file, in the caller's transaction. Call [`Self::hurry`] once that is
    /// committed.
    pub fn put(&self, conn: &mut AnyConnection, id: MailId, letter: &Letter<'_>, at: Wall) -> diesel::QueryResult<()> {
        let (subject, body) = letter.write(&self.url);
        let new = NewMail { id, kind: letter.text.kind(), to: letter.to.to_owned(), subject, body };
        mails::queue(conn, &new, at)
    }

    /// Something was queued: it goes out now and not at the next look.
    pub fn hurry(&self) {
        self.queued.now();
    }

    /// What whoever sends is poked with.
    #[must_use]
    pub fn poke(&self) -> &Poke {
        &self.queued
    }
}
