//! A counsellor's own day, as the log has it.

use anteroom::journal::Write;
use anteroom::storage::history::own_day;
use anteroom::storage::talk::events::{EventKind, EventRow};
use anteroom::time::Wall;

use super::bed::Bed;
use super::on_both;

on_both!(a_day_is_what_happened_in_it,);

fn a_day_is_what_happened_in_it(bed: &Bed) {
    let begin = bed.now();
    let read = |who| bed.read(|conn| own_day::read(conn, who, begin, Wall(bed.now().0 + 1)));
    assert_eq!(read(bed.kim), own_day::OwnDay::default());
    let talk = bed.talk(bed.kim);
    assert_eq!(read(bed.kim).figures.talked, 0, "not over");
    bed.end(&talk, true);
    assert_eq!((read(bed.kim).figures.talked, read(bed.kim).figures.wrapped_up), (1, 0));
    let (result_code, at) = (Some("OTHER".into()), bed.now());
    bed.write(Write::WrapUp { room: talk.room, counsellor: bed.kim, result_code, memo: None, at });
    bed.write(Write::Rate { room: talk.room, member: talk.desk, score: 4, comment: None, at: bed.now() });
    let happened = |kind, who: anteroom::ids::AccountId| {
        let what = EventRow { ticket: talk.ticket, kind, by: who.to_string(), detail: serde_json::json!({}) };
        bed.write(Write::Happened { what: Box::new(what), at: bed.now() });
    };
    for kind in [EventKind::Offered, EventKind::Offered, EventKind::Declined, EventKind::Missed] {
        happened(kind, bed.kim);
    }
    happened(EventKind::Offered, bed.lee);
    let day = read(bed.kim);
    assert_eq!((day.figures.talked, day.figures.wrapped_up, day.figures.rating), (1, 1, 4));
    assert_eq!((day.offers, day.declined, day.missed), (2, 1, 1));
    assert_eq!((read(bed.lee).figures.talked, read(bed.lee).offers), (0, 1));
    let before = bed.read(|conn| own_day::read(conn, bed.kim, Wall(0), begin));
    assert_eq!(before, own_day::OwnDay::default(), "another day");
}
