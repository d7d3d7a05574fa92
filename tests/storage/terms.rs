//! What a new term takes and reads while nodes live.

use std::sync::Barrier;

use anteroom::actors::NodeRecords;
use anteroom::dispatch::NewTerm;
use anteroom::ids::{MemberId, NodeId, TermId};
use anteroom::journal::{Keeper, SeatRow, SitRow, TicketEnd, Write, Written};
use anteroom::protocol::{ClosedReason, Role, SeatState};
use anteroom::storage::nodes::lease;
use anteroom::storage::talk::{alone, keepers, rooms};
use anteroom::storage::{AnyConnection, connect};
use diesel::connection::SimpleConnection;

use super::bed::{Bed, Talk};
use super::crowd::{crowd, five_times, sizes};

const RACES: usize = 20;

fn pg(conn: &mut AnyConnection) -> &mut diesel::pg::PgConnection {
    let AnyConnection::Postgres(conn) = conn else { panic!("not a PostgreSQL") };
    conn
}

/// Takes the lease, whoever has it.
fn take(conn: &mut AnyConnection, by: NodeId, term: TermId) -> Option<u64> {
    let seen = lease::read(pg(conn)).unwrap();
    let (seen, seen_beat) = (seen.holder.map(|(_, term)| term), seen.beat);
    lease::take(pg(conn), lease::Taking { by, term, seen, seen_beat, newest_epoch: 0 }).unwrap()
}

fn read(bed: &Bed, conn: &mut AnyConnection, term: TermId) -> Option<NodeRecords> {
    let new = NewTerm { epoch: 7, nodes: vec![bed.node] };
    NodeRecords::read_for_term(conn, term, new, bed.now()).unwrap()
}

fn watch(bed: &Bed, talk: &Talk) -> MemberId {
    let member = MemberId(bed.clock.new_id());
    let seat = SeatRow { member, role: Role::Manager, account: Some(bed.lee), session: None, name: "lee".into() };
    let row = SitRow { room: talk.room, seat, picture: None, watching: true, audit: None, at: bed.now() };
    assert_eq!(bed.write(Write::Sit(Box::new(row))), Written::Done);
    member
}

#[test]
fn a_new_term_takes_what_waits_and_reads_where_each_room_lives() {
    let bed = Bed::postgres();
    let waits = [bed.ticket(), bed.ticket()];
    let (here, back) = (bed.talk(bed.kim), bed.talk(bed.lee));
    let elsewhere = bed.talk(bed.lee);
    bed.say(&here, 1);
    let watcher = watch(&bed, &here);
    let writes_up = elsewhere;
    bed.end(&writes_up, true);
    bed.write(Write::ReturnTicket { room: back.room, at: bed.now() });
    let other = bed.talk(bed.lee);
    let (node, term) = (NodeId(bed.clock.new_id()), TermId(bed.clock.new_id()));
    bed.read(|conn| {
        conn.batch_execute(&format!(
            "UPDATE ROOM SET KEEPER_ID = '{node}' WHERE ROOM_ID = '{}'; UPDATE ACCOUNT SET ROOMS_OPEN = 7",
            other.room
        ))
    });
    let mut conn = connect(bed.store.database()).unwrap();
    assert!(read(&bed, &mut conn, term).is_none(), "it has not the lease");
    assert!(take(&mut conn, bed.node, term).is_some());

    let found = read(&bed, &mut conn, term).expect("it has the lease");
    let waiting: Vec<_> = found.dispatch.waiting.iter().map(|(ticket, _)| ticket.row.ticket).collect();
    assert_eq!(waiting, [waits[0], waits[1], back.ticket], "what came back is taken, too");
    assert_eq!(found.dispatch.rooms.len(), 2);
    let of = |room| found.dispatch.rooms.iter().find(|found| found.room == room).unwrap();
    assert_eq!((of(here.room).home, of(other.room).home), (Some(bed.node), Some(node)));
    assert_eq!((of(here.room).last_seq, of(here.room).recent.len()), (1, 0), "whoever lives there reads what was said");
    assert_eq!(found.dispatch.wrap_ups.iter().map(|one| one.room).collect::<Vec<_>>(), [writes_up.room]);
    assert_eq!(found.dispatch.new_term.map(|new| (new.epoch, new.nodes)), Some((7, vec![bed.node])));
    assert_eq!((found.term, found.groups.len()), (term, 0));
    assert_eq!((bed.taken(bed.kim), bed.taken(bed.lee)), (1, 2), "they are counted again");
    let seats = bed.read(|conn| rooms::members(conn, here.room));
    let seat = seats.iter().find(|seat| seat.member == watcher).unwrap();
    assert_eq!(seat.state, SeatState::Joined, "the room lives on, and who watches it");
    assert!(bed.read(keepers::unkept_tickets).is_empty());
}

