//! How each line did over the last day, minute by minute, for everybody who looks at the live page
//! alike. It is kept in memory, 40 KiB a line at most, and begins anew with the server: it says
//! since when it knows.

use std::collections::{HashMap, VecDeque};

use serde::{Deserialize, Serialize};

use crate::ids::LineId;
use crate::time::Wall;

/// Who is matched within so many seconds was matched in time: the target of the service level.
pub const TARGET_S: u32 = 60;
/// Seconds between two points.
const STEP_S: u32 = 60;
/// The same in microseconds.
const STEP: i64 = STEP_S as i64 * 1_000_000;
/// Points that are kept, and may be asked for: a day.
pub const TREND_MINUTES_MAX: u16 = 24 * 60;
/// The service level of a moment is that of the last so many minutes: over one alone it would
/// flicker.
const SHARE_MINUTES: usize = 5;

/// How a line stands at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Standing {
    /// Tickets that wait.
    pub waiting: u32,
    /// Rooms of the line that are open.
    pub talking: u32,
    /// Places its counsellors hold, and have; one who serves several lines counts in each by their
    /// share, so that the lines come to the whole.
    pub held: f32,
    pub capacity: f32,
}

/// How somebody left a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Departure {
    /// To a counsellor.
    Matched,
    /// They gave up.
    GaveUp,
    /// They waited too long, or nobody was there.
    Expired,
}

#[derive(Clone, Copy, Default)]
struct Minute {
    stood: Standing,
    matched: u32,
    within_target: u32,
    missed: u32,
}

/// A line, minute by minute, the oldest first: each list has one value a point.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct LineTrend {
    /// When the first point begins; the last is the minute that is not over. `null` for no points.
    pub from: Option<Wall>,
    /// Seconds from point to point.
    pub step_s: u32,
    /// Tickets that waited when it was last looked, every ten seconds.
    pub waiting: Vec<u32>,
    /// Rooms that were open.
    pub talking: Vec<u32>,
    /// Places that the counsellors who were there held; one who serves several lines counts in each
    /// by their share.
    pub held: Vec<f32>,
    /// Places they had.
    pub capacity: Vec<f32>,
    /// Who came to a counsellor in that minute, but for hand-overs.
    pub matched: Vec<u32>,
    /// Of those, who had waited no longer than the target of the statistics.
    pub within_target: Vec<u32>,
    /// Who left without a counsellor, but for those who gave up within the target.
    pub missed: Vec<u32>,
}

/// The last day of every line.
pub(super) struct Trend {
    /// The minute that is not over.
    now: i64,
    /// Up to `now`, without holes.
    lines: HashMap<LineId, VecDeque<Minute>>,
}

impl Trend {
    /// Begins to know at `now`.
    pub(super) fn new(now: Wall) -> Self {
        Self { now: minute_of(now), lines: HashMap::new() }
    }

    /// How the lines stand now. Those that are not named are not kept any longer.
    pub(super) fn stand(&mut self, now: Wall, standings: &HashMap<LineId, Standing>) {
        self.go_on(now);
        self.lines.retain(|line, _| standings.contains_key(line));
        for (line, standing) in standings {
            self.present(*line).stood = *standing;
        }
    }

    /// Somebody who had waited for so many seconds left a line.
    pub(super) fn count(&mut self, now: Wall, line: LineId, left: Departure, waited_s: u32) {
        self.go_on(now);
        let in_time = waited_s <= TARGET_S;
        let minute = self.present(line);
        match left {
            Departure::Matched => {
                minute.matched += 1;
                minute.within_target += u32::from(in_time);
            }
            Departure::GaveUp if in_time => {}
            Departure::GaveUp | Departure::Expired => minute.missed += 1,
        }
    }

    /// The last `minutes` of a line, or as many as are known.
    pub(super) fn read(&self, line: LineId, minutes: u16) -> LineTrend {
        let mut trend = LineTrend { step_s: STEP_S, ..LineTrend::default() };
        let Some(kept) = self.lines.get(&line) else { return trend };
        let count = kept.len().min(usize::from(minutes));
        trend.from = (count > 0).then(|| Wall((self.now + 1 - count as i64) * STEP));
        for minute in kept.iter().skip(kept.len() - count) {
            let Minute { stood, matched, within_target, missed } = *minute;
            trend.waiting.push(stood.waiting);
            trend.talking.push(stood.talking);
            trend.held.push(stood.held);
            trend.capacity.push(stood.capacity);
            trend.matched.push(matched);
            trend.within_target.push(within_target);
            trend.missed.push(missed);
        }
        trend
    }

    /// Of those who left a line in the last five minutes, the share that was matched in time, but
    /// for who gave up within the target; `None` for nobody.
    pub(super) fn service_level(&self, line: LineId) -> Option<f64> {
        let last = self.lines.get(&line)?.iter().rev().take(SHARE_MINUTES);
        let (within, all) = last.fold((0, 0), |(within, all), minute| {
            (within + minute.within_target, all + minute.matched + minute.missed)
        });
        (all > 0).then(|| f64::from(within) / f64::from(all))
    }

