//! Lines as people see them: their hours, their queues, everybody's place.

use std::collections::BTreeSet;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use actix::prelude::*;
use chrono::{Datelike, NaiveDateTime};
use log::error;

use super::staff::Staff;
use super::{LineFigures, LineStats, LinesNow, Matchmaker};
use crate::actors::counsellor::CounsellorNews;
use crate::ids::{AccountId, LineId, TicketId};
use crate::matching::{Hours, Input, LineRules};
use crate::protocol::{LineInfo, LineLoad, ServerFrame};
use crate::storage::lines::Line;
use crate::time::{Mono, Wall};

/// Places and queues are told at most this often, and only on change.
const TELL_EVERY: Duration = Duration::from_secs(1);
/// A change after a quiet second is told this soon: changes that come together are told together.
const TELL_SOON: Duration = Duration::from_millis(20);

/// The lines, where a socket can read them without asking the matchmaker. Cheap to clone.
#[derive(Clone, Default)]
pub struct Board(Arc<RwLock<Vec<LineInfo>>>);

impl Board {
    /// The lines in their order.
    #[must_use]
    pub fn lines(&self) -> Vec<LineInfo> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn put_up(&self, lines: Vec<LineInfo>) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = lines;
    }
}

struct Posted {
    line: Line,
    hours: Option<Hours>,
    open: bool,
    talking: u32,
}

/// A line that is deleted while somebody slipped in: they are told after so many seconds that
/// nobody is there.
const DELETED_UNSTAFFED_S: u32 = 1;

/// Every line with what the lobby need not know; also those out of use and deleted, as rooms and
/// tickets of theirs may live on.
pub(super) struct Lines {
    posted: Vec<Posted>,
    zone: chrono_tz::Tz,
    /// Lines whose queue changed since it was last told.
    dirty: BTreeSet<LineId>,
    tell_armed: bool,
    /// When the queues were last told.
    told_at: Mono,
    /// Until the next line opens or closes by its hours.
    hours_timer: Option<SpawnHandle>,
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

