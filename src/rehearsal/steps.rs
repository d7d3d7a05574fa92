//! The steps of a rehearsal, in their order, and how far it is.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Step {
    /// A desk and a counsellor open their sockets, and the counsellor wants work.
    Connect,
    /// The desk asks and gets its number.
    Ask,
    /// It rings at the counsellor's.
    Offer,
    /// The counsellor accepts, and both have a seat.
    Accept,
    /// Each hears what the other says.
    Talk,
    /// The desk's connection is cut; the counsellor is told and goes on.
    Cut,
    /// The desk comes back to its seat and hears what it missed.
    Resume,
    /// The talk ends for both.
    End,
    /// The desk gives a score.
    Rate,
    /// The counsellor writes up.
    WrapUp,
    /// The record has all of it.
    Record,
    /// Nothing of it is open any more.
    Clean,
}

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StepState {
    /// Not begun.
    Waiting,
    /// Being done.
    Running,
    /// Done.
    Done,
    /// It failed; the detail says what, and what to do.
    Failed,
}

/// A step as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct StepShown {
    /// Which.
    pub step: Step,
    /// Where it stands.
    pub state: StepState,
    /// How long it took, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ms: Option<u64>,
    /// What failed, and what to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// All of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Steps(Vec<StepShown>);

impl Step {
    /// In the order in which they are played.
    pub const ALL: [Self; 12] = [
        Self::Connect,
        Self::Ask,
        Self::Offer,
        Self::Accept,
        Self::Talk,
        Self::Cut,
        Self::Resume,
        Self::End,
        Self::Rate,
        Self::WrapUp,
        Self::Record,
        Self::Clean,
    ];
}

impl Steps {
    /// None of them begun.
    #[must_use]
    pub fn waiting() -> Self {
        Self(Step::ALL.map(|step| StepShown { step, state: StepState::Waiting, ms: None, detail: None }).to_vec())
    }

    /// As they stand on file.
    #[must_use]
    pub fn read(progress: Option<&str>) -> Self {
        progress.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_else(Self::waiting)
    }

    /// In their order.
    #[must_use]
    pub fn shown(self) -> Vec<StepShown> {
        self.0
    }

    /// How many are done.
    #[must_use]
    pub fn done(&self) -> usize {
        self.0.iter().filter(|shown| shown.state == StepState::Done).count()
    }

    /// A step is being done.
    pub fn begin(&mut self, step: Step) {
        self.set(step, StepState::Running, None, None);
    }

    /// A step is done, or has failed with these words.
    pub fn end(&mut self, step: Step, ms: u64, failed: Option<String>) {
        let state = if failed.is_none() { StepState::Done } else { StepState::Failed };
        self.set(step, state, Some(ms), failed);
    }

    /// What was being done when its server ended has failed.
    pub fn cut_off(&mut self, why: &str) {
        for shown in self.0.iter_mut().filter(|shown| shown.state == StepState::Running) {
            (shown.state, shown.detail) = (StepState::Failed, Some(why.to_owned()));
        }
    }

    fn set(&mut self, step: Step, state: StepState, ms: Option<u64>, detail: Option<String>) {
        for shown in self.0.iter_mut().filter(|shown| shown.step == step) {
            *shown = StepShown { step, state, ms, detail: detail.clone() };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_read_as_they_were_written() {
        let mut steps = Steps::waiting();
        steps.begin(Step::Connect);
        steps.end(Step::Connect, 12, None);
        steps.begin(Step::Ask);
        let text = serde_json::to_string(&steps).unwrap();
        assert!(text.contains(r#"{"step":"CONNECT","state":"DONE","ms":12}"#), "{text}");
        let mut read = Steps::read(Some(&text));
        assert_eq!(read, steps);
        read.cut_off("gone");
        assert_eq!((read.done(), read.0[1].state), (1, StepState::Failed));
        assert_eq!(Steps::read(Some("nonsense")), Steps::waiting());
    }
}
