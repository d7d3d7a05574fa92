//! What a node of a cluster is told, and the combinations that make no sense.

use std::time::Duration;

use clap::Args;

use super::shared::{DatabaseOptions, Switch};
use super::values::{is_redis_url, parse_node_name};
use crate::cluster::{BEATS_UNTIL_GONE_MIN, Bounds};

const BEAT_MS: u32 = 1_000;
const GONE_MS: u32 = 6_000;

/// What a node can be told of the others.
#[derive(Clone, Debug, Args)]
pub struct ClusterOptions {
    /// Whether this server is one of several on the same PostgreSQL, which match as one
    #[arg(long, env = "ANTEROOM_CLUSTER", value_enum, default_value_t = Switch::Off)]
    pub cluster: Switch,
    /// A Redis that carries words between the nodes, faster than PostgreSQL does
    // Looked at by `settings`: what refuses a value here would show it, and it may have a password in it.
    #[arg(long, env = "ANTEROOM_REDIS_URL", hide_env_values = true, value_name = "redis[s]://HOST[:PORT]")]
    pub redis_url: Option<String>,
    /// What people call this node [default: the host's name]
    #[arg(long, env = "ANTEROOM_NODE_NAME", value_parser = parse_node_name, value_name = "NAME")]
    pub node_name: Option<String>,
    /// How often each node says that it lives [default: 1000]
    #[arg(long, env = "ANTEROOM_BEAT_MS", value_parser = clap::value_parser!(u32).range(50..=10_000),
          value_name = "MILLISECONDS")]
    pub beat_ms: Option<u32>,
    /// A node that has not said so for this long is gone, and others take what it had [default: 6000]
    #[arg(long, env = "ANTEROOM_GONE_MS", value_parser = clap::value_parser!(u32).range(200..=60_000),
          value_name = "MILLISECONDS")]
    pub gone_ms: Option<u32>,
}

/// What they come to, for a node of a cluster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterSettings {
    /// What people call this node.
    pub name: String,
    /// How often it beats, and when one is gone.
    pub bounds: Bounds,
    /// The Redis, if there is one.
    pub redis_url: Option<String>,
}

impl ClusterOptions {
    /// What this node is to do with others; nothing if it is to be alone.
    ///
    /// # Errors
    ///
    /// A combination that makes no sense, in one line that says what to do.
    pub fn settings(&self, database: &DatabaseOptions) -> Result<Option<ClusterSettings>, String> {
        if self.cluster == Switch::Off {
            return self.alone().map(|()| None);
        }
        if !database.url().starts_with("postgres") {
            return Err(
                "--cluster on needs a PostgreSQL --database-url, the same for all nodes; with SQLite there is \
                        one node, so leave it out"
                    .into(),
            );
        }
        if self.redis_url.as_deref().is_some_and(|url| !is_redis_url(url)) {
            return Err("--redis-url must be redis://HOST[:PORT], or rediss:// with TLS".into());
        }
        let millis = |given: Option<u32>, default| Duration::from_millis(given.unwrap_or(default).into());
        let beat = millis(self.beat_ms, BEAT_MS);
        let bounds = Bounds::new(beat, millis(self.gone_ms, GONE_MS)).map_err(|_| {
            let least = (beat * BEATS_UNTIL_GONE_MIN).as_millis();
            format!("--gone-ms must be at least four times --beat-ms; give {least} or more, or a shorter --beat-ms")
        })?;
        Ok(Some(ClusterSettings { name: self.name(), bounds, redis_url: self.redis_url.clone() }))
    }

    /// What people call this node; a node alone, too, has a name.
    #[must_use]
    pub fn name(&self) -> String {
        self.node_name.clone().unwrap_or_else(host_name)
    }