    /// Those that may be asked for.
    fn offered(&self) -> impl Iterator<Item = &Posted> + Clone {
        self.posted.iter().filter(|posted| posted.line.is_offered())
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

    fn infos(&self) -> Vec<LineInfo> {
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

    fn post(&self, id: LineId) -> Option<&Posted> {
        self.posted.iter().find(|posted| posted.line.id == id)
    }

    fn local(&self, moment: Wall) -> NaiveDateTime {
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

    fn is_open(&self, local: NaiveDateTime) -> bool {
        self.line.is_offered() && self.hours.as_ref().is_none_or(|hours| hours.is_open(local))
    }

    fn info(&self) -> LineInfo {
        let Line { topic, language, name, name_en, .. } = &self.line;
        let name = if language == "en" { name_en } else { name };
        LineInfo { topic: topic.clone(), language: language.clone(), name: name.clone(), open: self.open }
    }

    fn rules(&self) -> LineRules {
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

impl Matchmaker {
    /// Opens and closes lines by their hours, now and again when the next of them changes.
    pub(super) fn watch_hours(&mut self, ctx: &mut Context<Self>) {
        self.post_lines(&BTreeSet::new(), ctx);
        let local = self.lines.local(self.app.clock.now().wall);
        let changes = self.lines.posted.iter().filter_map(|posted| posted.hours.as_ref());
        let next = changes.map(|hours| hours.until_change(local)).min().unwrap_or(chrono::TimeDelta::hours(1));
        let wait = next.to_std().unwrap_or(TELL_EVERY).max(TELL_EVERY);
        // Edits come here too: whatever they ask for, there is one timer.
        if let Some(earlier) = self.lines.hours_timer.replace(ctx.run_later(wait, Self::watch_hours)) {
            ctx.cancel_future(earlier);
        }
    }

    /// Tells the lobby the `edited` lines, and those that open or close now; puts them up for
    /// everybody, and tells whoever serves them.
    pub(super) fn post_lines(&mut self, edited: &BTreeSet<LineId>, ctx: &mut Context<Self>) {
        let local = self.lines.local(self.app.clock.now().wall);
        let mut news = Vec::new();
        for posted in &mut self.lines.posted {
            let open = posted.is_open(local);
            if std::mem::replace(&mut posted.open, open) != open || edited.contains(&posted.line.id) {
                news.push((posted.line.id, posted.rules(), open));
            }
        }
        self.app.board.put_up(self.lines.infos());
        for (line, rules, open) in news {
            let served = |staff: &Staff| staff.lines.iter().any(|(served, _)| *served == line);
            self.changed.extend(self.staff.iter().filter(|(_, staff)| served(staff)).map(|(account, _)| *account));
            self.step(Input::Line { line, rules, open }, ctx);
        }
    }

    /// A queue changed: it is told at once if a second was quiet, else when the second is over,
    /// together with what else changes until then.
    pub(super) fn line_changed(&mut self, line: LineId, ctx: &mut Context<Self>) {
        self.lines.dirty.insert(line);
        if !self.lines.tell_armed {
            self.lines.tell_armed = true;
            let quiet_us = self.app.clock.now().mono.0.saturating_sub(self.lines.told_at.0);
            let wait = TELL_EVERY.saturating_sub(Duration::from_micros(quiet_us)).max(TELL_SOON);
            ctx.run_later(wait, |this, _| this.tell_queues());
        }
    }

    fn tell_queues(&mut self) {
        self.lines.tell_armed = false;
        self.lines.told_at = self.app.clock.now().mono;
        for line in std::mem::take(&mut self.lines.dirty) {
            let moved: Vec<(TicketId, u32)> = self
                .lobby
                .positions(line)
                .filter(|(ticket, ahead)| {
                    self.visits.get(ticket).is_some_and(|visit| visit.told_ahead.is_some_and(|told| told != *ahead))
                })
                .collect();
            for (ticket, ahead) in moved {
                self.tell_ahead(ticket, ahead);
            }
        }
        let accounts: Vec<AccountId> =
            self.staff.iter().filter(|(_, staff)| staff.socket.is_some()).map(|(account, _)| *account).collect();
        for account in accounts {
            self.tell_queue(account);
        }
    }

    /// Tells a counsellor the queues of their lines, if they changed.
    pub(super) fn tell_queue(&mut self, account: AccountId) {
        let now = self.app.clock.now();
        let Some(staff) = self.staff.get_mut(&account) else { return };
        let lines: Vec<LineLoad> = staff
            .lines
            .iter()
            .filter_map(|(line, _)| {
                let posted = self.lines.post(*line)?;
                let load = self.lobby.line_load(*line, now.mono);
                Some(LineLoad {
                    line: posted.line.topic.clone(),
                    language: posted.line.language.clone(),
                    waiting: load.waiting,
                    longest_s: load.longest_s,
                    open: load.open,
                    talking: posted.talking,
                })
            })
            .collect();
        // Seconds pass for everybody without being told; a change is a change of people.
        let same = lines.len() == staff.told_queue.len()
            && lines
                .iter()
                .zip(&staff.told_queue)
                .all(|(now, told)| (now.waiting, now.open, now.talking) == (told.waiting, told.open, told.talking));
        if !same {
            staff.told_queue.clone_from(&lines);
            staff.tell(CounsellorNews::Frame(ServerFrame::Queue { lines }));
        }
    }
}

impl Handler<LinesNow> for Matchmaker {
    type Result = MessageResult<LinesNow>;
    fn handle(&mut self, _: LinesNow, _: &mut Context<Self>) -> Self::Result {
        MessageResult(self.lines.infos())
    }
}

impl Handler<LineStats> for Matchmaker {
    type Result = MessageResult<LineStats>;
    fn handle(&mut self, _: LineStats, _: &mut Context<Self>) -> Self::Result {
        let now = self.app.clock.now();
        let figures = self.lines.offered().map(|posted| {
            let load = self.lobby.line_load(posted.line.id, now.mono);
            LineFigures {
                id: posted.line.id,
                topic: posted.line.topic.clone(),
                language: posted.line.language.clone(),
                is_open: posted.open,
                waiting: load.waiting,
                longest_s: load.longest_s,
                open: load.open,
                talking: posted.talking,
                eta_s: self.lobby.estimate(posted.line.id, load.waiting),
            }
        });
        MessageResult(figures.collect())
    }
}
