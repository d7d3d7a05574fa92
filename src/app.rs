//! What every part of the server is given; nothing is global.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use actix::prelude::*;

use crate::actors::{Board, Found, Groups, Matchmaker, Office, Sockets, Watch};
use crate::clock::Clock;
use crate::jobs::Jobs;
use crate::journal::Journal;
use crate::mail::Post;
use crate::rehearsal::Rehearsals;
use crate::settings::Settings;
use crate::storage::Store;
use crate::tokens::Tokens;

/// The server's parts. Cheap to clone; lives as long as the server.
#[derive(Clone)]
pub struct App {
    /// What the operator set, after defaults.
    pub settings: Arc<Settings>,
    /// Reads, from a pool; blocking: call it inside `web::block`.
    pub store: Store,
    /// The single writer.
    pub journal: Journal,
    /// Both clocks, and new ids.
    pub clock: Clock,
    /// Signs and reads resume tokens.
    pub tokens: Tokens,
    /// The lines as people see them now.
    pub board: Board,
    /// Pairs desks and counsellors.
    pub matchmaker: Addr<Matchmaker>,
    /// Knows the group rooms that are open.
    pub groups: Addr<Groups>,
    /// Feeds the admin room list.
    pub watch: Addr<Watch>,
    /// Feeds the walls and the start pages.
    pub office: Addr<Office>,
    /// Long work in the background.
    pub jobs: Jobs,
    /// Consultations the server plays with itself.
    pub rehearsals: Rehearsals,
    /// Every open socket: to count them per address and to close them when the node drains.
    pub sockets: Sockets,
    /// Where letters are posted.
    pub post: Post,
    /// Set once on SIGTERM: no new tickets, not ready, sockets are on their way out.
    pub draining: Arc<AtomicBool>,
}

/// What there is before the actors.
pub struct Parts {
    /// See [`App::settings`].
    pub settings: Settings,
    /// See [`App::store`].
    pub store: Store,
    /// See [`App::journal`].
    pub journal: Journal,
    /// See [`App::clock`].
    pub clock: Clock,
    /// See [`App::tokens`].
    pub tokens: Tokens,
    /// The folder exports are written into.
    pub exports: PathBuf,
    /// Where the server listens.
    pub listening: SocketAddr,
    /// See [`App::post`].
    pub post: Post,
}

impl App {
    /// Starts the actors, on this thread, with what was found on file.
    #[must_use]
    pub fn start(parts: Parts, mut found: Found) -> Self {
        let Parts { settings, store, journal, clock, tokens, post, exports, listening } = parts;
        let watch = Watch::default().start();
        let office = Office::new(store.clone(), clock.clone(), settings.zone, settings.sockets_per_address_max).start();
        let registry = Context::<Groups>::new();
        let (groups, found_groups) = (registry.address(), std::mem::take(&mut found.groups));
        let mut started = None;
        Matchmaker::create(|ctx| {
            let app = Self {
                settings: Arc::new(settings),
                store,
                journal,
                clock,
                tokens,
                board: Board::default(),
                matchmaker: ctx.address(),
                groups,
                watch,
                office,
                jobs: Jobs::new(exports),
                rehearsals: Rehearsals::new(listening),
                sockets: Sockets::default(),
                post,
                draining: Arc::default(),
            };
            started = Some(app.clone());
            Matchmaker::new(app, found, ctx)
        });
        let app: Self = started.unwrap_or_else(|| unreachable!("`create` calls its closure before it returns"));
        registry.run(Groups::new(app.clone(), found_groups));
        app
    }
}
