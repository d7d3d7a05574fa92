//! Handing over, from outside a room: who there is to hand over to, a manager who moves a talk to
//! somebody else, and one who sends a waiting ticket to another line.

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::json;
use utoipa::ToSchema;

use crate::actors::{Colleague, ColleaguesNow, HandOver, MoveOutcome, MoveTicket, Receiver, TransferRefused, Wished};
use crate::app::App;
use crate::http::gate::staff::{Acting, Staff};
use crate::http::kit::change::seen;
use crate::http::kit::cursor::Page;
use crate::http::kit::error::AppError;
use crate::http::kit::extract::{Body, PathId, line};
use crate::http::talk::rooms::known;
use crate::http::{ask, to_the_end};
use crate::ids::{AccountId, RoomId, TicketId};
use crate::protocol::FaultCode;
use crate::protocol::{CODE_CHARS_MAX, ErrorCode};
use crate::storage::talk::{rooms, tickets};

/// Most characters in the reason of such an act.
const REASON_CHARS_MAX: usize = 200;

/// To whom a talk is moved, and why: exactly one of `line` and `counsellor`.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoomMoveRequest {
    /// The topic of a line: whoever of it can take the talk now is asked.
    #[schema(min_length = 1, max_length = 40)]
    line: Option<String>,
    /// The account of the one who is asked.
    counsellor: Option<AccountId>,
    /// For who is asked, and for the record.
    #[schema(min_length = 1, max_length = 200)]
    reason: String,
}

/// Where a ticket goes, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TicketMoveRequest {
    /// The topic of the line.
    #[schema(min_length = 1, max_length = 40)]
    topic: String,
    /// For the record.
    #[schema(min_length = 1, max_length = 200)]
    reason: String,
}

/// Everybody who counsels, by name: what they want, whether they are here, what they have free.
#[utoipa::path(get, path = "/api/v1/colleagues", tag = "rooms",
    responses((status = 200, description = "All who counsel", body = Page<Colleague>)))]
pub async fn colleagues(app: web::Data<App>, _staff: Staff) -> Result<web::Json<Page<Colleague>>, AppError> {
    Ok(web::Json(Page::whole(app.matchmaker.ask(ColleaguesNow).await?)))
}

/// Asks a line or a colleague to take the talk over; it goes on where it is until somebody accepts.
#[utoipa::path(post, path = "/api/v1/rooms/{id}/move", tag = "rooms", params(("id" = RoomId, Path)),
    request_body = RoomMoveRequest, responses((status = 202, description = "Somebody is asked")))]
pub async fn move_room(
    app: web::Data<App>,
    acting: Acting,
    PathId(room): PathId<RoomId>,
    Body(given): Body<RoomMoveRequest>,
) -> Result<HttpResponse, AppError> {
    let reason = line("reason", &given.reason, REASON_CHARS_MAX)?;
    let to = match (given.line, given.counsellor) {
        (Some(topic), None) => Receiver::Line(line("line", &topic, CODE_CHARS_MAX)?),
        (None, Some(counsellor)) => Receiver::Colleague(counsellor),
        _ => {
            let reason = "or `counsellor`: name exactly one of the two";
            return Err(AppError::out_of_bounds("line", (FaultCode::Either, reason)));
        }
    };
    known(&app, &acting.staff, room).await?;
    let detail = match &to {
        Receiver::Line(topic) => json!({ "line": topic, "reason": reason }),
        Receiver::Colleague(counsellor) => json!({ "counsellor": counsellor, "reason": reason }),
    };
    // Whoever it rings at is told how much was said.
    let messages = ask(&app, move |conn| rooms::last_seq(conn, room)).await?.unwrap_or_default();
    // What was asked is carried through, also if the client hangs up: its audit must follow.
    to_the_end(async move {
        let by = acting.staff.session.account.id;
        let wished = Wished { room, to, by, note: Some(reason), messages };
        let asked = app.matchmaker.ask(HandOver(wished)).await?.map_err(as_problem)?;
        if !asked {
            let detail = "nobody who was asked for is open with a place free now; the talk goes on where it is";
            return Err(AppError::conflict("NOBODY", detail));
        }
        seen(&app, &acting, "ROOM_MOVED", "ROOM", room, detail).await
    })
    .await?;
    Ok(HttpResponse::Accepted().finish())
}

fn as_problem(TransferRefused { code, detail }: TransferRefused) -> AppError {
    match code {
        ErrorCode::UnknownLine => AppError::out_of_bounds("line", (FaultCode::NotThere, detail)),
        ErrorCode::BadFrame => AppError::out_of_bounds("counsellor", (FaultCode::NotThere, detail)),
        ErrorCode::TransferPending => AppError::conflict("TRANSFER_PENDING", detail),
        ErrorCode::NotAllowed => AppError::conflict("TEST_DATA", detail),
        ErrorCode::Busy => AppError::unavailable("BUSY", 1, detail),
        _ => AppError::conflict("ROOM_ENDED", detail),
    }
}

/// Sends a waiting ticket to another line, in which it stands at its own moment. Its number stays.
#[utoipa::path(post, path = "/api/v1/tickets/{id}/line", tag = "tickets", params(("id" = TicketId, Path)),
    request_body = TicketMoveRequest, responses((status = 204, description = "It waits there now")))]
pub async fn move_ticket(
    app: web::Data<App>,
    acting: Acting,
    PathId(ticket): PathId<TicketId>,
    Body(given): Body<TicketMoveRequest>,
) -> Result<HttpResponse, AppError> {
    let topic = line("topic", &given.topic, CODE_CHARS_MAX)?;
    let reason = line("reason", &given.reason, REASON_CHARS_MAX)?;
    let (scope, me) = (acting.staff.scope(&app).await?, acting.staff.session.account.id);
    let found = ask(&app, move |conn| tickets::visit(conn, ticket)).await?;
    if !found.is_some_and(|visit| scope.holds(me, None, visit.ticket.line)) {
        return Err(AppError::not_found());
    }
    let actor = acting.actor();
    match app.matchmaker.ask(MoveTicket { ticket, topic, reason, actor }).await? {
        MoveOutcome::Moved => {
            app.store.wrote(me);
            Ok(HttpResponse::NoContent().finish())
        }
        MoveOutcome::UnknownLine(topics) => {
            let reason = format!("is no line's; choose one of: {topics}");
            Err(AppError::out_of_bounds("topic", (FaultCode::NotThere, reason)))
        }
        MoveOutcome::SameLine => {
            let reason = "is the line it stands in already; choose another";
            Err(AppError::out_of_bounds("topic", (FaultCode::Same, reason)))
        }
        MoveOutcome::Closed => Err(AppError::conflict("LINE_CLOSED", "the line is closed now; choose another")),
        MoveOutcome::NotWaiting => Err(AppError::conflict("NOT_WAITING", "the ticket does not wait any more")),
        MoveOutcome::NotStored => {
            Err(AppError::unavailable("NOT_STORED", 1, "this could not be stored; the ticket stands where it was"))
        }
    }
}
