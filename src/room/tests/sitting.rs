//! Who comes and goes while a room lives, and who is told of it.

use super::*;

const BOSS: u128 = 3;
const OTHER: u128 = 4;

fn seat(who: u128, role: Role, watching: bool) -> NewSeat {
    NewSeat {
        member: who.into(),
        role,
        name: format!("person {who}"),
        picture: None,
        seen: 0,
        state: SeatState::Joined,
        watching,
    }
}

impl Scene {
    fn sit(&mut self, who: u128, role: Role, watching: bool) -> Vec<Effect> {
        self.step(Input::Sit(seat(who, role, watching)))
    }

    fn sit_stored(&mut self, who: u128, answer: SeatStored) -> Vec<Effect> {
        self.step(Input::SitStored { member: who.into(), answer })
    }

    /// Comes in, and has the seat.
    pub(super) fn comes(&mut self, who: u128, role: Role) -> Vec<Effect> {
        self.sit(who, role, false);
        self.sit_stored(who, SeatStored::Done)
    }

    /// Comes in and watches.
    pub(super) fn watches(&mut self, who: u128) -> Vec<Effect> {
        self.sit(who, Role::Manager, true);
        self.sit_stored(who, SeatStored::Done)
    }

    /// Comes in, and is seen.
    pub(super) fn joins(&mut self, who: u128) -> Vec<Effect> {
        self.watches(who);
        self.step(Input::Join { member: who.into() });
        self.step(Input::ShowStored { member: who.into(), answer: SeatStored::Done })
    }
}

/// A group room with nobody in it.
pub(super) fn group() -> Scene {
    let rules = RoomRules { grace_s: 30, messages_max: 60 };
    let room = Room::new(RoomId::from(9), None, rules, Vec::new(), 0, Vec::new(), Now::default());
    Scene { room, now: Now::default(), ids: 100 }
}

fn speaks_of(effects: &[Effect], who: u128) -> bool {
    let is_theirs = |frame: &ServerFrame| matches!(frame, ServerFrame::Member { who: member, .. } if member.member == MemberId::from(who));
    effects.iter().any(|effect| match effect {
        Effect::Send { frame, .. } | Effect::Tell { frame, .. } => is_theirs(frame),
        _ => false,
    })
}

fn shown(scene: &Scene, who: u128) -> Option<SeatState> {
    scene.room.members().iter().find(|member| member.member == MemberId::from(who)).map(|member| member.state)
}

#[test]
fn a_watcher_has_a_seat_once_it_is_on_disk_and_nobody_notices() {
    let mut scene = Scene::new();
    let effects = scene.sit(BOSS, Role::Manager, true);
    assert!(matches!(&effects[..], [Effect::StoreSit(seat)] if seat.watching), "only the disk: {effects:?}");
    let effects = scene.sit_stored(BOSS, SeatStored::Done);
    assert!(effects.contains(&Effect::Seated { member: BOSS.into(), watching: true }));
    let mut all = effects;
    all.extend(scene.detach(BOSS));
    all.extend(scene.attach(BOSS, None));
    all.extend(scene.detach(BOSS));
    all.extend(scene.wait_s(30));
    assert!(!speaks_of(&all, BOSS), "{all:?}");
    assert!(all.contains(&Effect::Gone { member: BOSS.into() }), "after the grace time");
    assert_eq!(shown(&scene, BOSS), None);
}

#[test]
fn a_watcher_may_not_say_type_see_or_end() {
    let mut scene = Scene::new();
    scene.watches(BOSS);
    let refused = |effects: &[Effect]| {
        assert_eq!((effects.len(), error_to(effects, BOSS)), (1, Some(ErrorCode::NotAllowed)), "{effects:?}");
    };
    refused(&scene.say(BOSS, "a", "hello"));
    let member = MemberId::from(BOSS);
    refused(&scene.step(Input::Typing { member, on: true }));
    refused(&scene.step(Input::Seen { member, seq: 1 }));
    refused(&scene.step(Input::End(Ender::Member(member))));
    // And takes no number.
    assert_eq!(scene.said(DESK, "b", "hi").seq, 1);
}

