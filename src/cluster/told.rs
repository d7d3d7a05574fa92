//! What another node has announced.

use std::collections::BTreeMap;

use super::faults::{Broken, Fault};

/// What a node holds, as it has told us: the hearer's half of an announcement.
///
/// An announcement replaces: once it is whole, what it did not name is not there. Until then what
/// was known before stays, and it is the owner's to pass it over ([`Told::is_whole`]). That, and not
/// redelivery, is what repairs after a break: whatever was lost with the old session, a new one says
/// how it is.
#[derive(Debug)]
pub struct Told<K, V> {
    /// Each with the announcement that named it last.
    known: BTreeMap<K, (u64, V)>,
    /// Counts announcements.
    current: u64,
    whole: bool,
    broken: Broken,
}

impl<K: Ord + Clone, V> Default for Told<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Ord + Clone, V> Told<K, V> {
    /// Nothing was told yet.
    #[must_use]
    pub fn new() -> Self {
        Self { known: BTreeMap::new(), current: 0, whole: false, broken: Broken::default() }
    }

    /// The same, with this defect.
    #[cfg(debug_assertions)]
    #[must_use]
    pub fn broken(mut self, fault: Fault) -> Self {
        self.broken = Broken::by(fault);
        self
    }

    /// The link broke: what is known is not to be relied on until the next announcement is whole.
    pub fn broke(&mut self) {
        self.whole = false;
    }

    /// A new session: its announcement begins.
    pub fn begin(&mut self) {
        self.current += 1;
        self.whole = false;
    }

    /// It holds this: named by the announcement, or come since.
    pub fn put(&mut self, key: K, value: V) {
        self.known.insert(key, (self.current, value));
    }

    /// It does not hold this any more.
    pub fn take(&mut self, key: &K) -> Option<V> {
        self.known.remove(key).map(|(_, value)| value)
    }

    /// The announcement is whole: what it did not name is taken out and handed back.
    pub fn end(&mut self) -> Vec<(K, V)> {
        self.whole = true;
        if self.broken.is(Fault::OnlyAdds) {
            return Vec::new();
        }
        let current = self.current;
        let not_named = self.known.extract_if(.., |_, (named, _)| *named != current);
        not_named.map(|(key, (_, value))| (key, value)).collect()
    }

    /// Whether what is known is what the node holds: an announcement is whole, and no break came
    /// after it.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        self.whole
    }

    /// One of the things it holds.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<&V> {
        self.known.get(key).map(|(_, value)| value)
    }

    /// All it holds, in the order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = (&K, &V)> {
        self.known.iter().map(|(key, (_, value))| (key, value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_announcement_replaces_once_it_is_whole() {
        let mut told = Told::new();
        told.begin();
        told.put(1, "a");
        told.put(2, "b");
        assert!(!told.is_whole());
        assert!(told.end().is_empty());
        assert!(told.is_whole());
        told.broke();
        assert!(!told.is_whole() && told.get(&1).is_some(), "kept, but not relied on");
        told.begin();
        told.put(2, "c");
        assert_eq!(told.get(&1), Some(&"a"), "it may still come");
        told.put(3, "d");
        assert_eq!(told.end(), [(1, "a")]);
        assert_eq!(told.iter().collect::<Vec<_>>(), [(&2, &"c"), (&3, &"d")]);
        assert_eq!(told.take(&3), Some("d"));
    }
}
