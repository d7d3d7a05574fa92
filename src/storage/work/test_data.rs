//! Test data: a marked line a language, the marked accounts that serve it, and its consultations.
//! The mark of the line says of everything in it that it counts nowhere; see [`crate::storage::centre::lines::tests`].
//!
//! - [`past`]: consultations that never happened, put on file
//! - [`removal`]: all of it taken away again

pub mod past;
pub mod removal;

use diesel::dsl::exists;
use diesel::prelude::*;

use crate::ids::{AccountId, LineId};
use crate::protocol::folded;
use crate::storage::AnyConnection;
use crate::storage::centre::lines::{self, Line};
use crate::storage::engine::flag::Yn;
use crate::storage::people::accounts::{AccountRole, serve};
use crate::storage::schema::{account, account_line, consultation, line, message, room};
use crate::time::Wall;

/// The topic of test lines, if no real line has it.
const TOPIC: &str = "TEST";
/// What numbers of theirs start with. They are never called, so a real line may have the same.
const PREFIX: &str = "TST";
/// Their place in lists: behind all others.
const ORDER: i32 = 9_999;
/// Most rooms at once of a test counsellor: what an earlier rehearsal left to be written up must not
/// keep the next one waiting.
const CAPACITY: i32 = 5;

/// How much test data there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub lines: i64,
    pub accounts: i64,
    /// Consultations, also those that are not over.
    pub consultations: i64,
    pub messages: i64,
}

pub fn counts(conn: &mut AnyConnection) -> QueryResult<Counts> {
    let tests = lines::tests(conn)?;
    let said = message::table.inner_join(room::table.inner_join(consultation::table));
    Ok(Counts {
        lines: i64::try_from(tests.len()).unwrap_or(i64::MAX),
        accounts: account::table.filter(account::test_yn.eq(Yn(true))).count().get_result(conn)?,
        consultations: consultation::table
            .filter(consultation::line_id.eq_any(tests.clone()))
            .count()
            .get_result(conn)?,
        messages: said.filter(consultation::line_id.eq_any(tests)).count().get_result(conn)?,
    })
}

/// The test line of this language, made if it is not there. `id` is for a new one; `by` is who does
/// it. Hold the lines ([`lines::hold`]) so that nobody else makes it meanwhile.
pub fn ensure_line(conn: &mut AnyConnection, language: &str, id: LineId, by: &str, at: Wall) -> QueryResult<Line> {
    let there = line::table
        .filter(line::test_yn.eq(Yn(true)).and(line::language.eq(language)).and(line::del_yn.eq(Yn(false))))
        .select(Line::as_select())
        .first(conn)
        .optional()?;
    if let Some(there) = there {
        return Ok(there);
    }
    let mut topic = TOPIC.to_owned();
    let mut nth = 1;
    while lines::by_topic(conn, &topic, language)?.is_some() {
        nth += 1;
        topic = format!("{TOPIC}_{nth}");
    }
    let new = Line {
        test: true,
        line_order: ORDER,
        wait_s_max: 120,
        waiting_max: 10,
        grace_s: 20,
        wrap_up_s: 30,
        unstaffed_s: 60,
        ..Line::with_defaults(id, &topic, language, "시험", "Test", PREFIX)
    };
    lines::create(conn, &new, by, at)?;
    Ok(new)
}

/// Those who serve a test line, with their names, by id.
pub fn counsellors(conn: &mut AnyConnection, line: LineId) -> QueryResult<Vec<(AccountId, String)>> {
    let serves = account_line::table
        .filter(account_line::account_id.eq(account::account_id).and(account_line::line_id.eq(line)));
    account::table
        .filter(account::test_yn.eq(Yn(true)).and(exists(serves)))
        .order(account::account_id)
        .select((account::account_id, account::name))
        .load(conn)
}

/// Makes a counsellor of a test line. No password has the hash on file, and no mail reaches them:
/// nobody can log in as them.
pub fn employ(conn: &mut AnyConnection, id: AccountId, name: &str, line: &Line, by: &str, at: Wall) -> QueryResult<()> {
    let language = if line.language == "en" { "en" } else { "ko" };
    diesel::insert_into(account::table)
        .values((
            account::account_id.eq(id),
            // As unique as the ids: whoever signs up may take any other name.
            (account::login.eq(format!("test-{id}")), account::login_key.eq(folded(&format!("test-{id}")))),
            account::password_hash.eq(""),
            account::name.eq(name),
            account::role.eq(AccountRole::Counsellor),
            (account::approve_yn.eq(Yn(true)), account::approve_dttm.eq(at), account::approve_id.eq(by)),
            account::language.eq(language),
            account::capacity.eq(CAPACITY),
            account::test_yn.eq(Yn(true)),
            (account::reg_dttm.eq(at), account::reg_id.eq(by), account::mod_dttm.eq(at), account::mod_id.eq(by)),
        ))
        .execute(conn)?;
    serve(conn, id, line.id, 0, by, at)
}
