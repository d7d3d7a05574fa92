//! Who has which seat by which socket, what of it goes on file, and in which order it is done.

use super::*;
use crate::ids::AccountId;

/// Sockets are known by their numbers.
type Deeds = Vec<Deed<u64>>;

const BOSS: u128 = 70;

struct Hall {
    host: Host<u64>,
    now: Now,
    members: u128,
}

fn staff(account: u128) -> Entering {
    let by = ActsAs {
        id: account.to_string(),
        name: "Boss".into(),
        role: "MANAGER".into(),
        address: String::new(),
        request_id: String::new(),
    };
    Entering {
        account: Some(account.into()),
        role: Role::Manager,
        name: "Boss".into(),
        picture: None,
        watching: true,
        audited_as: Some(by),
    }
}

fn guest(name: &str) -> Entering {
    let (account, role, picture) = (None, Role::Guest, None);
    Entering { account, role, name: name.into(), picture, watching: false, audited_as: None }
}

impl Hall {
    /// A consultation in which both are.
    fn talk() -> Self {
        Self::talk_after(0)
    }

    /// The same, in which so much was said that is no longer in memory.
    fn talk_after(last_seq: u32) -> Self {
        let talk = Talk {
            ticket: 5.into(),
            number: "A-001".into(),
            line: "GENERAL".into(),
            line_id: 1.into(),
            test: false,
            language: "ko".into(),
            counsellor: (7.into(), "Kim".into()),
        };
        let mut hall = Self::of(room(last_seq, Vec::new()), Purpose::Talk { talk, wraps_up: true }, Vec::new());
        for member in [DESK, COUNSELLOR] {
            let socket = u64::try_from(member).unwrap();
            hall.step(Event::Attach { member: member.into(), epoch: 1, socket, after: None });
        }
        hall
    }

    fn group() -> Self {
        let about = GroupAbout { creator: (7.into(), "Kim".into()), title: "Tea".into(), info: None, picture: None };
        Self::of(sitting::group().room, Purpose::Group(about), Vec::new())
    }

    fn of(room: Room, purpose: Purpose, held: Vec<(AccountId, MemberId)>) -> Self {
        Self { host: Host::new(room, purpose, held), now: Now::default(), members: 100 }
    }

    fn step(&mut self, event: Event<u64>) -> Deeds {
        let mut deeds = Vec::new();
        self.host.step(self.now, event, &mut deeds);
        deeds
    }

    fn happens(&mut self, input: Input) -> Deeds {
        self.step(Event::Happens(input))
    }

    /// Comes by socket `epoch`.
    fn enters(&mut self, who: Entering, back: Option<Back>, epoch: u64) -> Deeds {
        self.members += 1;
        let member = self.members.into();
        self.step(Event::Enter(Box::new(Enter { who, back, member, epoch, socket: epoch })))
    }

    /// The seat that was drawn last is on disk.
    fn stored(&mut self) -> Deeds {
        let member = self.members.into();
        self.happens(Input::SitStored { member, answer: SeatStored::Done })
    }

    fn say(&mut self, id: u128) -> Deeds {
        let (client_id, body, kind) = (id.to_string(), "hi".to_owned(), MessageKind::Text);
        self.happens(Input::Say(Say { from: DESK.into(), client_id, body, kind, id: id.into() }));
        self.happens(Input::SayStored { id: id.into(), answer: SayStored::Done })
    }
}

fn shut(deeds: &Deeds) -> Vec<(u64, CloseCode)> {
    let shut = |deed: &Deed<u64>| if let Deed::Shut { to, code } = deed { Some((*to, *code)) } else { None };
    deeds.iter().filter_map(shut).collect()
}

fn answers(deeds: &Deeds) -> Vec<(u64, Answer)> {
    let answer =
        |deed: &Deed<u64>| if let Deed::Answer { to, answer } = deed { Some((*to, answer.clone())) } else { None };
    deeds.iter().filter_map(answer).collect()
}

fn writes(deeds: &Deeds) -> Vec<&Write> {
    deeds.iter().filter_map(|deed| if let Deed::Store { write, .. } = deed { Some(write) } else { None }).collect()
}

/// Who hears what the desk says.
fn hearers(deeds: &Deeds) -> Vec<u64> {
    let told = |deed: &Deed<u64>| match deed {
        Deed::Tell { to, frame: ServerFrame::Message { .. } } => Some(to.clone()),
        _ => None,
    };
    deeds.iter().find_map(told).unwrap_or_default()
}

