//! The link: in order, once, without a gap, or a break told to both; whatever the network does.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::dice::Dice;
use super::ends::{EPOCHS, Ends, Owners};
use super::network::{DELAY_MAX_MS, Weather};
use super::{holds, is_found};
use crate::cluster::link::{Effect, Input, PARCEL_MAX, Parcel, QUEUED_MAX, SessionName, Unsent};
use crate::cluster::{Engine, Fault};

#[derive(Clone, Debug)]
enum Act {
    /// An end comes to hold a thing, or not to; told with a body of so many letters.
    Change(usize, u64, usize),
    Wait(u64),
    Weather(Weather),
    Replay,
    By(usize, Engine),
    Again(usize),
    /// An end speaks under this epoch from now on.
    SpeakUnder(usize, u64),
    /// An end hears this epoch on another link, or finds it on file.
    Epoch(usize, u64, bool),
}

#[derive(Clone, Debug)]
struct Plan {
    seed: u64,
    as_text: bool,
    acts: Vec<Act>,
}

fn weather() -> impl Strategy<Value = Weather> {
    let chance = || prop_oneof![3 => Just(0), 2 => 1..50u8, 1 => Just(100)];
    let delay = prop_oneof![3 => Just(0), 3 => 1..400u16, 1 => 400..DELAY_MAX_MS as u16];
    (chance(), chance(), 0..30u8, delay).prop_map(|(to_one, to_two, doubled, delay_max_ms)| Weather {
        lost: [to_one, to_two],
        doubled,
        delay_max_ms,
    })
}

fn act(epochs: bool) -> impl Strategy<Value = Act> {
    let end = || 0..2usize;
    let size = prop_oneof![24 => Just(0), 1 => 2_500..9_000usize];
    let engine = prop_oneof![Just(Engine::Postgres), Just(Engine::Redis)];
    let wait = prop_oneof![6 => 1..80u64, 3 => 80..1_500u64, 1 => 1_500..7_000u64];
    let epoch_weight = if epochs { 4 } else { 0 };
    prop_oneof![
        9 => (end(), 0..5u64, size).prop_map(|(end, key, bytes)| Act::Change(end, key, bytes)),
        5 => wait.prop_map(Act::Wait),
        3 => weather().prop_map(Act::Weather),
        2 => Just(Act::Replay),
        1 => (end(), engine).prop_map(|(end, engine)| Act::By(end, engine)),
        1 => end().prop_map(Act::Again),
        epoch_weight => (end(), 0..EPOCHS).prop_map(|(end, epoch)| Act::SpeakUnder(end, epoch)),
        epoch_weight => (end(), 0..EPOCHS, any::<bool>()).prop_map(|(end, epoch, found)| Act::Epoch(end, epoch, found)),
    ]
}

fn plan(epochs: bool) -> impl Strategy<Value = Plan> {
    let as_text = prop_oneof![19 => Just(false), 1 => Just(true)];
    (any::<u64>(), as_text, proptest::collection::vec(act(epochs), 0..24)).prop_map(|(seed, as_text, acts)| Plan {
        seed,
        as_text,
        acts,
    })
}

fn play(plan: &Plan, fault: Option<Fault>) -> Result<Ends, String> {
    let mut ends = Ends::new(plan.seed, plan.as_text, fault);
    ends.owners = Owners::InTime(Dice(plan.seed.rotate_left(32)));
    ends.run(5)?;
    for act in &plan.acts {
        match *act {
            Act::Change(at, key, bytes) => ends.change(at, key, bytes)?,
            Act::Wait(ms) => ends.run(ms)?,
            Act::Weather(weather) => ends.network.weather = weather,
            Act::Replay => ends.replay(),
            Act::By(at, engine) => {
                ends.ends[at].engine = engine;
                ends.step(at, Input::By(engine))?;
            }
            Act::Again(at) => ends.step(at, Input::Again)?,
            Act::SpeakUnder(at, epoch) => ends.ends[at].speaks_under = epoch,
            Act::Epoch(at, epoch, found) => ends.epoch(at, epoch, found),
        }
    }
    ends.network.weather = Weather::default();
    // What is under way may take its time, then a silence, an opening and an announcement.
    ends.run(DELAY_MAX_MS + 6_500)?;
    Ok(ends)
}

/// Words of an epoch that is over are dropped, and what they would have told with them; so only without
/// epochs does each end know in the end what the other holds.
fn heals(plan: &Plan, fault: Option<Fault>) -> Result<(), String> {
    play(plan, fault)?.check_healed()
}

#[test]
fn parcels_arrive_in_order_once_without_a_gap_or_the_link_breaks() {
    holds(6_500, &plan(false), |plan| heals(&plan, None));
}

#[test]
fn nobody_believes_an_epoch_that_is_over() {
    holds(1_000, &plan(true), |plan| play(&plan, None).map(drop));
}

#[test]
fn an_old_epochs_words_believed_are_found_within_200_cases() {
    is_found(200, &plan(true), |plan| play(&plan, Some(Fault::OldEpoch)).map(drop));
}

