//! What people in a room may rely on.

mod groups;
mod host;
mod sitting;
mod whispers;

use super::*;
use crate::ids::{MemberId, MessageId, RoomId, TicketId};
use crate::protocol::{CloseCode, EndReason, ErrorCode, Member, MessageKind, Role, SeatState, ServerFrame};
use crate::time::{Mono, Now, SECOND, Wall};

const DESK: u128 = 1;
const COUNSELLOR: u128 = 2;

/// A room with a desk and a counsellor, a clock that is moved by hand, and a disk that answers
/// when it is told to.
struct Scene {
    room: Room,
    now: Now,
    ids: u128,
}

impl Scene {
    fn new() -> Self {
        let mut scene = Self { room: room(0, Vec::new()), now: Now::default(), ids: 100 };
        scene.attach(DESK, None);
        scene.attach(COUNSELLOR, None);
        scene
    }

    fn step(&mut self, input: Input) -> Vec<Effect> {
        self.step_with_glances(input).into_iter().filter(|effect| !matches!(effect, Effect::Glance { .. })).collect()
    }

    /// The other tests are of what people are told.
    fn step_with_glances(&mut self, input: Input) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.room.step(self.now, input, &mut effects);
        effects
    }

    fn attach(&mut self, who: u128, after: Option<u32>) -> Vec<Effect> {
        self.step(Input::Attach { member: who.into(), after })
    }

    fn detach(&mut self, who: u128) -> Vec<Effect> {
        self.step(Input::Detach { member: who.into() })
    }

    fn wait_s(&mut self, seconds: u64) -> Vec<Effect> {
        self.now.mono = Mono(self.now.mono.0 + seconds * SECOND);
        self.now.wall = Wall(self.now.wall.0 + (seconds * SECOND) as i64);
        self.step(Input::Tick)
    }

    fn say(&mut self, who: u128, client_id: &str, body: &str) -> Vec<Effect> {
        self.ids += 1;
        let id = MessageId::from(self.ids);
        let say = Say { from: who.into(), client_id: client_id.into(), body: body.into(), kind: MessageKind::Text, id };
        self.step(Input::Say(say))
    }

    fn stored(&mut self, said: &Said, answer: SayStored) -> Vec<Effect> {
        self.step(Input::SayStored { id: said.id, answer })
    }

    /// Says it and lets the disk take it.
    fn said(&mut self, who: u128, client_id: &str, body: &str) -> Said {
        let said = to_store(&self.say(who, client_id, body)).remove(0);
        self.stored(&said, SayStored::Done);
        said
    }
}

fn room(last_seq: u32, recent: Vec<Said>) -> Room {
    let seat = |member: u128, role| NewSeat {
        member: member.into(),
        role,
        name: "n".into(),
        picture: None,
        seen: 0,
        state: SeatState::Joined,
        watching: false,
    };
    let seats = vec![seat(DESK, Role::Desk), seat(COUNSELLOR, Role::Counsellor)];
    let rules = RoomRules { grace_s: 30, messages_max: 60 };
    Room::new(RoomId::from(9), Some(TicketId::from(8)), rules, seats, last_seq, recent, Now::default())
}

fn to_store(effects: &[Effect]) -> Vec<Said> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::StoreSay(said) => Some(said.clone()),
            _ => None,
        })
        .collect()
}

fn error_to(effects: &[Effect], who: u128) -> Option<ErrorCode> {
    effects.iter().find_map(|effect| match effect {
        Effect::Send { to, frame: ServerFrame::Error { code, .. } } if *to == MemberId::from(who) => Some(*code),
        _ => None,
    })
}

fn is_accepted(effects: &[Effect], seq: u32) -> bool {
    effects
        .iter()
        .any(|effect| matches!(effect, Effect::Send { frame: ServerFrame::Accepted { seq: s, .. }, .. } if *s == seq))
}

fn member_state(effects: &[Effect]) -> Option<SeatState> {
    effects.iter().find_map(|effect| match effect {
        Effect::Tell { frame: ServerFrame::Member { who, .. }, .. } => Some(who.state),
        _ => None,
    })
}

#[test]
fn nobody_hears_of_a_message_before_it_is_on_disk() {
    let mut scene = Scene::new();
    let effects = scene.say(DESK, "a", "hello");
    let [Effect::StoreSay(said)] = &effects[..] else { panic!("only the disk: {effects:?}") };
    let effects = scene.stored(said, SayStored::Done);
    assert!(is_accepted(&effects, 1));
    assert!(effects.iter().any(|effect| matches!(
        effect,
        Effect::Tell { except: Some(member), frame: ServerFrame::Message { seq: 1, .. } } if *member == MemberId::from(DESK)
    )));
}

