//! The audit: who did what to whose data, from where. Append-only (the tables' triggers see to
//! that), and chained: each entry's hash covers the entry and the hash before it, so that none can
//! be changed, taken out or slipped in without every later hash being another.
//!
//! `HASH = hex(SHA-256(JSON array of the fields in the order of [`hash_of`]))`.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::storage::AnyConnection;
use crate::storage::engine::installation;
use crate::storage::schema::audit::{self, dsl};
use crate::time::Wall;

/// Under this name the last entry's number and hash are on file; whoever appends holds this row.
const HEAD: &str = "AUDIT_HEAD";
/// The hash before the first entry.
const ORIGIN: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// Entries read at once by [`verify`].
const VERIFY_PAGE: i64 = 1_000;

/// Who acts, with what they were called at that moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The account's id; `ANYONE` for somebody who is not logged in, `SYSTEM` for the server itself.
    pub id: String,
    /// The account's name at that moment.
    pub name: String,
    /// The account's role at that moment.
    pub role: String,
    /// The address the request came from.
    pub address: String,
    /// The request's id, as in the log.
    pub request_id: String,
}

impl Actor {
    /// The server itself.
    #[must_use]
    pub fn system() -> Self {
        let none = String::new;
        Self { id: crate::storage::SYSTEM.to_owned(), name: none(), role: none(), address: none(), request_id: none() }
    }
}

/// An entry to be appended; who acts, when and from where comes with it.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEntry {
    /// Such as `ACCOUNT_APPROVED`.
    pub action: &'static str,
    /// Such as `ACCOUNT`.
    pub subject_kind: &'static str,
    pub subject_id: String,
    /// What else there is to say; never a secret.
    pub detail: Value,
}

/// An entry as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Queryable, Selectable)]
#[diesel(table_name = audit)]
pub struct Entry {
    /// 1, 2, 3 … without a gap.
    #[diesel(column_name = audit_seq)]
    pub seq: i32,
    #[diesel(column_name = reg_dttm)]
    pub at: Wall,
    /// Who: an account's id, `ANYONE` or `SYSTEM`.
    #[diesel(column_name = reg_id)]
    pub actor: String,
    /// Their name at that moment.
    pub actor_name: String,
    /// Their role at that moment.
    pub actor_role: String,
    /// The address the request came from; empty for the server itself.
    pub address: String,
    /// The request's id, as in the log; empty for the server itself.
    pub request_id: String,
    pub action: String,
    /// To what kind of thing.
    pub subject_kind: String,
    pub subject_id: String,
    /// JSON.
    pub detail: String,
    /// The hash of the entry before.
    pub prev_hash: String,
    /// In hex; the module says what it covers.
    pub hash: String,
}

/// What a search is narrowed to. All of it must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only what this account did.
    pub actor: Option<String>,
    /// Only what was done to the thing with this id.
    pub subject: Option<String>,
    /// Only this action.
    pub action: Option<String>,
    /// At this moment or later.
    pub from: Option<Wall>,
    /// Before this moment.
    pub to: Option<Wall>,
}

/// What is wrong with the chain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// A number is not there.
    #[error("entry {0} is missing")]
    Missing(i32),
    /// An entry does not follow the one before.
    #[error("entry {0} does not follow the one before it")]
    Unlinked(i32),
    /// An entry is not what its hash says.
    #[error("entry {0} was changed after it was written")]
    Changed(i32),
    /// An entry that was noted has changed, and so have all that follow it.
    #[error("entry {0} is not the one that was noted: the chain was written anew")]
    Rewritten(i32),
    /// The last entry is not the one on record as the last.
    #[error("the chain ends at {found}, but {expected} was written")]
    Cut {
        /// What stands on record.
        expected: String,
        /// What is there instead.
        found: String,
    },
}

/// A chain that is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// How many entries.
    pub entries: i32,
    /// The hash of the last.
    pub head: String,
}

/// Appends `entries` to the chain. Takes the chain's head until the transaction ends: call it last.
pub fn append(conn: &mut AnyConnection, actor: &Actor, entries: &[NewEntry], at: Wall) -> QueryResult<()> {
    append_all(conn, &entries.iter().map(|entry| (actor, entry, at)).collect::<Vec<_>>())
}

/// [`append`] for the acts of several, each at its moment.
pub fn append_all(conn: &mut AnyConnection, entries: &[(&Actor, &NewEntry, Wall)]) -> QueryResult<()> {
    let Some(&(_, _, now)) = entries.last() else { return Ok(()) };
    let (mut seq, mut last) = head(&installation::settled(conn, HEAD, now)?);
    for &(actor, entry, at) in entries {
        seq += 1;
        let mut entry = Entry {
            seq,
            at,
            actor: actor.id.clone(),
            actor_name: actor.name.clone(),
            actor_role: actor.role.clone(),
            address: actor.address.clone(),
            request_id: actor.request_id.clone(),
            action: entry.action.to_owned(),
            subject_kind: entry.subject_kind.to_owned(),
            subject_id: entry.subject_id.clone(),
            detail: entry.detail.to_string(),
            prev_hash: last,
            hash: String::new(),
        };
        entry.hash = hash_of(&entry);
        last = entry.hash.clone();
        insert(conn, entry)?;
    }
    installation::put(conn, HEAD, &format!("{seq}:{last}"), now)
}

