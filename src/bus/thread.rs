//! The thread that everything of a bus happens on: it takes orders, messages and what engines report,
//! lets the links make their turn, and seals and hands out what follows.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::channel::{Channel, Names};
use super::config::{BusFault, Config};
use super::counts::Counts;
use super::engine::{Heard, Hearing, Letter, Loop, Report, Session, keep_up, queue};
use super::event::Event;
use super::links::{Links, Order, Outgoing, later};
use super::postgres::Postgres;
#[cfg(feature = "redis")]
use super::redis::Redis;
use super::seal::{Seal, installation};
use crate::cluster::Engine;
use crate::time::Mono;

/// How many orders, and how many messages, are taken in one turn, so that what follows from them shares
/// messages.
const TURN_MAX: usize = 256;
/// About how many bytes of messages are taken in one turn: what came is acknowledged at its end, and
/// must not wait until the other sends it again.
const TURN_BYTES: usize = 128 * 1024;
/// At the end, the others may take so long to acknowledge what was sent, and then the engines to end.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// With nothing to do, it looks again after so long.
const IDLE: Duration = Duration::from_secs(3_600);

/// What the handle asks for.
pub(super) enum Ask {
    Order(Order),
    Counts(oneshot::Sender<Counts>),
    Stop(oneshot::Sender<()>),
}

/// The thread's own.
pub(super) struct Thread<E> {
    config: Config,
    links: Links,
    seal: Seal,
    names: Names,
    /// The engines' queues.
    letters: Vec<(Engine, mpsc::Sender<Letter>)>,
    engines: Vec<Pin<Box<dyn Future<Output = ()> + Send>>>,
    asks: mpsc::UnboundedReceiver<Ask>,
    heard: mpsc::Receiver<Heard>,
    reports: mpsc::UnboundedReceiver<Report>,
    dropped: Arc<AtomicU64>,
    newest_epoch: Arc<AtomicU64>,
    events: E,
    /// Who waits for the end, and until when the others may still acknowledge.
    stops: Vec<oneshot::Sender<()>>,
    ends_at: Option<Mono>,
    /// Waits for the first session of PostgreSQL.
    started: Option<oneshot::Sender<Result<(), BusFault>>>,
}

/// What a handle keeps of it.
pub(super) struct Ends {
    pub asks: mpsc::UnboundedSender<Ask>,
    pub newest_epoch: Arc<AtomicU64>,
    pub started: oneshot::Receiver<Result<(), BusFault>>,
}

