//! What must hold of nodes over a store, counted again from what the world saw.

use super::nodes::{Node, Nodes, SeenLook};
use crate::cluster::members::State;
use crate::ids::{NodeId, TermId};

impl Nodes {
    /// Who takes a lease that is not empty, and whose holder is there, takes it from nobody who decides.
    pub(super) fn check_take(&self, by: NodeId, seen: Option<TermId>, seen_beat: u64) -> Result<(), String> {
        let lease = self.store.lease();
        let Some((holder, term)) = lease.holder.filter(|_| lease.beat == seen_beat) else { return Ok(()) };
        let is_there = self.store.there().iter().any(|row| row.who.node == holder);
        let decides = self.place_of(holder).and_then(|place| self.decides(place));
        if is_there && seen == Some(term) && decides.is_some_and(|(decides, _)| decides == term) {
            return Err(format!("{holder} decides while {by} takes the lease"));
        }
        Ok(())
    }

    /// Counts again, from the looks as they came in, whether `by` may have found `node` gone.
    pub(super) fn check_gone(&self, by: NodeId, node: NodeId) -> Result<(), String> {
        // Whoever declares and dies before it arrives has left no looks behind.
        let Some(observer) = self.place_of(by).and_then(|place| self.nodes[place].as_ref()) else { return Ok(()) };
        let row = |look: &SeenLook| {
            let rows = look.found.as_ref()?;
            rows.nodes.iter().find(|row| row.who.node == node).map(|row| (row.beat, row.held))
        };
        let Some(last) = observer.looks.iter().rev().find(|look| row(look).is_some()) else {
            return Err(format!("{by} declares {node} gone and never saw it"));
        };
        let (beat, _) = row(last).unwrap_or_default();
        let (mut since, mut unheld_since, mut later, mut unheld) = (last.begun, None, last, true);
        for look in observer.looks.iter().rev().skip_while(|look| !std::ptr::eq(*look, last)) {
            let close = std::ptr::eq(later, look) || later.answered.0 - look.begun.0 <= 2_000_000;
            let Some((_, held)) = row(look).filter(|(seen, _)| close && *seen == beat) else { break };
            since = look.begun;
            unheld &= !held;
            if unheld {
                unheld_since = Some(look.begun);
            }
            later = look;
        }
        let saw_held = |look: &SeenLook| look.connection == last.connection && row(look).is_some_and(|(_, held)| held);
        let held_before = observer.looks.iter().any(saw_held);
        let still = last.begun.0 - since.0;
        let unheld = unheld_since.filter(|_| held_before).map_or(0, |since| last.begun.0 - since.0);
        if still >= 6_000_000 || unheld >= 2_000_000 {
            return Ok(());
        }
        Err(format!("{by} declares {node} gone after {still} µs of looks, {unheld} without its lock"))
    }

    /// All is well from now on, for long enough: a node starts where all others are dead or drain.
    pub(super) fn heal(&mut self) -> Result<(), String> {
        self.away_until = self.now;
        self.slow_max_ms = 10;
        let now = self.now;
        for node in self.nodes.iter_mut().flatten() {
            (node.paused_until, node.cut_until, node.hangs_until) = (now, now, now);
        }
        let healthy = |node: &Option<Node>| node.as_ref().is_some_and(|node| !node.drains);
        if !self.nodes.iter().any(healthy) {
            self.kill(0, false);
            self.start(0);
        }
        // A connection that hung is given up after 2 s and made anew; then stillness, a round, and 3 s if
        // only clocks that are off are left.
        self.run(2_500 + 6_000 + 2_000 + 3_000 + 1_500)
    }

    /// Some time after all is well.
    pub(super) fn check_healed(&self) -> Result<(), String> {
        let deciding: Vec<_> = (0..self.nodes.len()).filter_map(|place| self.decides(place)).collect();
        let on_file = self.store.lease();
        if deciding.len() != 1 || on_file.holder.map(|(_, term)| term) != Some(deciding[0].0) {
            return Err(format!("{deciding:?} decide, on file is {on_file:?}"));
        }
        let there: Vec<NodeId> = self.store.there().iter().map(|row| row.who.node).collect();
        for node in self.nodes.iter().flatten() {
            if !there.contains(&node.id) || (!node.drains && !node.members.is_ready(self.now)) {
                return Err(format!("{} lives and is {:?}", node.id, node.members.state()));
            }
        }
        if there.len() != self.nodes.iter().flatten().count() {
            return Err(format!("somebody dead is still there: {there:?}"));
        }
        Ok(())
    }

    /// Where it is decided who is matched.
    pub(super) fn matchmaker(&self) -> Option<usize> {
        (0..self.nodes.len()).find(|place| self.decides(*place).is_some())
    }

    /// The states that are on file.
    pub(super) fn states(&self) -> Vec<State> {
        self.store.there().iter().map(|row| row.state).collect()
    }
}