#[test]
fn who_joins_is_seen_and_heard_and_who_leaves_watches_again() {
    let mut scene = Scene::new();
    let effects = scene.joins(BOSS);
    assert_eq!(member_state(&effects), Some(SeatState::Joined));
    assert!(effects.contains(&Effect::Seated { member: BOSS.into(), watching: false }));
    assert_eq!(scene.said(BOSS, "a", "good day").seq, 1);
    let effects = scene.step(Input::Leave { member: BOSS.into() });
    assert_eq!(effects, [Effect::StoreShow { member: BOSS.into(), watching: true }]);
    let effects = scene.step(Input::ShowStored { member: BOSS.into(), answer: SeatStored::Done });
    assert_eq!(member_state(&effects), Some(SeatState::Left));
    assert_eq!(shown(&scene, BOSS), Some(SeatState::Left), "what was said has a name");
    assert_eq!(error_to(&scene.say(BOSS, "b", "more"), BOSS), Some(ErrorCode::NotAllowed));
}

#[test]
fn joining_twice_is_joining_once_and_a_refusal_of_the_disk_changes_nothing() {
    let mut scene = Scene::new();
    scene.watches(BOSS);
    let join = || Input::Join { member: BOSS.into() };
    assert_eq!(scene.step(join()).len(), 1);
    assert_eq!(scene.step(join()), [], "it is on its way");
    let answer = |answer| Input::ShowStored { member: BOSS.into(), answer };
    assert_eq!(error_to(&scene.step(answer(SeatStored::Failed)), BOSS), Some(ErrorCode::NotStored));
    assert!(scene.room.is_watching(BOSS.into()));
    scene.step(join());
    scene.step(answer(SeatStored::Done));
    assert_eq!(scene.step(join()), [Effect::Seated { member: BOSS.into(), watching: false }]);
}

#[test]
fn a_lost_supervisor_never_ends_a_consultation() {
    let mut scene = Scene::new();
    scene.joins(BOSS);
    scene.watches(OTHER);
    assert_eq!(member_state(&scene.detach(BOSS)), Some(SeatState::Away));
    scene.detach(OTHER);
    let effects = scene.wait_s(30);
    assert_eq!(member_state(&effects), Some(SeatState::Left));
    assert!(!speaks_of(&effects, OTHER));
    let ends = |effect: &Effect| matches!(effect, Effect::StoreEnd { .. } | Effect::StoreReturn);
    assert!(!effects.iter().any(ends), "{effects:?}");
    assert_eq!(scene.room.next_deadline(), None);
    assert_eq!(scene.said(DESK, "a", "still here").seq, 1);
}

#[test]
fn a_supervisor_who_joined_ends_the_room_as_an_admin_does() {
    let mut scene = Scene::new();
    scene.joins(BOSS);
    let effects = scene.step(Input::End(Ender::Member(BOSS.into())));
    assert_eq!(effects, [Effect::StoreEnd { reason: EndReason::Admin, by: Some(BOSS.into()) }]);
}

#[test]
fn there_are_so_many_seats_and_no_more() {
    let mut scene = group();
    for who in 0..SEATS_MAX as u128 {
        scene.sit(1_000 + who, Role::Guest, false);
    }
    let effects = scene.sit(BOSS, Role::Guest, false);
    let full = |effect: &Effect| matches!(effect, Effect::NotSeated { code: ErrorCode::Full, .. });
    assert!(full(&effects[0]), "also while they are on their way to the disk: {effects:?}");
    for who in 0..SEATS_MAX as u128 {
        scene.sit_stored(1_000 + who, SeatStored::Done);
    }
    assert!(full(&scene.sit(BOSS, Role::Guest, false)[0]));
    scene.step(Input::Leave { member: 1_000.into() });
    assert!(matches!(scene.sit(BOSS, Role::Guest, false)[0], Effect::StoreSit(_)));
}

#[test]
fn the_disk_decides_who_sits() {
    for (answer, code) in [(SeatStored::Closed, ErrorCode::RoomEnded), (SeatStored::Failed, ErrorCode::NotStored)] {
        let mut scene = Scene::new();
        scene.sit(BOSS, Role::Manager, true);
        let effects = scene.sit_stored(BOSS, answer);
        assert!(matches!(effects[..], [Effect::NotSeated { code: told, .. }] if told == code), "{effects:?}");
    }
    let mut scene = Scene::new();
    scene.step(Input::End(Ender::Admin));
    let effects = scene.sit(BOSS, Role::Manager, true);
    assert!(matches!(effects[..], [Effect::NotSeated { code: ErrorCode::RoomEnded, .. }]));
}

