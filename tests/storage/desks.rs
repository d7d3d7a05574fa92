//! Registered desks: found, edited by version, keyed, enrolled once.

use anteroom::ids::DeskId;
use anteroom::storage::centre::desks::{self, Desk, NO_KEY, NewDesk};
use anteroom::storage::{Cursor, PAGE_MAX};
use anteroom::time::{SECOND, Wall};

use super::bed::Bed;
use super::on_both;

on_both!(
    a_desk_is_found_by_its_id,
    an_edit_of_an_older_version_changes_nothing,
    a_desk_out_of_use_or_deleted_is_not_let_in,
    desks_are_listed_in_pages_and_the_deleted_apart,
    a_key_comes_and_goes,
    an_enrolment_works_once_and_in_time,
    of_two_who_enrol_at_once_one_wins,
    a_line_that_is_no_more_is_asked_for_by_no_desk,
);

fn registered(bed: &Bed) -> Desk {
    let id = DeskId(bed.clock.new_id());
    let new =
        NewDesk {
            id, name: "로비".into(), place: Some("1층".into()), key_hash: "h".into(), line_id: Some(bed.line)
        };
    bed.read(|conn| desks::create(conn, &new, "TEST", bed.now()));
    found(bed, id)
}

fn found(bed: &Bed, id: DeskId) -> Desk {
    bed.read(|conn| desks::find(conn, id)).unwrap()
}

fn later(at: Wall, seconds: u64) -> Wall {
    Wall(at.0.saturating_add_unsigned(seconds * SECOND))
}

fn a_desk_is_found_by_its_id(bed: &Bed) {
    assert_eq!(bed.read(|conn| desks::find(conn, 5.into())), None);
    let desk = registered(bed);
    assert_eq!((desk.name.as_str(), desk.place.as_deref(), desk.line_id), ("로비", Some("1층"), Some(bed.line)));
    assert_eq!((desk.key_hash.as_str(), desk.key_at, desk.version), ("h", Some(desk.made_at), 1));
    assert!(desk.in_use && !desk.deleted && desk.enrol_until.is_none());
    assert_eq!(bed.read(|conn| desks::by_id(conn, desk.id)), Some(desk));
}

fn an_edit_of_an_older_version_changes_nothing(bed: &Bed) {
    let desk = registered(bed);
    let edit = Desk { name: "창구".into(), place: None, line_id: None, ..desk.clone() };
    let save = |desk: &Desk| bed.read(|conn| desks::save(conn, desk, "TEST", bed.now()));
    assert!(save(&edit));
    assert!(!save(&Desk { name: "too late".into(), ..desk.clone() }));
    assert_eq!(found(bed, desk.id), Desk { version: 2, ..edit });
}

fn a_desk_out_of_use_or_deleted_is_not_let_in(bed: &Bed) {
    let desk = registered(bed);
    for (in_use, deleted) in [(false, false), (true, true), (true, false)] {
        let now = found(bed, desk.id);
        assert!(bed.read(|conn| desks::save(conn, &Desk { in_use, deleted, ..now }, "TEST", bed.now())));
        assert_eq!(bed.read(|conn| desks::by_id(conn, desk.id)).is_some(), in_use && !deleted);
    }
}

fn desks_are_listed_in_pages_and_the_deleted_apart(bed: &Bed) {
    let made: Vec<Desk> = (0..5).map(|_| registered(bed)).collect();
    let gone = Desk { deleted: true, ..made[2].clone() };
    assert!(bed.read(|conn| desks::save(conn, &gone, "TEST", bed.now())));
    let pages = |all: bool, limit: u32| {
        let (mut ids, mut after) = (Vec::new(), None::<Cursor>);
        loop {
            let page = bed.read(|conn| desks::list(conn, &bed.everything(), all, after, limit));
            ids.extend(page.items.iter().map(|desk| desk.id));
            after = page.next;
            if after.is_none() {
                return ids;
            }
        }
    };
    let newest_first: Vec<DeskId> = made.iter().rev().map(|desk| desk.id).collect();
    let there: Vec<DeskId> = newest_first.iter().copied().filter(|id| *id != gone.id).collect();
    for limit in [1, 2, PAGE_MAX] {
        assert_eq!(pages(true, limit), newest_first);
        assert_eq!(pages(false, limit), there);
    }
}

