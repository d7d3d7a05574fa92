//! The command line. Every option is also an environment variable with the prefix `ANTEROOM_`.
//!
//! Here: the commands, where the records are, and what `serve` is told. `tools`: what the others are;
//! `load`: what the load tool is.

mod load;
mod tools;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand, ValueEnum};

use lettre::message::Mailbox;

use crate::http::REQUESTS_PER_10S_DEFAULT;
use crate::mail::check_smtp_url;
pub use load::{LoadOptions, Peer};
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

/// What `serve` can be told.
#[derive(Clone, Debug, Args)]
pub struct ServeOptions {
    /// Address and port to listen on; port 0 takes a free one
    #[arg(long, env = "ANTEROOM_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS:PORT")]
    pub listen: SocketAddr,
    #[command(flatten)]
    pub database: DatabaseOptions,
    /// How people reach this server, if not by the address above; https makes the cookie Secure
    #[arg(long, env = "ANTEROOM_PUBLIC_URL", value_parser = parse_origin, value_name = "SCHEME://HOST[:PORT]")]
    pub public_url: Option<String>,
    #[command(flatten)]
    pub mail: MailOptions,
    /// Another origin whose pages may use the cookie; repeat it, or separate several with commas
    #[arg(
        long = "allowed-origin",
        env = "ANTEROOM_ALLOWED_ORIGIN",
        value_delimiter = ',',
        value_parser = parse_origin,
        value_name = "SCHEME://HOST[:PORT]"
    )]
    pub allowed_origins: Vec<String>,
    /// Whether anybody may ask for counselling without a desk key
    #[arg(long, env = "ANTEROOM_PUBLIC_DESK", value_enum, default_value_t = Switch::On)]
    pub public_desk: Switch,
    /// Most sockets from one address; an office shares one
    #[arg(long, env = "ANTEROOM_SOCKETS_PER_ADDRESS_MAX", default_value_t = 200,
          value_parser = clap::value_parser!(u32).range(1..), value_name = "COUNT")]
    pub sockets_per_address_max: u32,
    /// Most requests at the public desk from one network in a minute; a campus shares one
    #[arg(long, env = "ANTEROOM_ASKS_PER_MIN_MAX", default_value_t = 60,
          value_parser = clap::value_parser!(u32).range(1..), value_name = "COUNT")]
    pub asks_per_min_max: u32,
    /// Most people from one network who wait at the public desk
    #[arg(long, env = "ANTEROOM_WAITING_PER_ADDRESS_MAX", default_value_t = 50,
          value_parser = clap::value_parser!(u32).range(1..), value_name = "COUNT")]
    pub waiting_per_address_max: u32,
    /// Most messages from one seat in ten seconds
    #[arg(long, env = "ANTEROOM_MESSAGES_PER_10S_MAX", default_value_t = 60,
          value_parser = clap::value_parser!(u32).range(1..), value_name = "COUNT")]
    pub messages_per_10s_max: u32,
    /// Most requests of one account in ten seconds; one address may ten times as many
    #[arg(long, env = "ANTEROOM_REQUESTS_PER_10S_MAX", default_value_t = REQUESTS_PER_10S_DEFAULT,
          value_parser = clap::value_parser!(u32).range(1..=1_000_000), value_name = "COUNT")]
    pub requests_per_10s_max: u32,
    /// A proxy whose x-forwarded-for is believed; repeat it, or separate several with commas
    #[arg(long = "trusted-proxy", env = "ANTEROOM_TRUSTED_PROXY", value_delimiter = ',',
          value_parser = parse_network, value_name = "ADDRESS[/BITS]")]
    pub trusted_proxies: Vec<ipnet::IpNet>,
    /// Seconds between pings; a peer silent for 2.5 times this is gone
    #[arg(long, env = "ANTEROOM_HEARTBEAT_S", default_value_t = 10,
          value_parser = clap::value_parser!(u32).range(1..=300), value_name = "SECONDS")]
    pub heartbeat_s: u32,
    /// The office's time zone: opening hours, and the day a ticket's number counts in
    #[arg(long, env = "ANTEROOM_TIME_ZONE", default_value = "Asia/Seoul", value_parser = parse_zone, value_name = "NAME")]
    pub time_zone: chrono_tz::Tz,
    /// How the log on the standard error is written; RUST_LOG sets what is in it
    #[arg(long, env = "ANTEROOM_LOG", value_enum, default_value_t = LogForm::Text)]
    pub log: LogForm,
    /// Add three lines, accounts and a desk with known passwords, and print them; loopback only
    #[arg(long, env = "ANTEROOM_DEMO", value_parser = clap::builder::FalseyValueParser::new())]
    pub demo: bool,
    /// A streaming replica of the PostgreSQL database, for reads that may be seconds old
    #[arg(long, env = "ANTEROOM_REPLICA_URL", hide_env_values = true, value_name = "URL")]
    pub replica_url: Option<String>,
    /// Known to the contract, not to this version: refused instead of silently ignored.
    #[arg(long, env = "ANTEROOM_REDIS_URL", hide = true, hide_env_values = true)]
    pub redis_url: Option<String>,
}

