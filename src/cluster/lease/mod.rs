//! PURE. Which node matches: taking the lease, keeping it, losing it, and the first seconds of a term.
//!
//! What it promises:
//!
//! - A term begins only by the statement that compares and sets; so of two that take what they both
//!   saw, one begins. Who holds the lease and beats is not taken from: whoever takes has seen, in good
//!   looks of one run, that the lease is empty, or has not moved for 6 s, or that its holder's node is
//!   gone.
//! - It decides nothing ([`Lease::may_match`]) when its last good beat **began** more than 3 s ago. That
//!   is half of what others wait, so a holder that still runs has stopped long before its successor
//!   begins. A holder that is paused between that look and its write is caught by the guard alone: every
//!   write of a term names it, and changes nothing when the term is over. So there are never two terms
//!   that both write, and as a rule there are not even two that decide.
//! - It beats only if the matchmaker has answered since the beat before: a matchmaker that hangs loses
//!   the lease, and with it its node's.
//! - An outage of the database ends no term: a beat that had no answer is no answer, and others count
//!   stillness in good looks only. A beat that changes no row ends it.
//! - A node that drains, or hears nobody, takes none and gives up its own. A node whose clock is off lets
//!   others take it first, for 3 s and never longer: it may be the database's clock that is off.
//! - After an outage or a death somebody holds it again within the time that stillness takes, one round,
//!   and 3 s more if only nodes with a wrong clock are left.
//!
//! - `input`: what can happen, and what must follow; `gathering`: how a new term finds out who is here

mod gathering;
mod input;

pub use gathering::{AWAY_AFTER_CLAIM, AWAY_AFTER_LAST, QUIET};
pub use input::{Effect, End, Input, LeaseRow, Looked, TakeAnswer};

use std::collections::VecDeque;

use super::bounds::Bounds;
use super::looks::{Still, after, between};
use crate::ids::{NodeId, TermId};
use crate::time::Mono;
use gathering::Gathering;

/// What a node's look at the lease compares.
type Seen = (Option<TermId>, u64);

#[derive(Clone, Copy, Debug)]
struct Taking {
    term: TermId,
    begun: Mono,
}

/// Most takings without an answer that are remembered; the oldest goes. Each is a lost connection.
const DOUBTFUL_MAX: usize = 4;

/// A term of ours.
#[derive(Debug)]
struct Term {
    id: TermId,
    epoch: u64,
    /// When its last good beat began.
    good_at: Mono,
    /// The beat that has no answer yet.
    beating: Option<(u64, Mono)>,
    /// The matchmaker has answered since the last beat.
    answered: bool,
    suspended: bool,
    claimed: bool,
    gathering: Option<Gathering>,
    /// It was told to match, once.
    matching: bool,
}

/// Who matches, as one node sees it and takes part in it.
#[derive(Debug)]
pub struct Lease {
    me: NodeId,
    bounds: Bounds,
    still: Option<Still<Seen>>,
    /// What may be taken, and since when we have seen that.
    free: Option<(Seen, Mono)>,
    /// Its answer is to come.
    taking: Option<Taking>,
    /// Those that had no answer: one may have been done all the same, also after a look that did not find
    /// it yet.
    doubtful: VecDeque<Taking>,
    term: Option<Term>,
    /// Counts beats.
    beats: u64,
    draining: bool,
    deaf: bool,
    clock_off: bool,
}

impl Lease {
    /// The lease as `me` sees it; nothing was seen yet.
    #[must_use]
    pub const fn new(me: NodeId, bounds: Bounds) -> Self {
        Self {
            me,
            bounds,
            still: None,
            free: None,
            taking: None,
            doubtful: VecDeque::new(),
            term: None,
            beats: 0,
            draining: false,
            deaf: false,
            clock_off: false,
        }
    }

