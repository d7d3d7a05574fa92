//! Pictures: kept while somebody is shown by them.

use anteroom::ids::MediaId;
use anteroom::storage::talk::media::{self, Media};
use anteroom::time::Wall;

use super::bed::Bed;
use super::on_both;

on_both!(a_picture_reads_back_byte_by_byte, what_nobody_took_is_thrown_away);

fn picture(bed: &Bed) -> Media {
    let content = (0..=255).cycle().take(70_000).collect();
    Media { id: MediaId(bed.clock.new_id()), content_type: "image/png".into(), content }
}

fn a_picture_reads_back_byte_by_byte(bed: &Bed) {
    let new = picture(bed);
    bed.read(|conn| media::create(conn, &new, "TEST", bed.now()));
    assert_eq!(bed.read(|conn| media::find(conn, new.id)), Some(new));
    assert_eq!(bed.read(|conn| media::find(conn, MediaId::from(1))), None);
}

fn what_nobody_took_is_thrown_away(bed: &Bed) {
    let [taken, left] = [picture(bed), picture(bed)];
    let at = bed.now();
    for new in [&taken, &left] {
        bed.read(|conn| media::create(conn, new, "TEST", at));
    }
    assert!(bed.read(|conn| media::take(conn, taken.id, at)));
    assert!(!bed.read(|conn| media::take(conn, MediaId::from(1), at)), "there is none");
    assert_eq!(bed.read(|conn| media::forget(conn, at)), 0, "too young");
    assert_eq!(bed.read(|conn| media::forget(conn, Wall(at.0 + 1))), 1);
    assert!(bed.read(|conn| media::find(conn, taken.id)).is_some());
    assert_eq!(bed.read(|conn| media::find(conn, left.id)), None);
}
