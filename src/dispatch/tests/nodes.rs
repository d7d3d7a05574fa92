//! Several nodes: people and rooms of one that is out of sight, or gone; and what the records say otherwise.

use super::*;

pub(super) const THERE: NodeId = NodeId(Uuid::from_u128(2));
pub(super) const THIRD: NodeId = NodeId(Uuid::from_u128(3));

impl Centre {
    pub(super) fn with_nodes() -> Self {
        let mut centre = Self::new();
        for node in [THERE, THIRD] {
            centre.happens(Input::NodeUp(node));
        }
        centre
    }

    pub(super) fn hears_from(&mut self, node: NodeId, parcel: FromFront) -> Vec<Effect> {
        self.happens(Input::From { node, parcel })
    }

    pub(super) fn kim_is_open_at(&mut self, node: NodeId) -> Vec<Effect> {
        self.hears_from(node, FromFront::Arrive { from: KIM, profile: kim(), session: SessionId::from(1) })
    }

    /// A desk at this node waits.
    pub(super) fn waits_at(&mut self, node: NodeId) -> TicketId {
        let ticket = TicketId(self.world.new_id());
        let asked = pending_writes(self.hears_from(node, ask(DESK, ticket, &ticket.to_string())));
        self.happens(Input::Filed { what: asked[0].clone(), answer: Ok(Written::Opened { number: "A-001".into() }) });
        ticket
    }

    /// Kim accepts what rings.
    pub(super) fn accepts_at(&mut self, node: NodeId) -> Proposal {
        let (offer, _) = self.dispatch.rings_at(7.into()).next().unwrap();
        let accepts = FromFront::Wish { from: KIM, account: 7.into(), what: Wish::Accept(offer) };
        match pending_writes(self.hears_from(node, accepts)).remove(0) {
            PendingWrite::Match(proposal) => *proposal,
            other => panic!("{other:?}"),
        }
    }

    pub(super) fn is_matched(&mut self, proposal: &Proposal) -> Vec<Effect> {
        let what = PendingWrite::Match(Box::new(proposal.clone()));
        self.happens(Input::Filed { what, answer: Ok(Written::Matched { last_seq: 0 }) })
    }

    /// They talk: the desk is at one node, Kim at another.
    pub(super) fn talks(&mut self, desk: NodeId, counsellor: NodeId) -> Proposal {
        self.kim_is_open_at(counsellor);
        self.waits_at(desk);
        let proposal = self.accepts_at(counsellor);
        self.is_matched(&proposal);
        proposal
    }

    pub(super) fn is_here(&self, ticket: TicketId) -> bool {
        self.dispatch.lobby().ticket(ticket).unwrap().here
    }

    /// Two looks at the same records, two seconds apart.
    pub(super) fn looks_twice(&mut self, found: &Comparison) -> Vec<Effect> {
        let first = self.happens(Input::Compared(found.clone()));
        assert!(first.is_empty(), "a word may be on its way: {first:?}");
        self.now_s += 2;
        self.happens(Input::Compared(found.clone()))
    }
}

pub(super) fn kim() -> Profile {
    Profile {
        account: 7.into(),
        name: "Kim".into(),
        picture: None,
        lines: vec![(1.into(), 0)],
        capacity: 1,
        intent: Intent::Open,
        reason: None,
        version: 1,
        test: false,
    }
}

pub(super) fn here_desk(from: SocketId, ticket: TicketId, seat: Option<RoomId>) -> FromFront {
    FromFront::HereDesk { from, ticket, seat, after: None, asker: None, turn: None }
}

pub(super) fn kept(of: &Proposal, keeper: Option<NodeId>) -> Comparison {
    let room = KeptRoom { room: of.room, ticket: Some(of.ticket), keeper };
    Comparison { rooms: vec![room], ..Comparison::default() }
}

