//! A day at three nodes: who is there, how a fault is lived through, and what is looked at in the end.

use std::time::{Duration, Instant};

use rand::RngExt;
use rand::rngs::StdRng;

use crate::support::cluster::{By, Cluster, GONE};
use crate::support::crowd::{Crowd, Manners};
use crate::support::{Office, until};

const COUNSELLORS: usize = 12;
/// A few more than are counselled at once, so that somebody always waits.
const DESKS: usize = 15;
/// How long the place of somebody is held who is away: longer than a fault lasts, as a rule.
pub const GRACE: Duration = Duration::from_secs(20);
/// Until whoever lost their socket has been told how they stand.
const BACK_WITHIN: Duration = Duration::from_secs(30);

/// Three nodes and the people at them.
pub struct Day {
    pub cluster: Cluster,
    pub crowd: Crowd,
    took: Vec<Duration>,
    back: Vec<Duration>,
}

/// A number from the environment, or this one.
pub fn times(name: &str, usually: u32) -> u32 {
    std::env::var(name).ok().and_then(|times| times.parse().ok()).unwrap_or(usually)
}

/// The office that is served.
pub fn office() -> Office {
    Office::new()
        .rules(&format!("GRACE_S = {}, ACCEPT_S = 5, MISSES_MAX = 0, RETRY_S = 1", GRACE.as_secs()))
        .counsellor("kim")
        .crowd(COUNSELLORS - 1)
        .option("--sockets-per-address-max", "4000")
        .option("--messages-per-10s-max", "10000")
}

impl Day {
    /// Everybody has been told how they stand.
    pub async fn begin(by: By) -> Self {
        Self::at(Cluster::open(office(), by, GONE).await).await
    }

    /// The same at nodes that are gone only after so long that no machine is too busy for their beats.
    pub async fn begin_patiently(by: By) -> Self {
        Self::at(Cluster::open(office(), by, 5 * GONE).await).await
    }

    async fn at(cluster: Cluster) -> Self {
        let logins: Vec<String> =
            std::iter::once("kim".to_owned()).chain((0..COUNSELLORS - 1).map(|n| format!("c{n}"))).collect();
        let manners = Manners { thinks: Duration::from_millis(60), tries_again: Some(Duration::from_millis(200)) };
        let crowd = Crowd::gather_at(&cluster.servers(), &cluster.ledger, DESKS, &logins, manners).await;
        crowd.all_back(BACK_WITHIN).await;
        Self { cluster, crowd, took: Vec::new(), back: Vec::new() }
    }

    /// Until people talk, and a moment more: when it strikes is what is random about a fault.
    pub async fn some_moment(&self, random: &mut StdRng) {
        self.talk_goes_on().await;
        tokio::time::sleep(Duration::from_millis(random.random_range(0..400))).await;
    }

    /// Whom a fault strikes: whoever matches, or another.
    pub async fn strikes(&self, who_matches: bool, random: &mut StdRng) -> usize {
        let matches = self.cluster.matchmaker().await;
        if who_matches { matches } else { (matches + random.random_range(1..3)) % 3 }
    }

    /// The runs of the nodes that are on file.
    pub fn incarnations(&mut self) -> [String; 3] {
        [0, 1, 2].map(|node| self.cluster.incarnation(node))
    }

    /// Whether this node says that it hears by this engine.
    pub async fn hears_by(&self, node: usize, engine: &str) -> Option<()> {
        let items = self.cluster.seen_by(node).await?;
        items.iter().any(|item| item["me"] == true && item["engine"] == engine).then_some(())
    }

    /// Until twice as many words as there are counsellors have been accepted.
    pub async fn all_talk_on(&self) {
        for _ in 0..2 * COUNSELLORS {
            self.talk_goes_on().await;
        }
    }

    /// Until somebody has been told that their message is on file.
    pub async fn talk_goes_on(&self) {
        let (before, _) = self.crowd.figures();
        let give_up = Instant::now() + BACK_WITHIN;
        until("somebody's message is accepted", || async {
            assert!(Instant::now() < give_up, "nobody talks any more; last:\n{}", self.cluster.ledger.last_words());
            (self.crowd.figures().0 > before).then_some(())
        })
        .await;
    }

    /// Who was struck is gone, and all it kept is in other hands.
    pub async fn is_taken_over(&mut self, gone: &str, fault: Instant) {
        let took = self.cluster.in_other_hands(gone, fault).await;
        self.took.push(took);
    }

    /// Everybody knows how they stand.
    pub async fn all_back(&mut self, fault: Instant) {
        self.crowd.all_back(BACK_WITHIN).await;
        self.back.push(fault.elapsed());
        self.crowd.is_content();
    }

    /// The day ends: everybody is told so, nothing was lost and nothing is left (I1 to I5).
    pub async fn end(mut self, what: &str) {
        self.crowd.calm_down().await;
        self.crowd.close().await;
        self.crowd.is_content();
        self.cluster.check().await;
        let (accepted, ended) = self.crowd.figures();
        println!(
            "{what}: {accepted} messages, {ended} consultations; in other hands after {}, all back after {}",
            told(&mut self.took),
            told(&mut self.back)
        );
        assert!(accepted > 0 && ended > 0, "nobody talked");
        self.crowd.leave().await;
        self.cluster.ledger.nothing_is_left(&mut self.cluster.records).await;
        self.cluster.check().await;
        self.cluster.finish().await;
    }
}

/// The median and the longest.
fn told(all: &mut [Duration]) -> String {
    all.sort_unstable();
    match all {
        [] => "no time, as nobody was gone".into(),
        [.., longest] => {
            let longest = *longest;
            format!("{:.1?} in the median and {longest:.1?} at most", all[all.len() / 2])
        }
    }
}
