//! One WebSocket and the actor at its near end: parsing, bounds both ways, heartbeat, closing.
//!
//! The only user of `actix-web-actors`, whose traps are dealt with here once:
//! its parser keeps what comes until a frame is whole, so each head is looked at before
//! (`sockets/framing`); a protocol error repeats for ever unless the actor stops; a reset skips
//! `finished`, so clean-up is in `stopped` alone; a peer that stops reading freezes its actor, so
//! what is queued toward it is counted where it is sent (`sockets/outbox.rs`) and the kernel ends the
//! connection (`TCP_USER_TIMEOUT`, set where connections are accepted).

use std::time::{Duration, Instant};

use actix::prelude::*;
use actix_http::ws::Item;
use actix_web::http::header::{HeaderValue, SEC_WEBSOCKET_PROTOCOL};
use actix_web::{Error, HttpRequest, HttpResponse, web};
use actix_web_actors::ws;
use bytestring::ByteString;

use super::messages::News;
use crate::front::Passing;
use crate::ids::RoomId;
use crate::protocol::{ClientFrame, CloseCode, ErrorCode, FRAME_BYTES_MAX, SUBPROTOCOL, ServerFrame};
use crate::room::Glance;
use crate::settings::Settings;
use crate::sockets::framing::{Framed, code_of};
use crate::sockets::intake::Intake;
use crate::sockets::pulse::Pulse;
use crate::sockets::{Out, Outbox, SocketOwner, Sockets};

