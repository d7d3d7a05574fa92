//! Lines as they are edited.

use anteroom::ids::LineId;
use anteroom::storage::centre::codes;
use anteroom::storage::centre::lines::{self, Line};
use anteroom::storage::people::accounts;

use super::bed::Bed;
use super::on_both;

on_both!(
    a_line_is_made_with_its_topic,
    an_edit_of_an_older_version_changes_nothing,
    a_line_out_of_use_is_there_but_not_offered,
    a_prefix_is_known_among_lines_in_use,
    a_line_is_busy_while_somebody_waits_or_talks,
    nobody_serves_a_line_they_were_dismissed_from,
    lines_are_held_against_other_edits,
);

fn tax(bed: &Bed) -> Line {
    let id = LineId(bed.clock.new_id());
    let line = Line { wrap_up_s: 60, line_order: 7, ..Line::with_defaults(id, "TAX", "ko", "세금", "Tax", "T") };
    bed.read(|conn| lines::create(conn, &line, "TEST", bed.now()));
    line
}

fn found(bed: &Bed, id: LineId) -> Line {
    bed.read(|conn| lines::find(conn, id)).unwrap()
}

fn save(bed: &Bed, line: &Line) -> bool {
    bed.read(|conn| lines::save(conn, line, "TEST", bed.now()))
}

fn a_line_is_made_with_its_topic(bed: &Bed) {
    let line = tax(bed);
    assert_eq!(found(bed, line.id), line);
    assert_eq!(bed.read(|conn| lines::by_topic(conn, "TAX", "ko")), Some(line));
    assert_eq!(bed.read(|conn| lines::by_topic(conn, "TAX", "en")), None);
    let topic = bed.read(|conn| codes::by_name(conn, codes::TOPIC, "TAX")).unwrap();
    assert_eq!((topic.value.as_str(), topic.value_en.as_str(), topic.in_use), ("세금", "Tax", true));
}

fn an_edit_of_an_older_version_changes_nothing(bed: &Bed) {
    let line = tax(bed);
    let edit = Line {
        name: "세무".into(),
        name_en: "Taxes".into(),
        prefix: "TX".into(),
        hours: Some("{}".into()),
        waiting_max: 1,
        wait_s_max: 2,
        accept_s: 3,
        widen_s: 4,
        misses_max: 5,
        grace_s: 6,
        wrap_up_s: 7,
        retry_s: 8,
        unstaffed_s: 9,
        line_order: 10,
        in_use: false,
        ..line.clone()
    };
    assert!(save(bed, &edit));
    assert!(!save(bed, &line));
    assert_eq!(found(bed, line.id), Line { version: 2, ..edit });
}

fn a_line_out_of_use_is_there_but_not_offered(bed: &Bed) {
    let line = tax(bed);
    assert!(save(bed, &Line { in_use: false, ..line.clone() }));
    assert_eq!(bed.read(lines::all).len(), 1);
    assert_eq!(bed.read(lines::every).len(), 2);
    assert!(save(bed, &Line { deleted: true, version: 2, ..line.clone() }));
    assert_eq!(bed.read(lines::all).len(), 1);
    assert!(found(bed, line.id).deleted);
}

fn a_prefix_is_known_among_lines_in_use(bed: &Bed) {
    let line = tax(bed);
    let taken = |prefix: &str, except| bed.read(|conn| lines::with_prefix(conn, prefix, except));
    assert_eq!(taken("T", bed.line).as_deref(), Some("세금"));
    assert_eq!([taken("T", line.id), taken("X", bed.line)], [None, None]);
    assert!(save(bed, &Line { in_use: false, ..line }));
    assert_eq!(taken("T", bed.line), None);
}

fn a_line_is_busy_while_somebody_waits_or_talks(bed: &Bed) {
    let line = tax(bed);
    bed.ticket();
    let talk = bed.talk(bed.kim);
    assert_eq!(bed.read(|conn| lines::busy(conn, bed.line)), (1, 1));
    assert_eq!(bed.read(|conn| lines::busy(conn, line.id)), (0, 0));
    bed.end(&talk, true);
    assert_eq!(bed.read(|conn| lines::busy(conn, bed.line)), (1, 0));
}

fn nobody_serves_a_line_they_were_dismissed_from(bed: &Bed) {
    let mut both = [bed.kim, bed.lee];
    both.sort_unstable();
    assert_eq!(bed.read(|conn| lines::dismiss(conn, bed.line)), both);
    assert_eq!(bed.read(|conn| accounts::lines_of(conn, bed.kim)), []);
    assert_eq!(bed.read(|conn| lines::dismiss(conn, bed.line)), []);
}

/// Whoever edits lines sees what the one before has committed; tickets are not held up.
fn lines_are_held_against_other_edits(bed: &Bed) {
    let line = tax(bed);
    let rename = |name: &str| {
        let mut conn = bed.store.connection().unwrap();
        conn.write(|conn| {
            lines::hold(conn)?;
            let seen = lines::find(conn, line.id)?.unwrap();
            let edit = Line { name: format!("{}{name}", seen.name), ..seen };
            lines::save(conn, &edit, "TEST", bed.now())
        })
        .unwrap()
    };
    std::thread::scope(|scope| {
        let all = ["a", "b", "c", "d"].map(|name| scope.spawn(move || rename(name)));
        assert!(all.into_iter().all(|one| one.join().unwrap()), "nobody worked on what was old");
    });
    assert_eq!(found(bed, line.id).version, 5);
    bed.ticket();
}
