//! A configuration, a listener and a stop signal become a running server; when it returns, all of
//! it has ended.
//!
//! Start: lock (nobody else serves these records) → database (migrated, compared) → signing key → journal → actors → HTTP. The other way
//! round on the way out: unready, no new tickets, sockets closed, HTTP stopped, journal closed.

mod chores;
mod membership;
mod old_exports;
mod signals;

use std::future::Future;
use std::io::Write as _;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use actix_web::web;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::sync::Notify;

use crate::actors::{Drain, JournalHealth, NodeRecords, RoomsGone, WayToMatchmaker};
use crate::app::{App, Parts};
use crate::clock::Clock;
use crate::config::{ClusterSettings, ServeOptions, Switch};
use crate::demo;
use crate::http::access_control::setup::SETUP_TOKEN;
use crate::http::gate::secret;
use crate::http::{
    self, Connections, Gate, LogInThrottle, Metrics, Origins, Passwords, Pictures, Proxies, Rates, Uses,
};
use crate::ids::{NodeId, TermId};
use crate::indexer::Indexer;
use crate::journal::{Change, Journal, Keeper};
use crate::mail::{self, MailQueue, Transport};
use crate::private;
use crate::rehearsal;
use crate::settings::Settings;
use crate::start_error::StartError;
use crate::storage::engine::installation;
use crate::storage::people::accounts;
use crate::storage::talk::alone;
use crate::storage::work::test_data::removal;
use crate::storage::{Database, ServeLock, Store};
use crate::tokens::{SIGNING_KEY, Tokens};
use membership::Membership;
pub use signals::Signals;

/// Connections the kernel holds ready while workers are busy: five thousand clients that come back
/// within ten seconds fit.
const BACKLOG: i32 = 4096;
/// File descriptors that are not connections: database, journal, pages, and what a day brings.
const FILES_RESERVED: u64 = 512;
/// Sockets are closed in waves over so long, so that their clients do not all come back at once …
const DRAIN_OVER: Duration = Duration::from_secs(5);
/// … and by then at the latest; with what follows the process is gone within 30 s.
const DRAIN_AT_MOST: Duration = Duration::from_secs(20);
/// Among several, rooms are in other hands before that, or by then at the latest …
const HAND_ON_WITHIN: Duration = Duration::from_secs(8);
/// … and less time is left for sockets that do not close.
const DRAIN_AMONG_AT_MOST: Duration = Duration::from_secs(10);
/// The same where the server starts anew at once: its clients find it again in the kernel's queue.
const AGAIN_OVER: Duration = Duration::from_secs(1);
/// The journal commits what is queued within so long, or its database hangs.
const CLOSE_WITHIN: Duration = Duration::from_secs(5);
/// A lock on the database that another process has for so long is not given back: the server ends.
const LOCK_BACK_WITHIN: Duration = Duration::from_secs(30);
/// Most sockets of one registered desk; the oldest gives way.
const SOCKETS_PER_DESK_MAX: u32 = 2;

/// Takes the address. Port 0 takes a free port.
pub fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    let refused = |error: std::io::Error| {
        StartError::new(format_args!(
            "cannot listen on {address}: {error}; stop the other program or choose another address with --listen"
        ))
    };
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP)).map_err(refused)?;
    socket.set_reuse_address(true).map_err(refused)?;
    socket.bind(&address.into()).map_err(refused)?;
    socket.listen(BACKLOG).map_err(refused)?;
    socket.set_nonblocking(true).map_err(refused)?;
    Ok(socket.into())
}

/// How a server came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It was asked to.
    Asked,
    /// The database came back without its last commits (a failover to a standby that lacked them). What
    /// this server had in memory was ahead of it, so it ends, and another begins with what is on file.
    WentBack,
    /// It was asked to, and the database does not answer: what is on its way to it is left to it. Threads
    /// hang in calls that do not return, so the process has to go without them.
    Stuck,
}

