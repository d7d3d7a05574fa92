//! The statements that nodes stand on, over several connections to a real PostgreSQL.

use anteroom::cluster::Engine;
use anteroom::cluster::lease::LeaseRow;
use anteroom::cluster::members::{Me, State, Wires};
use anteroom::ids::{NodeId, TermId};
use anteroom::storage::Database;
use anteroom::storage::nodes::lease::{self, Taking};
use anteroom::storage::nodes::{Waits, connect, members};
use diesel::connection::SimpleConnection as _;
use diesel::pg::PgConnection;
use diesel::sql_types::BigInt;
use diesel::{QueryableByName, RunQueryDsl as _, sql_query};

use super::node::{bounds, records, soon};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

fn me(number: u128) -> Me {
    let wires = Wires { min: 1, max: 2 };
    Me { node: NodeId::from(number), name: format!("node {number}"), version: "1.0.0".into(), wires }
}

fn session(database: &Database) -> PgConnection {
    connect(database, Waits::to_write(bounds())).expect("a connection")
}

fn held(conn: &mut PgConnection) -> Vec<(u32, bool)> {
    members::look(conn).unwrap().nodes.iter().map(|row| (row.no, row.held)).collect()
}

/// How many marks of journals are on file.
fn marks(conn: &mut PgConnection) -> i64 {
    let all = sql_query("SELECT COUNT(*) AS count FROM INSTALLATION WHERE NAME LIKE 'JOURNAL_MARK:%'");
    all.get_result::<Count>(conn).unwrap().count
}

#[test]
fn a_node_is_put_on_file_once_and_its_number_is_never_used_again() {
    let database = records();
    let [mut one, mut two] = [session(&database), session(&database)];
    let no = members::insert(&mut one, &me(1)).unwrap();
    assert_eq!(members::insert(&mut one, &me(1)).unwrap(), no, "the answer may have been lost");
    let row = members::look(&mut two).unwrap().nodes.remove(0);
    assert_eq!((row.who, row.no, row.engine, row.beat), (me(1), no, Engine::Postgres, 0));
    assert_eq!((row.state, row.held), (State::Joining, true));

    assert!(members::declare_gone(&mut two, NodeId::from(1), 0).unwrap());
    let mark = "INSERT INTO INSTALLATION (NAME, VALUE, REG_DTTM, REG_ID, MOD_DTTM, MOD_ID)
        SELECT 'JOURNAL_MARK:' || NODE_ID, '7', MOD_DTTM, 'TEST', MOD_DTTM, 'TEST' FROM NODE";
    two.batch_execute(mark).unwrap();
    assert_eq!(members::forget_gone(&mut two).unwrap(), 0, "not within a day");
    for table in ["NODE", "INSTALLATION"] {
        two.batch_execute(&format!("UPDATE {table} SET MOD_DTTM = MOD_DTTM - INTERVAL '25 hours'")).unwrap();
        assert_eq!(marks(&mut two), 1);
    }
    assert_eq!(members::forget_gone(&mut two).unwrap(), 1);
    assert_eq!(marks(&mut two), 0, "its journal's mark goes with it");
    assert!(members::insert(&mut two, &me(2)).unwrap() > no);
}

#[test]
fn the_lock_goes_with_the_session_and_the_nodes_own_dead_one_is_in_nobodys_way() {
    let database = records();
    let [mut first, mut observer] = [session(&database), session(&database)];
    let no = members::insert(&mut first, &me(1)).unwrap();
    let mut second = session(&database);
    members::hold(&mut second, no).expect("shared with the session before");
    assert_eq!(held(&mut observer), [(no, true)]);
    drop(first);
    assert_eq!(held(&mut observer), [(no, true)]);
    drop(second);
    soon("the lock is gone", || (held(&mut observer) == [(no, false)]).then_some(()));
}

#[test]
fn a_beat_counts_until_the_node_is_declared_gone_on_the_very_beat_that_stood_still() {
    let database = records();
    let [mut node, mut observer] = [session(&database), session(&database)];
    members::insert(&mut node, &me(1)).unwrap();
    let id = NodeId::from(1);
    let found = members::beat(&mut node, id, State::Up, Engine::Redis).unwrap().expect("it counts");
    assert!(found.at.0 > 1_700_000_000_000_000, "microseconds: {found:?}");
    assert!((0.0..1.0).contains(&found.notices));
    let row = members::look(&mut observer).unwrap().nodes.remove(0);
    assert_eq!((row.state, row.engine, row.beat), (State::Up, Engine::Redis, 1));
    assert!(!members::declare_gone(&mut observer, id, 0).unwrap(), "it has beaten since");
    assert!(members::declare_gone(&mut observer, id, 1).unwrap());
    assert!(!members::declare_gone(&mut observer, id, 1).unwrap(), "once");
    assert_eq!(members::beat(&mut node, id, State::Up, Engine::Redis).unwrap(), None);
    assert!(members::look(&mut observer).unwrap().nodes.is_empty());
}

