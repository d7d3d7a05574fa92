//! A made counsellor: open, takes everybody, answers everything, and comes back whenever cut off.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use tokio::time::{sleep, sleep_until};

use super::day::Day;
use super::frame::Frame;
use super::ledger::{MadePerson, Side};
use super::peer::Action;
use super::talk::Talk;
use super::wire::{Heard, Wire};
use crate::jobs::Dice;
use crate::start_error::StartError;

/// Handshakes of counsellors under way at once.
const OPENING: usize = 64;
/// Before a cut counsellor comes back, on average.
const AWAY: Duration = Duration::from_millis(300);
/// All must be open by then.
const ALL_OPEN_WITHIN: Duration = Duration::from_secs(300);

struct Counsellor {
    day: Arc<Day>,
    who: MadePerson,
    dice: Dice,
    /// The log-in, where there are any.
    token: Option<String>,
    /// By room.
    talks: BTreeMap<String, Talk>,
    /// Told once this counsellor is open for the first time.
    at_work: Option<mpsc::Sender<()>>,
}

/// Opens every counsellor's socket, a few at a time, and waits until all are open.
pub async fn all_at_work(day: &Arc<Day>, tokens: &[String]) -> Result<JoinSet<()>, StartError> {
    let count = day.options.counsellors;
    let (at_work, mut working) = mpsc::channel(usize::try_from(count).map_or(OPENING, |count| count.max(1)));
    let gate = Arc::new(Semaphore::new(OPENING));
    let mut all = JoinSet::new();
    for nth in 0..u64::from(count) {
        let mut one = Counsellor {
            day: day.clone(),
            who: MadePerson { side: Side::Counsellor, nth },
            dice: Dice::new(day.options.seed ^ (nth << 32)),
            token: usize::try_from(nth).ok().and_then(|nth| tokens.get(nth).cloned()),
            talks: BTreeMap::new(),
            at_work: Some(at_work.clone()),
        };
        let turn = gate.clone().acquire_owned().await.map_err(StartError::new)?;
        all.spawn(async move {
            one.work(turn).await;
        });
    }
    let opened = tokio::time::timeout(ALL_OPEN_WITHIN, async {
        for _ in 0..count {
            working.recv().await;
        }
    });
    opened.await.map_err(|_| StartError::new("not every counsellor could open in time; see the server's log"))?;
    Ok(all)
}

impl Counsellor {
    async fn work(&mut self, turn: tokio::sync::OwnedSemaphorePermit) {
        let mut turn = Some(turn);
        loop {
            match self.day.ways.open(Side::Counsellor, self.token.as_deref()).await {
                Ok(mut wire) => {
                    turn = None;
                    self.over_one(&mut wire).await;
                }
                Err(_) => {
                    self.day.counts.turned_away.fetch_add(1, Ordering::Relaxed);
                }
            }
            sleep(AWAY.mul_f64(2.0 * self.dice.part())).await;
            drop(turn.take());
        }
    }

    async fn over_one(&mut self, wire: &mut Wire) {
        let cut_at = self.day.cut_at(&mut self.dice);
        let mut is_new = true;
        loop {
            tokio::select! {
                heard = wire.next() => match heard {
                    Heard::Frame(frame) => self.hear(&frame, wire, &mut is_new).await,
                    Heard::Ended => return,
                },
                () = at(cut_at) => {
                    self.day.counts.cut.fetch_add(1, Ordering::Relaxed);
                    return;
                }
            }
        }
    }

    async fn hear(&mut self, frame: &Frame, wire: &mut Wire, is_new: &mut bool) {
        match frame.kind.as_str() {
            "state" if std::mem::take(is_new) => self.take_up(frame, wire).await,
            "state" => {
                let rooms: Vec<&str> = frame.rooms.iter().map(|line| line.room.as_str()).collect();
                self.day.ledger.stands(self.who, &rooms);
                if frame.intent.as_deref() == Some("OPEN")
                    && let Some(at_work) = self.at_work.take()
                {
                    let _ = at_work.send(()).await;
                }
            }
            "offer" => {
                self.day.ledger.rings(self.who);
                wire.send(&Action::Accept { offer: frame.offer.as_deref().unwrap_or_default() }).await;
            }
            "matched" => {
                let known = frame.last_seq.unwrap_or_default();
                self.sit_down(frame.room(), frame.ticket.as_deref(), frame.you.as_deref(), known, known);
            }
            "message" | "accepted" => {
                let day = self.day.clone();
                match self.talks.get_mut(frame.room()) {
                    Some(talk) => {
                        if talk.hear(&day, frame) {
                            talk.say(&day, day.micros(), "of course", wire).await;
                        }
                    }
                    None => {
                        self.day.ledger.breaks("I5", || format!("{} heard of a room of others: {frame:?}", self.who))
                    }
                }
            }
            "ended" => {
                if let Some(talk) = self.talks.remove(frame.room()) {
                    talk.end(&self.day);
                }
            }
            "error" => {
                self.day.counts.refused.fetch_add(1, Ordering::Relaxed);
                let re = frame.re.as_deref().unwrap_or_default();
                self.talks.values_mut().any(|talk| talk.is_refused(re));
            }
            _ => {}
        }
    }

    /// The first `state` on a socket says which rooms there still are.
    async fn take_up(&mut self, state: &Frame, wire: &mut Wire) {
        if state.intent.as_deref() != Some("OPEN") || self.at_work.is_some() {
            let capacity = self.day.options.capacity;
            wire.send(&Action::Open { capacity }).await;
        }
        let gone = |room: &String| !state.rooms.iter().any(|line| line.room == *room);
        for room in self.talks.keys().filter(|room| gone(room)).cloned().collect::<Vec<_>>() {
            self.talks.remove(&room);
            self.day.ledger.misses_the_end(self.who, &room);
        }
        for line in &state.rooms {
            if !self.talks.contains_key(&line.room) {
                // Matched while away: nothing of it has been heard.
                self.sit_down(&line.room, None, None, 0, line.last_seq);
            }
            let Some(talk) = self.talks.get_mut(&line.room) else { continue };
            wire.send(&Action::Replay { room: &talk.room, after: talk.last }).await;
            talk.back(&self.day, line.last_seq, wire).await;
        }
    }

    fn sit_down(&mut self, room: &str, ticket: Option<&str>, you: Option<&str>, last: u32, known: u32) {
        let talk = Talk::begin(self.who, room, you.unwrap_or_default(), last, known);
        self.talks.insert(room.to_owned(), talk);
        if let Some(took) = self.day.ledger.sits(self.who, room, ticket.unwrap_or_default(), last, None) {
            self.day.figures.took(super::figures::Measure::Match, took);
        }
    }
}

/// At this moment; never for `None`.
async fn at(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment.into()).await,
        None => std::future::pending().await,
    }
}
