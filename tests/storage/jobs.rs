//! Long work on file: one keeper a job, progress that lasts, an end that counts once, files in parts.

use std::collections::HashSet;

use anteroom::ids::{JobId, NodeId};
use anteroom::storage::work::job_files::{self, PART_BYTES};
use anteroom::storage::work::jobs::{self, JobKind, JobState, NewJob};
use anteroom::storage::work::kept::{self, Kept};
use anteroom::time::{SECOND, Wall};
use diesel::RunQueryDsl;
use diesel::sql_query;

use super::bed::Bed;
use super::on_both;

on_both!(
    a_job_has_one_keeper_and_goes_on_where_it_was,
    a_job_of_a_node_that_lives_is_nobody_elses,
    what_a_keeper_writes_that_has_lost_the_job_changes_nothing,
    jobs_asked_for_at_once_by_many_have_one_keeper_each,
    a_job_called_off_goes_no_further,
    a_file_lies_in_parts_as_long_as_somebody_needs_them,
);

/// Two nodes.
const HERE: u128 = 1;
const THERE: u128 = 2;

fn asked(bed: &Bed) -> JobId {
    let id = JobId(bed.clock.new_id());
    let new = NewJob { id, kind: JobKind::Export, account: Some(bed.kim), params: "{}".into() };
    bed.read(|conn| jobs::create(conn, &new, bed.now()));
    id
}

fn claim(bed: &Bed, node: u128) -> Option<JobId> {
    bed.read(|conn| kept::claim(conn, NodeId::from(node), bed.now())).map(|job| job.id)
}

fn of(node: u128, job: JobId) -> Kept {
    Kept { job, keeper: NodeId::from(node) }
}

/// The node says on file that it is in this state.
fn is(bed: &Bed, node: u128, state: &str) {
    let id = NodeId::from(node);
    let row = format!(
        "INSERT INTO NODE (NODE_ID, NAME, VERSION, WIRE_MIN, WIRE_MAX, ENGINE, STATE, REG_DTTM, REG_ID, MOD_DTTM, MOD_ID)
         VALUES ('{id}', 'n', '1', 1, 1, 'POSTGRES', '{state}', CURRENT_TIMESTAMP, 'T', CURRENT_TIMESTAMP, 'T')
         ON CONFLICT (NODE_ID) DO UPDATE SET STATE = excluded.STATE"
    );
    bed.read(|conn| sql_query(&row).execute(conn));
}

/// A server that is alone has no row in `NODE`: what the one before it kept is its own at once.
fn a_job_has_one_keeper_and_goes_on_where_it_was(bed: &Bed) {
    let (first, second) = (asked(bed), asked(bed));
    assert_eq!(claim(bed, HERE), Some(first), "the oldest first");
    assert!(bed.read(|conn| kept::advance(conn, of(HERE, first), "{\"at\":7}", 7, bed.now())));
    let again = bed.read(|conn| kept::claim(conn, NodeId::from(THERE), bed.now())).expect("its keeper is gone");
    assert_eq!((again.id, again.progress.as_deref(), again.done), (first, Some("{\"at\":7}"), 7));
    assert_eq!(claim(bed, THERE), Some(first), "it works at none, so its own was left as well");
    let done = |node| bed.read(|conn| kept::finish(conn, of(node, first), 9, Some("f.csv"), bed.now()));
    assert!(done(THERE));
    assert!(!done(THERE), "an end counts once");
    let over = bed.read(|conn| jobs::by_id(conn, first)).unwrap();
    assert_eq!((over.state, over.done, over.total, over.file.as_deref()), (JobState::Done, 9, Some(9), Some("f.csv")));
    assert_eq!(claim(bed, THERE), Some(second));
}

fn a_job_of_a_node_that_lives_is_nobody_elses(bed: &Bed) {
    let job = asked(bed);
    is(bed, HERE, "UP");
    is(bed, THERE, "UP");
    assert_eq!(claim(bed, HERE), Some(job));
    for state in ["JOINING", "UP", "DRAINING"] {
        is(bed, HERE, state);
        assert_eq!(claim(bed, THERE), None, "{state}");
    }
    is(bed, HERE, "GONE");
    assert_eq!(claim(bed, THERE), Some(job));
    assert_eq!(claim(bed, HERE), None, "whoever has it lives");
}

fn what_a_keeper_writes_that_has_lost_the_job_changes_nothing(bed: &Bed) {
    let job = asked(bed);
    assert_eq!(claim(bed, HERE), Some(job));
    assert_eq!(claim(bed, THERE), Some(job), "while the other was paused");
    assert!(bed.read(|conn| kept::advance(conn, of(THERE, job), "{\"at\":3}", 3, bed.now())));
    let before = bed.read(|conn| jobs::by_id(conn, job));
    let (late, now) = (of(HERE, job), bed.now());
    assert!(!bed.read(|conn| kept::holds(conn, late, now)));
    assert!(!bed.read(|conn| kept::advance(conn, late, "{}", 1, now)));
    assert!(!bed.read(|conn| kept::count(conn, late, 1, now)));
    assert!(!bed.read(|conn| kept::set_total(conn, late, 1)));
    assert!(!bed.read(|conn| kept::fail(conn, late, "broken", now)));
    assert!(!bed.read(|conn| kept::finish(conn, late, 1, Some("half.csv"), now)));
    assert_eq!(bed.read(|conn| jobs::by_id(conn, job)), before);
    assert!(bed.read(|conn| kept::holds(conn, of(THERE, job), now)));
}

