//! Every decision names its keeper: what another decides changes nothing, and they are told so.

use anteroom::ids::{MemberId, NodeId, RoomId, TermId, TicketId, WhisperId};
use anteroom::journal::{
    HandOverRow, Keeper, MoveRow, SeatRow, ShowRow, SitRow, TicketEnd, TicketRow, WhisperRow, Write, Written,
};
use anteroom::protocol::{ClosedReason, EndReason, Role, SeatState};
use anteroom::storage::history::audit::{Actor, NewEntry};
use anteroom::storage::talk::groups::{self, NewGroup};
use anteroom::storage::talk::keepers::{KeptRoom, kept_rooms, unkept_tickets};
use anteroom::storage::talk::tickets::{Status, visit};
use anteroom::storage::talk::{alone, messages, rooms};

use super::bed::{Bed, Talk};
use super::on_both;

on_both!(
    what_another_decides_about_a_ticket_changes_nothing,
    what_another_decides_about_a_room_changes_nothing,
    how_a_room_ended_is_its_keepers_to_say,
    a_ticket_that_comes_back_is_nobodys_until_a_term_takes_it,
    an_ask_that_is_said_again_is_the_same_ticket,
    what_was_over_before_it_is_asked_again_is_told,
    a_start_alone_takes_over_everything,
);

fn close(bed: &Bed, ticket: TicketId) -> Write {
    Write::CloseTicket { ticket, status: TicketEnd::Cancelled, reason: ClosedReason::Cancelled, at: bed.now() }
}

fn move_to_its_own_line(bed: &Bed, ticket: TicketId) -> Write {
    let entry = NewEntry { action: "TICKET_MOVED", subject_kind: "TICKET", subject_id: "t".into(), detail: "".into() };
    let (line, reason, actor, at) = (bed.line, "because".into(), Actor::system(), bed.now());
    Write::MoveTicket(Box::new(MoveRow { ticket, line, reason, actor, entry, at }))
}

/// Everything a home may decide about a room.
pub fn of_home(bed: &Bed, talk: &Talk) -> Vec<Write> {
    let (room, at) = (talk.room, bed.now());
    let member = MemberId(bed.clock.new_id());
    let seat = SeatRow { member, role: Role::Manager, account: Some(bed.lee), session: None, name: "lee".into() };
    let audit = Some((
        Actor::system(),
        NewEntry { action: "ROOM_JOINED", subject_kind: "ROOM", subject_id: room.to_string(), detail: "".into() },
    ));
    let (id, client_id) = (WhisperId(bed.clock.new_id()), "w".to_owned());
    vec![
        Write::Say(Box::new(bed.message(room, talk.desk, talk.last_seq + 1))),
        Write::Sit(Box::new(SitRow { room, seat, picture: None, watching: false, audit: audit.clone(), at })),
        Write::Show(Box::new(ShowRow { room, member: talk.staff, watching: true, audit, at })),
        Write::Whisper(Box::new(WhisperRow { id, room, from: talk.staff, client_id, body: "psst".into(), at })),
        Write::Seat { room, member: talk.desk, state: SeatState::Away, at },
        Write::EndRoom { room, reason: EndReason::Done, by: None, note: None, at, wrap_up: false },
        Write::ReturnTicket { room, at },
        Write::HandOver(Box::new(HandOverRow { room, line: bed.line, to: bed.lee, by: bed.kim, note: None, at })),
        Write::HandOn { room, to: None, at },
    ]
}

/// Told to another term, to a home that is none, and to whoever names no keeper.
fn is_fenced(bed: &Bed, write: &Write) {
    let (term, node) = (TermId(bed.clock.new_id()), NodeId(bed.clock.new_id()));
    for by in [Keeper::Term(term), Keeper::Home(node), Keeper::Anybody] {
        assert_eq!(bed.try_write_by(by, write.clone()), Ok(Written::Fenced), "{by:?} {write:?}");
    }
}

fn what_another_decides_about_a_ticket_changes_nothing(bed: &Bed) {
    let ticket = bed.ticket();
    let before = bed.read(|conn| visit(conn, ticket));
    for write in
        [close(bed, ticket), move_to_its_own_line(bed, ticket), Write::Match(Box::new(bed.proposal(ticket, bed.kim)))]
    {
        is_fenced(bed, &write);
    }
    assert_eq!(bed.read(|conn| visit(conn, ticket)), before);
    assert_eq!((bed.taken(bed.kim), bed.read(rooms::open).len()), (0, 0), "no place is taken, no room is opened");
    // Whose it is may do all of it. One that does not wait is nobody's to be fenced from.
    assert_eq!(bed.write(move_to_its_own_line(bed, ticket)), Written::Done);
    assert_eq!(bed.write(close(bed, ticket)), Written::Done);
    assert_eq!(bed.write(close(bed, ticket)), Written::Stale);
}

