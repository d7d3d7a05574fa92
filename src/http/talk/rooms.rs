//! Rooms on file: who sits in them, what was said, and their end at somebody's hand.
//!
//! Of consultations an admin sees all rooms, a manager those of their lines. A counsellor may read
//! those with a seat of theirs, and lists those they sit in now; the others are not there, as far as
//! they may know. Group rooms are for all staff, see `groups`.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::actors::{EndRoom, ask_node};
use crate::app::App;
use crate::http::ask;
use crate::http::gate::staff::{Acting, Staff};
use crate::http::kit::change::seen;
use crate::http::kit::cursor::{self, Page};
use crate::http::kit::error::AppError;
use crate::http::kit::extract::{Body, Params, PathId, line, page_limit};
use crate::http::talk::groups::{check_may_change, end_group, over};
use crate::http::talk::room_view::{RoomView, shown, with_qr};
use crate::ids::{AccountId, MemberId, MessageId, RoomId};
use crate::protocol::FaultCode;
use crate::protocol::{MessageKind, NOTE_CHARS_MAX, Role, SeatState};
use crate::storage::people::accounts::AccountRole;
use crate::storage::people::scope::Scope;
use crate::storage::talk::groups::{self, GROUP};
use crate::storage::talk::keepers;
use crate::storage::talk::messages::{self, StoredMessage};
use crate::storage::talk::rooms::{self, RoomStatus, Seat};
use crate::time::Wall;

/// `?status=&kind=&limit=&after=`
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct RoomsQuery {
    /// `OPEN` or `ENDED`; both if left out.
    status: Option<String>,
    /// `GROUP`: the open group rooms, all of them for all staff. Left out: rooms of every kind that
    /// one may know of.
    kind: Option<String>,
    /// Rooms in the page; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// `?after=&limit=`
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct MessagesQuery {
    /// The last `seq` seen.
    after: Option<u32>,
    /// Messages in the page; 50 if left out.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// The body of an end; it may be left out.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoomEndRequest {
    /// Why, for the record.
    #[schema(min_length = 1, max_length = 500)]
    reason: Option<String>,
}

/// A seat.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberView {
    member: MemberId,
    role: Role,
    account: Option<AccountId>,
    name: String,
    picture: Option<String>,
    state: SeatState,
    last_seen_seq: u32,
    /// A supervisor who only hears what is said. For managers to see.
    watching: bool,
}

/// A message.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageView {
    room: RoomId,
    seq: u32,
    id: MessageId,
    client_id: String,
    from: MemberId,
    kind: MessageKind,
    body: String,
    at: Wall,
}

/// Messages by sequence number; `next` is the `after` of the next page.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoomMessages {
    items: Vec<MessageView>,
    next: Option<u32>,
}

/// Rooms, the newest first. A counsellor sees those they sit in now.
#[utoipa::path(get, path = "/api/v1/rooms", tag = "rooms", params(RoomsQuery),
    responses((status = 200, description = "A page of rooms", body = Page<RoomView>)))]
pub async fn list(
    app: web::Data<App>,
    staff: Staff,
    Params(filter): Params<RoomsQuery>,
) -> Result<web::Json<Page<RoomView>>, AppError> {
    let limit = page_limit(filter.limit)?;
    let after = cursor::decode(filter.after.as_deref())?;
    let status = filter.status.map(|code| {
        RoomStatus::from_code(&code)
            .ok_or_else(|| AppError::out_of_bounds("status", (FaultCode::Choice, "is neither OPEN nor ENDED")))
    });
    let status = status.transpose()?;
    match filter.kind.as_deref() {
        None => {}
        Some(GROUP) if status == Some(RoomStatus::Ended) => {
            let reason = "is ENDED, and only open group rooms are listed; leave it out";
            return Err(AppError::out_of_bounds("status", (FaultCode::Choice, reason)));
        }
        Some(GROUP) => {
            let page = ask(&app, move |conn| groups::list_open(conn, after, limit)).await?;
            return Ok(web::Json(Page::of(page, |group| shown(&app, group))));
        }
        Some(_) => {
            let reason = "is not GROUP; leave it out for rooms of every kind";
            return Err(AppError::out_of_bounds("kind", (FaultCode::Choice, reason)));
        }
    }
    let (scope, me) = (staff.scope(&app).await?, staff.session.account.id);
    let page = ask(&app, move |conn| match scope {
        Scope::All(_) => rooms::list(conn, status, after, limit),
        Scope::Lines(lines) => rooms::list_of_lines(conn, lines.ids(), status, after, limit),
        Scope::Own => rooms::list_seated(conn, me, status, after, limit),
    })
    .await?;
    Ok(web::Json(Page::of(page, RoomView::from)))
}