#[test]
fn a_seat_is_on_file_with_its_audit_before_its_socket_is_told() {
    let mut hall = Hall::talk();
    let comes = hall.enters(staff(BOSS), None, 10);
    let [Deed::Store { write: Write::Sit { account, audit: Some(audit), .. }, what: Some(PendingWrite::Sit(member)) }] =
        &comes[..]
    else {
        panic!("only the disk: {comes:?}")
    };
    assert_eq!((*account, audit.action, audit.by.id.as_str()), (Some(BOSS.into()), "ROOM_WATCHED", "70"));
    let told = hall.stored();
    assert_eq!(answers(&told), [(10, Answer::Seated(*member))]);
    let seat = |deed: &Deed<u64>| {
        matches!(deed, Deed::Seat { to: 10, frame: ServerFrame::Seated { watching: true, .. }, token_for: None })
    };
    assert!(told.iter().any(seat), "{told:?}");
    assert_eq!(hearers(&hall.say(1)), [2, 10]);
}

#[test]
fn the_newest_socket_of_one_person_wins_whenever_it_comes() {
    // While the seat is on its way to the disk, and once it is there; the newer first, and the older first.
    for (is_stored, second, wins) in [(false, 11, 11), (false, 9, 10), (true, 11, 11), (true, 9, 10)] {
        let mut hall = Hall::talk();
        hall.enters(staff(BOSS), None, 10);
        let mut deeds = if is_stored { hall.stored() } else { Vec::new() };
        let first_seat = hall.members;
        deeds.extend(hall.enters(staff(BOSS), None, second));
        if !is_stored {
            hall.members = first_seat;
            deeds.extend(hall.stored());
        }
        let loses = if wins == 10 { second } else { 10 };
        assert_eq!(shut(&deeds), [(loses, CloseCode::Replaced)], "{is_stored} {second}");
        assert_eq!(answers(&deeds).last(), Some(&(wins, Answer::Seated(first_seat.into()))), "one seat an account");
        // The late stop of the one that lost takes nothing away.
        assert!(hall.step(Event::Gone { epoch: loses }).is_empty());
        assert_eq!(hearers(&hall.say(1)), [2, wins]);
    }
}

#[test]
fn a_socket_that_goes_before_its_seat_is_on_disk_leaves_it_held() {
    let mut hall = Hall::talk();
    hall.enters(staff(BOSS), None, 10);
    assert!(hall.step(Event::Gone { epoch: 10 }).is_empty());
    let deeds = hall.stored();
    assert!(answers(&deeds).is_empty());
    let member = hall.members.into();
    assert!(
        matches!(writes(&deeds)[..], [Write::Seat { member: of, state: SeatState::Away, .. }] if *of == member),
        "{deeds:?}"
    );
    assert_eq!(answers(&hall.enters(staff(BOSS), None, 11)), [(11, Answer::Seated(member))], "it is theirs again");
}

#[test]
fn a_seat_found_on_file_is_its_accounts_and_one_given_up_is_nobodys() {
    let seat = NewSeat {
        member: 50.into(),
        role: Role::Counsellor,
        name: "Lee".into(),
        picture: None,
        seen: 0,
        state: SeatState::Away,
        watching: false,
    };
    let rules = RoomRules { grace_s: 30, messages_max: 60 };
    let core = Room::new(RoomId::from(9), None, rules, vec![seat], 0, Vec::new(), Now::default());
    let about = GroupAbout { creator: (7.into(), "Kim".into()), title: "Tea".into(), info: None, picture: None };
    let mut hall = Hall::of(core, Purpose::Group(about), vec![(8.into(), 50.into())]);
    let lee = || Entering { role: Role::Counsellor, watching: false, name: "Lee".into(), ..staff(8) };
    assert_eq!(answers(&hall.enters(lee(), None, 10)), [(10, Answer::Seated(50.into()))]);
    let left = hall.happens(Input::Leave { member: 50.into() });
    assert_eq!(shut(&left), [(10, CloseCode::Done)]);
    assert!(matches!(writes(&hall.enters(lee(), None, 11))[..], [Write::Sit { .. }]), "a new seat");
}

