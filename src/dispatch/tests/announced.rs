//! A new term over nodes that live, and a node that announces itself once more: who is told of which seat, and when.

use super::nodes::*;
use super::*;

/// A term that begins over a room that is open, of desk and counsellor elsewhere.
fn begins_over(room: RoomId, ticket: TicketId) -> Centre {
    begins_among(vec![HERE, THERE, THIRD], room, ticket)
}

/// The same while these nodes live.
fn begins_among(nodes: Vec<NodeId>, room: RoomId, ticket: TicketId) -> Centre {
    let mut centre = Centre::new();
    let new_term = Some(NewTerm { epoch: 2, nodes });
    let found =
        StartRecords { staff: vec![kim()], rooms: vec![found_room(room, ticket)], new_term, ..StartRecords::default() };
    let now = centre.now();
    centre.dispatch.take_up(now, found, &mut centre.world, &mut Vec::new());
    centre
}

fn here_kim(seats: &[RoomId]) -> FromFront {
    FromFront::HereCounsellor {
        from: KIM,
        profile: kim(),
        session: SessionId::from(1),
        seats: seats.to_vec(),
        turn: None,
    }
}

fn seats_given(effects: &[Effect]) -> Vec<NodeId> {
    let given = |(to, parcel): (NodeId, &ToFront)| match parcel {
        ToFront::Desk { news: DeskNews::Back { .. }, .. } => Some(to),
        ToFront::Counsellor { news: CounsellorNews::Rooms(held), .. } if !held.is_empty() => Some(to),
        _ => None,
    };
    told(effects).into_iter().filter_map(given).collect()
}

#[test]
fn a_room_that_its_home_has_not_named_yet_is_not_said_to_be_gone() {
    let (room, ticket) = (RoomId(Uuid::from_u128(600)), TicketId(Uuid::from_u128(601)));
    let mut centre = begins_over(room, ticket);
    let happened = centre.hears_from(THIRD, here_kim(&[room]));
    let gone = |parcel: &ToFront| matches!(parcel, ToFront::Counsellor { news: CounsellorNews::RoomGone { .. }, .. });
    assert!(!told(&happened).into_iter().any(|(_, parcel)| gone(parcel)), "{happened:?}");
    let happened = centre.hears_from(THERE, FromFront::HereRoom { room });
    assert_eq!((homes(&happened), seats_given(&happened)), (vec![(THIRD, THERE)], vec![]), "they have had it before");
}

#[test]
fn whoever_named_themselves_before_their_room_and_had_not_been_told_of_it_is_told() {
    let (room, ticket) = (RoomId(Uuid::from_u128(600)), TicketId(Uuid::from_u128(601)));
    let mut centre = begins_over(room, ticket);
    assert_eq!(seats_given(&centre.hears_from(THIRD, here_kim(&[]))), []);
    assert_eq!(seats_given(&centre.hears_from(HERE, here_desk(DESK, ticket, None))), []);
    let happened = centre.hears_from(THERE, FromFront::HereRoom { room });
    assert_eq!(seats_given(&happened), [HERE, THIRD]);
}

#[test]
fn whoever_names_a_seat_is_told_where_its_room_lives_as_they_may_have_missed_it() {
    let mut centre = Centre::with_nodes();
    let of = centre.talks(THERE, THIRD);
    centre.happens(Input::NodeLost(THIRD));
    centre.happens(Input::NodeGone(THERE));
    // Nobody who sits there is in sight.
    centre.hears_from(HERE, FromFront::HereRoom { room: of.room });
    assert_eq!(homes(&centre.hears_from(THIRD, here_kim(&[of.room]))), [(THIRD, HERE)]);
}

#[test]
fn a_home_that_has_a_room_no_more_takes_it_from_nobody() {
    let mut centre = Centre::with_nodes();
    let of = centre.talks(THERE, THIRD);
    centre.hears_from(THERE, FromFront::RoomGone { room: of.room });
    assert!(centre.dispatch.is_open(of.room), "its end is not on file");
    centre.hears_from(
        THERE,
        FromFront::RoomOver { room: of.room, returns: false, handed_over: None, members: Vec::new() },
    );
    centre.hears_from(THERE, FromFront::RoomGone { room: of.room });
    assert!(centre.dispatch.is_at_rest());
}

#[test]
fn who_waits_for_a_seat_in_a_room_without_a_home_is_given_it_though_its_node_is_found_gone_once_more() {
    let (room, ticket) = (RoomId(Uuid::from_u128(600)), TicketId(Uuid::from_u128(601)));
    let mut centre = begins_among(vec![HERE, THIRD], room, ticket);
    assert_eq!(seats_given(&centre.hears_from(THIRD, here_kim(&[]))), []);
    let back = FromFront::Back { from: DESK, ticket, after: Some(2), asker: None };
    assert_eq!(seats_given(&centre.hears_from(HERE, back)), []);
    centre.happens(Input::NodeGone(THERE));
    let happened = centre.hears_from(HERE, FromFront::HereRoom { room });
    assert_eq!(seats_given(&happened), [HERE, THIRD]);
}

#[test]
fn a_seat_in_a_room_that_its_node_missed_behind_a_broken_link_is_given_once_it_is_open_there() {
    let mut centre = Centre::with_nodes();
    let of = centre.talks(THERE, THERE);
    centre.happens(Input::NodeLost(THERE));
    // It has none of it: neither the room nor the seats arrived.
    let people = [here_kim(&[]), here_desk(DESK, of.ticket, None), FromFront::Announced];
    let told: Vec<Effect> = people.into_iter().flat_map(|parcel| centre.hears_from(THERE, parcel)).collect();
    assert_eq!((takes(&told), seats_given(&told)), (vec![(THERE, of.room, Some(THERE))], vec![]));
    let happened = centre.hears_from(THERE, FromFront::HereRoom { room: of.room });
    assert_eq!(seats_given(&happened), [THERE, THERE]);
}

#[test]
fn a_wrap_up_in_a_new_term_ends_when_it_would_have_ended_and_never_later_than_anew() {
    for (ended_s, waits_s) in [(990, 50), (900, 0), (1_030, 60)] {
        let mut centre = Centre::new();
        let mut line = centre.dispatch.lines.get(1.into()).unwrap().clone();
        (line.wrap_up_s, line.version) = (60, 2);
        let ended_at = Wall(ended_s * SECOND as i64);
        let wrap_ups = vec![FoundWrapUp { room: RoomId::from(700), line: 1.into(), counsellor: 7.into(), ended_at }];
        let new_term = Some(NewTerm { epoch: 2, nodes: vec![HERE] });
        let (lines, staff) = (vec![line], vec![kim()]);
        let found = StartRecords { lines, staff, wrap_ups, new_term, ..StartRecords::default() };
        let (now, mut effects) = (centre.now(), Vec::new());
        centre.dispatch.take_up(now, found, &mut centre.world, &mut effects);
        let wait = |effect: &Effect| match effect {
            Effect::Later { wait, what: Later::WrapUp(..) } => Some(wait.as_secs()),
            _ => None,
        };
        assert_eq!(effects.iter().filter_map(wait).collect::<Vec<_>>(), [waits_s], "over at {ended_s} s");
    }
}
