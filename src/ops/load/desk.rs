//! A made desk: it comes, asks, talks at its own pace, ends, and comes back whenever it is cut off.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use tokio::time::{sleep, sleep_until};
use uuid::Uuid;

use super::day::{Day, STORM_OVER};
use super::figures::Measure;
use super::frame::Frame;
use super::ledger::{MadePerson, Side};
use super::peer::Action;
use super::talk::Talk;
use super::wire::{Heard, Wire};
use crate::jobs::Dice;

/// I4: within so long a desk is told how it stands.
const TRUTH_WITHIN: Duration = Duration::from_secs(5);
/// Before a cut desk comes back, on average.
const AWAY: Duration = Duration::from_millis(500);
/// Tries at a door that does not open, before the desk goes away.
const TRIES: u32 = 20;

/// One visit, over all its sockets.
struct Visit {
    day: Arc<Day>,
    who: MadePerson,
    dice: Dice,
    client_id: String,
    token: Option<String>,
    asked_at: Instant,
    /// What the desk has heard of its conversation, over all its rooms.
    last: u32,
    talk: Option<Talk>,
    /// When the desk says its next word, and after how many more it ends the talk.
    next_word: Instant,
    words: u32,
    is_slow: bool,
    ending: bool,
    /// When the storm comes; none once it has.
    storm_at: Option<Instant>,
}

/// Why a socket is no more.
enum SocketEnd {
    /// The visit is over.
    Done,
    /// It was cut, by us or by the server; the desk comes back after so long.
    Cut(Duration),
}

/// A whole visit. `due`: when the desk comes.
pub async fn visit(day: Arc<Day>, nth: u64, due: Instant, mut dice: Dice) {
    let is_slow = dice.part() * 100.0 < day.options.slow_percent;
    let words = day.options.messages;
    // Rolled by those alone who may be taken, so that a day without a storm is the day it was.
    let storm_at = day.storm_at(&mut dice);
    let mut visit = Visit {
        who: MadePerson { side: Side::Desk, nth },
        client_id: Uuid::now_v7().to_string(),
        token: None,
        asked_at: due,
        last: 0,
        talk: None,
        next_word: due,
        words,
        is_slow,
        ending: false,
        storm_at,
        day,
        dice,
    };
    visit.day.counts.here.fetch_add(1, Ordering::Relaxed);
    visit.over_all_sockets(due).await;
    visit.day.counts.here.fetch_sub(1, Ordering::Relaxed);
}

impl Visit {
    async fn over_all_sockets(&mut self, due: Instant) {
        let (mut tries, mut due) = (0, due);
        while tries < TRIES {
            let Ok(mut wire) = self.day.ways.open(Side::Desk, None).await else {
                tries += 1;
                self.day.counts.turned_away.fetch_add(1, Ordering::Relaxed);
                sleep(AWAY.mul_f64(0.5 + self.dice.part())).await;
                due = Instant::now();
                continue;
            };
            match self.over_one(&mut wire, due).await {
                SocketEnd::Done => return,
                SocketEnd::Cut(away) => {
                    drop(wire);
                    sleep(away).await;
                    due = Instant::now();
                }
            }
        }
        self.day.ledger.breaks("I4", || format!("{} found no open door in {TRIES} tries", self.who));
    }

    async fn over_one(&mut self, wire: &mut Wire, due: Instant) -> SocketEnd {
        let resumes = self.token.is_some();
        if !self.day.options.peer.keeps_records() {
            // Nobody knows this desk any more: whatever it had, it asks anew.
            if self.talk.take().is_some() {
                self.asked_at = due;
            }
            self.ending = false;
        }
        if let Some(token) = &self.token {
            wire.send(&Action::Resume { token, after: self.last }).await;
        }
        let mut truth_by = Some(Instant::now() + TRUTH_WITHIN);
        let cut_at = self.day.cut_at(&mut self.dice);
        loop {
            // Whoever comes back has no seat until that was told: what is said before is refused, and it would be
            // said twice.
            let is_seated = !resumes || truth_by.is_none();
            let word_at = self.talk.as_ref().filter(|_| is_seated && !self.ending).map(|_| self.next_word);
            tokio::select! {
                heard = wire.next() => {
                    let frame = match heard {
                        Heard::Frame(frame) => frame,
                        Heard::Ended if self.token.is_none() && self.talk.is_none() => return self.unheard(),
                        Heard::Ended => return self.cut(),
                    };
                    if tells_how_it_stands(&frame) {
                        if resumes && truth_by.is_some() {
                            self.day.figures.took(Measure::Resume, due.elapsed());
                        }
                        truth_by = None;
                    }
                    if let Some(left) = self.hear(&frame, wire, due, resumes).await {
                        return left;
                    }
                }
                () = at(word_at) => self.speak(wire).await,
                () = at(cut_at) => {
                    self.day.counts.cut.fetch_add(1, Ordering::Relaxed);
                    return self.cut();
                }
                () = at(self.storm_at) => {
                    self.storm_at = None;
                    self.day.counts.cut.fetch_add(1, Ordering::Relaxed);
                    return SocketEnd::Cut(STORM_OVER.mul_f64(self.dice.part()));
                }
                () = at(truth_by) => {
                    truth_by = None;
                    self.day.ledger.breaks("I4", || format!("{} was not told how it stands in {TRUTH_WITHIN:?}", self.who));
                }
            }
        }
    }

    /// The server ended the socket before it promised anything: the desk asks anew.
    fn unheard(&mut self) -> SocketEnd {
        self.day.counts.turned_away.fetch_add(1, Ordering::Relaxed);
        self.cut()
    }

