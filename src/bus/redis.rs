//! Redis as the engine: `SUBSCRIBE` and `PUBLISH` on one connection, which RESP3 allows. So whoever can
//! send is heard, too, and after a restart no message goes out before we listen.
//!
//! The library could reconnect by itself; a command would then wait for it, for seconds. Here every
//! command has its own time, and one without an answer ends the session: what was in it goes by
//! PostgreSQL at once.

use std::sync::Arc;
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{
    AsyncConnectionConfig, Client, IntoConnectionInfo as _, ProtocolVersion, PushInfo, PushKind, RedisError, Value,
    pipe,
};
use tokio::sync::Notify;
use tokio::time::timeout;

use super::channel::Channel;
use super::config::BusFault;
use super::engine::{Heard, Hearing, Letter, Loop, Report, Session};
use crate::cluster::Engine;

/// Longer, and an answer is none.
const ANSWER: Duration = Duration::from_millis(250);
/// The same for a new connection, which may have to agree on a key first.
const CONNECT: Duration = Duration::from_secs(1);
/// So long without a message, and the server is asked whether it is there.
const ASK_AFTER: Duration = Duration::from_secs(1);
/// Most messages that go together.
const TOGETHER_MAX: usize = 256;
/// Most bytes that go together, about.
const TOGETHER_BYTES: usize = 512 * 1024;

pub(super) struct Redis {
    client: Client,
}

impl Redis {
    /// # Errors
    ///
    /// The URL is none.
    pub(super) fn new(url: &str) -> Result<Self, BusFault> {
        let open = || {
            let info = url.into_connection_info()?;
            let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
            Client::open(info.set_redis_settings(settings))
        };
        open().map(|client| Self { client }).map_err(|error: RedisError| BusFault::RedisUrl(error.to_string()))
    }

    async fn connect(&self, hearing: Hearing, closed: Arc<Notify>) -> Result<MultiplexedConnection, String> {
        let take = move |info: PushInfo| -> Result<(), std::convert::Infallible> {
            match (info.kind, info.data.as_slice()) {
                (PushKind::Message, [Value::BulkString(channel), Value::BulkString(sealed)]) => {
                    let channel = String::from_utf8_lossy(channel).into_owned();
                    hearing.hand_on(Heard { by: Engine::Redis, channel, sealed: sealed.clone() });
                }
                (PushKind::Disconnection, _) => closed.notify_one(),
                _ => {}
            }
            Ok(())
        };
        // The times are ours: theirs do not count in every case.
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT))
            .set_response_timeout(Some(CONNECT))
            .set_push_sender(take);
        within(CONNECT, self.client.get_multiplexed_async_connection_with_config(&config)).await
    }
}

impl Session for Redis {
    async fn run(&mut self, ours: &mut Loop, up: &mut bool) -> Result<(), String> {
        let closed = Arc::new(Notify::new());
        let mut connection = self.connect(ours.hearing.clone(), Arc::clone(&closed)).await?;
        within(ANSWER, connection.subscribe(&ours.listens)).await?;
        ours.is_up(up);
        loop {
            tokio::select! {
                () = closed.notified() => return Err("the connection was closed".to_owned()),
                letters = timeout(ASK_AFTER, ours.next(TOGETHER_MAX, TOGETHER_BYTES)) => match letters {
                    Ok(Some(letters)) => publish(&mut connection, ours, &letters).await?,
                    Ok(None) => return Ok(()),
                    Err(_) => within(ANSWER, redis::cmd("PING").exec_async(&mut connection)).await?,
                },
            }
        }
    }
}

async fn publish(connection: &mut MultiplexedConnection, ours: &Loop, letters: &[Letter]) -> Result<(), String> {
    let mut all = pipe();
    for letter in letters {
        all.cmd("PUBLISH").arg(&letter.channel).arg(&letter.sealed);
    }
    let hearers: Vec<u64> = within(ANSWER, all.query_async(connection)).await?;
    for (letter, hearers) in letters.iter().zip(hearers) {
        if letter.to == Channel::All || hearers == 0 {
            // Without a loop there is nobody to tell.
            let _ = ours.reports.send(Report::Reached(letter.to, hearers));
        }
    }
    Ok(())
}

async fn within<T>(limit: Duration, asked: impl Future<Output = Result<T, RedisError>>) -> Result<T, String> {
    let answer = timeout(limit, asked).await;
    answer.map_err(|_| format!("no answer within {limit:?}"))?.map_err(|error| error.to_string())
}

/// What is encrypted finds a provider for it, and whoever speaks without is refused.
#[tokio::test]
async fn a_server_without_tls_is_no_rediss() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let redis = Redis::new(&format!("rediss://{}", listener.local_addr().unwrap())).unwrap();
    let (hearing, _heard) = Hearing::new(Arc::default());
    let answers = async {
        let (mut client, _) = listener.accept().await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut client, b"-ERR no TLS here\r\n").await.unwrap();
        client
    };
    let (_client, connected) = tokio::join!(answers, redis.connect(hearing, Arc::default()));
    assert!(connected.is_err());
}

#[test]
fn a_url_of_redis_is_read_and_another_refused() {
    for url in ["redis://127.0.0.1:1/0", "rediss://:secret@h"] {
        assert!(Redis::new(url).is_ok(), "{url}");
    }
    let refused = Redis::new("http://h").map(drop).unwrap_err();
    assert!(matches!(refused, BusFault::RedisUrl(_)));
}