/// Runs the server until `stop` ends. Call it on an actix system; it blocks while it opens.
pub async fn run(
    options: &ServeOptions,
    listener: TcpListener,
    stop: impl Future<Output = ()>,
) -> Result<Ended, StartError> {
    let address = listener
        .local_addr()
        .map_err(|error| StartError::new(format_args!("the listening socket is broken: {error}")))?;
    let url = options.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
    let database: Database = options.database.url().parse()?;
    // Until this function returns, or the process dies, nobody else serves these records.
    let among = options.cluster.settings(&options.database).map_err(StartError::new)?;
    let lock = match among {
        None => ServeLock::take(&database, LOCK_BACK_WITHIN)?,
        Some(_) => ServeLock::share(&database, LOCK_BACK_WITHIN)?,
    };
    old_exports::delete(&options.database.data_dir);
    keep_to_ourselves(&options.database.data_dir);
    let clock = Clock::system();
    let mut store = Store::open(&database)?.served_under(&lock);
    store.may_write(clock.now().wall)?;
    if let Some(replica) = &options.replica_url {
        store = store.with_replica(&replica.parse()?)?;
    }
    let mut greeting = Vec::new();
    if options.demo {
        greeting.extend(demo::prepare(&store, &clock, &url)?);
    } else {
        demo::refuse_outside(&store, address, options)?;
    }
    greeting.extend(setup_link(&store, &clock, &url, among.is_some())?);
    let transport =
        Transport::new(options.mail.smtp_url.as_deref(), &options.mail.mail_from, &options.database.data_dir)
            .map_err(StartError::new)?;
    let mail_queue = MailQueue::new(&url);
    let went_back = Arc::new(Notify::new());
    let staff = store.run(accounts::versions)?;
    let about = About { address, url, mail_queue, anew: went_back.clone() };
    let (app, mut membership) = assemble(options, about, &database, among, store, clock).await?;
    let metrics = Metrics::new().map_err(StartError::new)?;
    let gate = web::Data::new(Gate {
        origins: origins(options),
        passwords: Passwords::default(),
        pictures: Pictures::default(),
        throttle: LogInThrottle::new(app.tokens.clone(), app.joined.clone()),
        uses: Uses::default(),
        rates: Rates::new(options.requests_per_10s_max),
        proxies: Proxies::new(options.trusted_proxies.clone()),
        connections: Connections::new(
            files_for_connections()?,
            options.sockets_per_address_max,
            Proxies::new(options.trusted_proxies.clone()),
        ),
        metrics,
        second_factor_required: !options.demo,
    });

    let reserved = usize::try_from(FILES_RESERVED).unwrap_or(usize::MAX);
    let server = http::serve(listener, web::Data::new(app.clone()), gate.clone(), reserved).map_err(|error| {
        StartError::new(format_args!("cannot listen: {error}; choose another address with --listen"))
    })?;
    let handle = server.handle();
    let mut running = actix_web::rt::spawn(server);
    let indexer = Indexer::start(&app.store, app.journal.clone(), app.clock.clone())?;
    let crew = chores::start(&app, &gate, transport, staff);
    greeting.push(format!("listening on http://{address}"));
    say(&greeting);

    let (ended, drain_over) = tokio::select! {
        () = stop => (Ok(Ended::Asked), DRAIN_OVER),
        () = went_back.notified() => (Ok(Ended::WentBack), AGAIN_OVER),
        by = lock.lost() => (Err(StartError::new(by)), DRAIN_OVER),
        why = refused(membership.as_mut()) => (Err(StartError::new(why)), AGAIN_OVER),
        ended = &mut running => return Err(StartError::new(format_args!("the HTTP server ended by itself: {ended:?}"))),
    };
    log::info!("draining");
    app.draining.store(true, Ordering::SeqCst);
    if let Some(membership) = &membership {
        membership.drain();
    }
    app.matchmaker.do_send(Drain);
    app.public_feed.do_send(Drain);
    if let Some(membership) = &membership {
        hand_on(&app, membership).await;
    }
    app.sockets.drain(drain_over, if membership.is_some() { DRAIN_AMONG_AT_MOST } else { DRAIN_AT_MOST }).await;
    handle.stop(true).await;
    crew.stop();
    for uses in gate.uses.take() {
        // Not worth holding up the end for: the sessions only seem idle a minute longer.
        let _ = app.journal.write(Keeper::Anybody, uses).await;
    }
    let journal = app.journal.clone();
    let closed = web::block(move || (indexer.close(), journal.close()));
    match actix_web::rt::time::timeout(CLOSE_WITHIN, closed).await {
        Ok(Ok(_)) => {}
        Ok(Err(_)) => log::error!("the journal could not be closed in order"),
        Err(_) => {
            log::error!("the database does not answer; what is on its way to it is left to it");
            return Ok(Ended::Stuck);
        }
    }
    // Behind all that was written by it as a keeper.
    if let Some(membership) = membership {
        membership.leave().await;
    }
    log::info!("stopped");
    ended
}

