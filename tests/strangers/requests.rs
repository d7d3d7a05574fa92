//! Requests that nobody means well with, and what is left of them.

use std::time::{Duration, Instant};

use anteroom::http::gate::access::{RouteKind, TABLE};
use reqwest::Method;

use crate::support::raw::Raw;
use crate::support::{Http, Office, Server, new_id, until};

/// A figure of `/metrics`; none where it was never counted.
async fn figure(http: &Http, name: &str) -> Option<u64> {
    let metrics = http.get("/metrics").await.expect("an answer").text;
    metrics.lines().find_map(|line| line.strip_prefix(name)?.trim().parse().ok())
}

async fn lines_of_metrics(http: &Http) -> usize {
    http.get("/metrics").await.expect("an answer").text.lines().count()
}

#[tokio::test]
async fn methods_nobody_knows_are_one_count_and_no_line() {
    let server = Office::new().open().await;
    let http = server.http();
    http.ask(http.request(Method::OPTIONS, "/api/v1/lines")).await.is_problem(405, "METHOD_NOT_ALLOWED");
    let before = lines_of_metrics(&http).await;
    for nth in 0..300 {
        let method = Method::from_bytes(format!("MADEUP{nth}").as_bytes()).expect("a method");
        let path = ["/api/v1/lines", "/healthz", "/nowhere", "/ws/desk", "/desk"][nth % 5];
        http.ask(http.request(method, path)).await.is_problem(501, "UNKNOWN_METHOD");
    }
    assert_eq!(figure(&http, "anteroom_refused_total{reason=\"method\"}").await, Some(300));
    let grown = lines_of_metrics(&http).await - before;
    // One reason, and what asking for figures itself adds.
    assert!(grown < 30, "{grown} lines more");
    assert!(!http.get("/metrics").await.expect("an answer").text.contains("MADEUP"));
    let log = server.log();
    assert!(!log.iter().any(|line| line.contains("MADEUP")), "a made-up word is in the log");
    server.finish().await;
}

#[tokio::test]
async fn what_is_no_request_is_counted_and_makes_no_line() {
    let server = Office::new().open().await;
    let http = server.http();
    let before = server.log().len();
    for bytes in ["\0\0\0\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET / HTTP/1.1\r\nbad header\r\n\r\n"] {
        let mut raw = Raw::to(server.address()).await;
        raw.send(bytes.as_bytes()).await;
        let answer = raw.head().await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{bytes:?}: {answer}");
    }
    until("they are counted", || async {
        (figure(&http, "anteroom_refused_total{reason=\"malformed\"}").await == Some(4)).then_some(())
    })
    .await;
    // Nor do probes, of which these were some, make a line.
    let log = server.log();
    let about_them: Vec<_> = log[before..].iter().filter(|line| line.contains("http")).collect();
    assert!(about_them.is_empty(), "{about_them:#?}");
    server.finish().await;
}

#[tokio::test]
async fn a_long_path_is_cut_in_the_log() {
    let server = Office::new().open().await;
    let answer = server.http().get(&format!("/{}", "x".repeat(20_000))).await.expect("an answer");
    answer.is_problem(404, "NOT_FOUND");
    let log = until("the line is there", || async { server.log().into_iter().find(|line| line.contains("xxx")) }).await;
    assert!(log.len() < 500, "{} bytes", log.len());
    server.finish().await;
}

#[tokio::test]
async fn what_can_be_read_can_be_asked_about() {
    let server = Office::new().demo().open().await;
    let http = server.http().with_bearer(&server.http().log_in("admin", "demo-admin").await);
    for rule in TABLE.iter().filter(|rule| rule.method == "GET" && !rule.path.starts_with("/ws/")) {
        let path = rule.path.replace("{id}", &new_id()).replace("{file:.*}", "index.html").replace("{file}", "none.js");
        let get = match rule.kind {
            RouteKind::Stay => http.begin(http.request(Method::GET, &path)).await,
            _ => http.get(&path).await.expect("an answer"),
        };
        // Of a stream too it ends at once.
        let head = http.ask(http.request(Method::HEAD, &path)).await;
        assert_eq!((head.status, head.text.as_str()), (get.status, ""), "{path}");
        assert_eq!(head.header("content-type"), get.header("content-type"), "{path}");
    }
    server.finish().await;
}

#[tokio::test]
async fn what_never_changes_is_answered_with_304_and_compressed() {
    let server = Office::new().open().await;
    let http = server.http();
    for path in ["/api/openapi.json", "/api/docs/", "/api/docs/swagger-ui-bundle.js"] {
        let plain = http.get(path).await.expect("an answer");
        let ask = |name: &str, value: &str| http.ask(http.request(Method::HEAD, path).header(name, value));
        assert_eq!(ask("if-none-match", plain.header("etag")).await.status, 304, "{path}");
        for encoding in ["br", "gzip"] {
            let packed = ask("accept-encoding", encoding).await;
            assert_eq!(packed.header("content-encoding"), encoding, "{path}");
            let length: usize = packed.header("content-length").parse().expect("a length");
            assert!(length > 0 && length < plain.text.len(), "{path}: {length} of {}", plain.text.len());
        }
    }
    server.finish().await;
}

