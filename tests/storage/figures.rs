//! The figures as they are read: percentiles of real waits, and what is in no summary yet.

use anteroom::ids::TicketId;
use anteroom::indexer::remake;
use anteroom::journal::{TicketEnd, Write};
use anteroom::protocol::ClosedReason;
use anteroom::storage::history::consultations;
use anteroom::storage::history::stats::{self, HOUR, hour_of};
use anteroom::storage::history::totals::{self, By, Of};
use anteroom::time::Wall;
use diesel::connection::SimpleConnection;
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::bed::Bed;
use super::history::{index_all, past};
use super::on_both;

on_both!(waits_of_before_are_made_again_from_the_log, who_waits_and_who_talks_counts_as_requested);

/// The waits of the matched that half and nine tenths did not exceed, counted by hand.
pub(super) fn percentiles(bed: &Bed, tickets: &[TicketId]) -> [u32; 2] {
    let all = bed.read(|conn| consultations::by_ids(conn, tickets.to_vec()));
    let matched = all.iter().filter(|found| !found.status.is_live() && found.over().matched.is_some());
    let mut waits: Vec<u32> = matched.filter_map(|found| found.over().waited_s()).collect();
    waits.sort_unstable();
    [50, 90].map(|percent| waits[(waits.len() * percent).div_ceil(100) - 1])
}

/// Hours of an earlier version have no waits: what is not known is not told, until it is made again.
fn waits_of_before_are_made_again_from_the_log(bed: &Bed) {
    let mut dice = StdRng::seed_from_u64(4);
    bed.read(|conn| conn.batch_execute("UPDATE ACCOUNT SET CAPACITY = 50"));
    let all = past(bed, &mut dice, 60);
    index_all(bed);
    let of = Of { from: Wall(0), to: bed.now(), lines: None, counsellor: None };
    let percentiles_now = || bed.read(|conn| totals::sum(conn, &of, By::default()))[0].wait_p50_p90_s();
    let expected = Some(percentiles(bed, &all));
    assert_eq!(percentiles_now(), expected);
    bed.read(|conn| conn.batch_execute("UPDATE STAT_HOUR SET WAITS = SUBSTR(WAITS, 1, 0) WHERE MATCHED > 0"));
    assert_eq!(percentiles_now(), None);
    let (mut before, mut passes) = (Some(bed.now()), 0);
    while let Some(moment) = before {
        assert!(passes < 100, "it comes to an end");
        (before, passes) =
            (bed.read(|conn| Ok(remake(conn, bed.store.write_queue(), moment, bed.now()).unwrap())), passes + 1);
    }
    assert_eq!(percentiles_now(), expected);
}

/// By the moment they asked, whatever became of them since; those who are not done are told apart.
fn who_waits_and_who_talks_counts_as_requested(bed: &Bed) {
    let of = Of { from: Wall(0), to: Wall(bed.now().0 + HOUR), lines: None, counsellor: None };
    let figures = |of: &Of, by: By| bed.read(|conn| totals::sum(conn, of, by));
    let counts =
        |of: &Of| figures(of, By::default()).iter().map(|totals| (totals.requested, totals.open)).collect::<Vec<_>>();
    let begin = hour_of(bed.now());
    let waiting = bed.request();
    let ticket = waiting.ticket;
    bed.write(Write::OpenTicket(waiting));
    let talk = bed.talk(bed.kim);
    assert_eq!(counts(&of), [(2, 2)]);
    let by_counsellor = figures(&of, By { counsellor: true, ..By::default() });
    let mut open: Vec<(String, i64)> =
        by_counsellor.into_iter().map(|totals| (totals.counsellor, totals.open)).collect();
    open.sort();
    assert_eq!(open, [(stats::NOBODY.to_owned(), 1), (bed.kim.to_string(), 1)]);
    assert_eq!(counts(&Of { counsellor: Some(bed.kim), ..of.clone() }), [(1, 1)]);
    assert_eq!(counts(&Of { counsellor: Some(bed.lee), ..of.clone() }), [(0, 0)]);
    assert_eq!(counts(&Of { lines: Some(Vec::new()), ..of.clone() }), [(0, 0)], "of no line there is nothing");
    assert_eq!(counts(&Of { from: Wall(0), to: begin, ..of.clone() })[0].0, 0, "of an hour before");
    bed.end(&talk, true);
    assert_eq!(counts(&of), [(2, 2)], "it ended, and nobody has summed it up yet");
    index_all(bed);
    assert_eq!(counts(&of), [(2, 1)]);
    let (status, reason) = (TicketEnd::Cancelled, ClosedReason::Cancelled);
    bed.write(Write::CloseTicket { ticket, status, reason, at: bed.now() });
    index_all(bed);
    assert_eq!(counts(&of), [(2, 0)]);
}
