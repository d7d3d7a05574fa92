//! The lobby: all lines, tickets and counsellors, the one way in, and the small moves that the
//! rules are made of.

use super::counsellor::Counsellor;
use super::given_up::GivenUp;
use super::index::{Places, Slab, Slots, hash_of};
use super::input::{CloseCause, Effect, Input, LineRules, Party};
use super::line::{Line, reclass};
use super::place::{Among, Entry, Key};
use super::ticket::{Stage, Ticket};
use super::timers::Timers;
use super::view::Stages;
use crate::ids::{AccountId, LineId, OfferId, TicketId};
use crate::protocol::ErrorCode;
use crate::time::{Mono, Now};

/// Everyone who waits and everyone who could take them, in memory. See [`Lobby::step`].
pub struct Lobby {
    /// Lines and counsellors keep their place for ever; tickets until they are over.
    pub(super) lines: Vec<Line>,
    pub(super) line_places: Places<LineId>,
    pub(super) tickets: Slab<Ticket>,
    pub(super) ticket_slots: Slots,
    pub(super) counsellors: Vec<Counsellor>,
    pub(super) counsellor_places: Places<AccountId>,
    pub(super) timers: Timers,
    pub(super) given_up: GivenUp,
    /// The moment of the last step.
    pub(super) now: Mono,
    pub(super) suspended: bool,
    pub(super) stages: Stages,
    /// Goes up whenever an estimate may have changed by more than a talk's duration (R13).
    pub(super) shape: u64,
    /// Lines whose timers are to be looked at before the step ends.
    pub(super) stirred: Vec<u32>,
    /// What changed in this step, to be reported once each at its end.
    touched_lines: Vec<u32>,
    touched_counsellors: Vec<u32>,
}

/// What a step brings along and leaves behind.
pub(super) struct Out<'a> {
    pub offer_ids: &'a mut dyn FnMut() -> OfferId,
    pub effects: &'a mut Vec<Effect>,
}

impl Out<'_> {
    pub fn push(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    pub fn reject(&mut self, to: Party, code: ErrorCode, re: Option<OfferId>) {
        self.push(Effect::Rejected { to, code, re });
    }
}

impl Default for Lobby {
    fn default() -> Self {
        Self::new()
    }
}

