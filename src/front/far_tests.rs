//! Seats in rooms at other nodes: the real room, over links that break, at homes that are replaced.

use std::collections::{BTreeMap, VecDeque};

use proptest::prelude::*;

use super::far::{ASKED_AGAIN_MAX, FarAct, FarSeats};
use super::far_seat::UNANSWERED_MAX;
use crate::ids::{MemberId, NodeId, NodeSocket, RoomId, SocketId};
use crate::protocol::{CloseCode, ErrorCode, MessageKind, Role, SeatState, ServerFrame};
use crate::room::parcels::{FromHome, ToHome};
use crate::room::{
    Answer, Deed, Ender, Entering, Event, FarSockets, Host, Input, Left, NewSeat, PendingWrite, Purpose, Room,
    RoomRules, Said, Say, SayStored, Spoken, Talk, Write,
};
use crate::time::Now;

const ROOM: u128 = 9;
/// The node of both.
const HERE: u128 = 50;
/// The desk and the counsellor; their sockets have the same numbers.
const BOTH: [u128; 2] = [1, 2];

fn socket(who: u128) -> SocketId {
    SocketId(u64::try_from(who).expect("a small number"))
}

fn at(socket: SocketId) -> NodeSocket {
    NodeSocket { node: HERE.into(), socket }
}

fn say(who: u128, client_id: &str, id: u128) -> Spoken {
    let (client_id, body) = (client_id.to_owned(), format!("words of {client_id}"));
    Spoken::Input(Input::Say(Say { from: who.into(), client_id, body, kind: MessageKind::Text, id: id.into() }))
}

/// A room with its sockets elsewhere, as one home has it.
struct Home {
    node: NodeId,
    host: Host<SocketId>,
    far: FarSockets,
    /// On their way to the disk.
    writes: VecDeque<Said>,
}

/// Two people at one node, and their room at another.
struct Scene {
    seats: FarSeats,
    homes: u128,
    home: Option<Home>,
    disk: Vec<Said>,
    is_open: bool,
    there: VecDeque<(NodeId, ToHome)>,
    back: VecDeque<(NodeId, FromHome)>,
    is_due: bool,
    said: u128,
    clients: BTreeMap<SocketId, Client>,
}

/// What one of them was told.
#[derive(Default)]
struct Client {
    last: u32,
    accepted: BTreeMap<String, u32>,
    said: Vec<String>,
    refused: Vec<(ErrorCode, Option<String>)>,
}

impl Client {
    /// Messages come one after the other; what they said themselves may be told as one too, before its receipt.
    fn hears(&mut self, frame: &ServerFrame) {
        match frame {
            ServerFrame::Message { seq, .. } => {
                assert_eq!(*seq, self.last + 1, "a message is missing or double");
                self.last = *seq;
            }
            ServerFrame::Accepted { seq, client_id, .. } => {
                assert!(*seq <= self.last + 1, "a message before one's own is missing");
                self.last = self.last.max(*seq);
                *self.accepted.entry(client_id.clone()).or_default() += 1;
            }
            ServerFrame::Error { code, re, .. } => self.refused.push((*code, re.clone())),
            _ => {}
        }
    }
}

impl Scene {
    fn new() -> Self {
        let mut scene = Self {
            seats: FarSeats::default(),
            homes: 100,
            home: None,
            disk: Vec::new(),
            is_open: true,
            there: VecDeque::new(),
            back: VecDeque::new(),
            is_due: false,
            said: 1_000,
            clients: BOTH.map(|who| (socket(who), Client::default())).into(),
        };
        scene.open_room();
        for who in BOTH {
            scene.seats.lives_at((ROOM.into(), scene.node()), socket(who), 1);
            scene.does(|seats, acts| seats.attach(ROOM.into(), socket(who), (who.into(), 1), Some(0), acts));
        }
        scene
    }

    fn node(&self) -> NodeId {
        self.homes.into()
    }