    /// Lets `input` happen at `now` and appends to `effects` what must follow outside. Ids of new terms
    /// are drawn from `terms`. Whether the term is to be suspended is looked at first, whatever the
    /// input.
    pub fn step(&mut self, now: Mono, input: Input, terms: &mut dyn FnMut() -> TermId, effects: &mut Vec<Effect>) {
        self.look_at_age(now, effects);
        match input {
            Input::Round => self.round(now, effects),
            Input::Beaten { count, changed } => self.beaten(count, changed, effects),
            Input::Answered => {
                if let Some(term) = &mut self.term {
                    term.answered = true;
                }
            }
            Input::Look(looked) => self.look(now, looked, terms, effects),
            Input::Took { term, answer } => self.took(now, term, answer, effects),
            Input::Claimed { term, up } => {
                let is_new = |mine: &&mut Term| mine.id == term && !mine.claimed;
                if let Some(mine) = self.term.as_mut().filter(is_new) {
                    mine.claimed = true;
                    mine.gathering = Some(Gathering::new(now, up));
                }
            }
            Input::Announcing(node) => self.gather(|gathering| gathering.heard(node, false, now)),
            Input::Announced(node) => self.gather(|gathering| gathering.heard(node, true, now)),
            Input::Lost(node) => self.gather(|gathering| gathering.lost(node)),
            Input::Fenced(term) => {
                if self.term.as_ref().is_some_and(|mine| mine.id == term) {
                    self.end(End::Fenced, effects);
                }
            }
            Input::Deaf(deaf) => {
                self.deaf = deaf;
                self.give_up(effects);
            }
            Input::ClockOff(off) => self.clock_off = off,
            Input::Drain => {
                self.draining = true;
                self.give_up(effects);
            }
            Input::Tick => {}
        }
        self.go_on_gathering(now, effects);
    }