/// A room.
#[utoipa::path(get, path = "/api/v1/rooms/{id}", tag = "rooms", params(("id" = RoomId, Path)),
    responses((status = 200, description = "The room", body = RoomView)))]
pub async fn read(
    app: web::Data<App>,
    staff: Staff,
    PathId(room): PathId<RoomId>,
) -> Result<web::Json<RoomView>, AppError> {
    if let Some(group) = ask(&app, move |conn| groups::find(conn, room)).await? {
        return Ok(web::Json(with_qr(shown(&app, group))?));
    }
    known(&app, &staff, room).await?;
    let room = ask(&app, move |conn| rooms::by_id(conn, room)).await?.ok_or_else(AppError::not_found)?;
    Ok(web::Json(room.into()))
}

/// Everybody who has or had a seat.
#[utoipa::path(get, path = "/api/v1/rooms/{id}/members", tag = "rooms", params(("id" = RoomId, Path)),
    responses((status = 200, description = "All members", body = Page<MemberView>)))]
pub async fn members(
    app: web::Data<App>,
    staff: Staff,
    PathId(room): PathId<RoomId>,
) -> Result<web::Json<Page<MemberView>>, AppError> {
    let seats = known(&app, &staff, room).await?;
    Ok(web::Json(Page::whole(MemberView::of(seats, &staff))))
}

/// What was said, by sequence number.
#[utoipa::path(get, path = "/api/v1/rooms/{id}/messages", tag = "rooms", params(("id" = RoomId, Path), MessagesQuery),
    responses((status = 200, description = "A page of messages", body = RoomMessages)))]
pub async fn messages(
    app: web::Data<App>,
    acting: Acting,
    PathId(room): PathId<RoomId>,
    Params(query): Params<MessagesQuery>,
) -> Result<web::Json<RoomMessages>, AppError> {
    let limit = page_limit(query.limit)?;
    known(&app, &acting.staff, room).await?;
    let after = query.after.unwrap_or(0);
    seen(&app, &acting, "MESSAGES_READ", "ROOM", room, serde_json::json!({ "after": after })).await?;
    let found = ask(&app, move |conn| messages::room_history(conn, room, after, u32::MAX, limit + 1)).await?;
    Ok(web::Json(RoomMessages::of(found, limit)))
}

/// Ends a room; its members are told `ADMIN`, those of a group room `DONE`.
#[utoipa::path(post, path = "/api/v1/rooms/{id}/end", tag = "rooms", params(("id" = RoomId, Path)),
    request_body(content = Option<RoomEndRequest>), responses((status = 204, description = "Ended")))]
