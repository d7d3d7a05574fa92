//! One made consultation after the other, in the order in which they were asked for.

use std::collections::HashMap;
use std::fmt::Write as _;

use uuid::Uuid;

use super::population::Population;
use super::rows::{Rows, Table};
use super::words;
use crate::ids::{AccountId, DeskId};
use crate::jobs::Dice;
use crate::storage::history::stats::{self, Bucket, Over};
use crate::storage::history::terms::{Terms, Value};
use crate::storage::talk::tickets::Status;
use crate::time::Wall;

/// Microseconds in a second.
const SECOND: i64 = 1_000_000;
const RESULTS: [&str; 5] = ["RESOLVED", "FOLLOW_UP", "TRANSFERRED", "NO_ANSWER", "OTHER"];

/// How terms are written for the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermsAs {
    /// Words for FTS5.
    Words,
    /// An array for PostgreSQL.
    Numbers,
}

/// Makes consultations, and keeps what spans several of them.
pub struct Maker {
    dice: Dice,
    population: Population,
    terms_as: TermsAs,
    /// Messages a matched consultation has, on average.
    messages_mean: f64,
    /// The last ticket number of a line, by line and day.
    numbers: HashMap<(usize, i64), i64>,
    first_number: i64,
    /// Terms of the last moment, which the next consultation may share.
    pending: Option<(i64, Terms)>,
    pub buckets: HashMap<(usize, i64), Bucket>,
    pub messages: u64,
}

/// A consultation being made.
struct Case {
    id: Uuid,
    line: usize,
    desk: Option<DeskId>,
    counsellor: Option<AccountId>,
    session: Uuid,
    nickname: Option<String>,
    note: String,
    memo: Option<String>,
    texts: Vec<String>,
    status: Status,
    end_reason: Option<&'static str>,
    result: Option<&'static str>,
    predicted: Option<[i64; 2]>,
    over: Over,
}

impl Maker {
    /// `messages_mean` is of those that come to a counsellor.
    pub fn new(seed: u64, population: Population, terms_as: TermsAs, messages_mean: f64, first_number: i64) -> Self {
        Self {
            dice: Dice::new(seed),
            population,
            terms_as,
            messages_mean,
            numbers: HashMap::new(),
            first_number,
            pending: None,
            buckets: HashMap::new(),
            messages: 0,
        }
    }

    /// Of every hundred consultations, how many come to a counsellor.
    pub const MATCHED_PERCENT: u64 = 74;

    /// Makes one that was asked for then, and ended; or one that still lives, if `live` says how.
    pub fn make(&mut self, requested: i64, live: Option<Status>, rows: &mut Rows) {
        let mut case = self.case(requested, live);
        let room = case.over.matched.map(|matched| self.room(&mut case, matched.0, rows));
        self.consultation(&case, room.is_some(), rows);
        if !case.status.is_live() {
            self.terms(&case, requested, rows);
            let line = case.line;
            let bucket = self.buckets.entry((line, stats::hour_of(case.over.requested).0)).or_default();
            stats::count(bucket, &case.over);
        }
    }

    /// Writes what was held back.
    pub fn flush(&mut self, rows: &mut Rows) {
        let Some((moment, terms)) = self.pending.take() else { return };
        let terms = terms.finish();
        let mut text = String::with_capacity(terms.len() * 12);
        match self.terms_as {
            TermsAs::Words => {
                for term in terms {
                    let _ = write!(text, "{term:08x} ");
                }
            }
            TermsAs::Numbers => {
                for term in terms {
                    let _ = write!(text, "{}{term}", if text.is_empty() { '{' } else { ',' });
                }
                text.push('}');
            }
        }
        rows.row(Table::Terms).number(moment).text(&text).end();
    }

