//! A desk: asks, talks, ends, and asks again.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use super::line::{Line, Next};
use super::{Day, Talk};
use crate::support::people::text;
use crate::support::{Socket, new_id};

/// Messages a desk says in one visit.
const SAID_A_VISIT: usize = 4;

/// What a desk has to show for itself between sockets.
#[derive(Default)]
struct Visit {
    client_id: String,
    ticket: Option<String>,
    token: Option<String>,
    talk: Option<Talk>,
    /// It ends what it has, as soon as it has something.
    is_closing: bool,
}

impl Visit {
    /// On a new socket: comes back, or asks.
    fn begin(&mut self, socket: &Socket) {
        match &self.token {
            Some(token) => {
                let after = self.talk.as_ref().map_or(0, |talk| talk.last);
                socket.send(json!({"type": "resume", "token": token, "after": after}));
            }
            None => {
                if self.client_id.is_empty() {
                    self.client_id = new_id();
                }
                self.ask(socket);
            }
        }
    }

    fn ask(&self, socket: &Socket) {
        socket.send(json!({"type": "request", "client_id": self.client_id, "topic": "GENERAL"}));
    }

    /// What was refused for now, once more.
    fn ask_again(&mut self, socket: &Socket) {
        match &self.talk {
            Some(talk) => talk.say_all_again(socket),
            None if self.token.is_none() => self.ask(socket),
            None if self.is_closing => self.close(socket),
            None => {}
        }
    }

    fn close(&mut self, socket: &Socket) {
        self.is_closing = true;
        match &mut self.talk {
            Some(talk) => talk.end(socket),
            None if self.token.is_some() => socket.send(json!({"type": "cancel"})),
            None => {}
        }
    }
}

pub(super) async fn visit(day: Arc<Day>, nth: usize) {
    let name = format!("desk {}", day.ledger.next());
    let mut visit = Visit::default();
    loop {
        let headers = [("sec-websocket-protocol", "anteroom.v1".to_owned())];
        let mut line = day.line(nth, &name, "/ws/desk", &headers).await;
        day.ledger.desk(&name, &line.socket);
        visit.begin(&line.socket);
        if !is_over_on(&mut line, &day, nth, &mut visit).await {
            day.is_lost(nth);
            continue;
        }
        visit = Visit::default();
        if day.is_calm() {
            day.people[nth].is_done.store(true, Ordering::SeqCst);
            // Stays, so that the others' tasks can be told from one that broke down.
            std::future::pending::<()>().await;
        }
    }
}

/// Whether the visit came to its end on this line, and not the line.
async fn is_over_on(line: &mut Line, day: &Day, nth: usize, visit: &mut Visit) -> bool {
    loop {
        match line.next().await {
            Next::Frame(frame) => {
                if frame["type"] == "message" && !day.manners.thinks.is_zero() {
                    // The pace of people, not a wait.
                    tokio::time::sleep(day.manners.thinks).await;
                }
                if !goes_on(day, nth, visit, line, &frame) {
                    return true;
                }
            }
            Next::Again => visit.ask_again(&line.socket),
            Next::Close => visit.close(&line.socket),
            Next::Over => return false,
        }
    }
}

/// One frame at a desk; false once the visit is over.
fn goes_on(day: &Day, nth: usize, visit: &mut Visit, line: &mut Line, frame: &Value) -> bool {
    let socket = &line.socket;
    match frame["type"].as_str().unwrap_or_default() {
        "waiting" => {
            let ticket = text(frame, "ticket");
            if visit.ticket.as_ref().is_some_and(|before| *before != ticket) {
                day.scandal(format!("desk {nth} has lost its place {:?}: {frame}", visit.ticket));
            }
            (visit.ticket, visit.token) = (Some(ticket), Some(text(frame, "resume")));
            if let Some(mut talk) = visit.talk.take() {
                talk.over(day);
            }
            day.told(nth);
            if visit.is_closing {
                visit.close(socket);
            }
        }
        "matched" => {
            visit.token = Some(text(frame, "resume"));
            if visit.talk.as_ref().is_none_or(|talk| frame["room"] != *talk.room) {
                visit.talk = Some(Talk::in_room(frame));
            }
            day.told(nth);
            let Some(talk) = &mut visit.talk else { return true };
            talk.say_all_again(socket);
            if visit.is_closing {
                talk.end(socket);
            } else if talk.said == 0 && !day.is_calm() {
                talk.say(day, socket, format!("hello from {nth}"));
            }
        }
        "message" | "accepted" => {
            let Some(talk) = &mut visit.talk else { return true };
            if talk.hear(day, frame) && !day.is_calm() {
                if talk.said < SAID_A_VISIT {
                    talk.say(day, socket, format!("{} from {nth}", talk.said));
                } else {
                    talk.end(socket);
                }
            }
        }
        "ended" => {
            if let Some(talk) = &mut visit.talk {
                talk.over(day);
            }
            day.told(nth);
            // With its counsellor lost it stands in line again, and is told so next.
            if frame["reason"] != "COUNSELLOR_LOST" {
                day.ended.fetch_add(1, Ordering::SeqCst);
                return false;
            }
        }
        "closed" => {
            day.told(nth);
            if !(visit.is_closing && frame["reason"] == "CANCELLED") {
                day.scandal(format!("desk {nth}: {frame}"));
            }
            return false;
        }
        // It gave up as it was matched.
        "error" if visit.is_closing && frame["code"] == "NOT_WAITING" => {}
        "error" => {
            if day.refused(nth, visit.talk.as_mut(), frame) {
                line.tries_again(day.manners.tries_again);
            }
        }
        _ => {}
    }
    true
}
