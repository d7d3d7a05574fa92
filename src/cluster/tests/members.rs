//! Members and lease over the store, whatever happens to both; and members alone.

use proptest::prelude::*;

use super::nodes::Nodes;
use super::{holds, is_found};
use crate::cluster::Fault;
use crate::cluster::lease::Input;
use crate::cluster::members::State;

const PLACES: usize = 3;

#[derive(Clone, Debug)]
pub(super) enum Act {
    Wait(u64),
    Kill(usize, bool),
    Start(usize),
    Pause(usize, u64),
    Cut(usize, u64),
    Hang(usize, u64),
    Drain(usize),
    ClockOff(usize, bool),
    Deaf(usize, bool),
    /// The store answers nothing for so long: it fails at once, or lets everybody wait.
    Away(u64, bool),
    /// It restarts, or a standby takes over that lacks so many milliseconds.
    Restart(u64, Option<u64>),
    Slow(u64),
}

#[derive(Clone, Debug)]
pub(super) struct Plan {
    seed: u64,
    acts: Vec<Act>,
}

fn place() -> impl Strategy<Value = usize> {
    0..PLACES
}

fn plan(act: impl Strategy<Value = Act>) -> impl Strategy<Value = Plan> {
    (any::<u64>(), proptest::collection::vec(act, 0..12)).prop_map(|(seed, acts)| Plan { seed, acts })
}

fn wait() -> impl Strategy<Value = Act> {
    prop_oneof![3 => 1..1_500u64, 2 => 1_500..9_000u64].prop_map(Act::Wait)
}

fn outage() -> impl Strategy<Value = Act> {
    prop_oneof![
        (100..12_000u64, any::<bool>()).prop_map(|(ms, hangs)| Act::Away(ms, hangs)),
        (0..9_000u64).prop_map(|ms| Act::Restart(ms, None)),
    ]
}

/// Everything that can happen.
pub(super) fn all() -> impl Strategy<Value = Plan> {
    plan(prop_oneof![
        8 => wait(),
        2 => (place(), any::<bool>()).prop_map(|(place, with_host)| Act::Kill(place, with_host)),
        3 => place().prop_map(Act::Start),
        3 => (place(), 100..15_000u64).prop_map(|(place, ms)| Act::Pause(place, ms)),
        2 => (place(), 100..12_000u64).prop_map(|(place, ms)| Act::Cut(place, ms)),
        1 => (place(), 100..12_000u64).prop_map(|(place, ms)| Act::Hang(place, ms)),
        1 => place().prop_map(Act::Drain),
        1 => (place(), any::<bool>()).prop_map(|(place, off)| Act::ClockOff(place, off)),
        1 => (place(), any::<bool>()).prop_map(|(place, deaf)| Act::Deaf(place, deaf)),
        2 => outage(),
        1 => (0..3_000u64, 0..2_000u64).prop_map(|(ms, lost)| Act::Restart(ms, Some(lost))),
        1 => prop_oneof![Just(10), 100..900u64].prop_map(Act::Slow),
    ])
}

fn act(nodes: &mut Nodes, act: &Act) -> Result<(), String> {
    match *act {
        Act::Wait(ms) => nodes.run(ms)?,
        Act::Kill(place, with_host) => nodes.kill(place, with_host),
        Act::Start(place) => nodes.start(place),
        Act::Pause(place, ms) => nodes.pause(place, ms),
        Act::Cut(place, ms) => nodes.cut(place, ms),
        Act::Hang(place, ms) => nodes.hang(place, ms),
        Act::Drain(place) => nodes.tell_lease(place, Input::Drain)?,
        Act::ClockOff(place, off) => nodes.tell_lease(place, Input::ClockOff(off))?,
        Act::Deaf(place, deaf) => nodes.tell_lease(place, Input::Deaf(deaf))?,
        Act::Away(ms, hangs) => {
            nodes.away_until = crate::time::Mono(nodes.now.0 + ms * 1_000);
            nodes.away_hangs = hangs;
        }
        Act::Restart(ms, lost) => nodes.restart_store(ms, lost)?,
        Act::Slow(ms) => nodes.slow_max_ms = ms,
    }
    Ok(())
}

pub(super) fn play(plan: &Plan, guarded: bool, fault: Option<Fault>) -> Result<Nodes, String> {
    let mut nodes = Nodes::new(plan.seed, PLACES, guarded, fault);
    nodes.run(1_500)?;
    plan.acts.iter().try_for_each(|it| act(&mut nodes, it))?;
    (0..PLACES).try_for_each(|place| nodes.tell_lease(place, Input::Deaf(false)))?;
    nodes.heal()?;
    nodes.check_healed()?;
    Ok(nodes)
}

#[test]
fn nobody_is_gone_without_the_looks_and_somebody_matches_again_in_time() {
    holds(2_000, &all(), |plan| play(&plan, true, None).map(drop));
}

/// Nobody dies and nobody is held up: the store alone is away, again and again.
fn only_outages() -> impl Strategy<Value = Plan> {
    plan(prop_oneof![1 => wait(), 1 => outage()])
}

fn nobody_dies(plan: &Plan, fault: Option<Fault>) -> Result<(), String> {
    let nodes = play(plan, true, fault)?;
    let same = (nodes.gone, nodes.terms) == (0, 1) && nodes.states() == [State::Up; PLACES];
    if same { Ok(()) } else { Err(format!("{} gone, {} terms, {:?}", nodes.gone, nodes.terms, nodes.states())) }
}

#[test]
fn an_outage_of_the_store_is_nobodys_death_and_ends_no_term() {
    holds(500, &only_outages(), |plan| nobody_dies(&plan, None));
}

#[test]
fn gone_counted_through_an_outage_is_found_within_100_cases() {
    is_found(100, &only_outages(), |plan| nobody_dies(&plan, Some(Fault::GoneThroughOutage)));
}

#[test]
fn gone_by_name_instead_of_incarnation_is_found_within_200_cases() {
    is_found(200, &all(), |plan| play(&plan, true, Some(Fault::GoneByName)).map(drop));
}

/// How many milliseconds after the matchmaker's node died its row says so, and another decides.
fn taken_over(places: usize, with_host: bool) -> (u64, u64) {
    let mut nodes = Nodes::new(7, places, true, None);
    nodes.run(10_000).unwrap();
    let place = nodes.matchmaker().unwrap();
    nodes.kill(place, with_host);
    let (killed, mut gone) = (nodes.now.0, None);
    while nodes.matchmaker().is_none() {
        nodes.run(10).unwrap();
        gone = gone.or_else(|| (nodes.gone > 0).then_some(nodes.now.0));
    }
    ((gone.unwrap_or(nodes.now.0) - killed) / 1_000, (nodes.now.0 - killed) / 1_000)
}

#[test]
fn another_matches_four_seconds_after_a_kill_and_nine_after_a_host_is_lost() {
    for places in [2, PLACES] {
        // Its last beat came up to a second before it died, and the first look that saw it up to one after.
        let (gone, decides) = taken_over(places, false);
        assert!((1_000..3_200).contains(&gone) && decides < 4_000, "{gone} {decides}");
        let (gone, decides) = taken_over(places, true);
        assert!((5_000..7_200).contains(&gone) && decides < 9_000, "{gone} {decides}");
    }
}
