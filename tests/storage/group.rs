//! The journal's promises: answers after the commit, in order, and only the guilty fail.

use std::sync::{Arc, Mutex, mpsc};

use anteroom::ids::{AccountId, LineId, MemberId, NodeId};
use anteroom::journal::{Keeper, MessageRow, QUEUE_MAX, TicketRow, Write, WriteFailed, Written};
use anteroom::protocol::EndReason;
use anteroom::storage::people::accounts::{self, AccountRole, NewAccount};
use anteroom::storage::talk::messages::room_history;

use super::bed::{Bed, Talk};
use super::on_both;

on_both!(
    one_bad_write_among_many_fails_alone_and_all_are_answered_in_order,
    what_is_said_at_once_is_answered_as_if_it_were_said_one_by_one,
    a_stranger_among_those_who_speak_at_once_fails_alone,
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

/// Submits these as one group; the answers, in order.
fn at_once(bed: &Bed, member: MemberId, writes: Vec<(Keeper, Write)>) -> Vec<Result<Written, WriteFailed>> {
    let (sender, receiver) = mpsc::channel();
    let release = hold(bed, member);
    for (by, write) in writes {
        let sender = sender.clone();
        bed.journal.submit(by, write, move |answer| sender.send(answer).unwrap());
    }
    drop((release, sender));
    receiver.iter().collect()
}

fn what_is_said_at_once_is_answered_as_if_it_were_said_one_by_one(bed: &Bed) {
    let [plain, again, gap, over, fenced, ends] = [(); 6].map(|()| {
        bed.talk(bed.read(|conn| {
            let id = AccountId(bed.clock.new_id());
            let new = NewAccount { id, ..bed.account(&id.to_string(), AccountRole::Counsellor) };
            accounts::create(conn, &new, "TEST", bed.now()).map(|_| id)
        }))
    });
    let known = bed.message(again.room, again.desk, 1);
    assert_eq!(bed.write(Write::Say(Box::new(known.clone()))), Written::Done);
    bed.end(&over, false);
    let say = |talk: &Talk, seq| Write::Say(Box::new(bed.message(talk.room, talk.desk, seq)));
    let of_another = Keeper::Home(NodeId(bed.clock.new_id()));
    let ours = Keeper::Home(bed.node);
    let (reason, by, note, at) = (EndReason::Done, Some(ends.staff), None, bed.now());
    let answers = at_once(
        bed,
        plain.staff,
        vec![
            (ours, say(&plain, 1)),
            (ours, say(&again, 2)),
            (ours, Write::Say(Box::new(MessageRow { seq: 3, ..known.clone() }))),
            (ours, say(&gap, 2)),
            (ours, say(&over, 1)),
            (of_another, say(&fenced, 1)),
            (of_another, say(&fenced, 2)),
            (ours, say(&ends, 1)),
            (ours, Write::EndRoom { room: ends.room, reason, by, note, at, wrap_up: false }),
            (ours, say(&ends, 2)),
            (ours, say(&plain, 2)),
            (ours, say(&plain, 3)),
        ],
    );
    let said = Written::Said { seq: 1, id: known.id, at: known.at, same: true };
    let expected = [
        Written::Done,
        Written::Done,
        said,
        Written::Gap,
        Written::Stale,
        Written::Fenced,
        Written::Fenced,
        Written::Done,
        Written::Done,
        Written::Stale,
        Written::Done,
        Written::Done,
    ];
    assert_eq!(answers, expected.map(Ok));
    let on_file = |talk: &Talk| bed.read(|conn| room_history(conn, talk.room, 0, u32::MAX, 200)).len();
    assert_eq!([&plain, &again, &gap, &over, &fenced, &ends].map(on_file), [3, 2, 0, 0, 0, 1]);
    assert_eq!(bed.say(&plain, 4), Written::Done, "the numbers go on");
}

fn a_stranger_among_those_who_speak_at_once_fails_alone(bed: &Bed) {
    let (one, other) = (bed.talk(bed.lee), bed.talk(bed.lee));
    let stranger = MessageRow { from: MemberId(bed.clock.new_id()), ..bed.message(one.room, one.desk, 1) };
    let ours = Keeper::Home(bed.node);
    let say = |row| (ours, Write::Say(Box::new(row)));
    let answers = at_once(
        bed,
        one.staff,
        vec![say(bed.message(other.room, other.desk, 1)), say(stranger), say(bed.message(other.room, other.desk, 2))],
    );
    assert!(
        matches!(&answers[..], [Ok(Written::Done), Err(WriteFailed::Storage(_)), Ok(Written::Done)]),
        "{answers:?}"
    );
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