    /// At the present home, from what is on file; what was said lately is read from there when it is asked for.
    fn open_room(&mut self) {
        if self.home.is_some() {
            return;
        }
        let seat = |who: u128, role| NewSeat {
            member: who.into(),
            role,
            name: format!("n{who}"),
            picture: None,
            seen: 0,
            state: SeatState::Away,
            watching: false,
        };
        let seats = vec![seat(BOTH[0], Role::Desk), seat(BOTH[1], Role::Counsellor)];
        let rules = RoomRules { grace_s: 30, messages_max: u32::MAX };
        let last = u32::try_from(self.disk.len()).expect("few");
        let room = Room::new(ROOM.into(), Some(5.into()), rules, seats, last, Vec::new(), Now::default());
        let talk = Talk {
            ticket: 5.into(),
            number: "A-001".into(),
            line: "GENERAL".into(),
            line_id: 1.into(),
            test: false,
            language: "ko".into(),
            counsellor: (7.into(), "Kim".into()),
        };
        let host = Host::new(room, Purpose::Talk { talk, wraps_up: false }, Vec::new());
        self.home = Some(Home { node: self.node(), host, far: FarSockets::default(), writes: VecDeque::new() });
    }

    fn does(&mut self, act: impl FnOnce(&mut FarSeats, &mut Vec<FarAct>)) {
        let mut acts = Vec::new();
        act(&mut self.seats, &mut acts);
        for act in acts {
            match act {
                FarAct::Send { to, parcel } if self.is_open => self.there.push_back((to, parcel)),
                FarAct::Send { .. } | FarAct::Show { .. } => {}
                FarAct::Pass { to, text, .. } => {
                    to.into_iter().for_each(|to| self.tell(to, std::slice::from_ref(&text)))
                }
                FarAct::PassAll { to, texts } => self.tell(to, &texts),
                FarAct::Say { to, frame } => self.tell(to, &[frame.to_json()]),
                FarAct::Later { .. } => self.is_due = true,
                other => unreachable!("{other:?}"),
            }
        }
    }

    fn tell(&mut self, to: SocketId, texts: &[String]) {
        let client = self.clients.get_mut(&to).expect("one of the two");
        texts.iter().for_each(|text| client.hears(&serde_json::from_str(text).expect("a frame")));
    }

    fn says(&mut self, who: u128) {
        self.said += 1;
        let client_id = format!("c{}", self.said);
        let what = say(who, &client_id, self.said);
        self.clients.get_mut(&socket(who)).expect("one of the two").said.push(client_id);
        self.does(|seats, acts| seats.says(ROOM.into(), what, acts));
    }

    /// The next parcel arrives at the home it was sent to, if that lives.
    fn arrives_there(&mut self) -> bool {
        let Some((to, parcel)) = self.there.pop_front() else { return false };
        if to != self.node() {
            return true;
        }
        let Some(home) = &mut self.home else {
            self.back.push_back((to, FromHome::NotHere { room: ROOM.into() }));
            return true;
        };
        let event = match parcel {
            ToHome::Look { member, epoch, from, .. } => {
                let glance = home.host.look(member, epoch).expect("no newer socket");
                self.back.push_back((to, FromHome::Show { room: ROOM.into(), to: from, glance }));
                return true;
            }
            ToHome::Attach { from, member, epoch, after, .. } => {
                home.far.attached(at(from), member, epoch);
                Event::Attach { member, epoch, socket: from, after }
            }
            ToHome::Say { from, .. } if !home.far.is_sure(at(from)) => {
                self.back.push_back((to, FromHome::NotHere { room: ROOM.into() }));
                return true;
            }
            ToHome::Say { what: Spoken::Input(input), again: true, .. } => Event::Again(input),
            ToHome::Say { what: Spoken::Input(input), .. } => Event::Happens(input),
            ToHome::Named => {
                let left = home.far.named(HERE.into());
                for left in left {
                    let Left::Seat { member, epoch } = left else { unreachable!("both have seats") };
                    self.step(Event::Detach { member, epoch });
                }
                return true;
            }
            other => unreachable!("{other:?}"),
        };
        self.step(event);
        true
    }

