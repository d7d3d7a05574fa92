//! Behind HAProxy and nginx, each with the file in `deploy/`: talks, a node that leaves, whose address counts, and what
//! is idle for long.

use std::net::Ipv4Addr;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::office::PASSWORD;
use crate::support::raw::Raw;
use crate::support::socket::handshake;
use crate::support::{Balancer, Counsellor, Desk, Office, Server, Socket, new_id, until};

/// Makes of each function a test behind each balancer.
macro_rules! behind_both {
    ($($name:ident),* $(,)?) => {
        mod haproxy {
            $(#[tokio::test] async fn $name() { super::$name(super::Make::HaProxy).await; })*
        }
        mod nginx {
            $(#[tokio::test] async fn $name() { super::$name(super::Make::Nginx).await; })*
        }
    };
}

behind_both! {
    people_talk_through_it_over_tls,
    a_node_that_leaves_is_left_out_and_taken_in_again,
    the_clients_address_counts_and_not_the_balancers,
    a_socket_stays_where_an_idle_connection_is_closed,
}

#[derive(Clone, Copy)]
enum Make {
    HaProxy,
    Nginx,
}

impl Make {
    async fn before(self, servers: &[&Server]) -> Balancer {
        self.before_with(servers, &[]).await
    }

    async fn before_with(self, servers: &[&Server], more: &[(&str, &str)]) -> Balancer {
        match self {
            Self::HaProxy => Balancer::haproxy(servers, more).await,
            Self::Nginx => Balancer::nginx(servers, more).await,
        }
    }
}

/// A counsellor who works through the balancer.
async fn counsellor(server: &Server, balancer: &Balancer, login: &str) -> Counsellor {
    let session = balancer.http().log_in(login, PASSWORD).await;
    let mut counsellor = Counsellor::at_url(server, login, &session, &balancer.ws("/ws/counsellor")).await;
    counsellor.open().await;
    counsellor
}

async fn people_talk_through_it_over_tls(make: Make) {
    const KIOSK: &str = "00000000-0000-7000-8000-0000000000d1";
    let office = Office::new().counsellor("kim").desk(KIOSK, "opensesame");
    let office = office.option("--trusted-proxy", "127.0.0.1").option("--public-url", "https://office.example");
    let server = office.open().await;
    let balancer = make.before(&[&server]).await;
    let mut kim = counsellor(&server, &balancer, "kim").await;
    let mut desk = Desk::at_url(&server, &balancer.ws(&format!("/ws/desk?desk={KIOSK}&key=opensesame"))).await;
    desk.request("GENERAL");
    desk.waits().await;
    kim.takes_next().await;
    desk.seated().await;
    for round in 0..20 {
        desk.said(&format!("desk {round}")).await;
        assert_eq!(kim.expect("message").await["body"], *format!("desk {round}"));
        kim.said(&format!("kim {round}")).await;
        desk.expect_where("message", |message| message["body"] == *format!("kim {round}")).await;
    }
    let answer = balancer.http().get("/healthz").await.expect("an answer");
    assert!(answer.header("strict-transport-security").contains("max-age"), "the page is under TLS: {answer:?}");
    // What is too large is refused by the server, in its own words, and not by what stands in front of it.
    let large = "x".repeat(2 << 20);
    balancer.http().post("/api/v1/session", &json!({"login": large})).await.is_problem(413, "TOO_LARGE");
    for hidden in ["/metrics", "/readyz"] {
        assert_eq!(balancer.http().get(hidden).await.map(|answer| answer.status).ok(), Some(404), "{hidden}");
    }
    let plainly = balancer.asked_plainly("/desk?kiosk");
    assert!(plainly.starts_with("HTTP/1.1 301"), "{plainly}");
    assert!(plainly.to_lowercase().contains("location: https://office.example/desk?kiosk"), "{plainly}");
    desk.end();
    kim.expect("ended").await;
    drop(desk);
    until("the desk's socket is logged", || async { balancer.logged().contains("/ws/desk").then_some(()) }).await;
    assert!(!balancer.logged().contains("opensesame"), "the desk's key is in a log:\n{}", balancer.logged());
    server.check().await;
    server.finish().await;
}

/// Somebody who opens a socket at whichever node there is, and that node's id. `None` if none takes them now.
async fn arrives(balancer: &Balancer) -> Option<(Socket, String)> {
    let headers = [("sec-websocket-protocol", "anteroom.v1".to_owned())];
    let stream = handshake(&balancer.ws("/ws/desk"), &headers).await.ok()?;
    let mut socket = Socket::over(stream, "somebody");
    let welcome = socket.expect("welcome").await;
    Some((socket, welcome["node"].as_str().expect("a node").to_owned()))
}

async fn a_node_that_leaves_is_left_out_and_taken_in_again(make: Make) {
    // The server sends its sockets away over five seconds: one at a time, so that it is on its way out for so long.
    const EACH: usize = 50;
    // Two offices: two servers on one database are refused as yet.
    let mut first = Office::new().open().await;
    let second = Office::new().open().await;
    let balancer = make.before(&[&first, &second]).await;
    let mut there: Vec<(Socket, String)> = Vec::new();
    for _ in 0..2 * EACH {
        there.push(arrives(&balancer).await.expect("a socket"));
    }
    let at_the_first = node_of(&first).await;
    let (mut leaving, staying): (Vec<_>, Vec<_>) = there.into_iter().partition(|(_, node)| *node == at_the_first);
    assert_eq!((leaving.len(), staying.len()), (EACH, EACH), "each has as many as the other");

    first.signal("TERM");
    let left = |sockets: &[(Socket, String)]| sockets.iter().filter(|(socket, _)| socket.journal().is_live()).count();
    until("half are sent away", || async { (left(&leaving) <= EACH / 2).then_some(()) }).await;
    // By the number of sockets the one that leaves would be next.
    for _ in 0..5 {
        let (_, node) = arrives(&balancer).await.expect("a socket while one of two is on its way out");
        assert_ne!(node, at_the_first);
    }
    assert_ne!(left(&leaving), 0, "it was still there");
    for (socket, _) in &mut leaving {
        socket.expect_close(1001).await;
    }
    let status = first.ended(Duration::from_secs(30)).await;
    assert!(status.success(), "it left with {status}");
    let (_, node) = arrives(&balancer).await.expect("a socket while one of two is away");
    assert_ne!(node, at_the_first);
    assert!(staying.iter().all(|(socket, _)| socket.journal().is_live()), "the other's sockets stay");

    first.restart().await;
    let at_the_first = node_of(&first).await;
    until("it is taken in again", || async {
        arrives(&balancer).await.filter(|(_, node)| *node == at_the_first).map(|_| ())
    })
    .await;
    first.finish().await;
    second.finish().await;
}

/// As a socket that goes round the balancer is told.
async fn node_of(server: &Server) -> String {
    let desk = Desk::at(server).await;
    let welcome: Value = desk.all("welcome").remove(0);
    welcome["node"].as_str().expect("a node").to_owned()
}

async fn the_clients_address_counts_and_not_the_balancers(make: Make) {
    let office = Office::new().option("--trusted-proxy", "127.0.0.1").option("--waiting-per-address-max", "1");
    let server = office.open().await;
    let balancer = make.before(&[&server]).await;
    let mut waiting = Vec::new();
    for (host, forged, expected) in [
        (2, "", "waiting"),
        (3, "", "waiting"),
        // What a client writes itself is before what the balancer writes, and is not believed.
        (2, "X-Forwarded-For: 192.0.2.7\r\n", "error"),
        (4, "X-Forwarded-For: 127.0.0.2\r\n", "waiting"),
    ] {
        let source = Ipv4Addr::new(127, 0, 0, host);
        let mut desk = Raw::from(source, balancer.address()).await.expect("a connection");
        let head = desk.handshake("/ws/desk", &format!("Sec-WebSocket-Protocol: anteroom.v1\r\n{forged}")).await;
        assert!(head.starts_with("HTTP/1.1 101"), "{head}");
        desk.say(&json!({"type": "request", "client_id": new_id(), "topic": "GENERAL"})).await;
        let answer = loop {
            let frame = desk.heard().await.expect("an answer");
            if frame["type"] == "waiting" || frame["type"] == "error" {
                break frame;
            }
        };
        assert_eq!(answer["type"], *expected, "from {source}: {answer}");
        waiting.push(desk);
    }
    server.check().await;
    server.finish().await;
}

/// The file's minute is a second here: whatever but a socket is idle for longer is closed. The server says nothing for
/// five.
async fn a_socket_stays_where_an_idle_connection_is_closed(make: Make) {
    let server = Office::new().counsellor("kim").option("--trusted-proxy", "127.0.0.1").open().await;
    let balancer = make.before_with(&[&server], &[(" 60s", " 1s")]).await;
    let mut kim = counsellor(&server, &balancer, "kim").await;
    let mut desk = Desk::at_url(&server, &balancer.ws("/ws/desk")).await;
    desk.request("GENERAL");
    desk.waits().await;
    kim.takes_next().await;
    desk.seated().await;
    // Two in a row, begun after the last word of the sockets.
    for _ in 0..2 {
        let mut idle = Raw::to(balancer.address()).await;
        idle.send(b"GET /healthz HTTP/1.1\r\nHost: office.example\r\n\r\n").await;
        let head = idle.answer().await;
        assert!(head.starts_with("HTTP/1.1 200"), "{head}");
        idle.rest().await;
    }
    assert!(desk.journal().is_live() && kim.journal().is_live(), "the sockets stay");
    desk.said("still here").await;
    assert_eq!(kim.expect("message").await["body"], "still here");
    server.check().await;
    server.finish().await;
}
