//! The places requests come from.

use diesel::prelude::*;

use crate::ids::{DeskId, LineId};
use crate::storage::engine::flag::Yn;
use crate::storage::engine::page::rows;
use crate::storage::people::scope::Scope;
use crate::storage::schema::desk::{self, dsl};
use crate::storage::{AnyConnection, Cursor, Page};
use crate::time::Wall;

/// A desk without a key has this hash, which no key has.
pub const NO_KEY: &str = "";

/// A registered desk.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = desk)]
pub struct Desk {
    #[diesel(column_name = desk_id)]
    pub id: DeskId,
    /// What staff call it.
    pub name: String,
    /// Where it stands.
    pub place: Option<String>,
    /// The hash of its key, as the gate makes it; [`NO_KEY`] if it has none.
    pub key_hash: String,
    /// When the key was made.
    #[diesel(column_name = key_dttm)]
    pub key_at: Option<Wall>,
    /// The line it asks for when it names none.
    pub line_id: Option<LineId>,
    /// Until when the enrolment link works, if there is one.
    pub enrol_until: Option<Wall>,
    /// Whether it may open sockets.
    #[diesel(column_name = use_yn, deserialize_as = Yn)]
    pub in_use: bool,
    /// Whether it is deleted.
    #[diesel(column_name = del_yn, deserialize_as = Yn)]
    pub deleted: bool,
    /// Counts edits; starts at 1. Keys come and go without being an edit.
    pub version: i32,
    /// When it was registered.
    #[diesel(column_name = reg_dttm)]
    pub made_at: Wall,
}

/// A desk to be registered, in use from the start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDesk {
    pub id: DeskId,
    /// What staff call it.
    pub name: String,
    /// Where it stands.
    pub place: Option<String>,
    /// The hash of its key.
    pub key_hash: String,
    /// The line it asks for when it names none.
    pub line_id: Option<LineId>,
}

/// Registers a desk. `by` is who does it, for the audit columns.
pub fn create(conn: &mut AnyConnection, new: &NewDesk, by: &str, at: Wall) -> QueryResult<()> {
    diesel::insert_into(dsl::desk)
        .values((
            dsl::desk_id.eq(new.id),
            dsl::name.eq(&new.name),
            dsl::place.eq(&new.place),
            (dsl::key_hash.eq(&new.key_hash), dsl::key_dttm.eq(at)),
            dsl::line_id.eq(new.line_id),
            (dsl::reg_dttm.eq(at), dsl::reg_id.eq(by), dsl::mod_dttm.eq(at), dsl::mod_id.eq(by)),
        ))
        .execute(conn)?;
    Ok(())
}

/// The desk, if it is in use.
pub fn by_id(conn: &mut AnyConnection, id: DeskId) -> QueryResult<Option<Desk>> {
    Ok(find(conn, id)?.filter(|desk| desk.in_use && !desk.deleted))
}

/// What these desks are called and where they stand, in no order.
pub fn places(conn: &mut AnyConnection, ids: Vec<DeskId>) -> QueryResult<Vec<(DeskId, String, Option<String>)>> {
    dsl::desk.filter(dsl::desk_id.eq_any(ids)).select((dsl::desk_id, dsl::name, dsl::place)).load(conn)
}

/// The hashes of the keys of these desks, in no order; one that is not in use has none.
pub fn keys(conn: &mut AnyConnection, ids: Vec<DeskId>) -> QueryResult<Vec<(DeskId, String)>> {
    let in_use = dsl::use_yn.eq(Yn(true)).and(dsl::del_yn.eq(Yn(false)));
    dsl::desk.filter(dsl::desk_id.eq_any(ids)).filter(in_use).select((dsl::desk_id, dsl::key_hash)).load(conn)
}

/// What every desk there ever was is called, in no order.
pub fn names(conn: &mut AnyConnection) -> QueryResult<Vec<(DeskId, String)>> {
    dsl::desk.select((dsl::desk_id, dsl::name)).load(conn)
}

/// The desk, in use or not, deleted or not.
pub fn find(conn: &mut AnyConnection, id: DeskId) -> QueryResult<Option<Desk>> {
    dsl::desk.find(id).select(Desk::as_select()).first(conn).optional()
}

