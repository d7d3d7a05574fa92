//! The tickets of one line in the order of R2: a B+ tree that also knows, below every branch, how
//! many tickets stand there and since when the earliest of each class has waited.
//!
//! That one addition answers, in a walk from the root, every question that would otherwise be a
//! scan: how many are ahead, who is first among those who have waited long enough for a tier, and
//! when the next one will have waited long enough. Nodes are freed when they are empty and never
//! merged: queues drain from the front, so nodes empty out by themselves.

use super::place::{Among, Class, Entry, Key, Summary};
use crate::time::Mono;

/// Most entries of a leaf and children of a branch: a million tickets are four levels deep.
const FAN: usize = 32;

#[derive(Debug)]
enum Node {
    Leaf(Vec<Entry>),
    Branch(Vec<Child>),
}

#[derive(Debug)]
struct Child {
    /// Nothing below is before this, everything in the children to the left is.
    first: Key,
    summary: Summary,
    node: Node,
}

/// The tickets of a line that stand, in order.
#[derive(Debug)]
pub(super) struct Order {
    root: Node,
    total: Summary,
}

impl Order {
    pub fn new() -> Self {
        Self { root: Node::Leaf(Vec::new()), total: Summary::NONE }
    }

    /// How many stand here, of these classes.
    pub fn count(&self, among: Among) -> u32 {
        self.total.count(among)
    }

    /// Since when the one of these classes that has waited longest waits.
    pub fn since_min(&self, among: Among) -> Option<Mono> {
        Some(self.total.since_min(among)).filter(|&since| since != u64::MAX).map(Mono)
    }

    pub fn insert(&mut self, entry: Entry) {
        self.total.add(entry.class, entry.since);
        if let Some(right) = self.root.insert(entry) {
            let left = std::mem::replace(&mut self.root, Node::Leaf(Vec::new()));
            // The first separator is never compared: whatever is smaller goes left anyway.
            let left = Child { first: left.first_key().unwrap_or(right.first), summary: left.summary(), node: left };
            let mut children = Vec::with_capacity(FAN + 1);
            children.extend([left, right]);
            self.root = Node::Branch(children);
        }
    }

    pub fn remove(&mut self, key: &Key) -> Option<Entry> {
        let entry = self.root.remove(key)?;
        if self.total.take(entry.class, entry.since) {
            self.total.since[entry.class as usize] = self.root.since_min(entry.class);
        }
        while let Node::Branch(children) = &mut self.root {
            match children.len() {
                0 => self.root = Node::Leaf(Vec::new()),
                1 => self.root = children.remove(0).node,
                _ => break,
            }
        }
        Some(entry)
    }

    /// Moves a ticket to another class, at the same place.
    pub fn set_class(&mut self, key: &Key, class: Class) {
        if let Some((was, since)) = self.root.set_class(key, class)
            && was != class
        {
            self.total.add(class, since);
            if self.total.take(was, since) {
                self.total.since[was as usize] = self.root.since_min(was);
            }
        }
    }

    /// How many of these classes stand before `key`.
    pub fn rank(&self, key: &Key, among: Among) -> u32 {
        self.root.rank(key, among)
    }

    /// The first one after `after` (from the front if none) of these classes that has waited since
    /// `latest` or longer.
    pub fn first(&self, after: Option<&Key>, among: Among, latest: Mono) -> Option<&Entry> {
        if self.total.since_min(among) > latest.0 { None } else { self.root.first(after, among, latest) }
    }

    pub fn get(&self, key: &Key) -> Option<&Entry> {
        let mut node = &self.root;
        loop {
            match node {
                Node::Leaf(entries) => return entries.binary_search_by(|e| e.key.cmp(key)).ok().map(|at| &entries[at]),
                Node::Branch(children) => node = &children[child_of(children, key)].node,
            }
        }
    }

    /// All of them, in order.
    pub fn iter(&self) -> Iter<'_> {
        Iter { entries: [].iter(), path: vec![Level::Root(&self.root)] }
    }

    /// Panics if the tree contradicts itself. Reads all of it.
    pub fn check(&self) {
        assert_eq!(self.total, self.root.check(), "the totals are those of the entries");
        let keys: Vec<Key> = self.iter().map(|entry| entry.key).collect();
        assert!(keys.is_sorted_by(|a, b| a < b), "R2: in order, each once");
    }
}

/// Which child a key belongs to.
fn child_of(children: &[Child], key: &Key) -> usize {
    children.partition_point(|child| child.first <= *key).saturating_sub(1)
}

/// Cuts a full node in two. At its right edge only the newest part moves on: lines grow at their
/// end, and nodes that are left full stay full.
fn split_at(len: usize, grown_at: usize) -> usize {
    if grown_at + 1 == len { len - 1 } else { len / 2 }
}

fn move_tail<T>(items: &mut Vec<T>, from: usize) -> Vec<T> {
    let mut tail = Vec::with_capacity(FAN + 1);
    tail.extend(items.drain(from..));
    tail
}

impl Node {
    /// Returns the right half if the node had to be cut.
    fn insert(&mut self, entry: Entry) -> Option<Child> {
        match self {
            Self::Leaf(entries) => {
                let at = entries.partition_point(|other| other.key < entry.key);
                if entries.len() == FAN {
                    // The entry that makes it split must not double the allocation.
                    entries.reserve_exact(1);
                }
                entries.insert(at, entry);
                if entries.len() <= FAN {
                    return None;
                }
                let tail = move_tail(entries, split_at(entries.len(), at));
                Some(Child::of(tail[0].key, Self::Leaf(tail)))
            }
            Self::Branch(children) => {
                let at = child_of(children, &entry.key);
                let child = &mut children[at];
                let Some(right) = child.node.insert(entry) else {
                    child.summary.add(entry.class, entry.since);
                    return None;
                };
                child.summary = child.node.summary();
                children.insert(at + 1, right);
                if children.len() <= FAN {
                    return None;
                }
                let tail = move_tail(children, split_at(children.len(), at + 1));
                Some(Child::of(tail[0].first, Self::Branch(tail)))
            }
        }
    }