/// Sends `first`, then a byte of `rest` each tenth of a second, until the server ends it or it is all out.
async fn drip(server: &Server, first: &str, rest: &[u8]) -> (String, Duration) {
    let mut raw = Raw::to(server.address()).await;
    raw.send(first.as_bytes()).await;
    let began = Instant::now();
    let mut pace = tokio::time::interval(Duration::from_millis(100));
    let mut bytes = rest.iter();
    let answer = loop {
        tokio::select! {
            answer = raw.head() => break answer,
            _ = pace.tick() => {}
        }
        match bytes.next() {
            Some(byte) => raw.send(&[*byte]).await,
            None => break raw.head().await,
        }
    };
    (answer, began.elapsed())
}

#[tokio::test]
async fn a_body_that_does_not_come_or_only_drips_is_given_up_after_ten_seconds() {
    let server = Office::new().counsellor("kim").open().await;
    let bearer = server.http().log_in("kim", crate::support::office::PASSWORD).await;
    let head = |path: &str, more: &str| format!("POST {path} HTTP/1.1\r\nHost: office\r\n{more}\r\n\r\n");
    let json = "Content-Type: application/json\r\n";
    let form = format!("Authorization: Bearer {bearer}\r\nContent-Type: multipart/form-data; boundary=x\r\n");
    let slow = [
        ("none of it", head("/api/v1/session", &format!("{json}Content-Length: 5000")), &b""[..]),
        ("in drips", head("/api/v1/session", &format!("{json}Content-Length: 5000")), &[b' '; 4999]),
        (
            "in chunks, in drips",
            head("/api/v1/session", &format!("{json}Transfer-Encoding: chunked")),
            &b"1\r\n \r\n".repeat(800),
        ),
        ("a form in drips", head("/api/v1/media", &format!("{form}Content-Length: 5000")), &[b'-'; 4999]),
    ];
    let server = &server;
    let all = slow.iter().map(|(what, head, rest)| async move {
        let (answer, took) = drip(server, head, rest).await;
        assert!(answer.starts_with("HTTP/1.1 408"), "{what}: {answer}");
        assert!(answer.to_ascii_lowercase().contains("connection: close"), "{what}: {answer}");
        // A minute would be another rule.
        assert!(took > Duration::from_secs(9) && took < Duration::from_secs(30), "{what}: {took:?}");
    });
    futures_util::future::join_all(all).await;
}

#[tokio::test]
async fn a_second_request_whose_head_only_drips_is_given_up_like_a_first() {
    let server = Office::new().open().await;
    let healthz = "GET /healthz HTTP/1.1\r\nHost: office\r\n";
    let mut raw = Raw::to(server.address()).await;
    raw.send(format!("{healthz}\r\n").as_bytes()).await;
    assert!(raw.head().await.starts_with("HTTP/1.1 200"));
    raw.send(healthz.as_bytes()).await;
    let began = Instant::now();
    let mut pace = tokio::time::interval(Duration::from_millis(200));
    while !raw.has_ended() {
        assert!(began.elapsed() < Duration::from_secs(30), "it is still waited for");
        pace.tick().await;
        raw.send(b"x").await;
    }
    assert!(began.elapsed() > Duration::from_secs(9), "after {:?}", began.elapsed());
    server.finish().await;
}

#[tokio::test]
async fn a_connection_that_goes_on_asking_is_kept_for_longer_than_a_head_may_take() {
    let server = Office::new().open().await;
    let mut raw = Raw::to(server.address()).await;
    let began = Instant::now();
    let mut pace = tokio::time::interval(Duration::from_millis(500));
    while began.elapsed() < Duration::from_secs(14) {
        pace.tick().await;
        raw.send(b"GET /healthz HTTP/1.1\r\nHost: office\r\n\r\n").await;
        let answer = raw.answer().await;
        assert!(answer.starts_with("HTTP/1.1 200"), "after {:?}: {answer}", began.elapsed());
    }
    server.finish().await;
}

#[tokio::test]
async fn whatever_is_announced_is_refused_before_it_comes() {
    let server = Office::new().open().await;
    let before = server.resident_kib();
    let head = |more: &str| {
        format!("POST /api/v1/session HTTP/1.1\r\nHost: office\r\nContent-Type: application/json\r\n{more}\r\n")
    };
    let endless = b" ".repeat(64 * 1024);
    let chunk = [&b"10000\r\n"[..], &endless, b"\r\n"].concat();
    for (what, start, more, status) in [
        ("a length", head("Content-Length: 1099511627776\r\n"), &endless, "413"),
        ("one huge chunk", head("Transfer-Encoding: chunked\r\n") + "ffffffffff\r\n", &endless, "413"),
        ("chunks without end", head("Transfer-Encoding: chunked\r\n"), &chunk, "413"),
        ("a header without end", "GET / HTTP/1.1\r\nHost: office\r\nx: ".into(), &endless, "431"),
        ("a query without end", "GET /desk?".into(), &endless, "4"),
        (
            "headers without number",
            "GET / HTTP/1.1\r\n".to_owned() + &"a: b\r\n".repeat(200) + "\r\n",
            &Vec::new(),
            "4",
        ),
    ] {
        let mut raw = Raw::to(server.address()).await;
        raw.send(start.as_bytes()).await;
        // 16 MiB, or as much as it takes to be refused.
        for _ in 0..256 {
            if tokio::time::timeout(Duration::from_secs(2), raw.send(more)).await.is_err() {
                break;
            }
        }
        let answer = raw.head().await;
        assert!(answer.is_empty() || answer.starts_with(&format!("HTTP/1.1 {status}")), "{what}: {answer}");
    }
    let grown = server.resident_kib().saturating_sub(before);
    assert!(grown < 4 * 1024, "{grown} KiB");
    server.finish().await;
}
