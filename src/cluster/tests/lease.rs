//! The lease alone, and what the guard is for.

use super::is_found;
use super::members::{all, play};
use crate::cluster::lease::{Effect, End, Input, Lease, LeaseRow, Looked, TakeAnswer};
use crate::cluster::{Bounds, Good};
use crate::ids::{NodeId, TermId};
use crate::time::{Mono, SECOND};

#[test]
fn a_write_without_the_guard_is_found_within_100_cases() {
    is_found(100, &all(), |plan| play(&plan, false, None).map(drop));
}

/// A lease with its hand-moved clock.
struct Alone {
    lease: Lease,
    now: Mono,
    ids: u128,
    row: LeaseRow,
    holder_is_there: bool,
}

const ME: u128 = 1;

impl Alone {
    fn new() -> Self {
        let lease = Lease::new(NodeId::from(ME), Bounds::default());
        Self { lease, now: Mono(SECOND), ids: 100, row: LeaseRow::default(), holder_is_there: true }
    }

    fn step(&mut self, input: Input) -> Vec<Effect> {
        let mut effects = Vec::new();
        let ids = &mut self.ids;
        let mut draw = || {
            *ids += 1;
            TermId::from(*ids)
        };
        self.lease.step(self.now, input, &mut draw, &mut effects);
        effects
    }

    fn after_ms(&mut self, ms: u64) -> &mut Self {
        self.now.0 += ms * 1_000;
        self
    }

    /// A good look, in the run of all of them.
    fn look(&mut self) -> Vec<Effect> {
        let (look, row) = (Good { begun: self.now, run: 1 }, self.row);
        let holder_is_there = self.holder_is_there;
        self.step(Input::Look(Looked { look, row, holder_is_there, newest_epoch: 4 }))
    }

    /// Another holds it and has beaten.
    fn held(&mut self, beat: u64) {
        self.row = LeaseRow { holder: Some((NodeId::from(2), TermId::from(20))), beat, epoch: 3 };
    }

    /// Holds it since now.
    fn holding() -> (Self, TermId) {
        let mut alone = Self::new();
        let [Effect::Take { term, .. }] = alone.look()[..] else { panic!("an empty lease is taken") };
        let begins = alone.step(Input::Took { term, answer: TakeAnswer::Taken(5) });
        assert_eq!(begins, [Effect::Begin { term, epoch: 5 }]);
        (alone, term)
    }

    /// A round that does as it should.
    fn beat(&mut self) -> Vec<Effect> {
        self.step(Input::Answered);
        let effects = self.step(Input::Round);
        let Some(Effect::Beat { count, .. }) = effects.first() else { return effects };
        self.step(Input::Beaten { count: *count, changed: Some(true) })
    }
}

#[test]
fn it_is_taken_when_it_is_empty_stands_still_or_its_node_is_gone() {
    let mut alone = Alone::new();
    let term = TermId::from(101);
    assert_eq!(alone.look(), [Effect::Take { seen: None, seen_beat: 0, term, newest_epoch: 4 }]);

    let mut alone = Alone::new();
    alone.held(7);
    for _ in 0..6 {
        assert_eq!(alone.look(), []);
        alone.after_ms(1_000);
    }
    let seen = Some(TermId::from(20));
    assert_eq!(alone.look(), [Effect::Take { seen, seen_beat: 7, term, newest_epoch: 4 }]);
    assert_eq!(alone.after_ms(1_000).look(), [], "one at a time");

    let mut alone = Alone::new();
    alone.held(7);
    alone.holder_is_there = false;
    assert_eq!(alone.look(), [Effect::Take { seen, seen_beat: 7, term, newest_epoch: 4 }]);
}

#[test]
fn who_drains_hears_nobody_or_has_a_wrong_clock_lets_others() {
    for input in [Input::Drain, Input::Deaf(true)] {
        let mut alone = Alone::new();
        alone.step(input);
        assert_eq!(alone.look(), []);
        assert_eq!(alone.after_ms(10_000).look(), []);
    }
    let mut alone = Alone::new();
    alone.step(Input::ClockOff(true));
    assert_eq!(alone.look(), []);
    assert_eq!(alone.after_ms(2_900).look(), []);
    assert_eq!(alone.after_ms(100).look().len(), 1, "never longer than 3 s");
}

