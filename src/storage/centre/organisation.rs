//! What the organisation is called.

use diesel::prelude::*;

use crate::storage::AnyConnection;
use crate::storage::engine::installation;
use crate::storage::schema::installation::dsl;
use crate::time::Wall;

/// Under this name it is on file.
const NAME: &str = "OFFICE_NAME";

/// The organisation's name; `None` until it was given one.
pub fn name(conn: &mut AnyConnection) -> QueryResult<Option<String>> {
    installation::get(conn, NAME)
}

/// Gives it another one. `by` is who does it, for the audit columns.
pub fn rename(conn: &mut AnyConnection, name: &str, by: &str, at: Wall) -> QueryResult<()> {
    installation::put(conn, NAME, name, at)?;
    diesel::update(dsl::installation.find(NAME)).set(dsl::mod_id.eq(by)).execute(conn)?;
    Ok(())
}
