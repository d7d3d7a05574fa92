//! Everything that can happen to the lobby, and everything it can ask for: two closed enums.

use serde::Serialize;

use crate::ids::{AccountId, LineId, OfferId, TicketId};
use crate::protocol::{ClosedReason, ErrorCode, TransferState, WithdrawnReason};
use crate::time::{Mono, Wall};

/// How a line behaves; seconds where the name ends in `_s`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LineRules {
    /// Seconds to answer an offer; 0 assigns without asking.
    pub accept_s: u32,
    /// Longest wait before the ticket ends with `EXPIRED` (R8).
    pub wait_s_max: u32,
    /// Most tickets waiting; one more is refused with `FULL` (R8).
    pub waiting_max: u32,
    /// How long a desk that dropped keeps its place (R10).
    pub grace_s: u32,
    /// Offers missed in a row before a counsellor is paused (R6).
    pub misses_max: u32,
    /// Tier k may be asked once a ticket has waited k times this (R3). 0: every tier at once.
    pub widen_s: u32,
    /// When all have declined, ask again after this (R7).
    pub retry_s: u32,
    /// A ticket for which nobody has been there for so long ends with `UNSTAFFED` (R8).
    pub unstaffed_s: u32,
}

/// Whom the lobby takes for one who asks: a number that whoever calls it gives to a desk, or to all who
/// ask from one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Asker(pub u64);

/// A ticket as the lobby needs it. Names and notes stay outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewTicket {
    pub ticket: TicketId,
    pub line: LineId,
    /// The moment that decides its place (R2), on record.
    pub requested_at: Wall,
    /// The same moment as deadlines see it; earlier than now for a ticket that comes back.
    pub since: Mono,
    /// 0 to [`crate::protocol::PRIORITY_MAX`]; each level is worth [`super::PRIORITY_BONUS_S`].
    pub priority: u8,
    /// Who asks, where that is known (R15).
    pub asker: Option<Asker>,
}

/// Something that happened. Each one is a step (R5).
#[derive(Clone, Debug, PartialEq)]
pub enum Input {
    /// A line is new, or its rules changed, or it opened or closed its doors.
    Line { line: LineId, rules: LineRules, open: bool },
    /// A desk asks. Answered by `Store` or `Refuse`.
    Request(NewTicket),
    /// What became of a `Store`.
    Stored { ticket: TicketId, ok: bool },
    /// A ticket that is on file as waiting comes back: after a restart (`here: false`, its grace
    /// starts now), after its counsellor was lost (R11), or answering `HandOver`. Never refused,
    /// stands at its old moment; one that was handed over is paired with who accepted it.
    Restore { ticket: NewTicket, here: bool },
    /// The desk's socket is here again (R10).
    DeskHere { ticket: TicketId },
    /// The desk's socket dropped (R10).
    DeskGone { ticket: TicketId },
    /// Nothing is known of the desk: its ticket is passed over and no grace runs, until it is known to be here or
    /// gone.
    DeskUnseen { ticket: TicketId },
    /// The desk gives up. Answered by `Close`, or by `Rejected` if it is too late (R6). `asker` as in the
    /// request: giving up while it rings is remembered (R15).
    Cancel { ticket: TicketId, asker: Option<Asker> },
    /// What became of a `Close`.
    Closed { ticket: TicketId, outcome: Outcome },
    /// A waiting ticket is of another line now, on file: it takes its place there by R2. An offer
    /// that rings is withdrawn; what the database is deciding goes on.
    Moved { ticket: TicketId, line: LineId },

    /// The talk that `ticket` became is to be handed over by its counsellor `from`: to a colleague,
    /// or to whom R3 finds in `ticket.line` at the ticket's original moment. `ticket.line` is where
    /// it stands should it wait again. Answered by `Offer` and `Transfer`, or by `Rejected`.
    Transfer { ticket: NewTicket, from: AccountId, to: Option<AccountId> },
    /// The giver keeps the talk, if nobody has accepted it yet.
    CancelTransfer { ticket: TicketId, from: AccountId },
    /// The talk is not to be had any more: its room ended otherwise, or its end was not stored.
    TransferFailed { ticket: TicketId },

