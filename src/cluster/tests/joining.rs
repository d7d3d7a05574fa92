//! One member alone, with its rounds answered by hand.

use std::time::Duration;

use crate::cluster::lease::LeaseRow;
use crate::cluster::members::{Effect, Gone, Input, LookResult, Me, Members, NodeRow, State, Wires};
use crate::cluster::{Bounds, Engine};
use crate::ids::{NodeId, TermId};
use crate::time::{Mono, SECOND};

fn me(number: u128, wires: Wires) -> Me {
    Me { node: NodeId::from(number), name: format!("node {number}"), version: "1".into(), wires }
}

const fn wires(min: u32, max: u32) -> Wires {
    Wires { min, max }
}

fn row(number: u128, state: State, beat: u64) -> NodeRow {
    let who = me(number, wires(1, 1));
    NodeRow { who, no: number as u32, engine: Engine::Postgres, state, beat, held: true }
}

struct Alone {
    members: Members,
    now: Mono,
    lease: LeaseRow,
}

const ME: u128 = 9;

impl Alone {
    fn new() -> Self {
        let members = Members::new(me(ME, wires(1, 1)), Engine::Postgres, Bounds::default());
        Self { members, now: Mono(SECOND), lease: LeaseRow::default() }
    }

    fn step(&mut self, input: Input) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.members.step(self.now, input, &mut effects);
        effects
    }

    /// A round that finds these, a second after the one before.
    fn round(&mut self, nodes: &[NodeRow]) -> Vec<Effect> {
        self.now.0 += SECOND;
        let begun = self.step(Input::Tick);
        let Some(Effect::Beat { round, .. }) = begun.first() else { panic!("a round begins: {begun:?}") };
        let round = *round;
        self.step(Input::Beaten { round, changed: Some(true) });
        let found = LookResult { nodes: nodes.to_vec(), lease: self.lease };
        let mut effects = self.step(Input::Looked { round, found: Some(found) });
        effects.retain(|effect| !matches!(effect, Effect::Looked { .. } | Effect::There(_)));
        effects
    }

    /// On file, its first round is still to come.
    fn joined(nodes: &[NodeRow]) -> Self {
        let mut alone = Self::new();
        assert_eq!(alone.step(Input::Connected), [Effect::Look { round: 1 }]);
        let found = LookResult { nodes: nodes.to_vec(), lease: alone.lease };
        assert_eq!(alone.step(Input::Looked { round: 1, found: Some(found) }), [Effect::Insert]);
        let first = alone.step(Input::Inserted { no: ME as u32 });
        assert!(matches!(first[..], [Effect::Beat { round: 2, state: State::Joining, .. }]), "{first:?}");
        alone.step(Input::Beaten { round: 2, changed: Some(true) });
        let found = LookResult { nodes: nodes.to_vec(), lease: alone.lease };
        let effects = alone.step(Input::Looked { round: 2, found: Some(found) });
        // Whoever is up by now writes that at once.
        if let Some(Effect::Beat { round, .. }) = effects.last() {
            alone.step(Input::Beaten { round: *round, changed: Some(true) });
            alone.step(Input::Looked { round: *round, found: Some(LookResult::default()) });
        }
        alone
    }
}

#[test]
fn who_is_alone_is_up_and_who_is_not_waits_for_the_link_to_whoever_matches() {
    let alone = Alone::joined(&[]);
    assert_eq!(alone.members.state(), Some(State::Up));
    let others = [row(1, State::Up, 1), row(2, State::Up, 1)];
    let mut alone = Alone::joined(&others);
    assert_eq!(alone.members.state(), Some(State::Joining));
    alone.step(Input::Linked { node: NodeId::from(1), good: true });
    alone.lease = LeaseRow { holder: Some((NodeId::from(2), TermId::from(3))), beat: 1, epoch: 1 };
    alone.round(&others);
    assert_eq!(alone.members.state(), Some(State::Joining), "linked to another only");
    let up = alone.step(Input::Linked { node: NodeId::from(2), good: true });
    assert!(matches!(up[..], [Effect::Up, Effect::Beat { state: State::Up, .. }]), "{up:?}");
    assert!(!alone.members.is_ready(Mono(alone.now.0 + 3 * SECOND + 1)), "its last good beat is too old");
}

#[test]
fn who_cannot_talk_with_somebody_who_was_first_does_not_join() {
    let mut newer = row(1, State::Up, 1);
    newer.who.wires = wires(2, 3);
    assert_eq!(wires(1, 2).common(wires(2, 3)), Some(2));
    assert_eq!(wires(1, 1).common(wires(2, 3)), None);
    let mut alone = Alone::new();
    alone.step(Input::Connected);
    let found = Some(LookResult { nodes: vec![newer.clone()], lease: LeaseRow::default() });
    let effects = alone.step(Input::Looked { round: 1, found });
    assert_eq!(effects, [Effect::Refused(Box::new(newer.clone())), Effect::Left]);
    assert_eq!(alone.members.next_deadline(alone.now), None);

    // Both came at the same time: the second leaves, by a beat that says so.
    let mut alone = Alone::joined(&[row(2, State::Joining, 1)]);
    newer.state = State::Joining;
    let effects = alone.round(&[newer, row(2, State::Joining, 2)]);
    assert!(matches!(effects[1..], [Effect::Gone(_), ..] | [Effect::Beat { state: State::Gone, .. }]), "{effects:?}");
    assert_eq!(alone.members.state(), Some(State::Gone));
}