pub(super) fn found_ticket(ticket: TicketId) -> FoundTicket {
    let row = TicketRow {
        ticket,
        line: 1.into(),
        desk: Some(DeskId::from(3)),
        session: SessionId::from(2),
        client_id: KEY.into(),
        language: "ko".into(),
        nickname: None,
        note: None,
        priority: 0,
        requested_at: Wall(990 * SECOND as i64),
        day: Default::default(),
        predicted_s: None,
    };
    FoundTicket { row, topic: "GENERAL".into(), number: "A-009".into() }
}

/// A room at the second node in which Kim counsels.
pub(super) fn found_room(room: RoomId, ticket: TicketId) -> FoundRoom {
    let seat = |member: u128, role| crate::room::NewSeat {
        member: MemberId::from(member),
        role,
        name: String::new(),
        picture: None,
        seen: 0,
        state: crate::protocol::SeatState::Away,
        watching: false,
    };
    FoundRoom {
        room,
        home: Some(THERE),
        ticket: found_ticket(ticket),
        counsellor: 7.into(),
        seats: [seat(1, crate::protocol::Role::Desk), seat(2, crate::protocol::Role::Counsellor)],
        supervisors: Vec::new(),
        last_seq: 0,
        recent: Vec::new(),
        whispers: Vec::new(),
        opened_at: Wall(995 * SECOND as i64),
    }
}

/// What the fronts are to do, by node.
pub(super) fn told(effects: &[Effect]) -> Vec<(NodeId, &ToFront)> {
    let parcel = |effect| if let &Effect::Parcel { to, ref parcel } = effect { Some((to, parcel)) } else { None };
    effects.iter().filter_map(parcel).collect()
}

/// Who is asked to take which room, and from whom.
pub(super) fn takes(effects: &[Effect]) -> Vec<(NodeId, RoomId, Option<NodeId>)> {
    let take = |(to, parcel): (NodeId, &ToFront)| match *parcel {
        ToFront::Take { room, from } => Some((to, room, from)),
        _ => None,
    };
    told(effects).into_iter().filter_map(take).collect()
}

/// Which nodes are told where a room lives.
pub(super) fn homes(effects: &[Effect]) -> Vec<(NodeId, NodeId)> {
    let home = |(to, parcel): (NodeId, &ToFront)| match *parcel {
        ToFront::Home { home, .. } => Some((to, home)),
        _ => None,
    };
    told(effects).into_iter().filter_map(home).collect()
}

pub(super) fn put_right(effects: &[Effect]) -> Vec<&'static str> {
    let what =
        |effect: &Effect| if let Effect::Noted(Noted::PutRight(what)) = effect { Some(what.name()) } else { None };
    effects.iter().filter_map(what).collect()
}

pub(super) fn asked_for(effects: &[Effect]) -> Vec<RoomId> {
    let rooms = |effect: &Effect| if let Effect::ReadRooms(rooms) = effect { Some(rooms.clone()) } else { None };
    effects.iter().filter_map(rooms).flatten().collect()
}

#[test]
fn desks_of_a_node_out_of_sight_are_passed_over_and_keep_their_place() {
    let mut centre = Centre::with_nodes();
    let ticket = centre.waits_at(THERE);
    centre.happens(Input::NodeLost(THERE));
    assert!(!centre.is_here(ticket));
    centre.now_s += 60;
    centre.happens(Input::Tick);
    centre.kim_is_open_at(HERE);
    assert_eq!(centre.dispatch.rings_at(7.into()).count(), 0, "nobody knows whether they are there");
    assert_eq!(centre.dispatch.counts().waiting, 1, "no grace runs");
    centre.hears_from(THERE, here_desk(DESK, ticket, None));
    centre.hears_from(THERE, FromFront::Announced);
    assert_eq!(centre.dispatch.rings_at(7.into()).count(), 1);
}

