//! RFC 6455, case by case, in the spirit of the Autobahn suite: `cases` has what is sent and what is
//! wanted, `handshakes` what comes before. Each short case is sent whole, cut in two and a byte at a
//! time, as a parser must not care how bytes come.

mod cases;
mod handshakes;

use futures_util::StreamExt as _;
use futures_util::stream;

use crate::support::raw::{CLOSE, FIN, PING, PONG, Raw, TEXT};
use crate::support::{Office, Server};
use cases::{Case, End};

/// Cases under way at once.
const AT_ONCE: usize = 40;
/// Longer ones are sent whole only.
const CUT_UP_TO: usize = 300;
/// What ends a case that leaves the socket open.
const LAST: &[u8] = b"still there?";

/// How the bytes of a case are sent.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Pace {
    Whole,
    InTwo,
    ByteByByte,
}

/// A server whose limits are none for these cases, and which says nothing by itself meanwhile.
async fn open() -> Server {
    let many = "100000";
    Office::new()
        .option("--sockets-per-address-max", many)
        .option("--messages-per-10s-max", many)
        .option("--heartbeat-s", "60")
        .open()
        .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_case_of_framing_ends_as_the_standard_wants() {
    let server = open().await;
    let cases = cases::all();
    let tries = cases.iter().flat_map(|case| {
        let cut = [Pace::InTwo, Pace::ByteByByte].into_iter().filter(|_| case.bytes.len() <= CUT_UP_TO);
        std::iter::once(Pace::Whole).chain(cut).map(move |pace| (case, pace))
    });
    let address = server.address();
    let outcomes: Vec<_> = stream::iter(tries)
        .map(|(case, pace)| async move {
            let raw = Raw::desk(address).await;
            attempt(raw, case, pace).await.map_err(|found| format!("{} ({pace:?}): {found}", case.name))
        })
        .buffer_unordered(AT_ONCE)
        .collect()
        .await;
    let failed: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).collect();
    eprintln!("{} cases, {} tries, {} failed", cases.len(), outcomes.len(), failed.len());
    assert!(cases.len() > 400, "{} cases", cases.len());
    assert!(failed.is_empty(), "{} failed: {failed:#?}", failed.len());
    server.finish().await;
}

async fn attempt(mut raw: Raw, case: &Case, pace: Pace) -> Result<(), String> {
    let pieces = match pace {
        Pace::Whole => case.bytes.len(),
        Pace::InTwo => case.bytes.len() / 2,
        Pace::ByteByByte => 1,
    };
    for piece in case.bytes.chunks(pieces.max(1)) {
        raw.send(piece).await;
        if pace != Pace::Whole {
            // Lets the server have this much alone, most of the time.
            tokio::task::yield_now().await;
        }
    }
    if case.end == End::Open {
        raw.send_frame(FIN | PING, LAST).await;
    }
    let (mut answers, mut pongs) = (0, Vec::new());
    let end = loop {
        match raw.frame().await {
            Some((TEXT, _)) => answers += 1,
            Some((PONG, payload)) if payload == LAST => break End::Open,
            Some((PONG, payload)) => pongs.push(payload),
            Some((CLOSE, payload)) => {
                let code = payload.get(..2).map(|two| u16::from_be_bytes([two[0], two[1]]));
                raw.close_code().await;
                break code.map_or(End::ClosedWithoutCode, End::Closed);
            }
            Some(_) => {}
            None => return Err("the connection ended without a close frame".into()),
        }
    };
    if (end, answers, &pongs) == (case.end, case.answers, &case.pongs) {
        return Ok(());
    }
    let found = format!("{end:?}, {answers} answers, {} pongs", pongs.len());
    Err(format!("{found}; wanted {:?}, {} answers, {} pongs", case.end, case.answers, case.pongs.len()))
}
