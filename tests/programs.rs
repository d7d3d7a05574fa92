//! The programs that stand beside the server in an office, as the tests start them: what is done to one is so when the
//! call returns, and nothing of it is left behind.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use crate::support::Redis;

/// What it answers where it holds nothing.
const NOTHING: &str = "$-1";

#[test]
fn a_redis_that_was_killed_starts_again_on_its_port_and_has_kept_nothing() {
    let redis = Redis::start();
    assert_eq!(redis.command("SET word spoken").as_deref(), Some("+OK"));
    redis.kill();
    assert!(TcpStream::connect(redis.address()).is_err(), "it still listens");
    redis.start_again();
    assert_eq!(redis.command("GET word").as_deref(), Some(NOTHING));
}

#[test]
fn a_frozen_redis_takes_connections_and_answers_once_it_goes_on() {
    let redis = Redis::start();
    assert_eq!(redis.command("SET word spoken").as_deref(), Some("+OK"));
    redis.freeze();
    assert!(TcpStream::connect(redis.address()).is_ok(), "its port is there");
    assert_eq!(redis.command("GET word"), None);
    redis.thaw();
    assert_eq!(redis.command("GET word").as_deref(), Some("$6\r\nspoken"));
}

#[test]
fn a_redis_with_a_password_says_it_in_its_url_and_hears_nobody_without() {
    let redis = Redis::start_with_password("opensesame");
    assert_eq!(redis.url(), format!("redis://:opensesame@{}", redis.address()));
    assert_eq!(redis.command("PING").as_deref(), Some("+PONG"));
    let mut stranger = TcpStream::connect(redis.address()).expect("a connection");
    let mut answers = String::new();
    stranger.write_all(b"PING\r\nQUIT\r\n").and_then(|()| stranger.read_to_string(&mut answers)).expect("answers");
    assert!(answers.starts_with("-NOAUTH"), "{answers}");
    let open = Redis::start();
    assert_eq!(open.url(), format!("redis://{}", open.address()));
}

#[test]
fn a_redis_ends_with_its_test() {
    let redis = Redis::start();
    let address = redis.address();
    drop(redis);
    assert!(TcpStream::connect(address).is_err(), "it still listens");
}
