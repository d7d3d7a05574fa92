//! The Redis by which nodes speak faster: whether it is one, and set up to carry and not to keep.

use std::collections::HashMap;
use std::net::IpAddr;
use std::time::Duration;

use redis::{
    Client, Connection, ConnectionAddr, IntoConnectionInfo as _, ProtocolVersion, RedisError, RedisResult, cmd,
};

use super::finding::Finding::{self, Fail, Ok as Fine, Warn};
use super::finding::Findings;

const NAME: &str = "redis";
/// How long an answer is waited for.
const ANSWER: Duration = Duration::from_secs(2);
/// RESP3 came with it.
const VERSION_MIN: u32 = 6;
/// A hearer that is behind by more is cut off; less than this a busy second fills. What Redis has of itself.
const BEHIND_BYTES_MIN: u64 = 32 << 20;
/// The same for a hearer that is behind for a minute.
const BEHIND_LONG_BYTES_MIN: u64 = 8 << 20;

pub(super) fn look(url: &str) -> Findings {
    let client = url.into_connection_info().and_then(|info| {
        let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        Client::open(info.set_redis_settings(settings))
    });
    let client = match client {
        Ok(client) => client,
        Err(error) => {
            return vec![(NAME, Fail(format!("--redis-url is none: {error}; write redis://HOST:PORT or rediss://…")))];
        }
    };
    let info = client.get_connection_info();
    let address = info.addr();
    let mut connection = match open(&client) {
        Ok(connection) => connection,
        Err(error) => return vec![(NAME, away(address, &error))],
    };
    vec![
        (NAME, version(&mut connection, address)),
        ("redis' access", access(address, info.redis_settings().password().is_some())),
        ("redis' buffers", setting(&mut connection, "client-output-buffer-limit", buffers)),
        ("redis' files", files(&mut connection)),
    ]
}

fn open(client: &Client) -> RedisResult<Connection> {
    let connection = client.get_connection_with_timeout(ANSWER)?;
    connection.set_read_timeout(Some(ANSWER))?;
    connection.set_write_timeout(Some(ANSWER))?;
    Ok(connection)
}

/// Nodes go on over PostgreSQL while it is away, so that is no fault; what would never do is one.
fn away(address: &ConnectionAddr, error: &RedisError) -> Finding {
    match error.code() {
        Some("NOAUTH") => Fail(format!("{address} wants a password; write redis://:PASSWORD@HOST:PORT in --redis-url")),
        Some("WRONGPASS") => Fail(format!("{address} takes another password than that of --redis-url; correct it")),
        // A Redis says why before it hangs up.
        _ if error.is_io_error() && (error.is_connection_refusal() || !error.is_connection_dropped()) => {
            Warn(format!("{address} does not answer: {error}; until it does, nodes speak by PostgreSQL alone"))
        }
        _ => Fail(format!("{address} is no Redis of version {VERSION_MIN} or later: {error}; correct --redis-url")),
    }
}

fn version(connection: &mut Connection, address: &ConnectionAddr) -> Finding {
    let info: RedisResult<String> = cmd("INFO").arg("server").query(connection);
    let info = match info {
        Ok(info) => info,
        Err(error) => return Warn(format!("{address} speaks RESP3 and does not say its version: {error}")),
    };
    let version = info.lines().find_map(|line| line.strip_prefix("redis_version:")).unwrap_or_default().trim();
    match version.split('.').next().and_then(|major| major.parse::<u32>().ok()) {
        Some(VERSION_MIN..) => Fine(format!("{address} is version {version} and speaks RESP3")),
        _ => Fail(format!("{address} is version {version}; it must be {VERSION_MIN} or later")),
    }
}

/// What passes through is sealed; but who reaches it could send without end, or stop it.
fn access(address: &ConnectionAddr, has_password: bool) -> Finding {
    let (host, has_tls) = match address {
        ConnectionAddr::Tcp(host, _) => (host.as_str(), false),
        ConnectionAddr::TcpTls { host, .. } => (host.as_str(), true),
        _ => return Fine("by a file of this machine".into()),
    };
    let is_here = host == "localhost" || host.trim_matches(['[', ']']).parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
    match (is_here, has_password, has_tls) {
        (true, ..) => Fine("from this machine alone, if it listens nowhere else".into()),
        (false, true, _) => Fine("with a password".into()),
        (false, false, true) => Fine("by TLS".into()),
        (false, false, false) => Warn(format!(
            "{host} is another machine and asks for no password; set requirepass, or use TLS, and correct --redis-url"
        )),
    }
}

