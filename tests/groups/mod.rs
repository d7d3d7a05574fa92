//! Group rooms and their pictures: what staff and guests may rely on.

mod elsewhere;
mod live;
mod log;
mod opened;
pub(crate) mod people;
mod pictures;

use serde_json::{Value, json};

use crate::support::http::Answer;
use crate::support::{Http, Office, Server};
use reqwest::Method;

/// Two counsellors and a manager.
fn office() -> Office {
    Office::new().counsellor("kim").counsellor("lee").account("boss", "MANAGER", &[], 1)
}

/// A room that `login` has opened.
pub(crate) async fn opened_by(server: &Server, login: &str) -> Value {
    let made = server.http().as_user(login).await.post("/api/v1/rooms", &json!({"title": "Evening"})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.json()
}

/// The room of a link, and its key.
pub(crate) fn link_of(room: &Value) -> (String, String) {
    let link = room["link"].as_str().expect("a link");
    let (room, key) = link.split_once('#').and_then(|(_, ticket)| ticket.split_once('.')).expect("a room and a key");
    (room.to_owned(), key.to_owned())
}

/// What stands on the door, for who shows this key.
async fn invitation(http: &Http, room: &str, key: &str) -> Answer {
    let path = format!("/api/v1/rooms/{room}/invitation");
    http.ask(http.request(Method::GET, &path).header("x-invitation", key)).await
}