#[test]
fn the_same_client_id_is_the_same_message() {
    let mut scene = Scene::new();
    let said = to_store(&scene.say(DESK, "a", "hello")).remove(0);
    assert_eq!(scene.say(DESK, "a", "hello"), vec![], "on its way already");
    assert_eq!(error_to(&scene.say(DESK, "a", "other"), DESK), Some(ErrorCode::ClientIdReused));
    scene.stored(&said, SayStored::Done);
    assert!(is_accepted(&scene.say(DESK, "a", "hello"), 1), "on disk: answered again");
    assert_eq!(error_to(&scene.say(DESK, "a", "other"), DESK), Some(ErrorCode::ClientIdReused));
    assert_eq!(to_store(&scene.say(COUNSELLOR, "a", "mine")).len(), 1, "another sender's key is another key");
}

#[test]
fn a_message_known_only_to_the_disk_is_not_said_twice_and_those_behind_it_close_up() {
    let mut scene = Scene::new();
    let old = to_store(&scene.say(DESK, "old", "hello")).remove(0);
    let next = to_store(&scene.say(COUNSELLOR, "b", "hi")).remove(0);
    assert_eq!((old.seq, next.seq), (1, 2));
    let before = SayStored::Before { seq: 1, id: MessageId::from(5), at: Wall(0), same: true };
    assert!(is_accepted(&scene.stored(&old, before), 1));
    assert_eq!(to_store(&scene.say(DESK, "c", "more")).len(), 1);
    let held = scene.stored(&next, SayStored::Gap);
    assert_eq!(held, vec![], "one is still under way");
    let third = MessageId::from(scene.ids);
    let effects = scene.step(Input::SayStored { id: third, answer: SayStored::Gap });
    let again = to_store(&effects);
    assert_eq!(again.iter().map(|said| (said.seq, said.client_id.as_str())).collect::<Vec<_>>(), [(1, "b"), (2, "c")]);
}

#[test]
fn what_the_disk_refuses_is_refused_aloud_and_leaves_no_gap() {
    let mut scene = Scene::new();
    let said = to_store(&scene.say(DESK, "a", "hello")).remove(0);
    assert_eq!(error_to(&scene.stored(&said, SayStored::Failed), DESK), Some(ErrorCode::NotStored));
    assert_eq!(to_store(&scene.say(DESK, "a", "hello"))[0].seq, 1, "it may be said again and takes the same number");
}

#[test]
fn r11_the_seat_of_a_dropped_counsellor_is_held_and_the_desk_is_told() {
    let mut scene = Scene::new();
    assert_eq!(member_state(&scene.detach(COUNSELLOR)), Some(SeatState::Away));
    scene.wait_s(29);
    assert_eq!(member_state(&scene.attach(COUNSELLOR, None)), Some(SeatState::Back));
    assert_eq!(scene.wait_s(100), vec![], "nobody is away any more");
}

#[test]
fn r11_a_lost_counsellor_ends_the_room_and_the_ticket_returns() {
    let mut scene = Scene::new();
    scene.detach(COUNSELLOR);
    assert_eq!(scene.wait_s(30), vec![Effect::StoreReturn]);
    let effects = scene.step(Input::EndStored(EndStored::Done));
    assert!(matches!(
        effects.last(),
        Some(Effect::Over { reason: EndReason::CounsellorLost, returns: true, ticket: Some(_), .. })
    ));
}

#[test]
fn a_desk_that_stays_away_ends_the_room_and_both_away_expire() {
    let mut scene = Scene::new();
    scene.detach(DESK);
    assert_eq!(scene.wait_s(30), vec![Effect::StoreEnd { reason: EndReason::DeskLeft, by: None }]);
    let mut scene = Scene::new();
    scene.detach(DESK);
    scene.detach(COUNSELLOR);
    assert_eq!(scene.wait_s(30), vec![Effect::StoreEnd { reason: EndReason::Expired, by: None }]);
}

#[test]
fn r11_a_ticket_does_not_return_for_a_desk_that_is_away_but_for_one_that_comes_back() {
    let mut scene = Scene::new();
    scene.detach(COUNSELLOR);
    scene.wait_s(20);
    scene.detach(DESK);
    assert_eq!(scene.wait_s(15), vec![], "the counsellor is lost, the desk is waited for");
    assert_eq!(scene.room.next_deadline(), Some(Mono(50 * SECOND)));
    scene.attach(DESK, None);
    assert!(scene.room.next_deadline() <= Some(scene.now.mono), "at once");
    assert_eq!(scene.wait_s(0), vec![Effect::StoreReturn]);
}

#[test]
fn an_end_the_disk_refuses_is_tried_again_and_the_room_goes_on_meanwhile() {
    let mut scene = Scene::new();
    scene.detach(DESK);
    scene.wait_s(30);
    scene.step(Input::EndStored(EndStored::Failed));
    assert_eq!(to_store(&scene.say(COUNSELLOR, "a", "still here?")).len(), 1);
    assert_eq!(scene.wait_s(4), vec![], "not at once");
    assert_eq!(scene.wait_s(1), vec![Effect::StoreEnd { reason: EndReason::DeskLeft, by: None }]);
}

