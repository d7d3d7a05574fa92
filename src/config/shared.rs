//! What several commands are told: where the records are, how mail leaves.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use lettre::message::Mailbox;

use crate::mail::check_smtp_url;

/// Where the records are.
#[derive(Clone, Debug, Args)]
pub struct DatabaseOptions {
    /// Folder of the SQLite database
    #[arg(long, env = "ANTEROOM_DATA_DIR", default_value = "data", value_name = "FOLDER")]
    pub data_dir: PathBuf,
    /// postgres://USER@HOST/NAME or sqlite:PATH [default: SQLite in the data directory]
    #[arg(long, env = "ANTEROOM_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub database_url: Option<String>,
}

impl DatabaseOptions {
    /// The URL to open: the given one, or the SQLite file in the data directory.
    #[must_use]
    pub fn url(&self) -> String {
        match &self.database_url {
            Some(url) => url.clone(),
            None => format!("sqlite:{}", self.data_dir.join("anteroom.db").display()),
        }
    }
}

/// How mail leaves.
#[derive(Clone, Debug, Args)]
pub struct MailOptions {
    /// smtp://USER:PASSWORD@HOST:PORT, or smtps:// [default: mails become files in the data directory's mail folder]
    #[arg(long, env = "ANTEROOM_SMTP_URL", hide_env_values = true, value_parser = check_smtp_url, value_name = "URL")]
    pub smtp_url: Option<String>,
    /// Whom mail comes from
    #[arg(long, env = "ANTEROOM_MAIL_FROM", default_value = "Anteroom <anteroom@localhost>", value_name = "ADDRESS")]
    pub mail_from: Mailbox,
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}
