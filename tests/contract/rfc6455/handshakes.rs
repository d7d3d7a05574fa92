//! What is a handshake and what is not (RFC 6455, 4.2).

use crate::support::raw::Raw;

const LINES: [(&str, &str); 6] = [
    ("Host", "office"),
    ("Upgrade", "websocket"),
    ("Connection", "Upgrade"),
    ("Sec-WebSocket-Version", "13"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ("Sec-WebSocket-Protocol", "anteroom.v1"),
];
/// What the key above is answered with (RFC 6455, 1.3).
const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// A change to a good handshake: this line with these values; none is without it.
type Change = (&'static str, &'static [&'static str]);

fn request(first: &str, (name, values): Change) -> String {
    let mut request = format!("{first}\r\n");
    for (line, value) in LINES {
        if line == name {
            values.iter().for_each(|value| request += &format!("{line}: {value}\r\n"));
        } else {
            request += &format!("{line}: {value}\r\n");
        }
    }
    if !LINES.iter().any(|(line, _)| *line == name) {
        values.iter().for_each(|value| request += &format!("{name}: {value}\r\n"));
    }
    request + "\r\n"
}

#[tokio::test]
async fn every_case_of_the_handshake_is_answered_as_the_standard_wants() {
    let server = super::open().await;
    const GET: &str = "GET /ws/desk HTTP/1.1";
    let fine: [Change; 15] = [
        ("Host", &["office"]),
        ("Upgrade", &["WebSocket"]),
        ("Upgrade", &["WEBSOCKET"]),
        ("Connection", &["upgrade"]),
        ("Connection", &["keep-alive, Upgrade"]),
        ("Connection", &["keep-alive", "Upgrade"]),
        ("Sec-WebSocket-Key", &["AAAAAAAAAAAAAAAAAAAAAA=="]),
        ("Sec-WebSocket-Key", &["/+/+/+/+/+/+/+/+/+/+/w=="]),
        ("Sec-WebSocket-Extensions", &["permessage-deflate; client_max_window_bits"]),
        ("Sec-WebSocket-Extensions", &["permessage-deflate", "x-webkit-deflate-frame"]),
        ("Sec-WebSocket-Protocol", &["anteroom.v1, anteroom.v0"]),
        ("Sec-WebSocket-Protocol", &["anteroom.v0, anteroom.v1"]),
        ("Sec-WebSocket-Protocol", &["anteroom.v0", "anteroom.v1"]),
        ("Sec-WebSocket-Protocol", &["", "anteroom.v1"]),
        ("Sec-WebSocket-Protocol", &["a,b", "c, anteroom.v1 ,d"]),
    ];
    for change in fine {
        let mut raw = Raw::to(server.address()).await;
        raw.send(request(GET, change).as_bytes()).await;
        let answer = raw.head().await.to_ascii_lowercase();
        assert!(answer.starts_with("http/1.1 101"), "{change:?}: {answer}");
        assert!(answer.contains("sec-websocket-protocol: anteroom.v1\r\n"), "{change:?}: {answer}");
        assert!(!answer.contains("sec-websocket-extensions"), "{change:?}: {answer}");
        if change.0 != "Sec-WebSocket-Key" {
            assert!(answer.contains(&ACCEPT.to_ascii_lowercase()), "{change:?}: {answer}");
        }
        assert_eq!(raw.heard().await.expect("a frame")["type"], "welcome", "{change:?}");
    }
    let mut without = Raw::to(server.address()).await;
    without.send(request(GET, ("Sec-WebSocket-Protocol", &[])).as_bytes()).await;
    let answer = without.head().await.to_ascii_lowercase();
    assert!(answer.starts_with("http/1.1 101") && !answer.contains("sec-websocket-protocol"), "{answer}");

    let refused: [(&str, Change, u16); 29] = [
        (GET, ("Sec-WebSocket-Version", &["8"]), 426),
        (GET, ("Sec-WebSocket-Version", &["7"]), 426),
        (GET, ("Sec-WebSocket-Version", &["0"]), 426),
        (GET, ("Sec-WebSocket-Version", &["14"]), 426),
        (GET, ("Sec-WebSocket-Version", &["13, 8"]), 426),
        (GET, ("Sec-WebSocket-Version", &["013"]), 426),
        (GET, ("Sec-WebSocket-Version", &["thirteen"]), 426),
        (GET, ("Sec-WebSocket-Version", &[]), 426),
        (GET, ("Sec-WebSocket-Version", &["13", "8"]), 400),
        (GET, ("Sec-WebSocket-Key", &[]), 400),
        (GET, ("Sec-WebSocket-Key", &[""]), 400),
        (GET, ("Sec-WebSocket-Key", &["c2hvcnQ="]), 400),
        (GET, ("Sec-WebSocket-Key", &["dGhlIHNhbXBsZSBub25jZQ"]), 400),
        (GET, ("Sec-WebSocket-Key", &["dGhlIHNhbXBsZSBub25jZSE="]), 400),
        (GET, ("Sec-WebSocket-Key", &["!!!!!!!!!!!!!!!!!!!!!!=="]), 400),
        (GET, ("Sec-WebSocket-Key", &["dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ=="]), 400),
        (GET, ("Upgrade", &[]), 426),
        (GET, ("Upgrade", &["h2c"]), 426),
        (GET, ("Upgrade", &["websockets"]), 426),
        (GET, ("Connection", &[]), 400),
        (GET, ("Connection", &["keep-alive"]), 400),
        (GET, ("Connection", &["close"]), 400),
        (GET, ("Host", &[]), 400),
        (GET, ("Host", &["office", "office"]), 400),
        (GET, ("Content-Length", &["5"]), 400),
        (GET, ("Transfer-Encoding", &["chunked"]), 400),
        ("GET /ws/desk HTTP/1.0", ("Host", &["office"]), 400),
        ("POST /ws/desk HTTP/1.1", ("Host", &["office"]), 405),
        ("HEAD /ws/desk HTTP/1.1", ("Host", &["office"]), 405),
    ];
    for (first, change, status) in refused {
        let mut raw = Raw::to(server.address()).await;
        raw.send(request(first, change).as_bytes()).await;
        let answer = raw.head().await.to_ascii_lowercase();
        assert!(answer.contains(&format!(" {status} ")), "{first} {change:?}: {answer}");
        if status == 426 {
            let says = answer.contains("sec-websocket-version: 13") && answer.contains("upgrade: websocket");
            assert!(says, "{change:?}: {answer}");
        }
    }
    server.finish().await;
}