#[test]
fn a_guest_comes_back_by_their_seat_and_is_told_when_it_is_not_held() {
    let mut hall = Hall::group();
    hall.enters(guest("Ann"), None, 10);
    let told = hall.stored();
    let member: MemberId = hall.members.into();
    let title = |frame: &ServerFrame| matches!(frame, ServerFrame::Seated { title: Some(title), .. } if title == "Tea");
    assert!(matches!(&told[1], Deed::Seat { frame, token_for: Some(of), .. } if *of == member && title(frame)));
    hall.step(Event::Gone { epoch: 10 });
    let back = Some(Back { member, after: Some(0) });
    assert_eq!(answers(&hall.enters(guest(""), back, 11)), [(11, Answer::Seated(member))]);
    assert!(matches!(answers(&hall.enters(guest("ann"), None, 12))[..], [(12, Answer::NameTaken(_))]));
    hall.happens(Input::Leave { member });
    assert_eq!(answers(&hall.enters(guest(""), back, 13)), [(13, Answer::NotHeld)]);
}

#[test]
fn who_opened_a_group_room_ends_it_with_a_note_and_other_counsellors_do_not() {
    for (account, may) in [(7, true), (8, false)] {
        let mut hall = Hall::group();
        hall.enters(Entering { role: Role::Counsellor, watching: false, ..staff(account) }, None, 10);
        hall.stored();
        let by = Ender::Member(hall.members.into());
        let deeds = hall.step(Event::End { by, note: Some("enough".into()) });
        let ends =
            |write: &&Write| matches!(write, Write::End { note: Some(note), wraps_up: false, .. } if note == "enough");
        assert_eq!(writes(&deeds).iter().any(ends), may, "{account}: {deeds:?}");
    }
}

#[test]
fn a_supervisor_who_ends_a_room_is_audited_once_that_is_on_file() {
    let mut hall = Hall::talk();
    hall.enters(staff(BOSS), None, 10);
    hall.stored();
    let member = hall.members.into();
    hall.happens(Input::Join { member });
    hall.happens(Input::ShowStored { member, answer: SeatStored::Done });
    let ends = hall.step(Event::End { by: Ender::Member(member), note: None });
    assert!(matches!(writes(&ends)[..], [Write::End { wraps_up: true, .. }]), "{ends:?}");
    let over = hall.happens(Input::EndStored(EndStored::Done));
    assert!(matches!(writes(&over)[..], [Write::Audit { audit, .. }] if audit.action == "ROOM_ENDED"), "{over:?}");
    assert!(matches!(over.last(), Some(Deed::Over { returns: false, handed_over: None, .. })));
}

#[test]
fn a_talk_is_handed_over_to_the_line_that_goes_with_it_and_to_none_if_it_ends_otherwise() {
    for (answer, expected) in [(EndStored::Done, Some(2.into())), (EndStored::Stale, None)] {
        let mut hall = Hall::talk();
        let row = HandOverRow { room: 9.into(), line: 2.into(), to: 8.into(), by: 7.into(), note: None, at: Wall(0) };
        let ends = hall.step(Event::HandOver(Box::new(row)));
        assert!(matches!(writes(&ends)[..], [Write::HandOver(_)]), "{ends:?}");
        let over = hall.happens(Input::EndStored(answer));
        let Some(Deed::Over { handed_over, .. }) = over.last() else { panic!("{over:?}") };
        assert_eq!(*handed_over, expected);
    }
}

#[test]
fn what_is_due_waits_for_what_is_read_before_it() {
    let mut hall = Hall::talk_after(100);
    // The desk comes back and has nothing.
    let back = hall.step(Event::Attach { member: DESK.into(), epoch: 2, socket: 20, after: Some(0) });
    assert_eq!(back.last(), Some(&Deed::Read { after: 0, upto: 100 }), "nothing is told before it: {back:?}");
    let read = hall.step(Event::Read(None));
    assert_eq!(shut(&read), [(20, CloseCode::Overloaded)], "it could not be read");
    assert!(read.contains(&Deed::Changed), "what was due after it");
}

