//! Whoever else can reach the engines: they neither speak nor read.

use anteroom::bus::{Bus, BusFault, Config};
use anteroom::clock::Clock;
use anteroom::cluster::{Bounds, Engine};
use anteroom::ids::NodeId;
use anteroom::storage::{Database, connect};
use diesel::connection::SimpleConnection as _;
use serde_json::json;

use super::bed::{Bed, Node};
use super::on_both;

on_both!(what_a_stranger_says_is_counted_and_nothing_else, another_cluster_on_the_same_engines_hears_nothing);

/// Says this on a channel, without any key; `node` is the node whose channel it is, or all.
fn say(bed: &Bed, node: Option<&Node>, text: &str) {
    match bed.engine {
        Engine::Postgres => {
            let channel = node.map_or_else(|| "all".into(), |node| node.id.0.simple().to_string());
            let mut conn = connect(&bed.database).expect("PostgreSQL answers");
            conn.batch_execute(&format!("SELECT pg_notify('anteroom_{channel}', '{text}')")).expect("it obeys");
        }
        Engine::Redis => {
            let channel = node.map_or_else(|| "all".into(), |node| node.id.to_string());
            // The name of the installation is the hash of the key, which these tests know.
            let heard = bed.redis().command(&format!("PUBLISH anteroom:{}:{channel} {text}", installation()));
            assert_ne!(heard.as_deref(), Some(":0"), "on a channel that somebody hears");
        }
    }
}

/// The first bytes of SHA-256 of 32 bytes of 7.
fn installation() -> &'static str {
    "4bb06f8e4e3a7715"
}

async fn what_a_stranger_says_is_counted_and_nothing_else(bed: Bed) {
    let [one, two]: [Node; 2] = bed.nodes().await;
    let open = format!(r#"[{{"w":1,"f":"{}","t":"{}","k":"say","b":[9]}}]"#, two.id, one.id).replace('"', "");
    let said = ["x", "AAAA", &"QUJD".repeat(1_000), &open.replace(',', ".")];
    for text in said {
        say(&bed, Some(&one), text);
        say(&bed, None, text);
    }
    for (node, count) in [(&one, 8), (&two, 4)] {
        let forged = crate::support::until("what was forged", || async {
            let forged = node.bus.counts().await.forged;
            (forged >= count).then_some(forged)
        });
        assert_eq!(forged.await, count);
    }
    two.say(&one, 0..10);
    one.hears_all(&two, 10).await;
    one.with(|seen| assert!(seen.hints.is_empty() && seen.breaks.is_empty()));
}

async fn another_cluster_on_the_same_engines_hears_nothing(bed: Bed) {
    let [one, two]: [Node; 2] = bed.nodes().await;
    // The same servers, and another secret.
    let other = Bed { key: vec![8; 32], ..bed };
    let [three, four]: [Node; 2] = other.nodes().await;
    // They know each other's names, too.
    three.bus.there(one.id, other.engine);
    one.bus.there(three.id, other.engine);
    one.bus.tell_all("news", json!("ours"));
    three.bus.tell_all("news", json!("theirs"));
    four.until("their own", |seen| (seen.hints.len() == 1).then_some(())).await;
    two.until("our own", |seen| (seen.hints.len() == 1).then_some(())).await;
    one.say(&two, 0..10);
    three.say(&four, 0..10);
    two.hears_all(&one, 10).await;
    four.hears_all(&three, 10).await;
    for node in [&one, &three] {
        node.with(|seen| assert!(seen.hints.is_empty() && seen.breaks.is_empty()));
    }
    assert_eq!(
        (two.with(|seen| seen.hints.clone()), four.with(|seen| seen.hints.clone())),
        (vec![(one.id, json!("ours"))], vec![(three.id, json!("theirs"))])
    );
    assert!(one.with(|seen| seen.told(three.id).is_none()) && three.with(|seen| seen.told(one.id).is_none()));
}

#[tokio::test]
async fn a_bus_that_cannot_listen_does_not_start_and_says_why() {
    let bed = Bed::new(Engine::Postgres);
    let Database::Postgres(url) = &bed.database else { panic!("these tests need PostgreSQL") };
    let with = |database: String, redis: Option<&str>| Config {
        me: NodeId::from(1),
        database,
        redis: redis.map(str::to_owned),
        signing_key: vec![7; 32],
        bounds: Bounds::default(),
        kinds: &[],
        clock: Clock::system(),
    };
    let start = async |config| Bus::start(config, |_| {}).await.map(drop).unwrap_err();
    assert!(
        matches!(start(with(format!("{url}-not"), None)).await, BusFault::Unreachable(why) if why.contains("-not"))
    );
    assert!(matches!(start(with("postgres://h/?x=1".into(), None)).await, BusFault::DatabaseUrl(_)));
    assert!(matches!(start(with(url.clone(), Some("http://h"))).await, BusFault::RedisUrl(_)));
}
