//! The queues and their settings.

use std::collections::HashMap;

use diesel::prelude::*;

use super::schema::{common_code, line};
use super::types::Yn;
use super::{AnyConnection, SYSTEM};
use crate::ids::LineId;
use crate::time::Wall;

/// A line with all its settings; seconds where the name ends in `_s`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = line)]
pub struct Line {
    /// The line.
    #[diesel(column_name = line_id)]
    pub id: LineId,
    /// A code of the group `TOPIC`.
    pub topic: String,
    /// A code of the group `LANGUAGE`.
    pub language: String,
    /// The name in Korean.
    pub name: String,
    /// The name in English.
    pub name_en: String,
    /// What its ticket numbers start with.
    pub prefix: String,
    /// Opening hours as JSON; `None` is always open.
    pub hours: Option<String>,
    /// Most tickets waiting.
    #[diesel(deserialize_as = i32)]
    pub waiting_max: u32,
    /// Longest wait.
    #[diesel(deserialize_as = i32)]
    pub wait_s_max: u32,
    /// Time to answer an offer; 0 assigns without asking.
    #[diesel(deserialize_as = i32)]
    pub accept_s: u32,
    /// After so long one more tier may be asked.
    #[diesel(deserialize_as = i32)]
    pub widen_s: u32,
    /// Offers missed in a row before a counsellor is paused.
    #[diesel(deserialize_as = i32)]
    pub misses_max: u32,
    /// How long a dropped desk or seat is held.
    #[diesel(deserialize_as = i32)]
    pub grace_s: u32,
    /// Time to write up; 0 is no wrap-up phase.
    #[diesel(deserialize_as = i32)]
    pub wrap_up_s: u32,
    /// When all have declined, ask again after this.
    #[diesel(deserialize_as = i32)]
    pub retry_s: u32,
    /// A ticket with nobody there for so long is closed.
    #[diesel(deserialize_as = i32)]
    pub unstaffed_s: u32,
    /// Place in lists.
    pub line_order: i32,
}

impl Line {
    /// A line with the settings of the contract's defaults, open at all hours.
    #[must_use]
    pub fn with_defaults(id: LineId, topic: &str, language: &str, name: &str, name_en: &str, prefix: &str) -> Self {
        Self {
            id,
            topic: topic.into(),
            language: language.into(),
            name: name.into(),
            name_en: name_en.into(),
            prefix: prefix.into(),
            hours: None,
            waiting_max: 500,
            wait_s_max: 1_800,
            accept_s: 20,
            widen_s: 60,
            misses_max: 3,
            grace_s: 30,
            wrap_up_s: 0,
            retry_s: 30,
            unstaffed_s: 600,
            line_order: 0,
        }
    }
}

/// The lines in use, in their order.
pub fn all(conn: &mut AnyConnection) -> QueryResult<Vec<Line>> {
    line::table
        .filter(line::use_yn.eq(Yn(true)).and(line::del_yn.eq(Yn(false))))
        .order((line::line_order, line::topic, line::language))
        .select(Line::as_select())
        .load(conn)
}

/// What a line is called, in use or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineName {
    /// A code of the group `TOPIC`.
    pub topic: String,
    /// A code of the group `LANGUAGE`.
    pub language: String,
}

/// What every line there ever was is called.
pub fn names(conn: &mut AnyConnection) -> QueryResult<HashMap<LineId, LineName>> {
    let all: Vec<(LineId, String, String)> =
        line::table.select((line::line_id, line::topic, line::language)).load(conn)?;
    Ok(all.into_iter().map(|(id, topic, language)| (id, LineName { topic, language })).collect())
}

/// Adds a line, and its topic to the codes if it is new there. `false` if this topic has a line in
/// this language already; nothing is changed then.
pub fn insert(conn: &mut AnyConnection, new: &Line, at: Wall) -> QueryResult<bool> {
    conn.write(|conn| {
        let known = line::table
            .filter(line::topic.eq(&new.topic).and(line::language.eq(&new.language)))
            .select(line::line_id)
            .first::<LineId>(conn)
            .optional()?;
        if known.is_some() {
            return Ok(false);
        }
        add_topic(conn, new, at)?;
        add_line(conn, new, at)?;
        Ok(true)
    })
}

fn add_line(conn: &mut AnyConnection, new: &Line, at: Wall) -> QueryResult<()> {
    diesel::insert_into(line::table)
        .values((
            line::line_id.eq(new.id),
            line::topic.eq(&new.topic),
            line::language.eq(&new.language),
            line::name.eq(&new.name),
            line::name_en.eq(&new.name_en),
            line::prefix.eq(&new.prefix),
            line::hours.eq(&new.hours),
            (
                line::waiting_max.eq(number(new.waiting_max)),
                line::wait_s_max.eq(number(new.wait_s_max)),
                line::accept_s.eq(number(new.accept_s)),
                line::widen_s.eq(number(new.widen_s)),
                line::misses_max.eq(number(new.misses_max)),
                line::grace_s.eq(number(new.grace_s)),
                line::wrap_up_s.eq(number(new.wrap_up_s)),
                line::retry_s.eq(number(new.retry_s)),
                line::unstaffed_s.eq(number(new.unstaffed_s)),
            ),
            line::line_order.eq(new.line_order),
            (line::reg_dttm.eq(at), line::reg_id.eq(SYSTEM), line::mod_dttm.eq(at), line::mod_id.eq(SYSTEM)),
        ))
        .execute(conn)?;
    Ok(())
}

fn add_topic(conn: &mut AnyConnection, new: &Line, at: Wall) -> QueryResult<()> {
    use common_code::dsl;
    let known: i64 =
        dsl::common_code.filter(dsl::code_group.eq("TOPIC").and(dsl::code.eq(&new.topic))).count().get_result(conn)?;
    if known == 0 {
        diesel::insert_into(dsl::common_code)
            .values((
                dsl::code_group.eq("TOPIC"),
                dsl::code.eq(&new.topic),
                dsl::value.eq(&new.name),
                dsl::value_en.eq(&new.name_en),
                dsl::code_order.eq(new.line_order),
                (dsl::reg_dttm.eq(at), dsl::reg_id.eq(SYSTEM), dsl::mod_dttm.eq(at), dsl::mod_id.eq(SYSTEM)),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Both engines' INTEGER is signed; what does not fit is as good as endless.
pub(crate) fn number(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}
