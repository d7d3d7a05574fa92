//! The thin shell: actors that turn frames into inputs and effects into messages, and own the
//! timers. No rule of matching lives here.
//!
//! - `socket`: one WebSocket: parsing, bounds, heartbeat, closing. The only user of
//!   `actix-web-actors`; `framing` looks at each frame's head before anything of it is kept, `pulse`
//!   says when a socket speaks by itself
//! - `desk`, `counsellor`: the actor of a socket, by who sits at it; `sitting`: what both want done
//! - `room`: one room, on the thread of its desk
//! - `door`: the way into a room by a socket of its own; `entrant`: the actor of such a socket
//! - `groups`: the group rooms that are open
//! - `matchmaker`: the actor round [`crate::dispatch`], which knows who is where
//! - `watch`: what the admin room list sees, as it changes (`live_list`: as it is sent); `office`: what everybody may see
//! - `sockets`: every open socket of this node, counted and closable

mod card;
mod counsellor;
mod desk;
mod door;
mod entrant;
mod framing;
mod groups;
mod live_list;
mod matchmaker;
mod office;
mod outbox;
mod pulse;
mod room;
mod sitting;
mod socket;
mod sockets;
mod watch;

pub use crate::dispatch::{
    Colleague, Counts as CountsNow, LineFigures, LineTrend, MoveOutcome, Profile as StaffProfile, Receiver,
    TREND_MINUTES_MAX, TicketEvent, TransferRefused,
};
pub use door::{Door, Entering, find_door, find_group};
pub use groups::{FoundGroup, GroupEdited, GroupEnded, GroupOpened, Groups};
pub use live_list::{CounsellorChange, LiveSnapshot, RoomChange, TicketChange, WatchEvent};
pub use matchmaker::{
    Board, CodesEdited, ColleaguesNow, Counts, Drain, EndRoom, FOLLOWERS_MAX, FollowTicket, Found, JournalHealth,
    LineStats, LinesEdited, LoggedOut, Matchmaker, MoveRoom, MoveTicket, StaffEdited,
};
pub use office::{Called, FollowOffice, Office, OfficeEvent, OfficeNamed, OfficeNow, OfficeView};
pub use sockets::{Sockets, StaffStream, Whose};
pub use watch::{Subscribe, Watch};

use actix_web::{Error, HttpRequest, HttpResponse, web};

use crate::app::App;
use crate::ids::{DeskId, SessionId};
use crate::network::Network;
use counsellor::Counsellor;
use desk::Desk;
use entrant::Entrant;
use sockets::{Owner, Who};

/// Who opens a desk's socket; checked by the gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeskPass {
    /// The registered desk whose key was shown; `None` at the public desk.
    pub desk: Option<DeskId>,
    /// It plays in a rehearsal: it may ask for test lines, and for no others.
    pub rehearses: bool,
    /// A moment before the key was looked at, see [`Sockets::moment`].
    pub checked: u64,
}

/// Who opens a counsellor's socket; checked by the gate, read from the database just before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CounsellorPass {
    /// Its log-in, or the API token it came with: when that ends, so does the socket.
    pub session: SessionId,
    /// What is on record about them.
    pub profile: StaffProfile,
}

/// Upgrades a request to a desk's socket. The gate has checked the pass and the limits.
pub fn open_desk(
    app: &App,
    pass: DeskPass,
    network: Network,
    request: &HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Error> {
    let (max, checked) = (app.settings.sockets_per_desk_max, pass.checked);
    let who = pass.desk.map_or(Who::Public, |desk| Who::Desk { desk, max, checked });
    let owner = Owner { network, who };
    let desk = Desk::new(app.clone(), pass, network);
    socket::open(desk, &app.settings, &app.sockets, owner, request, body)
}

/// Upgrades a request to a counsellor's socket. The gate has checked the pass and the limits.
pub fn open_counsellor(
    app: &App,
    pass: CounsellorPass,
    network: Network,
    request: &HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Error> {
    let owner = Owner { network, who: Who::Staff(pass.profile.account, pass.session) };
    let counsellor = Counsellor::new(app.clone(), pass);
    socket::open(counsellor, &app.settings, &app.sockets, owner, request, body)
}

/// Upgrades a request to a socket of a room. The gate has checked who comes in, or that a guest has
/// the key, and the limits.
pub fn open_room(
    app: &App,
    door: Door,
    who: Option<Entering>,
    session: SessionId,
    network: Network,
    request: &HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Error> {
    let account = who.as_ref().and_then(|who| who.account);
    let owner = Owner { network, who: account.map_or(Who::Public, |account| Who::Entrant(account, session)) };
    let entrant = Entrant::new(app.clone(), door, who, session);
    socket::open(entrant, &app.settings, &app.sockets, owner, request, body)
}
