//! Tickets: numbers, repeated requests, refusals, ends without a room.

use anteroom::ids::{DeskId, TicketId};
use anteroom::journal::{TicketEnd, Write, Written};
use anteroom::protocol::ClosedReason;
use anteroom::storage::centre::desks::{self, NewDesk};
use anteroom::storage::history::ask_counts::KEPT_MAX;
use anteroom::storage::history::stats::HOUR;
use anteroom::storage::history::totals::{By, Of, sum};
use anteroom::storage::talk::tickets::{Status, by_request, visit, waiting};
use anteroom::time::{SECOND, Wall};

use diesel::sql_types::BigInt;
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use super::bed::{Bed, DAY};
use super::on_both;

on_both!(
    numbers_count_up_within_a_day_and_start_again_the_next,
    a_number_of_yesterday_is_not_given_while_it_waits_or_talks,
    a_repeated_request_is_the_same_ticket,
    a_short_client_id_is_no_key,
    a_refused_request_is_on_file_without_a_number_and_may_try_again,
    a_ticket_ends_once,
    whoever_asks_without_end_leaves_a_count,
);

fn numbers_count_up_within_a_day_and_start_again_the_next(bed: &Bed) {
    let yesterday = [(); 2].map(|()| opened(bed, DAY));
    assert_eq!([&yesterday[0].1, &yesterday[1].1], ["A-001", "A-002"]);
    for (ticket, _) in yesterday {
        gives_up(bed, ticket);
    }
    assert_eq!(opened(bed, DAY + 1).1, "A-001");
}

/// A ticket of this day, and its number.
fn opened(bed: &Bed, day: u32) -> (TicketId, String) {
    let row = anteroom::journal::TicketRow { day, ..bed.request() };
    match bed.write(Write::OpenTicket(row.clone())) {
        Written::Opened { number } => (row.ticket, number),
        other => panic!("{other:?}"),
    }
}

fn gives_up(bed: &Bed, ticket: TicketId) {
    let (status, reason) = (TicketEnd::Cancelled, ClosedReason::Cancelled);
    assert_eq!(bed.write(Write::CloseTicket { ticket, status, reason, at: bed.now() }), Written::Done);
}

fn a_number_of_yesterday_is_not_given_while_it_waits_or_talks(bed: &Bed) {
    let [first, second, third] = [(); 3].map(|()| opened(bed, DAY).0);
    gives_up(bed, second);
    let talks = bed.read(|conn| {
        sql_query(format!(
            "UPDATE CONSULTATION SET STATUS = 'TALKING', COUNSELLOR_ID = '{}' WHERE CONSULTATION_ID = '{third}'",
            bed.kim
        ))
        .execute(conn)
    });
    assert_eq!(talks, 1);
    assert_eq!([(); 2].map(|()| opened(bed, DAY + 1).1), ["A-002", "A-004"], "A-001 waits and A-003 talks");
    gives_up(bed, first);
    assert_eq!(opened(bed, DAY + 2).1, "A-001");
}

fn a_repeated_request_is_the_same_ticket(bed: &Bed) {
    let first = bed.request();
    let again = anteroom::journal::TicketRow { client_id: first.client_id.to_uppercase(), ..bed.request() };
    assert!(matches!(bed.write(Write::OpenTicket(first.clone())), Written::Opened { .. }));
    assert_eq!(bed.write(Write::OpenTicket(again)), Written::Duplicate { ticket: first.ticket });
    assert_eq!(bed.read(|conn| by_request(conn, None, &first.client_id)), Some(first.ticket));

    let id = DeskId(bed.clock.new_id());
    let desk = NewDesk { id, name: "로비".into(), place: None, key_hash: "h".into(), line_id: Some(bed.line) };
    bed.read(|conn| desks::create(conn, &desk, "TEST", bed.now()));
    let elsewhere =
        anteroom::journal::TicketRow { client_id: first.client_id.clone(), desk: Some(id), ..bed.request() };
    assert!(matches!(bed.write(Write::OpenTicket(elsewhere)), Written::Opened { .. }), "another desk's own request");
}