/// A home that gives its ticket back in the very moment: whatever the claim has missed, the comparison finds.
#[test]
fn a_ticket_that_comes_back_meanwhile_is_in_the_line_or_in_its_room() {
    let bed = Bed::postgres();
    let (new, talk) = (TermId(bed.clock.new_id()), bed.talk(bed.kim));
    let [mut home, mut conn] = [(); 2].map(|()| connect(bed.store.database()).unwrap());
    take(&mut conn, bed.node, new);
    home.batch_execute(&format!(
        "SET idle_in_transaction_session_timeout TO 0; BEGIN;
         UPDATE ROOM SET STATUS = 'ENDED', CLOSED_DTTM = OPENED_DTTM WHERE ROOM_ID = '{}';
         UPDATE CONSULTATION SET STATUS = 'WAITING', KEEPER_ID = NULL WHERE CONSULTATION_ID = '{}'",
        talk.room, talk.ticket
    ))
    .unwrap();
    let counts = |found: &NodeRecords| (found.dispatch.waiting.len(), found.dispatch.rooms.len());
    assert_eq!(counts(&read(&bed, &mut conn, new).unwrap()), (0, 1));
    home.batch_execute("COMMIT").unwrap();
    assert_eq!(bed.read(keepers::unkept_tickets), [talk.ticket]);
    assert_eq!(counts(&read(&bed, &mut conn, new).unwrap()), (1, 0));
}

#[test]
fn of_two_terms_that_race_the_one_that_holds_the_lease_has_everything() {
    let bed = Bed::postgres();
    let tickets: Vec<_> = (0..10).map(|_| bed.ticket()).collect();
    bed.talk(bed.lee);
    let mut before = bed.term;
    let [mut one, mut other] = [(); 2].map(|()| connect(bed.store.database()).unwrap());
    for _ in 0..RACES {
        let (begin, next) = (&Barrier::new(2), TermId(bed.clock.new_id()));
        let (late, found) = std::thread::scope(|scope| {
            let late = scope.spawn(|| {
                begin.wait();
                read(&bed, &mut one, before)
            });
            begin.wait();
            take(&mut other, NodeId(bed.clock.new_id()), next).expect("nobody else wants it");
            (late.join().unwrap(), read(&bed, &mut other, next).expect("it has the lease"))
        });
        assert_eq!(found.dispatch.waiting.len(), tickets.len());
        assert!(late.is_none_or(|late| late.dispatch.waiting.len() == tickets.len()));
        let close = Write::CloseTicket {
            ticket: tickets[0],
            status: TicketEnd::Cancelled,
            reason: ClosedReason::Cancelled,
            at: bed.now(),
        };
        assert_eq!(bed.try_write_by(Keeper::Term(before), close), Ok(Written::Fenced));
        assert_eq!(bed.count(&format!("(SELECT COUNT(*) FROM CONSULTATION WHERE KEEPER_ID = '{next}')")), 10);
        assert_eq!(bed.read(alone::term), Some(next));
        before = next;
    }
    assert_eq!(bed.taken(bed.lee), 1, "however often it was counted");
}

/// `ANTEROOM_ROOMS` and `ANTEROOM_WAITING` ask for more; `--nocapture` shows what it took.
#[test]
fn a_new_term_over_many_reads_them_all() {
    let bed = Bed::postgres();
    let (rooms, waiting) = sizes();
    let talk = bed.talk(bed.lee);
    crowd(&bed, &talk, rooms, waiting);
    let mut conn = connect(bed.store.database()).unwrap();
    let took = five_times(|| {
        let term = TermId(bed.clock.new_id());
        take(&mut conn, bed.node, term).expect("nobody else wants it");
        let found = read(&bed, &mut conn, term).expect("it has the lease").dispatch;
        assert_eq!((found.rooms.len(), found.waiting.len()), (rooms as usize + 1, waiting as usize + 1));
    });
    println!("a new term over {waiting} waiting and {rooms} rooms is read: median and longest {took:?}");
}
