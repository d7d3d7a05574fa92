//! Codes kept as data: what the pages show for `RESOLVED` or `MEAL`.

use diesel::prelude::*;

use crate::storage::AnyConnection;
use crate::storage::engine::flag::Yn;
use crate::storage::schema::common_code::{self, dsl};
use crate::storage::schema::{account, consultation, line};
use crate::time::Wall;

/// The group of the lines' topics.
pub const TOPIC: &str = "TOPIC";
/// The group of the lines' languages.
pub const LANGUAGE: &str = "LANGUAGE";
/// The group of how a consultation went.
pub const RESULT: &str = "RESULT";
/// The group of why a counsellor pauses.
pub const PAUSE_REASON: &str = "PAUSE_REASON";

/// A code with its two texts.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = common_code)]
pub struct Code {
    /// Its number on file.
    #[diesel(column_name = code_seq)]
    pub seq: i32,
    /// `RESULT`, `PAUSE_REASON`, `TOPIC`, `LANGUAGE`.
    #[diesel(column_name = code_group)]
    pub group: String,
    /// What is stored elsewhere.
    pub code: String,
    /// Korean.
    pub value: String,
    /// English.
    pub value_en: String,
    /// Place in lists.
    #[diesel(column_name = code_order)]
    pub order: i32,
    /// Whether it may be chosen.
    #[diesel(column_name = use_yn, deserialize_as = Yn)]
    pub in_use: bool,
    /// Whether it is deleted.
    #[diesel(column_name = del_yn, deserialize_as = Yn)]
    pub deleted: bool,
    /// Counts edits; starts at 1.
    pub version: i32,
}

/// The codes of a group that are in use, in their order.
pub fn of_group(conn: &mut AnyConnection, group: &str) -> QueryResult<Vec<Code>> {
    Ok(every(conn, Some(group))?.into_iter().filter(|code| code.in_use && !code.deleted).collect())
}

/// Every code, of one group or of all, in their order; also those out of use and deleted.
pub fn every(conn: &mut AnyConnection, group: Option<&str>) -> QueryResult<Vec<Code>> {
    let mut query =
        dsl::common_code.order((dsl::code_group, dsl::code_order, dsl::code)).select(Code::as_select()).into_boxed();
    if let Some(group) = group {
        query = query.filter(dsl::code_group.eq(group.to_owned()));
    }
    query.load(conn)
}

/// The code with this number, deleted or not.
pub fn find(conn: &mut AnyConnection, seq: i32) -> QueryResult<Option<Code>> {
    dsl::common_code.find(seq).select(Code::as_select()).first(conn).optional()
}

/// The code of this name in its group, deleted or not.
pub fn by_name(conn: &mut AnyConnection, group: &str, code: &str) -> QueryResult<Option<Code>> {
    dsl::common_code
        .filter(dsl::code_group.eq(group).and(dsl::code.eq(code)))
        .select(Code::as_select())
        .first(conn)
        .optional()
}

/// The groups there are.
pub fn groups(conn: &mut AnyConnection) -> QueryResult<Vec<String>> {
    dsl::common_code.select(dsl::code_group).distinct().order(dsl::code_group).load(conn)
}

/// Adds a code; its number and version are given by the database. A name its group has already is
/// an error of the database: ask first.
pub fn create(conn: &mut AnyConnection, new: &Code, by: &str, at: Wall) -> QueryResult<()> {
    diesel::insert_into(dsl::common_code)
        .values((
            (dsl::code_group.eq(&new.group), dsl::code.eq(&new.code)),
            (dsl::value.eq(&new.value), dsl::value_en.eq(&new.value_en)),
            (dsl::code_order.eq(new.order), dsl::use_yn.eq(Yn(new.in_use))),
            (dsl::reg_dttm.eq(at), dsl::reg_id.eq(by), dsl::mod_dttm.eq(at), dsl::mod_id.eq(by)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Puts what may be edited on file (texts, order, in use, deleted), if `code.version` is the one on
/// file; `false` if somebody else was quicker.
pub fn save(conn: &mut AnyConnection, code: &Code, by: &str, at: Wall) -> QueryResult<bool> {
    let saved = diesel::update(dsl::common_code.find(code.seq).filter(dsl::version.eq(code.version)))
        .set((
            (dsl::value.eq(&code.value), dsl::value_en.eq(&code.value_en)),
            dsl::code_order.eq(code.order),
            (dsl::use_yn.eq(Yn(code.in_use)), dsl::del_yn.eq(Yn(code.deleted))),
            dsl::version.eq(dsl::version + 1),
            (dsl::mod_dttm.eq(at), dsl::mod_id.eq(by)),
        ))
        .execute(conn)?;
    Ok(saved == 1)
}

/// What on file carries this code, in words; `None` if nothing does.
pub fn used_by(conn: &mut AnyConnection, code: &Code) -> QueryResult<Option<String>> {
    let name = code.code.as_str();
    let in_lines = |lines: Vec<String>| (!lines.is_empty()).then(|| format!("the lines {}", lines.join(", ")));
    let there = line::table.filter(line::del_yn.eq(Yn(false))).order(line::name).select(line::name);
    match code.group.as_str() {
        TOPIC => Ok(in_lines(there.filter(line::topic.eq(name)).load(conn)?)),
        LANGUAGE => Ok(in_lines(there.filter(line::language.eq(name)).load(conn)?)),
        RESULT => {
            let of = consultation::table.filter(consultation::result_code.eq(name));
            let one: Option<String> = of.select(consultation::topic).limit(1).first(conn).optional()?;
            Ok(one.map(|topic| format!("consultations, for example of the topic {topic}")))
        }
        PAUSE_REASON => {
            let of = account::table.filter(account::intent_reason.eq(name));
            let one: Option<String> = of.select(account::name).limit(1).first(conn).optional()?;
            Ok(one.map(|name| format!("counsellors who are paused, for example {name}")))
        }
        _ => Ok(None),
    }
}
