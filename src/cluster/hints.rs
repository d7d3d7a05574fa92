//! Words to everybody that may be lost.

use std::collections::BTreeMap;

use crate::ids::NodeId;

/// Which hints are news: of each incarnation that is there, those whose count rises.
///
/// A hint may be lost or doubled and come late, on an engine that another has replaced; it only
/// names what has changed, and whoever needs to be sure looks at the records within 1 to 5 s. So
/// nothing is repeated and nothing kept but a number a node.
#[derive(Debug, Default)]
pub struct Hints {
    heard: BTreeMap<NodeId, u64>,
}

impl Hints {
    /// Nobody is there yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A look found this incarnation.
    pub fn there(&mut self, node: NodeId) {
        self.heard.entry(node).or_default();
    }

    /// It is gone, and is not heard again.
    pub fn gone(&mut self, node: NodeId) {
        self.heard.remove(&node);
    }

    /// A hint came, the `count`-th of its sender (from 1): whether it is heard. One whose count does
    /// not rise is not, nor one of somebody who is not there.
    pub fn hear(&mut self, from: NodeId, count: u64) -> bool {
        match self.heard.get_mut(&from) {
            Some(heard) if *heard < count => {
                *heard = count;
                true
            }
            _ => false,
        }
    }
}

#[test]
fn a_hint_is_heard_once_and_only_of_who_is_there() {
    let (mut hints, node) = (Hints::new(), NodeId::from(1));
    assert!(!hints.hear(node, 1));
    hints.there(node);
    assert!(hints.hear(node, 1) && !hints.hear(node, 1) && hints.hear(node, 4) && !hints.hear(node, 3));
    hints.there(node);
    assert!(!hints.hear(node, 4), "to be found again changes nothing");
    hints.gone(node);
    assert!(!hints.hear(node, 5));
}