pub async fn end(
    app: web::Data<App>,
    acting: Acting,
    PathId(room): PathId<RoomId>,
    Body(given): Body<RoomEndRequest>,
) -> Result<HttpResponse, AppError> {
    let reason = given.reason.map(|reason| line("reason", &reason, NOTE_CHARS_MAX)).transpose()?;
    let ended = match ask(&app, move |conn| groups::find(conn, room)).await? {
        Some(group) => {
            check_may_change(&acting.staff, &group)?;
            end_group(&app, room, reason.clone()).await?
        }
        None => {
            known(&app, &acting.staff, room).await?;
            if acting.staff.power < AccountRole::Manager {
                return Err(AppError::not_allowed(
                    "to end somebody's talk is for managers; `end` your own in its room",
                ));
            }
            end_talk(&app, room, reason.clone()).await?
        }
    };
    if !ended {
        return Err(over());
    }
    seen(&app, &acting, "ROOM_ENDED", "ROOM", room, serde_json::json!({ "reason": reason })).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Ends a talk where it lives. `false` if it is over.
async fn end_talk(app: &App, room: RoomId, note: Option<String>) -> Result<bool, AppError> {
    let end = EndRoom { room, note };
    let Some(joined) = &app.joined else { return Ok(app.front.send(end).await?) };
    let kept = ask(app, move |conn| keepers::kept_of(conn, &[room])).await?.pop();
    match kept.and_then(|kept| kept.keeper) {
        Some(home) if home != joined.cluster.me() => Ok(ask_node(joined, home, &end).await?),
        _ => Ok(app.front.send(end).await?),
    }
}

/// Ends a room, as `POST …/end` does.
#[utoipa::path(delete, path = "/api/v1/rooms/{id}", tag = "rooms", params(("id" = RoomId, Path)),
    request_body(content = Option<RoomEndRequest>), responses((status = 204, description = "Ended")))]
pub async fn remove(
    app: web::Data<App>,
    acting: Acting,
    room: PathId<RoomId>,
    given: Body<RoomEndRequest>,
) -> Result<HttpResponse, AppError> {
    end(app, acting, room, given).await
}

/// The seats of a room that `staff` may know of.
pub(crate) async fn known(app: &App, staff: &Staff, room: RoomId) -> Result<Vec<Seat>, AppError> {
    let (scope, me) = (staff.scope(app).await?, staff.session.account.id);
    let (seats, line, is_group) = ask(app, move |conn| {
        Ok((rooms::members(conn, room)?, rooms::line_of(conn, room)?, groups::is_one(conn, room)?))
    })
    .await?;
    // Having supervised it once is no right to it.
    let is_seated = seats.iter().any(|seat| seat.account == Some(me) && seat.role != Role::Manager);
    let is_theirs = !seats.is_empty() && scope.holds_line(line);
    if is_seated || is_theirs || is_group { Ok(seats) } else { Err(AppError::not_found()) }
}

impl From<Seat> for MemberView {
    fn from(seat: Seat) -> Self {
        Self {
            member: seat.member,
            role: seat.role,
            account: seat.account,
            name: seat.name,
            picture: seat.picture,
            state: seat.state,
            last_seen_seq: seat.last_seen_seq,
            watching: seat.watching,
        }
    }
}

impl MemberView {
    /// The seats as `staff` may know them: that somebody watches is for managers to know.
    pub(crate) fn of(seats: Vec<Seat>, staff: &Staff) -> Vec<Self> {
        if staff.power >= AccountRole::Manager {
            return seats.into_iter().map(Self::from).collect();
        }
        let shown = seats.into_iter().filter(|seat| seat.was_shown).map(|seat| match seat.watching {
            true => Seat { state: SeatState::Left, watching: false, ..seat },
            false => seat,
        });
        shown.map(Self::from).collect()
    }
}

impl RoomMessages {
    /// Of messages that were loaded with one more than `limit`, to see whether there are more.
    pub fn of(mut found: Vec<StoredMessage>, limit: u32) -> Self {
        let has_more = found.len() > limit as usize;
        found.truncate(limit as usize);
        let next = found.last().filter(|_| has_more).map(|last| last.seq);
        Self { items: found.into_iter().map(MessageView::from).collect(), next }
    }

    /// The messages, and the `after` of those that come next.
    pub fn into_parts(self) -> (Vec<MessageView>, Option<u32>) {
        (self.items, self.next)
    }
}

impl From<StoredMessage> for MessageView {
    fn from(message: StoredMessage) -> Self {
        Self {
            room: message.room,
            seq: message.seq,
            id: message.id,
            client_id: message.client_id,
            from: message.from,
            kind: message.kind,
            body: message.body,
            at: message.at,
        }
    }
}
