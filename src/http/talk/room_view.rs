//! A room as staff see it, of a consultation or of a group.

use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::kit::error::AppError;
use crate::http::kit::qr;
use crate::ids::{AccountId, MemberId, RoomId, TicketId};
use crate::protocol::EndReason;
use crate::storage::talk::groups::{About, Group};
use crate::storage::talk::rooms::{Room, RoomStatus};
use crate::time::Wall;

/// A room.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoomView {
    id: RoomId,
    kind: String,
    title: Option<String>,
    consultation: Option<TicketId>,
    status: &'static str,
    end_reason: Option<EndReason>,
    ended_by: Option<MemberId>,
    end_note: Option<String>,
    last_seq: u32,
    opened_at: Wall,
    closed_at: Option<Wall>,
    /// A group room's: what it is for; null for nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    info: Option<Option<String>>,
    /// A group room's: where its picture lies; null for none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    picture: Option<Option<String>>,
    /// A group room's: the language of its guests' page.
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<String>,
    /// A group room's: who opened it.
    #[serde(skip_serializing_if = "Option::is_none")]
    creator: Option<RoomCreator>,
    /// A group room's: seats taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    members: Option<u32>,
    /// An open group room's: what guests come in by.
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
    /// The link as a QR code: an SVG document. Not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    qr: Option<String>,
}

/// Who opened a room.
#[derive(Debug, Serialize, ToSchema)]
pub struct RoomCreator {
    id: AccountId,
    name: String,
}

impl From<Room> for RoomView {
    fn from(room: Room) -> Self {
        Self {
            id: room.id,
            kind: room.kind,
            title: room.title,
            consultation: room.consultation,
            status: room.status.code(),
            end_reason: room.end_reason,
            ended_by: room.ended_by,
            end_note: room.end_note,
            last_seq: room.last_seq,
            opened_at: room.opened_at,
            closed_at: room.closed_at,
            info: None,
            picture: None,
            language: None,
            creator: None,
            members: None,
            link: None,
            qr: None,
        }
    }
}

/// The room as staff see it, with its link while it is open.
pub(crate) fn shown(app: &App, group: Group) -> RoomView {
    let Group { room, about, members } = group;
    let About { info, picture, language, creator, creator_name } = about;
    let link = (room.status == RoomStatus::Open)
        .then(|| format!("{}/room#{}.{}", app.settings.url, room.id, app.tokens.invitation(room.id)));
    let mut view = RoomView::from(room);
    (view.info, view.picture, view.language) = (Some(info), Some(picture), Some(language));
    view.creator = Some(RoomCreator { id: creator, name: creator_name });
    (view.members, view.link) = (Some(members), link);
    view
}

/// The same with the link for a camera: too much for a list.
pub(crate) fn with_qr(mut view: RoomView) -> Result<RoomView, AppError> {
    view.qr = view.link.as_deref().map(qr::svg).transpose()?;
    Ok(view)
}
