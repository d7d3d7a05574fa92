//! Connections are accepted, and what comes by them goes to the routes.

use std::io;
use std::net::TcpListener;
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::Duration;

use actix_http::HttpService;
use actix_server::Server;
use actix_service::{IntoServiceFactory as _, ServiceFactoryExt as _, map_config};
use actix_web::dev::{AppConfig, Extensions};
use actix_web::rt::net::TcpStream;
use actix_web::{middleware, web};
use socket2::SockRef;

use super::upgrade::upgrades;
use super::{Connections, Gate, OnConnection, pass, routes};
use crate::app::App;

/// A peer that neither acknowledges nor answers for so long is gone. A socket's actor cannot
/// notice by itself: it stands still while its peer does not read.
const PEER_SILENT_MAX: Duration = Duration::from_secs(10);
/// A request's head must be complete by then.
const HEAD_WAIT: Duration = Duration::from_secs(10);
/// An idle connection is kept so long for the next request.
const KEEP_ALIVE: Duration = Duration::from_secs(30);
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
        // Never reached: the gate refuses before, in words.
        .max_concurrent_connections(gate.connections.max() + files_reserved)
        .shutdown_timeout(SHUTDOWN_S)
        .disable_signals()
        .listen("http", listener, move || {
            let (app, gate, stopping) = (app.clone(), gate.clone(), stopping.clone());
            let connections = gate.connections.clone();
            let factory = move || {
                let routes_gate = gate.clone();
                let app = actix_web::App::new()
                    .app_data(app.clone())
                    .app_data(gate.clone())
                    .wrap(middleware::from_fn(pass))
                    .configure(move |config| routes(config, &routes_gate));
                map_config(app.into_factory(), |()| AppConfig::default())
            };
            HttpService::build()
                .keep_alive(KEEP_ALIVE)
                .client_request_timeout(HEAD_WAIT)
                .tcp_nodelay(true)
                .local_addr(address)
                .graceful_shutdown_signal(move || {
                    let stopping = stopping.clone();
                    async move { stopping.notified().await }
                })
                .on_connect_ext(move |stream: &TcpStream, extensions: &mut Extensions| {
                    welcome(stream, extensions, &connections);
                })
                .upgrade(upgrades(factory()))
                .finish(factory().map_err(|error: actix_web::Error| error.error_response()))
                .tcp()
        })?;
    Ok(server.run())
}

/// What every connection gets: it is counted, and its peer is given up when silent.
fn welcome(stream: &TcpStream, extensions: &mut Extensions, connections: &Arc<Connections>) {
    extensions.insert(Arc::new(OnConnection::new(connections)));
    if let Err(error) = SockRef::from(stream).set_tcp_user_timeout(Some(PEER_SILENT_MAX)) {
        log::warn!("a silent peer may go unnoticed: {error}");
    }
}
