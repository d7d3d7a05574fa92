//! The three state machines against a network and a store that do what they can.
//!
//! Plans are drawn by proptest, and everything by chance inside one from a seed of the plan: so what
//! fails fails again. The same check runs whole, where it must hold in every case, and broken in each
//! way of `faults`, where some case of a named number must find it.

mod dice;
mod drive;
mod ends;
mod joining;
mod judge;
mod lease;
mod link;
mod members;
mod network;
mod nodes;
mod store;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

/// Runs `check` over so many plans; the first that fails, made small.
fn holds<S: Strategy>(cases: u32, plans: &S, check: impl Fn(S::Value) -> Result<(), String>) {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 200, ..Config::default() };
    let mut runner = TestRunner::new(config);
    if let Err(error) = runner.run(plans, |plan| check(plan).map_err(TestCaseError::fail)) {
        panic!("{error}");
    }
}

/// Some of so many plans fails, and they are the same in every run.
fn is_found<S: Strategy>(cases: u32, plans: &S, check: impl Fn(S::Value) -> Result<(), String>) {
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 0, ..Config::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let result = TestRunner::new_with_rng(config, rng).run(plans, |plan| check(plan).map_err(TestCaseError::fail));
    assert!(matches!(result, Err(TestError::Fail(..))), "none of {cases} cases found it: {result:?}");
}
