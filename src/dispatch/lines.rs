//! The lines as they are on file, with what people see of them and what the lobby is told.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, NaiveDateTime, TimeZone as _, Utc};

use super::Out;
use super::input::Noted;
use crate::ids::{AccountId, LineId, TicketId};
use crate::matching::{Hours, LineRules};
use crate::protocol::LineInfo;
use crate::room::{RoomRules, Talk};
use crate::time::{Mono, Wall};

/// Somebody may ask for a line while it is being deleted: they are told after so many seconds that nobody is there.
const DELETED_UNSTAFFED_S: u32 = 1;

/// A line as it is on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub id: LineId,
    /// The topic's code.
    pub topic: String,
    /// `ko`, `en`.
    pub language: String,
    /// The name in Korean.
    pub name: String,
    /// The name in English.
    pub name_en: String,
    /// Opening hours as JSON; `None` is always open.
    pub hours: Option<String>,
    /// How the lobby is to treat it.
    pub rules: LineRules,
    /// Seconds to write up; 0 is no wrap-up phase.
    pub wrap_up_s: u32,
    /// Place in lists.
    pub line_order: i32,
    /// Whether it may be asked for.
    pub in_use: bool,
    /// Whether it is deleted.
    pub deleted: bool,
    /// Counts edits; starts at 1.
    pub version: i32,
    /// Whether it is test data, with all of its consultations.
    pub test: bool,
}

impl Line {
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

    /// What a room of it goes by.
    pub(super) fn room_rules(&self, messages_max: u32) -> RoomRules {
        RoomRules { grace_s: self.rules.grace_s, messages_max }
    }

    /// What stays the same for the life of a room of it.
    pub(super) fn talk(&self, ticket: TicketId, number: String, counsellor: (AccountId, String)) -> Talk {
        Talk {
            ticket,
            number,
            line: self.topic.clone(),
            line_id: self.id,
            test: self.test,
            language: self.language.clone(),
            counsellor,
        }
    }
}

/// A code that a wrap-up may carry, as it is on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResultCode {
    /// What is stored.
    pub code: String,
    /// Whether it may be chosen.
    pub in_use: bool,
    /// Counts edits.
    pub version: i32,
}

/// The codes that a wrap-up may carry.
#[derive(Default)]
pub(super) struct Results(BTreeMap<String, ResultCode>);

impl Results {
    /// Refuses a code that is not, or no longer, in use; with those that are.
    pub(super) fn check(&self, given: &str) -> Result<(), String> {
        if self.0.get(given).is_some_and(|code| code.in_use) {
            return Ok(());
        }
        let known: Vec<&str> = self.0.values().filter(|code| code.in_use).map(|code| code.code.as_str()).collect();
        Err(format!("`result_code` {given} is not in use; choose one of: {}", known.join(", ")))
    }

    /// Takes a code, unless that is known already, or older than what is.
    pub(super) fn put(&mut self, code: ResultCode) {
        if self.0.get(&code.code).is_none_or(|known| known.version < code.version) {
            self.0.insert(code.code.clone(), code);
        }
    }
}

/// A line as it is posted.
pub(super) struct Posted {
    pub(super) line: Line,
    pub(super) hours: Option<Hours>,
    /// By its hours, when they were last looked at; never out of use.
    pub(super) open: bool,
    /// Rooms of it that are open.
    pub(super) talking: u32,
}

/// Every line with what the lobby need not know; also those out of use and deleted, as rooms and
/// tickets of theirs may live on.
pub(super) struct Lines {
    pub(super) posted: Vec<Posted>,
    zone: chrono_tz::Tz,
    /// Lines whose queue changed since it was last told.
    pub(super) dirty: BTreeSet<LineId>,
    pub(super) tell_armed: bool,
    /// When the queues were last told.
    pub(super) told_at: Mono,
}

impl Lines {
    pub(super) fn new(zone: chrono_tz::Tz) -> Self {
        Self { posted: Vec::new(), zone, dirty: BTreeSet::new(), tell_armed: false, told_at: Mono(0) }
    }

    /// Takes a line as it is on file now; `false` if that is known already, or older than what is.
    pub(super) fn put(&mut self, line: Line, out: &mut Out<'_>) -> bool {
        match self.posted.iter_mut().find(|posted| posted.line.id == line.id) {
            Some(posted) if posted.line.version >= line.version => return false,
            Some(posted) => {
                let Posted { open, talking, .. } = *posted;
                *posted = Posted { open, talking, ..Posted::new(line, out) };
            }
            None => self.posted.push(Posted::new(line, out)),
        }
        self.posted.sort_by(|one, other| {
            let place =
                |posted: &Posted| (posted.line.line_order, posted.line.topic.clone(), posted.line.language.clone());
            place(one).cmp(&place(other))
        });
        true
    }