fn taking(by: u128, term: u128, seen: Option<u128>, seen_beat: u64) -> Taking {
    Taking { by: NodeId::from(by), term: TermId::from(term), seen: seen.map(TermId::from), seen_beat, newest_epoch: 0 }
}

#[test]
fn of_two_that_take_what_they_both_saw_one_has_it() {
    let database = records();
    let [mut one, mut two] = [session(&database), session(&database)];
    assert_eq!(lease::read(&mut one).unwrap(), LeaseRow::default(), "made by the migration, empty");
    assert_eq!(lease::take(&mut one, taking(1, 11, None, 0)).unwrap(), Some(1));
    assert_eq!(lease::take(&mut two, taking(2, 12, None, 0)).unwrap(), None);
    let holder = Some((NodeId::from(1), TermId::from(11)));
    assert_eq!(lease::read(&mut two).unwrap(), LeaseRow { holder, beat: 1, epoch: 1 });

    assert!(lease::beat(&mut one, TermId::from(11)).unwrap());
    assert!(!lease::beat(&mut two, TermId::from(12)).unwrap());
    assert_eq!(lease::take(&mut two, taking(2, 12, Some(11), 1)).unwrap(), None, "it has beaten since");
    assert_eq!(lease::take(&mut two, taking(2, 12, Some(11), 2)).unwrap(), Some(2));
    assert!(!lease::beat(&mut one, TermId::from(11)).unwrap(), "its term is over");

    assert!(!lease::empty(&mut one, TermId::from(11)).unwrap(), "not its to empty");
    assert!(lease::empty(&mut two, TermId::from(12)).unwrap());
    assert_eq!(lease::read(&mut one).unwrap(), LeaseRow { holder: None, beat: 3, epoch: 2 });
}

#[test]
fn an_epoch_goes_above_the_one_on_file_and_the_newest_that_was_heard() {
    let database = records();
    let mut one = session(&database);
    let heard = |taking: Taking, newest_epoch| Taking { newest_epoch, ..taking };
    assert_eq!(lease::take(&mut one, heard(taking(1, 11, None, 0), 7)).unwrap(), Some(8), "a failover took it back");
    assert_eq!(lease::take(&mut one, heard(taking(1, 12, Some(11), 1), 3)).unwrap(), Some(9));
    assert_eq!(lease::take(&mut one, heard(taking(1, 13, Some(12), 2), u64::MAX)).unwrap(), Some(10), "nobody's");
}

#[test]
fn whoever_takes_the_lease_waits_for_what_is_written_under_the_guard_and_a_beat_does_not() {
    let database = records();
    let [mut writer, mut one, mut observer] = [(); 3].map(|()| session(&database));
    assert_eq!(lease::take(&mut one, taking(1, 11, None, 0)).unwrap(), Some(1));
    // The writer is slower than a real one, whom the session's own wait would have ended.
    writer.batch_execute("SET idle_in_transaction_session_timeout TO 0").unwrap();
    let guard = "BEGIN; SELECT 1 FROM LEASE WHERE LEASE_NAME = 'MATCHMAKER' FOR KEY SHARE";
    writer.batch_execute(guard).unwrap();
    assert!(lease::beat(&mut one, TermId::from(11)).unwrap(), "never held up by a write");
    one.batch_execute("SET lock_timeout TO 0; SET statement_timeout TO 0").unwrap();
    let taker = std::thread::spawn(move || lease::take(&mut one, taking(2, 12, Some(11), 2)));
    let waiting = "SELECT COUNT(*) AS count FROM pg_stat_activity WHERE datname = current_database()
                      AND wait_event_type = 'Lock' AND query LIKE 'UPDATE LEASE%'";
    soon("the taker waits", || {
        let found: Count = sql_query(waiting).get_result(&mut observer).unwrap();
        (found.count == 1).then_some(())
    });
    assert_eq!(lease::read(&mut observer).unwrap().epoch, 1);
    writer.batch_execute("COMMIT").unwrap();
    assert_eq!(taker.join().unwrap().unwrap(), Some(2));
}

#[test]
fn records_that_cannot_be_read_are_said_to_be() {
    let database = records();
    let mut one = session(&database);
    one.batch_execute("UPDATE LEASE SET NODE_ID = 'x', TERM_ID = 'y'").unwrap();
    let refused = members::look(&mut one).unwrap_err().to_string();
    assert!(refused.contains("NODE_ID on file is unreadable: x"), "{refused}");
    one.batch_execute("DELETE FROM LEASE").unwrap();
    let refused = members::look(&mut one).unwrap_err().to_string();
    assert!(refused.contains("no row MATCHMAKER"), "{refused}");
    let file = tempfile::tempdir().unwrap();
    let refused = connect(&Database::Sqlite(file.path().join("a.db")), Waits::to_beat(bounds())).map(drop);
    assert!(refused.unwrap_err().to_string().contains("one node alone"));
}
