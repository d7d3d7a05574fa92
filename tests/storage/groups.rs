//! Group rooms: opened, listed, edited and ended; a room without a consultation ends like any other.

use anteroom::ids::{AccountId, MediaId, MemberId, MessageId, RoomId};
use anteroom::journal::{MessageRow, SeatRow, SitRow, Write, Written};
use anteroom::protocol::{EndReason, MessageKind, Role, SeatState};
use anteroom::storage::talk::group_log;
use anteroom::storage::talk::groups::{self, About, NewGroup};
use anteroom::storage::talk::media::{self, Media};
use anteroom::storage::talk::rooms::{self, RoomStatus};
use anteroom::time::Wall;

use super::bed::{Bed, statements_of};
use super::on_both;

on_both!(
    a_room_reads_back_as_it_was_opened,
    the_open_ones_are_listed_page_by_page_the_newest_first,
    an_edit_changes_what_is_shown_and_only_of_an_open_group_room,
    a_room_without_a_consultation_ends,
    seats_are_taken_and_given_up_while_it_is_open,
    what_happened_in_a_room_is_read_page_by_page_in_order,
    however_many_rooms_and_members_the_questions_are_as_many,
);

fn new(bed: &Bed, title: &str) -> NewGroup {
    NewGroup {
        id: RoomId(bed.clock.new_id()),
        title: title.into(),
        info: Some("설명".into()),
        picture: None,
        language: "ko".into(),
        creator: bed.kim,
        home: bed.node,
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

fn sit(
    bed: &Bed,
    room: RoomId,
    role: Role,
    account: Option<AccountId>,
    picture: Option<String>,
) -> (MemberId, Written) {
    let member = MemberId(bed.clock.new_id());
    let seat = SeatRow { member, role, account, session: None, name: "별".into() };
    let row = SitRow { room, seat, picture, watching: false, audit: None, at: bed.now() };
    (member, bed.write(Write::Sit(Box::new(row))))
}

fn seats_are_taken_and_given_up_while_it_is_open(bed: &Bed) {
    let id = open(bed, "모임");
    let picture = Media { id: MediaId(bed.clock.new_id()), content_type: "image/png".into(), content: vec![1] };
    bed.read(|conn| media::create(conn, &picture, "TEST", bed.now()));
    let path = media::path(picture.id);
    let (guest, written) = sit(bed, id, Role::Guest, None, Some(path.clone()));
    assert_eq!(written, Written::Done);
    assert_eq!(sit(bed, id, Role::Counsellor, Some(bed.kim), None).1, Written::Done);
    assert_eq!(sit(bed, id, Role::Manager, Some(bed.lee), None).1, Written::Done);
    let seats = bed.read(|conn| rooms::members(conn, id));
    let shown: Vec<_> = seats.iter().map(|seat| (seat.role, seat.account, seat.picture.clone())).collect();
    let expected = [
        (Role::Guest, None, Some(path)),
        (Role::Counsellor, Some(bed.kim), None),
        (Role::Manager, Some(bed.lee), None),
    ];
    assert_eq!(shown, expected);
    assert_eq!(bed.read(|conn| media::forget(conn, Wall(bed.now().0 + 1_000_000))), 0, "somebody is shown by it");
    assert_eq!(bed.read(|conn| groups::find(conn, id)).unwrap().members, 3);

    bed.write(Write::Seat { room: id, member: guest, state: SeatState::Left, at: bed.now() });
    assert_eq!(bed.read(|conn| groups::find(conn, id)).unwrap().members, 2);
    let found = bed.read(groups::open).remove(0);
    assert_eq!((found.group.members, found.seats.len(), found.left_at.is_some()), (2, 3, true));
    assert_eq!((found.seats[0].member, found.seats[0].state), (guest, SeatState::Left), "known by name");
    end(bed, id);
    assert_eq!(sit(bed, id, Role::Guest, None, None).1, Written::Stale);
    assert!(bed.read(|conn| rooms::members(conn, id)).iter().all(|seat| seat.state == SeatState::Left));
}

fn what_happened_in_a_room_is_read_page_by_page_in_order(bed: &Bed) {
    let id = open(bed, "모임");
    let (guest, _) = sit(bed, id, Role::Guest, None, None);
    let (kim, _) = sit(bed, id, Role::Counsellor, Some(bed.kim), None);
    for (seq, body) in (1..).zip(["하나", "둘", "셋"]) {
        let message = MessageRow {
            id: MessageId(bed.clock.new_id()),
            room: id,
            seq,
            from: guest,
            client_id: format!("c{seq}"),
            kind: MessageKind::Text,
            body: body.into(),
            at: bed.now(),
        };
        bed.write(Write::Say(Box::new(message)));
    }
    bed.write(Write::Seat { room: id, member: guest, state: SeatState::Left, at: bed.now() });
    let (reason, at) = (EndReason::Done, bed.now());
    bed.write(Write::EndRoom { room: id, reason, by: Some(kim), note: None, at, wrap_up: false });

    let group = bed.read(|conn| groups::find(conn, id)).unwrap();
    let pages = |limit| {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let page = bed.read(|conn| group_log::list(conn, &group, after, limit));
            assert!(page.items.len() <= limit as usize);
            all.extend(page.items);
            after = page.next;
            if after.is_none() {
                return all;
            }
        }
    };
    let all = pages(50);
    let kinds: Vec<&str> = all.iter().map(|logged| logged.kind).collect();
    assert_eq!(kinds[..7], ["OPENED", "JOINED", "JOINED", "SAID", "SAID", "SAID", "LEFT"]);
    let mut last = kinds[7..].to_vec();
    last.sort_unstable();
    assert_eq!(last, ["ENDED", "LEFT"], "whoever sat there as it ended left with it");
    assert_eq!((all[0].by, all[2].by), (Some(bed.kim), Some(bed.kim)));
    assert_eq!((&all[3].detail["body"], &all[3].detail["name"]), (&"하나".into(), &"별".into()));
    let end = all.iter().find(|logged| logged.kind == "ENDED").unwrap();
    assert_eq!((end.by, &end.detail["reason"]), (Some(bed.kim), &"DONE".into()));
    for limit in [1, 2, 3, 8] {
        assert_eq!(pages(limit), all, "pages of {limit}");
    }
}

fn however_many_rooms_and_members_the_questions_are_as_many(bed: &Bed) {
    let ask = || {
        let (mut counts, mut started) = (Vec::new(), Vec::new());
        bed.read(|conn| {
            let ids: Vec<RoomId> = groups::list_open(conn, None, 50)?.items.iter().map(|group| group.room.id).collect();
            counts.push(statements_of(conn, |conn| drop(rooms::members_of(conn, &ids).unwrap())).len());
            counts.push(statements_of(conn, |conn| drop(groups::list_open(conn, None, 50).unwrap())).len());
            counts.push(statements_of(conn, |conn| started = groups::open(conn).unwrap()).len());
            let group = groups::find(conn, ids[0])?.unwrap();
            counts.push(statements_of(conn, |conn| drop(group_log::list(conn, &group, None, 50).unwrap())).len());
            Ok(())
        });
        (counts, started)
    };
    let fill = |rooms: usize| {
        for _ in 0..rooms {
            let id = open(bed, "모임");
            for _ in 0..3 {
                let (member, _) = sit(bed, id, Role::Guest, None, None);
                bed.write(Write::Seat { room: id, member, state: SeatState::Left, at: bed.now() });
            }
            sit(bed, id, Role::Guest, None, None);
        }
    };
    fill(1);
    let (few, _) = ask();
    fill(6);
    let (many, started) = ask();
    assert_eq!(few, many);
    assert_eq!(many, [1, 2, 4, 3], "one for all members of all rooms");
    for open in started {
        let states: Vec<SeatState> = open.seats.iter().map(|seat| seat.state).collect();
        assert_eq!(states, [SeatState::Left, SeatState::Left, SeatState::Left, SeatState::Joined]);
        assert_eq!((open.group.members, open.left_at.is_some()), (1, true));
    }
}