/// A page, the newest first; `after` is the number of the last entry of the page before.
pub fn list(conn: &mut AnyConnection, filter: &Filter, after: Option<i32>, limit: u32) -> QueryResult<Vec<Entry>> {
    let mut query = dsl::audit.order(dsl::audit_seq.desc()).limit(limit.into()).select(Entry::as_select()).into_boxed();
    if let Some(actor) = &filter.actor {
        query = query.filter(dsl::reg_id.eq(actor));
    }
    if let Some(subject) = &filter.subject {
        query = query.filter(dsl::subject_id.eq(subject));
    }
    if let Some(action) = &filter.action {
        query = query.filter(dsl::action.eq(action));
    }
    if let Some(from) = filter.from {
        query = query.filter(dsl::reg_dttm.ge(from));
    }
    if let Some(to) = filter.to {
        query = query.filter(dsl::reg_dttm.lt(to));
    }
    if let Some(after) = after {
        query = query.filter(dsl::audit_seq.lt(after));
    }
    query.load(conn)
}

/// Reads the whole chain; says what is broken first. `noted` is a number and a hash that must be in it.
pub fn verify(conn: &mut AnyConnection, noted: Option<&(i32, String)>) -> QueryResult<Result<Verified, Broken>> {
    let (mut seq, mut last) = (0, ORIGIN.to_owned());
    loop {
        let page: Vec<Entry> = dsl::audit
            .filter(dsl::audit_seq.gt(seq))
            .order(dsl::audit_seq)
            .limit(VERIFY_PAGE)
            .select(Entry::as_select())
            .load(conn)?;
        if page.is_empty() {
            break;
        }
        for entry in page {
            if let Err(broken) = follows(&entry, seq, &last) {
                return Ok(Err(broken));
            }
            if noted.is_some_and(|(seq, hash)| *seq == entry.seq && *hash != entry.hash) {
                return Ok(Err(Broken::Rewritten(entry.seq)));
            }
            (seq, last) = (entry.seq, entry.hash);
        }
    }
    let on_record = installation::get(conn, HEAD)?.unwrap_or_default();
    let found = if seq == 0 { String::new() } else { format!("{seq}:{last}") };
    if on_record != found {
        return Ok(Err(Broken::Cut { expected: on_record, found }));
    }
    Ok(match noted {
        Some((noted, _)) if *noted > seq => Err(Broken::Missing(*noted)),
        _ => Ok(Verified { entries: seq, head: last }),
    })
}

fn follows(entry: &Entry, seq: i32, last: &str) -> Result<(), Broken> {
    if entry.seq != seq + 1 {
        return Err(Broken::Missing(seq + 1));
    }
    if entry.prev_hash != last {
        return Err(Broken::Unlinked(entry.seq));
    }
    if entry.hash != hash_of(entry) {
        return Err(Broken::Changed(entry.seq));
    }
    Ok(())
}

fn head(value: &str) -> (i32, String) {
    let read = |(seq, hash): (&str, &str)| Some((seq.parse().ok()?, hash.to_owned()));
    value.split_once(':').and_then(read).unwrap_or((0, ORIGIN.to_owned()))
}

fn hash_of(entry: &Entry) -> String {
    let covered = json!([
        entry.seq,
        entry.at.0,
        entry.actor,
        entry.actor_name,
        entry.actor_role,
        entry.address,
        entry.request_id,
        entry.action,
        entry.subject_kind,
        entry.subject_id,
        entry.detail,
        entry.prev_hash,
    ]);
    Sha256::digest(covered.to_string()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn insert(conn: &mut AnyConnection, entry: Entry) -> QueryResult<()> {
    diesel::insert_into(dsl::audit)
        .values((
            dsl::audit_seq.eq(entry.seq),
            (dsl::action.eq(entry.action), dsl::actor_name.eq(entry.actor_name), dsl::actor_role.eq(entry.actor_role)),
            (dsl::address.eq(entry.address), dsl::request_id.eq(entry.request_id)),
            (dsl::subject_kind.eq(entry.subject_kind), dsl::subject_id.eq(entry.subject_id)),
            (dsl::detail.eq(entry.detail), dsl::prev_hash.eq(entry.prev_hash), dsl::hash.eq(entry.hash)),
            (dsl::reg_dttm.eq(entry.at), dsl::reg_id.eq(&entry.actor)),
            (dsl::mod_dttm.eq(entry.at), dsl::mod_id.eq(&entry.actor)),
        ))
        .execute(conn)?;
    Ok(())
}
