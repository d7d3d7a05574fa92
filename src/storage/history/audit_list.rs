//! The audit as somebody may read it: an entry is theirs if it is of something in their scope, or of
//! what they did themselves. What belongs to no line (searches, exports, codes, the office, a login
//! that nobody has) is for whoever did it, and for those who see all.

use std::collections::HashSet;

use diesel::prelude::*;

use crate::ids::{AccountId, DeskId, LineId, RoomId, TicketId};
use crate::storage::AnyConnection;
use crate::storage::engine::page::PAGE_MAX;
use crate::storage::history::audit::{self, Entry, Filter};
use crate::storage::people::scope::{Scope, SomeLines};
use crate::storage::schema::{account_line, consultation, desk, room};
use crate::storage::talk::groups::GROUP;

/// Most entries that one page looks at: where few of them are theirs the page is short, and its
/// cursor goes on from there.
pub const LOOKED_AT_MAX: usize = 2_000;

/// Entries, the newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditPage {
    /// The newest first; at most as many as were asked for.
    pub items: Vec<Entry>,
    /// The `after` of the next page; `None` at the end.
    pub next: Option<i32>,
}

/// A page of what `me` may read with this scope; `after` is where the page before ended.
pub fn list(
    conn: &mut AnyConnection,
    me: AccountId,
    scope: &Scope,
    filter: &Filter,
    after: Option<i32>,
    limit: u32,
) -> QueryResult<AuditPage> {
    match scope {
        Scope::All(_) => Ok(paged(audit::list(conn, filter, after, limit + 1)?, limit)),
        Scope::Lines(lines) => of_lines(conn, me, lines, filter, after, limit),
        Scope::Own if filter.actor.as_ref().is_some_and(|actor| *actor != me.to_string()) => {
            Ok(AuditPage { items: Vec::new(), next: None })
        }
        Scope::Own => {
            let own = Filter { actor: Some(me.to_string()), ..filter.clone() };
            Ok(paged(audit::list(conn, &own, after, limit + 1)?, limit))
        }
    }
}

/// Of what was loaded with one more than `limit`, to see whether there is more.
fn paged(mut items: Vec<Entry>, limit: u32) -> AuditPage {
    let has_more = items.len() > limit as usize;
    items.truncate(limit as usize);
    let next = items.last().filter(|_| has_more).map(|last| last.seq);
    AuditPage { items, next }
}

fn of_lines(
    conn: &mut AnyConnection,
    me: AccountId,
    lines: &SomeLines,
    filter: &Filter,
    mut after: Option<i32>,
    limit: u32,
) -> QueryResult<AuditPage> {
    let (mut items, mut looked_at, me) = (Vec::new(), 0, me.to_string());
    loop {
        let some = audit::list(conn, filter, after, PAGE_MAX)?;
        let is_last = some.len() < PAGE_MAX as usize;
        looked_at += some.len();
        after = some.last().map(|last| last.seq);
        let theirs = subjects(conn, lines.ids(), &some)?;
        items.extend(some.into_iter().filter(|entry| entry.actor == me || theirs.contains(&entry.subject_id)));
        if is_last || items.len() > limit as usize || looked_at >= LOOKED_AT_MAX {
            let page = paged(items, limit);
            return Ok(AuditPage { next: page.next.or(after.filter(|_| !is_last)), ..page });
        }
    }
}

/// The subjects of these entries that are of these lines. An id is a UUID: it names one thing only,
/// whatever its kind.
fn subjects(conn: &mut AnyConnection, lines: &[LineId], entries: &[Entry]) -> QueryResult<HashSet<String>> {
    fn of_kinds<Id: std::str::FromStr>(entries: &[Entry], kinds: &[&str]) -> Vec<Id> {
        let of_kind = entries.iter().filter(|entry| kinds.contains(&entry.subject_kind.as_str()));
        of_kind.filter_map(|entry| entry.subject_id.parse().ok()).collect()
    }
    fn texts<Id: ToString>(ids: Vec<Id>) -> impl Iterator<Item = String> {
        ids.into_iter().map(|id| id.to_string())
    }
    let lines = lines.to_vec();
    let mut theirs: HashSet<String> = of_kinds::<LineId>(entries, &["LINE"])
        .into_iter()
        .filter(|line| lines.contains(line))
        .map(|line| line.to_string())
        .collect();
    let talks = consultation::table
        .filter(consultation::consultation_id.eq_any(of_kinds::<TicketId>(entries, &["CONSULTATION", "TICKET"])))
        .filter(consultation::line_id.eq_any(lines.clone()))
        .select(consultation::consultation_id);
    theirs.extend(texts(talks.load::<TicketId>(conn)?));
    let rooms = room::table
        .left_join(consultation::table)
        .filter(room::room_id.eq_any(of_kinds::<RoomId>(entries, &["ROOM"])))
        .filter(room::kind.eq(GROUP).or(consultation::line_id.nullable().assume_not_null().eq_any(lines.clone())))
        .select(room::room_id);
    theirs.extend(texts(rooms.load::<RoomId>(conn)?));
    let desks = desk::table
        .filter(desk::desk_id.eq_any(of_kinds::<DeskId>(entries, &["DESK"])))
        .filter(desk::line_id.assume_not_null().eq_any(lines.clone()))
        .select(desk::desk_id);
    theirs.extend(texts(desks.load::<DeskId>(conn)?));
    let people = account_line::table
        .filter(account_line::account_id.eq_any(of_kinds::<AccountId>(entries, &["ACCOUNT"])))
        .filter(account_line::line_id.eq_any(lines))
        .select(account_line::account_id);
    theirs.extend(texts(people.load::<AccountId>(conn)?));
    Ok(theirs)
}
