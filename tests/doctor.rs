//! What `anteroom doctor` says of a PostgreSQL that several may share, of what stands before it, and of a Redis.

use std::net::TcpListener;
use std::path::Path;
use std::process::Output;

use anteroom::clock::Clock;
use anteroom::cluster::members::{Me, Wires};
use anteroom::ids::NodeId;
use anteroom::storage::nodes::members;
use anteroom::storage::{AnyConnection, Database, Store, connect};
use diesel::connection::SimpleConnection;
use tempfile::tempdir;

use crate::support::office::{run, text};
use crate::support::pgbouncer::PgBouncer;
use crate::support::{Redis, postgres};

/// What was said of one thing, with `ok`, `warn` or `FAIL` before it.
struct Said(Output);

impl Said {
    fn of(&self, what: &str) -> String {
        let all = text(&self.0);
        let line = all.lines().find(|line| line.get(5..).is_some_and(|line| line.starts_with(&format!("{what}: "))));
        line.unwrap_or_else(|| panic!("nothing of {what}:\n{all}")).to_owned()
    }

    #[track_caller]
    fn is(&self, what: &str, word: &str, contains: &str) {
        let line = self.of(what);
        assert!(line.starts_with(word) && line.contains(contains), "{word}, {contains:?}: {line}");
    }
}

fn asked(more: &[&str]) -> Said {
    let dir = tempdir().expect("a directory");
    let options = [&["doctor", "--listen", "127.0.0.1:0"], more].concat();
    Said(run(Path::new(env!("CARGO_BIN_EXE_anteroom")), &options, dir.path()))
}

fn asked_of(database: &Database) -> Said {
    let Database::Postgres(url) = database else { panic!("not PostgreSQL") };
    asked(&["--database-url", url])
}

fn asked_of_redis(url: &str) -> Said {
    asked(&["--redis-url", url])
}

/// One that a server has brought up to date.
fn office() -> Database {
    let database = postgres::fresh_database();
    Store::open(&database).expect("it opens");
    database
}

fn execute(database: &Database, sql: &str) {
    connect(database).expect("PostgreSQL answers").batch_execute(sql).expect("PostgreSQL obeys");
}

fn name_of(database: &Database) -> String {
    database.to_string().rsplit_once('/').expect("a name").1.to_owned()
}

#[test]
fn a_postgres_that_has_what_nodes_need_is_well_but_that_anybody_may_connect() {
    let database = office();
    let said = asked_of(&database);
    assert!(said.0.status.success(), "{}", text(&said.0));
    said.is("sessions", "ok", "a notice comes after");
    said.is("database's clock", "ok", "this machine's is 0.0");
    said.is("connections", "ok", "at 13 a node enough for 76");
    said.is("notices", "ok", "0 %");
    said.is("nodes", "ok", "none");
    let name = name_of(&database);
    said.is("who may connect", "warn", &format!("REVOKE CONNECT ON DATABASE \"{name}\" FROM PUBLIC"));
    execute(&database, &format!("REVOKE CONNECT ON DATABASE \"{name}\" FROM PUBLIC"));
    asked_of(&database).is("who may connect", "ok", "anteroom");
}

#[test]
fn too_few_connections_are_said_with_whose_limit_to_raise() {
    let database = office();
    execute(&database, &format!("ALTER DATABASE \"{}\" CONNECTION LIMIT 12", name_of(&database)));
    let said = asked_of(&database);
    said.is("connections", "FAIL", "12 for anteroom, and a node takes 13; raise max_connections");
    assert_eq!(said.0.status.code(), Some(1));
}

#[test]
fn a_pooler_that_shares_sessions_between_transactions_is_refused_and_one_that_does_not_is_not() {
    let database = office();
    let said = asked_of(&PgBouncer::before(&database, "session").database);
    said.is("sessions", "ok", "each connection keeps its own");
    assert!(said.0.status.success(), "{}", text(&said.0));
    for (pool_mode, expected) in [("transaction", "two sessions"), ("statement", "a transaction fails")] {
        let said = asked_of(&PgBouncer::before(&database, pool_mode).database);
        said.is("sessions", "FAIL", expected);
        said.is("sessions", "FAIL", "pool_mode=session");
        assert_eq!(said.0.status.code(), Some(1), "{pool_mode}");
    }
}

