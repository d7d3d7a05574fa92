//! The two feeds, with viewers that note what they are told.

mod nodes;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::rc::Rc;
use std::time::Duration;

use super::*;
use crate::dispatch::{Call, CounsellorShown, OfficeLine, TicketStage, WaitingTicket};
use crate::ids::{AccountId, DeskId, LineId, RoomId};
use crate::network::Network;
use crate::protocol::{Activity, Intent};
use crate::room::{Glance, GroupAbout, Purpose, Talk};
use crate::time::{Mono, Wall};

/// What somebody was told; they take `room` events at most.
struct Notes<E> {
    told: Rc<RefCell<Vec<E>>>,
    room: usize,
}

impl<E: Clone> Notes<E> {
    fn with_room_for(room: usize) -> (Self, Rc<RefCell<Vec<E>>>) {
        let told = Rc::default();
        (Self { told: Rc::clone(&told), room }, told)
    }

    fn note(&mut self, event: &E) -> bool {
        let fits = self.told.borrow().len() < self.room;
        if fits {
            self.told.borrow_mut().push(event.clone());
        }
        fits
    }
}

/// A manager of one line, or of all.
struct Manager {
    account: AccountId,
    line: Option<LineId>,
    notes: Notes<WatchEvent>,
    is_gone: Rc<Cell<bool>>,
}

impl LiveViewer for Manager {
    fn account(&self) -> AccountId {
        self.account
    }

    fn sees_all(&self) -> bool {
        self.line.is_none()
    }

    fn sees_line(&self, line: LineId) -> bool {
        self.line.is_none_or(|own| own == line)
    }

    fn sees_talk(&self, counsellor: AccountId, line: LineId) -> bool {
        counsellor == self.account || self.sees_line(line)
    }

    fn tell(&mut self, event: &WatchEvent) -> bool {
        self.notes.note(event)
    }

    fn is_gone(&self) -> bool {
        self.is_gone.get()
    }
}

type Told = Rc<RefCell<Vec<WatchEvent>>>;

fn manager(account: u128, line: Option<u128>) -> (Manager, Told) {
    let (notes, told) = Notes::with_room_for(100);
    (Manager { account: account.into(), line: line.map(LineId::from), notes, is_gone: Rc::default() }, told)
}

fn talk(room: u128, line: u128, counsellor: u128, last_seq: u32) -> RoomSummary {
    let talk = Talk {
        ticket: room.into(),
        number: format!("A-{room:03}"),
        line: "GENERAL".into(),
        line_id: line.into(),
        test: false,
        language: "ko".into(),
        counsellor: (counsellor.into(), "Kim".into()),
    };
    let glance = Glance { members: Vec::new(), last_seq };
    RoomSummary { room: room.into(), opened_at: Wall(1), purpose: Purpose::Talk { talk, wraps_up: false }, glance }
}

fn ticket(line: u128) -> WaitingTicket {
    WaitingTicket {
        number: "A-001".into(),
        line: "GENERAL".into(),
        line_id: line.into(),
        language: "ko".into(),
        nickname: None,
        desk: None,
        requested_at: Wall(1),
        priority: 0,
        here: true,
        stage: TicketStage::Waiting,
    }
}

fn counsellor(account: u128, serves: u128) -> CounsellorShown {
    CounsellorShown {
        account: account.into(),
        name: "Kim".into(),
        connected: true,
        intent: Intent::Open,
        reason: None,
        activity: Activity::Idle,
        capacity: 1,
        held: 0,
        lines: Vec::new(),
        serves: vec![serves.into()],
    }
}

/// One letter an event, `+` put and `-` dropped: rooms, tickets, counsellors.
fn letters(told: &Told) -> String {
    let events = std::mem::take(&mut *told.borrow_mut());
    let letter = |event: &WatchEvent| match event {
        WatchEvent::Snapshot(LiveSnapshot { rooms, tickets, counsellors }) => {
            format!("[{} {} {}]", rooms.len(), tickets.len(), counsellors.len())
        }
        event => format!("{}{}", if event.is_put() { '+' } else { '-' }, &event.name()[..1]),
    };
    events.iter().map(letter).collect::<Vec<_>>().join(" ")
}

