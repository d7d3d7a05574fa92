//! Seats that are taken while a room lives, and what staff say among themselves.

use anteroom::ids::{AccountId, MemberId, RoomId, WhisperId};
use anteroom::journal::{SeatRow, ShowRow, SitRow, WhisperRow, Write, Written};
use anteroom::protocol::{Role, SeatState};
use anteroom::storage::history::audit::{self, Actor, NewEntry};
use anteroom::storage::people::accounts;
use anteroom::storage::talk::rooms::{self, Seat, forget_watchers, members};
use anteroom::storage::talk::tickets;
use anteroom::storage::talk::whispers::{of_consultation, of_open_rooms};
use serde_json::json;

use super::bed::{Bed, Talk};
use super::on_both;

on_both!(
    a_seat_goes_on_file_with_its_audit_while_the_room_is_open,
    a_seat_that_was_shown_stays_known,
    a_whisper_on_file_is_the_same_whisper_and_takes_no_number,
    whispers_are_for_the_counsellor_of_the_room_they_are_about,
    a_start_forgets_watchers_and_holds_the_seats_of_members,
);

/// Somebody who supervises.
fn boss(bed: &Bed) -> AccountId {
    let new = bed.account("boss", accounts::AccountRole::Manager);
    let id = new.id;
    bed.read(|conn| accounts::create(conn, &new, "TEST", bed.now()));
    id
}

fn audited(by: AccountId, room: RoomId) -> Option<(Actor, NewEntry)> {
    let actor = Actor { id: by.to_string(), ..Actor::system() };
    let (action, subject_kind, subject_id) = ("ROOM_WATCHED", "ROOM", room.to_string());
    Some((actor, NewEntry { action, subject_kind, subject_id, detail: json!({}) }))
}

fn sit(bed: &Bed, room: RoomId, account: AccountId, watching: bool) -> (MemberId, Written) {
    let member = MemberId(bed.clock.new_id());
    let seat = SeatRow { member, role: Role::Manager, account: Some(account), session: None, name: "팀장".into() };
    let audit = audited(account, room);
    let row = SitRow { room, seat, picture: Some("p".into()), watching, audit, at: bed.now() };
    (member, bed.write(Write::Sit(Box::new(row))))
}

fn show(bed: &Bed, room: RoomId, member: MemberId, watching: bool) -> Written {
    bed.write(Write::Show(Box::new(ShowRow { room, member, watching, audit: None, at: bed.now() })))
}

fn whisper(bed: &Bed, room: RoomId, from: MemberId, client_id: &str, body: &str) -> (WhisperId, Written) {
    let id = WhisperId(bed.clock.new_id());
    let row = WhisperRow { id, room, from, client_id: client_id.into(), body: body.into(), at: bed.now() };
    (id, bed.write(Write::Whisper(Box::new(row))))
}

fn seat_of(bed: &Bed, talk: &Talk, member: MemberId) -> Option<Seat> {
    bed.read(|conn| members(conn, talk.room)).into_iter().find(|seat| seat.member == member)
}

fn entries(bed: &Bed, action: &str) -> usize {
    let all = bed.read(|conn| audit::list(conn, &audit::Filter::default(), None, 50));
    all.iter().filter(|entry| entry.action == action).count()
}

fn a_seat_goes_on_file_with_its_audit_while_the_room_is_open(bed: &Bed) {
    let boss = boss(bed);
    let talk = bed.talk(bed.kim);
    let (member, answer) = sit(bed, talk.room, boss, true);
    assert_eq!((answer, entries(bed, "ROOM_WATCHED")), (Written::Done, 1));
    let seat = seat_of(bed, &talk, member).unwrap();
    assert_eq!((seat.role, seat.account, seat.name.as_str()), (Role::Manager, Some(boss), "팀장"));
    assert_eq!((seat.state, seat.watching, seat.was_shown), (SeatState::Joined, true, false));
    assert_eq!(seat.picture.as_deref(), Some("p"));
    bed.end(&talk, false);
    assert_eq!(seat_of(bed, &talk, member).unwrap().state, SeatState::Left);
    let (late, answer) = sit(bed, talk.room, boss, true);
    assert_eq!((answer, seat_of(bed, &talk, late)), (Written::Stale, None));
    assert_eq!(entries(bed, "ROOM_WATCHED"), 1, "what did not happen is not audited");
    assert_eq!(show(bed, talk.room, member, false), Written::Stale);
}

