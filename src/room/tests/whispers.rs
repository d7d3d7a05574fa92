//! What staff say among themselves, and who does not hear it.

use super::*;
use crate::ids::WhisperId;

const BOSS: u128 = 3;
const OTHER: u128 = 4;

impl Scene {
    fn whisper(&mut self, who: u128, client_id: &str, body: &str) -> Vec<Effect> {
        self.ids += 1;
        let id = WhisperId::from(self.ids);
        self.step(Input::Whisper(Whisper { from: who.into(), client_id: client_id.into(), body: body.into(), id }))
    }

    /// Whispers, and lets the disk answer.
    fn whispered(&mut self, who: u128, client_id: &str, answer: WhisperStored) -> Vec<Effect> {
        let effects = self.whisper(who, client_id, "ask for the number");
        let [Effect::StoreWhisper(whispered)] = &effects[..] else { panic!("only the disk: {effects:?}") };
        self.step(Input::WhisperStored { id: whispered.id, answer })
    }
}

/// To whom these effects send a whisper; one to everybody would be a mistake.
fn hearers(effects: &[Effect]) -> Vec<MemberId> {
    let is_whisper = |frame: &ServerFrame| matches!(frame, ServerFrame::Whisper { .. });
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Tell { frame, .. } if is_whisper(frame))));
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Send { to, frame } if is_whisper(frame) => Some(*to),
            Effect::SendAll { to, frames } if frames.iter().any(is_whisper) => Some(*to),
            _ => None,
        })
        .collect()
}

fn receipt(effects: &[Effect], to: u128) -> Option<WhisperId> {
    effects.iter().find_map(|effect| match effect {
        Effect::Send { to: member, frame: ServerFrame::Whispered { id, .. } } if *member == to.into() => Some(*id),
        _ => None,
    })
}

#[test]
fn a_whisper_reaches_the_counsellor_and_the_other_supervisors_and_never_the_desk() {
    let mut scene = Scene::new();
    scene.watches(BOSS);
    scene.joins(OTHER);
    let effects = scene.whispered(BOSS, "a", WhisperStored::Done);
    assert_eq!(hearers(&effects), [COUNSELLOR.into(), OTHER.into()]);
    assert!(receipt(&effects, BOSS).is_some());
    let effects = scene.whispered(COUNSELLOR, "a", WhisperStored::Done);
    assert_eq!(hearers(&effects), [BOSS.into(), OTHER.into()]);
    assert_eq!(scene.said(DESK, "b", "hi").seq, 1, "it took no number");
    assert_eq!(error_to(&scene.whisper(DESK, "a", "psst"), DESK), Some(ErrorCode::NotAllowed));
}

#[test]
fn the_same_client_id_is_the_same_whisper() {
    let mut scene = Scene::new();
    scene.watches(BOSS);
    let first = scene.whisper(BOSS, "a", "x");
    let [Effect::StoreWhisper(whispered)] = &first[..] else { panic!("{first:?}") };
    assert_eq!(scene.whisper(BOSS, "a", "x"), [], "on its way already");
    assert_eq!(error_to(&scene.whisper(BOSS, "a", "y"), BOSS), Some(ErrorCode::ClientIdReused));
    scene.step(Input::WhisperStored { id: whispered.id, answer: WhisperStored::Done });
    let again = scene.whisper(BOSS, "a", "x");
    assert_eq!((receipt(&again, BOSS), again.len()), (Some(whispered.id), 1));
    assert_eq!(error_to(&scene.whisper(BOSS, "a", "y"), BOSS), Some(ErrorCode::ClientIdReused));
    let known = WhisperStored::Before { id: WhisperId::from(5), at: Wall(0), same: true };
    let effects = scene.whispered(BOSS, "only the disk knows", known);
    assert_eq!((receipt(&effects, BOSS), hearers(&effects)), (Some(WhisperId::from(5)), vec![]));
}

#[test]
fn what_the_disk_refuses_nobody_hears() {
    let mut scene = Scene::new();
    scene.watches(BOSS);
    for (answer, code) in [(WhisperStored::Failed, ErrorCode::NotStored), (WhisperStored::Closed, ErrorCode::RoomEnded)]
    {
        let effects = scene.whispered(BOSS, "a", answer);
        assert_eq!((hearers(&effects), error_to(&effects, BOSS)), (vec![], Some(code)));
    }
}

#[test]
fn who_comes_later_is_told_the_latest_whispers() {
    let mut scene = Scene::new();
    scene.watches(BOSS);
    for n in 0..WHISPERS_MAX + 20 {
        scene.wait_s(1);
        scene.whispered(BOSS, &n.to_string(), WhisperStored::Done);
    }
    let effects = scene.watches(OTHER);
    let Some(Effect::SendAll { frames, .. }) = effects.iter().find(|effect| matches!(effect, Effect::SendAll { .. }))
    else {
        panic!("{effects:?}")
    };
    let first = frames.first().expect("the oldest of them");
    assert_eq!(frames.len(), WHISPERS_MAX);
    assert!(matches!(first, ServerFrame::Whisper { client_id, mine: false, .. } if client_id == "20"));
    assert_eq!(hearers(&scene.step(Input::Recall { member: COUNSELLOR.into() })), [COUNSELLOR.into()]);
    assert_eq!(scene.step(Input::Recall { member: DESK.into() }), []);
}

#[test]
fn whispers_count_as_messages_do() {
    let mut scene = Scene::new();
    scene.joins(BOSS);
    for n in 0..30 {
        scene.said(BOSS, &n.to_string(), "x");
        scene.whispered(BOSS, &n.to_string(), WhisperStored::Done);
    }
    assert_eq!(scene.whisper(BOSS, "61", "x"), [Effect::Shut { member: BOSS.into(), code: CloseCode::TooMany }]);
}

#[test]
fn after_the_end_nothing_more_is_whispered_but_a_lost_receipt_is_given_again() {
    let mut scene = Scene::new();
    scene.watches(BOSS);
    scene.whispered(BOSS, "a", WhisperStored::Done);
    scene.step(Input::End(Ender::Admin));
    scene.step(Input::EndStored(EndStored::Done));
    assert!(receipt(&scene.whisper(BOSS, "a", "ask for the number"), BOSS).is_some());
    assert_eq!(error_to(&scene.whisper(BOSS, "b", "late"), BOSS), Some(ErrorCode::RoomEnded));
}