/// Who sits at a socket. The socket reads and bounds; the peer decides.
pub(super) trait Peer: Sized + Unpin + 'static {
    /// What the other actors tell it.
    type News: Message<Result = ()> + Send + 'static;

    /// The socket is open; say `welcome`.
    fn opened(&mut self, wire: &mut Wire<'_, Self>);
    /// A frame within its bounds came in.
    fn heard(&mut self, frame: ClientFrame, wire: &mut Wire<'_, Self>);
    /// Another actor has news.
    fn told(&mut self, news: Self::News, wire: &mut Wire<'_, Self>);
    /// A frame of a room went to the client that says something to the peer too.
    fn passed(&mut self, _passing: Passing, _wire: &mut Wire<'_, Self>) {}
    /// A room tells how it looks.
    fn looks(&mut self, _room: RoomId, _glance: Glance, _wire: &mut Wire<'_, Self>) {}
    /// The socket is gone. Called once, whatever the reason; the only place where membership is
    /// cleaned up.
    fn gone(&mut self, generation: u64);
}

type Ctx<P> = ws::WebsocketContext<Socket<P>>;

/// The actor of one socket.
pub(super) struct Socket<P: Peer> {
    peer: P,
    state: State,
}

struct State {
    generation: u64,
    sockets: Sockets,
    owner: SocketOwner,
    outbox: Option<Outbox>,
    pulse: Pulse,
    intake: Intake,
    /// The client named subprotocols, but not ours.
    outdated: bool,
    closing: bool,
}

/// A socket's near end as its peer uses it.
pub(super) struct Wire<'a, P: Peer> {
    state: &'a mut State,
    ctx: &'a mut Ctx<P>,
}

/// Upgrades the request. `owner` says to whom the socket belongs, for limits and for closing.
pub(super) fn open<P: Peer>(
    peer: P,
    settings: &Settings,
    sockets: &Sockets,
    owner: SocketOwner,
    request: &HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Error> {
    // A list may be spread over several lines.
    let lines = request.headers().get_all(SEC_WEBSOCKET_PROTOCOL).filter_map(|value| value.to_str().ok());
    let offered: Vec<&str> =
        lines.flat_map(|names| names.split(',')).map(str::trim).filter(|name| !name.is_empty()).collect();
    let outdated = !offered.is_empty() && !offered.contains(&SUBPROTOCOL);
    // A browser drops a handshake that names none of what it offered: an outdated page is answered
    // in its own words and told to reload by the close code.
    let answered = if outdated { offered.first().copied() } else { offered.first().map(|_| SUBPROTOCOL) };
    let state = State {
        generation: sockets.next_generation(),
        sockets: sockets.clone(),
        owner,
        outbox: None,
        pulse: Pulse::new(Duration::from_secs(settings.heartbeat_s.into()), Instant::now()),
        intake: Intake::new(settings.messages_per_10s_max, Instant::now()),
        outdated,
        closing: false,
    };
    let mut response = ws::WsResponseBuilder::new(Socket { peer, state }, request, Framed::new(body))
        .frame_size(FRAME_BYTES_MAX)
        .start()?;
    if let Some(answered) = answered {
        response.headers_mut().insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_str(answered)?);
    }
    Ok(response)
}

impl<P: Peer> Actor for Socket<P> {
    type Context = Ctx<P>;

    fn started(&mut self, ctx: &mut Self::Context) {
        let outbox = Outbox::new(ctx.address().recipient(), self.state.generation);
        self.state.sockets.opened(self.state.owner, outbox.clone());
        self.state.outbox = Some(outbox);
        if self.state.outdated {
            return self.wire(ctx).close(CloseCode::Outdated);
        }
        ctx.run_later(self.state.pulse.first(), Self::beat);
        self.with_peer(ctx, P::opened);
    }

    fn stopped(&mut self, _: &mut Self::Context) {
        self.state.sockets.closed(self.state.generation);
        self.peer.gone(self.state.generation);
    }
}

impl State {
    fn close(&mut self) {
        self.closing = true;
        if let Some(outbox) = &self.outbox {
            outbox.closing();
        }
    }
}

impl<P: Peer> Socket<P> {
    fn wire<'a>(&'a mut self, ctx: &'a mut Ctx<P>) -> Wire<'a, P> {
        Wire { state: &mut self.state, ctx }
    }

    fn with_peer(&mut self, ctx: &mut Ctx<P>, act: impl FnOnce(&mut P, &mut Wire<'_, P>)) {
        act(&mut self.peer, &mut Wire { state: &mut self.state, ctx });
    }

    /// Does what is due by itself, and comes again when the next thing is.
    fn beat(&mut self, ctx: &mut Ctx<P>) {
        let due = self.state.pulse.due(Instant::now());
        if due.is_silent {
            return self.wire(ctx).close(CloseCode::Silent);
        }
        if due.ping {
            ctx.ping(b"");
        }
        if due.beat {
            self.wire(ctx).say(&ServerFrame::Beat);
        }
        ctx.run_later(due.again_in, Self::beat);
    }

    fn text(&mut self, text: &str, ctx: &mut Ctx<P>) {
        if let Err(code) = self.state.intake.message(Instant::now()) {
            return self.wire(ctx).close(code);
        }
        match ClientFrame::parse(text) {
            Ok(frame) => self.with_peer(ctx, |peer, wire| peer.heard(frame, wire)),
            Err(fault) => {
                let re = serde_json::from_str::<serde_json::Value>(text).ok().and_then(|frame| {
                    ["client_id", "offer", "room"].iter().find_map(|key| frame.get(key)?.as_str().map(str::to_owned))
                });
                self.wire(ctx).refuse(ErrorCode::BadFrame, &fault.to_string(), re);
            }
        }
    }

    fn piece(&mut self, item: Item, ctx: &mut Ctx<P>) {
        match self.state.intake.piece(item, Instant::now()) {
            Ok(Some(text)) => self.text(&text, ctx),
            Ok(None) => {}
            Err(code) => self.wire(ctx).close(code),
        }
    }

    fn control(&mut self, ctx: &mut Ctx<P>) -> bool {
        let counted = self.state.intake.control(Instant::now());
        if let Err(code) = counted {
            self.wire(ctx).close(code);
        }
        counted.is_ok()
    }
}

impl<P: Peer> StreamHandler<Result<ws::Message, ws::ProtocolError>> for Socket<P> {
    fn handle(&mut self, message: Result<ws::Message, ws::ProtocolError>, ctx: &mut Ctx<P>) {
        if self.state.closing {
            return;
        }
        self.state.pulse.heard(Instant::now());
        match message {
            Ok(ws::Message::Text(text)) => self.text(&text, ctx),
            Ok(ws::Message::Continuation(item)) => self.piece(item, ctx),
            Ok(ws::Message::Binary(_)) => self.wire(ctx).close(CloseCode::Binary),
            Ok(ws::Message::Ping(bytes)) => {
                if self.control(ctx) {
                    ctx.pong(&bytes);
                }
            }
            Ok(ws::Message::Pong(_) | ws::Message::Nop) => {
                self.control(ctx);
            }
            // The peer closes: its own code goes back, as RFC 6455 5.5.1 asks.
            Ok(ws::Message::Close(reason)) => {
                self.state.close();
                ctx.close(reason);
                ctx.stop();
            }
            Err(error) => self.wire(ctx).close(code_of(&error)),
        }
    }
}

impl<P: Peer> Handler<Out> for Socket<P> {
    type Result = ();

    fn handle(&mut self, out: Out, ctx: &mut Ctx<P>) {
        if let Some(outbox) = &self.state.outbox {
            outbox.arrived(&out);
        }
        if self.state.closing {
            return;
        }
        if !matches!(out, Out::Glance(_)) {
            self.state.pulse.said(Instant::now());
        }
        match out {
            Out::Text(text, passing) => {
                ctx.text(text);
                if let Some(passing) = passing {
                    self.with_peer(ctx, |peer, wire| peer.passed(passing, wire));
                }
            }
            Out::Glance(told) => {
                let (room, glance) = *told;
                self.with_peer(ctx, |peer, wire| peer.looks(room, glance, wire));
            }
            Out::Texts(texts) => texts.into_iter().for_each(|text| ctx.text(text)),
            Out::Shut(code) => self.wire(ctx).close(code),
        }
    }
}

impl<P: Peer> Handler<News<P::News>> for Socket<P> {
    type Result = ();

    fn handle(&mut self, news: News<P::News>, ctx: &mut Ctx<P>) {
        if !self.state.closing {
            self.with_peer(ctx, |peer, wire| peer.told(news.0, wire));
        }
    }
}

impl<P: Peer> Wire<'_, P> {
    /// Which socket this is; a newer one has a higher number.
    pub(super) fn generation(&self) -> u64 {
        self.state.generation
    }

    /// How other actors reach the peer.
    pub(super) fn address(&self) -> Addr<Socket<P>> {
        self.ctx.address()
    }

    /// How other actors send frames without going through the peer.
    pub(super) fn outbox(&self) -> Outbox {
        self.state.outbox.clone().unwrap_or_else(|| Outbox::new(self.ctx.address().recipient(), self.state.generation))
    }

    /// Sends one frame.
    pub(super) fn say(&mut self, frame: &ServerFrame) {
        self.state.pulse.said(Instant::now());
        self.ctx.text(ByteString::from(frame.to_json()));
    }

    /// Says that nothing was done, and why.
    pub(super) fn refuse(&mut self, code: ErrorCode, detail: &str, re: Option<String>) {
        self.say(&ServerFrame::refusal(code, detail, re));
    }

    /// Closes the socket; what was sent before still arrives.
    pub(super) fn close(&mut self, code: CloseCode) {
        if self.state.closing {
            return;
        }
        self.state.close();
        self.ctx.close(Some(ws::CloseReason {
            code: ws::CloseCode::Other(code.number()),
            description: Some(code.text().to_owned()),
        }));
        self.ctx.stop();
    }

    /// Calls the peer with what comes of it, unless the socket is gone by then.
    pub(super) fn when<T: 'static>(
        &mut self,
        comes: impl Future<Output = T> + 'static,
        act: impl FnOnce(&mut P, T, &mut Wire<'_, P>) + 'static,
    ) {
        self.ctx.spawn(actix::fut::wrap_future(comes).map(move |came, socket: &mut Socket<P>, ctx| {
            if !socket.state.closing {
                socket.with_peer(ctx, |peer, wire| act(peer, came, wire));
            }
        }));
    }

    /// Calls the peer after `delay`, unless the socket is gone by then.
    pub(super) fn later(&mut self, delay: Duration, act: impl FnOnce(&mut P, &mut Wire<'_, P>) + 'static) {
        self.ctx.run_later(delay, move |socket, ctx| {
            if !socket.state.closing {
                socket.with_peer(ctx, act);
            }
        });
    }
}
