//! A busy day: desks that ask, talk and ask again, counsellors that answer everybody, and all of
//! them coming back by themselves whenever a server is there again, at whichever door is open.
//!
//! - `desk`, `counsellor`: what each does with what it hears; `talk`: one side of a room
//! - `line`: a person's socket, and what makes them look up from it

mod counsellor;
mod desk;
mod line;
mod talk;

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::office::PASSWORD;
use super::socket::handshake;
use super::{Http, Ledger, Server, Socket, until};
use line::Line;
use talk::Talk;

/// Who does not shake hands in so long is not there: the next door is tried.
const HANDS_WITHIN: Duration = Duration::from_secs(2);

/// Everybody.
pub struct Crowd {
    day: Arc<Day>,
    people: Vec<JoinHandle<()>>,
}

/// How a crowd is.
#[derive(Clone, Copy, Default)]
pub struct Manners {
    /// How long each thinks before an answer.
    pub thinks: Duration,
    /// What has not been put on file is asked for again after so long; `None` takes such a refusal for a scandal.
    pub tries_again: Option<Duration>,
}

/// What everybody shares.
struct Day {
    doors: Vec<Door>,
    manners: Manners,
    ledger: Ledger,
    /// Whether a server can be expected to answer, and how often it has been started.
    up: watch::Sender<bool>,
    round: AtomicU32,
    /// Counsellors first, then desks.
    people: Vec<Person>,
    counsellors: usize,
    /// Nobody begins anything new.
    calm: AtomicBool,
    /// Desks end what they have.
    closing: watch::Sender<bool>,
    /// Messages on their way to a receipt.
    unanswered: AtomicUsize,
    /// Messages with a receipt, and consultations that came to their end.
    accepted: AtomicUsize,
    ended: AtomicUsize,
    /// What should never be told.
    scandals: Mutex<Vec<String>>,
}

/// Where people come in.
struct Door {
    address: SocketAddr,
    /// Every change has whoever is there let go of their sockets.
    silent: watch::Sender<u32>,
}

/// What is known of a person from outside.
#[derive(Default)]
struct Person {
    /// In which round they were last told how they stand; 0 if they were not, since they lost a socket.
    told: AtomicU32,
    /// The door they are at, or are going to.
    at: AtomicUsize,
    /// A desk that has ended its visit, and begins no other.
    is_done: AtomicBool,
}

impl Crowd {
    /// `desks` desks, and the counsellors with these logins.
    pub async fn gather(server: &Server, desks: usize, logins: &[String]) -> Self {
        Self::gather_at(&[server], server.ledger(), desks, logins, Manners::default()).await
    }

    /// The same at several servers of one office, who is told what being kept in this ledger.
    pub async fn gather_at(
        servers: &[&Server],
        ledger: &Ledger,
        desks: usize,
        logins: &[String],
        manners: Manners,
    ) -> Self {
        let door = |server: &&Server| Door { address: server.address(), silent: watch::Sender::new(0) };
        let person = |nth| Person { at: AtomicUsize::new(nth % servers.len()), ..Person::default() };
        let day = Arc::new(Day {
            doors: servers.iter().map(door).collect(),
            manners,
            ledger: ledger.clone(),
            up: watch::Sender::new(true),
            round: AtomicU32::new(1),
            people: (0..desks + logins.len()).map(person).collect(),
            counsellors: logins.len(),
            calm: AtomicBool::new(false),
            closing: watch::Sender::new(false),
            unanswered: AtomicUsize::new(0),
            accepted: AtomicUsize::new(0),
            ended: AtomicUsize::new(0),
            scandals: Mutex::default(),
        });
        let http: Http = servers[0].http();
        let mut people = Vec::new();
        for (nth, login) in logins.iter().enumerate() {
            let session = http.log_in(login, PASSWORD).await;
            people.push(tokio::spawn(counsellor::counsel(day.clone(), nth, login.clone(), session)));
        }
        people.extend((logins.len()..day.people.len()).map(|nth| tokio::spawn(desk::visit(day.clone(), nth))));
        Self { day, people }
    }

    /// The server is about to go.
    pub fn server_goes(&self) {
        self.day.up.send_replace(false);
    }

    /// The server is there again.
    pub fn server_is_back(&self) {
        self.day.round.fetch_add(1, Ordering::SeqCst);
        self.day.up.send_replace(true);
    }

    /// What is behind this door is about to go: whoever is there has yet to be told how they stand.
    pub fn door_goes(&self, door: usize) {
        for person in self.day.people.iter().filter(|person| person.at.load(Ordering::SeqCst) == door) {
            person.told.store(0, Ordering::SeqCst);
        }
    }