/// One of its settings. Hosts of Redis that are not one's own often do not tell.
fn setting(connection: &mut Connection, name: &str, judged: impl Fn(&str) -> Finding) -> Finding {
    let told: RedisResult<HashMap<String, String>> = cmd("CONFIG").arg("GET").arg(name).query(connection);
    match told.as_ref().map(|told| told.get(name)) {
        Ok(Some(value)) => judged(value),
        Ok(None) => Warn(format!("it does not say how {name} is set")),
        Err(error) => Warn(format!("it does not say how {name} is set: {error}")),
    }
}

/// `normal 0 0 0 slave … pubsub HARD SOFT SECONDS`; nought is no limit.
fn buffers(value: &str) -> Finding {
    let words: Vec<&str> = value.split_whitespace().collect();
    let of_hearers = words.iter().position(|word| *word == "pubsub").map(|at| &words[at + 1..]);
    let limits: Vec<u64> = of_hearers.into_iter().flatten().map_while(|word| word.parse().ok()).collect();
    let &[hard, soft, seconds] = &limits[..] else {
        return Warn(format!("client-output-buffer-limit has nothing of pubsub: {value}"));
    };
    let is_enough = |limit, least| limit == 0 || limit >= least;
    if is_enough(hard, BEHIND_BYTES_MIN) && is_enough(soft, BEHIND_LONG_BYTES_MIN) {
        return Fine(format!("a node is cut off when it is {} MiB behind (0: never)", hard >> 20));
    }
    Warn(format!(
        "a node is cut off when it is {hard} bytes behind, or {soft} for {seconds} s, which a busy moment fills; run CONFIG \
         SET client-output-buffer-limit \"pubsub {BEHIND_BYTES_MIN} {BEHIND_LONG_BYTES_MIN} 60\", and write it in its file"
    ))
}

fn files(connection: &mut Connection) -> Finding {
    let mut keeps = Vec::new();
    for (name, off) in [("save", ""), ("appendonly", "no")] {
        let found =
            setting(connection, name, |value| if value == off { Fine(String::new()) } else { Fail(name.into()) });
        match found {
            Fine(_) => {}
            Fail(name) => keeps.push(format!("{name} \"{off}\"")),
            unknown => return unknown,
        }
    }
    if keeps.is_empty() {
        return Fine("it keeps nothing".into());
    }
    let orders = keeps.iter().map(|setting| format!("CONFIG SET {setting}")).collect::<Vec<_>>().join(" and ");
    Warn(format!(
        "it writes to its disk what nobody reads again, and stands still for it; run {orders}, and write it in its file"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_behind_by_so_much_is_cut_off_sooner_than_a_busy_moment_lasts() {
        for (value, is_fine) in [
            ("normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60", true),
            ("normal 0 0 0 replica 268435456 67108864 60 pubsub 0 0 0", true),
            ("pubsub 33554431 8388608 60", false),
            ("pubsub 0 8388607 60", false),
            ("normal 0 0 0", false),
            ("pubsub", false),
        ] {
            assert_eq!(matches!(buffers(value), Fine(_)), is_fine, "{value}");
        }
    }

    #[test]
    fn another_machine_is_reached_with_a_password_or_by_tls() {
        for (url, is_fine) in [
            ("redis://127.0.0.1", true),
            ("redis://[::1]:7000", true),
            ("redis://localhost", true),
            ("redis://:secret@10.0.0.9", true),
            ("rediss://10.0.0.9", true),
            ("redis://10.0.0.9", false),
            ("redis://redis.example", false),
        ] {
            let info = url.into_connection_info().unwrap();
            let found = access(info.addr(), info.redis_settings().password().is_some());
            assert_eq!(matches!(found, Fine(_)), is_fine, "{url}: {found:?}");
        }
    }
}
