//! Rooms: the sequence, seats, the end, the wrap-up, the score, and a counsellor who is lost.

use anteroom::journal::{MessageRow, Write, Written};
use anteroom::protocol::{EndReason, SeatState};
use anteroom::storage::history::consultations;
use anteroom::storage::talk::messages::{by_client_id, of_consultation, room_history};
use anteroom::storage::talk::rooms;
use anteroom::storage::talk::rooms::{RoomStatus, by_id, members};
use anteroom::storage::talk::tickets::{Status, visit, waiting};

use super::bed::{Bed, Talk};
use super::on_both;

on_both!(
    a_message_is_the_next_or_nothing,
    a_message_said_before_is_the_same_message,
    a_seat_that_is_left_stays_left,
    what_was_seen_never_goes_back,
    an_end_without_wrap_up_frees_the_place,
    a_wrap_up_holds_the_place_until_it_is_done,
    a_desk_rates_once_and_after_the_end,
    a_lost_counsellor_gives_the_ticket_back_with_the_conversation_so_far,
);

fn a_message_is_the_next_or_nothing(bed: &Bed) {
    let talk = bed.talk(bed.kim);
    assert_eq!(bed.say(&talk, 2), Written::Gap);
    assert_eq!(bed.say(&talk, 1), Written::Done);
    assert_eq!(bed.say(&talk, 3), Written::Gap);
    assert_eq!(bed.say(&talk, 2), Written::Done);
    bed.end(&talk, false);
    assert_eq!(bed.say(&talk, 3), Written::Stale);
    let said = bed.read(|conn| room_history(conn, talk.room, 0, u32::MAX, 200));
    assert_eq!(
        said.iter().map(|message| (message.seq, message.body.as_str())).collect::<Vec<_>>(),
        [(1, "말 1"), (2, "말 2")]
    );
}

fn a_message_said_before_is_the_same_message(bed: &Bed) {
    let talk = bed.talk(bed.kim);
    let first = bed.message(talk.room, talk.desk, 1);
    let at = first.at;
    let write = |row: &MessageRow| bed.write(Write::Say(Box::new(row.clone())));
    assert_eq!(write(&first), Written::Done);
    let again = MessageRow { id: bed.message(talk.room, talk.desk, 2).id, seq: 2, ..first.clone() };
    assert_eq!(write(&again), Written::Said { seq: 1, id: first.id, at, same: true });
    let other = MessageRow { body: "다른 말".into(), ..again.clone() };
    assert_eq!(write(&other), Written::Said { seq: 1, id: first.id, at, same: false });
    let by_another = MessageRow { from: talk.staff, ..again.clone() };
    assert_eq!(write(&by_another), Written::Done, "a client id is its sender's own");
    assert_eq!(bed.read(|conn| by_id(conn, talk.room)).unwrap().last_seq, 2);
    bed.end(&talk, false);
    assert_eq!(write(&again), Written::Said { seq: 1, id: first.id, at, same: true }, "also after the end");
    let found = bed.read(|conn| by_client_id(conn, talk.room, talk.desk, "c1")).unwrap();
    assert_eq!((found.id, found.at), (first.id, at));
}

fn a_seat_that_is_left_stays_left(bed: &Bed) {
    let talk = bed.talk(bed.kim);
    let seat = |state| {
        assert_eq!(bed.write(Write::Seat { room: talk.room, member: talk.desk, state, at: bed.now() }), Written::Done);
        bed.read(|conn| members(conn, talk.room))[0].state
    };
    assert_eq!(seat(SeatState::Away), SeatState::Away);
    assert_eq!(seat(SeatState::Back), SeatState::Joined);
    assert_eq!(seat(SeatState::Left), SeatState::Left);
    assert_eq!(seat(SeatState::Away), SeatState::Left);
}

fn what_was_seen_never_goes_back(bed: &Bed) {
    let talk = bed.talk(bed.kim);
    for (seq, expected) in [(5, 5), (3, 5), (6, 6)] {
        assert_eq!(bed.write(Write::Seen { member: talk.staff, seq }), Written::Done);
        assert_eq!(bed.read(|conn| members(conn, talk.room))[1].last_seen_seq, expected);
    }
}

fn an_end_without_wrap_up_frees_the_place(bed: &Bed) {
    let talk = bed.talk(bed.kim);
    assert_eq!(bed.end(&talk, false), Written::Done);
    assert_eq!(bed.end(&talk, false), Written::Stale);
    assert_eq!(bed.taken(bed.kim), 0);
    let room = bed.read(|conn| by_id(conn, talk.room)).unwrap();
    assert_eq!(
        (room.status, room.end_reason, room.ended_by),
        (RoomStatus::Ended, Some(EndReason::Done), Some(talk.staff))
    );
    assert!(bed.read(|conn| members(conn, talk.room)).iter().all(|seat| seat.state == SeatState::Left));
    let found = bed.read(|conn| visit(conn, talk.ticket)).unwrap();
    assert_eq!((found.status, found.end_reason.as_deref()), (Status::Done, Some("DONE")));
    let last = found.room.unwrap();
    assert_eq!((last.room, last.desk, last.closed_at.is_some()), (talk.room, Some(talk.desk), true));
}

