//! `anteroom load`: it serves everybody and finds nothing on a sound server, and a server that
//! loses, swaps or keeps a word to itself is found out.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tempfile::tempdir;
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_tungstenite::tungstenite::http::header::{AUTHORIZATION, SEC_WEBSOCKET_PROTOCOL};
use tokio_tungstenite::{accept_hdr_async, client_async};

#[path = "../bench/peers/tokio-relay/src/relay.rs"]
mod relay;

use crate::support::Office;
use crate::support::office::text;

/// A short day. What the options do not say comes from no environment.
fn load(options: &[&str]) -> Output {
    day("1").args(options).output().expect("the program runs")
}

/// One with talks of so many seconds.
fn day(talk_s: &str) -> Command {
    let day = ["--counsellors", "4", "--desks-per-s", "8", "--duration-s", "3", "--talk-s", talk_s, "--messages", "3"];
    let mut command = Command::new(Path::new(env!("CARGO_BIN_EXE_anteroom")));
    command.arg("load").args(day);
    command
}

#[test]
fn a_sound_server_serves_everybody_and_nothing_is_broken() {
    let folder = tempdir().expect("a folder");
    let (json, plot) = (folder.path().join("load.json"), folder.path().join("load.svg"));
    let files = ["--json", json.to_str().expect("a path"), "--plot", plot.to_str().expect("a path")];
    let cut_often = ["--drops-percent", "100", "--slow-percent", "10", "--from", "127.0.0.1,127.0.0.2"];
    let output = load(&[&files[..], &cut_often[..]].concat());
    assert_eq!(output.status.code(), Some(0), "{} {}", text(&output), String::from_utf8_lossy(&output.stderr));
    assert!(text(&output).contains("I1 to I5 hold"), "{}", text(&output));

    let report: Value = serde_json::from_slice(&std::fs::read(&json).expect("the figures")).expect("JSON");
    let counts = &report["counts"];
    assert_eq!(counts["desks_came"], counts["desks_served"], "{counts}");
    assert!(counts["desks_came"].as_u64() > Some(5), "{counts}");
    assert!(counts["messages_accepted"].as_u64() > Some(10), "{counts}");
    assert_eq!(report["ledger"]["breaches"], 0);
    assert_eq!(report["ledger"]["checked"]["messages"], counts["messages_accepted"], "each is on file once");
    for measure in ["connect", "match", "relay", "accepted"] {
        assert!(report["measures"][measure]["count"].as_u64() > Some(5), "{measure}: {report}");
    }
    assert!(std::fs::read_to_string(&plot).expect("the picture").starts_with("<svg"));
}