fn what_another_decides_about_a_room_changes_nothing(bed: &Bed) {
    let talk = bed.talk(bed.kim);
    let look = || {
        let seats = bed.read(|conn| rooms::members(conn, talk.room));
        let said = bed.read(|conn| messages::room_history(conn, talk.room, 0, u32::MAX, 10));
        (bed.read(|conn| rooms::by_id(conn, talk.room)), seats, said, bed.read(|conn| visit(conn, talk.ticket)))
    };
    let before = look();
    for write in of_home(bed, &talk) {
        is_fenced(bed, &write);
    }
    assert_eq!((look(), bed.taken(bed.kim)), (before, 1));
    // Also where the same was said before.
    assert_eq!(bed.say(&talk, 1), Written::Done);
    is_fenced(bed, &Write::Say(Box::new(bed.message(talk.room, talk.desk, 1))));
    for write in of_home(bed, &Talk { last_seq: 1, ..talk }).into_iter().take(6) {
        assert_eq!(bed.write(write.clone()), Written::Done, "{write:?}");
    }
}

fn how_a_room_ended_is_its_keepers_to_say(bed: &Bed) {
    let talk = bed.talk(bed.kim);
    let (node, term) = (NodeId(bed.clock.new_id()), TermId(bed.clock.new_id()));
    bed.read(|conn| conn.write(|conn| alone::begin(conn, node, term, bed.now())));
    let ends = Write::EndRoom {
        room: talk.room,
        reason: EndReason::Done,
        by: None,
        note: None,
        at: bed.now(),
        wrap_up: false,
    };
    assert_eq!(bed.try_write_by(Keeper::Home(node), ends.clone()), Ok(Written::Done));
    assert_eq!(bed.write(ends.clone()), Written::Fenced, "its first home does not say so, too");
    assert_eq!(bed.try_write_by(Keeper::Home(node), ends), Ok(Written::Stale));
}

fn a_ticket_that_comes_back_is_nobodys_until_a_term_takes_it(bed: &Bed) {
    let talk = bed.talk(bed.kim);
    let come_back = |room| assert_eq!(bed.write(Write::ReturnTicket { room, at: bed.now() }), Written::Done);
    come_back(talk.room);
    assert_eq!(bed.read(unkept_tickets), [talk.ticket]);
    assert_eq!(bed.write(Write::TakeTicket { ticket: talk.ticket }), Written::Done);
    assert_eq!(bed.read(unkept_tickets), []);
    assert_eq!(bed.write(Write::TakeTicket { ticket: talk.ticket }), Written::Stale, "it is somebody's");
    let again = bed.pair(talk.ticket, bed.kim).expect("a match");
    // Taking it failed, or is not there yet: a decision of the term takes it, as nobody else may.
    come_back(again.room);
    let again = bed.pair(talk.ticket, bed.kim).expect("a match");
    let line = bed.line;
    let hands = HandOverRow { room: again.room, line, to: bed.lee, by: bed.kim, note: None, at: bed.now() };
    assert_eq!(bed.write(Write::HandOver(Box::new(hands))), Written::Done);
    assert_eq!(bed.read(unkept_tickets), [talk.ticket]);
    if bed.store.is_shared() {
        // Elsewhere the lock on the file keeps everybody else out.
        is_fenced(bed, &Write::TakeTicket { ticket: talk.ticket });
    }
    assert_eq!(bed.write(close(bed, talk.ticket)), Written::Done);
    assert_eq!((bed.read(unkept_tickets), bed.taken(bed.kim)), (vec![], 0));
}