    fn case(&mut self, requested: i64, live: Option<Status>) -> Case {
        let dice = &mut self.dice;
        let line = dice.zipf(self.population.lines.len());
        let (status, end_reason) = match (live, dice.below(100)) {
            (Some(status), _) => (status, None),
            (None, 0..12) => (Status::Cancelled, Some("CANCELLED")),
            (None, 12..17) => (Status::Abandoned, Some("ABANDONED")),
            (None, 17..22) => (Status::Expired, Some("EXPIRED")),
            (None, 22..26) => (Status::Refused, Some("FULL")),
            (None, 26..30) => (Status::Done, Some("DESK_LEFT")),
            (None, _) => (Status::Done, Some("DONE")),
        };
        let is_matched = matches!(status, Status::Talking | Status::WrapUp | Status::Done);
        let waited =
            if status == Status::Expired { 1_800 } else { dice.lasting(if is_matched { 45.0 } else { 120.0 }) };
        let matched = is_matched.then(|| requested + waited * SECOND + dice.between(0, 999_999));
        let ended = match (status, matched) {
            (Status::Waiting | Status::Talking, _) => None,
            (Status::Refused, _) => Some(requested),
            (_, None) => Some(requested + waited * SECOND + dice.between(0, 999_999)),
            (_, Some(matched)) => Some(matched + (30 + dice.lasting(400.0)) * SECOND),
        };
        let wrapped_up = ended.filter(|_| status == Status::Done).map(|ended| ended + dice.lasting(60.0) * SECOND);
        let counsellor = is_matched.then(|| self.population.counsellor(line, dice));
        let done = status == Status::Done;
        let rating = (done && dice.percent(40)).then(|| [5, 5, 5, 4, 4, 3, 2, 1][dice.zipf(8)]);
        let mut note = String::new();
        words::note(dice, &mut note);
        let memo = (done && dice.percent(85)).then(|| {
            let mut memo = String::new();
            words::memo(dice, &mut memo);
            memo
        });
        let middle = dice.between(15, 120);
        Case {
            id: dice.id(requested),
            line,
            desk: dice.percent(80).then(|| self.population.desks[dice.below(self.population.desks.len())]),
            counsellor,
            session: dice.id(requested),
            nickname: dice.percent(50).then(|| words::name(dice)),
            note,
            memo,
            texts: Vec::new(),
            status,
            end_reason,
            result: done.then(|| RESULTS[dice.zipf(RESULTS.len())]),
            predicted: (status != Status::Refused).then(|| [middle * 2 / 3, middle * 4 / 3]),
            over: Over {
                counsellor,
                status,
                requested: Wall(requested),
                matched: matched.map(Wall),
                ended: ended.map(Wall),
                wrapped_up: wrapped_up.map(Wall),
                rating,
                predicted_low_s: None,
                predicted_high_s: None,
            },
        }
        .predicted()
    }

    fn room(&mut self, case: &mut Case, matched: i64, rows: &mut Rows) -> Uuid {
        let dice = &mut self.dice;
        let [room, desk, staff] = [matched, matched, matched].map(|at| dice.id(at));
        let until = case.over.ended.map_or(matched + 60 * SECOND, |ended| ended.0);
        let said = dice.lasting(self.messages_mean).max(0) + i64::from(dice.percent(50));
        let step = (until - matched) / (said + 1);
        for index in 0..said {
            let by_desk = index % 2 == 0;
            let at = matched + step * (index + 1);
            let mut body = String::with_capacity(96);
            words::message(dice, index, by_desk, &mut body);
            rows.row(Table::Message)
                .id(room)
                .number(index + 1)
                .id(dice.id(at))
                .id(if by_desk { desk } else { staff })
                .number(index + 1)
                .text("TEXT")
                .text(&body)
                .none()
                .none()
                .moment(at)
                .signed(at, at)
                .end();
            case.texts.push(body);
        }
        self.messages += said.unsigned_abs();
        let is_open = case.status == Status::Talking;
        let closed = Some(until).filter(|_| !is_open);
        rows.row(Table::Room)
            .id(room)
            .text("CONSULTATION")
            .none()
            .none()
            .none()
            .id(case.id)
            .text(if is_open { "OPEN" } else { "ENDED" })
            .maybe(Some(case.end_reason.unwrap_or("DONE")).filter(|_| !is_open))
            .maybe_id(Some(staff).filter(|_| !is_open))
            .number(said)
            .moment(matched)
            .maybe_moment(closed)
            .signed(matched, until)
            .none()
            .none()
            .none()
            .none()
            .end();
        let counsellor = case.counsellor.map(|account| account.0);
        let name = case.nickname.as_deref().unwrap_or("방문자");
        for (member, role, account, session, name) in [
            (desk, "DESK", None, Some(case.session), name),
            (staff, "COUNSELLOR", counsellor, None, self.population.name_of(case.counsellor)),
        ] {
            rows.row(Table::Member)
                .id(member)
                .id(room)
                .text(role)
                .maybe_id(account)
                .maybe_id(session)
                .text(name)
                .none()
                .text(if is_open { "AWAY" } else { "LEFT" })
                .moment(matched)
                .maybe_moment(closed)
                .number(said)
                .signed(matched, until)
                .text("N")
                .text("Y")
                .end();
        }
        room
    }

