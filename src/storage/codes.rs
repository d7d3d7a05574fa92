//! Codes kept as data: what the pages show for `RESOLVED` or `MEAL`.

use diesel::prelude::*;

use super::AnyConnection;
use super::schema::common_code::dsl;
use super::types::Yn;

/// A code with its two texts.
#[derive(Clone, Debug, PartialEq, Eq, Queryable)]
pub struct Code {
    /// `RESULT`, `PAUSE_REASON`, `TOPIC`, `LANGUAGE`.
    pub group: String,
    /// What is stored elsewhere.
    pub code: String,
    /// Korean.
    pub value: String,
    /// English.
    pub value_en: String,
}

/// The codes of a group that are in use, in their order.
pub fn of_group(conn: &mut AnyConnection, group: &str) -> QueryResult<Vec<Code>> {
    dsl::common_code
        .filter(dsl::code_group.eq(group).and(dsl::use_yn.eq(Yn(true))).and(dsl::del_yn.eq(Yn(false))))
        .order((dsl::code_order, dsl::code))
        .select((dsl::code_group, dsl::code, dsl::value, dsl::value_en))
        .load(conn)
}