    fn step(&mut self, event: Event<SocketId>) {
        let Some(home) = &mut self.home else { return };
        let (mut deeds, room, node) = (Vec::new(), RoomId::from(ROOM), home.node);
        home.host.step(Now::default(), event, &mut deeds);
        let mut read = None;
        for deed in deeds {
            let parcels = match deed {
                Deed::Send { to, frame } => vec![FromHome::frame(room, vec![to], &frame, frame.to_json())],
                Deed::Tell { to, frame } => vec![FromHome::frame(room, to, &frame, frame.to_json())],
                Deed::SendAll { to, frames } => FromHome::frames(room, to, &frames),
                Deed::Store { write: Write::Say(said), what: Some(PendingWrite::Say(_)) } => {
                    home.writes.push_back(said);
                    continue;
                }
                Deed::Read { after, upto } => {
                    read = Some(self.disk[after as usize..upto as usize].to_vec());
                    continue;
                }
                _ => continue,
            };
            if self.is_open {
                self.back.extend(parcels.into_iter().map(|parcel| (node, parcel)));
            }
        }
        if let Some(read) = read {
            self.step(Event::Read(Some(read)));
        }
    }

    fn arrives_here(&mut self) -> bool {
        let Some((node, parcel)) = self.back.pop_front() else { return false };
        self.does(|seats, acts| seats.came(node, parcel, acts));
        true
    }

    /// The disk takes the next write, and answers if the home lives to hear it.
    fn commits(&mut self) -> bool {
        let Some(said) = self.home.as_mut().and_then(|home| home.writes.pop_front()) else { return false };
        let answer = self.write(&said);
        self.step(Event::Happens(Input::SayStored { id: said.id, answer }));
        true
    }

    fn write(&mut self, said: &Said) -> SayStored {
        let before = self.disk.iter().find(|old| (old.from, &old.client_id) == (said.from, &said.client_id));
        if let Some(Said { seq, id, at, .. }) = before {
            return SayStored::Before { seq: *seq, id: *id, at: *at, same: true };
        }
        if said.seq as usize != self.disk.len() + 1 {
            return SayStored::Gap;
        }
        self.disk.push(said.clone());
        SayStored::Done
    }

    fn breaks(&mut self) {
        if std::mem::take(&mut self.is_open) {
            self.there.clear();
            self.back.clear();
            let node = self.node();
            self.seats.broke(node);
            if let Some(home) = &mut self.home {
                home.far.broke(HERE.into());
            }
        }
    }

    fn opens(&mut self) {
        if !std::mem::replace(&mut self.is_open, true) {
            let node = self.node();
            self.does(|seats, acts| seats.opened(node, acts));
        }
    }

    /// The home is gone, with some of what it was writing on file; what it has said may still arrive.
    fn is_replaced(&mut self, written: usize) {
        let writes = self.home.take().map(|home| home.writes).unwrap_or_default();
        for said in writes.iter().take(written) {
            self.write(said);
        }
        self.homes += 1;
        let node = self.node();
        self.does(|seats, acts| seats.moved(ROOM.into(), node, acts));
    }

    fn is_due(&mut self) -> bool {
        let is_due = std::mem::take(&mut self.is_due);
        if is_due {
            self.does(|seats, acts| seats.is_due(ROOM.into(), acts));
        }
        is_due
    }

    /// Everything heals, and all that is on its way arrives.
    fn ends(&mut self) {
        self.opens();
        self.open_room();
        while self.arrives_there() | self.commits() | self.arrives_here() | self.is_due() {}
    }
}