    /// Whoever is at this door finds it silent, as a client does after some heartbeats without a word: they let go of
    /// their sockets and go elsewhere.
    pub fn door_is_silent(&self, door: usize) {
        self.day.doors[door].silent.send_modify(|times| *times += 1);
    }

    /// Until everybody has been told how they stand since the server came (back).
    pub async fn all_back(&self, patience: Duration) {
        let give_up = Instant::now() + patience;
        until("everybody has been told how they stand", || async {
            let round = self.day.round.load(Ordering::SeqCst);
            let is_told = |person: &&Person| person.told.load(Ordering::SeqCst) == round;
            let untold = self.day.people.len() - self.day.people.iter().filter(is_told).count();
            assert!(
                untold == 0 || Instant::now() < give_up,
                "{untold} have not been told how they stand; the last words of all:\n{}",
                self.day.ledger.last_words()
            );
            (untold == 0).then_some(())
        })
        .await;
    }

    /// Nobody begins anything new; until every message has its receipt.
    pub async fn calm_down(&self) {
        self.day.calm.store(true, Ordering::SeqCst);
        until("a message without a receipt", || async {
            (self.day.unanswered.load(Ordering::SeqCst) == 0).then_some(())
        })
        .await;
    }

    /// Every desk ends its talk or gives up its place, and has been told so.
    pub async fn close(&self) {
        self.day.closing.send_replace(true);
        until("a desk has not been told of its end", || async {
            self.day.people[self.day.counsellors..].iter().all(|desk| desk.is_done.load(Ordering::SeqCst)).then_some(())
        })
        .await;
    }

    /// Messages with a receipt, and consultations that came to their end.
    pub fn figures(&self) -> (usize, usize) {
        (self.day.accepted.load(Ordering::SeqCst), self.day.ended.load(Ordering::SeqCst))
    }

    /// Nobody was told what never should be, and nobody has broken down.
    pub fn is_content(&self) {
        let scandals = self.day.scandals.lock().map(|scandals| scandals.clone()).unwrap_or_default();
        assert!(scandals.is_empty(), "{scandals:#?}");
        let broken = self.people.iter().filter(|person| person.is_finished()).count();
        assert_eq!(broken, 0, "people have broken down; see above");
    }

    /// Everybody lets go of their sockets.
    pub async fn leave(&mut self) {
        for person in self.people.drain(..) {
            person.abort();
            let _ = person.await;
        }
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.people.iter().for_each(JoinHandle::abort);
    }
}

impl Day {
    /// A line, as soon as a server is there: at the door where this person is, else at the next.
    async fn line(&self, nth: usize, name: &str, path: &str, headers: &[(&'static str, String)]) -> Line {
        let mut up = self.up.subscribe();
        loop {
            let _ = up.wait_for(|up| *up).await;
            let at = self.people[nth].at.load(Ordering::SeqCst);
            let door = &self.doors[at];
            let url = format!("ws://{}{path}", door.address);
            match tokio::time::timeout(HANDS_WITHIN, handshake(&url, headers)).await {
                Ok(Ok(stream)) => return Line::over(Socket::over(stream, name), door, &self.closing),
                _ => {
                    self.people[nth].at.store((at + 1) % self.doors.len(), Ordering::SeqCst);
                    // A client's back-off.
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }

    fn is_calm(&self) -> bool {
        self.calm.load(Ordering::SeqCst)
    }

    fn told(&self, nth: usize) {
        self.people[nth].told.store(self.round.load(Ordering::SeqCst), Ordering::SeqCst);
    }

    /// Their socket has ended before they were done with it.
    fn is_lost(&self, nth: usize) {
        self.people[nth].told.store(0, Ordering::SeqCst);
    }

    fn scandal(&self, what: String) {
        if let Ok(mut scandals) = self.scandals.lock() {
            scandals.push(what);
        }
    }

    /// Who is refused; true if it is worth trying again. A place that was promised is never refused.
    fn refused(&self, nth: usize, talk: Option<&mut Talk>, frame: &Value) -> bool {
        match frame["code"].as_str().unwrap_or_default() {
            "ROOM_ENDED" | "NO_SUCH_ROOM" => {
                if let Some(talk) = talk {
                    talk.over(self);
                }
                false
            }
            "NO_SUCH_OFFER" => false,
            // The server is on its way out, or nobody matches.
            "BUSY" => self.manners.tries_again.is_some(),
            "NOT_STORED" if self.manners.tries_again.is_some() => true,
            _ => {
                self.scandal(format!("person {nth}: {frame}"));
                false
            }
        }
    }
}