    /// What says nothing to a node alone is refused instead of silently ignored.
    fn alone(&self) -> Result<(), String> {
        let given = [
            ("--redis-url", self.redis_url.is_some()),
            ("--node-name", self.node_name.is_some()),
            ("--beat-ms", self.beat_ms.is_some()),
            ("--gone-ms", self.gone_ms.is_some()),
        ];
        match given.into_iter().find(|(_, is_given)| *is_given) {
            Some((option, _)) => {
                Err(format!("{option} needs --cluster on; give both, or leave it out and run one node"))
            }
            None => Ok(()),
        }
    }
}

/// What the host is called, as far as a node may be called so.
fn host_name() -> String {
    let told = std::fs::read_to_string("/proc/sys/kernel/hostname").ok().or_else(|| std::env::var("HOSTNAME").ok());
    told.and_then(|name| parse_node_name(name.trim()).ok()).unwrap_or_else(|| "node".into())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::config::one_line;

    #[derive(Parser)]
    struct Told {
        #[command(flatten)]
        cluster: ClusterOptions,
        #[command(flatten)]
        database: DatabaseOptions,
    }

    const POSTGRES: [&str; 2] = ["--database-url", "postgres://h/db"];

    fn told(arguments: &[&str]) -> Result<Option<ClusterSettings>, String> {
        match Told::try_parse_from(["node"].iter().chain(arguments)) {
            Ok(told) => told.cluster.settings(&told.database),
            Err(error) => Err(one_line(&error).unwrap_or_default()),
        }
    }

    fn clustered(arguments: &[&str]) -> Result<ClusterSettings, String> {
        let all = [&["--cluster", "on"], &POSTGRES[..], arguments].concat();
        told(&all).map(|settings| settings.expect("a cluster"))
    }

    #[test]
    fn a_node_is_alone_unless_it_is_told_otherwise() {
        assert_eq!(told(&[]), Ok(None));
        assert_eq!(told(&POSTGRES), Ok(None));
        let settings = clustered(&[]).unwrap();
        assert_eq!((settings.bounds, settings.redis_url), (Bounds::default(), None));
        assert!(!settings.name.is_empty());
    }

    #[test]
    fn what_is_told_is_what_it_does() {
        let redis = "rediss://:secret@cache:6380/?protocol=resp3";
        let given = ["--redis-url", redis, "--node-name", "north 1", "--beat-ms", "250", "--gone-ms", "1500"];
        let settings = clustered(&given).unwrap();
        assert_eq!((settings.name.as_str(), settings.redis_url.as_deref()), ("north 1", Some(redis)));
        assert_eq!(settings.bounds.unheld(), Duration::from_millis(500));
    }

    #[test]
    fn what_makes_no_sense_is_refused_in_one_line_that_says_what_to_do() {
        let sqlite = told(&["--cluster", "on"]).unwrap_err();
        assert!(sqlite.contains("--database-url") && sqlite.contains("leave it out"), "{sqlite}");
        for option in [["--redis-url", "redis://h"], ["--node-name", "a"], ["--beat-ms", "500"], ["--gone-ms", "9000"]]
        {
            let alone = told(&option).unwrap_err();
            assert!(alone.contains(option[0]) && alone.contains("--cluster on"), "{alone}");
        }
        let short = clustered(&["--beat-ms", "2000"]).unwrap_err();
        assert!(short.contains("8000") && short.contains("--beat-ms"), "{short}");
        for (option, wrong) in [
            ("--redis-url", "http://h"),
            ("--redis-url", "redis://"),
            ("--redis-url", "h:6379"),
            ("--node-name", ""),
            ("--node-name", " "),
            ("--node-name", "a\nb"),
            ("--beat-ms", "1"),
            ("--gone-ms", "0"),
            ("--cluster", "maybe"),
        ] {
            let line = clustered(&[option, wrong]).unwrap_err();
            assert!(line.contains(option) && !line.contains('\n'), "{line}");
        }
        let named = "x".repeat(65);
        assert!(clustered(&["--node-name", &named]).unwrap_err().contains("64"));
        let secret = clustered(&["--redis-url", "http://:secret@h"]).unwrap_err();
        assert!(!secret.contains("secret"), "{secret}");
    }
}
