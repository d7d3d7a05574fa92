//! Server-sent events. A stream ends when its source does: the reader fell behind, the ticket is
//! over, the access is taken away, or the node drains; a browser then asks again by itself. After a
//! heartbeat without an event comes `beat`: proxies keep the connection by it, and a page hears that
//! it is still there, which it could not by a comment.

use std::time::Duration;

use actix_web::{Responder, web};
use actix_web_lab::sse::{Data, Event, Sse};
use futures_util::{Stream, stream};
use serde::Serialize;
use tokio::sync::mpsc::Receiver;

use crate::actors::{FollowOffice, FollowTicket, StaffStream, Subscribe, TicketEvent};
use crate::app::App;
use crate::feeds::{OfficeEvent, WatchEvent};
use crate::http::gate::staff::{Origin, Staff};
use crate::http::kit::error::AppError;
use crate::http::kit::extract::PathId;
use crate::http::not_draining;
use crate::ids::TicketId;
use crate::network::Network;
use crate::sockets::ScopeMark;

/// Asks nginx not to hold events back until there are many.
const UNBUFFERED: (&str, &str) = ("x-accel-buffering", "no");
/// How long a browser waits before it asks again.
const RETRY: Duration = Duration::from_secs(2);

/// The live room list: server-sent events, first `snapshot` with everything (`LiveSnapshot`), then `room`,
/// `ticket` and `counsellor` with `{op: "put" | "drop", id, item?}` (`RoomChange`, `TicketChange`,
/// `CounsellorChange`). A manager hears of their lines: the talks
/// and tickets of these, and who serves one of them; of group rooms all.
#[utoipa::path(get, path = "/api/v1/rooms/stream", tag = "rooms",
    responses((status = 200, description = "A stream that does not end", content_type = "text/event-stream")))]
pub async fn rooms(app: web::Data<App>, staff: Staff) -> Result<impl Responder, AppError> {
    not_draining(&app)?;
    let access = app.sockets.stream(staff.session.account.id, staff.session.id);
    let (account, scope) = (staff.session.account.id, staff.scope(&app).await?);
    app.sockets.let_in_by(account, ScopeMark::of(&scope));
    let events = app.admin_feed.send(Subscribe { account, scope }).await?;
    Ok(sse(app.settings.heartbeat_s, events, Some(access), WatchEvent::name))
}

/// A waiting ticket's place: server-sent events `position`, `matched`, `closed` (`TicketEvent`). The id is the right
/// to know it, and nothing in it is personal.
#[utoipa::path(get, path = "/api/v1/tickets/{id}/stream", tag = "tickets", params(("id" = TicketId, Path)),
    responses((status = 200, description = "A stream until the ticket is over", content_type = "text/event-stream")))]
pub async fn ticket(app: web::Data<App>, PathId(ticket): PathId<TicketId>) -> Result<impl Responder, AppError> {
    not_draining(&app)?;
    let events = app.front.send(FollowTicket { ticket }).await??.ok_or_else(AppError::not_found)?;
    Ok(sse(app.settings.heartbeat_s, events, None, |event| match event {
        TicketEvent::Position { .. } => "position",
        TicketEvent::Matched { .. } => "matched",
        TicketEvent::Closed { .. } => "closed",
    }))
}

/// The office as it changes: server-sent events, first `office` with everything (`OfficeView`), then the last ten
/// numbers that were called; then `office` again whenever it changes, once a second at most, and
/// `called` (`Called`) as soon as a ticket is matched.
#[utoipa::path(get, path = "/api/v1/office/stream", tag = "office", responses(
    (status = 200, description = "A stream that does not end", content_type = "text/event-stream"),
    (status = 503, description = "TOO_MANY_VIEWERS, of this node or from this address")))]
pub async fn office(app: web::Data<App>, origin: Origin) -> Result<impl Responder, AppError> {
    not_draining(&app)?;
    let events =
        app.public_feed.send(FollowOffice { network: Network::of(origin.address) }).await?.ok_or_else(|| {
            let detail = "as many look at the office as can be served; ask for GET /api/v1/office now and then instead";
            AppError::unavailable("TOO_MANY_VIEWERS", 10, detail)
        })?;
    Ok(sse(app.settings.heartbeat_s, events, None, |event| match event {
        OfficeEvent::Office(_) => "office",
        OfficeEvent::Called(_) => "called",
    }))
}

/// `access` is what the stream ends with, where not everybody may follow it.
fn sse<T: Serialize + 'static>(
    heartbeat_s: u32,
    events: Receiver<T>,
    access: Option<StaffStream>,
    name: impl Fn(&T) -> &'static str + 'static,
) -> impl Responder {
    let heartbeat = Duration::from_secs(heartbeat_s.into());
    Sse::from_stream(named(events, access, name, heartbeat))
        .with_retry_duration(RETRY)
        .customize()
        .insert_header(UNBUFFERED)
}

fn named<T: Serialize>(
    events: Receiver<T>,
    access: Option<StaffStream>,
    name: impl Fn(&T) -> &'static str,
    heartbeat: Duration,
) -> impl Stream<Item = Result<Event, serde_json::Error>> {
    stream::unfold((events, access, name), move |(mut events, access, name)| async move {
        let event = tokio::select! {
            biased;
            () = ended(access.as_ref()) => None,
            event = events.recv() => event.map(Some),
            () = actix_web::rt::time::sleep(heartbeat) => Some(None),
        }?;
        let data = match event {
            Some(event) => Data::new_json(&event).map(|data| data.event(name(&event)).into()),
            None => Ok(Data::new("{}").event("beat").into()),
        };
        Some((data, (events, access, name)))
    })
}

async fn ended(access: Option<&StaffStream>) {
    match access {
        Some(access) => access.ended().await,
        None => std::future::pending().await,
    }
}
