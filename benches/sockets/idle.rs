//! Memory of an idle counsellor's socket: resident growth of the server over as many sockets.

use std::sync::Arc;

use tokio::sync::Semaphore;

use super::office::{Server, Socket, hear, logins, staff};

/// Handshakes under way at once.
const OPENING: usize = 64;

pub async fn measure(count: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let tokens = staff(folder.path(), &logins(count), "never logs in");
    let server = Arc::new(Server::start(folder.path()));
    // A few first, so that what the server allocates once is not counted as theirs.
    let warm = count / 100 + 1;
    let mut sockets = open_all(&server, &tokens[..warm]).await;
    let before = server.resident_kib();
    let mut known = warm;
    for next in [count / 10, count].into_iter().filter(|next| *next > warm) {
        sockets.extend(open_all(&server, &tokens[known..next]).await);
        known = next;
        let now = server.resident_kib();
        let each = now.saturating_sub(before) as f64 / (known - warm) as f64;
        println!(
            "idle: {} counsellors on one port, server {:.1} MiB resident, {each:.2} KiB a socket",
            sockets.len(),
            now as f64 / 1024.0
        );
    }
}

async fn open_all(server: &Arc<Server>, tokens: &[String]) -> Vec<Socket> {
    let gate = Arc::new(Semaphore::new(OPENING));
    let opening = tokens.iter().map(|token| {
        let (gate, server, token) = (gate.clone(), server.clone(), token.clone());
        tokio::spawn(async move {
            let _turn = gate.acquire_owned().await.expect("never closed");
            let mut socket = server.open("/ws/counsellor", Some(&token)).await;
            hear(&mut socket, "queue").await;
            socket
        })
    });
    let mut sockets = Vec::with_capacity(tokens.len());
    for socket in opening.collect::<Vec<_>>() {
        sockets.push(socket.await.expect("opened"));
    }
    sockets
}