impl ServeOptions {
    /// What no single option can see: combinations that make no sense. One line for the operator.
    pub fn check(&self) -> Result<(), String> {
        if self.replica_url.is_some() && !self.database.url().starts_with("postgres") {
            return Err("--replica-url needs a PostgreSQL --database-url; leave it out with SQLite".into());
        }
        if self.redis_url.is_some() {
            return Err("--redis-url is not available yet; leave it out and run one node".into());
        }
        if self.demo
            && let Some(outside) = self.reached_from_outside()
        {
            return Err(format!(
                "--demo has known passwords and is refused on {outside}; listen on 127.0.0.1 and give no \
                 --public-url or --allowed-origin but this machine's, or leave it out"
            ));
        }
        Ok(())
    }

    /// What says that others than this machine reach the server: an address, or a name under which people
    /// come through a proxy.
    #[must_use]
    pub fn reached_from_outside(&self) -> Option<String> {
        if !self.listen.ip().is_loopback() {
            return Some(self.listen.to_string());
        }
        self.public_url.iter().chain(&self.allowed_origins).find(|origin| !is_this_machine(origin)).cloned()
    }

    /// The scheme people use: that of the public URL, or plain http.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }
}

/// On or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogForm {
    /// For people.
    Text,
    /// An object a line, for collectors.
    Json,
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

/// A network, or one address.
fn parse_network(text: &str) -> Result<ipnet::IpNet, String> {
    let network = text.parse::<ipnet::IpNet>();
    network
        .or_else(|_| text.parse::<std::net::IpAddr>().map(ipnet::IpNet::from))
        .map_err(|_| "is not an address or a network; give one like 10.0.0.5 or 10.0.0.0/8".to_owned())
}

/// `scheme://host[:port]` in the form browsers send it: lower case, no path, no default port.
fn parse_origin(text: &str) -> Result<String, String> {
    let wrong = || "must be http://HOST[:PORT] or https://HOST[:PORT] and nothing after it".to_owned();
    let lower = text.trim_end_matches('/').to_ascii_lowercase();
    let (scheme, authority) = lower.split_once("://").ok_or_else(wrong)?;
    let default_port = match scheme {
        "http" => ":80",
        "https" => ":443",
        _ => return Err(wrong()),
    };
    let parsed: actix_web::http::uri::Authority = authority.parse().map_err(|_| wrong())?;
    let port_is_sound = match authority.strip_prefix(parsed.host()) {
        Some("") => true,
        Some(port) => port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok_and(|port| port > 0)),
        None => false,
    };
    if parsed.host().is_empty() || !port_is_sound {
        return Err(wrong());
    }
    Ok(format!("{scheme}://{}", authority.strip_suffix(default_port).unwrap_or(authority)))
}

