//! A network between a client and the server that can be cut, stalled and swallowed.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What the network does with bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Weather {
    /// Passes them on.
    Fair,
    /// Takes none: both ends see a full window.
    Stalled,
    /// Takes them and passes nothing on, and no end is told of the other's: a half-open
    /// connection to each.
    Swallowing,
}

/// Passes connections on to a server until told otherwise.
pub struct Proxy {
    address: SocketAddr,
    weather: watch::Sender<Weather>,
    /// Every change cuts what is open.
    cuts: watch::Sender<u32>,
    task: tokio::task::JoinHandle<()>,
}

impl Proxy {
    /// In front of this address.
    pub async fn before(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port for the proxy");
        let address = listener.local_addr().expect("an address");
        let (weather, now) = watch::channel(Weather::Fair);
        let (cuts, cut) = watch::channel(0);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (now, mut cut) = (now.clone(), cut.clone());
                cut.mark_unchanged();
                tokio::spawn(async move {
                    let Ok(server) = TcpStream::connect(target).await else { return };
                    let _ = client.set_nodelay(true);
                    let _ = server.set_nodelay(true);
                    let (client_in, client_out) = client.into_split();
                    let (server_in, server_out) = server.into_split();
                    tokio::select! {
                        () = async { tokio::join!(
                            pump(client_in, server_out, now.clone()),
                            pump(server_in, client_out, now),
                        ); } => {}
                        _ = cut.changed() => {}
                    }
                });
            }
        });
        Self { address, weather, cuts, task }
    }

    /// A WebSocket's address through the proxy.
    pub fn ws(&self, path: &str) -> String {
        format!("ws://{}{path}", self.address)
    }

    /// Ends every open connection; new ones pass.
    pub fn cut_all(&self) {
        self.cuts.send_modify(|cut| *cut += 1);
    }

    /// From now on bytes go nowhere and nobody is told.
    pub fn swallow(&self) {
        self.weather.send_replace(Weather::Swallowing);
    }

    /// From now on nothing is read.
    pub fn stall(&self) {
        self.weather.send_replace(Weather::Stalled);
    }

    /// All is well again; what was swallowed is lost.
    pub fn restore(&self) {
        self.weather.send_replace(Weather::Fair);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.cut_all();
        self.task.abort();
    }
}

async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut weather: watch::Receiver<Weather>) {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        if weather.wait_for(|weather| *weather != Weather::Stalled).await.is_err() {
            return;
        }
        let read = tokio::select! {
            read = from.read(&mut buffer) => read,
            // Looks again whether it may read.
            changed = weather.changed() => match changed {
                Ok(()) => continue,
                Err(_) => return,
            },
        };
        let swallows = *weather.borrow() == Weather::Swallowing;
        match read {
            Ok(0) | Err(_) if swallows => {
                // The end of one side is not told to the other until the proxy goes or is cut.
                std::future::pending::<()>().await;
            }
            Ok(0) | Err(_) => return drop(to.shutdown().await),
            Ok(_) if swallows => {}
            Ok(count) => {
                if to.write_all(&buffer[..count]).await.is_err() {
                    return;
                }
            }
        }
    }
}
