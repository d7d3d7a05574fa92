//! More connections than can be served, and more than one network may have.

use std::net::Ipv4Addr;
use std::process::Command;

use crate::support::people::talking;
use crate::support::raw::Raw;
use crate::support::{Desk, Office, Server, until};

/// Of 1,600 files 1,024 are not for connections: 576 can be served, 432 of them of one network.
const FILES: u32 = 1_600;
const SERVED: usize = 576;
const OF_A_NETWORK: usize = 432;

/// Connections from the loopback address that ends in `host`, as a network of its own.
async fn connect(server: &Server, host: u8, count: usize) -> Vec<Raw> {
    let mut opened = Vec::new();
    for _ in 0..count {
        opened.extend(Raw::from(Ipv4Addr::new(127, 0, 1, host), server.address()).await);
    }
    opened
}

fn open(connections: &[Raw]) -> usize {
    connections.iter().filter(|raw| !raw.has_ended()).count()
}

#[tokio::test]
async fn one_network_cannot_take_all_connections() {
    let server = Office::new().files(FILES).counsellor("kim").open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    let held = connect(&server, 1, OF_A_NETWORK + 200).await;
    until("those too many are closed", || async { (open(&held) <= OF_A_NETWORK).then_some(()) }).await;
    assert!(open(&held) > OF_A_NETWORK / 2, "{} are kept", open(&held));
    Desk::at(&server).await;
    assert_eq!(server.http().read("/readyz").await["status"], "ready");
    desk.said("undisturbed").await;
    kim.expect("message").await;
    drop(held);
    until("it may connect again", || async {
        let mut again = connect(&server, 1, 1).await.pop()?;
        again.send(b"GET /healthz HTTP/1.1\r\nHost: office\r\n\r\n").await;
        again.head().await.starts_with("HTTP/1.1 200").then_some(())
    })
    .await;
    server.check().await;
    server.finish().await;
}

#[tokio::test]
async fn an_overloaded_server_says_that_it_lives_and_that_it_is_overloaded() {
    let server = Office::new().files(FILES).counsellor("kim").open().await;
    let (mut desk, mut kim) = talking(&server, "kim").await;
    let mut held = connect(&server, 1, SERVED / 2).await;
    held.extend(connect(&server, 2, SERVED / 2 + 20).await);
    let http = server.http();
    assert_eq!(http.read("/healthz").await["status"], "alive");
    let ready = http.get("/readyz").await.expect("an answer");
    assert_eq!((ready.status, &ready.json()["status"]), (503, &"overloaded".into()), "{}", ready.text);
    assert_eq!(ready.json()["overloaded"], true);
    http.get("/api/v1/lines").await.expect("an answer").is_problem(503, "OVERLOADED");
    assert!(
        http.get("/metrics").await.expect("an answer").text.contains("anteroom_refused_total{reason=\"overloaded\"}")
    );
    desk.said("undisturbed").await;
    kim.expect("message").await;
    // Even with all it can take, who comes next is not left hanging.
    for host in 3..6 {
        held.extend(connect(&server, host, 200).await);
    }
    until("it answers", || async { http.get("/healthz").await.ok() }).await;
    drop(held);
    until("it is ready again", || async {
        let answer = http.get("/readyz").await.ok()?;
        (answer.status == 200).then_some(())
    })
    .await;
    server.check().await;
    server.finish().await;
}

#[test]
fn too_few_files_are_told_in_one_line() {
    let dir = tempfile::tempdir().expect("a directory");
    for files in [12, 16, 24, 64, 256, 1_024] {
        let serve = format!(
            "ulimit -n {files}; exec '{}' serve --listen 127.0.0.1:0 --data-dir '{}'",
            env!("CARGO_BIN_EXE_anteroom"),
            dir.path().join("data").display()
        );
        let ended = Command::new("sh").args(["-c", &serve]).env("RUST_BACKTRACE", "1").output().expect("a shell");
        let said = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(2), "{files}: {said}");
        assert_eq!(said.lines().count(), 1, "{files}: {said}");
        assert!(said.contains("ulimit -n"), "{files}: {said}");
        assert!(!dir.path().join("data").exists(), "nothing was begun");
    }
}