    /// Minutes pass; in those nobody looked at, all stood as it had.
    fn go_on(&mut self, now: Wall) {
        let passed = usize::try_from(minute_of(now) - self.now).unwrap_or(0);
        let max = usize::from(TREND_MINUTES_MAX);
        for kept in self.lines.values_mut() {
            let stood = kept.back().map(|minute| minute.stood).unwrap_or_default();
            kept.extend(std::iter::repeat_n(Minute { stood, ..Minute::default() }, passed.min(max)));
            kept.drain(..kept.len().saturating_sub(max));
        }
        self.now = self.now.max(minute_of(now));
    }

    fn present(&mut self, line: LineId) -> &mut Minute {
        let kept = self.lines.entry(line).or_default();
        if kept.is_empty() {
            kept.push_back(Minute::default());
        }
        let last = kept.len() - 1;
        &mut kept[last]
    }
}

/// Minutes since 1970.
fn minute_of(moment: Wall) -> i64 {
    moment.0.div_euclid(STEP)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    const BEGIN: i64 = 1_000 * STEP;

    fn at(second: i64) -> Wall {
        Wall(BEGIN + second * 1_000_000)
    }

    fn line(number: u128) -> LineId {
        LineId(Uuid::from_u128(number))
    }

    fn waiting(count: u32) -> HashMap<LineId, Standing> {
        HashMap::from([(line(1), Standing { waiting: count, talking: 1, held: 0.5, capacity: 2.0 })])
    }

    #[test]
    fn minutes_in_which_nothing_changes_stand_as_it_stood() {
        let mut trend = Trend::new(at(0));
        trend.stand(at(0), &waiting(3));
        trend.count(at(10), line(1), Departure::Matched, 5);
        trend.stand(at(185), &waiting(1));
        let read = trend.read(line(1), 30);
        assert_eq!((read.from, read.step_s), (Some(at(0)), 60));
        assert_eq!((read.waiting, read.matched), (vec![3, 3, 3, 1], vec![1, 0, 0, 0]));
        assert_eq!((read.held, read.capacity, read.talking), (vec![0.5; 4], vec![2.0; 4], vec![1; 4]));
        let last = trend.read(line(1), 2);
        assert_eq!((last.from, last.waiting), (Some(at(120)), vec![3, 1]));
        assert_eq!(trend.read(line(2), 30).from, None, "of no line nothing is known");
        assert_eq!(trend.read(line(1), 0).from, None);
    }

    #[test]
    fn who_leaves_counts_as_in_the_statistics() {
        for (left, waited_s, expected) in [
            (Departure::Matched, 60, (1, 1, 0)),
            (Departure::Matched, 61, (1, 0, 0)),
            (Departure::GaveUp, 60, (0, 0, 0)),
            (Departure::GaveUp, 61, (0, 0, 1)),
            (Departure::Expired, 0, (0, 0, 1)),
        ] {
            let mut trend = Trend::new(at(0));
            trend.count(at(1), line(1), left, waited_s);
            let read = trend.read(line(1), 1);
            assert_eq!((read.matched[0], read.within_target[0], read.missed[0]), expected, "{left:?} {waited_s}");
        }
    }

    #[test]
    fn the_service_level_is_of_the_last_five_minutes() {
        let mut trend = Trend::new(at(0));
        assert_eq!(trend.service_level(line(1)), None);
        trend.count(at(0), line(1), Departure::Expired, 600);
        trend.count(at(240), line(1), Departure::Matched, 1);
        assert_eq!(trend.service_level(line(1)), Some(0.5));
        trend.stand(at(300), &waiting(0));
        assert_eq!(trend.service_level(line(1)), Some(1.0));
        trend.stand(at(600), &waiting(0));
        assert_eq!(trend.service_level(line(1)), None);
    }

    #[test]
    fn a_day_is_kept_and_no_more_and_of_a_line_that_is_gone_nothing() {
        let mut trend = Trend::new(at(0));
        for minute in 0..3_000 {
            trend.stand(at(minute * 60), &waiting(minute as u32));
        }
        let read = trend.read(line(1), u16::MAX);
        assert_eq!((read.waiting.len(), read.waiting[0]), (1_440, 1_560));
        trend.stand(at(10_000_000), &waiting(7));
        let read = trend.read(line(1), u16::MAX);
        assert_eq!((read.waiting.len(), read.waiting[0], read.waiting[1_439]), (1_440, 2_999, 7));
        trend.stand(at(10_000_000), &HashMap::new());
        assert!(trend.lines.is_empty());
    }

    #[test]
    fn a_clock_that_goes_back_loses_nothing() {
        let mut trend = Trend::new(at(600));
        trend.count(at(600), line(1), Departure::Matched, 1);
        trend.count(at(0), line(1), Departure::Matched, 1);
        assert_eq!(trend.read(line(1), 30).matched, [2]);
    }
}
