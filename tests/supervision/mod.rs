//! Managers watch a talk, whisper to its counsellor, and join it.

mod doors;
mod joining;
mod lasting;
mod watching;
mod whispers;

use serde_json::Value;

use crate::support::people::talking;
use crate::support::{Counsellor, Desk, Office, Server, Socket, Supervisor};

/// An office with a counsellor and a manager of their line.
fn office() -> Office {
    Office::new().counsellor("kim").account("boss", "MANAGER", &["GENERAL"], 1)
}

/// A desk and a counsellor who talk, and a manager who watches them.
async fn watched(server: &Server) -> (Desk, Counsellor, Supervisor) {
    let (desk, kim) = talking(server, "kim").await;
    let boss = Supervisor::at(server, "boss", &desk.room).await;
    (desk, kim, boss)
}

/// Every byte the server ever sent to this socket, as one text.
fn every_byte(socket: &Socket) -> String {
    socket.journal().heard().iter().map(Value::to_string).collect::<Vec<_>>().join("\n")
}

/// The `seq` of each message and receipt, in the order they came.
fn numbers(socket: &Socket) -> Vec<u64> {
    let heard = socket.journal().heard();
    let said = heard.iter().filter(|frame| frame["type"] == "message" || frame["type"] == "accepted");
    said.filter_map(|frame| frame["seq"].as_u64()).collect()
}