#[test]
fn who_comes_is_told_all_that_is_theirs_and_then_what_changes_once() {
    let mut live = Live::default();
    assert!(!live.show(Listed::Room(Box::new(talk(1, 7, 20, 3)))), "nobody looks: nothing is gathered");
    assert!(!live.show(Listed::Ticket(2.into(), Some(ticket(8)))));
    let (all, all_told) = manager(10, None);
    let (some, some_told) = manager(11, Some(8));
    live.enter(all);
    live.enter(some);
    assert_eq!((letters(&all_told), letters(&some_told)), ("[1 1 0]".into(), "[0 1 0]".into()));

    assert!(live.show(Listed::Ticket(2.into(), None)), "the first change of a while");
    assert!(!live.show(Listed::Counsellor(counsellor(20, 7))), "gathered with it");
    assert!(!live.show(Listed::Counsellor(counsellor(20, 7))));
    live.gathered();
    let _ = live.flush();
    assert_eq!((letters(&all_told), letters(&some_told)), ("-t +c".into(), "-t".into()));
    assert!(!live.show(Listed::Ticket(2.into(), None)), "it is gone already");
    assert!(!live.show(Listed::RoomDropped(9.into())), "it never was there");
}

#[test]
fn a_room_is_looked_at_before_its_change_is_told() {
    let mut live = Live::default();
    let (viewer, told) = manager(10, None);
    live.enter(viewer);
    assert!(live.show(Listed::Room(Box::new(talk(1, 7, 20, 3)))));
    assert!(!live.show(Listed::RoomChanged(1.into())));
    live.gathered();
    assert_eq!(live.stale(), [RoomId::from(1)]);
    assert_eq!(live.stale(), [], "asked once");
    live.looked(talk(1, 7, 20, 4));
    assert!(live.show(Listed::RoomChanged(1.into())), "it changes again meanwhile");
    let _ = live.flush();
    assert_eq!(letters(&told), "[0 0 0]", "it waits for the next look");
    live.gathered();
    assert_eq!(live.stale().len(), 1);
    live.looked(talk(1, 7, 20, 5));
    let _ = live.flush();
    let last = told.borrow().last().cloned();
    let Some(WatchEvent::Room(RoomChange::Put { item, .. })) = last else { panic!("{last:?}") };
    assert_eq!((item.last_seq, item.number.as_deref()), (5, Some("A-001")));
}

#[test]
fn what_leaves_a_viewers_lines_is_gone_for_them_and_for_nobody_else() {
    let mut live = Live::default();
    let _ = live.show(Listed::Ticket(2.into(), Some(ticket(8))));
    let (all, all_told) = manager(10, None);
    let (some, some_told) = manager(11, Some(8));
    live.enter(all);
    live.enter(some);
    let _ = live.show(Listed::Ticket(2.into(), Some(ticket(7))));
    let _ = live.flush();
    let _ = live.show(Listed::Ticket(2.into(), None));
    let _ = live.flush();
    assert_eq!(letters(&all_told), "[0 1 0] +t -t");
    assert_eq!(letters(&some_told), "[0 1 0] -t", "and not told of it twice");
}

#[test]
fn ones_own_talk_oneself_and_group_rooms_are_seen_whatever_the_line() {
    let mut live = Live::default();
    let (some, told) = manager(11, Some(8));
    live.enter(some);
    let group = GroupAbout { creator: (20.into(), "Kim".into()), title: "Ward".into(), info: None, picture: None };
    let _ = live.show(Listed::Room(Box::new(talk(1, 7, 11, 0))));
    let _ = live.show(Listed::Room(Box::new(talk(2, 7, 20, 0))));
    let _ = live.show(Listed::Room(Box::new(RoomSummary { purpose: Purpose::Group(group), ..talk(3, 7, 20, 0) })));
    let _ = live.show(Listed::Counsellor(counsellor(11, 7)));
    let _ = live.show(Listed::Counsellor(counsellor(20, 7)));
    let _ = live.flush();
    assert_eq!(letters(&told), "[0 0 0] +r +r +c");
}

