//! A database that goes away, a disk that is full, a lock that is held: refused visibly, never
//! accepted and lost, and all well again without a restart.

use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use anteroom::clock::Clock;
use anteroom::journal::{Change, Journal, MessageRow, Write, WriteFailed, Written};
use anteroom::storage::engine::installation;
use anteroom::storage::talk::messages::room_history;
use anteroom::storage::{AnyConnection, Database, Store, connect};
use diesel::connection::SimpleConnection;

use super::bed::{Bed, Talk};
use crate::support::postgres::Server;

const PATIENCE: Duration = Duration::from_secs(60);

/// Says one message after the other, with the number a room would give it, until told to stop.
/// Gives back the numbers that were answered with `Done`.
fn chatter(bed: &Bed, talk: &Talk, stop: &AtomicBool) -> Vec<u32> {
    let (mut accepted, mut seq) = (Vec::new(), 1);
    while !stop.load(Ordering::Relaxed) {
        match bed.try_write(Write::Say(Box::new(bed.message(talk.room, talk.desk, seq)))) {
            Ok(Written::Done) => {
                accepted.push(seq);
                seq += 1;
            }
            Ok(other) => panic!("{seq}: {other:?}; what is not accepted is not on file"),
            Err(_) => std::thread::sleep(Duration::from_millis(5)),
        }
    }
    accepted
}

fn on_file(bed: &Bed, talk: &Talk) -> Vec<u32> {
    let mut seqs = Vec::new();
    loop {
        let after = seqs.last().copied().unwrap_or(0);
        let page = bed.read(|conn| room_history(conn, talk.room, after, u32::MAX, 1_000));
        if page.is_empty() {
            return seqs;
        }
        seqs.extend(page.iter().map(|message| message.seq));
    }
}

/// Waits for what another thread is bound to bring about.
fn until(what: &str, mut done: impl FnMut() -> bool) {
    let patience = Instant::now() + PATIENCE;
    while !done() {
        assert!(Instant::now() < patience, "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_postgres_that_is_killed_while_writing_and_returns_loses_nothing() {
    let server = Server::start();
    let bed = Bed::on(&server.fresh_database());
    let talk = bed.talk(bed.kim);
    let stop = AtomicBool::new(false);
    let accepted = std::thread::scope(|scope| {
        let chatter = scope.spawn(|| chatter(&bed, &talk, &stop));
        for round in 0..3 {
            let before = bed.journal.health().writes;
            until("messages flow", || bed.journal.health().writes > before + 50);
            server.kill();
            if round == 2 {
                // Away for longer than the journal waits: who comes now is told at once. Only a
                // commit in doubt is still held back, until it is known what became of it.
                until("it gives up waiting", || bed.journal.health().failing.is_some());
                let refused = bed.try_write(Write::Seen { member: talk.desk, seq: 1 });
                assert!(matches!(refused, Err(WriteFailed::Storage(_))), "{refused:?}");
            }
            server.start_again();
        }
        let before = bed.journal.health().writes;
        until("messages flow again", || bed.journal.health().writes > before + 50);
        stop.store(true, Ordering::Relaxed);
        chatter.join().unwrap()
    });
    assert_eq!(bed.journal.health().failing, None);
    assert_eq!(on_file(&bed, &talk), accepted, "each accepted message once, and no other");
    bed.journal.close();
}

#[test]
fn a_lock_that_is_held_too_long_is_refused_and_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let database = Database::Sqlite(folder.path().join("anteroom.db"));
    let bed = Bed::on(&database);
    let talk = bed.talk(bed.kim);
    let mut holder = connect(&database).unwrap();
    holder.batch_execute("BEGIN IMMEDIATE").unwrap();
    let refused = bed.try_write(Write::Seen { member: talk.desk, seq: 1 });
    assert!(matches!(&refused, Err(WriteFailed::Storage(why)) if why.contains("locked")), "{refused:?}");
    assert!(bed.journal.health().failing.is_some());
    holder.batch_execute("ROLLBACK").unwrap();
    until("well again", || bed.journal.health().failing.is_none());
    assert_eq!(bed.say(&talk, 1), Written::Done);
}

/// Long work that asks for the file again at once after each of its transactions. Whoever waits by
/// asking again now and then would be refused.
#[test]
fn whoever_writes_without_a_pause_lets_others_have_their_turn() {
    let bed = Bed::sqlite();
    let talk = bed.talk(bed.kim);
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !over.load(Ordering::Relaxed) {
                let worked = |conn: &mut AnyConnection| {
                    conn.write(|conn| {
                        // The transaction's work; nobody waits for its end.
                        std::thread::sleep(Duration::from_millis(20));
                        installation::put(conn, "LONG_WORK", "more", bed.now())
                    })
                };
                bed.store.in_turn(worked).unwrap();
            }
        });
        for seq in 1..=20 {
            bed.store.in_turn(|conn| installation::put(conn, "PAGE", &seq.to_string(), bed.now())).unwrap();
            assert_eq!(bed.say(&talk, seq), Written::Done);
        }
        over.store(true, Ordering::Relaxed);
    });
    assert!(bed.journal.health().failing.is_none());
}

