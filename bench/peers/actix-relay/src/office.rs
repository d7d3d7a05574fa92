//! Two queues, a map of rooms, and where everybody is reached.

use std::collections::{HashMap, VecDeque};

use actix::prelude::*;
use serde_json::{Value, json};

type Number = u64;

#[derive(Message)]
#[rtype(result = "()")]
pub struct Tell(pub String);

#[derive(Message)]
#[rtype(result = "()")]
pub struct Comes {
    pub number: Number,
    pub outbox: Recipient<Tell>,
}

#[derive(Message)]
#[rtype(result = "()")]
pub struct Goes(pub Number);

#[derive(Message)]
#[rtype(result = "()")]
pub struct Hears {
    pub number: Number,
    pub is_counsellor: bool,
    pub frame: Value,
}

#[derive(Default)]
pub struct Office {
    last_room: u64,
    outboxes: HashMap<Number, Recipient<Tell>>,
    /// A counsellor is in here once for each desk they would take.
    free: VecDeque<Number>,
    waiting: VecDeque<Number>,
    /// Desk and counsellor; a room is offered first, under the same number.
    rooms: HashMap<String, (Number, Number)>,
}

impl Actor for Office {
    type Context = Context<Self>;

    fn started(&mut self, ctx: &mut Self::Context) {
        // Mail to the office must not be dropped in a crowd.
        ctx.set_mailbox_capacity(1 << 20);
    }
}

impl Handler<Comes> for Office {
    type Result = ();

    fn handle(&mut self, Comes { number, outbox }: Comes, _: &mut Self::Context) {
        self.outboxes.insert(number, outbox);
    }
}

impl Handler<Hears> for Office {
    type Result = ();

    fn handle(&mut self, Hears { number: me, is_counsellor, mut frame }: Hears, _: &mut Self::Context) {
        let room = frame["room"].as_str().or(frame["offer"].as_str()).unwrap_or_default().to_owned();
        match (frame["type"].as_str().unwrap_or_default(), is_counsellor) {
            ("open", true) => {
                let capacity = frame["capacity"].as_u64().unwrap_or(1);
                self.free.extend((0..capacity.min(1_000)).map(|_| me));
                self.tell(me, &json!({ "type": "state", "intent": "OPEN" }));
                self.pair();
            }
            ("request", false) => {
                self.waiting.push_back(me);
                self.tell(me, &json!({ "type": "waiting", "ticket": me.to_string() }));
                self.pair();
            }
            ("accept", true) => {
                let Some((desk, counsellor)) = self.rooms.get(&room) else { return };
                let matched = json!({ "type": "matched", "room": room, "ticket": room });
                self.tell(*desk, &matched);
                self.tell(*counsellor, &matched);
            }
            ("say", _) => {
                let Some((desk, counsellor)) = self.rooms.get(&room) else { return };
                frame["type"] = "message".into();
                self.tell(if me == *desk { *counsellor } else { *desk }, &frame);
            }
            ("end", _) => self.ends(&room, None),
            _ => {}
        }
    }
}

impl Handler<Goes> for Office {
    type Result = ();

    fn handle(&mut self, Goes(me): Goes, _: &mut Self::Context) {
        self.outboxes.remove(&me);
        self.free.retain(|one| *one != me);
        self.waiting.retain(|one| *one != me);
        let of_mine = self.rooms.iter().filter(|(_, (desk, counsellor))| *desk == me || *counsellor == me);
        for room in of_mine.map(|(room, _)| room.clone()).collect::<Vec<_>>() {
            self.ends(&room, Some("GONE"));
        }
    }
}

impl Office {
    fn pair(&mut self) {
        while let (Some(desk), Some(counsellor)) = (self.waiting.front(), self.free.front()) {
            let (desk, counsellor) = (*desk, *counsellor);
            self.waiting.pop_front();
            self.free.pop_front();
            self.last_room += 1;
            let room = self.last_room.to_string();
            self.tell(counsellor, &json!({ "type": "offer", "offer": room }));
            self.rooms.insert(room, (desk, counsellor));
        }
    }

    fn ends(&mut self, room: &str, reason: Option<&str>) {
        let Some((desk, counsellor)) = self.rooms.remove(room) else { return };
        let ended = json!({ "type": "ended", "room": room, "reason": reason });
        self.tell(desk, &ended);
        self.tell(counsellor, &ended);
        if self.outboxes.contains_key(&counsellor) {
            self.free.push_back(counsellor);
            self.pair();
        }
    }

    fn tell(&self, person: Number, frame: &Value) {
        if let Some(outbox) = self.outboxes.get(&person) {
            outbox.do_send(Tell(frame.to_string()));
        }
    }
}