    /// Those that people may ask for.
    pub(super) fn offered(&self) -> impl Iterator<Item = &Posted> + Clone {
        self.posted.iter().filter(|posted| posted.line.is_public())
    }

    /// The test line of a topic in this language: who rehearses asks for no other.
    pub(super) fn rehearsed(&self, topic: &str, language: Option<&str>) -> Option<&Line> {
        let mut tests = self.posted.iter().map(|posted| &posted.line).filter(|line| line.test && line.is_offered());
        tests.find(|line| line.topic == topic && Some(line.language.as_str()) == language)
    }

    /// Whether what happens in it is shown to nobody and counts nowhere.
    pub(super) fn is_test(&self, id: LineId) -> bool {
        self.get(id).is_some_and(|line| line.test)
    }

    /// The line of a topic, in this language if there is one, else the topic's first.
    pub(super) fn find(&self, topic: &str, language: Option<&str>) -> Option<&Line> {
        let mut of_topic = self.offered().map(|posted| &posted.line).filter(|line| line.topic == topic);
        let exact = of_topic.clone().find(|line| Some(line.language.as_str()) == language);
        exact.or_else(|| of_topic.next())
    }

    pub(super) fn get(&self, id: LineId) -> Option<&Line> {
        self.post(id).map(|posted| &posted.line)
    }

    pub(super) fn topic(&self, id: LineId) -> String {
        self.get(id).map(|line| line.topic.clone()).unwrap_or_default()
    }

    /// The topics, for people to choose from.
    pub(super) fn topics(&self) -> String {
        let topics: BTreeSet<&str> = self.offered().map(|posted| posted.line.topic.as_str()).collect();
        topics.into_iter().collect::<Vec<_>>().join(", ")
    }

    pub(super) fn info(&self, id: LineId) -> Option<LineInfo> {
        self.post(id).map(Posted::info)
    }

    pub(super) fn infos(&self) -> Vec<LineInfo> {
        self.offered().map(Posted::info).collect()
    }

    /// The day a ticket's number counts in, `YYYYMMDD` where the office is.
    pub(super) fn day(&self, moment: Wall) -> u32 {
        let local = self.local(moment);
        u32::try_from(local.year()).unwrap_or(0) * 10_000 + local.month() * 100 + local.day()
    }

    /// A room of this line opened (+1) or ended (−1).
    pub(super) fn talk(&mut self, id: LineId, change: i32) {
        if let Some(posted) = self.posted.iter_mut().find(|posted| posted.line.id == id) {
            posted.talking = posted.talking.saturating_add_signed(change);
        }
    }

    pub(super) fn post(&self, id: LineId) -> Option<&Posted> {
        self.posted.iter().find(|posted| posted.line.id == id)
    }

    /// When a line that is closed now opens next. An hour that the zone's clocks skip is passed over.
    pub(super) fn opens_at(&self, posted: &Posted, now: Wall) -> Option<Wall> {
        let hours = posted.hours.as_ref().filter(|_| !posted.open)?;
        let local = hours.opens_at(self.local(now))?;
        self.zone.from_local_datetime(&local).earliest().map(|moment| moment.with_timezone(&Utc).into())
    }

    pub(super) fn local(&self, moment: Wall) -> NaiveDateTime {
        moment.utc().with_timezone(&self.zone).naive_local()
    }
}

impl Posted {
    /// Closed until its hours were looked at.
    fn new(line: Line, out: &mut Out<'_>) -> Self {
        let hours = line.hours.as_deref().and_then(|plan| match Hours::parse(plan) {
            Ok(hours) => Some(hours),
            Err(fault) => {
                out.note(Noted::BadHours { topic: line.topic.clone(), fault: fault.to_string() });
                None
            }
        });
        Self { line, hours, open: false, talking: 0 }
    }

    pub(super) fn is_open(&self, local: NaiveDateTime) -> bool {
        self.line.is_offered() && self.hours.as_ref().is_none_or(|hours| hours.is_open(local))
    }

    pub(super) fn info(&self) -> LineInfo {
        let Line { topic, language, name, name_en, .. } = &self.line;
        let (topic, language) = (topic.clone(), language.clone());
        let name = if language == "en" { name_en } else { name }.clone();
        let name_en = (name != *name_en).then(|| name_en.clone());
        LineInfo { topic, language, name, name_en, open: self.open }
    }

    pub(super) fn rules(&self) -> LineRules {
        let rules = self.line.rules;
        LineRules { unstaffed_s: if self.line.deleted { DELETED_UNSTAFFED_S } else { rules.unstaffed_s }, ..rules }
    }
}