    /// Who a counsellor is: lines with tiers, capacity, and whether they want work. Comes before
    /// anything else about them, and again whenever it changes.
    Profile { counsellor: AccountId, lines: Vec<(LineId, u8)>, capacity: u16, open: bool },
    /// The counsellor's socket is here.
    CounsellorHere { counsellor: AccountId },
    /// The counsellor's socket dropped: outstanding offers come back at once (R11).
    CounsellorGone { counsellor: AccountId },
    /// The counsellor wants work, from these of their lines; `None`: from all of theirs.
    Open { counsellor: AccountId, lines: Option<Vec<LineId>>, capacity: Option<u16> },
    /// The counsellor wants no more work. Outstanding offers come back.
    Pause { counsellor: AccountId },
    /// The counsellor takes an offer. Answered by `Pair` or `Rejected`.
    Accept { counsellor: AccountId, offer: OfferId },
    /// The counsellor turns an offer down (R6).
    Decline { counsellor: AccountId, offer: OfferId },
    /// What became of a `Pair`.
    Paired { ticket: TicketId, outcome: Outcome },
    /// A room of this counsellor's was found on file at start: it takes a place of capacity.
    Occupied { counsellor: AccountId, line: LineId },
    /// A room of this counsellor's is over and wrapped up: a place is free again.
    Released { counsellor: AccountId, line: LineId },
    /// A talk in this line took so long, for the wait estimate (R13).
    Talked { line: LineId, talked_s: u32 },

    /// The disk refuses, or the node drains: no new offers and pairs until `Resume`.
    Suspend,
    /// Go on.
    Resume,
    /// The moment of [`super::Lobby::next_deadline`] has come.
    Tick,
}

/// What the referee, the database, said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Committed.
    Done,
    /// The record was no longer waiting: the ticket is over, whatever we thought.
    Stale,
    /// The counsellor has no place free on record: the ticket stands, the counsellor's books are
    /// wrong; they are passed over for this ticket.
    Full,
    /// Not written; everything is as before.
    Failed,
}

/// Why a waiting ticket is to be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CloseCause {
    /// The desk gave up.
    Cancelled,
    /// `wait_s_max` passed.
    WaitedTooLong,
    /// Nobody was there for `unstaffed_s`.
    Unstaffed,
    /// The desk stayed away longer than `grace_s`.
    Abandoned,
}

/// Something that must happen outside.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Put the ticket on file as waiting; answer with `Stored`.
    Store { ticket: TicketId },
    /// The ticket is refused: put that on file and tell the desk. It is forgotten here. A restored
    /// one is refused only if its line is unknown.
    Refuse { ticket: TicketId, reason: ClosedReason },
    /// The ticket stands, newly or again: tell the desk its place.
    Stands { ticket: TicketId },
    /// Ring.
    Offer { offer: OfferId, ticket: TicketId, counsellor: AccountId, accept_within_s: u32, why: Explanation },
    /// Stop ringing. `Taken` never comes from here as an offer has one addressee.
    Withdraw { offer: OfferId, ticket: TicketId, counsellor: AccountId, reason: WithdrawnReason },
    /// Propose the match to the database; answer with `Paired`.
    Pair { ticket: TicketId, counsellor: AccountId, offer: OfferId, why: Explanation },
    /// End the ticket on file; answer with `Closed`. Tell the desk when it is committed.
    Close { ticket: TicketId, cause: CloseCause },
    /// How the transfer of this ticket stands: tell its giver. `to` has accepted it.
    Transfer { ticket: TicketId, from: AccountId, state: TransferState, to: Option<AccountId> },
    /// Somebody accepted: end the ticket's room and put the ticket on file as waiting in this line,
    /// in one; answer with `Restore` or `TransferFailed`.
    HandOver { ticket: TicketId, line: LineId, to: AccountId, offer: OfferId },
    /// Something about the counsellor changed (intent, activity, capacity): tell them.
    Counsellor { counsellor: AccountId },
    /// The counsellor missed `misses_max` offers in a row, or declined more than
    /// [`super::DECLINES_MAX`] tickets that still wait, and is paused now (R6): put it on file.
    Benched { counsellor: AccountId },
    /// Who waits in the line, or who serves it, changed.
    LineChanged { line: LineId },
    /// Nothing was done, and why.
    Rejected { to: Party, code: ErrorCode, re: Option<OfferId> },
}

/// Who asked for what was rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    /// The desk with this ticket.
    Desk(TicketId),
    Counsellor(AccountId),
    /// This counsellor, about handing over the talk of this ticket.
    Giver(AccountId, TicketId),
}

/// Why this pair (R14). Goes into the consultation's record as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// `R3`: a ticket looked for a counsellor. `R4`: a counsellor looked for a ticket.
    pub rule: &'static str,
    /// The counsellor's tier in the line.
    pub tier: u8,
    /// Seconds the ticket had waited.
    pub waited_s: u32,
    /// Seconds since the counsellor last took or ended a room, or opened.
    pub idle_s: u32,
    /// Tickets of the line that stood before this one and were passed over (skipped or away).
    pub ahead: u32,
    /// Counsellors who would have come first but have declined this ticket; the first
    /// [`super::PASSED_OVER_MAX`] of them.
    pub passed_over: Vec<AccountId>,
}
