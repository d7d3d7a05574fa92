//! The indexes that are no constraints: taken away before so much is put in, and built again after.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::Text;

use crate::storage::AnyConnection;

/// An index, by name, and how it is made again.
#[derive(QueryableByName)]
pub struct Index {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    made_by: String,
}

const SQLITE: &str = "SELECT name, sql AS made_by FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL
    AND lower(tbl_name) IN ('consultation', 'room', 'room_member', 'message') ORDER BY name";
const POSTGRES: &str = "SELECT indexname::text AS name, indexdef::text AS made_by FROM pg_indexes
    WHERE schemaname = current_schema()
      AND tablename IN ('consultation', 'room', 'room_member', 'message', 'consultation_terms')
      AND indexname LIKE ANY (ARRAY['ix\\_%', 'ux\\_%']) ORDER BY indexname";

impl Index {
    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Takes all of them away, and says which there were.
    pub fn drop_all(conn: &mut AnyConnection) -> QueryResult<Vec<Self>> {
        let query = if matches!(conn, AnyConnection::Sqlite(_)) { SQLITE } else { POSTGRES };
        let all: Vec<Self> = sql_query(query).load(conn)?;
        for index in &all {
            conn.batch_execute(&format!("DROP INDEX {}", index.name))?;
        }
        Ok(all)
    }

    /// Builds it again.
    pub fn make(&self, conn: &mut AnyConnection) -> QueryResult<()> {
        conn.batch_execute(&self.made_by)
    }
}