#[test]
fn an_announcement_that_only_adds_is_found_within_500_cases() {
    is_found(500, &plan(false), |plan| heals(&plan, Some(Fault::OnlyAdds)));
}

#[test]
fn a_session_that_anybody_opens_is_found_within_100_cases() {
    is_found(100, &plan(false), |plan| heals(&plan, Some(Fault::AnybodyOpens)));
}

fn linked() -> Ends {
    let mut ends = Ends::new(1, true, None);
    ends.run(100).unwrap();
    ends.check_healed().unwrap();
    ends
}

fn say(text: Value) -> Parcel {
    Parcel { kind: "put", body: json!([1, 1, text]), epoch: None }
}

#[test]
fn two_ends_are_in_one_session_after_three_messages() {
    let mut ends = Ends::new(1, false, None);
    ends.change(0, 7, 0).unwrap();
    ends.run(1).unwrap();
    assert!(ends.ends[0].session.is_some() && ends.ends[0].session == ends.ends[1].session);
    ends.run(100).unwrap();
    assert_eq!(ends.ends[1].told.get(&7), Some(&1), "announced, though said before there was a session");
}

#[test]
fn a_change_of_engine_and_a_lost_second_are_a_pause() {
    let mut ends = linked();
    ends.network.weather.lost = [100, 100];
    for key in 0..50 {
        ends.change(0, key, 6_000).unwrap();
    }
    ends.run(1_000).unwrap();
    ends.network.weather.lost = [0, 0];
    ends.ends[0].engine = Engine::Postgres;
    ends.step(0, Input::By(Engine::Postgres)).unwrap();
    ends.run(200).unwrap();
    ends.check_healed().unwrap();
    assert_eq!((ends.ends[0].breaks, ends.ends[1].breaks), (0, 0));
}

#[test]
fn the_largest_parcel_arrives_in_parts_and_a_larger_one_is_not_sent() {
    for engine in [Engine::Postgres, Engine::Redis] {
        let mut ends = linked();
        ends.ends[0].engine = engine;
        ends.step(0, Input::By(engine)).unwrap();
        // As text each letter is two bytes, and as a piece of a string four.
        ends.say(0, say(Value::from("\"".repeat(PARCEL_MAX / 2 - 20)))).unwrap();
        ends.run(1_000).unwrap();
        ends.check_healed().unwrap_err();
        assert!(ends.ends[1].told.get(&1).is_some());
        assert_eq!(ends.ends[0].link.counts().resent, 0);
        let refused = ends.say(0, say(Value::from("\"".repeat(PARCEL_MAX / 2)))).unwrap_err();
        assert!(refused.contains("not sent"), "{refused}");
    }
}

#[test]
fn what_is_said_before_the_announcement_comes_behind_it() {
    let mut ends = Ends::new(1, false, None);
    ends.owners = Owners::Wait;
    ends.change(0, 7, 0).unwrap();
    ends.run(10).unwrap();
    let session = ends.ends[0].session.unwrap();
    ends.step(0, Input::Announce(SessionName { asked: !session.asked, ..session }, Vec::new())).unwrap();
    // It was there as the announcement was gathered.
    ends.change(0, 7, 0).unwrap();
    ends.change(0, 8, 0).unwrap();
    ends.run(50).unwrap();
    assert_eq!(ends.ends[0].link.toward(), (0, 2), "nothing goes before, and no other session's answer counts");
    ends.answer(0).unwrap();
    ends.run(100).unwrap();
    assert!(ends.ends[1].told.is_whole());
    assert_eq!(ends.ends[1].told.iter().map(|(key, _)| *key).collect::<Vec<_>>(), [8]);
    assert_eq!((ends.ends[0].link.toward(), ends.ends[0].breaks), ((0, 0), 0));
}

#[test]
fn the_time_of_an_acknowledgement_is_told_of_parcels_that_were_sent_once() {
    let mut ends = linked();
    ends.ends[0].link.take_round_trip();
    ends.change(0, 1, 0).unwrap();
    ends.run(100).unwrap();
    let took = ends.ends[0].link.take_round_trip().unwrap();
    assert!((50..55).contains(&took.as_millis()), "{took:?}");
    ends.network.weather.lost = [100, 100];
    ends.change(0, 2, 0).unwrap();
    ends.run(100).unwrap();
    ends.network.weather.lost = [0, 0];
    ends.run(1_000).unwrap();
    assert_eq!((ends.ends[0].link.toward(), ends.ends[0].link.take_round_trip()), ((0, 0), None));
}

