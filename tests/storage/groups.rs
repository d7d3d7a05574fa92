//! Group rooms: opened, listed, edited and ended; a room without a consultation ends like any other.

use anteroom::ids::RoomId;
use anteroom::journal::{Write, Written};
use anteroom::protocol::EndReason;
use anteroom::storage::groups::{self, About, NewGroup};
use anteroom::storage::rooms::{self, RoomStatus};

use super::bed::Bed;
use super::on_both;

on_both!(
    a_room_reads_back_as_it_was_opened,
    the_open_ones_are_listed_page_by_page_the_newest_first,
    an_edit_changes_what_is_shown_and_only_of_an_open_group_room,
    a_room_without_a_consultation_ends,
);

fn new(bed: &Bed, title: &str) -> NewGroup {
    NewGroup {
        id: RoomId(bed.clock.new_id()),
        title: title.into(),
        info: Some("설명".into()),
        picture: None,
        language: "ko".into(),
        creator: bed.kim,
    }
}

fn open(bed: &Bed, title: &str) -> RoomId {
    let new = new(bed, title);
    bed.read(|conn| groups::create(conn, &new, bed.now()));
    new.id
}

fn end(bed: &Bed, room: RoomId) -> Written {
    let (reason, at) = (EndReason::Done, bed.now());
    bed.write(Write::EndRoom { room, reason, by: None, note: Some("끝".into()), at, wrap_up: false })
}

fn a_room_reads_back_as_it_was_opened(bed: &Bed) {
    let id = open(bed, "모임");
    let found = bed.read(|conn| groups::find(conn, id)).unwrap();
    assert_eq!(
        (found.room.kind.as_str(), found.room.title.as_deref(), found.room.status, found.room.last_seq, found.members),
        ("GROUP", Some("모임"), RoomStatus::Open, 0, 0)
    );
    let About { info, picture, language, creator, creator_name } = found.about;
    assert_eq!((info.as_deref(), picture, language.as_str()), (Some("설명"), None, "ko"));
    assert_eq!((creator, creator_name.as_str()), (bed.kim, "KIM"));
    assert!(bed.read(|conn| groups::is_one(conn, id)));
    let talk = bed.talk(bed.kim);
    assert!(!bed.read(|conn| groups::is_one(conn, talk.room)));
    assert_eq!(bed.read(|conn| groups::find(conn, talk.room)), None);
}

fn the_open_ones_are_listed_page_by_page_the_newest_first(bed: &Bed) {
    bed.talk(bed.kim);
    let rooms: Vec<RoomId> = (0..5).map(|n| open(bed, &format!("room {n}"))).collect();
    end(bed, rooms[1]);
    assert_eq!(bed.read(groups::count_open), 4);
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = bed.read(|conn| groups::list_open(conn, after, 2));
        assert!(page.items.len() <= 2);
        seen.extend(page.items.into_iter().map(|group| group.room.id));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(seen, [rooms[4], rooms[3], rooms[2], rooms[0]]);
    let taken_up: Vec<RoomId> = bed.read(groups::open).into_iter().map(|open| open.group.room.id).collect();
    assert_eq!(taken_up, [rooms[0], rooms[2], rooms[3], rooms[4]], "oldest first, for a start");
}

fn an_edit_changes_what_is_shown_and_only_of_an_open_group_room(bed: &Bed) {
    let id = open(bed, "before");
    let mut about = bed.read(|conn| groups::find(conn, id)).unwrap().about;
    (about.info, about.picture) = (None, Some("/api/v1/media/x".into()));
    let save = |room| bed.read(|conn| groups::save(conn, room, "after", &about, "TEST", bed.now()));
    assert!(save(id));
    let found = bed.read(|conn| groups::find(conn, id)).unwrap();
    assert_eq!((found.room.title.as_deref(), &found.about), (Some("after"), &about));
    assert!(!save(bed.talk(bed.kim).room), "a consultation is none");
    end(bed, id);
    assert!(!save(id), "it is over");
}

fn a_room_without_a_consultation_ends(bed: &Bed) {
    let id = open(bed, "short");
    assert_eq!(end(bed, id), Written::Done);
    assert_eq!(end(bed, id), Written::Stale);
    let room = bed.read(|conn| rooms::by_id(conn, id)).unwrap();
    assert_eq!(
        (room.status, room.end_reason, room.end_note.as_deref()),
        (RoomStatus::Ended, Some(EndReason::Done), Some("끝"))
    );
    assert_eq!(bed.taken(bed.kim), 0, "nobody's place was taken by it");
}