impl Lobby {
    /// Nobody is here yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            lines: Vec::new(),
            line_places: Places::default(),
            tickets: Slab::new(),
            ticket_slots: Slots::default(),
            counsellors: Vec::new(),
            counsellor_places: Places::default(),
            timers: Timers::default(),
            given_up: GivenUp::default(),
            now: Mono(0),
            suspended: false,
            stages: Stages::default(),
            shape: 0,
            stirred: Vec::new(),
            touched_lines: Vec::new(),
            touched_counsellors: Vec::new(),
        }
    }

    /// Lets `input` happen at `now` and appends to `effects` what must follow outside.
    ///
    /// Whatever has come due by `now` happens first, in the order of its moments. After the step
    /// no eligible pair is left unpaired (R5), unless suspended, and nothing is due. Ids of new
    /// offers are drawn from `offer_ids`. A `now` earlier than the last one counts as the last one.
    /// What names an unknown line, ticket or counsellor is ignored or rejected, never a panic.
    ///
    /// `Counsellor` and `LineChanged` come last and once each.
    pub fn step(&mut self, now: Now, input: Input, offer_ids: &mut dyn FnMut() -> OfferId, effects: &mut Vec<Effect>) {
        self.now = self.now.max(now.mono);
        let out = &mut Out { offer_ids, effects };
        self.run_due(out);
        self.take(input, out);
        self.run_due(out);
        self.report_changes(out);
        debug_assert!(self.next_deadline().is_none_or(|at| at > self.now), "nothing is left due");
    }

    /// When [`Input::Tick`] is wanted next. It may turn out that nothing was due then.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Mono> {
        self.timers.first()
    }

    fn take(&mut self, input: Input, out: &mut Out) {
        match input {
            Input::Line { line, rules, open } => self.set_line(line, rules, open, out),
            Input::Request(ticket) => self.request(&ticket, out),
            Input::Stored { ticket, ok } => self.stored(ticket, ok, out),
            Input::Restore { ticket, here } => self.restore(&ticket, here, out),
            Input::DeskHere { ticket } => self.desk_here(ticket, out),
            Input::DeskUnseen { ticket } => self.desk_unseen(ticket, out),
            Input::DeskGone { ticket } => self.desk_gone(ticket, out),
            Input::Cancel { ticket, asker } => self.cancel(ticket, asker, out),
            Input::Closed { ticket, outcome } => self.closed(ticket, outcome, out),
            Input::Moved { ticket, line } => self.moved(ticket, line, out),
            Input::Transfer { ticket, from, to } => self.transfer(&ticket, from, to, out),
            Input::CancelTransfer { ticket, from } => self.cancel_transfer(ticket, from, out),
            Input::TransferFailed { ticket } => self.transfer_failed(ticket, out),
            Input::Profile { counsellor, lines, capacity, open } => {
                self.profile(counsellor, &lines, capacity, open, out);
            }
            Input::CounsellorHere { counsellor } => self.counsellor_here(counsellor, out),
            Input::CounsellorGone { counsellor } => self.counsellor_gone(counsellor, out),
            Input::Open { counsellor, lines, capacity } => self.open(counsellor, lines.as_deref(), capacity, out),
            Input::Pause { counsellor } => self.pause(counsellor, out),
            Input::Accept { counsellor, offer } => self.accept(counsellor, offer, out),
            Input::Decline { counsellor, offer } => self.decline(counsellor, offer, out),
            Input::Paired { ticket, outcome } => self.paired(ticket, outcome, out),
            Input::Occupied { counsellor, line: _ } => self.occupied(counsellor, out),
            Input::Released { counsellor, line: _ } => self.released(counsellor, out),
            Input::Talked { line, talked_s } => self.talked(line, talked_s),
            Input::Suspend => self.suspended = true,
            Input::Resume => self.resume(out),
            Input::Tick => {}
        }
    }

    fn set_line(&mut self, id: LineId, rules: LineRules, open: bool, out: &mut Out) {
        let place = *self.line_places.entry(id).or_insert_with(|| {
            self.lines.push(Line::new(id, rules, self.now));
            (self.lines.len() - 1) as u32
        });
        self.touch_line(place);
        let line = &mut self.lines[place as usize];
        line.open = open;
        if line.rules == rules {
            return;
        }
        line.rules = rules;
        self.stir(place);
        self.arm_all(place);
        // What the new rules end must not be offered first.
        self.run_due(out);
        self.rematch(&[place], out);
    }

    fn resume(&mut self, out: &mut Out) {
        self.suspended = false;
        let all: Vec<u32> = (0..self.lines.len() as u32).collect();
        all.iter().for_each(|&line| self.stir(line));
        self.rematch(&all, out);
    }

    fn report_changes(&mut self, out: &mut Out) {
        for place in self.touched_counsellors.drain(..) {
            let counsellor = &mut self.counsellors[place as usize];
            counsellor.touched = false;
            out.push(Effect::Counsellor { counsellor: counsellor.id });
        }
        for place in self.touched_lines.drain(..) {
            let line = &mut self.lines[place as usize];
            line.touched = false;
            out.push(Effect::LineChanged { line: line.id });
        }
    }

    pub(super) fn touch_line(&mut self, place: u32) {
        let line = &mut self.lines[place as usize];
        if !std::mem::replace(&mut line.touched, true) {
            self.touched_lines.push(place);
        }
    }

    pub(super) fn touch_counsellor(&mut self, place: u32) {
        let counsellor = &mut self.counsellors[place as usize];
        if !std::mem::replace(&mut counsellor.touched, true) {
            self.touched_counsellors.push(place);
        }
    }

    /// Moves a ticket to another stage. It must be standing or be about to stand.
    pub(super) fn set_stage(&mut self, slot: u32, stage: Stage) {
        let ticket = &mut self.tickets[slot];
        self.stages.swap(ticket.stage, stage);
        ticket.stage = stage;
    }

    /// Takes its place in the line, in a stage that is decided next.
    pub(super) fn take_place(&mut self, slot: u32) {
        let ticket = &self.tickets[slot];
        let place = ticket.line;
        let line = &mut self.lines[place as usize];
        line.order.insert(Entry { key: ticket.key(), since: ticket.since, slot, class: ticket.class() });
        if line.standing() == 1 {
            self.shape += 1;
        }
        self.touch_line(place);
        self.stir(place);
    }

    /// Waits, from now on or again. Ends at once what has waited or stayed away too long by now;
    /// else the caller looks for a pair.
    pub(super) fn wait(&mut self, slot: u32, out: &mut Out) {
        self.set_stage(slot, Stage::Waiting);
        if let Some(cause) = self.overdue(slot) {
            self.close(slot, cause, out);
            return;
        }
        let ticket = &mut self.tickets[slot];
        ticket.stood_at = self.now;
        let (here, id) = (ticket.here, ticket.id);
        if let Some(more) = ticket.more.as_mut().filter(|more| more.untold && here) {
            more.untold = false;
            out.push(Effect::Stands { ticket: id });
        }
        let line = &mut self.lines[ticket.line as usize];
        if line.serving.is_empty() {
            line.latecomers.push_back((self.now, ticket.id));
        }
        self.reconsider(slot);
    }

    /// A waiting ticket to which something happened may be of another class, with other deadlines.
    pub(super) fn reconsider(&mut self, slot: u32) {
        let ticket = &self.tickets[slot];
        let place = ticket.line;
        reclass(&mut self.lines[place as usize], ticket);
        self.stir(place);
        self.arm(slot);
    }

    /// Leaves the waiting for a stage in which nothing else may happen to it.
    pub(super) fn hold(&mut self, slot: u32, stage: Stage) {
        self.disarm(slot);
        self.set_stage(slot, stage);
        let place = self.tickets[slot].line;
        reclass(&mut self.lines[place as usize], &self.tickets[slot]);
        self.stir(place);
    }

    /// Asks the database to end a waiting ticket.
    pub(super) fn close(&mut self, slot: u32, cause: CloseCause, out: &mut Out) {
        debug_assert_eq!(self.tickets[slot].stage, Stage::Waiting);
        self.hold(slot, Stage::Closing(cause));
        if let Some(more) = &mut self.tickets[slot].more {
            more.retry = None;
        }
        out.push(Effect::Close { ticket: self.tickets[slot].id, cause });
    }

    /// The ticket is over, whatever stage it was in.
    pub(super) fn forget(&mut self, slot: u32) {
        self.disarm(slot);
        self.forget_skips(slot);
        let Some(ticket) = self.tickets.remove(slot) else { return };
        self.ticket_slots.remove(hash_of(&ticket.id), slot);
        self.stages.remove(ticket.stage);
        debug_assert_ne!(ticket.stage, Stage::Waiting, "only what is held is forgotten");
        if let Stage::Storing { .. } = ticket.stage {
            self.lines[ticket.line as usize].storing -= 1;
        } else if ticket.stands() {
            self.leave_place(ticket.line, &ticket.key());
        }
    }

    /// The place in the line is empty.
    pub(super) fn leave_place(&mut self, place: u32, key: &Key) {
        let line = &mut self.lines[place as usize];
        line.order.remove(key);
        if line.standing() == 0 {
            self.shape += 1;
        }
        self.touch_line(place);
        self.stir(place);
    }

    /// Nobody is skipped for this ticket any more.
    pub(super) fn forget_skips(&mut self, slot: u32) {
        let Some(more) = &mut self.tickets[slot].more else { return };
        for counsellor in more.skips.drain(..) {
            self.counsellors[counsellor as usize].declines -= 1;
        }
    }

    pub(super) fn slot_of(&self, ticket: TicketId) -> Option<u32> {
        self.ticket_slots.find(hash_of(&ticket), |slot| self.tickets[slot].id == ticket)
    }

    pub(super) fn place_of(&self, counsellor: AccountId) -> Option<u32> {
        self.counsellor_places.get(&counsellor).copied()
    }

    /// Brings where a counsellor is counted as serving and as available in line with what they are.
    pub(super) fn refresh(&mut self, place: u32) {
        let counsellor = &mut self.counsellors[place as usize];
        let present = counsellor.is_present();
        let available = counsellor.is_available().then_some(counsellor.idle_since);
        self.count_as(place, present, available);
    }

    /// Counts a counsellor in the lines they serve: as serving, and as available since a moment.
    pub(super) fn count_as(&mut self, place: u32, present: bool, available: Option<Mono>) {
        let counsellor = &mut self.counsellors[place as usize];
        let was_present = std::mem::replace(&mut counsellor.present, present);
        let was_available = std::mem::replace(&mut counsellor.available_as, available);
        let id = counsellor.id;
        if was_present == present && was_available == available {
            return;
        }
        for at in 0..self.counsellors[place as usize].serves.len() {
            let served = self.counsellors[place as usize].serves[at];
            let line = &mut self.lines[served.line as usize];
            if was_available != available
                && let Some(set) = line.available_in(served.tier)
            {
                if let Some(since) = was_available {
                    set.remove(&(since, id, place));
                }
                if let Some(since) = available {
                    set.insert((since, id, place));
                }
            }
            if was_present != present {
                line.serve(place, present, self.now);
                self.touch_line(served.line);
            }
            self.stir(served.line);
        }
        if was_present != present {
            self.shape += 1;
            self.touch_counsellor(place);
        }
    }

    /// Tickets of a line that count towards its `waiting_max`.
    pub(super) fn filled(&self, place: u32) -> u32 {
        let line = &self.lines[place as usize];
        line.storing + line.order.count(Among::ALL)
    }
}