#[derive(Clone, Copy, Debug)]
enum Step {
    Say(bool),
    There,
    Back,
    Commit,
    Break,
    Open,
    Replace(usize),
    OpenRoom,
    Due,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => any::<bool>().prop_map(Step::Say),
        6 => Just(Step::There),
        6 => Just(Step::Back),
        4 => Just(Step::Commit),
        1 => Just(Step::Break),
        2 => Just(Step::Open),
        1 => (0..3_usize).prop_map(Step::Replace),
        2 => Just(Step::OpenRoom),
        1 => Just(Step::Due),
    ];
    proptest::collection::vec(step, 0..120)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn each_say_is_answered_once_and_messages_come_in_order_whatever_breaks(steps in steps()) {
        let mut scene = Scene::new();
        for step in steps {
            match step {
                Step::Say(by_desk) => scene.says(BOTH[usize::from(by_desk)]),
                Step::There => drop(scene.arrives_there()),
                Step::Back => drop(scene.arrives_here()),
                Step::Commit => drop(scene.commits()),
                Step::Break => scene.breaks(),
                Step::Open => scene.opens(),
                Step::Replace(written) => scene.is_replaced(written),
                Step::OpenRoom => scene.open_room(),
                Step::Due => drop(scene.is_due()),
            }
        }
        scene.ends();
        for (socket, client) in &scene.clients {
            prop_assert_eq!(client.last as usize, scene.disk.len(), "all that was said was told");
            let busy = client.refused.iter().filter(|(code, _)| *code == ErrorCode::Busy).count();
            prop_assert_eq!(client.accepted.len() + busy, client.said.len(), "each is answered");
            prop_assert!(client.accepted.values().all(|times| *times == 1), "and once");
            let member = MemberId::from(u128::from(socket.0));
            let on_file: Vec<&String> =
                scene.disk.iter().filter(|said| said.from == member).map(|said| &said.client_id).collect();
            let said: Vec<&String> = client.said.iter().filter(|said| client.accepted.contains_key(*said)).collect();
            prop_assert_eq!(on_file, said, "once and in their order");
        }
    }
}

#[test]
fn one_more_than_may_be_unanswered_is_refused_and_room_is_made_by_each_answer() {
    let mut scene = Scene::new();
    scene.breaks();
    (0..=UNANSWERED_MAX).for_each(|_| scene.says(1));
    let busy = vec![(ErrorCode::Busy, Some(format!("c{}", 1_001 + UNANSWERED_MAX)))];
    assert_eq!(scene.clients[&socket(1)].refused, busy, "the last");
    scene.ends();
    assert_eq!(scene.clients[&socket(1)].accepted.len(), UNANSWERED_MAX);
    scene.says(1);
    scene.ends();
    assert_eq!(scene.clients[&socket(1)].accepted.len(), UNANSWERED_MAX + 1);
    assert_eq!(scene.clients[&socket(1)].refused, busy);
}

#[test]
fn a_seat_that_is_given_twice_is_taken_the_second_time_too() {
    let (mut seats, mut acts) = (FarSeats::default(), Vec::new());
    let (room, home) = (RoomId::from(ROOM), NodeId::from(1));
    seats.lives_at((room, home), socket(1), 4);
    seats.lives_at((room, home), socket(1), 5);
    seats.look(room, socket(1), 1.into(), 4, &mut acts);
    // The second seat takes the place of the first.
    seats.forget(room, socket(1));
    acts.clear();
    seats.look(room, socket(1), 1.into(), 5, &mut acts);
    let parcel = ToHome::Look { room, from: socket(1), member: 1.into(), epoch: 5 };
    assert_eq!(acts, [FarAct::Send { to: home, parcel }]);
}

#[test]
fn where_a_room_lives_is_nothing_new_if_it_is_said_once_more() {
    let (mut seats, mut acts) = (FarSeats::default(), Vec::new());
    let (room, home) = (RoomId::from(ROOM), NodeId::from(1));
    seats.lives_at((room, home), socket(1), 4);
    seats.attach(room, socket(1), (1.into(), 4), Some(7), &mut acts);
    acts.clear();
    seats.moved(room, home, &mut acts);
    assert_eq!(acts, []);
    seats.broke(home);
    seats.moved(room, home, &mut acts);
    assert_eq!(acts.len(), 2, "it may not have heard that: {acts:?}");
}

#[test]
fn what_a_home_says_that_has_the_room_no_more_is_not_passed_on() {
    let (mut seats, mut acts) = (FarSeats::default(), Vec::new());
    let (room, old, new) = (RoomId::from(ROOM), NodeId::from(1), NodeId::from(2));
    seats.lives_at((room, old), socket(1), 4);
    seats.attach(room, socket(1), (1.into(), 4), Some(7), &mut acts);
    seats.says(room, say(1, "a", 3), &mut acts);
    acts.clear();
    seats.moved(room, new, &mut acts);
    let (from, member, epoch) = (socket(1), MemberId::from(1), 4);
    let to_new = [
        ToHome::Look { room, from, member, epoch },
        ToHome::Attach { room, from, member, epoch, after: Some(7) },
        ToHome::Say { room, from, what: say(1, "a", 3), again: true },
    ];
    assert_eq!(acts, to_new.map(|parcel| FarAct::Send { to: new, parcel }));
    acts.clear();
    let frame = ServerFrame::Typing { room, from: 2.into(), on: true };
    let typing = || FromHome::frame(room, vec![from], &frame, frame.to_json());
    seats.came(old, typing(), &mut acts);
    assert_eq!(acts, []);
    seats.came(new, typing(), &mut acts);
    assert_eq!(acts, [FarAct::Pass { to: vec![from], text: frame.to_json(), passing: None }]);
}

