//! The nodes that look on at this one's live list, as they have viewers: what each of them is to be shown yet.
//!
//! All there is and what changes go the same way: what is to be shown is owed, and each time some of it is shown as it is
//! then. So what changes twice meanwhile is sent once, nothing is sent while nothing changes, and a node that begins
//! to look at a large list gets it in steps that its link takes beside all else.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::portion::{ListItem, Portion};
use super::things::{Thing, Things};
use crate::ids::NodeId;

/// Most items of a portion.
pub const PORTION_ITEMS_MAX: usize = 500;
/// A portion that is longer than this, in bytes, has one item.
const PORTION_BYTES_MAX: usize = 256 * 1024;
/// Most portions of one sort that a node is shown at once: 5,000 items a second.
const PORTIONS_AT_ONCE: usize = 2;

/// Who looks on, by node.
#[derive(Default)]
pub(super) struct Onlookers(BTreeMap<NodeId, Onlooker>);

struct Onlooker {
    rooms: Owed,
    /// While this node matches.
    term: Option<Owed>,
}

/// What one of them is to be shown yet.
#[derive(Default)]
struct Owed {
    /// They know that all is named from somewhere on.
    has_begun: bool,
    /// They know that all has been named.
    is_named: bool,
    things: BTreeSet<Thing>,
}

impl Onlookers {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// It is shown all there is, also if it was before.
    pub(super) fn join(&mut self, node: NodeId, things: &Things) {
        let rooms = Owed { things: things.rooms_here().collect(), ..Owed::default() };
        let term = things.term_here().map(|_| Owed { things: things.of_term().collect(), ..Owed::default() });
        self.0.insert(node, Onlooker { rooms, term });
    }

    pub(super) fn leave(&mut self, node: NodeId) {
        self.0.remove(&node);
    }

    /// Something of this node is another than before.
    pub(super) fn changed(&mut self, thing: Thing) {
        for onlooker in self.0.values_mut() {
            let owed = match thing {
                Thing::Room(_) => Some(&mut onlooker.rooms),
                Thing::Ticket(_) | Thing::Counsellor(_) => onlooker.term.as_mut(),
            };
            owed.into_iter().for_each(|owed| owed.things.extend([thing]));
        }
    }

    /// This node matches from here on: nothing of its term is named yet.
    pub(super) fn term_begins(&mut self) {
        self.0.values_mut().for_each(|onlooker| onlooker.term = Some(Owed::default()));
    }

    /// It matches no more.
    pub(super) fn term_over(&mut self) {
        self.0.values_mut().for_each(|onlooker| onlooker.term = None);
    }

    /// What each is shown now.
    pub(super) fn portions(&mut self, things: &Things) -> Vec<(NodeId, Portion)> {
        let mut all = Vec::new();
        for (node, onlooker) in &mut self.0 {
            let mut portions = onlooker.rooms.portions(None, true, things);
            if let (Some(term), Some(epoch)) = (&mut onlooker.term, things.term_here()) {
                portions.extend(term.portions(Some(epoch), things.is_term_whole(), things));
            }
            all.extend(portions.into_iter().map(|portion| (*node, portion)));
        }
        all
    }

    /// Whether there is more to be shown. What has changed since it was looked at waits for the next look.
    pub(super) fn are_owed(&self, things: &Things) -> bool {
        let owed = |owed: &Owed| owed.things.iter().any(|thing| !things.is_stale(*thing));
        self.0.values().any(|onlooker| owed(&onlooker.rooms) || onlooker.term.as_ref().is_some_and(owed))
    }
}

impl Owed {
    /// `is_whole`: all there is has been owed at some time.
    fn portions(&mut self, term: Option<u64>, is_whole: bool, things: &Things) -> Vec<Portion> {
        let mut portions = Vec::new();
        while portions.len() < PORTIONS_AT_ONCE {
            let items = self.items(things);
            let begins = !std::mem::replace(&mut self.has_begun, true);
            let is_named = is_whole && self.things.is_empty();
            let ends = is_named && !std::mem::replace(&mut self.is_named, is_named);
            if items.is_empty() && !begins && !ends {
                break;
            }
            portions.push(Portion { term, begins, is_whole: ends, items });
        }
        portions
    }

    fn items(&mut self, things: &Things) -> Vec<ListItem> {
        let (mut items, mut bytes, mut shown) = (Vec::new(), 0, HashSet::new());
        for thing in self.things.iter().filter(|thing| !things.is_stale(**thing)) {
            let Some(item) = things.item(*thing) else {
                shown.insert(*thing);
                continue;
            };
            bytes += item.bytes();
            if items.len() == PORTION_ITEMS_MAX || (bytes > PORTION_BYTES_MAX && !items.is_empty()) {
                break;
            }
            shown.insert(*thing);
            items.push(item);
        }
        self.things.retain(|thing| !shown.contains(thing));
        items
    }
}
