//! Consultations that never happened: put on file whole, as if they had been asked for, talked about
//! and ended. They are marked by their line, so neither the index of terms nor the summaries hear
//! of them.

use std::collections::HashMap;

use diesel::dsl::max;
use diesel::prelude::*;
use serde_json::json;

use crate::ids::{AccountId, MemberId, MessageId, RoomId, SessionId, TicketId};
use crate::protocol::{MessageKind, Role, SeatState};
use crate::storage::AnyConnection;
use crate::storage::centre::lines::Line;
use crate::storage::engine::connection::on_each;
use crate::storage::schema::{consultation, message, room, room_member};
use crate::storage::talk::events::{self, EventKind, EventRow};
use crate::storage::talk::rooms::RoomStatus;
use crate::storage::talk::tickets::Status;
use crate::time::Wall;

/// A consultation that is over.
#[derive(Clone, Debug)]
pub struct Past {
    pub ticket: TicketId,
    pub session: SessionId,
    /// What the visitor called themselves.
    pub nickname: String,
    /// What it was about.
    pub note: String,
    /// The day its number counts in, `YYYYMMDD` where the office is.
    pub day: i32,
    /// When it was asked for.
    pub requested_at: Wall,
    /// When it was over.
    pub ended_at: Wall,
    pub status: Status,
    /// Why: a `ClosedReason` without a talk, an `EndReason` with one.
    pub end_reason: &'static str,
    /// What was said, if they came to a counsellor.
    pub talk: Option<Talk>,
}

/// What became of one who came to a counsellor.
#[derive(Clone, Debug)]
pub struct Talk {
    pub room: RoomId,
    /// The visitor's seat.
    pub desk: MemberId,
    /// The counsellor's seat.
    pub staff: MemberId,
    pub counsellor: (AccountId, String),
    pub matched_at: Wall,
    /// The wrap-up.
    pub wrapped_up_at: Wall,
    /// A code of the group `RESULT`.
    pub result: String,
    pub memo: String,
    /// The score, and the visitor's words with it.
    pub rating: Option<(i32, Option<String>)>,
    /// In the order in which they were said.
    pub messages: Vec<Said>,
}

#[derive(Clone, Debug)]
pub struct Said {
    pub id: MessageId,
    /// Whether the visitor said it.
    pub by_desk: bool,
    pub body: String,
    pub at: Wall,
}

/// Puts them on file in a test line, each with the next number of its day. `by` is who has them made.
pub fn put(conn: &mut AnyConnection, line: &Line, all: &[Past], by: &str, at: Wall) -> QueryResult<()> {
    let mut last = HashMap::<i32, i32>::new();
    for past in all {
        let number = match last.get(&past.day) {
            Some(number) => number + 1,
            None => last_number(conn, line, past.day)? + 1,
        };
        last.insert(past.day, number);
        record(conn, line, past, number, by, at)?;
        if let Some(talk) = &past.talk {
            open(conn, past, talk, by, at)?;
            say(conn, talk, by, at)?;
            let by = talk.counsellor.0.to_string();
            let what = EventRow { ticket: past.ticket, kind: EventKind::Offered, by, detail: json!({}) };
            events::append(conn, &what, talk.matched_at)?;
        }
    }
    Ok(())
}

fn last_number(conn: &mut AnyConnection, line: &Line, day: i32) -> QueryResult<i32> {
    use consultation::dsl;
    let last: Option<i32> = dsl::consultation
        .filter(dsl::line_id.eq(line.id).and(dsl::ticket_day.eq(day)))
        .select(max(dsl::ticket_no))
        .first(conn)?;
    Ok(last.unwrap_or(0))
}