#[test]
fn who_falls_behind_is_told_nothing_more() {
    let mut live = Live::default();
    let (notes, told) = Notes::with_room_for(2);
    live.enter(Manager { account: 10.into(), line: None, notes, is_gone: Rc::default() });
    for ticket_id in 1..=4_u128 {
        let _ = live.show(Listed::Ticket(ticket_id.into(), Some(ticket(7))));
    }
    let _ = live.flush();
    told.borrow_mut().clear();
    assert!(!live.show(Listed::Ticket(9.into(), Some(ticket(7)))), "nobody looks any more");
    let _ = live.flush();
    assert_eq!(letters(&told), "");
}

/// Somebody in the waiting hall.
struct Guest {
    notes: Notes<OfficeEvent>,
    is_gone: bool,
}

impl OfficeViewer for Guest {
    fn tell(&mut self, event: &OfficeEvent) -> bool {
        !self.is_gone && self.notes.note(event)
    }

    fn is_gone(&self) -> bool {
        self.is_gone
    }
}

fn guest() -> (Guest, Rc<RefCell<Vec<OfficeEvent>>>) {
    let (notes, told) = Notes::with_room_for(100);
    (Guest { notes, is_gone: false }, told)
}

fn network(number: usize) -> Network {
    let low = u32::try_from(number).expect("a small number");
    Network::of(Ipv4Addr::from(0x0a00_0000 + low).into())
}

fn line(waiting: u32) -> OfficeLine {
    OfficeLine {
        topic: "GENERAL".into(),
        language: "ko".into(),
        name: "General".into(),
        name_en: None,
        open: true,
        waiting,
        ahead_s: None,
        opens_at: None,
    }
}

fn call(number: usize, desk: Option<u128>) -> Call {
    Call {
        room: RoomId::from(u128::try_from(number).expect("a small number")),
        number: format!("A-{number:03}"),
        line: "GENERAL".into(),
        line_name: "General".into(),
        desk: desk.map(DeskId::from),
        at: Wall(1),
    }
}

/// As JSON, for what is private to the feed.
fn numbers(told: &Rc<RefCell<Vec<OfficeEvent>>>) -> Vec<String> {
    let of = |event: &OfficeEvent| serde_json::to_value(event).expect("JSON");
    let name = |event: serde_json::Value| match event["number"].as_str() {
        Some(number) => format!("{number}@{}", event["desk"]["name"].as_str().unwrap_or("-")),
        None => format!("{} waiting", event["lines"][0]["waiting"].as_u64().unwrap_or(0)),
    };
    told.borrow_mut().drain(..).map(|event| name(of(&event))).collect()
}

const S: u64 = 1_000_000;

#[test]
fn the_office_is_told_at_once_after_a_quiet_second_and_once_a_second_else() {
    let mut office = Office::new("Asia/Seoul".into(), 10);
    let (viewer, told) = guest();
    assert_eq!(office.enter(network(1), viewer), Some(None));
    assert_eq!(office.lines(vec![line(1)], Mono(10 * S)), None, "told at once");
    assert_eq!(office.lines(vec![line(2)], Mono(10 * S + S / 4)), Some(Due::Tell(Duration::from_millis(750))));
    assert_eq!(office.lines(vec![line(3)], Mono(10 * S + S / 2)), None, "with it");
    office.tell_all(Mono(11 * S));
    assert_eq!(office.lines(vec![line(3)], Mono(20 * S)), None, "nothing is new");
    assert_eq!(numbers(&told), ["0 waiting", "1 waiting", "3 waiting"]);
    assert_eq!(office.called_by(Some("Seoul".into()), Mono(30 * S)), None);
    assert_eq!(told.borrow().len(), 1);
}

