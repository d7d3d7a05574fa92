//! From ids to places in memory, and the places.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hash, Hasher};
use std::ops::{Index, IndexMut};

/// Which place an id has. Only ever looked up, never walked: nothing here depends on its order.
pub(super) type Places<Id> = HashMap<Id, u32, BuildHasherDefault<IdHasher>>;

/// Folds the bytes of an id. Ids are drawn by the server, so nobody can choose colliding ones.
#[derive(Default)]
pub(super) struct IdHasher(u64);

const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            if let Ok(chunk) = chunk.try_into() {
                self.write_u64(u64::from_le_bytes(chunk));
            }
        }
        for &byte in chunks.remainder() {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u64(&mut self, word: u64) {
        let product = u128::from(self.0 ^ word ^ SPREAD) * u128::from(SPREAD);
        self.0 = (product >> 64) as u64 ^ product as u64;
    }

    /// The length in front of the bytes says nothing: all ids are of one length.
    fn write_usize(&mut self, _: usize) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Which slot a ticket has: a table of eight bytes a cell, that leaves the id itself to the slab.
/// With a million tickets a look-up is one cold line here and the ticket's own, needed anyway.
#[derive(Default)]
pub(super) struct Slots {
    /// The hash's lower half above the slot plus one; 0 is a free cell. A power of two of them, at
    /// most half of them taken.
    cells: Vec<u64>,
    len: usize,
}

impl Slots {
    pub fn len(&self) -> usize {
        self.len
    }

    fn next(&self, at: usize) -> usize {
        (at + 1) & (self.cells.len() - 1)
    }

    fn home(&self, hash: u32) -> usize {
        hash as usize & (self.cells.len() - 1)
    }

    /// The slot with this hash that `is` the one.
    pub fn find(&self, hash: u32, is: impl Fn(u32) -> bool) -> Option<u32> {
        self.cell_of(hash, is).map(|at| slot_in(self.cells[at]))
    }

    fn cell_of(&self, hash: u32, is: impl Fn(u32) -> bool) -> Option<usize> {
        if self.len == 0 {
            return None;
        }
        let mut at = self.home(hash);
        while self.cells[at] != 0 {
            if hash_in(self.cells[at]) == hash && is(slot_in(self.cells[at])) {
                return Some(at);
            }
            at = self.next(at);
        }
        None
    }

    /// Adds a slot that is not in it.
    pub fn insert(&mut self, hash: u32, slot: u32) {
        if self.len * 2 >= self.cells.len() {
            let size = (self.cells.len() * 2).max(16);
            let cells = std::mem::replace(&mut self.cells, vec![0; size]);
            cells.into_iter().filter(|&cell| cell != 0).for_each(|cell| self.put(cell));
        }
        self.put(u64::from(hash) << 32 | u64::from(slot + 1));
        self.len += 1;
    }

    fn put(&mut self, cell: u64) {
        let mut at = self.home(hash_in(cell));
        while self.cells[at] != 0 {
            at = self.next(at);
        }
        self.cells[at] = cell;
    }

    pub fn remove(&mut self, hash: u32, slot: u32) {
        let Some(mut hole) = self.cell_of(hash, |other| other == slot) else { return };
        self.len -= 1;
        // Whatever was pushed past the hole moves back, so that no search ends too early.
        let mut at = self.next(hole);
        while self.cells[at] != 0 {
            let home = self.home(hash_in(self.cells[at]));
            let mask = self.cells.len() - 1;
            if at.wrapping_sub(home) & mask >= at.wrapping_sub(hole) & mask {
                self.cells[hole] = self.cells[at];
                hole = at;
            }
            at = self.next(at);
        }
        self.cells[hole] = 0;
    }
}

fn hash_in(cell: u64) -> u32 {
    (cell >> 32) as u32
}

fn slot_in(cell: u64) -> u32 {
    cell as u32 - 1
}

/// The hash of an id for [`Slots`].
pub(super) fn hash_of(id: &impl Hash) -> u32 {
    let mut hasher = IdHasher::default();
    id.hash(&mut hasher);
    hasher.finish() as u32
}

/// Items at fixed places; a place that becomes free is used again.
pub(super) struct Slab<T> {
    items: Vec<Option<T>>,
    free: Vec<u32>,
}

impl<T> Slab<T> {
    pub fn new() -> Self {
        Self { items: Vec::new(), free: Vec::new() }
    }

    pub fn insert(&mut self, item: T) -> u32 {
        if let Some(slot) = self.free.pop() {
            self.items[slot as usize] = Some(item);
            return slot;
        }
        self.items.push(Some(item));
        // Four thousand million tickets do not fit into memory.
        (self.items.len() - 1) as u32
    }

    pub fn remove(&mut self, slot: u32) -> Option<T> {
        let item = self.items.get_mut(slot as usize)?.take();
        if item.is_some() {
            self.free.push(slot);
        }
        item
    }

    pub fn iter(&self) -> impl Iterator<Item = (u32, &T)> {
        self.items.iter().enumerate().filter_map(|(slot, item)| Some((slot as u32, item.as_ref()?)))
    }
}

const GONE: &str = "a slot is held only as long as its item";

impl<T> Index<u32> for Slab<T> {
    type Output = T;
    fn index(&self, slot: u32) -> &T {
        self.items[slot as usize].as_ref().expect(GONE)
    }
}

impl<T> IndexMut<u32> for Slab<T> {
    fn index_mut(&mut self, slot: u32) -> &mut T {
        self.items[slot as usize].as_mut().expect(GONE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    proptest! {
        #[test]
        fn slots_are_found_until_they_are_removed(steps in prop::collection::vec((any::<bool>(), 0u32..64), 1..400)) {
            let mut slots = Slots::default();
            let mut plain = BTreeSet::new();
            // Crowded on purpose: eight slots share a hash.
            let hash = |slot: u32| slot / 8;
            for (insert, slot) in steps {
                if !insert {
                    slots.remove(hash(slot), slot);
                    plain.remove(&slot);
                } else if plain.insert(slot) {
                    slots.insert(hash(slot), slot);
                }
                prop_assert_eq!(slots.len(), plain.len());
                for slot in 0..64 {
                    let found = slots.find(hash(slot), |other| other == slot);
                    prop_assert_eq!(found, plain.get(&slot).copied());
                }
            }
        }
    }
}
