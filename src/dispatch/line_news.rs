//! Lines as people see them change: their edits and hours, their queues, everybody's place.

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use super::input::{Effect, Later};
use super::lines::{Line, Posted};
use super::news::CounsellorNews;
use super::shown::{OfficeLine, Shown};
use super::staff::Staff;
use super::trend::{Departure, Standing};
use super::{Defect, Dispatch, Out};
use crate::ids::{AccountId, LineId, TicketId};
use crate::matching;
use crate::protocol::{Intent, LineLoad, ServerFrame};
use crate::time::{Now, Wall};

/// Places and queues are told at most this often, and only on change.
const TELL_EVERY: Duration = Duration::from_secs(1);
/// A change after a quiet second is told this soon: changes that come together are told together.
const TELL_SOON: Duration = Duration::from_millis(20);

impl Dispatch {
    /// Opens and closes lines by their hours, now and again when the next of them changes.
    pub(super) fn watch_hours(&mut self, out: &mut Out<'_>) {
        self.post_lines(&BTreeSet::new(), out);
        let local = self.lines.local(out.now.wall);
        let changes = self.lines.posted.iter().filter_map(|posted| posted.hours.as_ref());
        let next = changes.map(|hours| hours.until_change(local)).min().unwrap_or(chrono::TimeDelta::hours(1));
        out.later(next.to_std().unwrap_or(TELL_EVERY).max(TELL_EVERY), Later::Hours);
    }

    /// A line that is new or edited is posted at once: rules, hours, names, order.
    pub(super) fn take_lines(&mut self, lines: Vec<Line>, out: &mut Out<'_>) {
        let mut news: Vec<(LineId, bool)> = Vec::new();
        for line in lines {
            let (id, deleted) = (line.id, line.deleted);
            if self.lines.put(line, out) {
                news.push((id, deleted));
            }
        }
        if news.is_empty() {
            return;
        }
        self.post_lines(&news.iter().map(|(line, _)| *line).collect(), out);
        self.watch_hours(out);
        for (line, _) in news.into_iter().filter(|(_, deleted)| *deleted) {
            self.dismiss(line, out);
        }
    }

    /// Tells the lobby the `edited` lines, and those that open or close now; puts them up for
    /// everybody, and tells whoever serves them.
    pub(super) fn post_lines(&mut self, edited: &BTreeSet<LineId>, out: &mut Out<'_>) {
        let local = self.lines.local(out.now.wall);
        let mut news = Vec::new();
        for posted in &mut self.lines.posted {
            let open = posted.is_open(local);
            if std::mem::replace(&mut posted.open, open) != open || edited.contains(&posted.line.id) {
                news.push((posted.line.id, posted.rules(), open));
            }
        }
        out.push(Effect::Posted(self.lines.infos()));
        for (line, rules, open) in news {
            let served = |staff: &Staff| staff.lines.iter().any(|(served, _)| *served == line);
            self.changed.extend(self.staff.iter().filter(|(_, staff)| served(staff)).map(|(account, _)| *account));
            self.step_lobby(matching::Input::Line { line, rules, open }, out);
        }
        self.show_office(out);
    }

    /// A queue changed: it is told at once if a second was quiet, else when the second is over,
    /// together with what else changes until then.
    pub(super) fn line_changed(&mut self, line: LineId, out: &mut Out<'_>) {
        self.lines.dirty.insert(line);
        if !self.lines.tell_armed {
            self.lines.tell_armed = true;
            let quiet_us = out.now.mono.0.saturating_sub(self.lines.told_at.0);
            let wait = TELL_EVERY.saturating_sub(Duration::from_micros(quiet_us)).max(TELL_SOON);
            out.later(wait, Later::TellQueues);
        }
    }

    pub(super) fn tell_queues(&mut self, out: &mut Out<'_>) {
        self.lines.tell_armed = false;
        self.lines.told_at = out.now.mono;
        let dirty = std::mem::take(&mut self.lines.dirty);
        let told = !self.is_broken(Defect::PlaceUntold);
        for line in dirty.into_iter().filter(|_| told) {
            let moved: Vec<(TicketId, u32)> = self
                .lobby
                .positions(line)
                .filter(|(ticket, ahead)| {
                    self.visits.get(ticket).is_some_and(|visit| visit.told_ahead.is_some_and(|told| told != *ahead))
                })
                .collect();
            for (ticket, ahead) in moved {
                self.tell_ahead(ticket, ahead, out);
            }
        }
        let accounts: Vec<AccountId> =
            self.staff.iter().filter(|(_, staff)| staff.socket.is_some()).map(|(account, _)| *account).collect();
        for account in accounts {
            self.tell_queue(account, out);
        }
        self.show_office(out);
    }

    /// Shows everybody the lines that may be asked for.
    fn show_office(&self, out: &mut Out<'_>) {
        let now = out.now;
        let lines = self.lines.offered().map(|posted| {
            let (id, info) = (posted.line.id, posted.info());
            let waiting = self.lobby.line_load(id, now.mono).waiting;
            OfficeLine {
                topic: info.topic,
                language: info.language,
                name: info.name,
                name_en: info.name_en,
                open: info.open,
                waiting,
                ahead_s: self.lobby.estimate(id, waiting),
                opens_at: self.lines.opens_at(posted, now.wall),
            }
        });
        out.show(Shown::Lines(lines.collect()));
    }

    /// Tells a counsellor the queues of their lines, if they changed.
    pub(super) fn tell_queue(&mut self, account: AccountId, out: &mut Out<'_>) {
        let now = out.now;
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
        // That time has passed is not told; only a change of people is a change.
        let same = lines.len() == staff.told_queue.len()
            && lines
                .iter()
                .zip(&staff.told_queue)
                .all(|(now, told)| (now.waiting, now.open, now.talking) == (told.waiting, told.open, told.talking));
        if !same {
            staff.told_queue.clone_from(&lines);
            staff.tell(CounsellorNews::Frame(ServerFrame::Queue { lines }), out);
        }
    }
}

impl Dispatch {
    /// Keeps how the lines stand now, for their trend.
    pub(super) fn keep_trend(&mut self, now: Now) {
        let stands = |posted: &Posted| Standing {
            waiting: self.lobby.line_load(posted.line.id, now.mono).waiting,
            talking: posted.talking,
            ..Standing::default()
        };
        let mut lines: HashMap<LineId, Standing> =
            self.lines.offered().map(|posted| (posted.line.id, stands(posted))).collect();
        for (account, staff) in self.staff.iter().filter(|(_, staff)| staff.socket.is_some() && !staff.test) {
            let Some(view) = self.lobby.counsellor(*account) else { continue };
            let capacity =
                if staff.intent == Intent::Open { view.held.max(u32::from(view.capacity)) } else { view.held };
            let served: Vec<LineId> = view.lines.iter().copied().filter(|line| lines.contains_key(line)).collect();
            let share = 1.0 / served.len() as f32;
            for line in &served {
                let standing = lines.entry(*line).or_default();
                standing.held += view.held as f32 * share;
                standing.capacity += capacity as f32 * share;
            }
        }
        self.trend.stand(now.wall, &lines);
    }

    /// Somebody left a line, and is counted in its trend; not in that of test data.
    pub(super) fn count_left(&mut self, line: LineId, left: Departure, requested: Wall, now: Now) {
        if self.lines.is_test(line) {
            return;
        }
        let waited_s = u32::try_from((now.wall.0 - requested.0) / 1_000_000).unwrap_or(0);
        self.trend.count(now.wall, line, left, waited_s);
    }
}
