//! The live schema against the committed one: a database changed by hand is found at start, not
//! at the first query that trips over it. It may have more than this program knows, as a newer one adds
//! (tables, and columns that may be left out); never less, and nothing that is otherwise.
//!
//! `schema.rs` is the one description of the tables; it is read here as text, so there is no
//! second list to keep.

use std::collections::BTreeMap;

use diesel::sql_types::Text;
use diesel::{QueryResult, QueryableByName, RunQueryDsl, sql_query};

use crate::storage::engine::open_error::one_line;
use crate::storage::{AnyConnection, OpenError};

/// The tables as the program was built for them.
pub const SCHEMA: &str = include_str!("../schema.rs");

/// Tables by name, their columns by name.
type Tables = BTreeMap<String, BTreeMap<String, Column>>;

#[derive(Clone, Debug, PartialEq, Eq)]
struct Column {
    /// As `schema.rs` writes it.
    of: String,
    /// Whether a new row may leave it out.
    may_be_left_out: bool,
}

#[derive(QueryableByName)]
struct LiveColumn {
    #[diesel(sql_type = Text)]
    table_name: String,
    #[diesel(sql_type = Text)]
    column_name: String,
    #[diesel(sql_type = Text)]
    type_name: String,
    #[diesel(sql_type = Text)]
    nullable: String,
    #[diesel(sql_type = Text)]
    has_default: String,
}

/// The columns of every table of ours, in both engines' own words.
const SQLITE: &str = "SELECT lower(m.name) AS table_name, lower(c.name) AS column_name,
        lower(c.type) AS type_name, CASE c.\"notnull\" WHEN 0 THEN 'YES' ELSE 'NO' END AS nullable,
        CASE WHEN c.dflt_value IS NULL THEN 'NO' ELSE 'YES' END AS has_default
   FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'";
const POSTGRES: &str = "SELECT table_name::text AS table_name, column_name::text AS column_name,
        data_type::text AS type_name, is_nullable::text AS nullable,
        CASE WHEN column_default IS NULL AND is_identity = 'NO' AND is_generated = 'NEVER' THEN 'NO' ELSE 'YES' END
            AS has_default
   FROM information_schema.columns WHERE table_schema = current_schema()";

/// Refuses a database whose tables are not those of `schema.rs`. Tables of other programs are left alone.
pub(crate) fn run(conn: &mut AnyConnection) -> Result<(), OpenError> {
    let live = live(conn).map_err(|error| OpenError::Migration { reason: one_line(&error.to_string()) })?;
    compare(&committed(SCHEMA), &live)
}

fn live(conn: &mut AnyConnection) -> QueryResult<Tables> {
    let columns: Vec<LiveColumn> = match conn {
        AnyConnection::Sqlite(conn) => sql_query(SQLITE).load(conn)?,
        AnyConnection::Postgres(conn) => sql_query(POSTGRES).load(conn)?,
    };
    let mut tables = Tables::new();
    for column in columns {
        let name = match column.type_name.as_str() {
            "text" => "Text",
            "integer" => "Integer",
            "blob" | "bytea" => "Binary",
            "timestamp" | "timestamp without time zone" => "Timestamp",
            other => other,
        };
        let is_nullable = column.nullable == "YES";
        let of = if is_nullable { format!("Nullable<{name}>") } else { name.to_owned() };
        let column_is = Column { of, may_be_left_out: is_nullable || column.has_default == "YES" };
        tables.entry(column.table_name).or_default().insert(column.column_name, column_is);
    }
    Ok(tables)
}

fn committed(schema: &str) -> Tables {
    let mut tables = Tables::new();
    let mut table = String::new();
    for line in schema.lines().map(str::trim) {
        if let Some((name, _)) = line.split_once(" (").filter(|_| line.ends_with('{')) {
            name.clone_into(&mut table);
        } else if let Some((column, of)) = line.split_once(" -> ").filter(|_| line.ends_with(',')) {
            let of = Column { of: of.trim_end_matches(',').into(), may_be_left_out: false };
            tables.entry(table.clone()).or_default().insert(column.into(), of);
        }
    }
    tables
}

fn compare(expected: &Tables, live: &Tables) -> Result<(), OpenError> {
    let differs = |table: &str, column: &str, difference: String| {
        Err(OpenError::Differs { table: table.to_uppercase(), column: column.to_uppercase(), difference })
    };
    for (table, columns) in expected {
        let Some(found) = live.get(table) else { return differs(table, "*", "the table is missing".into()) };
        for (column, expected) in columns {
            match found.get(column) {
                None => return differs(table, column, "it is missing".into()),
                Some(found) if found.of != expected.of => {
                    return differs(table, column, format!("it is {}, not {}", found.of, expected.of));
                }
                Some(_) => {}
            }
        }
        let must_be_given = found.iter().find(|(name, more)| !columns.contains_key(*name) && !more.may_be_left_out);
        if let Some((unknown, _)) = must_be_given {
            return differs(table, unknown, "it is not known here and cannot be left out".into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str =
        "diesel::table! {\n    room (room_id) {\n        room_id -> Text,\n        info -> Nullable<Text>,\n    }\n}";

    fn changed(change: impl FnOnce(&mut Tables)) -> String {
        let mut live = committed(SMALL);
        change(&mut live);
        compare(&committed(SMALL), &live).map_or_else(|error| error.to_string(), |()| "same".into())
    }

    fn column(of: &str, may_be_left_out: bool) -> Column {
        Column { of: of.into(), may_be_left_out }
    }

    fn with(live: &mut Tables, name: &str, column: Column) {
        live.get_mut("room").unwrap().insert(name.into(), column);
    }

    #[test]
    fn a_difference_names_the_table_and_the_column() {
        let cases: [(String, &str); 4] = [
            (changed(BTreeMap::clear), "table ROOM, column *: the table is missing"),
            (changed(|live| drop(live.get_mut("room").unwrap().remove("info"))), "column INFO: it is missing"),
            (changed(|live| with(live, "info", column("Text", false))), "column INFO: it is Text, not Nullable<Text>"),
            (
                changed(|live| with(live, "x", column("Text", false))),
                "column X: it is not known here and cannot be left out",
            ),
        ];
        for (message, expected) in cases {
            assert!(message.contains(expected), "{message}");
        }
    }

    #[test]
    fn a_database_may_have_more_than_is_known_here() {
        assert_eq!(changed(|_| ()), "same");
        assert_eq!(changed(|live| drop(live.insert("other".into(), BTreeMap::new()))), "same");
        assert_eq!(changed(|live| with(live, "x", column("Nullable<Text>", true))), "same");
        assert_eq!(changed(|live| with(live, "x", column("Text", true))), "same", "with a default");
    }

    #[test]
    fn the_committed_schema_is_read_whole() {
        let tables = committed(SCHEMA);
        assert!(tables.len() >= 11);
        assert_eq!(tables["message"]["seq"].of, "Integer");
        assert_eq!(tables["room"]["consultation_id"].of, "Nullable<Text>");
    }
}
