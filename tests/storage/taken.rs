//! Rooms of a node that is gone, taken by another and read for their actors.

use std::collections::BTreeSet;
use std::sync::mpsc;
use std::time::Instant;

use anteroom::actors::{AskedRooms, TakenRooms, take_over};
use anteroom::ids::{AccountId, MemberId, NodeId, RoomId};
use anteroom::journal::{SeatRow, ShowRow, SitRow, Write, Written};
use anteroom::protocol::{Role, SeatState};
use anteroom::storage::connect;
use anteroom::storage::talk::groups::{self, NewGroup};
use anteroom::storage::talk::keepers::kept_of;
use anteroom::storage::talk::rooms;
use diesel::connection::SimpleConnection;
use tokio::runtime;

use super::bed::{Bed, Talk};
use super::crowd::{crowd, sizes};
use super::on_both;

const MESSAGES_MAX: u32 = 60;

on_both!(rooms_are_read_by_their_ids_as_all_of_them_are, what_is_on_file_as_ones_own_is_opened);

fn group(bed: &Bed) -> RoomId {
    let (id, title, language) = (RoomId(bed.clock.new_id()), "title".to_owned(), "ko".to_owned());
    let new = NewGroup { id, title, info: None, picture: None, language, creator: bed.kim, home: bed.node };
    bed.read(|conn| groups::create(conn, &new, bed.now()));
    id
}

fn supervise(bed: &Bed, room: RoomId, account: AccountId, joins: bool) -> MemberId {
    let (member, at) = (MemberId(bed.clock.new_id()), bed.now());
    let seat = SeatRow { member, role: Role::Manager, account: Some(account), session: None, name: "boss".into() };
    let row = SitRow { room, seat, picture: None, watching: true, audit: None, at };
    assert_eq!(bed.write(Write::Sit(Box::new(row))), Written::Done);
    if joins {
        let row = ShowRow { room, member, watching: false, audit: None, at };
        assert_eq!(bed.write(Write::Show(Box::new(row))), Written::Done);
    }
    member
}

fn take(bed: &Bed, me: NodeId, from: Option<NodeId>, rooms: &[RoomId], tell: impl FnMut(TakenRooms)) {
    let asked = AskedRooms { me, from, rooms: rooms.to_vec(), messages_max: MESSAGES_MAX };
    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(take_over(&bed.store, &bed.clock, asked, tell));
}

/// All that came of it: talks, group rooms, not taken.
fn taken(bed: &Bed, me: NodeId, from: Option<NodeId>, rooms: &[RoomId]) -> TakenRooms {
    let mut all = TakenRooms::default();
    take(bed, me, from, rooms, |mut some| {
        all.talks.append(&mut some.talks);
        all.groups.append(&mut some.groups);
        all.not_taken.append(&mut some.not_taken);
    });
    all
}

fn keeper(bed: &Bed, room: RoomId) -> Option<NodeId> {
    bed.read(|conn| kept_of(conn, &[room]))[0].keeper
}

fn rooms_are_read_by_their_ids_as_all_of_them_are(bed: &Bed) {
    let [one, other, over] = [bed.kim, bed.lee, bed.lee].map(|counsellor| bed.talk(counsellor));
    let groups_open = [group(bed), group(bed)];
    supervise(bed, one.room, bed.lee, true);
    bed.say(&other, 1);
    bed.end(&over, false);
    let all = bed.read(rooms::open);
    assert_eq!(bed.read(|conn| rooms::open_of(conn, &[other.room, one.room])), all, "oldest first");
    let few = bed.read(|conn| rooms::open_of(conn, &[other.room, over.room, groups_open[0]]));
    assert_eq!(few, all[1..]);
    assert_eq!(few[0].keeper, Some(bed.node));
    let all = bed.read(groups::open);
    assert_eq!(bed.read(|conn| groups::open_of(conn, &groups_open)), all);
    assert_eq!(bed.read(|conn| groups::open_of(conn, &[one.room, groups_open[1]])), all[1..]);
    assert!(bed.read(|conn| groups::open_of(conn, &[one.room])).is_empty());
}

/// Its taking is on file, and whoever took it was never told: asked again, they open it.
fn what_is_on_file_as_ones_own_is_opened(bed: &Bed) {
    let [mine, over] = [bed.talk(bed.kim), bed.talk(bed.lee)];
    let group = group(bed);
    bed.end(&over, false);
    let gone = NodeId(bed.clock.new_id());
    let all = taken(bed, bed.node, Some(gone), &[mine.room, over.room, group]);
    assert_eq!(all.talks.iter().map(|talk| talk.room).collect::<Vec<_>>(), [mine.room]);
    assert_eq!((all.groups.len(), all.not_taken), (1, vec![over.room]));
}

