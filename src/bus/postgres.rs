//! PostgreSQL as the engine: `LISTEN` on one connection, `pg_notify` on another. It is always there, as
//! the records are.
//!
//! What is sent is never inside another transaction: commits that notify stand in one line for the whole
//! server, so this one has nothing else in it and does not wait for the disk. Many messages share it.

use std::future::poll_fn;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use tokio::time::{sleep, timeout};
use tokio_postgres::tls::NoTlsStream;
use tokio_postgres::{AsyncMessage, Client, Connection, NoTls, Socket};

use super::config::BusFault;
use super::engine::{Heard, Hearing, Letter, Loop, Session};
use crate::cluster::Engine;
use crate::storage::POSTGRES_SESSION;

/// Most messages of one statement.
const TOGETHER_MAX: usize = 128;
/// Most bytes of one statement, about.
const TOGETHER_BYTES: usize = 512 * 1024;
/// How often the listening connection is asked whether it is there: nothing else is said on it.
const ASK_EVERY: Duration = Duration::from_secs(1);
/// What a URL gets where it does not say otherwise, as the connections of the records.
const CONNECT: Duration = Duration::from_secs(5);
/// Beside the settings of every session of ours.
const SENDER: &str = "SET synchronous_commit TO off";
const SEND: &str =
    "SELECT pg_notify(channel, payload) FROM unnest($1::text[], $2::text[]) AS letter (channel, payload)";

type Wire = Connection<Socket, NoTlsStream>;

pub(super) struct Postgres {
    config: tokio_postgres::Config,
    /// A statement without an answer for so long ends the session.
    patience: Duration,
}

impl Postgres {
    /// # Errors
    ///
    /// The URL is none, or has a parameter that is of `libpq` alone.
    pub(super) fn new(url: &str, patience: Duration) -> Result<Self, BusFault> {
        // The same setting under `libpq`'s name.
        let url = url.replace("keepalives_count=", "keepalives_retries=");
        let mut config: tokio_postgres::Config =
            url.parse().map_err(|error| BusFault::DatabaseUrl(describe(&error)))?;
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(CONNECT);
        }
        if config.get_tcp_user_timeout().is_none() {
            config.tcp_user_timeout(CONNECT);
        }
        config.keepalives_idle(CONNECT).keepalives_interval(Duration::from_secs(2)).keepalives_retries(3);
        config.application_name("anteroom");
        Ok(Self { config, patience })
    }

    async fn connect(&self) -> Result<(Client, Wire), String> {
        let connected = timeout(CONNECT, self.config.connect(NoTls)).await;
        connected.map_err(|_| "no connection within 5 s".to_owned())?.map_err(|error| describe(&error))
    }

    /// The answer of a statement, in time.
    async fn answer<T>(&self, asked: impl Future<Output = Result<T, tokio_postgres::Error>>) -> Result<T, String> {
        let answer = timeout(self.patience, asked).await;
        answer.map_err(|_| "a statement has no answer".to_owned())?.map_err(|error| describe(&error))
    }

    /// Listens, and only then connects to send.
    async fn speak(&self, listener: &Client, ours: &mut Loop, up: &mut bool) -> Result<(), String> {
        let [mine, all] = &ours.listens;
        let listen = format!("{POSTGRES_SESSION}; LISTEN \"{mine}\"; LISTEN \"{all}\"");
        self.answer(listener.batch_execute(&listen)).await?;
        let (sender, wire) = self.connect().await?;
        tokio::select! {
            ended = carry(wire, None) => Err(ended),
            ended = self.send(&sender, ours, up) => ended,
            ended = self.ask(listener) => Err(ended),
        }
    }

    async fn send(&self, sender: &Client, ours: &mut Loop, up: &mut bool) -> Result<(), String> {
        self.answer(sender.batch_execute(&format!("{POSTGRES_SESSION}; {SENDER}"))).await?;
        let send = self.answer(sender.prepare(SEND)).await?;
        ours.is_up(up);
        while let Some(letters) = ours.next(TOGETHER_MAX, TOGETHER_BYTES).await {
            let channels: Vec<&str> = letters.iter().map(|letter| letter.channel.as_str()).collect();
            let payloads: Vec<String> = letters.iter().map(|Letter { sealed, .. }| BASE64.encode(sealed)).collect();
            self.answer(sender.execute(&send, &[&channels, &payloads])).await?;
        }
        Ok(())
    }

    /// A listener that was cut off hears nothing, and nobody tells it.
    async fn ask(&self, listener: &Client) -> String {
        loop {
            sleep(ASK_EVERY).await;
            if let Err(reason) = self.answer(listener.simple_query("")).await {
                return reason;
            }
        }
    }
}

impl Session for Postgres {
    async fn run(&mut self, ours: &mut Loop, up: &mut bool) -> Result<(), String> {
        let (listener, wire) = self.connect().await?;
        let hearing = ours.hearing.clone();
        tokio::select! {
            ended = carry(wire, Some(hearing)) => Err(ended),
            ended = self.speak(&listener, ours, up) => ended,
        }
    }
}

/// Moves a connection's bytes until it ends, and hands on what is heard on it.
async fn carry(mut wire: Wire, hearing: Option<Hearing>) -> String {
    loop {
        match poll_fn(|context| wire.poll_message(context)).await {
            Some(Ok(AsyncMessage::Notification(notice))) => {
                if let Some(hearing) = &hearing {
                    // What is no base64 does not open either, and is counted as forged.
                    let sealed = BASE64.decode(notice.payload()).unwrap_or_default();
                    hearing.hand_on(Heard { by: Engine::Postgres, channel: notice.channel().to_owned(), sealed });
                }
            }
            Some(Ok(_)) => {}
            Some(Err(error)) => return describe(&error),
            None => return "the connection was closed".to_owned(),
        }
    }
}

/// The library's error says of what kind it is, and what happened stands behind it.
fn describe(error: &tokio_postgres::Error) -> String {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}"));
    format!("{error}{}", cause.unwrap_or_default())
}

#[test]
fn a_url_of_the_records_is_one_of_the_messages() {
    let new = |url: &str| Postgres::new(url, CONNECT).map(drop).map_err(|fault| fault.to_string());
    assert_eq!(new("postgres://anteroom:secret@h:1/db?sslmode=disable&keepalives_count=3&connect_timeout=2"), Ok(()));
    let refused = new("postgres://h/db?sslcert=x").unwrap_err();
    assert!(refused.contains("sslcert"), "{refused}");
}
