//! How long the wait will be (R13).
//!
//! With all places of capacity taken, someone with `a` tickets ahead is served at the `(a + 1)`-th
//! departure. Departures from `s` busy places come every `D / s` seconds, where `D` is how long a
//! talk takes, so the expected wait is `(a + 1) · D / s`: the conditional delay of a queue with
//! several servers (Kleinrock, *Queueing Systems* I, 3.5; for the mean it is Little's law).
//!
//! The range shown takes the quarter of talks that are shorter and the quarter that are longer:
//!
//! - low: `a · D25 / s`, if the first place becomes free at once;
//! - high: `(a + 1) · D75 / s`, if it has just been taken.
//!
//! `s` adds up the capacity of everyone open and connected who serves the line, each divided by
//! the number of their lines in which tickets stand (at least 1): they will be shared with those.
//! `D25` and `D75` are the quartiles (nearest rank) of the last [`TALKS_KEPT`] talks of the line,
//! or [`TALK_S_DEFAULT`] both while there are none.

use super::Lobby;
use crate::ids::LineId;

/// Talks remembered for each line: enough for quartiles, few enough to follow the day.
pub(super) const TALKS_KEPT: usize = 32;
/// Seconds a talk is taken to last while none has been seen.
pub const TALK_S_DEFAULT: u32 = 300;

/// What a line's estimate is made of; kept until one of its parts changes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// The lobby's `shape` this was computed in.
    shape: u64,
    /// `s` in thousandths; 0: nobody is able to serve.
    places_milli: u64,
    talk_low_s: u32,
    talk_high_s: u32,
}

impl Lobby {
    /// The seconds a ticket with `ahead` tickets ahead of it may expect to wait, at least and at
    /// most; rounded up, at most `u32::MAX`. `None` if nobody is able to serve the line.
    ///
    /// A division while nobody came or went and no line became empty or busy; else once over the
    /// counsellors of the line.
    #[must_use]
    pub fn estimate(&self, line: LineId, ahead: u32) -> Option<[u32; 2]> {
        let line = *self.line_places.get(&line)?;
        let kept = self.lines[line as usize].pace.get().filter(|pace| pace.shape == self.shape);
        let pace = kept.unwrap_or_else(|| self.pace(line));
        if pace.places_milli == 0 {
            return None;
        }
        let after = |departures: u64, talk_s: u32| {
            let seconds = (departures * u64::from(talk_s)).saturating_mul(1000).div_ceil(pace.places_milli);
            u32::try_from(seconds).unwrap_or(u32::MAX)
        };
        let ahead = u64::from(ahead);
        Some([after(ahead, pace.talk_low_s), after(ahead + 1, pace.talk_high_s)])
    }

    fn pace(&self, place: u32) -> Pace {
        let line = &self.lines[place as usize];
        let places_milli = line.serving.iter().map(|&counsellor| {
            let counsellor = &self.counsellors[counsellor as usize];
            let busy = counsellor.serves.iter().filter(|served| self.lines[served.line as usize].standing() > 0);
            (u64::from(counsellor.capacity) * 1000 / (busy.count().max(1) as u64)).max(1)
        });
        let places_milli = places_milli.sum();
        let mut talks: Vec<u32> = line.talks.iter().copied().collect();
        talks.sort_unstable();
        let quartile = |quarter: usize| match talks.len() {
            0 => TALK_S_DEFAULT,
            len => talks[(len * quarter).div_ceil(4) - 1],
        };
        let pace = Pace { shape: self.shape, places_milli, talk_low_s: quartile(1), talk_high_s: quartile(3) };
        line.pace.set(Some(pace));
        pace
    }

    pub(super) fn talked(&mut self, line: LineId, talked_s: u32) {
        let Some(&place) = self.line_places.get(&line) else { return };
        let line = &mut self.lines[place as usize];
        if line.talks.len() == TALKS_KEPT {
            line.talks.pop_front();
        }
        line.talks.push_back(talked_s);
        line.pace.set(None);
    }
}
