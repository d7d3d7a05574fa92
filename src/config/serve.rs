//! What `serve` is told, and the combinations that make no sense.

use std::net::SocketAddr;

use clap::{Args, ValueEnum};

use super::cluster::ClusterOptions;
use super::shared::{DatabaseOptions, MailOptions, Switch};
use super::values::{is_this_machine, parse_network, parse_origin, parse_zone};

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
    #[arg(long, env = "ANTEROOM_REQUESTS_PER_10S_MAX", default_value_t = 600,
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
    #[command(flatten)]
    pub cluster: ClusterOptions,
}

impl ServeOptions {
    /// What no single option can see: combinations that make no sense. One line for the operator.
    pub fn check(&self) -> Result<(), String> {
        if self.replica_url.is_some() && !self.database.url().starts_with("postgres") {
            return Err("--replica-url needs a PostgreSQL --database-url; leave it out with SQLite".into());
        }
        self.cluster.settings(&self.database)?;
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

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogForm {
    /// For people.
    Text,
    /// An object a line, for collectors.
    Json,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::tests::serve;

    #[test]
    fn the_defaults_are_those_of_the_contract() {
        let options = serve(&[]).unwrap();
        assert_eq!(options.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(options.database.url(), "sqlite:data/anteroom.db");
        assert_eq!((options.sockets_per_address_max, options.messages_per_10s_max), (200, 60));
        assert_eq!(options.requests_per_10s_max, 600);
        assert_eq!((options.asks_per_min_max, options.waiting_per_address_max), (60, 50));
        assert_eq!((options.public_desk, options.heartbeat_s), (Switch::On, 10));
        assert_eq!(options.time_zone, chrono_tz::Asia::Seoul);
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
}
