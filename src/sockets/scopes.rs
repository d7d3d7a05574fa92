//! In which scope whatever somebody has open was let in: what they look at goes by it as long as it stays open.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher as _};

use crate::ids::AccountId;

/// A scope, told from all others: what is in it need not lie about here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScopeMark(u64);

impl ScopeMark {
    /// Of this scope.
    #[must_use]
    pub fn of(scope: &impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        scope.hash(&mut hasher);
        Self(hasher.finish())
    }
}

/// As many entries as accounts that ever opened something: each the oldest scope of what is open.
#[derive(Default)]
pub(super) struct Scopes(HashMap<AccountId, ScopeMark>);

impl Scopes {
    /// Something opens by a scope read just now. Beside what `is_open` by an older one, that counts: all of it goes
    /// when it is another on file.
    pub(super) fn let_in(&mut self, account: AccountId, mark: ScopeMark, is_open: bool) {
        if is_open {
            self.0.entry(account).or_insert(mark);
        } else {
            self.0.insert(account, mark);
        }
    }

    /// What they have open ends.
    pub(super) fn forget(&mut self, account: AccountId) {
        self.0.remove(&account);
    }

    pub(super) fn of(&self, account: AccountId) -> Option<ScopeMark> {
        self.0.get(&account).copied()
    }
}

#[test]
fn the_oldest_scope_of_what_is_open_counts() {
    let (mut scopes, kim) = (Scopes::default(), AccountId::from(1));
    let [first, second] = [1, 2].map(|scope: u8| ScopeMark::of(&scope));
    scopes.let_in(kim, first, false);
    scopes.let_in(kim, second, true);
    assert_eq!(scopes.of(kim), Some(first));
    scopes.let_in(kim, second, false);
    assert_eq!(scopes.of(kim), Some(second), "the first is not open any more");
    scopes.forget(kim);
    assert_eq!(scopes.of(kim), None);
}