#[test]
fn a_number_is_called_with_its_desks_name_and_in_order() {
    let mut office = Office::new("Asia/Seoul".into(), 10);
    let (viewer, told) = guest();
    let _ = office.enter(network(1), viewer);
    assert_eq!(office.call(call(1, Some(5))), Some(Due::Name(vec![5.into()])));
    assert_eq!(office.call(call(2, None)), None, "behind the one whose desk is looked up");
    assert_eq!(office.call(call(3, Some(6))), None);
    let names = DeskNames::from([(5.into(), CalledDesk { name: "Front".into(), place: None })]);
    assert_eq!(office.named(&names), Some(Due::Name(vec![6.into()])), "the rest together");
    assert_eq!(office.named(&DeskNames::new()), None);
    assert_eq!(numbers(&told), ["0 waiting", "A-001@Front", "A-002@-", "A-003@-"]);
}

#[test]
fn with_nobody_there_the_last_ten_calls_wait() {
    let mut office = Office::new("Asia/Seoul".into(), 10);
    for number in 1..=15 {
        assert_eq!(office.call(call(number, None)), None);
    }
    let (viewer, told) = guest();
    let _ = office.enter(network(1), viewer);
    let told_first = numbers(&told);
    assert_eq!((told_first.len(), told_first[1].as_str()), (11, "A-006@-"));
    let (late, told) = guest();
    let _ = office.enter(network(1), late);
    assert_eq!(numbers(&told), told_first);
}

#[test]
fn what_is_heard_twice_is_called_once_and_what_was_missed_late() {
    let mut office = Office::new("Asia/Seoul".into(), 10);
    let at = |number: usize| Call { at: Wall(i64::try_from(number).expect("a small number")), ..call(number, None) };
    let _ = office.calls_on_file((3..=5).map(at).collect());
    let (viewer, told) = guest();
    let _ = office.enter(network(1), viewer);
    assert_eq!(numbers(&told), ["0 waiting", "A-003@-", "A-004@-", "A-005@-"]);
    let _ = office.call(at(7));
    let _ = office.call(at(7));
    assert_eq!(numbers(&told), ["A-007@-"]);
    // The hint of the sixth was lost.
    assert_eq!(office.posted().last_call, Some(7.into()));
    assert!(office.has_heard(Some(7.into())) && office.has_heard(None) && !office.has_heard(Some(8.into())));
    let _ = office.calls_on_file((1..=8).map(at).collect());
    assert_eq!(numbers(&told), ["A-006@-", "A-008@-"], "and none that is older than what is known");
}

#[test]
fn the_office_has_room_for_so_many_and_so_many_from_one_network() {
    let mut office = Office::new("Asia/Seoul".into(), 2);
    let gone = Guest { is_gone: true, ..guest().0 };
    assert!(office.enter(network(0), gone).is_some());
    for viewer in 0..VIEWERS_MAX {
        assert!(office.enter(network(viewer / 2), guest().0).is_some(), "who is gone takes no place");
    }
    assert!(office.enter(network(VIEWERS_MAX), guest().0).is_none(), "it is full");
    let mut office = Office::new("Asia/Seoul".into(), 2);
    assert!(office.enter(network(1), guest().0).is_some());
    assert!(office.enter(network(1), guest().0).is_some());
    assert!(office.enter(network(1), guest().0).is_none(), "a third from there");
    assert!(office.enter(network(2), guest().0).is_some());
}

#[test]
fn whoever_drains_says_so_and_nothing_more() {
    let mut office = Office::new("Asia/Seoul".into(), 10);
    let (viewer, told) = guest();
    let _ = office.enter(network(1), viewer);
    office.drain(Mono(S));
    assert_eq!(office.lines(vec![line(1)], Mono(9 * S)), None);
    assert_eq!(told.borrow().len(), 2);
    assert!(serde_json::to_string(office.view()).expect("JSON").contains("\"draining\":true"));
}
