//! What became of made consultations: most were talked about and written up, some gave up, some
//! waited too long.

use std::ops::Range;

use super::Dice;
use super::days::{Days, Moment};
use super::words::{self, Script};
use crate::ids::{AccountId, MemberId, MessageId, RoomId, SessionId, TicketId};
use crate::protocol::{ClosedReason, EndReason};
use crate::storage::talk::tickets::Status;
use crate::storage::work::test_data::past::{Past, Said, Talk};
use crate::time::Wall;

/// Microseconds in a second.
const SECOND: i64 = 1_000_000;
/// Where no code for results is in use.
const NO_RESULT: &str = "OTHER";

/// What consultations are made of.
pub(super) struct Cases {
    counsellors: Vec<(AccountId, String)>,
    results: Vec<String>,
    language: String,
}

impl Cases {
    /// Of these counsellors, ending with one of these results, in this language.
    pub(super) fn new(counsellors: Vec<(AccountId, String)>, results: Vec<String>, language: &str) -> Self {
        Self { counsellors, results, language: language.to_owned() }
    }

    /// Those at these places.
    pub(super) fn make(&self, places: Range<u32>, days: &Days, dice: &mut Dice) -> Vec<Past> {
        places.map(|place| self.one(days.nth(place), dice)).collect()
    }

    fn one(&self, moment: Moment, dice: &mut Dice) -> Past {
        let requested = moment.at.0 + dice.between(0, (moment.gap - 1).clamp(0, 60 * SECOND));
        let scripts = words::scripts(&self.language);
        let script = &scripts[dice.below(scripts.len())];
        let (status, end_reason) = match dice.below(100) {
            0..8 => (Status::Cancelled, ClosedReason::Cancelled.code()),
            8..14 => (Status::Expired, ClosedReason::Expired.code()),
            14..20 => (Status::Done, EndReason::DeskLeft.code()),
            _ => (Status::Done, EndReason::Done.code()),
        };
        let waited = (2 + dice.lasting(40.0).min(600)) * SECOND;
        let talk = (status == Status::Done).then(|| self.talk(script, requested + waited, dice));
        let ended = talk.as_ref().map_or(requested + waited, |talk| {
            talk.messages.last().map_or(talk.matched_at.0, |last| last.at.0) + 20 * SECOND
        });
        let visitors = words::visitors(&self.language);
        Past {
            ticket: TicketId(dice.id(requested)),
            session: SessionId(dice.id(requested)),
            nickname: visitors[dice.below(visitors.len())].to_owned(),
            note: script.note.to_owned(),
            day: moment.day,
            requested_at: Wall(requested),
            ended_at: Wall(ended),
            status,
            end_reason,
            talk: talk.map(|talk| Talk { wrapped_up_at: Wall(ended + dice.between(5, 90) * SECOND), ..talk }),
        }
    }

    fn talk(&self, script: &Script, matched: i64, dice: &mut Dice) -> Talk {
        let counsellor = self.counsellors[dice.below(self.counsellors.len())].clone();
        let mut at = matched;
        let messages = script.said.iter().enumerate().map(|(nth, body)| {
            at += dice.between(8, 60) * SECOND;
            Said { id: MessageId(dice.id(at)), by_desk: nth % 2 == 0, body: (*body).to_owned(), at: Wall(at) }
        });
        let messages = messages.collect();
        let rating = dice.percent(60).then(|| {
            let score = [5, 5, 5, 4, 4, 3, 2, 1][dice.zipf(8)];
            (score, (score >= 4).then(|| words::thanks(&self.language).to_owned()))
        });
        let result = self.results.get(dice.below(self.results.len())).map_or(NO_RESULT, String::as_str);
        Talk {
            room: RoomId(dice.id(matched)),
            desk: MemberId(dice.id(matched)),
            staff: MemberId(dice.id(matched)),
            counsellor,
            matched_at: Wall(matched),
            wrapped_up_at: Wall(matched),
            result: result.to_owned(),
            memo: script.memo.to_owned(),
            rating,
            messages,
        }
    }
}
