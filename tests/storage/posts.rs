//! Notices, and the organisation's name.

use anteroom::ids::PostId;
use anteroom::storage::centre::posts::{self, NOTICE, Post};
use anteroom::storage::centre::{desks, organisation};
use anteroom::time::Wall;

use super::bed::Bed;
use super::on_both;

on_both!(
    a_notice_is_made_and_edited_by_version,
    notices_come_in_their_order_and_their_time,
    the_office_has_one_name,
    desks_are_found_by_their_places,
);

fn notice(bed: &Bed, order: i32) -> Post {
    Post {
        id: PostId(bed.clock.new_id()),
        kind: NOTICE.into(),
        language: "ko".into(),
        title: "안내".into(),
        body: "점심시간".into(),
        order,
        from: None,
        until: None,
        deleted: false,
        version: 1,
    }
}

fn a_notice_is_made_and_edited_by_version(bed: &Bed) {
    let new = notice(bed, 3);
    bed.read(|conn| posts::create(conn, &new, "TEST", bed.now()));
    let found = || bed.read(|conn| posts::find(conn, new.id)).unwrap();
    assert_eq!(found(), new);
    let edit = Post {
        language: "en".into(),
        title: "Note".into(),
        body: "Lunch".into(),
        order: 0,
        from: Some(Wall(1_000_000)),
        until: Some(Wall(2_000_000)),
        ..new.clone()
    };
    bed.read(|conn| conn.write(posts::hold));
    assert!(bed.read(|conn| posts::save(conn, &edit, "TEST", bed.now())));
    assert!(!bed.read(|conn| posts::save(conn, &new, "TEST", bed.now())), "an older version");
    assert_eq!(found(), Post { version: 2, ..edit });
}

fn notices_come_in_their_order_and_their_time(bed: &Bed) {
    let [first, second, gone] = [1, 2, 0].map(|order| notice(bed, order));
    for post in [&second, &first, &gone] {
        bed.read(|conn| posts::create(conn, post, "TEST", bed.now()));
    }
    assert!(bed.read(|conn| posts::save(conn, &Post { deleted: true, ..gone.clone() }, "TEST", bed.now())));
    assert_eq!(bed.read(|conn| posts::of_kind(conn, NOTICE)), [first.clone(), second]);
    assert!(bed.read(|conn| posts::of_kind(conn, "NEWS")).is_empty());
    assert!(bed.read(|conn| posts::find(conn, gone.id)).unwrap().deleted);
    let timed = Post { from: Some(Wall(10)), until: Some(Wall(20)), ..first };
    assert_eq!([9, 10, 19, 20].map(|at| timed.is_shown(Wall(at))), [false, true, true, false]);
}

fn the_office_has_one_name(bed: &Bed) {
    assert_eq!(bed.read(organisation::name), None);
    for name in ["한마음", "두마음"] {
        bed.read(|conn| organisation::rename(conn, name, "TEST", bed.now()));
        assert_eq!(bed.read(organisation::name).as_deref(), Some(name));
    }
}

fn desks_are_found_by_their_places(bed: &Bed) {
    let new = desks::NewDesk {
        id: anteroom::ids::DeskId(bed.clock.new_id()),
        name: "로비".into(),
        place: Some("1층".into()),
        key_hash: "x".into(),
        line_id: None,
    };
    bed.read(|conn| desks::create(conn, &new, "TEST", bed.now()));
    let found = bed.read(|conn| desks::places(conn, vec![new.id, 7.into()]));
    assert_eq!(found, [(new.id, "로비".to_owned(), Some("1층".to_owned()))]);
}
