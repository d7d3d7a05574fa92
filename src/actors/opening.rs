//! From a request that the gate has let pass to the actor of a socket.

use actix::prelude::*;
use actix_web::{Error, HttpRequest, HttpResponse, web};

use super::counsellor::{Counsellor, CounsellorPass};
use super::desk::{Desk, DeskPass};
use super::front::Front;
use super::messages::RoomHandle;
use super::participant::Participant;
use super::socket;
use crate::ids::SessionId;
use crate::network::Network;
use crate::room::Entering;
use crate::services::Services;
use crate::sockets::{SocketOwner, SocketUser};

/// Upgrades a request to a desk's socket. The gate has checked the pass and the limits.
pub fn open_desk(
    services: &Services,
    front: &Addr<Front>,
    pass: &DeskPass,
    network: Network,
    request: &HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Error> {
    let (max, checked) = (services.settings.sockets_per_desk_max, pass.checked);
    let who = pass.desk.map_or(SocketUser::Public, |desk| SocketUser::Desk { desk, max, checked });
    let desk = Desk::new(services.clone(), front.clone().recipient(), pass, network);
    socket::open(desk, &services.settings, &services.sockets, SocketOwner { network, who }, request, body)
}

/// Upgrades a request to a counsellor's socket. The gate has checked the pass and the limits.
pub fn open_counsellor(
    services: &Services,
    front: &Addr<Front>,
    pass: CounsellorPass,
    network: Network,
    request: &HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Error> {
    let who = SocketUser::Staff(pass.profile.account, pass.session);
    let counsellor = Counsellor::new(services.clone(), front.clone().recipient(), pass);
    socket::open(counsellor, &services.settings, &services.sockets, SocketOwner { network, who }, request, body)
}

/// Upgrades a request to a socket of a room. The gate has checked who comes in, or that a guest has
/// the key, and the limits.
pub fn open_room(
    services: &Services,
    room: RoomHandle,
    who: Option<Entering>,
    session: SessionId,
    network: Network,
    request: &HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Error> {
    let account = who.as_ref().and_then(|who| who.account);
    let owner = account.map_or(SocketUser::Public, |account| SocketUser::Participant(account, session));
    let participant = Participant::new(services.clone(), room, who, session);
    socket::open(participant, &services.settings, &services.sockets, SocketOwner { network, who: owner }, request, body)
}
