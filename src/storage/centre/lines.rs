//! The queues and their settings.

use std::collections::HashMap;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::ids::{AccountId, LineId};
use crate::storage::engine::flag::Yn;
use crate::storage::schema::{account_line, common_code, consultation, line};
use crate::storage::talk::tickets::Status;
use crate::storage::{AnyConnection, SYSTEM};
use crate::time::Wall;

/// A line with all its settings; seconds where the name ends in `_s`.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = line)]
pub struct Line {
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
    /// Whether it may be asked for.
    #[diesel(column_name = use_yn, deserialize_as = Yn)]
    pub in_use: bool,
    /// Whether it is deleted.
    #[diesel(column_name = del_yn, deserialize_as = Yn)]
    pub deleted: bool,
    /// Counts edits; starts at 1.
    pub version: i32,
    /// Whether it is test data, with all of its consultations: nobody is offered it, and it counts
    /// nowhere. Settled when it is made.
    #[diesel(column_name = test_yn, deserialize_as = Yn)]
    pub test: bool,
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
            in_use: true,
            deleted: false,
            version: 1,
            test: false,
        }
    }

    /// Whether it may be asked for, be it only by a rehearsal.
    #[must_use]
    pub fn is_offered(&self) -> bool {
        self.in_use && !self.deleted
    }

    /// Whether people may ask for it.
    #[must_use]
    pub fn is_public(&self) -> bool {
        self.is_offered() && !self.test
    }
}

/// The lines that people may ask for, in their order.
pub fn all(conn: &mut AnyConnection) -> QueryResult<Vec<Line>> {
    Ok(every(conn)?.into_iter().filter(Line::is_public).collect())
}

/// The lines of test data; there are few at any time.
pub fn tests(conn: &mut AnyConnection) -> QueryResult<Vec<LineId>> {
    line::table.filter(line::test_yn.eq(Yn(true))).order(line::line_id).select(line::line_id).load(conn)
}

/// Whether it is a line of test data.
pub fn is_test(conn: &mut AnyConnection, id: LineId) -> QueryResult<bool> {
    let mark = line::table.find(id).select(line::test_yn).first::<Yn>(conn).optional()?;
    Ok(mark == Some(Yn(true)))
}

/// Every line there ever was, in their order; also those out of use, deleted, and of test data.
pub fn every(conn: &mut AnyConnection) -> QueryResult<Vec<Line>> {
    line::table.order((line::line_order, line::topic, line::language)).select(Line::as_select()).load(conn)
}

/// The line, in use or not, deleted or not.
pub fn find(conn: &mut AnyConnection, id: LineId) -> QueryResult<Option<Line>> {
    line::table.find(id).select(Line::as_select()).first(conn).optional()
}

/// The line of a topic in a language, in use or not, deleted or not: there is one at most.
pub fn by_topic(conn: &mut AnyConnection, topic: &str, language: &str) -> QueryResult<Option<Line>> {
    line::table
        .filter(line::topic.eq(topic).and(line::language.eq(language)))
        .select(Line::as_select())
        .first(conn)
        .optional()
}

/// Until the transaction ends nobody else changes lines or codes: what was looked up about the
/// others (their prefixes, which codes there are) stays true. Tickets go on.
pub fn hold(conn: &mut AnyConnection) -> QueryResult<()> {
    match conn {
        // A transaction that writes holds the whole file.
        AnyConnection::Sqlite(_) => Ok(()),
        AnyConnection::Postgres(conn) => conn.batch_execute("LOCK TABLE LINE, COMMON_CODE IN SHARE ROW EXCLUSIVE MODE"),
    }
}

/// The name of another line in use whose numbers start with this prefix. Those of test data are
/// never called, so theirs may be anything.
pub fn with_prefix(conn: &mut AnyConnection, prefix: &str, except: LineId) -> QueryResult<Option<String>> {
    line::table
        .filter(line::prefix.eq(prefix).and(line::line_id.ne(except)))
        .filter(line::use_yn.eq(Yn(true)).and(line::del_yn.eq(Yn(false))).and(line::test_yn.eq(Yn(false))))
        .select(line::name)
        .first(conn)
        .optional()
}

