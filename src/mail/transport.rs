//! How mail leaves: through an SMTP server, or, where none was given, into a folder for the
//! operator to see.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::message::header::{ContentTransferEncoding, ContentType};
use lettre::message::{Mailbox, SinglePart};
use lettre::{Address, Message};

use super::smtp::{Failed, Server};
use crate::private;
use crate::storage::work::mails::Mail;

/// Under the data directory: where mail goes without an SMTP server.
pub const FOLDER: &str = "mail";
/// The library waits for an answer for ever: a server that connects and then says nothing, or never comes to
/// an end, would hold up all mail.
const EXCHANGE_WAIT: Duration = Duration::from_secs(60);

/// How mail leaves.
pub enum Transport {
    /// Through a server.
    Smtp {
        server: Box<Server>,
        /// Who it comes from.
        from: Mailbox,
    },
    /// Into a folder, a file a mail.
    Folder {
        folder: PathBuf,
        /// Who it comes from.
        from: Mailbox,
    },
}

/// Why a mail did not leave.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotSent {
    /// It will never leave: the server refuses it, or it is no mail.
    #[error("{0}")]
    Never(String),
    /// This mail may leave later.
    #[error("{0}")]
    Later(String),
    /// Nothing leaves at the moment: the server cannot be reached, the folder not be written.
    #[error("{0}")]
    Down(String),
}

/// Whether `text` is the URL of a mail server.
pub fn check_smtp_url(text: &str) -> Result<String, String> {
    Server::at(text).map(|_| text.to_owned())
}

/// `text` as a mail address in the form it is kept in: lower case, nothing around it.
pub fn check_address(text: &str) -> Result<String, String> {
    let address: Address = text.trim().parse().map_err(|_| "is not a mail address; give one like kim@example.org")?;
    if !address.domain().contains('.') && address.domain() != "localhost" {
        return Err("has no complete domain; give an address like kim@example.org".into());
    }
    Ok(address.to_string().to_lowercase())
}

impl Transport {
    /// Through the server at `smtp_url`, or into the folder under `data_dir` without one.
    pub fn new(smtp_url: Option<&str>, from: &Mailbox, data_dir: &Path) -> Result<Self, String> {
        let from = from.clone();
        Ok(match smtp_url {
            None => Self::Folder { folder: data_dir.join(FOLDER), from },
            Some(url) => {
                let server = Server::at(url).map_err(|error| format!("--smtp-url: {error}"))?;
                Self::Smtp { server: Box::new(server), from }
            }
        })
    }

    /// Whether the server answers; there is nothing to ask about a folder.
    pub async fn try_out(&self) -> Result<(), String> {
        let Self::Smtp { server, .. } = self else { return Ok(()) };
        match in_time(EXCHANGE_WAIT, server.try_out()).await {
            Ok(Ok(true)) => Ok(()),
            Ok(Ok(false)) => Err("the server does not answer as a mail server does".into()),
            Ok(Err(error)) => Err(in_words(&error)),
            Err(NotSent::Never(why) | NotSent::Later(why) | NotSent::Down(why)) => Err(why),
        }
    }

    pub(super) async fn send(&self, mail: &Mail) -> Result<(), NotSent> {
        match self {
            Self::Smtp { server, from } => {
                // Seven bits: not every server on the way takes more.
                let message = message(mail, from, ContentTransferEncoding::Base64)?;
                in_time(EXCHANGE_WAIT, server.send(&message)).await?.map_err(|failed| why(&failed))
            }
            Self::Folder { folder, from } => {
                // As it is: people read these files.
                let message = message(mail, from, ContentTransferEncoding::Binary)?.formatted();
                let (folder, name) = (folder.clone(), format!("{}.eml", mail.id));
                let written = actix_web::web::block(move || write(&folder, &name, &message)).await;
                match written {
                    Ok(Ok(())) => Ok(()),
                    Ok(Err(error)) => Err(NotSent::Down(error.to_string())),
                    Err(error) => Err(NotSent::Down(error.to_string())),
                }
            }
        }
    }
}

/// What comes of an exchange with the server, if it comes to an end.
async fn in_time<T>(wait: Duration, exchange: impl Future<Output = T>) -> Result<T, NotSent> {
    let late = |_| NotSent::Down(format!("the mail server did not answer within {} s", wait.as_secs()));
    tokio::time::timeout(wait, exchange).await.map_err(late)
}

/// What a failure means for the mail, and for all others.
fn why(failed: &Failed) -> NotSent {
    let words = in_words(failed);
    match failed {
        // Us and not the mail: a wrong password is corrected, and the mail goes out then (RFC 4954).
        Failed::Refused(error)
            if error.status().is_some_and(|code| matches!(u16::from(code), 530 | 534 | 535 | 538)) =>
        {
            NotSent::Down(words)
        }
        Failed::Refused(error) if error.is_permanent() => NotSent::Never(words),
        Failed::Refused(error) if error.is_transient() => NotSent::Later(words),
        Failed::Refused(_) | Failed::Unreached(_) => NotSent::Down(words),
    }
}

fn message(mail: &Mail, from: &Mailbox, encoding: ContentTransferEncoding) -> Result<Message, NotSent> {
    let never = |error: &dyn std::fmt::Display| NotSent::Never(error.to_string());
    let to: Address = mail.to.parse().map_err(|error: lettre::address::AddressError| never(&error))?;
    let body = SinglePart::builder().header(ContentType::TEXT_PLAIN).header(encoding).body(mail.body.clone());
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(mail.subject.clone())
        .date(mail.queued_at.utc().into())
        .message_id(Some(format!("<{}@{}>", mail.id, from.email.domain())))
        .singlepart(body)
        .map_err(|error| never(&error))
}

/// Whole or not at all, and for the server's user alone: the links in it are secrets.
fn write(folder: &Path, name: &str, message: &[u8]) -> std::io::Result<()> {
    private::make_folder(folder)?;
    let hidden = folder.join(format!(".{name}"));
    let mut file = private::options().write(true).create(true).truncate(true).open(&hidden)?;
    file.write_all(message)?;
    file.sync_all()?;
    std::fs::rename(hidden, folder.join(name))
}

/// An error with its causes, on one line.
pub(super) fn in_words(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        let inner_words = inner.to_string();
        if !words.contains(&inner_words) {
            words = format!("{words}: {inner_words}");
        }
        cause = inner.source();
    }
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_kept_in_one_form() {
        assert_eq!(check_address(" Kim@Example.ORG "), Ok("kim@example.org".into()));
        for wrong in ["", "kim", "kim@", "@example.org", "a b@example.org", "kim@example", "kim@example.org, lee@x.org"]
        {
            assert!(check_address(wrong).is_err(), "{wrong}");
        }
    }

    #[tokio::test]
    async fn a_server_that_takes_the_connection_and_says_nothing_does_not_hold_mail_up() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let server = Server::at(&format!("smtp://{}", listener.local_addr().unwrap())).unwrap();
        let tried = in_time(Duration::from_millis(50), server.try_out()).await;
        assert!(matches!(tried, Err(NotSent::Down(_))), "{tried:?}");
    }
}