fn wrap_up(bed: &Bed, talk: &Talk, result_code: Option<&str>, memo: Option<&str>) -> Written {
    bed.write(Write::WrapUp {
        room: talk.room,
        counsellor: talk.counsellor,
        result_code: result_code.map(Into::into),
        memo: memo.map(Into::into),
        at: bed.now(),
    })
}

fn a_wrap_up_holds_the_place_until_it_is_done(bed: &Bed) {
    let talk = bed.talk(bed.kim);
    assert_eq!(wrap_up(bed, &talk, Some("OTHER"), None), Written::Stale, "it has not ended");
    bed.end(&talk, true);
    assert_eq!(bed.taken(bed.kim), 1);
    let pending = bed.read(consultations::wrap_ups);
    assert_eq!(
        pending.iter().map(|one| (one.ticket, one.room, one.counsellor)).collect::<Vec<_>>(),
        [(talk.ticket, talk.room, bed.kim)]
    );
    assert_eq!(wrap_up(bed, &Talk { counsellor: bed.lee, ..talk }, Some("OTHER"), None), Written::Stale, "not theirs");
    assert_eq!(wrap_up(bed, &talk, Some("RESOLVED"), Some("끝")), Written::WrappedUp { freed: true });
    assert_eq!(bed.taken(bed.kim), 0);
    assert_eq!(wrap_up(bed, &talk, Some("FOLLOW_UP"), None), Written::WrappedUp { freed: false });
    let found = bed.read(|conn| consultations::by_id(conn, talk.ticket)).unwrap();
    assert_eq!(
        (found.status, found.result_code.as_deref(), found.memo.as_deref()),
        (Status::Done, Some("FOLLOW_UP"), Some("끝"))
    );
    assert_eq!((bed.taken(bed.kim), bed.read(consultations::wrap_ups).len()), (0, 0));
}

fn a_desk_rates_once_and_after_the_end(bed: &Bed) {
    let talk = bed.talk(bed.kim);
    let rate = |member, score| {
        bed.write(Write::Rate { room: talk.room, member, score, comment: Some("고맙".into()), at: bed.now() })
    };
    assert_eq!(rate(talk.desk, 5), Written::Stale, "not ended");
    bed.end(&talk, true);
    assert_eq!(rate(talk.staff, 5), Written::Stale, "not a desk");
    assert_eq!(rate(talk.desk, 4), Written::Done);
    assert_eq!(rate(talk.desk, 4), Written::Done, "the same again");
    assert_eq!(rate(talk.desk, 1), Written::Stale, "rated otherwise");
    assert_eq!(bed.read(|conn| consultations::by_id(conn, talk.ticket)).unwrap().rating, Some(4));
}

fn a_lost_counsellor_gives_the_ticket_back_with_the_conversation_so_far(bed: &Bed) {
    let first = bed.talk(bed.kim);
    let before = bed.read(|conn| consultations::by_id(conn, first.ticket)).unwrap().ticket;
    bed.say(&first, 1);
    bed.say(&first, 2);
    let lost = || bed.write(Write::ReturnTicket { room: first.room, at: bed.now() });
    assert_eq!(lost(), Written::Done);
    assert_eq!(lost(), Written::Stale);
    assert_eq!(bed.taken(bed.kim), 0);
    assert_eq!(bed.read(waiting), [before], "at its old moment, with its old number");

    let second = bed.pair(first.ticket, bed.lee).expect("a match");
    assert_eq!(second.last_seq, 2);
    assert_eq!(bed.say(&second, 1), Written::Gap);
    assert_eq!(bed.say(&second, 3), Written::Done);
    let seqs = |room, after, upto, limit| {
        let found = bed.read(|conn| room_history(conn, room, after, upto, limit));
        found.iter().map(|message| message.seq).collect::<Vec<_>>()
    };
    assert_eq!(seqs(second.room, 0, u32::MAX, 200), [1, 2, 3]);
    assert_eq!(seqs(second.room, 1, u32::MAX, 1), [2]);
    assert_eq!(seqs(second.room, 0, 2, 200), [1, 2]);
    assert_eq!(seqs(first.room, 0, u32::MAX, 200), [1, 2], "what came later is not the first room's");
    assert_eq!(bed.read(|conn| of_consultation(conn, first.ticket, 1, 200)).len(), 2);
    let both = bed.read(|conn| rooms::of_consultation(conn, first.ticket));
    assert_eq!(both.iter().map(|room| room.id).collect::<Vec<_>>(), [first.room, second.room]);

    bed.end(&second, true);
    assert_eq!(wrap_up(bed, &first, Some("OTHER"), None), Written::Stale, "no longer theirs");
    assert_eq!(bed.read(consultations::wrap_ups)[0].room, second.room);
    assert_eq!(wrap_up(bed, &second, Some("OTHER"), None), Written::WrappedUp { freed: true });
}