#[test]
fn what_rang_at_a_node_out_of_sight_rings_at_another_and_nobody_has_missed_it() {
    let mut centre = Centre::with_nodes();
    centre.kim_is_open_at(THERE);
    let ticket = centre.waits_at(HERE);
    assert_eq!(centre.dispatch.rings_at(7.into()).count(), 1);
    let happened = centre.happens(Input::NodeLost(THERE));
    assert_eq!(centre.dispatch.rings_at(7.into()).count(), 0);
    let missed = |effect: &Effect| matches!(effect, Effect::Store { write: Write::Happened { what, .. }, .. } if what.kind == EventKind::Missed);
    assert!(!happened.iter().any(missed), "{happened:?}");
    let lee = Profile { account: 8.into(), ..kim() };
    centre.hears_from(HERE, FromFront::Arrive { from: SocketId(8), profile: lee, session: SessionId::from(9) });
    assert_eq!(centre.dispatch.rings_at(8.into()).map(|(_, ticket)| ticket).collect::<Vec<_>>(), [ticket]);
}

#[test]
fn whoever_an_announcement_does_not_name_is_away_as_of_then() {
    let mut centre = Centre::with_nodes();
    let (gone, stays) = (centre.waits_at(THERE), {
        let ticket = TicketId(Uuid::from_u128(900));
        let asked = pending_writes(centre.hears_from(THERE, ask(SocketId(5), ticket, "another")));
        centre.happens(Input::Filed { what: asked[0].clone(), answer: Ok(Written::Opened { number: "A-2".into() }) });
        ticket
    });
    centre.happens(Input::NodeLost(THERE));
    centre.now_s += 60;
    centre.hears_from(THERE, here_desk(SocketId(5), stays, None));
    centre.hears_from(THERE, FromFront::Announced);
    assert!(centre.is_here(stays) && !centre.is_here(gone));
    let ends = |effects: Vec<Effect>| {
        pending_writes(effects).iter().any(|what| matches!(what, PendingWrite::Close(of, _) if *of == gone))
    };
    centre.now_s += 9;
    assert!(!ends(centre.happens(Input::Tick)), "the grace of ten seconds runs from the announcement");
    centre.now_s += 1;
    assert!(ends(centre.happens(Input::Tick)));
}

#[test]
fn an_announcement_replaces_also_if_nobody_had_noticed_that_the_link_was_broken() {
    let mut centre = Centre::with_nodes();
    let ticket = centre.waits_at(THERE);
    centre.kim_is_open_at(THERE);
    centre.hears_from(THERE, FromFront::Announced);
    assert!(!centre.is_here(ticket));
    assert_eq!(centre.dispatch.counts().counsellors, 0);
}

#[test]
fn whoever_was_seen_elsewhere_since_the_link_broke_is_there() {
    let mut centre = Centre::with_nodes();
    let ticket = centre.waits_at(THERE);
    centre.happens(Input::NodeLost(THERE));
    centre.hears_from(THIRD, FromFront::Back { from: SocketId(6), ticket, after: None, asker: None });
    let happened = centre.hears_from(THERE, here_desk(DESK, ticket, None));
    let replaced = |(to, parcel): &(NodeId, &ToFront)| {
        *to == THERE && matches!(parcel, ToFront::Desk { to: DESK, news: DeskNews::Replaced })
    };
    assert!(told(&happened).iter().any(replaced), "{happened:?}");
    centre.hears_from(THERE, FromFront::Announced);
    assert!(centre.is_here(ticket));
    let sits: Vec<NodeSocket> = centre.dispatch.sockets().collect();
    assert_eq!(sits, [NodeSocket { node: THIRD, socket: SocketId(6) }]);
}

#[test]
fn people_of_a_gone_node_are_away_from_then_on_and_its_late_words_are_not_believed() {
    let mut centre = Centre::with_nodes();
    let ticket = centre.waits_at(THERE);
    centre.kim_is_open_at(THERE);
    centre.happens(Input::NodeLost(THERE));
    centre.now_s += 60;
    centre.happens(Input::NodeGone(THERE));
    assert_eq!(centre.dispatch.counts().counsellors, 0);
    assert!(centre.hears_from(THERE, here_desk(DESK, ticket, None)).is_empty());
    assert!(!centre.is_here(ticket));
    centre.now_s += 10;
    let ended = pending_writes(centre.happens(Input::Tick));
    assert!(matches!(ended[..], [PendingWrite::Close(of, _)] if of == ticket), "{ended:?}");
}