/// Ends if this node is not taken by the others.
async fn refused(membership: Option<&mut Membership>) -> String {
    match membership {
        Some(membership) => membership.refused().await,
        None => std::future::pending().await,
    }
}

/// Where there are others that may have them, the rooms of this node are theirs when this returns, or it took too long:
/// then they are taken once this node is gone.
async fn hand_on(app: &App, membership: &Membership) {
    app.front.do_send(Drain);
    app.groups.do_send(Drain);
    if !membership.has_others() {
        return;
    }
    let all_gone = async { tokio::join!(app.front.send(RoomsGone), app.groups.send(RoomsGone)) };
    match tokio::time::timeout(HAND_ON_WITHIN, all_gone).await {
        Ok(_) => log::info!("all rooms are in other hands"),
        Err(_) => log::warn!("some rooms are still here; others take them once this node is gone"),
    }
}

/// Takes from others what they may do with the data folder, if it holds nothing but ours.
fn keep_to_ourselves(data_dir: &Path) {
    let is_ours = |name: &str| name == mail::FOLDER || name.starts_with("anteroom.");
    match private::narrow_folder(data_dir, is_ours) {
        Ok(false) => {}
        Ok(true) => log::warn!("{} was open to other users; now it is the server's alone", data_dir.display()),
        Err(error) => log::warn!("who may look into {} is not known: {error}", data_dir.display()),
    }
}

/// What a server is told of itself as it starts.
struct About {
    address: SocketAddr,
    url: String,
    mail_queue: MailQueue,
    /// Told when what is in memory is not what is on file: the server begins anew.
    anew: Arc<Notify>,
}

/// Opens and starts every part, and gives each what it needs.
async fn assemble(
    options: &ServeOptions,
    about: About,
    database: &Database,
    among: Option<ClusterSettings>,
    store: Store,
    clock: Clock,
) -> Result<(App, Option<Membership>), StartError> {
    let About { address: listening, url, mail_queue, anew } = about;
    let settings = settings(options, url, NodeId(clock.new_id()));
    let key = signing_key(&store, &clock)?;
    let tokens = Tokens::new(&key);
    // The journal is there before the matchmaker, which is to know how it is from its first day.
    let matchmaker = Arc::new(OnceLock::<WayToMatchmaker>::new());
    let (told, went_back) = (matchmaker.clone(), anew.clone());
    let journal = Journal::start(&store, clock.clone(), settings.node, move |change| {
        if change == Change::WentBack {
            log::error!("the database came back without its last commits; the server starts anew on what is on file");
            return went_back.notify_one();
        }
        let healthy = change == Change::Well;
        log::warn!("the journal {}", if healthy { "commits again" } else { "fails: nothing is stored" });
        if let Some(matchmaker) = told.get() {
            matchmaker.do_send(JournalHealth(healthy));
        }
    })?;
    let (now, node) = (clock.now().wall, settings.node);
    let parts = Parts { settings, store: store.clone(), journal, clock: clock.clone(), tokens, mail_queue, listening };
    let (app, membership) = match among {
        None => {
            let term = TermId(clock.new_id());
            // Whatever another run has left is this one's from here on.
            store.in_turn(|conn| conn.write(|conn| alone::begin(conn, node, term, now)))?;
            store.in_turn(|conn| conn.write(|conn| removal::sweep(conn, node, rehearsal::CUT_OFF, now)))?;
            let found = store.in_turn(|conn| NodeRecords::read(conn, term, now))?;
            (App::start(parts, found), None)
        }
        Some(among) => {
            let (membership, joining) = Membership::begin(among, database, node, clock, key, anew).await?;
            (App::join(parts, joining), Some(membership))
        }
    };
    // Only this function sets it.
    let _ = matchmaker.set(app.matchmaker.clone());
    Ok((app, membership))
}

fn settings(options: &ServeOptions, url: String, node: NodeId) -> Settings {
    Settings {
        node,
        node_name: options.cluster.name(),
        heartbeat_s: options.heartbeat_s,
        messages_per_10s_max: options.messages_per_10s_max,
        sockets_per_address_max: options.sockets_per_address_max,
        asks_per_min_max: options.asks_per_min_max,
        waiting_per_address_max: options.waiting_per_address_max,
        sockets_per_desk_max: SOCKETS_PER_DESK_MAX,
        public_desk: options.public_desk == Switch::On,
        mail: options.mail.smtp_url.is_some(),
        zone: options.time_zone,
        url,
        allowed_origins: options.allowed_origins.clone(),
    }
}