fn a_seat_that_was_shown_stays_known(bed: &Bed) {
    let talk = bed.talk(bed.kim);
    let (member, _) = sit(bed, talk.room, boss(bed), true);
    let shown = || seat_of(bed, &talk, member).map(|seat| (seat.watching, seat.was_shown));
    assert_eq!(show(bed, talk.room, member, false), Written::Done);
    assert_eq!(shown(), Some((false, true)));
    assert_eq!(show(bed, talk.room, member, true), Written::Done);
    assert_eq!(shown(), Some((true, true)));
    let of_desk = seat_of(bed, &talk, talk.desk).unwrap();
    assert_eq!((of_desk.watching, of_desk.was_shown), (false, true), "as everybody's who only talks");
}

fn a_whisper_on_file_is_the_same_whisper_and_takes_no_number(bed: &Bed) {
    let talk = bed.talk(bed.kim);
    let (id, answer) = whisper(bed, talk.room, talk.staff, "a", "귓속말");
    assert_eq!(answer, Written::Done);
    let at = bed.read(|conn| of_consultation(conn, talk.ticket, None))[0].at;
    let again = |body| whisper(bed, talk.room, talk.staff, "a", body).1;
    assert_eq!(again("귓속말"), Written::Whispered { id, at, same: true });
    assert_eq!(again("다른 말"), Written::Whispered { id, at, same: false });
    let (member, _) = sit(bed, talk.room, boss(bed), true);
    assert_eq!(whisper(bed, talk.room, member, "a", "내 말").1, Written::Done, "a client id is its sender's own");
    assert_eq!(bed.read(|conn| rooms::by_id(conn, talk.room)).unwrap().last_seq, 0);
    assert_eq!(bed.say(&talk, 1), Written::Done);
    bed.end(&talk, false);
    assert_eq!(again("귓속말"), Written::Whispered { id, at, same: true }, "also after the end");
    assert_eq!(whisper(bed, talk.room, member, "b", "늦은 말").1, Written::Stale);
    let said = bed.read(|conn| anteroom::storage::talk::messages::of_consultation(conn, talk.ticket, 0, 200));
    assert_eq!(said.len(), 1, "no list of messages holds a whisper");
}

fn whispers_are_for_the_counsellor_of_the_room_they_are_about(bed: &Bed) {
    let boss = boss(bed);
    let first = bed.talk(bed.kim);
    let (member, _) = sit(bed, first.room, boss, true);
    whisper(bed, first.room, member, "a", "김에게");
    bed.write(Write::ReturnTicket { room: first.room, at: bed.now() });
    let second = bed.pair(first.ticket, bed.lee).expect("a match");
    let (member, _) = sit(bed, second.room, boss, true);
    whisper(bed, second.room, member, "a", "이에게");
    whisper(bed, second.room, second.staff, "b", "네");
    let read = |by: Option<AccountId>| {
        let found = bed.read(|conn| of_consultation(conn, first.ticket, by));
        found.into_iter().map(|whisper| whisper.body).collect::<Vec<_>>()
    };
    assert_eq!(read(None), ["김에게", "이에게", "네"]);
    assert_eq!((read(Some(bed.kim)), read(Some(bed.lee))), (vec!["김에게".into()], vec!["이에게".into(), "네".into()]));
    assert!(read(Some(boss)).is_empty(), "who supervised has no part of a counsellor's");
    let open = bed.read(of_open_rooms);
    let bodies: Vec<_> = open[&second.room].iter().map(|whisper| (whisper.body.as_str(), whisper.role)).collect();
    assert_eq!(bodies, [("이에게", Role::Manager), ("네", Role::Counsellor)]);
    assert_eq!(open.len(), 1, "only of open rooms");
}

fn a_start_forgets_watchers_and_holds_the_seats_of_members(bed: &Bed) {
    let boss = boss(bed);
    let talk = bed.talk(bed.kim);
    let (watcher, _) = sit(bed, talk.room, boss, true);
    let (joined, _) = sit(bed, talk.room, bed.lee, true);
    show(bed, talk.room, joined, false);
    let elsewhere = bed.talk(bed.lee);
    let (goes_on, _) = sit(bed, elsewhere.room, boss, true);
    let forget = || bed.read(|conn| forget_watchers(conn, &[talk.room], bed.now()));
    assert_eq!((forget(), forget()), (1, 0));
    assert_eq!(seat_of(bed, &elsewhere, goes_on).unwrap().state, SeatState::Joined, "it was not taken over");
    let found = bed.read(rooms::open);
    let state = |member| found[0].seats.iter().find(|seat| seat.member == member).map(|seat| seat.state);
    assert_eq!((state(watcher), state(joined)), (Some(SeatState::Left), Some(SeatState::Joined)));
    assert_eq!(state(talk.desk), Some(SeatState::Joined));
    assert!(bed.read(tickets::waiting).is_empty());
}