impl<E: FnMut(Event) + Send + 'static> Thread<E> {
    /// Starts it.
    ///
    /// # Errors
    ///
    /// A URL is none, or the system gives no thread.
    pub(super) fn start(config: Config, events: E) -> Result<Ends, BusFault> {
        let (asks, asked) = mpsc::unbounded_channel();
        let (starts, started) = oneshot::channel();
        let thread = Self::new(config, events, asked, starts)?;
        let newest_epoch = Arc::clone(&thread.newest_epoch);
        let runtime = Builder::new_current_thread().enable_all().build()?;
        std::thread::Builder::new().name("bus".into()).spawn(move || {
            let _fails = FailsWhole;
            runtime.block_on(thread.run());
        })?;
        Ok(Ends { asks, newest_epoch, started })
    }

    fn new(
        config: Config,
        events: E,
        asks: mpsc::UnboundedReceiver<Ask>,
        started: oneshot::Sender<Result<(), BusFault>>,
    ) -> Result<Self, BusFault> {
        let dropped = Arc::new(AtomicU64::new(0));
        let (hearing, heard) = Hearing::new(Arc::clone(&dropped));
        let (tells, reports) = mpsc::unbounded_channel();
        let mut thread = Self {
            links: Links::new(config.me, config.kinds, config.bounds.unheld()),
            seal: Seal::new(&config.signing_key, config.me),
            names: Names { installation: installation(&config.signing_key) },
            letters: Vec::new(),
            engines: Vec::new(),
            asks,
            heard,
            reports,
            dropped,
            newest_epoch: Arc::new(AtomicU64::new(0)),
            events,
            stops: Vec::new(),
            ends_at: None,
            started: Some(started),
            config,
        };
        let postgres = Postgres::new(&thread.config.database, thread.config.bounds.unheld())?;
        thread.add(Engine::Postgres, postgres, &hearing, &tells);
        #[cfg(not(feature = "redis"))]
        if thread.config.redis.is_some() {
            return Err(BusFault::NoRedis);
        }
        #[cfg(feature = "redis")]
        if let Some(url) = &thread.config.redis {
            let redis = Redis::new(url)?;
            thread.add(Engine::Redis, redis, &hearing, &tells);
        }
        Ok(thread)
    }

    fn add(
        &mut self,
        engine: Engine,
        session: impl Session + Send + 'static,
        hearing: &Hearing,
        tells: &mpsc::UnboundedSender<Report>,
    ) {
        let (letters, takes) = queue(engine);
        let listens = [Channel::Node(self.config.me), Channel::All].map(|channel| self.names.of(engine, channel));
        let ours = Loop { engine, listens, letters: takes, reports: tells.clone(), hearing: hearing.clone() };
        self.letters.push((engine, letters));
        self.engines.push(Box::pin(keep_up(session, ours)));
    }

    async fn run(mut self) {
        let mut engines: JoinSet<()> = self.engines.drain(..).collect();
        while self.turn().await == Next::Turn {
            // The engines take what they were given before more is done for them.
            tokio::task::yield_now().await;
        }
        // With their queues gone, the engines end when they have sent what was in them.
        self.letters.clear();
        let last_words = async { while engines.join_next().await.is_some() {} };
        let _ = timeout(LAST_WORDS, last_words).await;
        // They are ended with the set, and their connections with them.
        drop(engines);
        for stopped in self.stops {
            // Nobody may wait for it any more.
            let _ = stopped.send(());
        }
    }

    /// Waits until there is something to do, and does all of it that is there.
    async fn turn(&mut self) -> Next {
        let now = self.now();
        let due = self.links.next_deadline(now).into_iter().chain(self.ends_at).min();
        let idle = due.map_or(IDLE, |due| Duration::from_micros(due.0.saturating_sub(now.0)));
        let mut bytes = 0;
        tokio::select! {
            ask = self.asks.recv() => {
                // Without a handle nobody can ask for anything any more.
                let Some(ask) = ask else { return Next::End };
                self.take(ask);
            }
            Some(heard) = self.heard.recv() => {
                bytes += heard.sealed.len();
                self.open(heard);
            }
            Some(report) = self.reports.recv() => self.report(report),
            () = sleep(idle) => {}
        }
        for _ in 0..TURN_MAX {
            let Ok(ask) = self.asks.try_recv() else { break };
            self.take(ask);
        }
        for _ in 0..TURN_MAX {
            if bytes >= TURN_BYTES {
                break;
            }
            let Ok(heard) = self.heard.try_recv() else { break };
            bytes += heard.sealed.len();
            self.open(heard);
        }
        while let Ok(report) = self.reports.try_recv() {
            self.report(report);
        }
        self.finish();
        let gave_up = self.started.as_ref().is_some_and(oneshot::Sender::is_closed);
        let over = self.ends_at.is_some_and(|ends_at| self.links.has_said_all() || ends_at <= self.now());
        if gave_up || over { Next::End } else { Next::Turn }
    }

    fn take(&mut self, ask: Ask) {
        match ask {
            Ask::Order(_) if self.ends_at.is_some() => {}
            Ask::Order(order) => self.links.order(self.now(), order),
            Ask::Counts(to) => {
                let dropped = self.dropped.load(Ordering::Relaxed);
                // Whoever asked may have gone.
                let _ = to.send(Counts { dropped, ..self.links.counts() });
            }
            Ask::Stop(stopped) => {
                self.ends_at.get_or_insert(later(self.config.clock.now().mono, LAST_WORDS));
                self.stops.push(stopped);
            }
        }
    }

    fn open(&mut self, Heard { by, channel, sealed }: Heard) {
        let ours = [Channel::Node(self.config.me), Channel::All].map(|channel| self.names.of(by, channel));
        let text = ours.contains(&channel).then(|| self.seal.open(&channel, &sealed)).flatten();
        match text {
            Some(text) => self.links.hear(self.now(), &text),
            None => self.links.forged(),
        }
    }

    fn report(&mut self, report: Report) {
        let now = self.now();
        match report {
            Report::Up(engine) => {
                if engine == Engine::Postgres
                    && let Some(started) = self.started.take()
                {
                    // Who started us may have given up.
                    let _ = started.send(Ok(()));
                }
                self.links.engine_is(now, engine, true);
            }
            Report::Down(engine, reason) => {
                if engine == Engine::Postgres
                    && let Some(started) = self.started.take()
                {
                    let _ = started.send(Err(BusFault::Unreachable(reason)));
                }
                self.links.engine_is(now, engine, false);
            }
            Report::Reached(channel, hearers) => self.links.reached(now, channel, hearers),
        }
    }

    /// Lets the links make their turn, sends what follows and tells what happened.
    fn finish(&mut self) {
        let todo = self.links.turn(self.now());
        self.newest_epoch.store(self.links.newest_epoch(), Ordering::Relaxed);
        for Outgoing { by, to, text } in todo.messages {
            let channel = self.names.of(by, to);
            let sealed = self.seal.seal(&channel, &text);
            let queue = self.letters.iter().find(|(engine, _)| *engine == by);
            if queue.is_some_and(|(_, queue)| queue.try_send(Letter { to, channel, sealed }).is_err()) {
                self.dropped.fetch_add(1, Ordering::Relaxed);
            }
        }
        if self.ends_at.is_none() {
            todo.events.into_iter().for_each(&mut self.events);
        }
    }

    fn now(&self) -> Mono {
        self.config.clock.now().mono
    }
}

/// A bus that panics ends the process with it. Nobody would hear this node any more, or be heard here, and it would
/// go on as if all were well; of one that is dead the others take over what it had.
struct FailsWhole;

impl Drop for FailsWhole {
    fn drop(&mut self) {
        if std::thread::panicking() {
            log::error!("the way to the other servers has failed; this one ends");
            std::process::abort();
        }
    }
}

#[derive(PartialEq, Eq)]
enum Next {
    Turn,
    End,
}
