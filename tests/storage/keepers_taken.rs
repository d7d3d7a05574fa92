//! Keepers change while others write, on a PostgreSQL that several nodes share.

use std::sync::mpsc;

use anteroom::ids::{NodeId, RoomId, TermId, TicketId};
use anteroom::journal::{Keeper, TicketEnd, Write, Written};
use anteroom::protocol::{ClosedReason, Intent};
use anteroom::storage::people::accounts;
use anteroom::storage::talk::events::{EventKind, EventRow};
use anteroom::storage::talk::keepers::{kept_rooms, take_rooms, take_tickets};
use anteroom::storage::talk::tickets::{Status, visit};
use anteroom::storage::{AnyConnection, connect};
use diesel::connection::SimpleConnection;

use super::bed::Bed;
use super::order::{WAITING, count, hold, until};

/// Another node's connection.
fn another(bed: &Bed) -> AnyConnection {
    let mut conn = connect(bed.store.database()).unwrap();
    conn.batch_execute("SET idle_in_transaction_session_timeout TO 0").unwrap();
    conn
}

fn take_lease(conn: &mut AnyConnection, term: TermId) {
    conn.batch_execute(&format!(
        "UPDATE LEASE SET NODE_ID = 'other', TERM_ID = '{term}', BEAT = BEAT + 1, EPOCH = EPOCH + 1
          WHERE LEASE_NAME = 'MATCHMAKER'"
    ))
    .unwrap();
}

fn claim_tickets(conn: &mut AnyConnection, term: TermId) -> usize {
    let AnyConnection::Postgres(conn) = conn else { panic!("not a PostgreSQL") };
    take_tickets(conn, term).unwrap()
}

fn claim_rooms(conn: &mut AnyConnection, seen: Option<NodeId>, me: NodeId, rooms: &[RoomId]) -> Vec<RoomId> {
    let AnyConnection::Postgres(conn) = conn else { panic!("not a PostgreSQL") };
    take_rooms(conn, seen, me, rooms).unwrap()
}

fn close(bed: &Bed, ticket: TicketId) -> Write {
    Write::CloseTicket { ticket, status: TicketEnd::Cancelled, reason: ClosedReason::Cancelled, at: bed.now() }
}

fn status(bed: &Bed, ticket: TicketId) -> Status {
    bed.read(|conn| visit(conn, ticket)).unwrap().status
}

#[test]
fn of_a_group_only_what_the_term_that_is_over_decides_is_fenced() {
    let bed = Bed::postgres();
    let (talk, waits, claimed) = (bed.talk(bed.lee), bed.ticket(), bed.ticket());
    let new = TermId(bed.clock.new_id());
    let what = EventRow { ticket: waits, kind: EventKind::Offered, by: "SYSTEM".into(), detail: "".into() };
    let intent =
        Write::SetIntent { account: bed.kim, intent: Intent::Open, reason: None, capacity: Some(9), at: bed.now() };
    let (old, home) = (Keeper::Term(bed.term), Keeper::Home(bed.node));
    let says = |seq| Write::Say(Box::new(bed.message(talk.room, talk.desk, seq)));
    let group = [
        (old, Write::OpenTicket(bed.request()), Written::Fenced),
        (home, says(1), Written::Done),
        (old, Write::RefuseTicket(bed.request(), ClosedReason::Full), Written::Fenced),
        (old, intent, Written::Fenced),
        (old, Write::Happened { what: Box::new(what), at: bed.now() }, Written::Fenced),
        (Keeper::Term(new), close(&bed, claimed), Written::Done),
        (old, close(&bed, waits), Written::Fenced),
        (old, Write::Match(Box::new(bed.proposal(waits, bed.kim))), Written::Fenced),
        (home, says(2), Written::Done),
        (Keeper::Anybody, Write::Seen { member: talk.staff, seq: 2 }, Written::Done),
    ];
    let held = hold(&bed);
    let mut other = another(&bed);
    take_lease(&mut other, new);
    assert_eq!(claim_tickets(&mut other, new), 2);
    let (sender, answers) = mpsc::channel();
    let expected: Vec<Written> = group.iter().map(|(_, _, expected)| expected.clone()).collect();
    for (by, write, _) in group {
        let sender = sender.clone();
        bed.journal.submit(by, write, move |answer| sender.send(answer).unwrap());
    }
    drop((held, sender));
    assert_eq!(answers.iter().map(Result::unwrap).collect::<Vec<_>>(), expected);
    assert_eq!((status(&bed, waits), status(&bed, claimed)), (Status::Waiting, Status::Cancelled));
    assert_eq!(bed.count("(SELECT COUNT(*) FROM CONSULTATION)"), 3, "nothing was asked for the term that is over");
    assert_eq!(bed.count("(SELECT COUNT(*) FROM CONSULTATION_EVENT)"), 0);
    assert_eq!(bed.read(|conn| accounts::by_id(conn, bed.kim)).unwrap().capacity, 1);
}

/// The look and the write of a matchmaker are one: nobody takes the lease between them.
#[test]
fn who_takes_the_lease_waits_for_what_its_holder_is_writing_and_a_beat_does_not() {
    let bed = Bed::postgres();
    let (new, database) = (TermId(bed.clock.new_id()), bed.store.database());
    let [mut paused, mut beats, mut taker] = [(); 3].map(|()| another(&bed));
    paused
        .batch_execute(&format!(
            "BEGIN; SELECT 1 FROM LEASE WHERE LEASE_NAME = 'MATCHMAKER' AND TERM_ID = '{}' FOR KEY SHARE",
            bed.term
        ))
        .unwrap();
    beats.batch_execute(&format!("UPDATE LEASE SET BEAT = BEAT + 1 WHERE TERM_ID = '{}'", bed.term)).unwrap();
    std::thread::scope(|scope| {
        let takes = scope.spawn(|| take_lease(&mut taker, new));
        until("it waits for the holder", || count(database, WAITING) > 0);
        paused.batch_execute("COMMIT").unwrap();
        takes.join().unwrap();
    });
    assert_eq!(bed.try_write(close(&bed, bed.request().ticket)), Ok(Written::Fenced));
}

