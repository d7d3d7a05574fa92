//! Facts about this installation, by name: the signing key, the set-up token's hash.

use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;

use crate::storage::engine::connection::on_each;
use crate::storage::schema::installation::dsl;
use crate::storage::{AnyConnection, SYSTEM};
use crate::time::Wall;

/// The value under this name.
pub fn get(conn: &mut AnyConnection, name: &str) -> QueryResult<Option<String>> {
    dsl::installation.find(name).select(dsl::value).first(conn).optional()
}

/// Under this name: the oldest program that may serve these tables.
pub const VERSION_MIN: &str = "VERSION_MIN";
/// Under names that begin so, each with a node's id: the last group of its journal that was committed.
pub(crate) const MARKS: &str = "JOURNAL_MARK:";
/// Under this name: when it was last tried whether writing is possible.
const PROBE: &str = "JOURNAL_PROBE";

/// A small real write, for whoever must know whether writing is possible.
pub(crate) fn probe(conn: &mut AnyConnection, at: Wall) -> QueryResult<()> {
    put(conn, PROBE, &at.to_string(), at)
}

/// Puts the value there unless one is there already; gives back what stands. Two nodes that draw a
/// signing key at the same moment end up with the same one.
pub fn set_if_absent(conn: &mut AnyConnection, name: &str, value: &str, at: Wall) -> QueryResult<String> {
    on_each!(conn, inner => diesel::insert_into(dsl::installation)
        .values(row(name, value, at))
        .on_conflict_do_nothing()
        .execute(inner))?;
    dsl::installation.find(name).select(dsl::value).first(conn)
}

/// Puts the value there, whatever was there before.
pub fn put(conn: &mut AnyConnection, name: &str, value: &str, at: Wall) -> QueryResult<()> {
    on_each!(conn, inner => diesel::insert_into(dsl::installation)
        .values(row(name, value, at))
        .on_conflict(dsl::name)
        .do_update()
        .set((dsl::value.eq(value), dsl::mod_dttm.eq(at)))
        .execute(inner))?;
    Ok(())
}

/// The value, once every transaction that has it in hand has ended; empty if there was none.
pub(crate) fn settled(conn: &mut AnyConnection, name: &str, at: Wall) -> QueryResult<String> {
    on_each!(conn, inner => diesel::insert_into(dsl::installation)
        .values(row(name, "", at))
        .on_conflict(dsl::name)
        .do_update()
        .set(dsl::mod_dttm.eq(at))
        .returning(dsl::value)
        .get_result(inner))
}

/// Takes the value away; `false` if there was none.
pub fn remove(conn: &mut AnyConnection, name: &str) -> QueryResult<bool> {
    Ok(diesel::delete(dsl::installation.find(name)).execute(conn)? == 1)
}

/// Deletes the marks of journals whose nodes are on file no more, by the database's clock. Not before a day is over: a
/// node that starts may have a mark before it has a row.
pub(crate) fn forget_marks(conn: &mut PgConnection) -> QueryResult<usize> {
    let statement = "DELETE FROM INSTALLATION I WHERE I.NAME LIKE $1 || '%'
        AND I.MOD_DTTM < (CURRENT_TIMESTAMP AT TIME ZONE 'UTC') - INTERVAL '1 day'
        AND NOT EXISTS (SELECT 1 FROM NODE N WHERE I.NAME = $1 || N.NODE_ID)";
    sql_query(statement).bind::<Text, _>(MARKS).execute(conn)
}

#[derive(Insertable)]
#[diesel(table_name = crate::storage::schema::installation)]
struct Row<'a> {
    name: &'a str,
    value: &'a str,
    reg_dttm: Wall,
    reg_id: &'a str,
    mod_dttm: Wall,
    mod_id: &'a str,
}

fn row<'a>(name: &'a str, value: &'a str, at: Wall) -> Row<'a> {
    Row { name, value, reg_dttm: at, reg_id: SYSTEM, mod_dttm: at, mod_id: SYSTEM }
}
