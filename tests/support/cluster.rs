//! Real servers that match as one, each with ways to PostgreSQL and Redis of its own, so that one alone can be cut off.

use std::time::{Duration, Instant};

use anteroom::storage::Database;
use serde_json::Value;

use super::database::Records;
use super::{Http, Ledger, Office, Proxy, Redis, Server, postgres, until_within};

/// So long without a beat, or a third of it without a lock, and a node is gone: in tests that wait for it.
pub const GONE: Duration = Duration::from_millis(1_200);
/// From a fault until all that was of a node is in other hands: more fails a test.
pub const IN_OTHER_HANDS_WITHIN: Duration = Duration::from_secs(10);
/// Until all see each other, on a busy machine.
const TOGETHER_WITHIN: Duration = Duration::from_secs(60);
const NAMES: [&str; 3] = ["one", "two", "three"];

/// What the messages between nodes go by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum By {
    Postgres,
    Redis,
}

/// Three nodes of one office.
pub struct Cluster {
    pub nodes: Vec<Node>,
    /// Everybody's journals, at whichever node.
    pub ledger: Ledger,
    pub redis: Option<Redis>,
    database: Database,
    /// Read past every proxy.
    pub records: Records,
    admin: String,
}

/// One of them.
pub struct Node {
    pub name: &'static str,
    pub server: Server,
    pub postgres: Proxy,
    pub redis: Option<Proxy>,
}

impl Cluster {
    /// Three nodes of this office, which all see each other. It is put on file first. Who does not beat for so long
    /// is gone.
    pub async fn open(office: Office, by: By, gone: Duration) -> Self {
        Self::open_on(postgres::fresh_database(), office, by, gone).await
    }

    /// The same on this database.
    pub async fn open_on(database: Database, office: Office, by: By, gone: Duration) -> Self {
        let redis = (by == By::Redis).then(Redis::start);
        let (ledger, mut nodes) = (Ledger::default(), Vec::new());
        let gone_ms = gone.as_millis().to_string();
        let mut office = office.demo().option("--beat-ms", "100").option("--gone-ms", &gone_ms);
        for name in NAMES {
            let next = office.another_node();
            nodes.push(Node::start(name, office, &database, redis.as_ref(), &ledger).await);
            office = next;
        }
        let admin = nodes[0].server.http().log_in("admin", "demo-admin").await;
        let records = Records::open(&database);
        let cluster = Self { nodes, ledger, redis, database, records, admin };
        cluster.together().await;
        cluster
    }

    pub fn servers(&self) -> Vec<&Server> {
        self.nodes.iter().map(|node| &node.server).collect()
    }

    /// The nodes as this one shows them; `None` if it does not answer.
    pub async fn seen_by(&self, node: usize) -> Option<Vec<Value>> {
        let http = self.http(node);
        let answer = http.get("/api/v1/nodes").await.ok().filter(|answer| answer.status == 200)?;
        answer.json()["items"].as_array().cloned()
    }

    /// Requests of an admin at a node.
    pub fn http(&self, node: usize) -> Http {
        self.nodes[node].server.http().with_bearer(&self.admin)
    }

    /// Until all are ready, and each sees all of them and who matches.
    pub async fn together(&self) {
        until_within(TOGETHER_WITHIN, "the nodes do not see each other", || async {
            for node in 0..self.nodes.len() {
                let ready = self.nodes[node].server.http().get("/readyz").await.ok()?;
                let items = self.seen_by(node).await?;
                let up = items.iter().filter(|item| item["state"] == "UP").count();
                let match_here = items.iter().filter(|item| item["matchmaker"] == true).count();
                if ready.status != 200 || up != self.nodes.len() || items.len() != up || match_here != 1 {
                    return None;
                }
            }
            Some(())
        })
        .await;
    }

    /// Which of them matches.
    pub async fn matchmaker(&self) -> usize {
        until_within(TOGETHER_WITHIN, "nobody matches", || async {
            for node in 0..self.nodes.len() {
                let items = self.seen_by(node).await?;
                if items.iter().any(|item| item["me"] == true && item["matchmaker"] == true) {
                    return Some(node);
                }
            }
            None
        })
        .await
    }

    /// The run of this node that is on file now.
    pub fn incarnation(&mut self, node: usize) -> String {
        let name = self.nodes[node].name;
        self.records
            .text("NODE_ID", &format!("NODE WHERE NAME = '{name}' AND STATE <> 'GONE'"))
            .unwrap_or_else(|| panic!("{name} is not on file"))
    }

    /// Until a run is gone, and all it kept is in other hands: the lease, its rooms, and every place in a line. How
    /// long that took since `fault`.
    pub async fn in_other_hands(&mut self, gone: &str, fault: Instant) -> Duration {
        let records = std::cell::RefCell::new(&mut self.records);
        until_within(IN_OTHER_HANDS_WITHIN, "something is still in the hands of a node that is gone", || {
            let mut records = records.borrow_mut();
            let left = records.count(&format!("NODE WHERE NODE_ID = '{gone}' AND STATE <> 'GONE'"))
                + records.count(&format!("LEASE WHERE NODE_ID IS NULL OR NODE_ID = '{gone}'"))
                + records.count(&format!("ROOM WHERE STATUS = 'OPEN' AND KEEPER_ID = '{gone}'"))
                + records.count(
                    "CONSULTATION WHERE STATUS = 'WAITING' AND KEEPER_ID NOT IN \
                     (SELECT TERM_ID FROM LEASE WHERE TERM_ID IS NOT NULL)",
                );
            async move { (left == 0).then_some(()) }
        })
        .await;
        fault.elapsed()
    }

    /// All journals against the records.
    pub async fn check(&mut self) {
        self.ledger.check(&mut self.records).await.unwrap_or_else(|broken| panic!("{broken}"));
    }

    /// A number of all nodes together, by the name of its line in `/metrics` up to the value.
    pub async fn counted(&self, counts: impl Fn(&str) -> bool) -> f64 {
        let mut sum = 0.0;
        for node in &self.nodes {
            let metrics = node.server.http().get("/metrics").await.expect("an answer").text;
            let values = metrics.lines().filter_map(|line| line.rsplit_once(' ')).filter(|(name, _)| counts(name));
            sum += values.filter_map(|(_, value)| value.parse::<f64>().ok()).sum::<f64>();
        }
        sum
    }

    /// The URL of the records, past every proxy.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// All leave in order.
    pub async fn finish(self) {
        for node in self.nodes {
            node.server.finish().await;
        }
    }
}

impl Node {
    async fn start(
        name: &'static str,
        office: Office,
        database: &Database,
        redis: Option<&Redis>,
        ledger: &Ledger,
    ) -> Self {
        let postgres = Proxy::before(postgres::address_of(database)).await;
        let Database::Postgres(url) = postgres::by_way_of(postgres.address(), database) else {
            panic!("not PostgreSQL")
        };
        let mut office = office.option("--database-url", &url).option("--cluster", "on");
        office = office.option("--node-name", name);
        let by = match redis {
            Some(redis) => {
                let proxy = Proxy::before(redis.address()).await;
                office = office.option("--redis-url", &redis.url_by(proxy.address()));
                Some(proxy)
            }
            None => None,
        };
        let mut server = office.open().await;
        server.keep_in(ledger);
        Self { name, server, postgres, redis: by }
    }

    /// Puts its network to rights.
    pub fn restore(&self) {
        for proxy in self.redis.iter().chain([&self.postgres]) {
            proxy.restore();
        }
    }
}
