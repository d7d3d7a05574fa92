//! Nodes that speak over a real bus, each with an owner who holds some numbered things, announces them,
//! believes what the others tell, and remembers all that happened.

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use anteroom::bus::{Bus, Config, Event};
use anteroom::clock::Clock;
use anteroom::cluster::link::{Parcel, SessionName, Unsent, Why};
use anteroom::cluster::{Bounds, Engine, Told};
use anteroom::ids::NodeId;
use anteroom::storage::Database;
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::support::Redis;
use crate::support::{PATIENCE, Proxy, postgres};

/// `thing` in an announcement, `put` and `take` behind it, `say` to be counted, `news` as a hint.
const KINDS: &[&str] = &["thing", "put", "take", "say", "news"];

/// A database, a Redis where the engine is Redis, and the secret of a cluster.
pub struct Bed {
    pub engine: Engine,
    pub database: Database,
    pub redis: Option<Redis>,
    pub key: Vec<u8>,
}

impl Bed {
    pub fn new(engine: Engine) -> Self {
        Self::on(engine, postgres::fresh_database())
    }

    pub fn on(engine: Engine, database: Database) -> Self {
        let redis = (engine == Engine::Redis).then(Redis::start);
        Self { engine, database, redis, key: vec![7; 32] }
    }

    pub fn redis(&self) -> &Redis {
        self.redis.as_ref().expect("a test that needs Redis runs over it alone")
    }

    /// A node that speaks and hears by this bed's engine.
    pub async fn node(&self) -> Node {
        self.node_by(None, None).await
    }

    /// The same with a network of its own before PostgreSQL and Redis.
    pub async fn node_by(&self, postgres: Option<&Proxy>, redis: Option<&Proxy>) -> Node {
        let node = self.starts(postgres, redis).await;
        node.hears_by(self.engine).await;
        node
    }

    /// The same, whichever engine it hears by at first.
    pub async fn starts(&self, postgres: Option<&Proxy>, redis: Option<&Proxy>) -> Node {
        let config = Config {
            me: NodeId(uuid::Uuid::now_v7()),
            database: self.database_url(postgres),
            redis: self.redis.as_ref().map(|real| {
                let address = redis.map_or_else(|| real.address(), address);
                format!("redis://{address}")
            }),
            signing_key: self.key.clone(),
            bounds: Bounds::new(Duration::from_millis(250), Duration::from_secs(3)).expect("bounds"),
            kinds: KINDS,
            clock: Clock::system(),
        };
        Node::start(config).await
    }

    fn database_url(&self, by: Option<&Proxy>) -> String {
        let Database::Postgres(url) = &self.database else { panic!("these tests need PostgreSQL") };
        let mut url = url::Url::parse(url).expect("a URL");
        if let Some(proxy) = by {
            url.set_port(Some(address(proxy).port())).expect("a port");
        }
        url.into()
    }

    /// Where PostgreSQL listens.
    pub fn postgres_address(&self) -> SocketAddr {
        let url = url::Url::parse(&self.database_url(None)).expect("a URL");
        SocketAddr::from(([127, 0, 0, 1], url.port().expect("a port")))
    }

    /// So many nodes, each linked to all others.
    pub async fn nodes<const N: usize>(&self) -> [Node; N] {
        let mut nodes = Vec::new();
        for _ in 0..N {
            nodes.push(self.node().await);
        }
        let nodes: [Node; N] = nodes.try_into().unwrap_or_else(|_| unreachable!("as many as were made"));
        self.link(&nodes.each_ref()).await;
        nodes
    }

    /// Each finds the others, and all have announced themselves.
    pub async fn link(&self, nodes: &[&Node]) {
        let pairs =
            || nodes.iter().flat_map(|one| nodes.iter().filter(|two| two.id != one.id).map(move |two| (one, two)));
        pairs().for_each(|(one, two)| one.bus.there(two.id, self.engine));
        for (one, two) in pairs() {
            one.until("the announcement", |seen| seen.told(two.id)?.is_whole().then_some(())).await;
        }
    }
}

/// Where the proxy listens.
fn address(proxy: &Proxy) -> SocketAddr {
    proxy.ws("").trim_start_matches("ws://").parse().expect("an address")
}

/// All that a node's owner holds, and has seen.
#[derive(Default)]
pub struct Seen {
    pub holds: BTreeMap<u64, Value>,
    told: HashMap<NodeId, Told<u64, Value>>,
    /// What the others said, in its order.
    pub said: HashMap<NodeId, Vec<u64>>,
    pub breaks: Vec<(NodeId, Why)>,
    pub unsent: Vec<(&'static str, Unsent)>,
    pub gone: Vec<NodeId>,
    pub hints: Vec<(NodeId, Value)>,
    pub myself: Vec<u64>,
    pub by: Option<Engine>,
    /// Answers no opening for now; those that it owes.
    pub is_slow: bool,
    pub owes: Vec<(NodeId, SessionName)>,
}

impl Seen {
    /// What this node has told.
    pub fn told(&self, node: NodeId) -> Option<&Told<u64, Value>> {
        self.told.get(&node)
    }

