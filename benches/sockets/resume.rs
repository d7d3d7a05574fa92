//! A desk's socket drops, its counsellor says fifty messages, and it comes back: how long from
//! `resume` until it has heard the last of them, in order. One desk after the other, so that nothing
//! but the way there and back and the server's own work is timed; other rooms are open meanwhile.

use std::time::Instant;

use serde_json::json;

use super::server::{Server, hear, logins, say, staff};

/// Said while the desk is away. The newest 64 of a room are in memory: with more, they are read.
const MISSED: [u64; 2] = [50, 100];
/// Times each.
const TIMES: usize = 200;

pub async fn measure(rooms: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let tokens = staff(folder.path(), &logins(MISSED.len() + rooms), "never logs in");
    let server = Server::start(folder.path());
    let (timed, quiet) = tokens.split_at(MISSED.len());
    let mut others = Vec::with_capacity(rooms);
    for token in quiet {
        others.push(server.room(server.counsellor(token).await).await);
    }
    for (missed, token) in MISSED.into_iter().zip(timed) {
        let mut took = Vec::with_capacity(TIMES);
        let mut room = server.room(server.counsellor(token).await).await;
        let mut known = 0;
        for _ in 0..TIMES {
            drop(room.desk);
            assert_eq!(hear(&mut room.counsellor, "member").await["state"], "AWAY");
            for _ in 0..missed {
                let client_id = uuid::Uuid::now_v7().to_string();
                let body = "네, 확인하는 동안 잠시만 기다려 주세요.";
                say(
                    &mut room.counsellor,
                    json!({"type": "say", "room": room.id, "client_id": client_id, "body": body}),
                )
                .await;
                hear(&mut room.counsellor, "accepted").await;
            }
            room.desk = server.desk().await;
            hear(&mut room.desk, "welcome").await;
            let began = Instant::now();
            say(&mut room.desk, json!({"type": "resume", "token": room.token, "after": known})).await;
            room.token = super::server::text(&hear(&mut room.desk, "matched").await, "resume");
            for seq in known + 1..=known + missed {
                let message = hear(&mut room.desk, "message").await;
                assert_eq!(message["seq"], seq, "a gap");
            }
            took.push(began.elapsed());
            known += missed;
            assert_eq!(hear(&mut room.counsellor, "member").await["state"], "BACK");
        }
        super::print(&format!("resume with {missed} missed beside {rooms} rooms, to the last of them"), &mut took);
        super::figure(
            &format!("resume with {missed} missed, p50, ms"),
            rooms,
            1e3 * super::at(&took, 0.5).as_secs_f64(),
        );
    }
}