fn a_short_client_id_is_no_key(bed: &Bed) {
    for _ in 0..2 {
        let row = anteroom::journal::TicketRow { client_id: "1".into(), ..bed.request() };
        assert!(matches!(bed.write(Write::OpenTicket(row)), Written::Opened { .. }));
    }
    assert_eq!(bed.read(|conn| by_request(conn, None, "1")), None);
}

fn a_refused_request_is_on_file_without_a_number_and_may_try_again(bed: &Bed) {
    let row = bed.request();
    assert_eq!(bed.write(Write::RefuseTicket(row.clone(), ClosedReason::Full)), Written::Done);
    let found = bed.read(|conn| visit(conn, row.ticket)).unwrap();
    assert_eq!((found.status, found.end_reason.as_deref()), (Status::Refused, Some("FULL")));
    assert_eq!((found.ticket.number, found.room), (None, None));

    let again = anteroom::journal::TicketRow { client_id: row.client_id, ..bed.request() };
    assert_eq!(bed.write(Write::OpenTicket(again)), Written::Opened { number: "A-001".into() });
}

fn a_ticket_ends_once(bed: &Bed) {
    let ticket = bed.ticket();
    let close = |status, reason| Write::CloseTicket { ticket, status, reason, at: bed.now() };
    assert_eq!(bed.read(waiting).len(), 1);
    assert_eq!(bed.write(close(TicketEnd::Abandoned, ClosedReason::Expired)), Written::Done);
    assert_eq!(bed.write(close(TicketEnd::Cancelled, ClosedReason::Cancelled)), Written::Stale);
    let found = bed.read(|conn| visit(conn, ticket)).unwrap();
    assert_eq!((found.status, found.end_reason.as_deref()), (Status::Abandoned, Some("EXPIRED")));
    assert_eq!(bed.read(waiting), []);

    let talk = bed.talk(bed.kim);
    let late = Write::CloseTicket {
        ticket: talk.ticket,
        status: TicketEnd::Cancelled,
        reason: ClosedReason::Cancelled,
        at: bed.now(),
    };
    assert_eq!(bed.write(late), Written::Stale, "it was matched before");
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

fn whoever_asks_without_end_leaves_a_count(bed: &Bed) {
    let rows =
        |bed: &Bed| bed.read(|conn| sql_query("SELECT COUNT(*) AS n FROM CONSULTATION").get_result::<Count>(conn)).n;
    for _ in 0..KEPT_MAX + 20 {
        assert_eq!(bed.write(Write::RefuseTicket(bed.request(), ClosedReason::Full)), Written::Done);
    }
    assert_eq!(rows(bed), i64::from(KEPT_MAX), "the first of an hour are found in the history");
    for _ in 0..KEPT_MAX + 30 {
        gives_up(bed, opened(bed, DAY).0);
    }
    assert_eq!(rows(bed), 2 * i64::from(KEPT_MAX));
    // Who waited for a while before giving up always has a record.
    let (patient, _) = opened(bed, DAY);
    let at = Wall(bed.now().0 + 60 * SECOND as i64);
    let (status, reason) = (TicketEnd::Cancelled, ClosedReason::Cancelled);
    assert_eq!(bed.write(Write::CloseTicket { ticket: patient, status, reason, at }), Written::Done);
    assert_eq!(rows(bed), 2 * i64::from(KEPT_MAX) + 1);

    let of = Of { from: Wall(bed.now().0 - 2 * HOUR), to: Wall(bed.now().0 + 2 * HOUR), lines: None, counsellor: None };
    let sums = bed.read(|conn| sum(conn, &of, By::default()));
    // What has a record is summed up by the indexer, which has not run here: it counts as open.
    let all: (i64, i64, i64) = sums.iter().fold((0, 0, 0), |all, sums| {
        (all.0 + sums.requested - sums.open, all.1 + sums.refused, all.2 + sums.short_abandoned)
    });
    assert_eq!(all, (50, 20, 30));
}