#[test]
fn what_is_taken_is_opened_as_after_a_start() {
    let bed = Bed::postgres();
    let (talk, lives) = (bed.talk(bed.kim), bed.talk(bed.lee));
    let nobodys = group(&bed);
    let [joined, watcher] = [true, false].map(|joins| supervise(&bed, talk.room, bed.lee, joins));
    let goes_on = supervise(&bed, lives.room, bed.lee, false);
    bed.say(&talk, 1);
    bed.say(&talk, 2);
    let [me, other] = [(); 2].map(|()| NodeId(bed.clock.new_id()));
    bed.read(|conn| {
        conn.batch_execute(&format!(
            "UPDATE ROOM SET KEEPER_ID = '{other}' WHERE ROOM_ID = '{}';
             UPDATE ROOM SET KEEPER_ID = NULL WHERE ROOM_ID = '{nobodys}'",
            lives.room
        ))
    });

    let mut all = taken(&bed, me, Some(bed.node), &[lives.room, talk.room, nobodys]);
    assert_eq!(all.not_taken.iter().collect::<BTreeSet<_>>(), BTreeSet::from([&lives.room, &nobodys]));
    let [opening] = &all.talks[..] else { panic!("one was the gone node's") };
    assert_eq!((opening.room, opening.last_seq, opening.recent.len()), (talk.room, 2, 0));
    assert_eq!((opening.talk.ticket, opening.talk.counsellor.0), (talk.ticket, bed.kim));
    assert_eq!((opening.talk.number.as_str(), opening.rules.messages_max), ("A-001", MESSAGES_MAX));
    let seats: Vec<_> = opening.seats.iter().map(|seat| (seat.member, seat.state)).collect();
    assert_eq!(seats, [talk.desk, talk.staff, joined].map(|member| (member, SeatState::Away)));
    assert_eq!(opening.held, [(bed.lee, joined)], "who watched comes anew");
    assert_eq!((keeper(&bed, talk.room), keeper(&bed, lives.room)), (Some(me), Some(other)));
    let state = |talk: &Talk, member| {
        let seats = bed.read(|conn| rooms::members(conn, talk.room));
        seats.into_iter().find(|seat| seat.member == member).map(|seat| seat.state)
    };
    assert_eq!(state(&talk, watcher), Some(SeatState::Left));
    assert_eq!(state(&lives, goes_on), Some(SeatState::Joined), "nobody took that room");

    all = taken(&bed, me, None, &[nobodys]);
    assert_eq!((all.groups.len(), keeper(&bed, nobodys)), (1, Some(me)));
    assert_eq!(bed.say(&talk, 3), Written::Fenced, "the node that was gone says nothing there any more");
}

/// Two are held by a home that was paused in the middle: one of them turns out to be over.
#[test]
fn what_a_transaction_holds_is_tried_again_as_long_as_it_may_be_had() {
    let bed = Bed::postgres();
    let [held, free] = [bed.kim, bed.lee].map(|counsellor| bed.talk(counsellor));
    let ends = bed.talk(bed.lee);
    let me = NodeId(bed.clock.new_id());
    let mut paused = connect(bed.store.database()).unwrap();
    paused
        .batch_execute(&format!(
            "SET idle_in_transaction_session_timeout TO 0; BEGIN;
             SELECT 1 FROM ROOM WHERE ROOM_ID = '{}' FOR NO KEY UPDATE;
             UPDATE ROOM SET STATUS = 'ENDED', CLOSED_DTTM = OPENED_DTTM WHERE ROOM_ID = '{}'",
            held.room, ends.room
        ))
        .unwrap();
    let (sender, answers) = mpsc::channel();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let rooms = [held.room, free.room, ends.room];
            take(&bed, me, Some(bed.node), &rooms, |taken| sender.send(taken).unwrap());
            drop(sender);
        });
        let first = answers.recv().unwrap();
        assert_eq!(first.talks.iter().map(|talk| talk.room).collect::<Vec<_>>(), [free.room]);
        assert!(first.not_taken.is_empty(), "it is not known yet");
        paused.batch_execute("COMMIT").unwrap();
        let (mut talks, mut not_taken) = (Vec::new(), Vec::new());
        for TakenRooms { talks: some, not_taken: not, .. } in &answers {
            talks.extend(some.iter().map(|talk| talk.room));
            not_taken.extend(not);
        }
        assert_eq!((talks, not_taken), (vec![held.room], vec![ends.room]));
    });
}

/// `ANTEROOM_ROOMS` asks for more; `--nocapture` shows what it took.
#[test]
fn many_rooms_are_taken_and_read_at_once() {
    let bed = Bed::postgres();
    let (rooms, waiting) = sizes();
    let talk = bed.talk(bed.lee);
    bed.say(&talk, 1);
    crowd(&bed, &talk, rooms, waiting);
    let all: Vec<RoomId> = bed.read(rooms::open).into_iter().map(|open| open.room.id).collect();
    let mut from = bed.node;
    for _ in 0..5 {
        let (me, began) = (NodeId(bed.clock.new_id()), Instant::now());
        let mut cores = Vec::new();
        take(&bed, me, Some(from), &all, |taken| {
            cores.extend(taken.talks.into_iter().map(|opening| opening.begin(bed.clock.now()).0));
        });
        println!("{} rooms are taken, read and begun: {:?}", all.len(), began.elapsed());
        assert_eq!(cores.len(), rooms as usize + 1);
        from = me;
    }
}