/// Set in the process in which the disk is full.
const SMALL_DISK: &str = "ANTEROOM_TEST_SMALL_DISK";

/// The disk is full for a process of its own, whose files may not grow past a limit; then there is
/// room again. That process is this very test, started again under the limit.
#[test]
fn a_full_disk_refuses_and_recovers() {
    if std::env::var_os(SMALL_DISK).is_some() {
        return fill_the_disk();
    }
    let child = Command::new("sh")
        .args(["-c", r#"trap "" XFSZ; ulimit -S -f 2400; exec "$0" "$@""#])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", "storage::faults::a_full_disk_refuses_and_recovers", "--nocapture"])
        .env(SMALL_DISK, "yes")
        .output()
        .unwrap();
    let output = String::from_utf8_lossy(&child.stdout).into_owned() + &String::from_utf8_lossy(&child.stderr);
    assert!(child.status.success() && output.contains("1 passed"), "{output}");
}

fn fill_the_disk() {
    let (limit, hard) = rlimit::getrlimit(rlimit::Resource::FSIZE).unwrap();
    assert!(limit < hard, "run under `ulimit -S -f`");
    let folder = tempfile::tempdir().unwrap();
    let database = Database::Sqlite(folder.path().join("anteroom.db"));
    let bed = Bed::on(&database);
    let talk = bed.talk(bed.kim);
    bed.journal.close();
    let changes = Arc::new(Mutex::new(Vec::new()));
    let noted = changes.clone();
    let store = Store::open(&database).unwrap();
    let journal = Journal::start(&store, Clock::system(), bed.node, move |ok| noted.lock().unwrap().push(ok)).unwrap();
    let bed = bed.with_journal(journal);

    let long = |seq| MessageRow { body: "가".repeat(2_000), ..bed.message(talk.room, talk.desk, seq) };
    let mut seq = 1;
    let refusal = loop {
        match bed.try_write(Write::Say(Box::new(long(seq)))) {
            Ok(answer) => assert_eq!(answer, Written::Done),
            Err(refusal) => break refusal,
        }
        seq += 1;
        assert!(seq < 10_000, "the disk never fills");
    };
    eprintln!("full after {seq} messages: {refusal}");
    assert!(bed.journal.health().failing.is_some());
    assert!(matches!(bed.try_write(Write::Say(Box::new(long(seq)))), Err(WriteFailed::Storage(_))));
    assert_eq!(on_file(&bed, &talk).len() as u32, seq - 1, "reading goes on");

    rlimit::setrlimit(rlimit::Resource::FSIZE, hard, hard).unwrap();
    until("well again", || bed.journal.health().failing.is_none());
    assert_eq!(bed.write(Write::Say(Box::new(long(seq)))), Written::Done);
    assert!(on_file(&bed, &talk).into_iter().eq(1..=seq), "all that was accepted, nothing else");
    bed.journal.close();
    let changes = changes.lock().unwrap();
    assert!(changes.starts_with(&[Change::Failing]) && changes.ends_with(&[Change::Well]), "{changes:?}");
}