/// The desks in `scope`, the newest first; those deleted only if `with_deleted`.
pub fn list(
    conn: &mut AnyConnection,
    scope: &Scope,
    with_deleted: bool,
    after: Option<Cursor>,
    limit: u32,
) -> QueryResult<Page<Desk>> {
    let mut query = dsl::desk
        .order((dsl::reg_dttm.desc(), dsl::desk_id.desc()))
        .limit(rows(limit))
        .select(Desk::as_select())
        .into_boxed();
    if !with_deleted {
        query = query.filter(dsl::del_yn.eq(Yn(false)));
    }
    if let Some(lines) = scope.narrow(None) {
        query = query.filter(dsl::line_id.assume_not_null().eq_any(lines));
    }
    if let Some(Cursor { at, id }) = after {
        let earlier = dsl::reg_dttm.lt(at);
        query = query.filter(earlier.or(dsl::reg_dttm.eq(at).and(dsl::desk_id.lt(DeskId(id)))));
    }
    let found = query.load(conn)?;
    Ok(Page::of(found, limit, |desk: &Desk| Cursor { at: desk.made_at, id: desk.id.0 }))
}

/// Puts what staff may edit on file (name, place, line, in use, deleted), if `desk.version` is the
/// one on file; `false` if somebody else was quicker.
pub fn save(conn: &mut AnyConnection, desk: &Desk, by: &str, at: Wall) -> QueryResult<bool> {
    let saved = diesel::update(dsl::desk.find(desk.id).filter(dsl::version.eq(desk.version)))
        .set((
            dsl::name.eq(&desk.name),
            dsl::place.eq(&desk.place),
            dsl::line_id.eq(desk.line_id),
            dsl::use_yn.eq(Yn(desk.in_use)),
            dsl::del_yn.eq(Yn(desk.deleted)),
            dsl::version.eq(dsl::version + 1),
            (dsl::mod_dttm.eq(at), dsl::mod_id.eq(by)),
        ))
        .execute(conn)?;
    Ok(saved == 1)
}

/// Gives the desk another key, or with [`NO_KEY`] takes it away, and any enrolment link with it.
pub fn set_key(conn: &mut AnyConnection, id: DeskId, key_hash: &str, by: &str, at: Wall) -> QueryResult<()> {
    let desk = dsl::desk.find(id);
    let changed = (dsl::key_hash.eq(key_hash), dsl::mod_dttm.eq(at), dsl::mod_id.eq(by));
    if key_hash == NO_KEY {
        let without =
            (dsl::key_dttm.eq(None::<Wall>), dsl::enrol_hash.eq(None::<String>), dsl::enrol_until.eq(None::<Wall>));
        diesel::update(desk).set((changed, without)).execute(conn)?;
    } else {
        diesel::update(desk).set((changed, dsl::key_dttm.eq(at))).execute(conn)?;
    }
    Ok(())
}

/// Makes an enrolment link work until then; the one before works no more.
pub fn set_enrolment(
    conn: &mut AnyConnection,
    id: DeskId,
    token_hash: &str,
    until: Wall,
    by: &str,
    at: Wall,
) -> QueryResult<()> {
    diesel::update(dsl::desk.find(id))
        .set((dsl::enrol_hash.eq(token_hash), dsl::enrol_until.eq(until), (dsl::mod_dttm.eq(at), dsl::mod_id.eq(by))))
        .execute(conn)?;
    Ok(())
}

/// Takes the enrolment link's token away and gives its desk the key; `None` if the token is not, or
/// no longer, good. Of any number of callers one gets the desk.
pub fn enrol(
    conn: &mut AnyConnection,
    token_hash: &str,
    key_hash: &str,
    by: &str,
    at: Wall,
) -> QueryResult<Option<Desk>> {
    let is_good = || dsl::enrol_hash.eq(token_hash.to_owned()).and(dsl::enrol_until.gt(at));
    let in_use = dsl::use_yn.eq(Yn(true)).and(dsl::del_yn.eq(Yn(false)));
    let found: Option<DeskId> =
        dsl::desk.filter(is_good()).filter(in_use).select(dsl::desk_id).first(conn).optional()?;
    let Some(id) = found else { return Ok(None) };
    // The token is compared once more where the row is locked.
    let taken = diesel::update(dsl::desk.find(id).filter(is_good()))
        .set((
            dsl::enrol_hash.eq(None::<String>),
            dsl::enrol_until.eq(None::<Wall>),
            dsl::key_hash.eq(key_hash),
            dsl::key_dttm.eq(at),
            (dsl::mod_dttm.eq(at), dsl::mod_id.eq(by)),
        ))
        .execute(conn)?;
    if taken == 1 { find(conn, id) } else { Ok(None) }
}

/// Takes a line that is no more away from the desks that asked for it; how many those were.
pub fn leave_line(conn: &mut AnyConnection, line: LineId, by: &str, at: Wall) -> QueryResult<usize> {
    diesel::update(dsl::desk.filter(dsl::line_id.eq(line)))
        .set((
            dsl::line_id.eq(None::<LineId>),
            dsl::version.eq(dsl::version + 1),
            (dsl::mod_dttm.eq(at), dsl::mod_id.eq(by)),
        ))
        .execute(conn)
}