#[test]
fn it_suspends_three_seconds_after_its_last_good_beat_began_and_goes_on_with_the_next() {
    let (mut alone, term) = Alone::holding();
    alone.step(Input::Claimed { term, up: Vec::new() });
    assert!(alone.lease.may_match(alone.now));
    for _ in 0..4 {
        alone.after_ms(1_000).beat();
    }
    let effects = alone.step(Input::Round);
    assert_eq!(effects, [Effect::Ping], "the matchmaker has not answered since");
    alone.after_ms(3_000);
    assert!(alone.lease.may_match(alone.now));
    alone.now.0 += 1;
    assert!(!alone.lease.may_match(alone.now), "whatever waits before the timer");
    assert_eq!(alone.lease.next_deadline(), Some(alone.now));
    assert_eq!(alone.step(Input::Answered), [Effect::Suspend(term)]);
    assert_eq!(alone.after_ms(5_000).beat(), [Effect::Resume(term)]);
    assert!(alone.lease.may_match(alone.now));
}

#[test]
fn a_beat_that_changes_no_row_ends_the_term_and_one_without_an_answer_does_not() {
    let (mut alone, term) = Alone::holding();
    let beat = Effect::Beat { term, count: 1 };
    assert_eq!(alone.step(Input::Round), [beat, Effect::Ping]);
    assert_eq!(alone.step(Input::Round), [], "one at a time");
    assert_eq!(alone.step(Input::Beaten { count: 1, changed: None }), []);
    assert_eq!(alone.step(Input::Round)[0], Effect::Beat { term, count: 2 });
    assert_eq!(alone.step(Input::Beaten { count: 1, changed: Some(false) }), [], "an old answer");
    let end = Effect::End { term, why: End::Taken };
    assert_eq!(alone.step(Input::Beaten { count: 2, changed: Some(false) }), [end]);
    assert_eq!(alone.lease.holds(alone.now), None);
}

#[test]
fn a_drain_and_deafness_empty_it_and_a_fence_ends_it() {
    for (input, why) in [(Input::Drain, End::Drained), (Input::Deaf(true), End::Deaf)] {
        let (mut alone, term) = Alone::holding();
        assert_eq!(alone.step(input), [Effect::End { term, why }, Effect::Empty(term)]);
    }
    let (mut alone, term) = Alone::holding();
    assert_eq!(alone.step(Input::Fenced(TermId::from(20))), [], "of a term before");
    assert_eq!(alone.step(Input::Fenced(term)), [Effect::End { term, why: End::Fenced }]);
}

#[test]
fn a_taking_whose_answer_was_lost_is_found_by_a_look_and_must_beat_before_it_decides() {
    let mut alone = Alone::new();
    let [Effect::Take { term, .. }] = alone.look()[..] else { panic!("an empty lease is taken") };
    alone.step(Input::Took { term, answer: TakeAnswer::Unknown });
    alone.row = LeaseRow { holder: Some((NodeId::from(ME), term)), beat: 1, epoch: 5 };
    let effects = alone.after_ms(4_000).look();
    assert_eq!(effects, [Effect::Begin { term, epoch: 5 }, Effect::Suspend(term)]);
    assert_eq!(alone.lease.holds(alone.now), None, "others have counted since the taking");
    alone.beat();
    assert_eq!(alone.lease.holds(alone.now), Some((term, 5)));
}

#[test]
fn a_term_matches_when_all_have_announced_themselves_and_not_sooner() {
    let (mut alone, term) = Alone::holding();
    let [one, two] = [NodeId::from(2), NodeId::from(3)];
    assert_eq!(alone.step(Input::Claimed { term, up: vec![one, two] }), []);
    assert_eq!(alone.after_ms(300).step(Input::Announced(one)), []);
    assert!(!alone.lease.may_match(alone.now) && alone.lease.holds(alone.now).is_some());
    assert_eq!(alone.step(Input::Announced(two)), [Effect::Match(term)]);
    alone.after_ms(1_000).beat();
    alone.after_ms(1_000).beat();
    assert_eq!(alone.after_ms(1_000).step(Input::Tick), [Effect::Away(term)]);
}
