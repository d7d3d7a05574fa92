//! How much a node has: told to its own heart, and to the others as a hint.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How often it is looked at.
pub(super) const FIGURES_EVERY: Duration = Duration::from_secs(2);
/// What has changed is told so often, as a hint may be lost; while nothing changes nothing is told.
const TIMES: u8 = 2;

/// How much a node has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Figures {
    pub(super) sockets: u32,
    pub(super) rooms: u32,
}

/// How much was told last, and how often that is still to be told.
#[derive(Default)]
pub(super) struct FiguresTold {
    last: Option<Figures>,
    times: u8,
}

impl FiguresTold {
    /// Another is there who has not heard it.
    pub(super) fn say_again(&mut self) {
        self.times = TIMES;
    }

    /// Whether this is to be told now.
    pub(super) fn is_due(&mut self, figures: Figures) -> bool {
        if self.last.replace(figures) != Some(figures) {
            self.say_again();
        }
        let left = self.times.checked_sub(1);
        self.times = left.unwrap_or(0);
        left.is_some()
    }
}

#[test]
fn what_changes_is_told_twice_and_then_no_more() {
    let mut told = FiguresTold::default();
    let figures = |sockets| Figures { sockets, rooms: 0 };
    let due = [1, 1, 1, 2, 2, 2].map(|sockets| told.is_due(figures(sockets)));
    assert_eq!(due, [true, true, false, true, true, false]);
    told.say_again();
    assert!(told.is_due(figures(2)));
}