#[test]
fn more_than_the_bound_breaks_the_link_and_the_announcement_repairs() {
    let mut ends = linked();
    ends.network.weather.lost = [0, 100];
    // Nothing is acknowledged, so nothing leaves.
    for _ in 0..QUEUED_MAX {
        ends.say(0, say(Value::Null)).unwrap();
    }
    ends.run(1).unwrap();
    assert_eq!(ends.ends[0].link.toward(), (1_024, QUEUED_MAX - 1_024));
    ends.change(0, 9, 0).unwrap();
    assert_eq!((ends.ends[0].breaks, ends.ends[0].link.toward()), (1, (0, 0)));
    ends.network.weather.lost = [0, 0];
    ends.run(6_000).unwrap();
    ends.check_healed().unwrap();
    assert_eq!(ends.ends[1].breaks, 1, "both are told");
}

#[test]
fn an_announcement_is_not_counted_in_the_bound() {
    let mut ends = Ends::new(1, false, None);
    for key in 0..20_000 {
        ends.change(0, key, 0).unwrap();
    }
    ends.run(100).unwrap();
    ends.check_healed().unwrap();
    assert_eq!((ends.ends[0].breaks, ends.ends[1].told.iter().count()), (0, 20_000));
}

#[test]
fn an_idle_link_says_one_word_a_second_each_way() {
    let mut ends = linked();
    ends.run(1_000).unwrap();
    let before = ends.network.posted;
    ends.run(10_000).unwrap();
    assert_eq!(ends.network.posted - before, 20);
}

#[test]
fn what_comes_is_acknowledged_after_50_ms() {
    let mut ends = linked();
    ends.change(0, 1, 0).unwrap();
    ends.run(49).unwrap();
    assert_eq!(ends.ends[0].link.toward(), (1, 0));
    ends.run(3).unwrap();
    assert_eq!(ends.ends[0].link.toward(), (0, 0));
}

#[test]
fn a_link_that_loses_one_way_breaks_at_both_ends_after_five_seconds() {
    for way in [[100, 0], [0, 100]] {
        let mut ends = linked();
        ends.network.weather.lost = way;
        ends.change(0, 1, 0).unwrap();
        ends.run(4_800).unwrap();
        assert_eq!([ends.ends[0].breaks, ends.ends[1].breaks], [0, 0]);
        ends.run(6_300).unwrap();
        assert!(ends.ends[0].breaks == 1 && ends.ends[1].breaks == 1, "{way:?}");
    }
}

#[test]
fn what_is_not_for_this_end_or_makes_no_sense_changes_nothing() {
    let mut ends = linked();
    let node = |number: u128| crate::ids::NodeId::from(number);
    let session = ends.ends[0].session.map(crate::cluster::link::Named::Both);
    let good = crate::cluster::link::Envelope {
        wire: 1,
        from: node(1),
        to: Some(node(2)),
        session,
        number: None,
        heard: Some(u64::MAX),
        epoch: None,
        kind: "new".into(),
        part: None,
        body: std::sync::Arc::new(Value::Null),
    };
    let others = crate::cluster::link::Envelope { to: Some(node(3)), ..good.clone() };
    let far = crate::cluster::link::Envelope { number: Some(u64::MAX), ..good.clone() };
    let names_nothing = crate::cluster::link::Envelope { session: None, ..good.clone() };
    for envelope in [good, others, far, names_nothing] {
        ends.step(1, Input::Heard(Box::new(envelope))).unwrap();
    }
    let counts = ends.ends[1].link.counts();
    assert_eq!((counts.unknown, counts.foreign, counts.beyond), (1, 2, 1));
    ends.run(2_000).unwrap();
    ends.check_healed().unwrap();
    assert_eq!(ends.ends[1].breaks, 0);
}

#[test]
fn a_kind_that_is_not_known_is_passed_over_and_the_next_arrives() {
    let mut ends = linked();
    ends.say(0, Parcel { kind: "later", body: Value::Null, epoch: None }).unwrap();
    ends.change(0, 3, 0).unwrap();
    ends.run(100).unwrap();
    ends.check_healed().unwrap();
    assert_eq!(ends.ends[1].link.counts().unknown, 1);
}

#[test]
fn a_gone_nodes_link_ends_with_one_word() {
    let mut ends = linked();
    let (now, end) = (ends.now, &mut ends.ends[0]);
    let mut effects = Vec::new();
    let mut epochs = crate::cluster::Epochs::new();
    let halves = &mut || 1;
    let around = &mut crate::cluster::link::Around { epochs: &mut epochs, halves };
    for input in [Input::Gone, Input::Gone, Input::Send(say(Value::Null)), Input::Tick] {
        end.link.step(now, input, around, &mut effects);
    }
    assert_eq!(effects, [Effect::Gone]);
    assert_eq!(end.link.next_deadline(now), None);
}

#[test]
fn what_is_said_without_a_session_is_not_sent_and_told_so() {
    let mut ends = Ends::new(1, false, None);
    let mut effects = Vec::new();
    let mut epochs = crate::cluster::Epochs::new();
    let halves = &mut || 1;
    let around = &mut crate::cluster::link::Around { epochs: &mut epochs, halves };
    ends.ends[0].link.step(ends.now, Input::Send(say(Value::Null)), around, &mut effects);
    assert_eq!(effects, [Effect::Unsent { kind: "put", why: Unsent::NotOpen }]);
}