fn an_ask_that_is_said_again_is_the_same_ticket(bed: &Bed) {
    let keyed = bed.request();
    let counted = TicketRow { client_id: "17".into(), ..bed.request() };
    let opened = |number: &str| Ok(Written::Opened { number: number.into() });
    let asks = [(&keyed, "A-001"), (&counted, "A-002")];
    for (row, number) in asks {
        let ask = Write::OpenTicket(row.clone());
        assert_eq!(bed.try_write(ask.clone()), opened(number));
        assert_eq!(bed.try_write(ask), opened(number));
    }
    let back = bed.pair(keyed.ticket, bed.kim).expect("a match");
    bed.write(Write::ReturnTicket { room: back.room, at: bed.now() });
    // Their term is over, and whoever asked was not told.
    let (node, term) = (NodeId(bed.clock.new_id()), TermId(bed.clock.new_id()));
    bed.read(|conn| conn.write(|conn| alone::begin(conn, node, term, bed.now())));
    for (row, number) in asks {
        assert_eq!(bed.try_write_by(Keeper::Term(term), Write::OpenTicket(row.clone())), opened(number));
        let closes = bed.try_write_by(Keeper::Term(term), close(bed, row.ticket));
        assert_eq!(closes, Ok(Written::Done), "it is the new term's");
    }
}

fn what_was_over_before_it_is_asked_again_is_told(bed: &Bed) {
    let over = bed.request();
    bed.write(Write::OpenTicket(over.clone()));
    bed.write(close(bed, over.ticket));
    let matched = bed.request();
    bed.write(Write::OpenTicket(matched.clone()));
    bed.pair(matched.ticket, bed.kim).expect("a match");
    let refused = bed.request();
    assert_eq!(bed.write(Write::RefuseTicket(refused.clone(), ClosedReason::Full)), Written::Done);
    for row in [over.clone(), matched, refused.clone()] {
        let status = bed.read(|conn| visit(conn, row.ticket)).unwrap().status;
        let itself = Written::Duplicate { ticket: row.ticket };
        assert_eq!(bed.write(Write::OpenTicket(row.clone())), itself, "{status:?}");
        assert_eq!(bed.read(|conn| visit(conn, row.ticket)).unwrap().status, status);
    }
    assert_eq!(bed.write(Write::RefuseTicket(refused, ClosedReason::Full)), Written::Done);
    let itself = Written::Duplicate { ticket: over.ticket };
    assert_eq!(bed.write(Write::RefuseTicket(over, ClosedReason::Full)), itself, "it was more than refused");
}

fn a_start_alone_takes_over_everything(bed: &Bed) {
    let waits = bed.ticket();
    let talk = bed.talk(bed.kim);
    let back = bed.talk(bed.lee);
    bed.write(Write::ReturnTicket { room: back.room, at: bed.now() });
    let over = bed.talk(bed.lee);
    bed.end(&over, false);
    let group = NewGroup {
        id: RoomId(bed.clock.new_id()),
        title: "모임".into(),
        info: None,
        picture: None,
        language: "ko".into(),
        creator: bed.kim,
        home: bed.node,
    };
    bed.read(|conn| groups::create(conn, &group, bed.now()));
    let kept = |room, ticket, keeper| KeptRoom { room, ticket, keeper: Some(keeper) };
    let of = |keeper| vec![kept(talk.room, Some(talk.ticket), keeper), kept(group.id, None, keeper)];
    let look = || {
        let mut rooms = bed.read(kept_rooms);
        rooms.sort_by_key(|kept| kept.room);
        rooms
    };
    assert_eq!((look(), bed.read(unkept_tickets)), (of(bed.node), vec![back.ticket]));

    let (node, term) = (NodeId(bed.clock.new_id()), TermId(bed.clock.new_id()));
    bed.read(|conn| conn.write(|conn| alone::begin(conn, node, term, bed.now())));
    assert_eq!((look(), bed.read(unkept_tickets)), (of(node), vec![]));
    assert_eq!(bed.read(alone::term), Some(term));
    for ticket in [waits, back.ticket] {
        assert_eq!(bed.read(|conn| visit(conn, ticket)).unwrap().status, Status::Waiting);
        assert_eq!(bed.write(close(bed, ticket)), Written::Fenced, "the run before is gone");
        assert_eq!(bed.try_write_by(Keeper::Term(term), close(bed, ticket)), Ok(Written::Done));
    }
    assert_eq!(bed.say(&talk, 1), Written::Fenced);
    let says = Write::Say(Box::new(bed.message(talk.room, talk.desk, 1)));
    assert_eq!(bed.try_write_by(Keeper::Home(node), says), Ok(Written::Done));
    let up = "(SELECT COUNT(*) FROM NODE WHERE STATE = 'UP')";
    assert_eq!((bed.count(up), bed.count("(SELECT COUNT(*) FROM NODE WHERE STATE = 'GONE')")), (1, 1));
}
