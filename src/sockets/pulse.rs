//! When a socket speaks by itself: pings, so that a peer that is gone is noticed here; beats, so that
//! a page, which cannot see pings, notices that we are gone. A clock's readings come in, what is due
//! comes out.

use std::time::{Duration, Instant};

/// What a peer's silence may last, in halves of a heartbeat.
const SILENT_HALVES: u32 = 5;
/// Moments are kept in steps of this length: in four bytes, and for over a year.
const STEP: Duration = Duration::from_millis(10);

/// The moments that count, in steps since the socket opened.
pub(crate) struct Pulse {
    began: Instant,
    half: u32,
    heard_at: u32,
    said_at: u32,
    pinged_at: u32,
}

/// What to do now, and when to look again.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Due {
    /// The peer was silent too long.
    pub(crate) is_silent: bool,
    /// Half a heartbeat since the last ping.
    pub(crate) ping: bool,
    /// A heartbeat since anything was said.
    pub(crate) beat: bool,
    /// Look again after so long; never zero.
    pub(crate) again_in: Duration,
}

impl Pulse {
    pub(crate) fn new(heartbeat: Duration, now: Instant) -> Self {
        Self { began: now, half: steps(heartbeat / 2), heard_at: 0, said_at: 0, pinged_at: 0 }
    }

    /// The peer was heard.
    pub(crate) fn heard(&mut self, now: Instant) {
        self.heard_at = self.at(now);
    }

    /// A frame other than a ping or a pong was sent.
    pub(crate) fn said(&mut self, now: Instant) {
        self.said_at = self.at(now);
    }

    /// The first look after the socket opened.
    pub(crate) fn first(&self) -> Duration {
        STEP * self.half
    }

    /// What is due; it counts as done.
    pub(crate) fn due(&mut self, now: Instant) -> Due {
        let now = self.at(now);
        let silent_at = self.heard_at.saturating_add(self.half * SILENT_HALVES);
        let ping = now >= self.pinged_at.saturating_add(self.half);
        let beat = now >= self.said_at.saturating_add(self.half * 2);
        if ping {
            self.pinged_at = now;
        }
        if beat {
            self.said_at = now;
        }
        let next =
            silent_at.min(self.pinged_at.saturating_add(self.half)).min(self.said_at.saturating_add(self.half * 2));
        Due { is_silent: now >= silent_at, ping, beat, again_in: STEP * next.saturating_sub(now).max(1) }
    }

    fn at(&self, now: Instant) -> u32 {
        steps(now.saturating_duration_since(self.began))
    }
}

fn steps(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis() / STEP.as_millis()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEARTBEAT: Duration = Duration::from_secs(10);

    /// Looks when told to, for `seconds`; the moments of pings, beats and of silence, in milliseconds.
    fn played(seconds: u64, mut meanwhile: impl FnMut(&mut Pulse, Instant, u64)) -> [Vec<u64>; 3] {
        let began = Instant::now();
        let mut pulse = Pulse::new(HEARTBEAT, began);
        let (mut at, mut found) = (pulse.first(), [const { Vec::new() }; 3]);
        while at <= Duration::from_secs(seconds) {
            let ms = u64::try_from(at.as_millis()).unwrap();
            meanwhile(&mut pulse, began + at, ms);
            let due = pulse.due(began + at);
            for (found, is_due) in found.iter_mut().zip([due.ping, due.beat, due.is_silent]) {
                found.extend(is_due.then_some(ms));
            }
            at += due.again_in;
            if due.is_silent {
                break;
            }
        }
        found
    }

    #[test]
    fn a_quiet_socket_pings_every_half_and_beats_every_heartbeat() {
        let [pings, beats, silent] = played(40, |pulse, now, _| pulse.heard(now));
        assert_eq!(pings, [5_000, 10_000, 15_000, 20_000, 25_000, 30_000, 35_000, 40_000]);
        assert_eq!(beats, [10_000, 20_000, 30_000, 40_000]);
        assert!(silent.is_empty());
    }

    #[test]
    fn a_beat_comes_a_heartbeat_after_what_was_said_last_and_not_with_the_next_ping() {
        let [_, beats, _] = played(25, |pulse, now, ms| {
            pulse.heard(now);
            if ms == 5_000 {
                pulse.said(now - Duration::from_millis(1_700));
            }
        });
        assert_eq!(beats, [13_300, 23_300]);
    }

    #[test]
    fn a_peer_is_silent_after_two_and_a_half_heartbeats_and_not_before() {
        let [_, _, silent] = played(60, |pulse, now, ms| {
            if ms == 5_000 {
                pulse.heard(now - Duration::from_millis(600));
            }
        });
        assert_eq!(silent, [29_400]);
    }
}
