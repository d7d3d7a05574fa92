//! Long work on file: one taker a job, progress that lasts, an end that counts once.

use anteroom::ids::JobId;
use anteroom::storage::work::jobs::{self, JobKind, JobState, NewJob};
use anteroom::time::{SECOND, Wall};

use super::bed::Bed;
use super::on_both;

on_both!(a_job_has_one_taker_and_goes_on_where_it_was, a_job_called_off_goes_no_further, files_are_forgotten_in_time,);

fn asked(bed: &Bed) -> JobId {
    let id = JobId(bed.clock.new_id());
    let new = NewJob { id, kind: JobKind::Export, account: Some(bed.kim), params: "{}".into() };
    bed.read(|conn| jobs::create(conn, &new, bed.now()));
    id
}

fn long_ago(bed: &Bed) -> Wall {
    Wall(bed.now().0 - 3_600 * SECOND as i64)
}

fn a_job_has_one_taker_and_goes_on_where_it_was(bed: &Bed) {
    let (first, second) = (asked(bed), asked(bed));
    let claim = |stale_before| bed.read(|conn| jobs::claim(conn, stale_before, bed.now()));
    assert_eq!(claim(long_ago(bed)).map(|job| job.id), Some(first), "the oldest first");
    assert_eq!(claim(long_ago(bed)).map(|job| job.id), Some(second), "a running job has its taker");
    assert_eq!(claim(long_ago(bed)), None);
    assert!(bed.read(|conn| jobs::advance(conn, first, "{\"at\":7}", 7, bed.now())));
    let now = Wall(bed.now().0 + 1);
    let again = bed.read(|conn| jobs::claim(conn, now, now)).expect("its taker is gone");
    assert_eq!((again.id, again.progress.as_deref(), again.done), (first, Some("{\"at\":7}"), 7));
    assert_eq!(claim(now).map(|job| job.id), Some(second), "and the other's too");
    assert!(bed.read(|conn| jobs::finish(conn, first, 9, Some("f.csv"), bed.now())));
    assert!(!bed.read(|conn| jobs::finish(conn, first, 9, Some("f.csv"), bed.now())), "an end counts once");
    let done = bed.read(|conn| jobs::by_id(conn, first)).unwrap();
    assert_eq!((done.state, done.done, done.total, done.file.as_deref()), (JobState::Done, 9, Some(9), Some("f.csv")));
}

fn a_job_called_off_goes_no_further(bed: &Bed) {
    let id = asked(bed);
    assert_eq!(bed.read(|conn| jobs::count_live(conn, bed.kim)), 1);
    bed.read(|conn| jobs::claim(conn, long_ago(bed), bed.now()));
    assert!(bed.read(|conn| jobs::cancel(conn, id, "kim", bed.now())));
    assert!(!bed.read(|conn| jobs::advance(conn, id, "{}", 1, bed.now())));
    assert!(!bed.read(|conn| jobs::cancel(conn, id, "kim", bed.now())));
    assert_eq!(bed.read(|conn| jobs::count_live(conn, bed.kim)), 0);
    assert_eq!(bed.read(|conn| jobs::list(conn, Some(bed.lee), None, 10)).items, []);
    assert_eq!(bed.read(|conn| jobs::list(conn, Some(bed.kim), None, 10)).items[0].state, JobState::Cancelled);
}

fn files_are_forgotten_in_time(bed: &Bed) {
    let id = asked(bed);
    bed.read(|conn| jobs::claim(conn, long_ago(bed), bed.now()));
    bed.read(|conn| jobs::finish(conn, id, 1, Some("f.csv"), bed.now()));
    assert_eq!(bed.read(|conn| jobs::forget_files(conn, long_ago(bed), bed.now())), [""; 0]);
    let later = Wall(bed.now().0 + 1);
    assert_eq!(bed.read(|conn| jobs::forget_files(conn, later, later)), ["f.csv"]);
    assert_eq!(bed.read(|conn| jobs::by_id(conn, id)).unwrap().file, None);
}
