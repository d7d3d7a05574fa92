//! A network that loses, doubles, reorders, delays, and says again what it once recorded.

use super::dice::Dice;
use crate::cluster::link::Envelope;
use crate::time::Mono;

/// What it does to messages.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Weather {
    /// In so many of a hundred cases a message is lost, by the end it goes to.
    pub lost: [u8; 2],
    /// In so many of a hundred cases it comes twice.
    pub doubled: u8,
    /// It takes up to so long, each by itself: what takes longer is overtaken.
    pub delay_max_ms: u16,
}

/// The longest delay.
pub(super) const DELAY_MAX_MS: u64 = 4_000;
/// Messages are kept so that old ones can be said again.
const RECORDED_MAX: usize = 64;

#[derive(Debug)]
pub(super) struct Network {
    pub weather: Weather,
    dice: Dice,
    /// Each with its moment and the end it goes to.
    under_way: Vec<(Mono, usize, Vec<Envelope>)>,
    recorded: Vec<(usize, Vec<Envelope>)>,
    /// Messages so far.
    pub posted: u64,
}

impl Network {
    pub(super) const fn new(seed: u64) -> Self {
        let weather = Weather { lost: [0, 0], doubled: 0, delay_max_ms: 0 };
        Self { weather, dice: Dice(seed), under_way: Vec::new(), recorded: Vec::new(), posted: 0 }
    }

    pub(super) fn post(&mut self, now: Mono, to: usize, message: Vec<Envelope>) {
        self.posted += 1;
        if self.recorded.len() < RECORDED_MAX {
            self.recorded.push((to, message.clone()));
        }
        if self.dice.percent(self.weather.lost[to]) {
            return;
        }
        if self.dice.percent(self.weather.doubled) {
            let at = self.arrival(now);
            self.under_way.push((at, to, message.clone()));
        }
        let at = self.arrival(now);
        self.under_way.push((at, to, message));
    }

    fn arrival(&mut self, now: Mono) -> Mono {
        Mono(now.0 + 200 + self.dice.below(u64::from(self.weather.delay_max_ms) * 1_000 + 1))
    }

    /// Says again something that was said once.
    pub(super) fn replay(&mut self, now: Mono) {
        if !self.recorded.is_empty() {
            let nth = self.dice.below(self.recorded.len() as u64) as usize;
            let (to, message) = self.recorded[nth].clone();
            self.under_way.push((now, to, message));
        }
    }

    pub(super) fn next(&self) -> Option<Mono> {
        self.under_way.iter().map(|(at, ..)| *at).min()
    }

    /// The message that arrives by `now`, the earliest first.
    pub(super) fn arrived(&mut self, now: Mono) -> Option<(usize, Vec<Envelope>)> {
        let (nth, _) = self.under_way.iter().enumerate().min_by_key(|(_, (at, ..))| *at)?;
        if self.under_way[nth].0 > now {
            return None;
        }
        let (_, to, message) = self.under_way.swap_remove(nth);
        Some((to, message))
    }
}
