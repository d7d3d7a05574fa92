//! How what is read from the records is known to the dispatch.

use crate::dispatch::{self, FoundTicket, FoundWrapUp, Past, ResultCode, TicketRow};
use crate::matching::LineRules;
use crate::protocol::{ClosedReason, EndReason, Whisperer};
use crate::room::{Said, Whispered};
use crate::storage::centre::codes::{self, Code};
use crate::storage::centre::lines::Line;
use crate::storage::history::consultations::PendingWrapUp;
use crate::storage::talk::messages::StoredMessage;
use crate::storage::talk::tickets::{self, Status, Ticket};
use crate::storage::talk::whispers::StoredWhisper;

pub(crate) fn results(codes: Vec<Code>) -> Vec<ResultCode> {
    let results = codes.into_iter().filter(|code| code.group == codes::RESULT);
    results
        .map(|Code { code, in_use, deleted, version, .. }| ResultCode { code, in_use: in_use && !deleted, version })
        .collect()
}

impl From<StoredMessage> for Said {
    fn from(stored: StoredMessage) -> Self {
        let StoredMessage { id, seq, from, client_id, kind, body, at, .. } = stored;
        Self { seq, id, from, client_id, kind, body, at }
    }
}

impl From<StoredWhisper> for Whispered {
    fn from(stored: StoredWhisper) -> Self {
        let StoredWhisper { id, from, client_id, body, at, role, name, .. } = stored;
        Self { id, from, whisperer: Whisperer { name, role }, client_id, body, at }
    }
}

impl From<Ticket> for FoundTicket {
    fn from(found: Ticket) -> Self {
        let Ticket { ticket, line, topic, language, desk, session, client_id, number, nickname, note, .. } = found;
        let (priority, requested_at) = (found.priority, found.requested_at);
        let (day, predicted_s) = (0, None);
        let row = TicketRow {
            ticket,
            line,
            desk,
            session,
            client_id,
            language,
            nickname,
            note,
            priority,
            requested_at,
            day,
            predicted_s,
        };
        Self { row, topic, number: number.unwrap_or_default() }
    }
}

impl From<PendingWrapUp> for FoundWrapUp {
    fn from(PendingWrapUp { room, line, counsellor, ended_at, .. }: PendingWrapUp) -> Self {
        Self { room, line, counsellor, ended_at }
    }
}

impl From<Line> for dispatch::Line {
    fn from(line: Line) -> Self {
        let rules = LineRules {
            accept_s: line.accept_s,
            wait_s_max: line.wait_s_max,
            waiting_max: line.waiting_max,
            grace_s: line.grace_s,
            misses_max: line.misses_max,
            widen_s: line.widen_s,
            retry_s: line.retry_s,
            unstaffed_s: line.unstaffed_s,
        };
        let Line { id, topic, language, name, name_en, hours, wrap_up_s, line_order, .. } = line;
        let Line { in_use, deleted, version, test, .. } = line;
        Self { id, topic, language, name, name_en, hours, rules, wrap_up_s, line_order, in_use, deleted, version, test }
    }
}

impl From<tickets::Visit> for Past {
    fn from(visit: tickets::Visit) -> Self {
        if matches!(visit.status, Status::Waiting | Status::Talking) {
            return Self::Live;
        }
        let Some(reason) = visit.end_reason.as_deref() else { return Self::Untold };
        let without_room =
            matches!(visit.status, Status::Cancelled | Status::Abandoned | Status::Expired | Status::Refused);
        if let Some(reason) = ClosedReason::from_code(reason).filter(|_| without_room) {
            return Self::Closed(reason);
        }
        match (visit.room, EndReason::from_code(reason)) {
            (Some(last), Some(reason)) => {
                Self::Ended { room: last.room, reason, closed_at: last.closed_at, desk: last.desk }
            }
            _ => Self::Untold,
        }
    }
}
