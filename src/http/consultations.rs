//! The history: every consultation from request to wrap-up, and what was said in it.
//!
//! Managers and admins see all of it; a counsellor sees their own.

use std::collections::HashMap;

use actix_web::web;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ask;
use super::cursor::{self, Page};
use super::error::AppError;
use super::extract::{Params, PathId, page_limit};
use super::rooms::{MemberView, MessageView, Messages, RoomView};
use super::staff::Staff;
use crate::app::App;
use crate::ids::{AccountId, DeskId, LineId, TicketId};
use crate::storage::consultations::{self, Consultation, Filter};
use crate::storage::tickets::Status;
use crate::storage::{accounts, messages, rooms};
use crate::time::Wall;

/// Messages shown with a consultation; more are read from its rooms.
const MESSAGES_FIRST: u32 = 200;

/// What the list may be narrowed to.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    status: Option<String>,
    line: Option<String>,
    counsellor: Option<AccountId>,
    desk: Option<DeskId>,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
    limit: Option<u32>,
    after: Option<String>,
}

/// A consultation in the list.
#[derive(Debug, Serialize)]
pub struct ConsultationView {
    id: TicketId,
    number: Option<String>,
    status: &'static str,
    line: String,
    line_id: LineId,
    language: String,
    desk: Option<DeskId>,
    nickname: Option<String>,
    note: Option<String>,
    priority: u8,
    requested_at: Wall,
    matched_at: Option<Wall>,
    ended_at: Option<Wall>,
    wrapped_up_at: Option<Wall>,
    counsellor: Option<AccountId>,
    counsellor_name: Option<String>,
    end_reason: Option<String>,
    result_code: Option<String>,
    memo: Option<String>,
    rating: Option<i32>,
    rating_comment: Option<String>,
    predicted_s: Option<[i32; 2]>,
}

/// A consultation by itself.
#[derive(Debug, Serialize)]
pub struct ConsultationWhole {
    #[serde(flatten)]
    consultation: ConsultationView,
    explanation: Option<Value>,
    rooms: Vec<RoomView>,
    /// Everybody who had a seat, in any of the rooms.
    members: Vec<MemberView>,
    messages: Vec<MessageView>,
    /// The `after` of the next messages, to be read from the last room.
    messages_next: Option<u32>,
}

/// `GET /api/v1/consultations`
pub async fn list(
    app: web::Data<App>,
    staff: Staff,
    Params(wanted): Params<Wanted>,
) -> Result<web::Json<Page<ConsultationView>>, AppError> {
    let limit = page_limit(wanted.limit)?;
    let after = cursor::decode(wanted.after.as_deref())?;
    let filter = wanted.filter(&staff)?;
    let (page, names) = ask(&app, move |conn| {
        let page = consultations::list(conn, &filter, after, limit)?;
        let counsellors: Vec<AccountId> = page.items.iter().filter_map(|found| found.counsellor).collect();
        let names = accounts::names(conn, &counsellors)?;
        Ok((page, names))
    })
    .await?;
    Ok(web::Json(Page::of(page, |found| ConsultationView::of(found, &names))))
}

/// `GET /api/v1/consultations/{id}`
pub async fn read(
    app: web::Data<App>,
    staff: Staff,
    PathId(id): PathId<TicketId>,
) -> Result<web::Json<ConsultationWhole>, AppError> {
    let found = ask(&app, move |conn| consultations::by_id(conn, id)).await?;
    let found = found
        .filter(|found| staff.sees_all() || found.counsellor == Some(staff.session.account.id))
        .ok_or_else(AppError::not_found)?;
    let counsellor = found.counsellor;
    let (rooms, members, said, names) = ask(&app, move |conn| {
        let rooms = rooms::of_consultation(conn, id)?;
        let mut members = Vec::new();
        for room in &rooms {
            members.extend(rooms::members(conn, room.id)?);
        }
        let said = messages::of_consultation(conn, id, 0, MESSAGES_FIRST + 1)?;
        Ok((rooms, members, said, accounts::names(conn, counsellor.as_slice())?))
    })
    .await?;
    let explanation = found.explanation.as_deref().and_then(|text| serde_json::from_str(text).ok());
    let (messages, messages_next) = Messages::of(said, MESSAGES_FIRST).into_parts();
    Ok(web::Json(ConsultationWhole {
        consultation: ConsultationView::of(found, &names),
        explanation,
        rooms: rooms.into_iter().map(RoomView::from).collect(),
        members: members.into_iter().map(MemberView::from).collect(),
        messages,
        messages_next,
    }))
}

impl Wanted {
    /// Whether only consultations of this counsellor are wanted.
    pub fn is_of(&self, counsellor: AccountId) -> bool {
        self.counsellor == Some(counsellor)
    }

    /// What `staff` may see of what is wanted.
    pub fn filter(self, staff: &Staff) -> Result<Filter, AppError> {
        let status = self.status.map(|code| {
            Status::from_code(&code)
                .ok_or_else(|| AppError::out_of_bounds("status", "is not a status of consultations"))
        });
        let me = staff.session.account.id;
        let counsellor = match self.counsellor {
            wanted if staff.sees_all() => wanted,
            None => Some(me),
            Some(wanted) if wanted == me => Some(me),
            Some(_) => return Err(AppError::not_allowed("counsellors see their own consultations only")),
        };
        Ok(Filter {
            status: status.transpose()?,
            topic: self.line,
            counsellor,
            desk: self.desk,
            from: self.from.map(Wall::from),
            to: self.to.map(Wall::from),
        })
    }
}

impl ConsultationView {
    fn of(found: Consultation, names: &HashMap<AccountId, String>) -> Self {
        let ticket = found.ticket;
        Self {
            id: ticket.ticket,
            number: ticket.number,
            status: found.status.code(),
            line: ticket.topic,
            line_id: ticket.line,
            language: ticket.language,
            desk: ticket.desk,
            nickname: ticket.nickname,
            note: ticket.note,
            priority: ticket.priority,
            requested_at: ticket.requested_at,
            matched_at: found.matched_at,
            ended_at: found.ended_at,
            wrapped_up_at: found.wrapped_up_at,
            counsellor: found.counsellor,
            counsellor_name: found.counsellor.and_then(|account| names.get(&account).cloned()),
            end_reason: found.end_reason,
            result_code: found.result_code,
            memo: found.memo,
            rating: found.rating,
            rating_comment: found.rating_comment,
            predicted_s: found.predicted_low_s.zip(found.predicted_high_s).map(|(low, high)| [low, high]),
        }
    }
}