/// The key that signs resume tokens: drawn once, the same for every node and after every start.
fn signing_key(store: &Store, clock: &Clock) -> Result<Vec<u8>, StartError> {
    let at = clock.now().wall;
    let kept = store.in_turn(|conn| installation::set_if_absent(conn, SIGNING_KEY, &secret::draw(), at))?;
    URL_SAFE_NO_PAD
        .decode(kept)
        .ok()
        .filter(|key| key.len() >= 32)
        .ok_or_else(|| StartError::new("the signing key on file is damaged; restore the database from a backup"))
}

/// With no admin on file: a link with which to make one. The one printed before no longer works, unless the server is
/// one of several: then somebody may be about to use what another has printed, and the link is said to be there.
fn setup_link(store: &Store, clock: &Clock, url: &str, is_one_of_several: bool) -> Result<Option<String>, StartError> {
    let at = clock.now().wall;
    let token = secret::draw();
    let hash = secret::hash(&token);
    let kept = store.in_turn(|conn| {
        if accounts::count_admins(conn)? > 0 {
            return Ok(None);
        }
        if is_one_of_several {
            return installation::set_if_absent(conn, SETUP_TOKEN, &hash, at).map(Some);
        }
        installation::put(conn, SETUP_TOKEN, &hash, at)?;
        Ok(Some(hash.clone()))
    })?;
    Ok(kept.map(|kept| match kept == hash {
        true => format!("no admin yet; make the first one at {url}/setup#{token}"),
        false => "no admin yet; make the first one with the link that the first of these servers printed at its first \
                  start, or with `anteroom account create --role ADMIN`"
            .to_owned(),
    }))
}

fn origins(options: &ServeOptions) -> Origins {
    let allowed = options.public_url.iter().chain(&options.allowed_origins).cloned().collect();
    Origins { is_https: options.is_https(), allowed, public: options.public_url.clone() }
}

/// Whether files enough may be open; asked before anything is opened that would fail without a word.
pub fn check_files() -> Result<(), StartError> {
    files_for_connections().map(drop)
}

/// Raises the limit of open files as far as allowed; says how many of them connections may use.
fn files_for_connections() -> Result<usize, StartError> {
    let limit = rlimit::increase_nofile_limit(u64::MAX)
        .map_err(|error| StartError::new(format_args!("cannot read the limit of open files: {error}")))?;
    match limit.checked_sub(2 * FILES_RESERVED) {
        Some(left) if left > 0 => Ok(usize::try_from(left).unwrap_or(usize::MAX / 2).min(1 << 24)),
        _ => Err(StartError::new(format_args!(
            "only {limit} files may be open at once; raise the limit (ulimit -n) to 4096 or more"
        ))),
    }
}

/// Prints for whoever started us. A reader that has gone is no reason to stop.
fn say(lines: &[String]) {
    let mut out = std::io::stdout().lock();
    for line in lines {
        let _ = writeln!(out, "{line}");
    }
    let _ = out.flush();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_to_the_first_admin_is_printed_anew_unless_another_server_may_have_printed_it() {
        let folder = tempfile::tempdir().unwrap();
        let (store, clock) =
            (Store::open(&Database::Sqlite(folder.path().join("anteroom.db"))).unwrap(), Clock::system());
        let on_file = || store.run(|conn| installation::get(conn, SETUP_TOKEN)).unwrap();
        let printed = |is_one_of_several| setup_link(&store, &clock, "http://x", is_one_of_several).unwrap().unwrap();
        assert!(printed(true).contains("http://x/setup#"));
        let first = on_file();
        assert!(!printed(true).contains('#'), "it is another's");
        assert_eq!(on_file(), first);
        assert!(printed(false).contains("http://x/setup#"));
        assert_ne!(on_file(), first);
    }

    #[test]
    fn a_taken_port_is_told_in_one_line() {
        let taken = bind(([127, 0, 0, 1], 0).into()).unwrap();
        let error = bind(taken.local_addr().unwrap()).unwrap_err().to_string();
        assert!(error.contains("cannot listen") && error.contains("--listen") && !error.contains('\n'), "{error}");
    }
}