fn jobs_asked_for_at_once_by_many_have_one_keeper_each(bed: &Bed) {
    const NODES: u128 = 4;
    let all: HashSet<JobId> = (0..20).map(|_| asked(bed)).collect();
    (1..=NODES).for_each(|node| is(bed, node, "UP"));
    let claimed: Vec<JobId> = std::thread::scope(|scope| {
        let claiming: Vec<_> = (1..=NODES)
            .map(|node| {
                scope.spawn(move || {
                    let mut mine = Vec::new();
                    while let Some(job) =
                        bed.store.in_turn(|conn| kept::claim(conn, NodeId::from(node), bed.now())).expect("an answer")
                    {
                        // One that is running as theirs would be theirs to go on with.
                        assert!(bed.read(|conn| kept::finish(conn, of(node, job.id), 1, None, bed.now())));
                        mine.push(job.id);
                    }
                    mine
                })
            })
            .collect();
        claiming.into_iter().flat_map(|mine| mine.join().expect("no panic")).collect()
    });
    assert_eq!(claimed.len(), all.len());
    assert_eq!(claimed.into_iter().collect::<HashSet<_>>(), all);
}

fn a_job_called_off_goes_no_further(bed: &Bed) {
    let id = asked(bed);
    assert_eq!(bed.read(|conn| jobs::count_live(conn, bed.kim)), 1);
    claim(bed, HERE);
    assert!(bed.read(|conn| jobs::cancel(conn, id, "kim", bed.now())));
    assert!(!bed.read(|conn| kept::advance(conn, of(HERE, id), "{}", 1, bed.now())));
    assert!(!bed.read(|conn| jobs::cancel(conn, id, "kim", bed.now())));
    assert_eq!(bed.read(|conn| jobs::count_live(conn, bed.kim)), 0);
    assert_eq!(bed.read(|conn| jobs::list(conn, Some(bed.lee), None, 10)).items, []);
    assert_eq!(bed.read(|conn| jobs::list(conn, Some(bed.kim), None, 10)).items[0].state, JobState::Cancelled);
}

fn a_file_lies_in_parts_as_long_as_somebody_needs_them(bed: &Bed) {
    let (id, off) = (asked(bed), asked(bed));
    let part = vec![7; PART_BYTES];
    let put = |job, part_no, content: &[u8]| {
        bed.store.in_turn(|conn| job_files::put(conn, job, part_no, content, "T", bed.now()))
    };
    // Rows of a spreadsheet, and its file.
    for (job, part_no) in [(id, -1), (id, 1), (id, 2), (off, -1), (off, 1)] {
        put(job, part_no, &part).unwrap();
    }
    put(id, 3, b"end").unwrap();
    put(id, 4, &[]).expect_err("no part is empty");
    put(id, 4, &vec![7; PART_BYTES + 1]).expect_err("nor longer than it may be");
    assert_eq!(bed.read(|conn| job_files::lengths(conn, id)), [PART_BYTES as i32, PART_BYTES as i32, 3]);
    assert_eq!(bed.read(|conn| job_files::content(conn, id, 3)).as_deref(), Some(b"end".as_slice()));
    assert_eq!(bed.read(|conn| job_files::content(conn, id, 4)), None);

    let sweep = || bed.read(|conn| job_files::sweep(conn, 2));
    assert_eq!(sweep(), 0, "both are to be made still");
    claim(bed, HERE);
    assert_eq!(sweep(), 0);
    bed.read(|conn| kept::finish(conn, of(HERE, id), 1, Some("f.xlsx"), bed.now()));
    bed.read(|conn| jobs::cancel(conn, off, "kim", bed.now()));
    assert_eq!((sweep(), sweep(), sweep()), (2, 1, 0), "what was made of the other, and the rows");
    assert_eq!(bed.read(|conn| job_files::lengths(conn, id)).len(), 3);

    let long_ago = Wall(bed.now().0 - 3_600 * SECOND as i64);
    assert_eq!(bed.read(|conn| jobs::forget_files(conn, long_ago, bed.now())), 0);
    let later = Wall(bed.now().0 + 1);
    assert_eq!(bed.read(|conn| jobs::forget_files(conn, later, later)), 1);
    assert_eq!(bed.read(|conn| jobs::by_id(conn, id)).unwrap().file, None);
    assert_eq!((sweep(), sweep(), sweep()), (2, 1, 0));
    assert_eq!(bed.read(|conn| job_files::lengths(conn, id)), [0; 0]);
}
