//! R9: a ticket is never in two rooms and capacity is never exceeded, whoever proposes.

use std::sync::Barrier;

use anteroom::journal::{Journal, Write, Written};
use anteroom::protocol::{Intent, SeatState};
use anteroom::storage::history::consultations;
use anteroom::storage::people::accounts;
use anteroom::storage::talk::rooms;
use anteroom::storage::talk::tickets::{Status, visit, waiting};

use super::bed::Bed;
use super::on_both;

on_both!(
    a_match_opens_a_room_with_both_seats_and_takes_a_place,
    a_second_match_of_a_ticket_is_stale_and_takes_no_place,
    a_counsellor_without_a_free_place_is_full_and_the_ticket_still_waits,
    an_intent_may_change_the_capacity,
    of_two_proposals_at_once_one_wins,
);

fn a_match_opens_a_room_with_both_seats_and_takes_a_place(bed: &Bed) {
    let talk = bed.talk(bed.kim);
    assert_eq!(talk.last_seq, 0);
    let found = bed.read(|conn| consultations::by_id(conn, talk.ticket)).unwrap();
    assert_eq!((found.status, found.counsellor), (Status::Talking, Some(bed.kim)));
    assert_eq!(found.explanation.as_deref(), Some(r#"{"rule":"R3"}"#));
    assert_eq!((found.predicted_low_s, found.predicted_high_s), (Some(60), Some(120)));
    let seats = bed.read(|conn| rooms::members(conn, talk.room));
    assert_eq!(seats.iter().map(|seat| seat.member).collect::<Vec<_>>(), [talk.desk, talk.staff]);
    assert!(seats.iter().all(|seat| seat.state == SeatState::Joined));
    assert_eq!(bed.taken(bed.kim), 1);
}

fn a_second_match_of_a_ticket_is_stale_and_takes_no_place(bed: &Bed) {
    let talk = bed.talk(bed.kim);
    assert_eq!(bed.pair(talk.ticket, bed.lee).err(), Some(Written::Stale));
    assert_eq!(bed.pair(talk.ticket, bed.kim).err(), Some(Written::Stale), "full too, but over is over");
    assert_eq!((bed.taken(bed.kim), bed.taken(bed.lee)), (1, 0));
    assert_eq!(bed.read(|conn| rooms::of_consultation(conn, talk.ticket)).len(), 1);
}

fn a_counsellor_without_a_free_place_is_full_and_the_ticket_still_waits(bed: &Bed) {
    bed.talk(bed.kim);
    let ticket = bed.ticket();
    assert_eq!(bed.pair(ticket, bed.kim).err(), Some(Written::Full));
    assert_eq!(bed.read(|conn| visit(conn, ticket)).unwrap().status, Status::Waiting);
    assert!(bed.pair(ticket, bed.lee).is_ok());
    bed.talk(bed.lee);
    assert_eq!(bed.pair(bed.ticket(), bed.lee).err(), Some(Written::Full));
    assert_eq!((bed.taken(bed.kim), bed.taken(bed.lee)), (1, 2));
}

fn an_intent_may_change_the_capacity(bed: &Bed) {
    let intent = |intent, reason: Option<&str>, capacity| Write::SetIntent {
        account: bed.kim,
        intent,
        reason: reason.map(Into::into),
        capacity,
        at: bed.now(),
    };
    bed.talk(bed.kim);
    assert_eq!(bed.write(intent(Intent::Open, None, Some(2))), Written::Done);
    bed.talk(bed.kim);
    assert_eq!(bed.write(intent(Intent::Paused, Some("MEAL"), None)), Written::Done);
    let kim = bed.read(|conn| accounts::by_id(conn, bed.kim)).unwrap();
    assert_eq!((kim.capacity, kim.rooms_open), (2, 2));
    assert_eq!((kim.intent, kim.intent_reason.as_deref()), (Intent::Paused, Some("MEAL")));
}

fn of_two_proposals_at_once_one_wins(bed: &Bed) {
    // Two journals, as on two nodes that both believe they are the only one.
    let other = Journal::start(&bed.store, bed.clock.clone(), bed.node, |_| ()).unwrap();
    let other = bed.with_journal(other);
    let barrier = Barrier::new(2);
    for _ in 0..50 {
        let ticket = bed.ticket();
        let race = |bed: &Bed, counsellor| {
            barrier.wait();
            bed.pair(ticket, counsellor)
        };
        let (one, two) = std::thread::scope(|scope| {
            let one = scope.spawn(|| race(bed, bed.kim));
            let two = scope.spawn(|| race(&other, bed.lee));
            (one.join().unwrap(), two.join().unwrap())
        });
        let (winner, loser) = match (one, two) {
            (Ok(winner), Err(loser)) | (Err(loser), Ok(winner)) => (winner, loser),
            (one, two) => panic!("{:?} and {:?}", one.err(), two.err()),
        };
        assert_eq!(loser, Written::Stale);
        assert_eq!(bed.read(|conn| rooms::of_consultation(conn, ticket)).len(), 1);
        assert_eq!(bed.taken(bed.kim) + bed.taken(bed.lee), 1);
        bed.end(&winner, false);
    }
    assert_eq!(bed.read(waiting), []);
    other.journal.close();
}