#[test]
fn desks_that_a_storm_cuts_off_all_come_back_to_what_they_had() {
    let folder = tempdir().expect("a folder");
    let json = folder.path().join("load.json");
    let storm = ["--storm-at-s", "2", "--capacity", "8", "--json", json.to_str().expect("a path")];
    let output = day("14").args(storm).output().expect("the program runs");
    assert_eq!(output.status.code(), Some(0), "{} {}", text(&output), String::from_utf8_lossy(&output.stderr));
    assert!(text(&output).contains("I1 to I5 hold"), "{}", text(&output));
    let report: Value = serde_json::from_slice(&std::fs::read(&json).expect("the figures")).expect("JSON");
    let (cut, back) = (&report["counts"]["sockets_cut"], &report["measures"]["resume"]["count"]);
    // Whoever was cut before they had been promised anything has nothing to come back to, and asks anew.
    assert!(back.as_u64() > Some(5) && back.as_u64() <= cut.as_u64(), "{cut} were cut, {back} came back");
    assert_eq!(report["counts"]["desks_came"], report["counts"]["desks_served"], "{report}");
    assert!(report["seconds"][0]["server"]["resident_kib"].as_u64() > Some(0), "{report}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_that_is_swallowed_is_missed() {
    let told = load_through(|nth, frame| (nth != 3).then_some(frame)).await;
    assert!(told.contains("I3 is broken"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_that_is_changed_on_its_way_is_noticed() {
    let told = load_through(|nth, mut frame| {
        if nth == 3 {
            frame["body"] = format!("{} really", frame["body"].as_str().unwrap_or_default()).into();
        }
        Some(frame)
    })
    .await;
    assert!(told.contains("I3 is broken"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_for_another_room_is_noticed() {
    let told = load_through(|nth, mut frame| {
        if nth == 3 {
            frame["room"] = "01980000-0000-7000-8000-000000000000".into();
        }
        Some(frame)
    })
    .await;
    assert!(told.contains("I5 is broken"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plain_relay_serves_everybody_and_what_people_heard_is_counted() {
    let folder = tempdir().expect("a folder");
    let json = folder.path().join("load.json");
    let files = ["--json".to_owned(), json.to_str().expect("a path").to_owned()];
    let output = aim(plain_relay().await, Some(0), &[&["--peer".into(), "plain".into()], &files[..]].concat()).await;
    assert!(output.contains("0 lost, 0 twice, 0 out of order"), "{output}");

    let report: Value = serde_json::from_slice(&std::fs::read(&json).expect("the figures")).expect("JSON");
    let counts = &report["counts"];
    assert_eq!(counts["desks_came"], counts["desks_served"], "{counts}");
    assert_eq!(report["ledger"]["heard"]["said"], counts["messages_accepted"], "{report}");
    assert!(counts["messages_accepted"].as_u64() > Some(10), "{counts}");
    assert_eq!((&report["asked"]["peer"], &report["ledger"]["checked"]), (&"plain".into(), &Value::Null));
    for measure in ["connect", "match", "relay"] {
        assert!(report["measures"][measure]["count"].as_u64() > Some(5), "{measure}: {report}");
    }
}

/// What `make guard` runs. Far above what is measured on a machine with other work on it: what
/// exceeds it has become something else. `make bench` measures by how much.
const TIMES_A_BARE_RELAY_MAX: f64 = 40.0;

#[tokio::test(flavor = "multi_thread")]
async fn a_message_takes_us_no_more_than_many_times_what_it_takes_a_bare_relay() {
    let (mut bare, mut ours) = (Vec::new(), Vec::new());
    for _ in 0..3 {
        let bare_relay = plain_relay().await;
        bare.push(
            relayed_us(vec!["--peer".into(), "plain".into(), "--target".into(), format!("http://{bare_relay}")]).await,
        );
        ours.push(relayed_us(Vec::new()).await);
    }
    let median = |mut all: Vec<f64>| {
        all.sort_unstable_by(f64::total_cmp);
        all[all.len() / 2]
    };
    println!("relay p50 in µs, by turns: a bare one {bare:?}, ours {ours:?}");
    let times = median(ours) / median(bare);
    assert!(times < TIMES_A_BARE_RELAY_MAX, "our relay takes {times:.1} times what a bare one takes");
}

/// The median message of a short day, in microseconds. The database is in memory where the system
/// has a place for that: how quick a disk is says nothing about us.
async fn relayed_us(mut options: Vec<String>) -> f64 {
    let folder = tempdir().expect("a folder");
    let json = folder.path().join("load.json");
    options.extend(["--json".into(), json.to_str().expect("a path").into()]);
    let run = tokio::task::spawn_blocking(move || {
        let mut day = day("1");
        if Path::new("/dev/shm").is_dir() {
            day.env("TMPDIR", "/dev/shm");
        }
        day.args(options).output().expect("the program runs")
    });
    let output = run.await.expect("the tool runs");
    assert_eq!(output.status.code(), Some(0), "{} {}", text(&output), String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&std::fs::read(&json).expect("the figures")).expect("JSON");
    report["measures"]["relay"]["p50_us"].as_f64().expect("a figure")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_relay_swallows_is_counted() {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let between = listener.local_addr().expect("an address");
    // A desk's word: an answer might be held to have come too late.
    let swallowed = Arc::new(AtomicBool::new(false));
    let change = move |_, frame: Value| {
        let asks = frame["body"].as_str().is_some_and(|body| body.ends_with('?'));
        (!asks || swallowed.swap(true, Ordering::Relaxed)).then_some(frame)
    };
    tokio::spawn(stand_between(listener, plain_relay().await, change));
    let output = aim(between, Some(1), &["--peer".into(), "plain".into()]).await;
    assert!(output.contains("1 lost") && output.contains("I3 is broken"), "{output}");
}

#[test]
fn what_cannot_be_done_is_said_in_one_line() {
    for (options, named) in [
        (["--desks-per-s", "0"], "--desks-per-s"),
        (["--capacity", "0"], "--capacity"),
        (["--topic", "NOWHERE"], "NOWHERE"),
        (["--target", "https://office.example"], "TLS"),
        (["--from", "::1"], "::1"),
        (["--peer", "plain"], "--target"),
    ] {
        let mut command = Command::new(Path::new(env!("CARGO_BIN_EXE_anteroom")));
        let output = command.arg("load").args(options).output().expect("the program runs");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.lines().filter(|line| line.starts_with("anteroom: ")).count() == 1, "{told}");
        assert!(told.contains(named), "{told}");
    }
}

/// The load against a sound server behind somebody who tampers with what it says: `change` is given
/// every `message` with its number among all of them. What the tool printed; it must have failed.
async fn load_through(change: impl Fn(usize, Value) -> Option<Value> + Clone + Send + 'static) -> String {
    let server = Office::new().open().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let target = listener.local_addr().expect("an address");
    let between = tokio::spawn(stand_between(listener, server.address(), change));
    let data_dir = server.data_dir().to_str().expect("a path").to_owned();
    let told = aim(target, Some(1), &["--data-dir".into(), data_dir]).await;
    between.abort();
    told
}

/// The load against what listens there already. What the tool printed; it must exit so.
async fn aim(target: SocketAddr, exits: Option<i32>, options: &[String]) -> String {
    let options = [&["--target".into(), format!("http://{target}")], options].concat();
    let run = tokio::task::spawn_blocking(move || load(&options.iter().map(String::as_str).collect::<Vec<_>>()));
    let output = run.await.expect("the tool runs");
    assert_eq!(output.status.code(), exits, "{} {}", text(&output), String::from_utf8_lossy(&output.stderr));
    text(&output)
}

/// The floor of the benchmarks, in this process.
async fn plain_relay() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(relay::serve(listener));
    address
}

async fn stand_between(
    listener: TcpListener,
    server: SocketAddr,
    change: impl Fn(usize, Value) -> Option<Value> + Clone + Send + 'static,
) {
    let heard = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    while let Ok((client, _)) = listener.accept().await {
        let (change, heard) = (change.clone(), heard.clone());
        tokio::spawn(async move {
            let change = move |frame: Value| {
                if frame["type"] != "message" {
                    return Some(frame);
                }
                change(heard.fetch_add(1, std::sync::atomic::Ordering::Relaxed), frame)
            };
            pass_on(client, server, change).await
        });
    }
}

/// One socket, passed on both ways until either end closes it.
async fn pass_on(client: TcpStream, server: SocketAddr, change: impl Fn(Value) -> Option<Value>) -> Option<()> {
    let (mut path, mut asked) = (String::new(), Vec::new());
    #[expect(clippy::result_large_err, reason = "the signature is the library's")]
    let look = |request: &Request, mut response: Response| {
        path = request.uri().to_string();
        let headers = [SEC_WEBSOCKET_PROTOCOL, AUTHORIZATION].into_iter();
        asked.extend(headers.filter_map(|name| Some((name.clone(), request.headers().get(name)?.clone()))));
        let protocol = request.headers().get(SEC_WEBSOCKET_PROTOCOL).cloned();
        response.headers_mut().extend(protocol.map(|protocol| (SEC_WEBSOCKET_PROTOCOL, protocol)));
        Ok(response)
    };
    let mut client = accept_hdr_async(client, look).await.ok()?;
    let mut request = format!("ws://{server}{path}").into_client_request().ok()?;
    request.headers_mut().extend(asked);
    let (mut server, _) = client_async(request, TcpStream::connect(server).await.ok()?).await.ok()?;
    loop {
        tokio::select! {
            said = client.next() => server.send(said?.ok()?).await.ok()?,
            told = server.next() => match told?.ok()? {
                Message::Text(frame) => {
                    if let Some(frame) = change(serde_json::from_str(&frame).ok()?) {
                        client.send(Message::text(frame.to_string())).await.ok()?;
                    }
                }
                other => client.send(other).await.ok()?,
            },
        }
    }
}
