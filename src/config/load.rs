//! What `load` is told.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::shared::DatabaseOptions;
use super::values::parse_origin;
use crate::protocol::CAPACITY_MAX;

/// Which server the load is aimed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Peer {
    /// This one.
    Anteroom,
    /// A bare relay of the few frames in `bench/peers/README.md`.
    #[cfg(feature = "peers")]
    Plain,
    /// A socket.io server with the same events.
    #[cfg(feature = "peers")]
    Socketio,
    /// A Colyseus server with a room for each counsellor.
    #[cfg(feature = "peers")]
    Colyseus,
}

impl Peer {
    /// Whether there are records that the tellings can be held against.
    pub fn keeps_records(self) -> bool {
        self == Self::Anteroom
    }
}

/// What `load` is to do, and to whom.
#[derive(Clone, Debug, Args)]
pub struct LoadOptions {
    /// The server to aim at; its database must be the one named below, and not a live office's, as
    /// accounts are put into it [default: a server of its own with an empty database]
    #[arg(long, env = "ANTEROOM_TARGET", value_parser = parse_target, value_name = "http://HOST[:PORT]")]
    pub target: Option<String>,
    /// Another node of the same cluster, to which the desks come; --target is then the counsellors' [default: the same]
    #[arg(long, env = "ANTEROOM_DESKS_TARGET", value_parser = parse_target, requires = "target",
          value_name = "http://HOST[:PORT]")]
    pub desks_target: Option<String>,
    /// What is there. Of others than our own nothing is on file: what is lost, swapped or matched
    /// wrongly is counted from what people heard
    #[arg(long, env = "ANTEROOM_PEER", value_enum, default_value = "anteroom", value_name = "WHICH",
          hide = cfg!(not(feature = "peers")))]
    pub peer: Peer,
    #[command(flatten)]
    pub database: DatabaseOptions,
    /// Counsellors that answer everybody
    #[arg(long, env = "ANTEROOM_COUNSELLORS", default_value_t = 20,
          value_parser = clap::value_parser!(u32).range(1..=100_000), value_name = "COUNT")]
    pub counsellors: u32,
    /// Most rooms at once of each
    #[arg(long, env = "ANTEROOM_CAPACITY", default_value_t = 5,
          value_parser = clap::value_parser!(u16).range(1..=i64::from(CAPACITY_MAX)), value_name = "COUNT")]
    pub capacity: u16,
    /// Desks that come, a second, at random moments that do not depend on how the server does
    #[arg(long, env = "ANTEROOM_DESKS_PER_S", default_value_t = 5.0, value_parser = parse_rate, value_name = "RATE")]
    pub desks_per_s: f64,
    /// How long desks keep coming; who has come then is served to the end
    #[arg(long, env = "ANTEROOM_DURATION_S", default_value_t = 30,
          value_parser = clap::value_parser!(u32).range(1..=86_400), value_name = "SECONDS")]
    pub duration_s: u32,
    /// How long a talk lasts
    #[arg(long, env = "ANTEROOM_TALK_S", default_value_t = 10.0, value_parser = parse_talk, value_name = "SECONDS")]
    pub talk_s: f64,
    /// Messages a desk says in a talk; the counsellor answers each
    #[arg(long, env = "ANTEROOM_MESSAGES", default_value_t = 6,
          value_parser = clap::value_parser!(u32).range(0..=10_000), value_name = "COUNT")]
    pub messages: u32,
    /// How many of a hundred sockets are cut in a minute, and come back
    #[arg(long, env = "ANTEROOM_DROPS_PERCENT", default_value_t = 0.0, value_parser = parse_percent, value_name = "PERCENT")]
    pub drops_percent: f64,
    /// Once, so long after the first desk came, the sockets of desks are all cut in one moment; they
    /// come back at random within ten seconds
    #[arg(long, env = "ANTEROOM_STORM_AT_S", value_parser = clap::value_parser!(u32).range(1..=86_400), value_name = "SECONDS")]
    pub storm_at_s: Option<u32>,
    /// How many of a hundred desks the storm takes
    #[arg(long, env = "ANTEROOM_STORM_PERCENT", default_value_t = 100.0, value_parser = parse_percent,
          requires = "storm_at_s", value_name = "PERCENT")]
    pub storm_percent: f64,
    /// How many of a hundred desks stop reading in their talk
    #[arg(long, env = "ANTEROOM_SLOW_PERCENT", default_value_t = 0.0, value_parser = parse_percent, value_name = "PERCENT")]
    pub slow_percent: f64,
    /// What desks ask for
    #[arg(long, env = "ANTEROOM_TOPIC", default_value = "GENERAL", value_name = "TOPIC")]
    pub topic: String,
    /// An address to come from, by turns; one alone can open some 28,000 sockets to a port. Repeat
    /// it, or separate several with commas
    #[arg(long, env = "ANTEROOM_FROM", value_delimiter = ',', value_name = "ADDRESS")]
    pub from: Vec<IpAddr>,
    /// The same seed has the same people come at the same moments
    #[arg(long, env = "ANTEROOM_SEED", default_value_t = 1, value_name = "NUMBER")]
    pub seed: u64,
    /// Write the figures into this file
    #[arg(long, env = "ANTEROOM_JSON", value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Draw them, by the second, into this SVG file
    #[arg(long, env = "ANTEROOM_PLOT", value_name = "FILE")]
    pub plot: Option<PathBuf>,
}

/// An origin that is spoken to without TLS.
fn parse_target(text: &str) -> Result<String, String> {
    let origin = parse_origin(text)?;
    match origin.strip_prefix("http://") {
        Some(authority) if authority.contains(':') => Ok(authority.to_owned()),
        Some(host) => Ok(format!("{host}:80")),
        None => Err("is https, which this tool does not speak; aim behind what ends TLS".into()),
    }
}

fn parse_rate(text: &str) -> Result<f64, String> {
    within(text, 0.001, 100_000.0)
}

fn parse_talk(text: &str) -> Result<f64, String> {
    within(text, 0.0, 86_400.0)
}

fn parse_percent(text: &str) -> Result<f64, String> {
    within(text, 0.0, 100.0)
}

fn within(text: &str, least: f64, most: f64) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| format!("must be a number from {least} to {most}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_an_address_without_tls() {
        assert_eq!(parse_target("http://10.0.0.5:8080").as_deref(), Ok("10.0.0.5:8080"));
        assert_eq!(parse_target("http://office.example").as_deref(), Ok("office.example:80"));
        assert!(parse_target("https://office.example").is_err_and(|why| why.contains("TLS")));
        assert!(parse_target("office.example:8080").is_err());
    }

    #[test]
    fn numbers_have_bounds() {
        assert_eq!(parse_percent("4"), Ok(4.0));
        assert!(parse_percent("101").is_err_and(|why| why.contains("0 to 100")));
        assert!(parse_rate("0").is_err());
        assert!(parse_rate("NaN").is_err());
    }
}