    fn remove(&mut self, key: &Key) -> Option<Entry> {
        match self {
            Self::Leaf(entries) => {
                let at = entries.binary_search_by(|entry| entry.key.cmp(key)).ok()?;
                Some(entries.remove(at))
            }
            Self::Branch(children) => {
                let at = child_of(children, key);
                let child = children.get_mut(at)?;
                let entry = child.node.remove(key)?;
                if child.node.is_empty() {
                    children.remove(at);
                } else if child.summary.take(entry.class, entry.since) {
                    child.summary.since[entry.class as usize] = child.node.since_min(entry.class);
                }
                Some(entry)
            }
        }
    }

    fn set_class(&mut self, key: &Key, class: Class) -> Option<(Class, Mono)> {
        match self {
            Self::Leaf(entries) => {
                let at = entries.binary_search_by(|entry| entry.key.cmp(key)).ok()?;
                let entry = &mut entries[at];
                Some((std::mem::replace(&mut entry.class, class), entry.since))
            }
            Self::Branch(children) => {
                let at = child_of(children, key);
                let child = children.get_mut(at)?;
                let (was, since) = child.node.set_class(key, class)?;
                if was != class {
                    child.summary.add(class, since);
                    if child.summary.take(was, since) {
                        child.summary.since[was as usize] = child.node.since_min(was);
                    }
                }
                Some((was, since))
            }
        }
    }

    fn rank(&self, key: &Key, among: Among) -> u32 {
        match self {
            Self::Leaf(entries) => {
                let before = entries.iter().take_while(|entry| entry.key < *key);
                before.map(|entry| u32::from(among.has(entry.class as usize))).sum()
            }
            Self::Branch(children) => {
                let at = child_of(children, key);
                let left: u32 = children[..at].iter().map(|child| child.summary.count(among)).sum();
                left + children[at].node.rank(key, among)
            }
        }
    }

    fn first(&self, after: Option<&Key>, among: Among, latest: Mono) -> Option<&Entry> {
        match self {
            Self::Leaf(entries) => {
                let from = after.map_or(0, |key| entries.partition_point(|entry| entry.key <= *key));
                entries[from..].iter().find(|entry| among.has(entry.class as usize) && entry.since <= latest)
            }
            Self::Branch(children) => {
                let from = after.map_or(0, |key| child_of(children, key));
                children[from..].iter().enumerate().find_map(|(nth, child)| {
                    // Only in the child that holds `after` may nothing be found: at most one wasted look a level.
                    let after = if nth == 0 { after } else { None };
                    (child.summary.since_min(among) <= latest.0).then(|| child.node.first(after, among, latest))?
                })
            }
        }
    }

    fn since_min(&self, class: Class) -> u64 {
        let since = match self {
            Self::Leaf(entries) => {
                entries.iter().map(|entry| if entry.class == class { entry.since.0 } else { u64::MAX }).min()
            }
            Self::Branch(children) => children.iter().map(|child| child.summary.since[class as usize]).min(),
        };
        since.unwrap_or(u64::MAX)
    }

    fn summary(&self) -> Summary {
        let mut summary = Summary::NONE;
        match self {
            Self::Leaf(entries) => entries.iter().for_each(|entry| summary.add(entry.class, entry.since)),
            Self::Branch(children) => children.iter().for_each(|child| summary.join(&child.summary)),
        }
        summary
    }

    fn is_empty(&self) -> bool {
        match self {
            Self::Leaf(entries) => entries.is_empty(),
            Self::Branch(children) => children.is_empty(),
        }
    }

    fn first_key(&self) -> Option<Key> {
        match self {
            Self::Leaf(entries) => entries.first().map(|entry| entry.key),
            Self::Branch(children) => children.first().map(|child| child.first),
        }
    }

    fn check(&self) -> Summary {
        if let Self::Branch(children) = self {
            assert!(!children.is_empty() && children.len() <= FAN);
            for child in children {
                assert_eq!(child.summary, child.node.check(), "a branch knows what is below it");
            }
        }
        self.summary()
    }
}

impl Child {
    fn of(first: Key, node: Node) -> Self {
        Self { first, summary: node.summary(), node }
    }
}

enum Level<'a> {
    Root(&'a Node),
    Children(std::slice::Iter<'a, Child>),
}

/// See [`Order::iter`].
pub(super) struct Iter<'a> {
    entries: std::slice::Iter<'a, Entry>,
    path: Vec<Level<'a>>,
}

impl<'a> Iterator for Iter<'a> {
    type Item = &'a Entry;

    fn next(&mut self) -> Option<&'a Entry> {
        loop {
            if let Some(entry) = self.entries.next() {
                return Some(entry);
            }
            let node = match self.path.pop()? {
                Level::Root(node) => node,
                Level::Children(mut children) => {
                    let Some(child) = children.next() else { continue };
                    self.path.push(Level::Children(children));
                    &child.node
                }
            };
            match node {
                Node::Leaf(entries) => self.entries = entries.iter(),
                Node::Branch(children) => self.path.push(Level::Children(children.iter())),
            }
        }
    }
}