    /// When [`Input::Tick`] is wanted next.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Mono> {
        let term = self.term.as_ref()?;
        let suspend = (!term.suspended).then(|| Mono(after(term.good_at, self.bounds.hold()).0 + 1));
        [suspend, term.gathering.as_ref().map(Gathering::deadline)].into_iter().flatten().min()
    }

    /// The term that this node holds and may write under at `now`, with its epoch.
    #[must_use]
    pub fn holds(&self, now: Mono) -> Option<(TermId, u64)> {
        let term = self.term.as_ref()?;
        self.is_fresh(term, now).then_some((term.id, term.epoch))
    }

    /// Whether the lobby may decide at `now`. To be asked in every step of it, as a timer would come
    /// behind what has queued up before it.
    #[must_use]
    pub fn may_match(&self, now: Mono) -> bool {
        self.matches_until().is_some_and(|until| now <= until)
    }

    /// Up to when the lobby may decide without another good beat; nothing if it may not. What
    /// [`Lease::may_match`] looks at, for those who cannot ask it.
    #[must_use]
    pub fn matches_until(&self) -> Option<Mono> {
        self.term.as_ref().filter(|term| term.matching).map(|term| after(term.good_at, self.bounds.hold()))
    }

    fn is_fresh(&self, term: &Term, now: Mono) -> bool {
        between(term.good_at, now) <= self.bounds.hold()
    }

    fn look_at_age(&mut self, now: Mono, effects: &mut Vec<Effect>) {
        let is_old = self.term.as_ref().is_some_and(|term| !term.suspended && !self.is_fresh(term, now));
        if let Some(term) = self.term.as_mut().filter(|_| is_old) {
            term.suspended = true;
            effects.push(Effect::Suspend(term.id));
        }
    }

    /// The holder's beat: not while one has no answer yet, and only if the matchmaker lives.
    fn round(&mut self, now: Mono, effects: &mut Vec<Effect>) {
        let Some(term) = &mut self.term else { return };
        if term.beating.is_some_and(|(_, begun)| between(begun, now) < self.bounds.unheld()) {
            return;
        }
        term.beating = None;
        if std::mem::take(&mut term.answered) {
            self.beats += 1;
            term.beating = Some((self.beats, now));
            effects.push(Effect::Beat { term: term.id, count: self.beats });
        }
        effects.push(Effect::Ping);
    }

    fn beaten(&mut self, count: u64, changed: Option<bool>, effects: &mut Vec<Effect>) {
        let Some(term) = &mut self.term else { return };
        let Some((_, begun)) = term.beating.take_if(|(beat, _)| *beat == count) else { return };
        match changed {
            // The beat before was not answered; nor is it the matchmaker's fault.
            None => term.answered = true,
            Some(true) => term.good_at = begun,
            Some(false) => {
                self.end(End::Taken, effects);
            }
        }
    }

    fn look(&mut self, now: Mono, looked: Looked, terms: &mut dyn FnMut() -> TermId, effects: &mut Vec<Effect>) {
        let Looked { look, row, holder_is_there, newest_epoch } = looked;
        let seen = (row.holder.map(|(_, term)| term), row.beat);
        let still = self.still.get_or_insert(Still::new(seen, look)).see(seen, look);
        if self.term.is_some() {
            return;
        }
        let is_held = |taking: &&Taking| row.holder == Some((self.me, taking.term));
        if let Some(taking) = self.taking.iter().chain(&self.doubtful).find(is_held).copied() {
            self.begin(now, taking, row.epoch, effects);
            return;
        }
        let is_free = row.holder.is_none() || !holder_is_there || still >= self.bounds.gone();
        if !is_free {
            self.free = None;
            return;
        }
        let since = self.free.filter(|(free, _)| *free == seen).map_or(look.begun, |(_, since)| since);
        self.free = Some((seen, since));
        let lets_others = self.clock_off && between(since, look.begun) < self.bounds.hold();
        if self.draining || self.deaf || lets_others || self.taking.is_some() {
            return;
        }
        let term = terms();
        self.taking = Some(Taking { term, begun: now });
        effects.push(Effect::Take { seen: seen.0, seen_beat: seen.1, term, newest_epoch });
    }

    fn took(&mut self, now: Mono, term: TermId, answer: TakeAnswer, effects: &mut Vec<Effect>) {
        let Some(taking) = self.taking.take_if(|taking| taking.term == term) else { return };
        match answer {
            TakeAnswer::NotMine => {}
            TakeAnswer::Taken(epoch) => self.begin(now, taking, epoch, effects),
            TakeAnswer::Unknown => {
                if self.doubtful.len() >= DOUBTFUL_MAX {
                    self.doubtful.pop_front();
                }
                self.doubtful.push_back(taking);
            }
        }
    }

    /// A term of ours. Its taking was its first beat, however late we hear of it.
    fn begin(&mut self, now: Mono, taking: Taking, epoch: u64, effects: &mut Vec<Effect>) {
        let id = taking.term;
        (self.free, self.taking) = (None, None);
        self.doubtful.clear();
        self.term = Some(Term {
            id,
            epoch,
            good_at: taking.begun,
            beating: None,
            answered: true,
            suspended: false,
            claimed: false,
            gathering: None,
            matching: false,
        });
        effects.push(Effect::Begin { term: id, epoch });
        self.look_at_age(now, effects);
        self.give_up(effects);
    }

    /// Whoever drains or hears nobody keeps no term.
    fn give_up(&mut self, effects: &mut Vec<Effect>) {
        let why = match (self.draining, self.deaf) {
            (true, _) => End::Drained,
            (_, true) => End::Deaf,
            _ => return,
        };
        if let Some(term) = self.end(why, effects) {
            effects.push(Effect::Empty(term));
        }
    }

    fn end(&mut self, why: End, effects: &mut Vec<Effect>) -> Option<TermId> {
        let term = self.term.take()?.id;
        effects.push(Effect::End { term, why });
        Some(term)
    }

    fn gather(&mut self, tell: impl FnOnce(&mut Gathering)) {
        if let Some(gathering) = self.term.as_mut().and_then(|term| term.gathering.as_mut()) {
            tell(gathering);
        }
    }

    /// What a step leaves to be said: the term is fresh again, matching begins, people are away.
    fn go_on_gathering(&mut self, now: Mono, effects: &mut Vec<Effect>) {
        let hold = self.bounds.hold();
        let Some(term) = &mut self.term else { return };
        if term.suspended && between(term.good_at, now) <= hold {
            term.suspended = false;
            effects.push(Effect::Resume(term.id));
        }
        let Some(due) = term.gathering.as_mut().map(|gathering| gathering.due(now)) else { return };
        if due.matching {
            term.matching = true;
            effects.push(Effect::Match(term.id));
        }
        if due.away {
            term.gathering = None;
            effects.push(Effect::Away(term.id));
        }
    }
}
