//! The made office: lines, counsellors, desks, and when people come.

use std::collections::HashMap;

use chrono::{Datelike, TimeZone as _, Timelike, Utc, Weekday};

use super::rows::SIGNATURE;
use super::words;
use crate::clock::Clock;
use crate::ids::{AccountId, DeskId, LineId};
use crate::jobs::Dice;
use crate::start_error::StartError;
use crate::storage::centre::desks::{self, NewDesk};
use crate::storage::centre::lines::{self, Line};
use crate::storage::history::stats::HOUR;
use crate::storage::people::accounts::{self, AccountRole, NewAccount};
use crate::storage::{AnyConnection, Store};

/// Topic, names, prefix.
const LINES: [(&str, &str, &str, &str); 7] = [
    ("FINANCE", "재무", "Finance", "B"),
    ("WELFARE", "복지", "Welfare", "C"),
    ("TAX", "세금", "Tax", "D"),
    ("HOUSING", "주거", "Housing", "E"),
    ("JOBS", "일자리", "Jobs", "F"),
    ("HEALTH", "건강", "Health", "G"),
    ("LEGAL", "법률", "Legal", "H"),
];
const COUNSELLORS: usize = 200;
const DESKS: usize = 50;
/// How busy each hour of a day is, from midnight.
const HOURS: [f64; 24] = [
    0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.5, 2.0, 8.0, 10.0, 9.0, 6.0, 9.0, 10.0, 9.0, 8.0, 6.0, 2.0, 1.0, 0.5, 0.3,
    0.2, 0.1,
];
/// How busy a day of the weekend is beside another.
const WEEKEND: f64 = 0.2;

/// The lines, counsellors and desks that were made up, and when people come.
pub struct Population {
    pub lines: Vec<Line>,
    pub desks: Vec<DeskId>,
    /// Who serves each line.
    serves: Vec<Vec<AccountId>>,
    names: HashMap<AccountId, String>,
    zone: chrono_tz::Tz,
}

impl Population {
    /// Puts lines, counsellors and desks on file. Nobody can log in as one of the counsellors.
    pub fn found(store: &Store, clock: &Clock, zone: chrono_tz::Tz, dice: &mut Dice) -> Result<Self, StartError> {
        let at = clock.now().wall;
        for (index, (topic, name, name_en, prefix)) in LINES.into_iter().enumerate() {
            let line = Line::with_defaults(LineId(clock.new_id()), topic, "ko", name, name_en, prefix);
            let line = Line { line_order: i32::try_from(index).unwrap_or(0) + 2, wrap_up_s: 120, ..line };
            store.in_turn(|conn| lines::insert(conn, &line, at))?;
        }
        let lines = store.run(lines::all)?;
        let mut population =
            Self { serves: vec![Vec::new(); lines.len()], lines, desks: Vec::new(), names: HashMap::new(), zone };
        store.in_turn(|conn| {
            (0..COUNSELLORS).try_for_each(|index| population.employ(conn, clock, index, dice))?;
            (0..DESKS).try_for_each(|index| {
                let (id, name) = (DeskId(clock.new_id()), format!("창구 {}", index + 1));
                population.desks.push(id);
                let new = NewDesk { id, name, place: None, key_hash: String::new(), line_id: None };
                desks::create(conn, &new, SIGNATURE, at)
            })
        })?;
        Ok(population)
    }

    fn employ(
        &mut self,
        conn: &mut AnyConnection,
        clock: &Clock,
        index: usize,
        dice: &mut Dice,
    ) -> diesel::QueryResult<()> {
        let id = AccountId(clock.new_id());
        let mut served = vec![index % self.lines.len(), dice.zipf(self.lines.len())];
        served.dedup();
        let new = NewAccount {
            id,
            login: format!("made-{index:03}"),
            email: None,
            language: "ko".to_owned(),
            // No password has this hash.
            password_hash: String::new(),
            name: words::name(dice),
            role: AccountRole::Counsellor,
            approved: true,
            capacity: 3,
            lines: served.iter().map(|line| (self.lines[*line].id, 0)).collect(),
            all_lines: false,
        };
        accounts::create(conn, &new, SIGNATURE, clock.now().wall)?;
        served.into_iter().for_each(|line| self.serves[line].push(id));
        self.names.insert(id, new.name);
        Ok(())
    }

    /// One who serves the line.
    pub fn counsellor(&self, line: usize, dice: &mut Dice) -> AccountId {
        let of_line = &self.serves[line];
        of_line[dice.below(of_line.len())]
    }

    /// What they are called.
    pub fn name_of(&self, counsellor: Option<AccountId>) -> &str {
        counsellor.and_then(|id| self.names.get(&id)).map_or("", String::as_str)
    }

    /// The day of a moment (in microseconds) where the office is: since 1970, and as `YYYYMMDD`.
    pub fn day_of(&self, moment: i64) -> (i64, i64) {
        let local = self.local(moment).date_naive();
        let date = i64::from(local.year()) * 10_000 + i64::from(local.month() * 100 + local.day());
        (i64::from(local.num_days_from_ce()), date)
    }

    fn local(&self, moment: i64) -> chrono::DateTime<chrono_tz::Tz> {
        Utc.timestamp_micros(moment).single().unwrap_or_default().with_timezone(&self.zone)
    }

    /// How many of `count` come in each of the `hours` before `end`, by the moment the hour starts.
    pub fn arrivals(&self, count: u64, hours: i64, end: i64) -> Vec<(i64, u64)> {
        let starts = (0..hours).map(|hour| end - (hours - hour) * HOUR);
        let weighed: Vec<(i64, f64)> = starts
            .map(|start| {
                let local = self.local(start);
                let weekend = matches!(local.weekday(), Weekday::Sat | Weekday::Sun);
                (start, HOURS[local.hour() as usize] * if weekend { WEEKEND } else { 1.0 })
            })
            .collect();
        let whole: f64 = weighed.iter().map(|(_, weight)| weight).sum();
        let (mut so_far, mut given) = (0.0, 0);
        weighed
            .into_iter()
            .map(|(start, weight)| {
                so_far += weight;
                let due = (count as f64 * so_far / whole).round() as u64;
                let here = due - given;
                given = due;
                (start, here)
            })
            .collect()
    }
}