#[test]
fn a_match_lives_at_its_desks_node_else_its_counsellors_else_here() {
    let home = |before: &dyn Fn(&mut Centre)| {
        let mut centre = Centre::with_nodes();
        centre.kim_is_open_at(THIRD);
        centre.waits_at(THERE);
        before(&mut centre);
        centre.accepts_at(THIRD).home
    };
    assert_eq!(home(&|_| {}), THERE);
    assert_eq!(home(&|centre| drop(centre.happens(Input::NodeDraining(THERE)))), THIRD);
    let both = |centre: &mut Centre| {
        centre.happens(Input::NodeDraining(THERE));
        centre.happens(Input::NodeDraining(THIRD));
    };
    assert_eq!(home(&both), HERE);
}

#[test]
fn a_gone_nodes_room_is_taken_by_another_and_everybody_in_it_is_told_where_it_lives() {
    let mut centre = Centre::with_nodes();
    let of = centre.talks(THERE, THIRD);
    assert_eq!(of.home, THERE);
    let happened = centre.happens(Input::NodeGone(THERE));
    assert_eq!(takes(&happened), [(THIRD, of.room, Some(THERE))], "its counsellor is there");
    // The desk comes back before anybody has it.
    let back = FromFront::Back { from: SocketId(6), ticket: of.ticket, after: Some(3), asker: None };
    let happened = centre.hears_from(HERE, back);
    let is_turn = |(_, parcel): &(NodeId, &ToFront)| matches!(parcel, ToFront::Turn { .. });
    assert!(told(&happened).iter().all(is_turn), "there is no way to it yet: {happened:?}");
    let happened = centre.hears_from(THIRD, FromFront::HereRoom { room: of.room });
    assert_eq!(homes(&happened), [(HERE, THIRD), (THIRD, THIRD)]);
    let seats: Vec<(NodeId, Option<u32>)> = told(&happened)
        .into_iter()
        .filter_map(|(to, parcel)| match parcel {
            ToFront::Desk { to: SocketId(6), news: DeskNews::Back { after, .. } } => Some((to, *after)),
            _ => None,
        })
        .collect();
    assert_eq!(seats, [(HERE, Some(3))]);
    assert!(homes(&centre.hears_from(THIRD, FromFront::HereRoom { room: of.room })).is_empty(), "once");
}

#[test]
fn a_counsellor_who_comes_back_while_their_room_is_taken_is_told_of_no_state_without_it() {
    let mut centre = Centre::with_nodes();
    let of = centre.talks(THERE, THIRD);
    centre.happens(Input::NodeGone(THERE));
    let states = |effects: &[Effect]| {
        let state = |(_, parcel): &(NodeId, &ToFront)| {
            matches!(parcel, ToFront::Counsellor { news: CounsellorNews::State { .. }, .. })
        };
        told(effects).iter().filter(|told| state(told)).count()
    };
    let happened =
        centre.hears_from(HERE, FromFront::Arrive { from: SocketId(9), profile: kim(), session: SessionId::from(1) });
    assert_eq!(states(&happened), 0, "there is no way to the room yet");
    let named = centre.hears_from(THIRD, FromFront::HereRoom { room: of.room });
    let seats = |(_, parcel): (NodeId, &ToFront)| match parcel {
        ToFront::Counsellor { to: SocketId(9), news } => news.held().len(),
        _ => 0,
    };
    assert_eq!(told(&named).into_iter().map(seats).sum::<usize>(), 1, "{named:?}");
    let due = centre.happens(Input::Later(Later::TellChanged));
    assert_eq!(states(&due), 1, "with the seat comes the state");
}

#[test]
fn a_room_is_never_taken_by_a_node_that_drains_or_is_out_of_sight() {
    for what in [Input::NodeDraining(THIRD), Input::NodeLost(THIRD)] {
        let mut centre = Centre::with_nodes();
        let of = centre.talks(THERE, THIRD);
        centre.happens(what);
        assert_eq!(takes(&centre.happens(Input::NodeGone(THERE))), [(HERE, of.room, Some(THERE))]);
    }
}

