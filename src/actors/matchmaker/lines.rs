//! The lines as they are on file, with what people see of them and what the lobby is told.

use std::collections::BTreeSet;

use actix::SpawnHandle;
use chrono::{Datelike, NaiveDateTime, TimeZone as _, Utc};
use log::error;

use crate::ids::LineId;
use crate::matching::{Hours, LineRules};
use crate::protocol::LineInfo;
use crate::storage::lines::Line;
use crate::time::{Mono, Wall};

/// A line that is deleted while somebody slipped in: they are told after so many seconds that
/// nobody is there.
const DELETED_UNSTAFFED_S: u32 = 1;

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
    /// Until the next line opens or closes by its hours.
    pub(super) hours_timer: Option<SpawnHandle>,
}

impl Lines {
    pub(super) fn new(lines: &[Line], zone: chrono_tz::Tz) -> Self {
        let posted = lines.iter().cloned().map(Posted::new).collect();
        let (dirty, told_at) = (BTreeSet::new(), Mono(0));
        Self { posted, zone, dirty, tell_armed: false, told_at, hours_timer: None }
    }

    /// Takes a line as it is on file now; `false` if that is known already, or older than what is.
    pub(super) fn put(&mut self, line: Line) -> bool {
        match self.posted.iter_mut().find(|posted| posted.line.id == line.id) {
            Some(posted) if posted.line.version >= line.version => return false,
            Some(posted) => {
                let Posted { open, talking, .. } = *posted;
                *posted = Posted { open, talking, ..Posted::new(line) };
            }
            None => self.posted.push(Posted::new(line)),
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
    fn new(line: Line) -> Self {
        let hours = line.hours.as_deref().and_then(|plan| match Hours::parse(plan) {
            Ok(hours) => Some(hours),
            Err(fault) => {
                error!(line:% = line.topic, error:% = fault; "opening hours are ignored; the line is always open");
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
        let line = &self.line;
        LineRules {
            accept_s: line.accept_s,
            wait_s_max: line.wait_s_max,
            waiting_max: line.waiting_max,
            grace_s: line.grace_s,
            misses_max: line.misses_max,
            widen_s: line.widen_s,
            retry_s: line.retry_s,
            unstaffed_s: if line.deleted { DELETED_UNSTAFFED_S } else { line.unstaffed_s },
        }
    }
}