#[test]
fn nodes_whose_versions_do_not_go_together_are_named() {
    let database = office();
    let (clock, mut sessions) = (Clock::system(), Vec::new());
    let mut join = |name: &str, min, max| {
        let Ok(AnyConnection::Postgres(mut conn)) = connect(&database) else { panic!("a connection") };
        let (node, wires) = (NodeId(clock.new_id()), Wires { min, max });
        let me = Me { node, name: name.into(), version: format!("0.{max}.0"), wires };
        members::insert(&mut conn, &me).expect("a row");
        sessions.push(conn);
    };
    join("one", 1, 1);
    join("two", 1, 2);
    asked_of(&database).is("nodes", "ok", "one (0.1.0), two (0.2.0) serve it and go together");
    join("three", 2, 3);
    let said = asked_of(&database);
    said.is("nodes", "FAIL", "one runs 0.1.0 and three runs 0.3.0");
    assert_eq!(said.0.status.code(), Some(1));
    // Whoever is gone need not go together with anybody.
    sessions.remove(0);
    asked_of(&database).is("nodes", "ok", "two (0.2.0), three (0.3.0)");
}

#[test]
fn a_redis_is_well_that_keeps_nothing_and_lets_nodes_fall_behind_a_little() {
    let redis = Redis::start();
    let said = asked_of_redis(&redis.url());
    assert!(said.0.status.success(), "{}", text(&said.0));
    said.is("redis", "ok", "speaks RESP3");
    said.is("redis' access", "ok", "this machine");
    said.is("redis' buffers", "ok", "32 MiB");
    said.is("redis' files", "ok", "keeps nothing");
    for order in ["CONFIG SET save \"900 1\"", "CONFIG SET client-output-buffer-limit \"pubsub 1000 1000 60\""] {
        assert_eq!(redis.command(order).as_deref(), Some("+OK"), "{order}");
    }
    let said = asked_of_redis(&redis.url());
    said.is("redis' buffers", "warn", "CONFIG SET client-output-buffer-limit \"pubsub 33554432 8388608 60\"");
    said.is("redis' files", "warn", "run CONFIG SET save \"\",");
    assert!(said.0.status.success(), "a warning keeps nobody from starting");
    let said = asked_of_redis(&Redis::start_without("CONFIG").url());
    said.is("redis' buffers", "warn", "does not say how client-output-buffer-limit is set");
    said.is("redis' files", "warn", "does not say how save is set");
}

#[test]
fn a_redis_that_is_away_is_a_warning_and_one_that_would_never_do_is_refused() {
    let redis = Redis::start_with_password("opensesame");
    asked_of_redis(&redis.url()).is("redis", "ok", "speaks RESP3");
    let refused = |url: &str, expected: &str| {
        let said = asked_of_redis(url);
        said.is("redis", "FAIL", expected);
        assert_eq!(said.0.status.code(), Some(1));
        assert!(!text(&said.0).contains("opensesame") && !text(&said.0).contains("guessed"), "{}", text(&said.0));
    };
    refused(&format!("redis://{}", redis.address()), "wants a password");
    refused(&format!("redis://:guessed@{}", redis.address()), "another password");
    refused(&Redis::start_without("HELLO").url(), "no Redis of version 6 or later");
    refused(&format!("redis://{}", postgres::address_of(&postgres::fresh_database())), "no Redis");
    refused("http://127.0.0.1", "--redis-url is none");
    redis.freeze();
    asked_of_redis(&redis.url()).is("redis", "warn", "does not answer");
    redis.thaw();
    redis.kill();
    asked_of_redis(&redis.url()).is("redis", "warn", "does not answer");
    // Somebody who takes connections and says nothing.
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("redis://{}", silent.local_addr().expect("an address"));
    asked_of_redis(&url).is("redis", "warn", "does not answer");
}
