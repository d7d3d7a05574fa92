//! The key of the link into a group room, as a guest shows it.

use actix_web::HttpRequest;

use crate::app::App;
use crate::http::ask;
use crate::http::kit::error::AppError;
use crate::ids::RoomId;
use crate::storage::talk::groups::{self, Group};
use crate::storage::talk::rooms::RoomStatus;

/// In this header a guest shows the key of the link.
const INVITATION: &str = "x-invitation";

/// The open room a guest shows the key of. A wrong key, a room that is over and one that never was
/// are the same to the outside.
pub(crate) async fn invited(app: &App, request: &HttpRequest, room: RoomId) -> Result<Group, AppError> {
    let key = request.headers().get(INVITATION).and_then(|key| key.to_str().ok()).unwrap_or_default();
    if !app.tokens.invites(room, key) {
        return Err(AppError::not_found());
    }
    let found = ask(app, move |conn| groups::find(conn, room)).await?;
    found.filter(|group| group.room.status == RoomStatus::Open).ok_or_else(AppError::not_found)
}
