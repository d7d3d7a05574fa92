//! More sockets than a port has numbers.

use std::net::Ipv4Addr;

use futures_util::future::join_all;
use rlimit::Resource;

use crate::support::raw::{FIN, PING, PONG, Raw};
use crate::support::{Office, alone};

/// More than 2^16 …
const SOCKETS: usize = 66_000;
/// … from as many addresses as it takes: each has some 28,000 ports.
const SOURCES: u8 = 4;
/// What the server and this test need besides.
const FILES: u64 = SOCKETS as u64 + 4_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_than_64_000_sockets_are_open_at_one_server() {
    let raised =
        Resource::NOFILE.get().is_ok_and(|(_, hard)| hard >= FILES) || Resource::NOFILE.set(FILES, FILES).is_ok();
    if !raised || rlimit::increase_nofile_limit(FILES).is_ok_and(|limit| limit < FILES) {
        eprintln!("NOT RUN: a process may not open {FILES} files here, so {SOCKETS} sockets were not tried");
        return;
    }
    let _alone = alone().await;
    let many = SOCKETS.to_string();
    let server = Office::new().option("--sockets-per-address-max", &many).option("--heartbeat-s", "300").open().await;
    let mut sockets = Vec::with_capacity(SOCKETS);
    while sockets.len() < SOCKETS {
        let some = (SOCKETS - sockets.len()).min(100);
        let opened = join_all((0..some).map(|nth| {
            let source = Ipv4Addr::new(127, 0, 2, 1 + (nth % usize::from(SOURCES)) as u8);
            let address = server.address();
            async move { Raw::from(source, address).await.expect("a connection").opened().await }
        }));
        sockets.extend(opened.await);
    }
    let metrics = server.http().get("/metrics").await.expect("an answer").text;
    let line = format!("anteroom_sockets_open {SOCKETS}");
    assert!(metrics.lines().any(|found| found == line), "no `{line}`");
    // The last and the first are as much alive as any.
    for nth in [0, SOCKETS / 2, 65_535, 65_536, SOCKETS - 1] {
        sockets[nth].send_frame(FIN | PING, b"there?").await;
        let heard = loop {
            match sockets[nth].frame().await {
                Some((PONG, payload)) => break payload,
                Some(_) => {}
                None => panic!("socket {nth} has ended"),
            }
        };
        assert_eq!(heard, b"there?");
    }
    println!("{SOCKETS} sockets, {} MiB", server.resident_kib() / 1024);
    drop(sockets);
    server.finish().await;
}
