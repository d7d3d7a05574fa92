//! The harness' own network: what its proxy does to a connection is measured at both of its ends.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::Proxy;

/// Far above what a busy machine adds to a way, so that a delay that is not there is seen.
const FAR: Duration = Duration::from_millis(150);

/// A proxy and both ends of a connection through it.
async fn ends() -> (Proxy, TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let proxy = Proxy::before(listener.local_addr().expect("an address")).await;
    let client = TcpStream::connect(proxy.address()).await.expect("the proxy listens");
    let (server, _) = listener.accept().await.expect("the proxy passes it on");
    client.set_nodelay(true).expect("an option");
    server.set_nodelay(true).expect("an option");
    (proxy, client, server)
}

async fn say(end: &mut TcpStream, words: &str) {
    end.write_all(words.as_bytes()).await.expect("said");
}

async fn hear(end: &mut TcpStream, words: &str) {
    let mut heard = vec![0; words.len()];
    end.read_exact(&mut heard).await.expect("heard");
    assert_eq!(String::from_utf8_lossy(&heard), words);
}

#[tokio::test]
async fn a_long_way_takes_its_time_each_way() {
    let (proxy, mut client, mut server) = ends().await;
    proxy.delay(FAR);
    let began = Instant::now();
    say(&mut client, "ask").await;
    hear(&mut server, "ask").await;
    assert!(began.elapsed() >= FAR, "there after {:?}", began.elapsed());
    say(&mut server, "answer").await;
    hear(&mut client, "answer").await;
    assert!(began.elapsed() >= 2 * FAR, "back after {:?}", began.elapsed());
}

#[tokio::test]
async fn what_is_said_one_after_the_other_is_under_way_together_and_comes_in_order() {
    let (proxy, mut client, mut server) = ends().await;
    proxy.delay(FAR);
    let began = Instant::now();
    let words: Vec<String> = (0..40).map(|n| format!("{n:04} ")).collect();
    for (n, word) in words.iter().enumerate() {
        // What is said later on a shorter way still comes after what was said before.
        if n == 30 {
            proxy.delay(Duration::ZERO);
        }
        say(&mut client, word).await;
        tokio::task::yield_now().await;
    }
    hear(&mut server, &words.concat()).await;
    let took = began.elapsed();
    assert!(took >= FAR, "all came after {took:?}");
    assert!(took < 10 * FAR, "each waited for the one before: {took:?}");
}

#[tokio::test]
async fn a_tenth_of_a_millisecond_counts() {
    let (proxy, mut client, mut server) = ends().await;
    proxy.delay(Duration::from_micros(300));
    let mut took: Vec<Duration> = Vec::new();
    for _ in 0..50 {
        let began = Instant::now();
        say(&mut client, "?").await;
        hear(&mut server, "?").await;
        say(&mut server, "!").await;
        hear(&mut client, "!").await;
        took.push(began.elapsed());
    }
    took.sort();
    assert!(took[0] >= Duration::from_micros(600), "the way there and back is 0.6 ms: {:?}", took[0]);
    // A timer of milliseconds would make 2 ms of it on an idle machine; the quickest of fifty had one.
    assert!(took[0] < Duration::from_micros(1_900), "the quickest took {:?}", took[0]);
}

#[tokio::test]
async fn a_round_trip_is_a_word_after_an_answer() {
    let (proxy, mut client, mut server) = ends().await;
    assert_eq!(proxy.round_trips(), 0);
    for round in 1..=3 {
        // Said in two pieces, it is one question.
        for piece in ["ask", "more"] {
            say(&mut client, piece).await;
            hear(&mut server, piece).await;
        }
        assert_eq!(proxy.round_trips(), round);
        for piece in ["answer", "more"] {
            say(&mut server, piece).await;
            hear(&mut client, piece).await;
        }
        assert_eq!(proxy.round_trips(), round);
    }
}

#[tokio::test]
async fn an_end_comes_behind_what_was_said_before_it() {
    let (proxy, mut client, mut server) = ends().await;
    proxy.delay(FAR);
    say(&mut client, "the last word").await;
    drop(client);
    let mut heard = String::new();
    server.read_to_string(&mut heard).await.expect("heard to the end");
    assert_eq!(heard, "the last word");
}
