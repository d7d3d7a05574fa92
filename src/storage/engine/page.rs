//! Keyset pages: newest first, by a moment and an id that breaks ties. They cost the same at any
//! depth, where an offset costs more with every page.

use uuid::Uuid;

use crate::time::Wall;

/// Most rows in one page of any list.
pub const PAGE_MAX: u32 = 200;

/// Where a page ended: the next one starts after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// The moment the list is ordered by, of the last row of the page.
    pub at: Wall,
    /// The id of that row.
    pub id: Uuid,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// Newest first; at most [`PAGE_MAX`].
    pub items: Vec<T>,
    /// Where to go on; `None` at the end.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// Of rows that were loaded with one more than `limit`, to see whether there are more.
    pub(crate) fn of(mut items: Vec<T>, limit: u32, cursor: impl FnOnce(&T) -> Cursor) -> Self {
        let limit = limit.min(PAGE_MAX) as usize;
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(cursor);
        Self { items, next }
    }
}

/// How many rows to load for a page of `limit`.
pub(crate) fn rows(limit: u32) -> i64 {
    i64::from(limit.min(PAGE_MAX)) + 1
}
