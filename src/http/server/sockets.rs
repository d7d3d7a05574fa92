//! Who may open a socket. The upgrade itself, and all that follows, is the actors'.

use actix_web::{Error, HttpRequest, HttpResponse, web};
use serde::Deserialize;

use crate::actors::{self, CounsellorPass, DeskPass, Door, Entering, RoomHandle};
use crate::app::App;
use crate::http::gate::access::RouteKind;
use crate::http::gate::secret;
use crate::http::gate::staff::{Acting, Origin, Staff};
use crate::http::kit::error::AppError;
use crate::http::kit::extract::Params;
use crate::http::server::handshake;
use crate::http::talk::rooms;
use crate::http::{Gate, ask, not_draining};
use crate::ids::{DeskId, RoomId, SessionId};
use crate::network::Network;
use crate::protocol::FaultCode;
use crate::protocol::Role;
use crate::sockets::{DeskCheck, KeyMark, ScopeMark};
use crate::storage::centre::desks;
use crate::storage::people::accounts::{self, AccountRole};
use crate::storage::talk::groups;

/// What a registered desk shows; the public desk shows nothing.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeskSocketQuery {
    desk: Option<String>,
    key: Option<String>,
}

/// `GET /ws/desk`
pub async fn desk(
    app: web::Data<App>,
    Params(shown): Params<DeskSocketQuery>,
    origin: Origin,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Error> {
    check(&app, &origin)?;
    let before = app.sockets.moment();
    let rehearses = |desk: &str, key: &str| app.rehearsals.admits(desk, key);
    let mut pass = DeskPass { desk: None, rehearses: false, checked: DeskCheck { moment: before, key: None } };
    match (shown.desk, shown.key) {
        (None, None) if app.settings.public_desk => {}
        (None, None) => return Err(AppError::not_allowed("the public desk is off; use a registered desk").into()),
        (Some(desk), Some(key)) if rehearses(&desk, &key) => pass.rehearses = true,
        (Some(desk), Some(key)) => {
            let (desk, key) = known_desk(&app, &desk, key).await?;
            (pass.desk, pass.checked.key) = (Some(desk), Some(key));
        }
        (None, Some(_)) => {
            return Err(AppError::bad_field("desk", (FaultCode::Missing, "is missing; give both desk and key")).into());
        }
        (Some(_), None) => {
            return Err(AppError::bad_field("key", (FaultCode::Missing, "is missing; give both desk and key")).into());
        }
    }
    // Last: a page that is refused may ask plainly, and hears why.
    handshake::check(request.head())?;
    actors::open_desk(&app, &app.front, &pass, Network::of(origin.address), &request, body)
}

/// `GET /ws/counsellor`
pub async fn counsellor(
    app: web::Data<App>,
    Staff { session, .. }: Staff,
    origin: Origin,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Error> {
    check(&app, &origin)?;
    let account = session.account;
    let id = account.id;
    let lines = ask(&app, move |conn| accounts::lines_of(conn, id)).await?;
    if lines.is_empty() && account.role != AccountRole::Counsellor {
        return Err(AppError::not_allowed("this account serves no line").into());
    }
    let pass = CounsellorPass { session: session.id, profile: account.profile(lines) };
    handshake::check(request.head())?;
    actors::open_counsellor(&app, &app.front, pass, Network::of(origin.address), &request, body)
}

/// Which room a socket is for, and the key of a guest's link.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoomSocketQuery {
    room: RoomId,
    key: Option<String>,
}

/// `GET /ws/room`
pub async fn room(
    app: web::Data<App>,
    gate: web::Data<Gate>,
    Params(RoomSocketQuery { room, key }): Params<RoomSocketQuery>,
    staff: Option<Staff>,
    origin: Origin,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Error> {
    // First here: that somebody comes to watch goes on file, so they must be able to.
    handshake::check(request.head())?;
    check(&app, &origin)?;
    let address = origin.address;
    let (door, who, session) = match (key, staff) {
        (Some(key), _) => {
            gate.rates.from_address(RouteKind::Guess, address)?;
            (guests_door(&app, room, &key).await?, None, SessionId(app.clock.new_id()))
        }
        (None, None) => return Err(AppError::not_logged_in().into()),
        (None, Some(staff)) => {
            let session = staff.session.id;
            if app.joined.is_some() {
                // What they may see may become less at another node.
                app.sockets.let_in_by(staff.session.account.id, ScopeMark::of(&staff.scope(&app).await?));
            }
            let (door, who) = staff_door(&app, room, &Acting { staff, origin }).await?;
            (door, Some(who), session)
        }
    };
    actors::open_room(&app, door, who, session, Network::of(address), &request, body)
}

/// For a guest, whose key it must be. A wrong key and a room that is over are the same to the outside.
async fn guests_door(app: &App, room: RoomId, key: &str) -> Result<RoomHandle, AppError> {
    if !app.tokens.invites(room, key) {
        return Err(AppError::not_found());
    }
    open(actors::groups_door(&app.front, &app.groups, room).await?)?.ok_or_else(AppError::not_found)
}

/// The way in; `None` if there is no such open room.
fn open(door: Door) -> Result<Option<RoomHandle>, AppError> {
    match door {
        Door::Open(way) => Ok(Some(way)),
        Door::Over => Ok(None),
        Door::Unknown => Err(AppError::unavailable("BUSY", 1, "it is not known now where the room lives; try again")),
    }
}

/// For somebody logged in: into any group room as a member, into a consultation as its supervisor.
async fn staff_door(app: &App, room: RoomId, acting: &Acting) -> Result<(RoomHandle, Entering), AppError> {
    let (account, power) = (&acting.staff.session.account, acting.staff.power);
    let seats = rooms::known(app, &acting.staff, room).await?;
    let ended = || AppError::conflict("ROOM_ENDED", "the room has ended already");
    let is_group = ask(app, move |conn| groups::is_one(conn, room)).await?;
    if !is_group && seats.iter().any(|seat| seat.account == Some(account.id) && seat.role == Role::Counsellor) {
        let detail = "you counsel in this room; your seat is at /ws/counsellor";
        return Err(AppError::conflict("OWN_ROOM", detail));
    }
    if !is_group && power < AccountRole::Manager {
        return Err(AppError::not_found());
    }
    let door = match is_group {
        true => actors::groups_door(&app.front, &app.groups, room).await?,
        false => actors::talks_door(app, &app.front, room).await?,
    };
    let who = Entering {
        account: Some(account.id),
        role: if power >= AccountRole::Manager { Role::Manager } else { Role::Counsellor },
        name: account.name.clone(),
        picture: account.picture.clone(),
        watching: !is_group,
        audited_as: Some(acting.actor().into()),
    };
    Ok((open(door)?.ok_or_else(ended)?, who))
}

/// Whether this is a handshake, and one more socket may open here, and from there.
fn check(app: &App, origin: &Origin) -> Result<(), AppError> {
    not_draining(app)?;
    if app.sockets.has_room(Network::of(origin.address), app.settings.sockets_per_address_max) {
        Ok(())
    } else {
        Err(AppError::too_many(10, "too many sockets from this address"))
    }
}

/// The desk, if `key` is its key. An unknown desk and a wrong key are the same to the outside.
async fn known_desk(app: &App, desk: &str, key: String) -> Result<(DeskId, KeyMark), AppError> {
    let refused = || AppError::not_allowed("there is no such desk, or the key is not its key");
    let id: DeskId = desk.parse().map_err(|_| refused())?;
    let found = ask(app, move |conn| desks::by_id(conn, id)).await?;
    let known = found.filter(|desk| secret::is(&key, &desk.key_hash)).ok_or_else(refused)?;
    Ok((known.id, KeyMark::of(&known.key_hash)))
}
