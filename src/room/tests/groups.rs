//! A group room: who may end it, and that it ends when nobody has sat in it for long.

use super::sitting::group;
use super::*;

const CREATOR: u128 = 5;
const GUEST: u128 = 6;

fn ends(effects: &[Effect]) -> Option<EndReason> {
    effects.iter().find_map(|effect| match effect {
        Effect::StoreEnd { reason, .. } => Some(*reason),
        _ => None,
    })
}

#[test]
fn who_opened_it_and_managers_end_it() {
    for (role, ender, may) in [
        (Role::Counsellor, Ender::Member(CREATOR.into()), false),
        (Role::Counsellor, Ender::Creator(CREATOR.into()), true),
        (Role::Manager, Ender::Member(CREATOR.into()), true),
        (Role::Guest, Ender::Member(CREATOR.into()), false),
        (Role::Counsellor, Ender::Outside, true),
    ] {
        let mut scene = group();
        scene.comes(CREATOR, role);
        let effects = scene.step(Input::End(ender));
        assert_eq!(ends(&effects), may.then_some(EndReason::Done), "{role:?} as {ender:?}");
        assert_eq!(error_to(&effects, CREATOR).is_some(), !may, "{role:?} as {ender:?}");
    }
}

#[test]
fn a_room_nobody_has_sat_in_for_long_ends() {
    let empty = u64::from(EMPTY_S);
    let mut scene = group();
    assert_eq!(ends(&scene.wait_s(empty - 1)), None);
    scene.comes(GUEST, Role::Guest);
    assert_eq!(ends(&scene.wait_s(3 * empty)), None, "somebody sits in it");
    scene.detach(GUEST);
    scene.wait_s(30);
    assert!(!scene.room.holds(GUEST.into()));
    assert_eq!(scene.room.next_deadline(), Some(scene.now.mono.plus_s(EMPTY_S)));
    assert_eq!(ends(&scene.wait_s(empty - 1)), None);
    assert_eq!(ends(&scene.wait_s(1)), Some(EndReason::Expired));
    scene.step(Input::EndStored(EndStored::Failed));
    assert_eq!(ends(&scene.wait_s(1)), None, "not at once again");
    assert_eq!(ends(&scene.wait_s(u64::from(END_RETRY_S))), Some(EndReason::Expired));
}

#[test]
fn a_room_found_on_file_was_empty_before() {
    let mut scene = group();
    scene.wait_s(100_000);
    let since = Mono(scene.now.mono.0 - 40_000 * SECOND);
    scene.room = Room::new(RoomId::from(9), None, rules(), Vec::new(), 0, Vec::new(), scene.now).empty_since(since);
    assert_eq!(ends(&scene.wait_s(u64::from(EMPTY_S) - 40_001)), None);
    assert_eq!(ends(&scene.wait_s(1)), Some(EndReason::Expired));
}

#[test]
fn a_talk_is_never_empty() {
    let mut scene = Scene::new();
    assert_eq!(ends(&scene.wait_s(10 * u64::from(EMPTY_S))), None);
}

fn rules() -> RoomRules {
    RoomRules { grace_s: GROUP_GRACE_S, messages_max: 60 }
}