/// Whether an origin as [`parse_origin`] gives it is one that only this machine can mean.
fn is_this_machine(origin: &str) -> bool {
    let authority = origin.split_once("://").map_or(origin, |(_, authority)| authority);
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => host,
        _ => authority,
    };
    match host.trim_start_matches('[').trim_end_matches(']').parse::<std::net::IpAddr>() {
        Ok(address) => address.to_canonical().is_loopback(),
        // RFC 6761: names that never leave the machine.
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

fn parse_zone(text: &str) -> Result<chrono_tz::Tz, String> {
    text.parse().map_err(|_| "is not a time zone; give one such as Asia/Seoul or UTC".to_owned())
}

fn parse_line(text: &str) -> Result<(String, u8), String> {
    let (topic, tier) = match text.split_once(':') {
        Some((topic, tier)) => (topic, tier.parse().map_err(|_| "the tier after the colon is a number from 0 to 255")?),
        None => (text, 0),
    };
    if topic.is_empty() {
        return Err("the topic is missing; give TOPIC or TOPIC:TIER".into());
    }
    Ok((topic.to_owned(), tier))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn serve(arguments: &[&str]) -> Result<ServeOptions, String> {
        let all = ["anteroom", "serve"].iter().chain(arguments);
        match Cli::try_parse_from(all) {
            Ok(Cli { command: Command::Serve(options) }) => options.check().map(|()| *options),
            Ok(_) => unreachable!("serve was asked for"),
            Err(error) => Err(one_line(&error).unwrap_or_default()),
        }
    }

    #[test]
    fn the_defaults_are_those_of_the_contract() {
        let options = serve(&[]).unwrap();
        assert_eq!(options.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(options.database.url(), "sqlite:data/anteroom.db");
        assert_eq!((options.sockets_per_address_max, options.messages_per_10s_max), (200, 60));
        assert_eq!((options.asks_per_min_max, options.waiting_per_address_max), (60, 50));
        assert_eq!((options.public_desk, options.heartbeat_s), (Switch::On, 10));
        assert_eq!(options.time_zone, chrono_tz::Asia::Seoul);
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
    fn the_demo_is_for_this_machine_only() {
        assert!(serve(&["--demo", "--listen", "127.0.0.1:0"]).is_ok());
        assert!(serve(&["--demo", "--listen", "[::1]:0"]).is_ok());
        assert!(serve(&["--demo", "--listen", "0.0.0.0:8080"]).unwrap_err().contains("--demo"));
        for (origin, is_ours) in [
            ("http://localhost:8080", true),
            ("https://demo.localhost", true),
            ("http://127.0.0.1", true),
            ("http://127.3.2.1:99", true),
            ("http://[::1]:8080", true),
            ("http://[::ffff:127.0.0.1]:8080", true),
            ("https://desk.example.org", false),
            ("http://10.0.0.5:8080", false),
            ("http://[fe80::1]", false),
            ("http://localhost.example.org", false),
        ] {
            for option in ["--public-url", "--allowed-origin"] {
                let asked = serve(&["--demo", option, origin]);
                assert_eq!(asked.is_ok(), is_ours, "{option} {origin}");
                assert!(is_ours || asked.unwrap_err().contains(origin), "{origin} is not named");
            }
        }
    }

    #[test]
    fn an_origin_is_kept_as_browsers_send_it() {
        for (given, kept) in [
            ("https://Desk.Example.org", "https://desk.example.org"),
            ("https://desk.example.org:443/", "https://desk.example.org"),
            ("http://10.0.0.1:8080", "http://10.0.0.1:8080"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(parse_origin(given).as_deref(), Ok(kept), "{given}");
        }
        for wrong in [
            "",
            "null",
            "*",
            "desk.example.org",
            "ftp://a",
            "https://",
            "https://a/b",
            "https://a:x",
            "https://u@a",
            "http://a b",
        ] {
            assert!(parse_origin(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_line_may_name_its_tier() {
        assert_eq!(parse_line("FINANCE"), Ok(("FINANCE".into(), 0)));
        assert_eq!(parse_line("FINANCE:2"), Ok(("FINANCE".into(), 2)));
        for wrong in ["", ":1", "FINANCE:x", "FINANCE:256"] {
            assert!(parse_line(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}