fn record(conn: &mut AnyConnection, line: &Line, past: &Past, number: i32, by: &str, at: Wall) -> QueryResult<()> {
    use consultation::dsl;
    let talk = past.talk.as_ref();
    let rating = talk.and_then(|talk| talk.rating.as_ref());
    let why = talk.map(|_| json!({"rule": "R4", "tier": 0, "waited_s": 0, "idle_s": 0, "ahead": 0, "passed_over": []}));
    diesel::insert_into(dsl::consultation)
        .values((
            dsl::consultation_id.eq(past.ticket),
            (dsl::line_id.eq(line.id), dsl::topic.eq(&line.topic), dsl::language.eq(&line.language)),
            (dsl::session_id.eq(past.session), dsl::client_id.eq("1"), dsl::priority.eq(0)),
            (dsl::nickname.eq(&past.nickname), dsl::note.eq(&past.note)),
            (
                dsl::ticket_day.eq(past.day),
                dsl::ticket_no.eq(number),
                dsl::ticket_number.eq(format!("{}-{number:03}", line.prefix)),
            ),
            (dsl::requested_dttm.eq(past.requested_at), dsl::ended_dttm.eq(past.ended_at)),
            (
                dsl::matched_dttm.eq(talk.map(|talk| talk.matched_at)),
                dsl::wrapped_up_dttm.eq(talk.map(|talk| talk.wrapped_up_at)),
                dsl::counsellor_id.eq(talk.map(|talk| talk.counsellor.0)),
                dsl::result_code.eq(talk.map(|talk| talk.result.clone())),
                dsl::memo.eq(talk.map(|talk| talk.memo.clone())),
                dsl::explanation.eq(why.map(|why| why.to_string())),
            ),
            (dsl::status.eq(past.status), dsl::end_reason.eq(past.end_reason)),
            (
                dsl::rating.eq(rating.map(|(score, _)| *score)),
                dsl::rating_comment.eq(rating.and_then(|(_, words)| words.clone())),
            ),
            (dsl::reg_dttm.eq(at), dsl::reg_id.eq(by), dsl::mod_dttm.eq(at), dsl::mod_id.eq(by)),
        ))
        .execute(conn)?;
    Ok(())
}

fn open(conn: &mut AnyConnection, past: &Past, talk: &Talk, by: &str, at: Wall) -> QueryResult<()> {
    let last_seq = i32::try_from(talk.messages.len()).unwrap_or(i32::MAX);
    diesel::insert_into(room::table)
        .values((
            (room::room_id.eq(talk.room), room::kind.eq("CONSULTATION"), room::consultation_id.eq(past.ticket)),
            (room::status.eq(RoomStatus::Ended), room::end_reason.eq(past.end_reason), room::ended_by.eq(talk.staff)),
            (room::last_seq.eq(last_seq), room::opened_dttm.eq(talk.matched_at), room::closed_dttm.eq(past.ended_at)),
            (room::reg_dttm.eq(at), room::reg_id.eq(by), room::mod_dttm.eq(at), room::mod_id.eq(by)),
        ))
        .execute(conn)?;
    let visitor = (talk.desk, Role::Desk, None, Some(past.session), &past.nickname);
    let (account, name) = &talk.counsellor;
    let counsellor = (talk.staff, Role::Counsellor, Some(*account), None, name);
    for (member, role, account, session, name) in [visitor, counsellor] {
        use room_member::dsl;
        diesel::insert_into(dsl::room_member)
            .values((
                (dsl::member_id.eq(member), dsl::room_id.eq(talk.room), dsl::role.eq(role)),
                (dsl::account_id.eq(account), dsl::session_id.eq(session), dsl::nickname.eq(name)),
                (dsl::seat_state.eq(SeatState::Left), dsl::last_seen_seq.eq(last_seq)),
                (dsl::joined_dttm.eq(talk.matched_at), dsl::left_dttm.eq(past.ended_at)),
                (dsl::reg_dttm.eq(at), dsl::reg_id.eq(by), dsl::mod_dttm.eq(at), dsl::mod_id.eq(by)),
            ))
            .execute(conn)?;
    }
    Ok(())
}

fn say(conn: &mut AnyConnection, talk: &Talk, by: &str, at: Wall) -> QueryResult<()> {
    use message::dsl;
    let rows: Vec<_> = (1..)
        .zip(&talk.messages)
        .map(|(seq, said)| {
            let seq: i32 = seq;
            (
                (dsl::room_id.eq(talk.room), dsl::seq.eq(seq), dsl::message_id.eq(said.id)),
                (
                    dsl::sender_id.eq(if said.by_desk { talk.desk } else { talk.staff }),
                    dsl::client_id.eq(seq.to_string()),
                ),
                (dsl::kind.eq(MessageKind::Text), dsl::body.eq(said.body.clone()), dsl::sent_dttm.eq(said.at)),
                (dsl::reg_dttm.eq(at), dsl::reg_id.eq(by), dsl::mod_dttm.eq(at), dsl::mod_id.eq(by)),
            )
        })
        .collect();
    on_each!(conn, inner => diesel::insert_into(dsl::message).values(rows).execute(inner))?;
    Ok(())
}