#[test]
fn a_wire_is_used_once_everybody_can_talk_it() {
    let mut members = Members::new(me(ME, wires(1, 2)), Engine::Postgres, Bounds::default());
    assert_eq!(members.wire(), 2);
    members.step(Mono(0), Input::Connected, &mut Vec::new());
    members.step(Mono(0), Input::Looked { round: 1, found: Some(LookResult::default()) }, &mut Vec::new());
    members.step(Mono(0), Input::Inserted { no: 1 }, &mut Vec::new());
    members.step(Mono(0), Input::Beaten { round: 2, changed: Some(true) }, &mut Vec::new());
    let found = Some(LookResult { nodes: vec![row(1, State::Up, 1)], lease: LeaseRow::default() });
    members.step(Mono(0), Input::Looked { round: 2, found }, &mut Vec::new());
    assert_eq!(members.wire(), 1);
}

#[test]
fn who_hears_nobody_says_a_word_to_itself_and_is_deaf_if_it_does_not_come() {
    let others = [row(1, State::Up, 1)];
    let mut alone = Alone::joined(&others);
    let mut beat = 1;
    let mut round = |alone: &mut Alone| {
        beat += 1;
        alone.round(&[row(1, State::Up, beat)])
    };
    assert_eq!(round(&mut alone), [Effect::SayToMyself { count: 2 }, Effect::Deaf(true)]);
    assert_eq!(alone.step(Input::HeardMyself { count: 2 }), [Effect::Deaf(false)]);
    assert_eq!(round(&mut alone), [Effect::SayToMyself { count: 3 }]);
    assert_eq!(round(&mut alone), [Effect::SayToMyself { count: 4 }, Effect::Deaf(true)]);
    alone.step(Input::Linked { node: NodeId::from(1), good: true });
    assert_eq!(round(&mut alone), [Effect::Deaf(false)], "a good link is enough");
}

#[test]
fn a_beat_that_changes_no_row_is_the_end_of_the_incarnation() {
    let mut alone = Alone::joined(&[]);
    alone.now.0 += SECOND;
    let begun = alone.step(Input::Tick);
    let Effect::Beat { round, .. } = begun[0] else { panic!("{begun:?}") };
    let end = alone.step(Input::Beaten { round, changed: Some(false) });
    assert_eq!(end, [Effect::SelfGone(Gone::Declared)]);
    assert_eq!(alone.step(Input::Tick), []);
    assert_eq!(alone.members.state(), Some(State::Gone));
}

#[test]
fn a_drain_and_a_leave_are_written_at_once() {
    let mut alone = Alone::joined(&[]);
    alone.round(&[]);
    let drains = alone.step(Input::Drain);
    let Effect::Beat { round, state: State::Draining, .. } = drains[0] else { panic!("{drains:?}") };
    assert_eq!(alone.step(Input::Leave), [], "behind the beat that is under way");
    alone.step(Input::Beaten { round, changed: Some(true) });
    let leaves = alone.step(Input::Looked { round, found: None });
    let Effect::Beat { round, state: State::Gone, .. } = leaves[0] else { panic!("{leaves:?}") };
    assert_eq!(alone.step(Input::Beaten { round, changed: Some(true) }), [Effect::Left]);
}

#[test]
fn a_statement_without_an_answer_for_two_seconds_gives_the_connection_up() {
    let mut alone = Alone::joined(&[]);
    alone.round(&[]);
    alone.now.0 += SECOND;
    alone.step(Input::Tick);
    let two = Duration::from_secs(2);
    assert_eq!(alone.members.next_deadline(alone.now), Some(Mono(alone.now.0 + two.as_micros() as u64)));
    alone.now.0 += 2 * SECOND;
    assert_eq!(alone.step(Input::Tick), [Effect::Reconnect]);
    assert_eq!(alone.members.next_deadline(alone.now), None);
}

#[test]
fn a_lock_that_is_gone_for_a_moment_is_no_death() {
    let mut alone = Alone::joined(&[row(1, State::Up, 1)]);
    let still = |held| NodeRow { held, ..row(1, State::Up, 1) };
    let declared = |effects: &[Effect]| effects.iter().any(|effect| matches!(effect, Effect::DeclareGone { .. }));
    // Unmoved for 3 s, but the lock is gone for one of them only.
    for held in [true, true, false] {
        assert!(!declared(&alone.round(&[still(held)])));
    }
    assert!(!declared(&alone.round(&[still(false)])));
    assert!(declared(&alone.round(&[still(false)])), "2 s without beat and lock");
    // A new session of ours has never seen it held.
    let mut alone = Alone::joined(&[row(1, State::Up, 1)]);
    alone.step(Input::Disconnected);
    alone.step(Input::Connected);
    for _ in 0..6 {
        assert!(!declared(&alone.round(&[still(false)])));
    }
    assert!(declared(&alone.round(&[still(false)])), "6 s");
}