/// How many tickets of the line wait, and how many rooms of it are open.
pub fn busy(conn: &mut AnyConnection, id: LineId) -> QueryResult<(i64, i64)> {
    let mut count = |status: Status| -> QueryResult<i64> {
        // By the status first: few are waiting or talking, and all of a line are many.
        consultation::table
            .filter(consultation::status.eq(status).and(consultation::line_id.eq(id)))
            .count()
            .get_result(conn)
    };
    Ok((count(Status::Waiting)?, count(Status::Talking)?))
}

/// Takes the line out of the profiles of those who serve it; who they are.
pub fn dismiss(conn: &mut AnyConnection, id: LineId) -> QueryResult<Vec<AccountId>> {
    let serving = account_line::table.filter(account_line::line_id.eq(id));
    let accounts = serving.order(account_line::account_id).select(account_line::account_id).load(conn)?;
    diesel::delete(serving).execute(conn)?;
    Ok(accounts)
}

/// Puts everything but topic and language on file, if `line.version` is the one on file; `false` if
/// somebody else was quicker.
pub fn save(conn: &mut AnyConnection, line: &Line, by: &str, at: Wall) -> QueryResult<bool> {
    let saved = diesel::update(line::table.find(line.id).filter(line::version.eq(line.version)))
        .set((
            line::name.eq(&line.name),
            line::name_en.eq(&line.name_en),
            line::prefix.eq(&line.prefix),
            line::hours.eq(&line.hours),
            Settings::of(line),
            (line::line_order.eq(line.line_order), line::use_yn.eq(Yn(line.in_use)), line::del_yn.eq(Yn(line.deleted))),
            line::version.eq(line::version + 1),
            (line::mod_dttm.eq(at), line::mod_id.eq(by)),
        ))
        .execute(conn)?;
    Ok(saved == 1)
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
        create(conn, new, SYSTEM, at)?;
        Ok(true)
    })
}

/// Adds a line, and its topic to the codes if it is new there; test data has no code, as people
/// choose from these. A topic that has a line in this
/// language, if only a deleted one, is an error of the database: ask first. `by` is who does it.
pub fn create(conn: &mut AnyConnection, new: &Line, by: &str, at: Wall) -> QueryResult<()> {
    if !new.test {
        add_topic(conn, new, by, at)?;
    }
    diesel::insert_into(line::table)
        .values((
            line::line_id.eq(new.id),
            line::topic.eq(&new.topic),
            line::language.eq(&new.language),
            line::name.eq(&new.name),
            line::name_en.eq(&new.name_en),
            line::prefix.eq(&new.prefix),
            line::hours.eq(&new.hours),
            Settings::of(new),
            (line::line_order.eq(new.line_order), line::use_yn.eq(Yn(new.in_use)), line::test_yn.eq(Yn(new.test))),
            (line::reg_dttm.eq(at), line::reg_id.eq(by), line::mod_dttm.eq(at), line::mod_id.eq(by)),
        ))
        .execute(conn)?;
    Ok(())
}

/// The numbers a line is ruled by, as they stand on file.
#[derive(AsChangeset, Insertable)]
#[diesel(table_name = line)]
struct Settings {
    waiting_max: i32,
    wait_s_max: i32,
    accept_s: i32,
    widen_s: i32,
    misses_max: i32,
    grace_s: i32,
    wrap_up_s: i32,
    retry_s: i32,
    unstaffed_s: i32,
}

impl Settings {
    fn of(line: &Line) -> Self {
        Self {
            waiting_max: number(line.waiting_max),
            wait_s_max: number(line.wait_s_max),
            accept_s: number(line.accept_s),
            widen_s: number(line.widen_s),
            misses_max: number(line.misses_max),
            grace_s: number(line.grace_s),
            wrap_up_s: number(line.wrap_up_s),
            retry_s: number(line.retry_s),
            unstaffed_s: number(line.unstaffed_s),
        }
    }
}

fn add_topic(conn: &mut AnyConnection, new: &Line, by: &str, at: Wall) -> QueryResult<()> {
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
                (dsl::reg_dttm.eq(at), dsl::reg_id.eq(by), dsl::mod_dttm.eq(at), dsl::mod_id.eq(by)),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Both engines' INTEGER is signed; what does not fit is as good as endless.
pub(crate) fn number(value: u32) -> i32 {
    i32::try_from(value).unwrap_or(i32::MAX)
}