#[test]
fn a_room_that_was_over_is_left_behind_with_its_node() {
    let mut centre = Centre::with_nodes();
    let of = centre.talks(THERE, HERE);
    centre.hears_from(
        THERE,
        FromFront::RoomOver { room: of.room, returns: false, handed_over: None, members: Vec::new() },
    );
    let happened = centre.happens(Input::NodeGone(THERE));
    assert_eq!(takes(&happened), []);
    assert!(centre.dispatch.is_at_rest());
}

#[test]
fn a_match_on_file_after_its_home_was_gone_is_taken_and_then_told_to_both() {
    let mut centre = Centre::with_nodes();
    centre.kim_is_open_at(HERE);
    let ticket = centre.waits_at(THERE);
    let of = centre.accepts_at(HERE);
    centre.happens(Input::NodeGone(THERE));
    centre.hears_from(THIRD, FromFront::Back { from: SocketId(6), ticket, after: None, asker: None });
    let happened = centre.is_matched(&of);
    assert_eq!(takes(&happened), [(HERE, of.room, Some(THERE))]);
    let seats = |effects: &[Effect]| {
        let gives = |(_, parcel): &(NodeId, &ToFront)| match parcel {
            ToFront::Desk { news, .. } => news.seat().is_some(),
            ToFront::Counsellor { news, .. } => !news.held().is_empty(),
            _ => false,
        };
        told(effects).iter().filter(|told| gives(told)).count()
    };
    assert_eq!(seats(&happened), 0, "nobody is sent to a room that is nowhere");
    assert_eq!(seats(&centre.hears_from(HERE, FromFront::HereRoom { room: of.room })), 2);
}

#[test]
fn a_room_that_a_node_does_not_name_after_a_broken_link_is_opened_there_from_the_record() {
    let mut centre = Centre::with_nodes();
    let of = centre.talks(THERE, HERE);
    centre.happens(Input::NodeLost(THERE));
    let happened = centre.hears_from(THERE, FromFront::Announced);
    assert_eq!(takes(&happened), [(THERE, of.room, Some(THERE))]);
    // One that it names goes on.
    let mut centre = Centre::with_nodes();
    let of = centre.talks(THERE, HERE);
    centre.happens(Input::NodeLost(THERE));
    centre.hears_from(THERE, FromFront::HereRoom { room: of.room });
    centre.hears_from(THERE, here_desk(DESK, of.ticket, Some(of.room)));
    assert_eq!(takes(&centre.hears_from(THERE, FromFront::Announced)), []);
    assert!(centre.dispatch.is_open(of.room));
}

#[test]
fn a_hand_over_that_was_accepted_on_a_broken_link_comes_to_nothing_and_binds_nobody() {
    let mut centre = Centre::with_nodes();
    let of = centre.talks(THERE, HERE);
    let lee = Profile { account: 8.into(), ..kim() };
    centre.hears(FromFront::Arrive { from: SocketId(8), profile: lee, session: SessionId::from(9) });
    let what = Wish::Transfer { room: of.room, to: Receiver::Colleague(8.into()), note: None, messages: 1 };
    centre.hears(FromFront::Wish { from: KIM, account: 7.into(), what });
    let (offer, _) = centre.dispatch.rings_at(8.into()).next().unwrap();
    centre.happens(Input::NodeLost(THERE));
    centre.hears(FromFront::Wish { from: SocketId(8), account: 8.into(), what: Wish::Accept(offer) });
    centre.hears_from(THERE, FromFront::HereRoom { room: of.room });
    centre.hears_from(THERE, here_desk(DESK, of.ticket, Some(of.room)));
    centre.hears_from(THERE, FromFront::Announced);
    assert!(centre.dispatch.is_open(of.room));
    assert_eq!(centre.dispatch.colleagues().iter().map(|colleague| colleague.free).sum::<u32>(), 1, "Lee is free");
}

