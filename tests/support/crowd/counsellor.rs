//! A counsellor: takes whoever rings, and answers everybody.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};

use super::line::{Line, Next};
use super::{Day, Talk};
use crate::support::Socket;
use crate::support::people::{bearer, text};

pub(super) async fn counsel(day: Arc<Day>, nth: usize, login: String, session: String) {
    let headers = [("sec-websocket-protocol", "anteroom.v1".to_owned()), bearer(&session)];
    let mut talks = BTreeMap::<String, Talk>::new();
    loop {
        let mut line = day.line(nth, &login, "/ws/counsellor", &headers).await;
        day.ledger.counsellor(&login, &line.socket);
        let mut is_new = true;
        loop {
            match line.next().await {
                Next::Frame(frame) if frame["type"] == "state" && std::mem::take(&mut is_new) => {
                    take_up(&day, &mut talks, &line.socket, &frame);
                    day.told(nth);
                }
                Next::Frame(frame) => {
                    if frame["type"] == "message" && !day.manners.thinks.is_zero() {
                        // The pace of people, not a wait.
                        tokio::time::sleep(day.manners.thinks).await;
                    }
                    counselled(&day, nth, &mut talks, &mut line, &frame);
                }
                Next::Again => {
                    line.socket.send(json!({"type": "open"}));
                    talks.values().for_each(|talk| talk.say_all_again(&line.socket));
                }
                Next::Close => {}
                Next::Over => break,
            }
        }
        day.is_lost(nth);
    }
}

/// The first `state` on a socket says which rooms there still are.
fn take_up(day: &Day, talks: &mut BTreeMap<String, Talk>, socket: &Socket, state: &Value) {
    if state["intent"] == "PAUSED" {
        socket.send(json!({"type": "open"}));
    }
    talks.retain(|id, talk| {
        let stays = rooms(state).any(|room| room["room"] == **id);
        if !stays {
            talk.over(day);
        }
        stays
    });
    rooms(state).for_each(|room| listed(talks, socket, room));
}

/// A later one lists all that were told of before and have not ended (I4); and who waited for a room that was taken
/// over is told of it by a state as well.
fn go_on_with(day: &Day, nth: usize, talks: &mut BTreeMap<String, Talk>, socket: &Socket, state: &Value) {
    let is_listed = |told: &&String| rooms(state).any(|room| room["room"] == ***told);
    if let Some(missing) = talks.keys().find(|told| !is_listed(told)) {
        day.scandal(format!("person {nth} was told of {missing} and not of its end, and of this state: {state}"));
    }
    for room in rooms(state) {
        if !talks.contains_key(&text(room, "room")) {
            listed(talks, socket, room);
        }
    }
}

fn rooms(state: &Value) -> impl Iterator<Item = &Value> {
    state["rooms"].as_array().into_iter().flatten()
}

fn listed(talks: &mut BTreeMap<String, Talk>, socket: &Socket, room: &Value) {
    // A match that was on file before anybody could be told has no journal yet.
    let talk = talks.entry(text(room, "room")).or_insert_with(|| Talk { last: 0, ..Talk::in_room(room) });
    socket.send(json!({"type": "replay", "room": talk.room, "after": talk.last}));
    talk.say_all_again(socket);
}

fn counselled(day: &Day, nth: usize, talks: &mut BTreeMap<String, Talk>, line: &mut Line, frame: &Value) {
    let socket = &line.socket;
    let room = frame["room"].as_str().unwrap_or_default();
    match frame["type"].as_str().unwrap_or_default() {
        "state" => go_on_with(day, nth, talks, socket, frame),
        "offer" => socket.send(json!({"type": "accept", "offer": frame["offer"]})),
        "matched" => {
            talks.entry(room.to_owned()).or_insert_with(|| Talk::in_room(frame));
        }
        "message" | "accepted" => {
            let Some(talk) = talks.get_mut(room) else { return };
            if talk.hear(day, frame) && !day.is_calm() {
                talk.say(day, socket, format!("answer {} by {nth}", frame["seq"]));
            }
        }
        "ended" => {
            if let Some(mut talk) = talks.remove(room) {
                talk.over(day);
            }
        }
        "error" => {
            let room = frame["re"].as_str().unwrap_or_default();
            let by_message = talks.values_mut().find(|talk| talk.room == room || talk.unanswered.contains_key(room));
            if day.refused(nth, by_message, frame) {
                line.tries_again(day.manners.tries_again);
            }
        }
        _ => {}
    }
}
