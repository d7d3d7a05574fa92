//! The pictures by which rooms and guests are seen: sent in, and served.

use actix_multipart::{Multipart, MultipartError};
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};
use futures_util::StreamExt as _;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::http::gate::access::RouteKind;
use crate::http::gate::staff::{Origin, Staff, actor_of};
use crate::http::kit::change::change_as;
use crate::http::kit::error::AppError;
use crate::http::kit::extract::{Params, PathId};
use crate::http::server::bodies;
use crate::http::talk::invitations::invited;
use crate::http::talk::pictures::FILE_BYTES_MAX;
use crate::http::{Gate, ask};
use crate::ids::{MediaId, RoomId};
use crate::protocol::FaultCode;
use crate::storage::talk::media::{self, Media};
use crate::storage::{AnyConnection, SYSTEM};
use crate::time::Wall;

/// What is read and thrown away of a file that is too large, so that its sender hears why it was
/// refused; whoever sends more is cut off.
const DISCARDED_MAX: usize = 16 * 1024 * 1024;
/// What the audit calls a picture.
const KIND: &str = "MEDIA";

/// `?room=`
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct UploadQuery {
    /// For guests: the group room they are invited to.
    room: Option<RoomId>,
}

/// One file.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form, which is read piece by piece")]
pub struct PictureUpload {
    /// PNG, JPEG or WebP, at most 2 MiB and 4096 by 4096 pixels.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// A picture that was sent in.
#[derive(Debug, Serialize, ToSchema)]
pub struct PictureSent {
    /// What a `picture` may be set to.
    id: MediaId,
    /// Where it lies.
    url: String,
}

/// Takes a picture and keeps it as 256 by 256 pixels. From staff, or from a guest with the key of a
/// room's link in `x-invitation`. What nobody is shown by within a day is thrown away.
#[utoipa::path(post, path = "/api/v1/media", tag = "media",
    params(UploadQuery, ("x-invitation" = Option<String>, Header, description = "A guest's: the key of the room's link")),
    request_body(content = PictureUpload, content_type = "multipart/form-data"),
    responses((status = 201, description = "Kept", body = PictureSent)))]
pub async fn send(
    app: web::Data<App>,
    gate: web::Data<Gate>,
    staff: Option<Staff>,
    origin: Origin,
    Params(query): Params<UploadQuery>,
    request: HttpRequest,
    form: Multipart,
) -> Result<HttpResponse, AppError> {
    let actor = match (&staff, query.room) {
        (Some(staff), _) => actor_of(&staff.session.account, &origin),
        (None, None) => return Err(AppError::not_logged_in()),
        (None, Some(room)) => {
            gate.rates.from_address(RouteKind::Guess, origin.address)?;
            gate.rates.upload(origin.address)?;
            invited(&app, &request, room).await?;
            origin.nobody()
        }
    };
    let picture = gate.pictures.redraw(one_file(form).await?).await?;
    let id = MediaId(uuid::Builder::from_random_bytes(rand::random()).into_uuid());
    let media = Media { id, content_type: picture.content_type.to_owned(), content: picture.content };
    let by = staff.map_or_else(|| SYSTEM.to_owned(), |staff| staff.session.account.id.to_string());
    let at = app.clock.now().wall;
    change_as(&app, actor, move |conn, trail| {
        media::create(conn, &media, &by, at)?;
        let about = json!({"bytes": media.content.len(), "room": query.room});
        trail.note("PICTURE_SENT", KIND, id, about);
        Ok(())
    })
    .await?;
    Ok(HttpResponse::Created().json(PictureSent { id, url: media::path(id) }))
}

/// A picture, for whoever knows its id.
#[utoipa::path(get, path = "/api/v1/media/{id}", tag = "media", params(("id" = MediaId, Path)),
    responses((status = 200, description = "The picture", content_type = "image/jpeg", body = Vec<u8>)))]
pub async fn read(app: web::Data<App>, PathId(id): PathId<MediaId>) -> Result<HttpResponse, AppError> {
    let found = ask(&app, move |conn| media::find(conn, id)).await?.ok_or_else(AppError::not_found)?;
    Ok(HttpResponse::Ok()
        .content_type(found.content_type)
        .insert_header((CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .body(found.content))
}

/// The picture that a field names by its id, or by where it lies.
pub(crate) fn named(given: &str) -> Result<MediaId, AppError> {
    media::named(given).ok_or_else(unknown)
}

/// Somebody is shown by this picture from now on; where it lies.
pub(crate) fn take(conn: &mut AnyConnection, id: MediaId, at: Wall) -> Result<String, AppError> {
    if media::take(conn, id, at)? { Ok(media::path(id)) } else { Err(unknown()) }
}

fn unknown() -> AppError {
    let reason = "is no picture that was sent; send one to POST /api/v1/media and give its `id`";
    AppError::out_of_bounds("picture", (FaultCode::NotThere, reason))
}

/// The one file of a form.
async fn one_file(mut form: Multipart) -> Result<Vec<u8>, AppError> {
    let (mut file, mut read) = (None::<Vec<u8>>, 0);
    while let Some(part) = form.next().await {
        let mut part = part.map_err(|error| broken(&error))?;
        if file.is_some() {
            return Err(AppError::bad_field(
                "file",
                (FaultCode::Twice, "is there twice, or beside other fields; send one file"),
            ));
        }
        let mut bytes = Vec::new();
        while let Some(piece) = part.next().await {
            let piece = piece.map_err(|error| broken(&error))?;
            read += piece.len();
            if read > DISCARDED_MAX {
                return Err(AppError::too_large(FILE_BYTES_MAX));
            }
            if read <= FILE_BYTES_MAX {
                bytes.extend_from_slice(&piece);
            }
        }
        file = Some(bytes);
    }
    match file {
        _ if read > FILE_BYTES_MAX => Err(AppError::too_large(FILE_BYTES_MAX)),
        Some(file) => Ok(file),
        None => {
            let reason = "is missing; send one file as multipart/form-data";
            Err(AppError::bad_field("file", (FaultCode::Missing, reason)))
        }
    }
}

fn broken(error: &MultipartError) -> AppError {
    match error {
        MultipartError::Payload(error) if bodies::is_too_slow(error) => AppError::too_slow(),
        error => AppError::bad_request(format!("the form cannot be read: {error}")),
    }
}