#[test]
fn a_waiting_ticket_that_is_nobodys_in_two_looks_is_taken_up() {
    let mut centre = Centre::with_nodes();
    let ticket = TicketId(Uuid::from_u128(500));
    let unkept = vec![(found_ticket(ticket), Wall(990 * SECOND as i64))];
    let happened = centre.looks_twice(&Comparison { unkept, ..Comparison::default() });
    assert!(matches!(&happened[0], Effect::Store { write: Write::TakeTicket { .. }, .. }), "{happened:?}");
    assert_eq!(put_right(&happened), ["ticket_taken"]);
    assert_eq!(centre.dispatch.counts().waiting, 1);
}

#[test]
fn a_room_is_taken_until_it_is_somebodys_whatever_became_of_who_was_asked() {
    let mut centre = Centre::with_nodes();
    let of = centre.talks(THERE, THIRD);
    centre.happens(Input::NodeGone(THERE));
    centre.hears_from(THIRD, FromFront::NotTaken { room: of.room });
    let happened = centre.looks_twice(&kept(&of, Some(THERE)));
    assert_eq!(takes(&happened), [(THIRD, of.room, Some(THERE))]);
    assert_eq!(put_right(&happened), ["room_taken"]);
    // It is on file that this one has it, and its word was lost.
    centre.now_s += 2;
    assert_eq!(takes(&centre.happens(Input::Compared(kept(&of, Some(HERE))))), [(HERE, of.room, Some(HERE))]);
    centre.hears(FromFront::HereRoom { room: of.room });
    centre.happens(Input::Compared(kept(&of, Some(HERE))));
    assert!(centre.looks_twice(&kept(&of, Some(HERE))).is_empty(), "all is well");
}

#[test]
fn what_is_just_being_decided_is_left_out_of_the_comparison() {
    let mut centre = Centre::with_nodes();
    centre.kim_is_open_at(HERE);
    centre.waits_at(THERE);
    let of = centre.accepts_at(HERE);
    assert!(centre.looks_twice(&kept(&of, Some(THERE))).is_empty(), "on file, and not answered yet");
    centre.happens(Input::NodeLost(THERE));
    centre.is_matched(&of);
    centre.happens(Input::Compared(Comparison::default()));
    assert!(centre.looks_twice(&kept(&of, Some(THERE))).is_empty(), "one look is not two");
}

#[test]
fn a_room_of_which_nothing_is_known_is_read_and_opened_where_it_lives() {
    let mut centre = Centre::with_nodes();
    let (room, ticket) = (RoomId(Uuid::from_u128(600)), TicketId(Uuid::from_u128(601)));
    centre.kim_is_open_at(HERE);
    let rooms = vec![KeptRoom { room, ticket: Some(ticket), keeper: Some(THERE) }];
    let happened = centre.looks_twice(&Comparison { rooms, ..Comparison::default() });
    assert_eq!(asked_for(&happened), [room]);
    let found = found_room(room, ticket);
    let happened = centre.happens(Input::RoomsRead(vec![RoomOnFile::Open(Box::new(found))]));
    assert_eq!(takes(&happened), [(THERE, room, Some(THERE))]);
    assert_eq!(put_right(&happened), ["room_opened"]);
    assert!(centre.dispatch.is_open(room));
}

#[test]
fn a_room_that_is_over_on_file_is_over_as_if_its_home_had_said_so_and_once() {
    let mut centre = Centre::with_nodes();
    let of = centre.talks(THERE, HERE);
    let happened = centre.looks_twice(&Comparison::default());
    assert_eq!(asked_for(&happened), [of.room]);
    let (room, members) = (of.room, Vec::new());
    let over = RoomOnFile::Over { room, returns: true, handed_over: None, members: Vec::new() };
    let happened = centre.happens(Input::RoomsRead(vec![over]));
    assert_eq!(put_right(&happened), ["room_ended"]);
    assert_eq!(centre.dispatch.counts().waiting, 1, "R11: it waits again");
    let late = centre.hears_from(THERE, FromFront::RoomOver { room, returns: true, handed_over: None, members });
    assert!(late.is_empty(), "{late:?}");
}
