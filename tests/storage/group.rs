//! The journal's promises: answers after the commit, in order, and only the guilty fail.

use std::sync::{Arc, Mutex, mpsc};

use anteroom::ids::{LineId, MemberId};
use anteroom::journal::{Keeper, MessageRow, QUEUE_MAX, TicketRow, Write, WriteFailed, Written};
use anteroom::storage::talk::messages::room_history;

use super::bed::Bed;
use super::on_both;

on_both!(
    one_bad_write_among_many_fails_alone_and_all_are_answered_in_order,
    a_full_queue_says_so_at_once,
    closing_commits_what_is_queued,
    who_waits_in_async_code_is_answered_too,
);

/// Holds the journal's thread until the returned sender goes, so that a group gathers behind it.
pub(super) fn hold(bed: &Bed, member: MemberId) -> mpsc::Sender<()> {
    let (release, held) = mpsc::channel::<()>();
    let (reached, at_it) = mpsc::channel();
    bed.journal.submit(Keeper::Anybody, Write::Seen { member, seq: 1 }, move |_| {
        reached.send(()).unwrap();
        let _ = held.recv();
    });
    at_it.recv().unwrap();
    release
}

fn one_bad_write_among_many_fails_alone_and_all_are_answered_in_order(bed: &Bed) {
    let talk = bed.talk(bed.kim);
    let answers = Arc::new(Mutex::new(Vec::new()));
    let release = hold(bed, talk.staff);
    let mut writes: Vec<Write> =
        (1..=100).map(|seq| Write::Say(Box::new(bed.message(talk.room, talk.desk, seq)))).collect();
    // No such seat, no such line: the database refuses both.
    let stranger = MemberId(bed.clock.new_id());
    let bad = MessageRow { from: stranger, ..bed.message(talk.room, talk.desk, 41) };
    writes.insert(40, Write::Say(Box::new(bad)));
    let bad = TicketRow { line: LineId(bed.clock.new_id()), ..bed.request() };
    writes.insert(90, Write::OpenTicket(bad));
    for (index, write) in writes.into_iter().enumerate() {
        let answers = answers.clone();
        bed.journal.submit(bed.keeper_of(&write), write, move |answer| answers.lock().unwrap().push((index, answer)));
    }
    drop(release);
    bed.journal.close();

    let answers = answers.lock().unwrap();
    assert!(answers.iter().map(|(index, _)| *index).eq(0..102), "in order");
    for (index, answer) in answers.iter() {
        match index {
            40 | 90 => assert!(matches!(answer, Err(WriteFailed::Storage(_))), "{index}: {answer:?}"),
            _ => assert_eq!(*answer, Ok(Written::Done), "{index}"),
        }
    }
    assert_eq!(bed.read(|conn| room_history(conn, talk.room, 0, u32::MAX, 200)).len(), 100);
    assert_eq!(bed.journal.health().failing, None, "a bad write is not a bad disk");
}

fn a_full_queue_says_so_at_once(bed: &Bed) {
    let talk = bed.talk(bed.kim);
    let release = hold(bed, talk.staff);
    let (sender, receiver) = mpsc::channel();
    for seq in 0..=QUEUE_MAX {
        let sender = sender.clone();
        let write = Write::Seen { member: talk.desk, seq: seq as u32 };
        bed.journal.submit(bed.keeper_of(&write), write, move |answer| sender.send(answer).unwrap());
    }
    assert_eq!(receiver.try_recv(), Ok(Err(WriteFailed::Busy)), "the last, while all others wait");
    assert_eq!(bed.journal.health().queued, QUEUE_MAX);
    drop((release, sender));
    assert_eq!(receiver.iter().filter(|answer| *answer == Ok(Written::Done)).count(), QUEUE_MAX);
}

fn closing_commits_what_is_queued(bed: &Bed) {
    let talk = bed.talk(bed.kim);
    let (sender, receiver) = mpsc::channel();
    for seq in 1..=50 {
        let sender = sender.clone();
        let write = Write::Say(Box::new(bed.message(talk.room, talk.desk, seq)));
        bed.journal.submit(bed.keeper_of(&write), write, move |answer| sender.send(answer).unwrap());
    }
    bed.journal.close();
    assert_eq!(receiver.try_iter().filter(|answer| *answer == Ok(Written::Done)).count(), 50);
    assert!(matches!(bed.try_write(Write::Seen { member: talk.desk, seq: 1 }), Err(WriteFailed::Storage(_))));
}

fn who_waits_in_async_code_is_answered_too(bed: &Bed) {
    let row = bed.request();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let answer = runtime.block_on(bed.journal.write(Keeper::Term(bed.term), Write::OpenTicket(row)));
    assert_eq!(answer, Ok(Written::Opened { number: "A-001".into() }));
}