fn a_key_comes_and_goes(bed: &Bed) {
    let desk = registered(bed);
    bed.read(|conn| desks::set_enrolment(conn, desk.id, "token", later(bed.now(), 60), "TEST", bed.now()));
    bed.read(|conn| desks::set_key(conn, desk.id, NO_KEY, "TEST", bed.now()));
    let without = found(bed, desk.id);
    assert_eq!((without.key_hash.as_str(), without.key_at, without.version), (NO_KEY, None, 1));
    assert_eq!(without.enrol_until, None, "whoever takes the key away means all ways in");
    assert_eq!(bed.read(|conn| desks::enrol(conn, "token", "key", "ANYONE", bed.now())), None);
    let at = bed.now();
    bed.read(|conn| desks::set_key(conn, desk.id, "other", "TEST", at));
    assert_eq!((found(bed, desk.id).key_hash.as_str(), found(bed, desk.id).key_at), ("other", Some(at)));
}

fn an_enrolment_works_once_and_in_time(bed: &Bed) {
    let desk = registered(bed);
    let (now, until) = (bed.now(), later(bed.now(), 60));
    let enrol = |token: &str, at| bed.read(|conn| desks::enrol(conn, token, "new key", "ANYONE", at));
    bed.read(|conn| desks::set_enrolment(conn, desk.id, "first", until, "TEST", now));
    bed.read(|conn| desks::set_enrolment(conn, desk.id, "second", until, "TEST", now));
    assert_eq!(found(bed, desk.id).enrol_until, Some(until));
    assert_eq!([enrol("first", now), enrol("", now), enrol("second", until)], [None, None, None]);
    let unused = Desk { in_use: false, ..found(bed, desk.id) };
    assert!(bed.read(|conn| desks::save(conn, &unused, "TEST", now)));
    assert_eq!(enrol("second", now), None, "not while it is out of use");
    let used = Desk { in_use: true, ..found(bed, desk.id) };
    assert!(bed.read(|conn| desks::save(conn, &used, "TEST", now)));
    let enrolled = enrol("second", now).unwrap();
    assert_eq!((enrolled.id, enrolled.key_hash.as_str(), enrolled.enrol_until), (desk.id, "new key", None));
    assert_eq!(enrol("second", now), None);
}

fn of_two_who_enrol_at_once_one_wins(bed: &Bed) {
    let desk = registered(bed);
    for round in 0..10 {
        let (token, now) = (format!("token {round}"), bed.now());
        bed.read(|conn| desks::set_enrolment(conn, desk.id, &token, later(now, 60), "TEST", now));
        let won = std::thread::scope(|scope| {
            let both = ["one", "other"].map(|key| {
                let token = &token;
                scope.spawn(move || {
                    let mut conn = bed.store.connection().unwrap();
                    conn.write(|conn| desks::enrol(conn, token, key, "ANYONE", now)).unwrap()
                })
            });
            both.map(|one| one.join().unwrap()).into_iter().flatten().collect::<Vec<Desk>>()
        });
        assert_eq!(won.len(), 1, "one wins");
        assert_eq!(found(bed, desk.id).key_hash, won[0].key_hash, "and has the key");
    }
}

fn a_line_that_is_no_more_is_asked_for_by_no_desk(bed: &Bed) {
    let desk = registered(bed);
    assert_eq!(bed.read(|conn| desks::leave_line(conn, bed.line, "TEST", bed.now())), 1);
    assert_eq!((found(bed, desk.id).line_id, found(bed, desk.id).version), (None, 2));
    assert_eq!(bed.read(|conn| desks::leave_line(conn, bed.line, "TEST", bed.now())), 0);
}