    fn consultation(&mut self, case: &Case, is_matched: bool, rows: &mut Rows) {
        let requested = case.over.requested.0;
        let line = &self.population.lines[case.line];
        let (day, date) = self.population.day_of(requested);
        let number = (case.status != Status::Refused).then(|| {
            let last = self.numbers.entry((case.line, day)).or_insert(self.first_number);
            *last += 1;
            *last
        });
        let shown = number.map(|number| format!("{}-{number:03}", line.prefix));
        let waited = case.over.waited_s().unwrap_or(0);
        let why = is_matched.then(|| {
            format!(
                r#"{{"rule":"R4","tier":0,"waited_s":{waited},"idle_s":{},"ahead":0,"passed_over":[]}}"#,
                waited % 97
            )
        });
        let changed = case.over.wrapped_up.or(case.over.ended).unwrap_or(case.over.requested).0;
        rows.row(Table::Consultation)
            .id(case.id)
            .id(line.id.0)
            .text(&line.topic)
            .text("ko")
            .maybe_id(case.desk.map(|desk| desk.0))
            .id(case.session)
            .text("1")
            .none()
            .maybe(case.nickname.as_deref())
            .text(&case.note)
            .number(0)
            .number(date)
            .maybe_number(number)
            .maybe(shown.as_deref())
            .moment(requested)
            .maybe_moment(case.over.matched.map(|at| at.0))
            .maybe_moment(case.over.ended.map(|at| at.0))
            .maybe_moment(case.over.wrapped_up.map(|at| at.0))
            .maybe_id(case.counsellor.map(|account| account.0))
            .text(case.status.code())
            .maybe(case.end_reason)
            .maybe(case.result)
            .maybe(case.memo.as_deref())
            .maybe_number(case.over.rating.map(i64::from))
            .none()
            .maybe_number(case.predicted.map(|range| range[0]))
            .maybe_number(case.predicted.map(|range| range[1]))
            .maybe(why.as_deref())
            .signed(requested, changed)
            .number(1)
            // Nobody keeps it: the next start does.
            .none()
            .end();
    }

    fn terms(&mut self, case: &Case, requested: i64, rows: &mut Rows) {
        let moment = requested.div_euclid(1_000);
        if self.pending.as_ref().is_some_and(|(pending, _)| *pending != moment) {
            self.flush(rows);
        }
        let (_, terms) = self.pending.get_or_insert_with(|| {
            let mut terms = Terms::default();
            terms.moment(moment);
            (moment, terms)
        });
        let line = &self.population.lines[case.line];
        terms.value(Value::Line(line.id));
        terms.value(Value::Topic(&line.topic));
        terms.value(Value::Status(case.status));
        case.counsellor.into_iter().for_each(|account| terms.value(Value::Counsellor(account)));
        case.desk.into_iter().for_each(|desk| terms.value(Value::Desk(desk)));
        case.result.into_iter().for_each(|code| terms.value(Value::Result(code)));
        case.over.rating.into_iter().for_each(|score| terms.value(Value::Rating(score)));
        case.over.waited_s().into_iter().for_each(|seconds| terms.waited(seconds));
        terms.text(&case.note);
        case.memo.iter().chain(&case.texts).for_each(|text| terms.text(text));
    }
}

impl Case {
    /// The figures know the range too.
    fn predicted(mut self) -> Self {
        let bound = |at: usize| self.predicted.map(|range| i32::try_from(range[at]).unwrap_or(i32::MAX));
        (self.over.predicted_low_s, self.over.predicted_high_s) = (bound(0), bound(1));
        self
    }
}
