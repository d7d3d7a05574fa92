//! Connections are accepted, and what comes by them goes to the routes.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::num::NonZeroUsize;
use std::time::Duration;

use actix_http::error::DispatchError;
use actix_http::{HttpService, Protocol};
use actix_server::Server;
use actix_service::{IntoServiceFactory as _, ServiceFactoryExt as _, fn_service, map_config};
use actix_web::dev::{AppConfig, Extensions};
use actix_web::rt::net::TcpStream;
use actix_web::{middleware, web};
use socket2::SockRef;

use crate::app::App;
use crate::http::server::connections::Full;
use crate::http::server::metrics::Refused;
use crate::http::server::patience::Patient;
use crate::http::server::upgrade::upgrades;
use crate::http::{Gate, pass, routes};

/// A peer that neither acknowledges nor answers for so long is gone. A socket's actor cannot
/// notice by itself: it stands still while its peer does not read.
const PEER_SILENT_MAX: Duration = Duration::from_secs(10);
/// A request's head must be complete by then.
const HEAD_WAIT: Duration = Duration::from_secs(10);
/// An idle connection is kept so long for the next request.
const KEEP_ALIVE: Duration = Duration::from_secs(30);
/// After an answer that did not wait for the whole request, the peer has so long to read it.
const LINGER: Duration = Duration::from_secs(2);
/// Workers where the machine has fewer cores.
const WORKERS_MIN: usize = 2;
/// Requests still running after the drain get so long.
const SHUTDOWN_S: u64 = 3;

/// Serves `listener` until stopped. `files_reserved` descriptors are not for connections.
pub fn serve(
    listener: TcpListener,
    app: web::Data<App>,
    gate: web::Data<Gate>,
    files_reserved: usize,
) -> io::Result<Server> {
    let workers = std::thread::available_parallelism().map_or(WORKERS_MIN, NonZeroUsize::get).max(WORKERS_MIN);
    let address = listener.local_addr()?;
    let builder = Server::build();
    let stopping = builder.graceful_shutdown_signal();
    let server = builder
        .workers(workers)
        // Never reached: a connection too many is told so, or closed as it comes.
        .max_concurrent_connections(gate.connections.max() + files_reserved)
        .shutdown_timeout(SHUTDOWN_S)
        .disable_signals()
        .listen("http", listener, move || {
            let (app, gate, stopping) = (app.clone(), gate.clone(), stopping.clone());
            let (accepting, failing) = (gate.clone(), gate.clone());
            let factory = move || {
                let routes_gate = gate.clone();
                let app = actix_web::App::new()
                    .app_data(app.clone())
                    .app_data(gate.clone())
                    .wrap(middleware::from_fn(pass))
                    .configure(move |config| routes(config, &routes_gate));
                map_config(app.into_factory(), |()| AppConfig::default())
            };
            let http = HttpService::build()
                .keep_alive(KEEP_ALIVE)
                .client_request_timeout(HEAD_WAIT)
                .client_disconnect_timeout(LINGER)
                .local_addr(address)
                .graceful_shutdown_signal(move || {
                    let stopping = stopping.clone();
                    async move { stopping.notified().await }
                })
                .on_connect_ext(|patient: &Patient, extensions: &mut Extensions| {
                    extensions.insert(patient.connection().clone());
                })
                .upgrade(upgrades(factory()))
                .finish(factory().map_err(|error: actix_web::Error| error.error_response()));
            fn_service(move |stream: TcpStream| std::future::ready(accept(stream, &accepting))).and_then(http).map_err(
                move |error: DispatchError| {
                    // Counted only: with a line in the log for each, whoever sends them could fill the disk.
                    if matches!(error, DispatchError::Parse(_)) {
                        failing.metrics.refused(Refused::Malformed);
                    }
                    error
                },
            )
        })?;
    Ok(server.run())
}

/// What every connection gets: it is counted, and its peer is given up when silent. One too many is
/// closed as it comes.
fn accept(stream: TcpStream, gate: &Gate) -> Result<(Patient, Protocol, Option<SocketAddr>), DispatchError> {
    let peer = stream.peer_addr().ok();
    let connection = gate.connections.take(peer.map(|peer| peer.ip())).map_err(|full| {
        gate.metrics.refused(match full {
            Full::Server => Refused::Server,
            Full::Network => Refused::Network,
        });
        DispatchError::Io(io::ErrorKind::ConnectionRefused.into())
    })?;
    let set =
        stream.set_nodelay(true).and_then(|()| SockRef::from(&stream).set_tcp_user_timeout(Some(PEER_SILENT_MAX)));
    if let Err(error) = set {
        log::warn!("a silent peer may go unnoticed: {error}");
    }
    Ok((Patient::new(stream, connection), Protocol::Http1, peer))
}