#[test]
fn a_socket_that_is_about_to_sit_is_shown_the_room_and_no_older_one_gives_the_seat_up() {
    let mut hall = Hall::talk();
    assert_eq!(hall.host.look(DESK.into(), 3), Some(hall.host.room().glance()));
    assert_eq!(hall.host.look(DESK.into(), 2), None, "a newer one looks already");
    assert!(hall.step(Event::Detach { member: DESK.into(), epoch: 1 }).is_empty());
    let gone = hall.step(Event::Detach { member: DESK.into(), epoch: 3 });
    assert!(matches!(writes(&gone)[..], [Write::Seat { state: SeatState::Away, .. }]), "{gone:?}");
}

/// Of a talk in which something is on its way to the disk, and then it is handed on.
fn handing() -> Hall {
    let mut hall = Hall::talk();
    let (client_id, body, kind) = ("1".to_owned(), "hi".to_owned(), MessageKind::Text);
    hall.happens(Input::Say(Say { from: DESK.into(), client_id, body, kind, id: 1.into() }));
    let deeds = hall.happens(Input::HandOn { to: Some(9.into()) });
    assert!(matches!(writes(&deeds)[..], [Write::HandOn { to: Some(_), .. }]), "{deeds:?}");
    assert!(hall.host.room().is_handing());
    hall
}

#[test]
fn a_room_that_is_handed_on_tells_what_it_took_takes_nothing_more_and_then_stops() {
    let mut hall = handing();
    let (client_id, body, kind) = ("2".to_owned(), "hi".to_owned(), MessageKind::Text);
    assert_eq!(hall.happens(Input::Say(Say { from: DESK.into(), client_id, body, kind, id: 2.into() })), []);
    assert_eq!(hall.step(Event::Attach { member: DESK.into(), epoch: 2, socket: 20, after: None }), []);
    assert_eq!(hall.step(Event::End { by: Ender::Admin, note: None }), []);
    let told = hall.happens(Input::SayStored { id: 1.into(), answer: SayStored::Done });
    assert!(matches!(told[..], [Deed::Send { .. }, Deed::Tell { .. }, ..]), "{told:?}");
    assert_eq!(hall.happens(Input::HandedOn { done: true }), [Deed::HandedOn { to: Some(9.into()) }]);
    assert_eq!(hall.happens(Input::HandedOn { done: true }), []);
    assert_eq!(hall.host.room().next_deadline(), None);
}

#[test]
fn a_room_that_cannot_be_handed_on_goes_on() {
    let mut hall = handing();
    assert_eq!(hall.happens(Input::HandedOn { done: false }), [Deed::Stays]);
    hall.happens(Input::SayStored { id: 1.into(), answer: SayStored::Done });
    assert!(!hall.say(2).is_empty(), "it takes what is said again");
    // What ends is not handed on, and says itself how it ended.
    hall.step(Event::End { by: Ender::Admin, note: None });
    assert_eq!(hall.happens(Input::HandOn { to: None }), []);
}

#[test]
fn a_room_that_another_node_has_stops_without_a_word() {
    let mut hall = Hall::talk();
    let (client_id, body, kind) = ("1".to_owned(), "hi".to_owned(), MessageKind::Text);
    hall.happens(Input::Say(Say { from: DESK.into(), client_id, body, kind, id: 1.into() }));
    assert_eq!(hall.happens(Input::Fenced), [Deed::Stop]);
    assert_eq!(hall.happens(Input::SayStored { id: 1.into(), answer: SayStored::Done }), []);
    assert_eq!(hall.step(Event::End { by: Ender::Admin, note: None }), []);
    assert_eq!(hall.step(Event::Detach { member: COUNSELLOR.into(), epoch: 1 }), []);
    assert_eq!(hall.host.room().next_deadline(), None);
}

#[test]
fn what_is_said_again_is_no_message_more_than_one_may_say() {
    let say = |id: u128| {
        let (client_id, body, kind) = (id.to_string(), "a word".to_owned(), MessageKind::Text);
        Input::Say(Say { from: DESK.into(), client_id, body, kind, id: id.into() })
    };
    let mut hall = Hall::talk();
    // Sixty in ten seconds may be said here, and a front says as many again as nobody has answered.
    for id in 1..=64 {
        let deeds = hall.step(Event::Again(say(id)));
        assert_eq!(shut(&deeds), [], "{id}: {deeds:?}");
        hall.happens(Input::SayStored { id: id.into(), answer: SayStored::Done });
    }
    let last = (100..200).find(|id| !shut(&hall.happens(say(*id))).is_empty());
    assert_eq!(last, Some(159), "what is new is counted as ever");
}