#[test]
fn after_a_drop_exactly_what_was_missed_comes() {
    let mut scene = Scene::new();
    for n in 1..=5 {
        scene.said(COUNSELLOR, &n.to_string(), "words");
    }
    scene.detach(DESK);
    scene.said(COUNSELLOR, "6", "words");
    let effects = scene.attach(DESK, Some(4));
    let missed = effects.iter().find_map(|effect| match effect {
        Effect::Catch { missed, .. } => Some(missed.iter().map(|said| said.seq).collect::<Vec<_>>()),
        _ => None,
    });
    assert_eq!(missed, Some(vec![5, 6]));
    assert!(!scene.attach(DESK, Some(6)).iter().any(|effect| matches!(effect, Effect::Catch { .. })));
}

#[test]
fn what_memory_no_longer_holds_comes_from_disk_and_what_never_was_is_a_resync() {
    let mut scene = Scene::new();
    scene.room = room(5_000, Vec::new());
    let effects = scene.attach(DESK, Some(4_500));
    assert!(effects.contains(&Effect::CatchFromDisk { to: DESK.into(), after: 4_500, upto: 5_000 }));
    assert_eq!(error_to(&scene.attach(DESK, Some(3_999)), DESK), Some(ErrorCode::Resync));
    assert_eq!(error_to(&scene.attach(DESK, Some(5_001)), DESK), Some(ErrorCode::Resync));
    assert_eq!(error_to(&scene.attach(DESK, Some(u32::MAX)), DESK), Some(ErrorCode::Resync));
    assert_eq!(error_to(&scene.attach(DESK, Some(4_000)), DESK), None);
}

#[test]
fn who_talks_too_fast_is_shut_out_and_the_message_is_not_stored() {
    let mut scene = Scene::new();
    for n in 0..60 {
        scene.said(DESK, &n.to_string(), "x");
    }
    let effects = scene.say(DESK, "61", "x");
    assert_eq!(effects, vec![Effect::Shut { member: DESK.into(), code: CloseCode::TooMany }]);
}

#[test]
fn an_ended_room_takes_nothing_more_but_tells_how_it_ended() {
    let mut scene = Scene::new();
    scene.said(DESK, "a", "hello");
    scene.step(Input::End(Ender::Member(DESK.into())));
    assert_eq!(error_to(&scene.say(COUNSELLOR, "late", "wait"), COUNSELLOR), Some(ErrorCode::RoomEnded));
    scene.step(Input::EndStored(EndStored::Done));
    assert!(is_accepted(&scene.say(DESK, "a", "hello"), 1), "a lost receipt is given again");
    let effects = scene.attach(COUNSELLOR, Some(1));
    assert!(effects.iter().any(|effect| matches!(
        effect,
        Effect::Send { frame: ServerFrame::Ended { reason: EndReason::Done, .. }, .. }
    )));
}

#[test]
fn seen_never_goes_back_nor_beyond_what_was_said() {
    let mut scene = Scene::new();
    scene.said(DESK, "a", "hello");
    let stored = |effects: Vec<Effect>| {
        effects.into_iter().find_map(|effect| match effect {
            Effect::StoreSeen { seq, .. } => Some(seq),
            _ => None,
        })
    };
    assert_eq!(stored(scene.step(Input::Seen { member: COUNSELLOR.into(), seq: 99 })), Some(1));
    assert_eq!(stored(scene.step(Input::Seen { member: COUNSELLOR.into(), seq: 1 })), None);
}

#[test]
fn who_sat_in_the_rooms_before_is_known_by_name_and_is_not_there() {
    let before = |who: u128, role| Member {
        member: who.into(),
        role,
        name: format!("{who}"),
        picture: None,
        state: SeatState::Joined,
    };
    let former = (1_000..1_000 + FORMER_MAX as u128 + 3).map(|who| before(who, Role::Counsellor)).collect();
    let room = room(0, Vec::new()).with_former(former);
    let members = room.members();
    assert_eq!(members.len(), FORMER_MAX + 2);
    assert_eq!((members[2].name.as_str(), members[2].state), ("1003", SeatState::Left));
    assert!(!room.holds(1_003.into()));
    assert!(room.holds(DESK.into()));
}

#[test]
fn the_counsellor_knows_how_the_room_looks_before_anything_else_says_so() {
    let mut scene = Scene::new();
    let told = scene.step_with_glances(Input::Detach { member: DESK.into() });
    let [Effect::Glance { to, glance }, Effect::Tell { .. }, ..] = &told[..] else { panic!("{told:?}") };
    assert_eq!((*to, glance.members[0].state), (COUNSELLOR.into(), SeatState::Away));
    let told = scene.step_with_glances(Input::Detach { member: COUNSELLOR.into() });
    assert!(!told.iter().any(|effect| matches!(effect, Effect::Glance { .. })), "nobody is there to be told");
    let back = scene.step_with_glances(Input::Attach { member: COUNSELLOR.into(), after: Some(0) });
    assert!(matches!(&back[0], Effect::Glance { glance, .. } if *glance == scene.room.glance()), "{back:?}");
}
