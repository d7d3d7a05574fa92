//! What the subcommands besides `serve` are told.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::shared::{DatabaseOptions, MailOptions};
use super::values::{parse_line, parse_zone};
use crate::protocol::CAPACITY_MAX;

/// Most rooms at once of an account made without `--capacity`.
const CAPACITY_DEFAULT: u16 = 1;

/// What can be done with accounts.
#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Make an account that may log in at once; the password is read from ANTEROOM_PASSWORD or asked for
    Create(AccountOptions),
    /// Take the second factor of an account away, and end its log-ins; for whoever lost theirs
    ResetSecondFactor(LoginOptions),
}

/// What `account create` must be told.
#[derive(Clone, Debug, Args)]
pub struct AccountOptions {
    /// The name to log in with
    #[arg(long, env = "ANTEROOM_LOGIN")]
    pub login: String,
    /// What the account may do
    #[arg(long, env = "ANTEROOM_ROLE", value_enum, ignore_case = true)]
    pub role: RoleOption,
    /// The name other people see
    #[arg(long, env = "ANTEROOM_NAME")]
    pub name: String,
    /// A topic the account serves, in all its languages, and at which tier (0 is asked first); repeatable
    #[arg(long = "line", env = "ANTEROOM_LINE", value_delimiter = ',', value_parser = parse_line,
          value_name = "TOPIC[:TIER]")]
    pub lines: Vec<(String, u8)>,
    /// Most rooms at once
    #[arg(long, env = "ANTEROOM_CAPACITY", default_value_t = CAPACITY_DEFAULT,
          value_parser = clap::value_parser!(u16).range(1..=i64::from(CAPACITY_MAX)), value_name = "COUNT")]
    pub capacity: u16,
    #[command(flatten)]
    pub database: DatabaseOptions,
}

/// Which account.
#[derive(Clone, Debug, Args)]
pub struct LoginOptions {
    /// The name it logs in with
    #[arg(long, env = "ANTEROOM_LOGIN")]
    pub login: String,
    #[command(flatten)]
    pub database: DatabaseOptions,
}

/// What an account may do, as the command line names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RoleOption {
    /// Takes consultations.
    Counsellor,
    /// Sees the rooms and records of their lines (of every line if none is named), and may take
    /// consultations.
    Manager,
    /// Everything.
    Admin,
}

impl RoleOption {
    /// The code on file.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Counsellor => "COUNSELLOR",
            Self::Manager => "MANAGER",
            Self::Admin => "ADMIN",
        }
    }
}

/// What can be done with the audit.
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Read the whole chain and say whether an entry was changed, taken out or slipped in
    Verify(VerifyOptions),
}

/// What `audit verify` can be told.
#[derive(Clone, Debug, Args)]
pub struct VerifyOptions {
    #[command(flatten)]
    pub database: DatabaseOptions,
    /// A head printed by an earlier verify, which must still be in the chain
    #[arg(long, env = "ANTEROOM_HEAD", value_name = "NUMBER:HASH")]
    pub head: Option<String>,
}

/// What `describe` can be told.
#[derive(Clone, Debug, Args)]
pub struct DescribeOptions {
    /// Folder to write into
    #[arg(long, env = "ANTEROOM_FOLDER", default_value = "reference", value_name = "FOLDER")]
    pub folder: PathBuf,
}

/// What `fill` is to make.
#[derive(Clone, Debug, Args)]
pub struct FillOptions {
    /// How many consultations
    #[arg(long, env = "ANTEROOM_CONSULTATIONS", value_parser = clap::value_parser!(u64).range(100..=1_000_000_000),
          value_name = "COUNT")]
    pub consultations: u64,
    /// How many messages, about
    #[arg(long, env = "ANTEROOM_MESSAGES", value_name = "COUNT")]
    pub messages: u64,
    /// Over how many days, up to now
    #[arg(long, env = "ANTEROOM_DAYS", default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=3_650),
          value_name = "DAYS")]
    pub days: u32,
    /// The same seed makes the same data
    #[arg(long, env = "ANTEROOM_SEED", default_value_t = 1, value_name = "NUMBER")]
    pub seed: u64,
    /// Put them among the consultations that are there
    #[arg(long)]
    pub really: bool,
    /// The office's time zone
    #[arg(long, env = "ANTEROOM_TIME_ZONE", default_value = "Asia/Seoul", value_parser = parse_zone, value_name = "NAME")]
    pub time_zone: chrono_tz::Tz,
    #[command(flatten)]
    pub database: DatabaseOptions,
}

/// What can be done with the summaries.
#[derive(Debug, Subcommand)]
pub enum StatsCommand {
    /// Make every summary again from the log; the server may run meanwhile
    Rebuild(DatabaseOptions),
}

/// What `doctor` looks at.
#[derive(Clone, Debug, Args)]
pub struct DoctorOptions {
    #[command(flatten)]
    pub database: DatabaseOptions,
    /// The address the server is to listen on
    #[arg(long, env = "ANTEROOM_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT")]
    pub listen: SocketAddr,
    #[command(flatten)]
    pub mail: MailOptions,
    /// A Redis by which several nodes are to speak, to be looked at; serve does not use one yet
    #[arg(long, env = "ANTEROOM_REDIS_URL", hide_env_values = true, value_name = "URL")]
    pub redis_url: Option<String>,
}