/// The other way round: the journal asks for the lease while another is just taking it.
#[test]
fn a_term_that_is_just_being_ended_waits_and_is_told() {
    let bed = Bed::postgres();
    let (ticket, new, database) = (bed.ticket(), TermId(bed.clock.new_id()), bed.store.database());
    let mut taker = another(&bed);
    taker.batch_execute("BEGIN").unwrap();
    take_lease(&mut taker, new);
    std::thread::scope(|scope| {
        let closes = scope.spawn(|| bed.write(close(&bed, ticket)));
        until("it waits for the taker", || closes.is_finished() || count(database, WAITING) > 0);
        taker.batch_execute("COMMIT").unwrap();
        assert_eq!(closes.join().unwrap(), Written::Fenced);
    });
    assert_eq!(status(&bed, ticket), Status::Waiting);
    assert_eq!(claim_tickets(&mut taker, bed.term), 0, "nor does it take the tickets back");
    assert_eq!(claim_tickets(&mut taker, new), 1);
    assert_eq!(bed.try_write_by(Keeper::Term(new), close(&bed, ticket)), Ok(Written::Done));
}

#[test]
fn the_claim_of_tickets_meets_a_commit_in_flight() {
    let bed = Bed::postgres();
    let tickets = [(); 3].map(|()| bed.ticket());
    let (new, database) = (TermId(bed.clock.new_id()), bed.store.database());
    let [mut writes, mut claims] = [(); 2].map(|()| another(&bed));
    take_lease(&mut claims, new);
    writes
        .batch_execute(&format!(
            "BEGIN; UPDATE CONSULTATION SET STATUS = 'CANCELLED', ENDED_DTTM = REQUESTED_DTTM
              WHERE CONSULTATION_ID = '{}'",
            tickets[1]
        ))
        .unwrap();
    std::thread::scope(|scope| {
        let claimed = scope.spawn(|| claim_tickets(&mut claims, new));
        until("it waits for the commit", || count(database, WAITING) > 0);
        writes.batch_execute("COMMIT").unwrap();
        assert_eq!(claimed.join().unwrap(), 2);
    });
    for (ticket, answer) in tickets.into_iter().zip([Written::Done, Written::Stale, Written::Done]) {
        assert_eq!(bed.try_write_by(Keeper::Term(new), close(&bed, ticket)), Ok(answer));
    }
}

/// A home that was paused in the middle of a transaction holds one of its rooms.
#[test]
fn rooms_are_taken_that_no_transaction_holds_and_the_others_a_moment_later() {
    let bed = Bed::postgres();
    let [held, free] = [bed.kim, bed.lee].map(|counsellor| bed.talk(counsellor));
    let over = bed.talk(bed.lee);
    bed.end(&over, false);
    let rooms = [held.room, free.room, over.room];
    let (me, late) = (NodeId(bed.clock.new_id()), NodeId(bed.clock.new_id()));
    let [mut paused, mut claims] = [(); 2].map(|()| another(&bed));
    let seat = format!("SELECT 1 FROM ROOM WHERE ROOM_ID = '{}' FOR NO KEY UPDATE", held.room);
    paused.batch_execute(&format!("BEGIN; {seat}")).unwrap();
    assert_eq!(claim_rooms(&mut claims, Some(bed.node), me, &rooms), [free.room]);
    paused.batch_execute("COMMIT").unwrap();
    assert_eq!(claim_rooms(&mut claims, Some(bed.node), me, &rooms), [held.room]);
    assert_eq!(claim_rooms(&mut claims, Some(bed.node), late, &rooms), [], "who comes second takes nothing");
    assert!(bed.read(kept_rooms).iter().all(|kept| kept.keeper == Some(me)));
    assert_eq!((bed.say(&held, 1), bed.say(&free, 1)), (Written::Fenced, Written::Fenced));
    bed.read(|conn| conn.batch_execute("UPDATE ROOM SET KEEPER_ID = NULL"));
    assert_eq!(claim_rooms(&mut claims, None, late, &[free.room]), [free.room], "nobody's may be taken");
}

/// What the journal of a home has written and not committed is passed over, whatever it was.
#[test]
fn a_room_about_which_its_home_is_writing_is_not_taken() {
    let bed = Bed::postgres();
    let talk = bed.talk(bed.kim);
    let me = NodeId(bed.clock.new_id());
    let [mut stops, mut claims] = [(); 2].map(|()| another(&bed));
    for write in super::keepers::of_home(&bed, &talk).into_iter().take(5) {
        // The group's last statement, the mark, waits; all before it is done.
        stops.batch_execute("BEGIN; LOCK TABLE INSTALLATION IN SHARE MODE").unwrap();
        std::thread::scope(|scope| {
            let writes = scope.spawn(|| bed.write(write.clone()));
            until("it is about to commit", || writes.is_finished() || count(bed.store.database(), WAITING) > 0);
            assert_eq!(claim_rooms(&mut claims, Some(bed.node), me, &[talk.room]), [], "{write:?}");
            stops.batch_execute("COMMIT").unwrap();
            assert_eq!(writes.join().unwrap(), Written::Done, "{write:?}");
        });
    }
}
