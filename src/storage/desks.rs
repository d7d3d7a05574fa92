//! The places requests come from.

use diesel::prelude::*;

use super::schema::desk::dsl;
use super::types::Yn;
use super::{AnyConnection, SYSTEM};
use crate::ids::{DeskId, LineId};
use crate::time::Wall;

/// A registered desk.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = super::schema::desk)]
pub struct Desk {
    /// The desk.
    #[diesel(column_name = desk_id)]
    pub id: DeskId,
    /// What staff call it.
    pub name: String,
    /// Where it stands.
    pub place: Option<String>,
    /// The hash of its key, as the gate makes it.
    pub key_hash: String,
    /// The line it asks for when it names none.
    pub line_id: Option<LineId>,
}

/// Registers a desk.
pub fn create(conn: &mut AnyConnection, new: &Desk, at: Wall) -> QueryResult<()> {
    diesel::insert_into(dsl::desk)
        .values((
            dsl::desk_id.eq(new.id),
            dsl::name.eq(&new.name),
            dsl::place.eq(&new.place),
            dsl::key_hash.eq(&new.key_hash),
            dsl::line_id.eq(new.line_id),
            (dsl::reg_dttm.eq(at), dsl::reg_id.eq(SYSTEM), dsl::mod_dttm.eq(at), dsl::mod_id.eq(SYSTEM)),
        ))
        .execute(conn)?;
    Ok(())
}

/// The desk, if it is in use.
pub fn by_id(conn: &mut AnyConnection, id: DeskId) -> QueryResult<Option<Desk>> {
    dsl::desk
        .find(id)
        .filter(dsl::use_yn.eq(Yn(true)).and(dsl::del_yn.eq(Yn(false))))
        .select(Desk::as_select())
        .first(conn)
        .optional()
}