#[test]
fn a_home_that_never_has_the_room_is_asked_for_ten_seconds_and_again_when_there_is_news() {
    let (mut seats, mut acts) = (FarSeats::default(), Vec::new());
    let (room, home) = (RoomId::from(ROOM), NodeId::from(1));
    seats.lives_at((room, home), socket(1), 1);
    seats.attach(room, socket(1), (1.into(), 1), Some(0), &mut acts);
    let mut asked = 0;
    loop {
        acts.clear();
        seats.came(home, FromHome::NotHere { room }, &mut acts);
        seats.came(home, FromHome::NotHere { room }, &mut acts);
        if acts.is_empty() {
            break;
        }
        assert!(matches!(acts[..], [FarAct::Later { .. }]), "once: {acts:?}");
        asked += 1;
        acts.clear();
        seats.is_due(room, &mut acts);
        assert_eq!(acts.len(), 2, "it looks, and takes its seat");
    }
    assert_eq!(asked, ASKED_AGAIN_MAX);
    seats.moved(room, 2.into(), &mut acts);
    assert_eq!(acts.len(), 2);
}

#[test]
fn who_came_in_by_a_socket_of_the_room_comes_back_by_themselves() {
    let (mut seats, mut acts) = (FarSeats::default(), Vec::new());
    let (room, home, from) = (RoomId::from(ROOM), NodeId::from(1), socket(5));
    let who = Entering {
        account: None,
        role: Role::Guest,
        name: "Lee".into(),
        picture: None,
        watching: false,
        audited_as: None,
    };
    seats.enter((room, home), from, who.clone(), None, &mut acts);
    seats.came(home, FromHome::Answer { room, to: from, answer: Answer::Seated(8.into()) }, &mut acts);
    seats.says(room, Spoken::End { by: Ender::Member(8.into()), note: None }, &mut acts);
    assert!(matches!(acts.last(), Some(FarAct::Send { parcel: ToHome::Say { .. }, .. })), "they have a seat: {acts:?}");
    acts.clear();
    seats.broke(home);
    seats.opened(home, &mut acts);
    let shut = FarAct::Shut { to: from, code: CloseCode::Draining };
    assert_eq!(acts, [shut.clone(), FarAct::Send { to: home, parcel: ToHome::Named }]);
    // Of a home that is gone nobody says where its rooms went, if no desk and no counsellor of them is here.
    seats.enter((room, home), from, who, None, &mut acts);
    acts.clear();
    seats.home_gone(2.into(), &mut acts);
    assert_eq!(acts, [], "it was another's");
    seats.home_gone(home, &mut acts);
    assert_eq!(acts, [shut]);
}

#[test]
fn who_takes_a_seat_again_is_told_how_the_others_are() {
    let mut scene = Scene::new();
    scene.ends();
    let (room, node) = (RoomId::from(ROOM), scene.node());
    scene.breaks();
    let mut acts = Vec::new();
    scene.seats.opened(node, &mut acts);
    let home = scene.home.as_mut().expect("lives");
    let glance = home.host.look(1.into(), 1).expect("no newer socket");
    acts.clear();
    scene.seats.came(node, FromHome::Show { room, to: socket(1), glance: glance.clone() }, &mut acts);
    let who = glance.members.iter().find(|who| who.member == 2.into()).expect("sits there").clone();
    let told = FarAct::Say { to: socket(1), frame: ServerFrame::Member { room, who } };
    assert_eq!(acts, [told, FarAct::Show { to: socket(1), room, glance }]);
}
