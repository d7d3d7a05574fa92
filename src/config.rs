//! The command line. Every option is also an environment variable with the prefix `ANTEROOM_`.
//!
//! Here: the commands, and how a refusal is said. `serve`: what the server is told; `tools`: what the others
//! are; `load`: what the load tool is; `shared`: what several are; `values`: how a value is read. `cluster`: what a
//! node of several is told; hidden, and refused but for trials.

mod cluster;
mod load;
mod serve;
mod shared;
mod tools;
mod values;

use clap::error::ErrorKind;
use clap::{Parser, Subcommand};

pub use cluster::{ClusterOptions, ClusterSettings};
pub use load::{LoadOptions, Peer};
pub use serve::{LogForm, ServeOptions};
pub use shared::{DatabaseOptions, MailOptions, Switch};
pub use tools::{
    AccountCommand, AccountOptions, AuditCommand, DescribeOptions, DoctorOptions, FillOptions, LoginOptions,
    RoleOption, StatsCommand, VerifyOptions,
};

/// Anteroom, a live counselling server.
#[derive(Debug, Parser)]
#[command(name = "anteroom", version, about, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the server until SIGTERM or SIGINT
    Serve(Box<ServeOptions>),
    /// Make accounts, and help those who cannot log in
    #[command(subcommand)]
    Account(AccountCommand),
    /// Look after the audit
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Bring the database up to date, and nothing else
    Migrate(DatabaseOptions),
    /// Write the reference of tables and routes, made from the schema and the API's description
    Describe(DescribeOptions),
    /// Fill an empty database with made consultations, to see how it does at that size
    Fill(FillOptions),
    /// Be many desks and counsellors at once, time what they meet with, and check that nothing is lost;
    /// exit code 1 if something is
    Load(Box<LoadOptions>),
    /// Look after the summaries
    #[command(subcommand)]
    Stats(StatsCommand),
    /// Check this machine and this installation; exit code 1 if something must be mended
    Doctor(DoctorOptions),
}

/// A refusal of the command line as one line, or `None` where clap answers a question (`--help`,
/// `--version`), which it may do at length.
#[must_use]
pub fn one_line(error: &clap::Error) -> Option<String> {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            None
        }
        _ => {
            let text = error.to_string();
            let said = text.split("\n\nUsage:").next().unwrap_or(&text);
            let said = said.split("\n\nFor more information").next().unwrap_or(said);
            let line = said.split_whitespace().collect::<Vec<_>>().join(" ");
            Some(format!("{}; see anteroom --help", line.trim_start_matches("error: ")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What `serve` is told by these arguments, or the line it refuses them with.
    pub(super) fn serve(arguments: &[&str]) -> Result<ServeOptions, String> {
        let all = ["anteroom", "serve"].iter().chain(arguments);
        match Cli::try_parse_from(all) {
            Ok(Cli { command: Command::Serve(options) }) => options.check().map(|()| *options),
            Ok(_) => unreachable!("serve was asked for"),
            Err(error) => Err(one_line(&error).unwrap_or_default()),
        }
    }

    #[test]
    fn a_refusal_is_one_line_that_names_the_option() {
        for wrong in [
            &["--listen", "nowhere"][..],
            &["--public-desk", "maybe"],
            &["--allowed-origin", "example.org"],
            &["--time-zone", "Seoul"],
            &["--heartbeat-s", "0"],
            &["--redis-url", "redis://127.0.0.1"],
            &["--replica-url", "postgres://127.0.0.1/a"],
        ] {
            let line = serve(wrong).unwrap_err();
            assert!(!line.contains('\n'), "{line:?}");
            assert!(line.contains(wrong[0]), "{line:?} does not name {}", wrong[0]);
        }
        assert!(serve(&["--nonsense"]).unwrap_err().contains("--nonsense"));
    }

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}