    /// The numbers of the things that this node holds, once it has announced them.
    pub fn things(&self, node: NodeId) -> Option<Vec<u64>> {
        let told = self.told(node)?;
        told.is_whole().then(|| told.iter().map(|(number, _)| *number).collect())
    }

    pub fn said(&self, node: NodeId) -> &[u64] {
        self.said.get(&node).map_or(&[], Vec::as_slice)
    }

    fn announcement(&self) -> Vec<Parcel> {
        self.holds.iter().map(|(number, value)| parcel("thing", json!([number, value]))).collect()
    }

    fn happen(&mut self, event: Event, bus: &Bus) {
        match event {
            Event::Opened { node, session } => {
                self.told.entry(node).or_default().begin();
                if self.is_slow {
                    self.owes.push((node, session));
                } else {
                    bus.announce(node, session, self.announcement());
                }
            }
            Event::Arrived { node, kind: "say", body, .. } => {
                self.said.entry(node).or_default().push(body[0].as_u64().expect("a number"));
            }
            Event::Arrived { node, kind, body, .. } => {
                let (told, number) = (self.told.entry(node).or_default(), body[0].as_u64().expect("a number"));
                if kind == "take" {
                    told.take(&number);
                } else {
                    told.put(number, body[1].clone());
                }
            }
            Event::Announced(node) => drop(self.told.entry(node).or_default().end()),
            Event::Broken { node, why } => {
                self.told.entry(node).or_default().broke();
                self.breaks.push((node, why));
            }
            Event::Unsent { kind, why, .. } => self.unsent.push((kind, why)),
            Event::Gone(node) => self.gone.push(node),
            Event::Hint { node, body, .. } => self.hints.push((node, body)),
            Event::HeardMyself(count) => self.myself.push(count),
            Event::By(engine) => self.by = Some(engine),
        }
    }
}

/// A node with its owner.
pub struct Node {
    pub id: NodeId,
    pub bus: Bus,
    seen: Arc<Mutex<Seen>>,
    changes: watch::Receiver<()>,
}

impl Node {
    async fn start(config: Config) -> Self {
        let (id, seen, handle) = (config.me, Arc::<Mutex<Seen>>::default(), Arc::<OnceLock<Bus>>::default());
        let (changed, changes) = watch::channel(());
        let (sees, own) = (Arc::clone(&seen), Arc::clone(&handle));
        let bus = Bus::start(config, move |event| {
            // What comes before the handle is there needs no answer: nobody is there yet.
            sees.lock().unwrap().happen(event, own.get().unwrap_or(&Bus::alone()));
            changed.send_replace(());
        });
        let bus = bus.await.expect("a bus");
        assert!(handle.set(bus.clone()).is_ok());
        Self { id, bus, seen, changes }
    }

    /// Looks at, or changes, what the owner holds and has seen.
    pub fn with<T>(&self, look: impl FnOnce(&mut Seen) -> T) -> T {
        look(&mut self.seen.lock().unwrap())
    }

    /// Waits until it has seen this.
    pub async fn until<T>(&self, what: &str, mut look: impl FnMut(&mut Seen) -> Option<T>) -> T {
        let mut changes = self.changes.clone();
        let looks = async {
            loop {
                changes.mark_unchanged();
                if let Some(seen) = self.with(&mut look) {
                    return seen;
                }
                assert!(changes.changed().await.is_ok(), "the bus has ended: {what}");
            }
        };
        tokio::time::timeout(PATIENCE, looks).await.unwrap_or_else(|_| panic!("in vain: {what}"))
    }

    /// Until it hears by this engine.
    pub async fn hears_by(&self, engine: Engine) {
        self.until("the engine", |seen| (seen.by.unwrap_or(Engine::Postgres) == engine).then_some(())).await;
    }

    /// Says numbers to another node.
    pub fn say(&self, to: &Node, numbers: impl IntoIterator<Item = u64>) {
        numbers.into_iter().for_each(|number| self.bus.send(to.id, parcel("say", json!([number]))));
    }

    /// Until it has heard, from `from`, exactly the numbers below `end`: in order, each once, without a gap.
    pub async fn hears_all(&self, from: &Node, end: u64) {
        self.until("the last number", |seen| (seen.said(from.id).last() == Some(&(end - 1))).then_some(())).await;
        self.with(|seen| assert!(seen.said(from.id).iter().copied().eq(0..end), "{:?}", seen.said(from.id)));
    }

    /// Comes to hold a thing, or lets it go, and tells the other.
    pub fn change(&self, to: &Node, number: u64) {
        let kind = self.with(|seen| match seen.holds.remove(&number) {
            Some(_) => "take",
            None => {
                seen.holds.insert(number, Value::Null);
                "put"
            }
        });
        self.bus.send(to.id, parcel(kind, json!([number, null])));
    }

    pub fn breaks(&self) -> Vec<(NodeId, Why)> {
        self.with(|seen| seen.breaks.clone())
    }
}

pub fn parcel(kind: &'static str, body: Value) -> Parcel {
    Parcel { kind, body, epoch: None }
}
