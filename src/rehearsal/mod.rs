//! A rehearsed consultation: the server plays one whole talk with itself, through its own listener
//! and over real sockets, so that whoever is about to open a centre sees that all of it works.
//!
//! It plays on a test line with a test counsellor, so it counts nowhere and no real counsellor hears
//! of it; it takes no place in any real line, and needs none to be open. It survives nothing: the
//! token and the key it plays with end with it, and what a server that ended leaves behind is
//! closed at the next start (`storage::test_data::removal::sweep`).
//!
//! - `steps`: the steps, and how far it is; `play`: what is done in each
//! - `player`: one end of a socket; `cleanup`: what must not stay

mod cleanup;
mod play;
mod player;
mod steps;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use subtle::ConstantTimeEq as _;

pub use steps::{Step, StepShown, StepState, Steps};

use crate::app::App;
use crate::ids::{JobId, TokenId};
use play::Play;

/// A running rehearsal that was not heard of for so long is gone with its server.
pub const STALE_S: i64 = 60;
/// Why one failed that was not played to its end.
pub const CUT_OFF: &str = "the server ended while the rehearsal ran; rehearse again";

/// The way to the rehearsals of this server. Cheap to clone.
#[derive(Clone)]
pub struct Rehearsals {
    address: SocketAddr,
    /// What the desk that plays shows, while it plays.
    key: Arc<Mutex<Option<(JobId, String)>>>,
}

/// What a rehearsal plays with.
#[derive(Clone, Debug)]
pub struct Cast {
    /// The rehearsal.
    pub id: JobId,
    /// The topic and the language of the test line.
    pub topic: String,
    /// See `topic`.
    pub language: String,
    /// The API token of the test counsellor: on file, and as it is shown.
    pub token: (TokenId, String),
    /// What the desk shows.
    pub key: String,
    /// A code of the group `RESULT` that is in use.
    pub result: Option<String>,
}

impl Rehearsals {
    /// For a server that listens there.
    #[must_use]
    pub fn new(listening: SocketAddr) -> Self {
        Self { address: own(listening), key: Arc::default() }
    }

    /// Whether this is the desk of the rehearsal that runs, by its key.
    #[must_use]
    pub fn admits(&self, desk: &str, key: &str) -> bool {
        self.key()
            .as_ref()
            .is_some_and(|(id, kept)| desk == id.to_string() && bool::from(kept.as_bytes().ct_eq(key.as_bytes())))
    }

    /// Plays it, in the background. Everything the cast names is on file by now; all of it is taken
    /// away at the end, however it ends.
    pub fn start(&self, app: App, cast: Cast) {
        *self.key() = Some((cast.id, cast.key.clone()));
        let (rehearsals, id) = (self.clone(), cast.id);
        actix_web::rt::spawn(async move {
            let token = cast.token.0;
            let played = actix_web::rt::spawn(Play::new(app.clone(), rehearsals.address, cast).run());
            if played.await.is_err() {
                log::error!(rehearsal:% = id; "a rehearsal broke off");
                cleanup::token(&app, token).await;
                cleanup::broken(&app, id).await;
            }
            *rehearsals.key() = None;
        });
    }

    /// A key cannot be left half written, so a poisoned lock is as good as any.
    fn key(&self) -> MutexGuard<'_, Option<(JobId, String)>> {
        self.key.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How the server reaches itself: one that listens everywhere is also on the loopback.
fn own(listening: SocketAddr) -> SocketAddr {
    let ip = match listening.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listening.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_reaches_itself_wherever_it_listens() {
        for (listening, reached) in [
            ("0.0.0.0:80", "127.0.0.1:80"),
            ("[::]:81", "[::1]:81"),
            ("192.0.2.7:82", "192.0.2.7:82"),
            ("127.0.0.1:83", "127.0.0.1:83"),
        ] {
            assert_eq!(own(listening.parse().unwrap()), reached.parse().unwrap());
        }
    }

    #[test]
    fn only_the_desk_of_the_rehearsal_that_runs_is_let_in() {
        let rehearsals = Rehearsals::new("127.0.0.1:80".parse().unwrap());
        let id = JobId(uuid::Uuid::from_u128(7));
        assert!(!rehearsals.admits(&id.to_string(), "key"));
        *rehearsals.key() = Some((id, "key".into()));
        assert!(rehearsals.admits(&id.to_string(), "key"));
        assert!(!rehearsals.admits(&id.to_string(), "kez") && !rehearsals.admits("8", "key"));
    }
}
