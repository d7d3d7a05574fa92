//! A network between a client and a server that can be cut, stalled, swallowed and made long, and that counts how
//! often it was crossed and crossed back.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};

/// Reads on their way at once, each way of a connection; what is more waits in the sender's kernel.
const UNDER_WAY_MAX: usize = 64;

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
    distance: Arc<Distance>,
    task: tokio::task::JoinHandle<()>,
}

/// How long the way is, and how often it was gone.
#[derive(Default)]
struct Distance {
    each_way_us: AtomicU64,
    round_trips: AtomicU64,
}

/// Who reads here.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Client,
    Server,
}

impl Proxy {
    /// In front of this address.
    pub async fn before(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port for the proxy");
        let address = listener.local_addr().expect("an address");
        let (weather, now) = watch::channel(Weather::Fair);
        let (cuts, cut) = watch::channel(0);
        let distance = Arc::<Distance>::default();
        let far = distance.clone();
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (now, mut cut, far) = (now.clone(), cut.clone(), far.clone());
                cut.mark_unchanged();
                tokio::spawn(async move {
                    let Ok(server) = TcpStream::connect(target).await else { return };
                    let _ = client.set_nodelay(true);
                    let _ = server.set_nodelay(true);
                    let (client_in, client_out) = client.into_split();
                    let (server_in, server_out) = server.into_split();
                    let answered = AtomicBool::new(true);
                    let there =
                        Direction { from: End::Client, weather: now.clone(), distance: &far, answered: &answered };
                    let back = Direction { from: End::Server, weather: now, distance: &far, answered: &answered };
                    tokio::select! {
                        () = async { tokio::join!(
                            there.pump(client_in, server_out),
                            back.pump(server_in, client_out),
                        ); } => {}
                        _ = cut.changed() => {}
                    }
                });
            }
        });
        Self { address, weather, cuts, distance, task }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
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

    /// From now on whatever is read takes this long, each way, and keeps its order. In microseconds; some 0.1 ms
    /// more are the machine's.
    pub fn delay(&self, each_way: Duration) {
        let each_way = u64::try_from(each_way.as_micros()).expect("less than many years");
        self.distance.each_way_us.store(each_way, Ordering::Relaxed);
    }

    /// How often, over all connections so far, a client wrote first or after an answer: what a longer way costs. Who
    /// writes again before any answer has begun no other.
    pub fn round_trips(&self) -> u64 {
        self.distance.round_trips.load(Ordering::Relaxed)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.cut_all();
        self.task.abort();
    }
}

/// One way of one connection.
struct Direction<'a> {
    from: End,
    weather: watch::Receiver<Weather>,
    distance: &'a Distance,
    /// The server has spoken since the client did.
    answered: &'a AtomicBool,
}

impl Direction<'_> {
    async fn pump(mut self, from: OwnedReadHalf, to: OwnedWriteHalf) {
        let (under_way, arriving) = mpsc::channel(UNDER_WAY_MAX);
        tokio::join!(self.read(from, under_way), deliver(arriving, to));
    }

    /// Until one side ends: then `under_way` closes behind what was read.
    async fn read(&mut self, mut from: OwnedReadHalf, under_way: mpsc::Sender<(Instant, Vec<u8>)>) {
        let mut buffer = vec![0; 16 * 1024];
        loop {
            if self.weather.wait_for(|weather| *weather != Weather::Stalled).await.is_err() {
                return;
            }
            let read = tokio::select! {
                read = from.read(&mut buffer) => read,
                // Looks again whether it may read.
                changed = self.weather.changed() => match changed {
                    Ok(()) => continue,
                    Err(_) => return,
                },
                () = under_way.closed() => return,
            };
            let swallows = *self.weather.borrow() == Weather::Swallowing;
            match read {
                Ok(0) | Err(_) if swallows => {
                    // The end of one side is not told to the other until the proxy goes or is cut.
                    std::future::pending::<()>().await;
                }
                Ok(0) | Err(_) => return,
                Ok(_) if swallows => {}
                Ok(count) => {
                    self.counted();
                    let each_way = Duration::from_micros(self.distance.each_way_us.load(Ordering::Relaxed));
                    if under_way.send((Instant::now() + each_way, buffer[..count].to_vec())).await.is_err() {
                        return;
                    }
                }
            }
        }
    }

    fn counted(&self) {
        match self.from {
            End::Server => self.answered.store(true, Ordering::Relaxed),
            End::Client if self.answered.swap(false, Ordering::Relaxed) => {
                self.distance.round_trips.fetch_add(1, Ordering::Relaxed);
            }
            End::Client => {}
        }
    }
}

async fn deliver(mut arriving: mpsc::Receiver<(Instant, Vec<u8>)>, mut to: OwnedWriteHalf) {
    while let Some((due, bytes)) = arriving.recv().await {
        let left = due.saturating_duration_since(Instant::now());
        if !left.is_zero() {
            // The runtime's own timer knows no less than a millisecond.
            let _ = tokio::task::spawn_blocking(move || std::thread::sleep(left)).await;
        }
        if to.write_all(&bytes).await.is_err() {
            return;
        }
    }
    let _ = to.shutdown().await;
}