    fn cut(&mut self) -> SocketEnd {
        SocketEnd::Cut(AWAY.mul_f64(2.0 * self.dice.part()))
    }

    async fn hear(&mut self, frame: &Frame, wire: &mut Wire, due: Instant, resumes: bool) -> Option<SocketEnd> {
        match frame.kind.as_str() {
            "welcome" if !resumes => {
                self.day.figures.took(Measure::Connect, due.elapsed());
                if !self.day.ways.asks_by_coming() {
                    self.asked_at = Instant::now();
                }
                let topic = &self.day.options.topic;
                wire.send(&Action::Request { client_id: &self.client_id, topic }).await;
            }
            "waiting" => {
                self.token.clone_from(&frame.resume);
                self.talk = None;
                self.day.ledger.waits(self.who, frame.ticket.as_deref().unwrap_or_default());
            }
            "matched" => self.sit_down(frame, wire).await,
            "message" | "accepted" => {
                let day = self.day.clone();
                if let Some(talk) = self.in_its_room(frame) {
                    talk.hear(&day, frame);
                    let last = talk.last;
                    self.last = last;
                }
            }
            "ended" => {
                if let Some(talk) = self.talk.take() {
                    talk.end(&self.day);
                }
                if frame.reason.as_deref() == Some("GONE") {
                    self.day.counts.unserved.fetch_add(1, Ordering::Relaxed);
                    return Some(SocketEnd::Done);
                }
                // Whoever lost their counsellor, or is handed over, is told next how they stand.
                if !matches!(frame.reason.as_deref(), Some("COUNSELLOR_LOST" | "TRANSFERRED")) {
                    self.day.counts.served.fetch_add(1, Ordering::Relaxed);
                    return Some(SocketEnd::Done);
                }
            }
            "closed" => {
                self.day.counts.unserved.fetch_add(1, Ordering::Relaxed);
                return Some(SocketEnd::Done);
            }
            "error" => return self.is_refused(frame),
            _ => {}
        }
        None
    }

    fn in_its_room(&mut self, frame: &Frame) -> Option<&mut Talk> {
        match &mut self.talk {
            Some(talk) if talk.room == frame.room() => self.talk.as_mut(),
            _ => {
                self.day.ledger.breaks("I5", || format!("{} heard of a room it does not sit in: {frame:?}", self.who));
                None
            }
        }
    }

    async fn sit_down(&mut self, frame: &Frame, wire: &mut Wire) {
        self.token.clone_from(&frame.resume);
        let (room, known) = (frame.room(), frame.last_seq.unwrap_or_default());
        if let Some(talk) = self.talk.as_mut().filter(|talk| talk.room == room) {
            talk.back(&self.day, known, wire).await;
            self.next_word = self.next_word.max(Instant::now());
            // An `end` that was on its way when the socket was cut may not have arrived.
            self.ending = false;
            return;
        }
        if let Some(talk) = &self.talk {
            self.day.ledger.breaks("I2", || format!("{} sits in {} and in {room} at once", self.who, talk.room));
        }
        let you = frame.you.as_deref().unwrap_or_default();
        self.talk = Some(Talk::begin(self.who, room, you, self.last, known));
        let ticket = frame.ticket.as_deref().unwrap_or_default();
        let day = &self.day;
        if let Some(took) = day.ledger.sits(self.who, room, ticket, self.last, Some(self.asked_at)) {
            day.figures.took(Measure::Match, took);
        }
        self.next_word = Instant::now() + self.between_words();
        if self.is_slow {
            // Whatever is told meanwhile waits in the pipes, or the server lets go.
            self.is_slow = false;
            sleep(Duration::from_secs_f64(self.day.options.talk_s)).await;
        }
    }

    /// The words are spread over the talk, each at a random moment of its part.
    fn between_words(&mut self) -> Duration {
        let mean = self.day.options.talk_s / f64::from(self.day.options.messages + 1);
        Duration::from_secs_f64(mean * (0.5 + self.dice.part()))
    }

    async fn speak(&mut self, wire: &mut Wire) {
        let due = self.next_word;
        self.next_word = due + self.between_words();
        let Some(talk) = &mut self.talk else { return };
        if self.words > 0 {
            self.words -= 1;
            let due = u64::try_from(due.saturating_duration_since(self.day.began).as_micros()).unwrap_or(u64::MAX);
            talk.say(&self.day, due, "may I ask something?", wire).await;
        } else {
            self.ending = true;
            wire.send(&Action::End { room: &talk.room }).await;
        }
    }

    fn is_refused(&mut self, frame: &Frame) -> Option<SocketEnd> {
        self.day.counts.refused.fetch_add(1, Ordering::Relaxed);
        let re = frame.re.as_deref().unwrap_or_default();
        if self.talk.as_mut().is_some_and(|talk| talk.is_refused(re)) {
            return None;
        }
        match frame.code.as_deref().unwrap_or_default() {
            // Not stored, or too much at once: what was asked is asked again.
            "BUSY" | "NOT_STORED" => {
                self.ending = false;
                Some(self.cut())
            }
            "ROOM_ENDED" | "NO_SUCH_ROOM" => None,
            _ => {
                self.day.ledger.breaks("I4", || format!("{} was refused what it was promised: {frame:?}", self.who));
                Some(SocketEnd::Done)
            }
        }
    }
}

fn tells_how_it_stands(frame: &Frame) -> bool {
    matches!(frame.kind.as_str(), "waiting" | "matched" | "ended" | "closed" | "error")
}

/// At this moment; never for `None`.
async fn at(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment.into()).await,
        None => std::future::pending().await,
    }
}
