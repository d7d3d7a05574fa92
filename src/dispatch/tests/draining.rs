//! A node that drains hands its rooms on.

use super::nodes::*;
use super::*;

/// Who is asked to hand which room on, and where.
fn hands_on(effects: &[Effect]) -> Vec<(NodeId, RoomId, NodeId)> {
    let hand_on = |(from, parcel): (NodeId, &ToFront)| match *parcel {
        ToFront::HandOn { room, to } => Some((from, room, to)),
        _ => None,
    };
    told(effects).into_iter().filter_map(hand_on).collect()
}

#[test]
fn a_node_that_drains_hands_its_rooms_on_and_the_next_home_opens_them() {
    let mut centre = Centre::with_nodes();
    let of = centre.talks(THERE, THIRD);
    assert_eq!(of.home, THERE);
    assert_eq!(hands_on(&centre.happens(Input::NodeDraining(THERE))), [(THERE, of.room, THIRD)]);
    assert_eq!(hands_on(&centre.happens(Input::NodeDraining(THERE))), [], "it is at it");
    let back = FromFront::Back { from: SocketId(6), ticket: of.ticket, after: Some(3), asker: None };
    let back = centre.hears_from(HERE, back);
    let is_told = |(to, parcel): &(NodeId, &ToFront)| *to == HERE && matches!(parcel, ToFront::Desk { .. });
    assert!(!told(&back).iter().any(is_told), "there is no way to it yet: {back:?}");
    let handed = centre.hears_from(THERE, FromFront::HandedOn { room: of.room, to: THIRD });
    assert_eq!(takes(&handed), [(THIRD, of.room, Some(THIRD))]);
    // The old home says what it has no more; the room goes on.
    assert!(centre.hears_from(THERE, FromFront::RoomGone { room: of.room }).is_empty());
    let opened = centre.hears_from(THIRD, FromFront::HereRoom { room: of.room });
    assert_eq!(homes(&opened), [(HERE, THIRD), (THIRD, THIRD)]);
    assert!(told(&opened).iter().any(|(to, parcel)| *to == HERE && matches!(parcel, ToFront::Desk { .. })));
}

#[test]
fn a_room_whose_hand_on_is_lost_or_refused_is_handed_on_by_the_comparison() {
    let mut centre = Centre::with_nodes();
    let of = centre.talks(THERE, THIRD);
    centre.happens(Input::NodeDraining(THERE));
    // The disk refused it: the home says that it has the room, and is asked once more.
    assert_eq!(takes(&centre.looks_twice(&kept(&of, Some(THERE)))), [(THERE, of.room, Some(THERE))]);
    let named = centre.hears_from(THERE, FromFront::HereRoom { room: of.room });
    assert_eq!(hands_on(&named), [(THERE, of.room, THIRD)]);
    // It was handed on, and the word is lost.
    centre.now_s += 2;
    let lost = centre.happens(Input::Compared(kept(&of, Some(THIRD))));
    let lost = if takes(&lost).is_empty() { centre.happens(Input::Compared(kept(&of, Some(THIRD)))) } else { lost };
    assert_eq!(takes(&lost), [(THIRD, of.room, Some(THIRD))]);
}

#[test]
fn rooms_stay_where_no_other_may_have_them_until_there_is_one() {
    let mut centre = Centre::with_nodes();
    centre.happens(Input::NodeDraining(HERE));
    centre.happens(Input::NodeDraining(THIRD));
    let of = centre.talks(THERE, THERE);
    assert_eq!(hands_on(&centre.happens(Input::NodeDraining(THERE))), []);
    assert_eq!(hands_on(&centre.happens(Input::NodeUp(THIRD))), [(THERE, of.room, THIRD)]);
}

#[test]
fn a_term_hands_on_what_drains_once_it_matches() {
    let mut centre = Centre::with_nodes();
    let of = centre.talks(THERE, THIRD);
    centre.happens(Input::Suspend);
    assert_eq!(hands_on(&centre.happens(Input::NodeDraining(THERE))), []);
    assert_eq!(hands_on(&centre.happens(Input::Match)), [(THERE, of.room, THIRD)]);
}