#[test]
fn nobody_in_a_group_room_is_waited_for_beyond_the_grace_time_and_it_goes_on() {
    let mut scene = group();
    for (who, role) in [(COUNSELLOR, Role::Counsellor), (OTHER, Role::Guest)] {
        scene.sit(who, role, false);
        assert_eq!(member_state(&scene.sit_stored(who, SeatStored::Done)), Some(SeatState::Joined));
    }
    assert_eq!(error_to(&scene.step(Input::End(Ender::Member(OTHER.into()))), OTHER), Some(ErrorCode::NotAllowed));
    scene.detach(COUNSELLOR);
    let effects = scene.wait_s(30);
    assert!(effects.contains(&Effect::StoreSeat { member: COUNSELLOR.into(), state: SeatState::Left }));
    assert_eq!(scene.said(OTHER, "a", "alone").seq, 1);
    assert_eq!(member_state(&scene.step(Input::Leave { member: OTHER.into() })), Some(SeatState::Left));
    assert_eq!(shown(&scene, OTHER), Some(SeatState::Left));
}

#[test]
fn who_left_is_known_by_name_up_to_a_bound() {
    let mut scene = group();
    for who in 1_000..1_000 + LEFT_MAX as u128 + 5 {
        scene.sit(who, Role::Guest, false);
        scene.sit_stored(who, SeatStored::Done);
        scene.step(Input::Leave { member: who.into() });
    }
    assert_eq!(scene.room.members().len(), LEFT_MAX);
    assert_eq!((shown(&scene, 1_000), shown(&scene, 1_005)), (None, Some(SeatState::Left)));
}

#[test]
fn supervisors_are_told_where_a_talk_goes_on_and_the_others_do_not_wait_for_it() {
    let ended_to = |effects: &[Effect], who: u128| {
        effects.iter().find_map(|effect| match effect {
            Effect::Send { to, frame: ServerFrame::Ended { next_room, .. } } if *to == who.into() => Some(*next_room),
            _ => None,
        })
    };
    for next in [Some(RoomId::from(77)), None] {
        let mut scene = Scene::new();
        scene.watches(BOSS);
        scene.step(Input::End(Ender::Transfer));
        let effects = scene.step(Input::EndStored(EndStored::Done));
        assert_eq!((ended_to(&effects, DESK), ended_to(&effects, COUNSELLOR)), (Some(None), Some(None)));
        assert_eq!(ended_to(&effects, BOSS), None);
        assert_eq!(ended_to(&scene.attach(BOSS, None), BOSS), None, "also who came back meanwhile");
        let effects = match next {
            Some(_) => scene.step(Input::Continued { next }),
            None => scene.wait_s(u64::from(NEXT_ROOM_S)),
        };
        assert_eq!(ended_to(&effects, BOSS), Some(next));
        assert_eq!(ended_to(&effects, DESK), None);
        assert_eq!((ended_to(&scene.attach(BOSS, None), BOSS), scene.room.next_deadline()), (Some(next), None));
    }
}

#[test]
fn a_guest_is_not_seated_under_a_name_that_could_be_taken_for_somebodys() {
    let named = |who: u128, role: Role, name: &str| NewSeat { name: name.into(), ..seat(who, role, false) };
    let refused = |effects: &[Effect]| matches!(effects, [Effect::NotSeated { code: ErrorCode::NameTaken, .. }]);
    let mut scene = group();
    scene.step(Input::Sit(named(5, Role::Counsellor, "김민수")));
    assert!(refused(&scene.step(Input::Sit(named(6, Role::Guest, "김민수")))), "whose seat is on its way");
    scene.sit_stored(5, SeatStored::Done);
    for alike in ["김민수", "김 민수", "김\u{200B}민수"] {
        assert!(refused(&scene.step(Input::Sit(named(6, Role::Guest, alike)))), "{alike}");
    }
    assert!(!refused(&scene.step(Input::Sit(named(6, Role::Guest, "KIM")))));
    scene.sit_stored(6, SeatStored::Done);
    assert!(refused(&scene.step(Input::Sit(named(7, Role::Guest, "KlM")))), "an l for an I");
    assert!(!refused(&scene.step(Input::Sit(named(8, Role::Manager, "kim")))), "staff come under their own");
    scene.detach(6);
    assert!(refused(&scene.step(Input::Sit(named(7, Role::Guest, "kim")))), "whose seat is held");
    scene.step(Input::Leave { member: 6.into() });
    scene.sit_stored(8, SeatStored::Failed);
    assert!(!refused(&scene.step(Input::Sit(named(7, Role::Guest, "kim")))), "who has left");
}
