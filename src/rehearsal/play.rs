//! What is done in each step. A step that fails ends the play; what was opened is closed all the
//! same.

use std::net::SocketAddr;
use std::time::Instant;

use actix_web::web;
use serde_json::{Value, json};

use super::cast::{Cast, Stage};
use super::cleanup;
use super::player::{self, PlayError, Player};
use super::steps::{Step, Steps};
use crate::ids::RoomId;
use crate::storage::work::kept::{self, Kept};

/// How the desk is called, and what is said, in order: by the desk, by the counsellor, and by the
/// counsellor while the desk is away.
struct Words {
    nickname: &'static str,
    note: &'static str,
    said: [&'static str; 3],
    memo: &'static str,
}

const KOREAN: Words = Words {
    nickname: "연습 방문자",
    note: "연습 상담입니다",
    said: ["안녕하세요, 들리시나요?", "네, 잘 들립니다.", "연결이 끊긴 동안 보낸 말입니다."],
    memo: "연습 상담",
};
const ENGLISH: Words = Words {
    nickname: "Rehearsing visitor",
    note: "This is a rehearsal",
    said: ["Hello, can you hear me?", "Yes, I can.", "This was said while the connection was cut."],
    memo: "A rehearsal",
};
/// The score the desk gives.
const SCORE: u8 = 5;

/// A rehearsal as it is played.
pub(super) struct Play {
    stage: Stage,
    address: SocketAddr,
    cast: Cast,
    words: &'static Words,
    steps: Steps,
    desk: Option<Player>,
    counsellor: Option<Player>,
    /// What the desk comes back with.
    resume: String,
    ticket: String,
    offer: String,
    pub(super) room: Option<RoomId>,
}

impl Play {
    pub(super) fn new(stage: Stage, address: SocketAddr, cast: Cast) -> Self {
        let words = if cast.language == "en" { &ENGLISH } else { &KOREAN };
        let none = String::new;
        let (desk, counsellor, room) = (None, None, None);
        let steps = Steps::waiting();
        Self {
            stage,
            address,
            cast,
            words,
            steps,
            desk,
            counsellor,
            resume: none(),
            ticket: none(),
            offer: none(),
            room,
        }
    }

    /// Plays all of it, and notes how it went.
    pub(super) async fn run(mut self) {
        let mut failed = None;
        for step in Step::ALL {
            if failed.is_some() && step != Step::Clean {
                continue;
            }
            self.steps.begin(step);
            if !self.note().await && step != Step::Clean {
                failed = Some("it was called off".to_owned());
                continue;
            }
            let began = Instant::now();
            let done = self.play(step, failed.is_some()).await;
            let ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
            let fault = done.err().map(|fault| fault.to_string());
            if let Some(fault) = &fault {
                log::warn!(rehearsal:% = self.cast.id, step:? = step; "a rehearsal failed: {fault}");
            }
            self.steps.end(step, ms, fault.clone());
            failed = failed.or(fault);
        }
        self.note().await;
        cleanup::finish(&self.stage, self.cast.id, self.steps.done(), failed).await;
    }

    async fn play(&mut self, step: Step, is_failing: bool) -> Result<(), PlayError> {
        match step {
            Step::Connect => self.connect().await,
            Step::Ask => self.ask().await,
            Step::Offer => self.ring().await,
            Step::Accept => self.accept().await,
            Step::Talk => self.talk().await,
            Step::Cut => self.cut().await,
            Step::Resume => self.come_back().await,
            Step::End => self.end().await,
            Step::Rate => self.rate().await,
            Step::WrapUp => self.wrap_up().await,
            Step::Record => self.read().await,
            Step::Clean => self.clean(is_failing).await,
        }
    }

    /// How far it is; `false` if it was called off.
    async fn note(&self) -> bool {
        let (store, at) = (self.stage.store.clone(), self.stage.clock.now().wall);
        let kept = Kept { job: self.cast.id, keeper: self.stage.keeper };
        let done = i32::try_from(self.steps.done()).unwrap_or(i32::MAX);
        let Ok(progress) = serde_json::to_string(&self.steps) else { return true };
        match web::block(move || store.in_turn(|conn| kept::advance(conn, kept, &progress, done, at))).await {
            Ok(Ok(goes_on)) => goes_on,
            // A note that fails is no reason to stop: the next one says the same and more.
            Ok(Err(error)) => {
                log::warn!(rehearsal:% = self.cast.id; "how far a rehearsal is could not be noted: {error}");
                true
            }
            Err(_) => false,
        }
    }

    async fn open_desk(&self) -> Result<Player, PlayError> {
        let Cast { id, key, .. } = &self.cast;
        Player::open(self.address, &format!("/ws/desk?desk={id}&key={key}"), None, "the desk").await
    }

    async fn connect(&mut self) -> Result<(), PlayError> {
        self.desk = Some(self.open_desk().await?);
        let token = Some(self.cast.token.1.as_str());
        let mut counsellor = Player::open(self.address, "/ws/counsellor", token, "the counsellor").await?;
        counsellor.hear("state", |_| true).await?;
        counsellor.say(json!({"type": "open"})).await?;
        counsellor.hear("state", |state| state["intent"] == "OPEN").await?;
        self.counsellor = Some(counsellor);
        Ok(())
    }

    async fn ask(&mut self) -> Result<(), PlayError> {
        let request = json!({
            "type": "request", "client_id": self.stage.clock.new_id(), "topic": self.cast.topic,
            "language": self.cast.language, "nickname": self.words.nickname, "note": self.words.note,
        });
        let desk = self.desk()?;
        desk.say(request).await?;
        let waiting = desk.hear("waiting", |_| true).await?;
        self.ticket = text(&waiting, "ticket")?;
        self.resume = text(&waiting, "resume")?;
        Ok(())
    }

    async fn ring(&mut self) -> Result<(), PlayError> {
        let ticket = self.ticket.clone();
        let offer = self.counsellor()?.hear("offer", |offer| offer["ticket"] == *ticket).await?;
        self.offer = text(&offer, "offer")?;
        Ok(())
    }

    async fn accept(&mut self) -> Result<(), PlayError> {
        let accept = json!({"type": "accept", "offer": self.offer});
        self.counsellor()?.say(accept).await?;
        let theirs = self.counsellor()?.hear("matched", |_| true).await?;
        let matched = self.desk()?.hear("matched", |_| true).await?;
        if matched["room"] != theirs["room"] {
            return Err(PlayError::new("the desk and the counsellor are not in the same room; rehearse again"));
        }
        self.resume = text(&matched, "resume")?;
        self.room = text(&matched, "room")?.parse().ok();
        Ok(())
    }

    async fn talk(&mut self) -> Result<(), PlayError> {
        let [asked, answered, _] = self.words.said;
        let (say, answer) = (self.frame(asked)?, self.frame(answered)?);
        self.desk()?.say(say).await?;
        self.desk()?.hear("accepted", |_| true).await?;
        self.counsellor()?.hear("message", |message| message["body"] == *asked).await?;
        self.counsellor()?.say(answer).await?;
        self.counsellor()?.hear("accepted", |_| true).await?;
        self.desk()?.hear("message", |message| message["body"] == *answered).await?;
        Ok(())
    }

    async fn cut(&mut self) -> Result<(), PlayError> {
        self.desk = None;
        self.counsellor()?.hear("member", |member| member["state"] == "AWAY").await?;
        let missed = self.frame(self.words.said[2])?;
        self.counsellor()?.say(missed).await?;
        self.counsellor()?.hear("accepted", |_| true).await?;
        Ok(())
    }

    async fn come_back(&mut self) -> Result<(), PlayError> {
        let missed = self.words.said[2];
        let mut desk = self.open_desk().await?;
        // The desk has heard the first two messages.
        desk.say(json!({"type": "resume", "token": self.resume, "after": 2})).await?;
        desk.hear("matched", |_| true).await?;
        desk.hear("message", |message| message["body"] == *missed).await?;
        self.desk = Some(desk);
        self.counsellor()?.hear("member", |member| member["state"] != "AWAY").await?;
        Ok(())
    }

    async fn end(&mut self) -> Result<(), PlayError> {
        let end = json!({"type": "end", "room": self.room});
        self.desk()?.say(end).await?;
        self.desk()?.hear("ended", |_| true).await?;
        self.counsellor()?.hear("ended", |_| true).await?;
        Ok(())
    }

    async fn rate(&mut self) -> Result<(), PlayError> {
        let rate = json!({"type": "rate", "room": self.room, "score": SCORE});
        self.desk()?.say(rate).await?;
        // Whoever has rated is disconnected.
        self.desk()?.hear_close().await?;
        self.desk = None;
        Ok(())
    }

    async fn wrap_up(&mut self) -> Result<(), PlayError> {
        let Some(result) = &self.cast.result else {
            return Err(PlayError::new(
                "no result code is in use; take one into use among the codes, and rehearse again",
            ));
        };
        let wrap_up = json!({"type": "wrap_up", "room": self.room, "result_code": result, "memo": self.words.memo});
        self.counsellor()?.hear("state", |state| state["activity"] == "WRAP_UP").await?;
        self.counsellor()?.say(wrap_up).await?;
        self.counsellor()?.hear("state", |state| state["activity"] == "IDLE").await?;
        Ok(())
    }

    /// The record, as a page reads it.
    async fn read(&mut self) -> Result<(), PlayError> {
        let path = format!("/api/v1/consultations/{}", self.ticket);
        let record = player::get(self.address, &path, &self.cast.token.1).await?;
        let said: Vec<&str> = record["messages"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|message| message["body"].as_str())
            .collect();
        let expected = json!(["DONE", true, SCORE, self.cast.result, self.words.memo, self.words.said]);
        let found =
            json!([record["status"], record["test"], record["rating"], record["result_code"], record["memo"], said]);
        if found == expected {
            Ok(())
        } else {
            Err(PlayError::new(format_args!(
                "the record is {found} and should be {expected}; look at the server's log"
            )))
        }
    }

    async fn clean(&mut self, is_failing: bool) -> Result<(), PlayError> {
        if is_failing
            && self.room.is_none()
            && let Some(desk) = &mut self.desk
        {
            // Whether it stands in line or not: an answer tells nothing that the record does not.
            let _ = desk.say(json!({"type": "cancel"})).await;
        }
        cleanup::room(&self.stage, self.room).await;
        self.desk = None;
        self.counsellor = None;
        cleanup::token(&self.stage, self.cast.token.0).await;
        cleanup::nothing_lives(&self.stage).await.map_err(PlayError::new)
    }

    fn frame(&self, body: &str) -> Result<Value, PlayError> {
        let room = self.room.ok_or_else(|| PlayError::new("there is no room; rehearse again"))?;
        Ok(json!({"type": "say", "room": room, "client_id": self.stage.clock.new_id(), "body": body}))
    }

    fn desk(&mut self) -> Result<&mut Player, PlayError> {
        self.desk.as_mut().ok_or_else(|| PlayError::new("the desk is not connected; rehearse again"))
    }

    fn counsellor(&mut self) -> Result<&mut Player, PlayError> {
        self.counsellor.as_mut().ok_or_else(|| PlayError::new("the counsellor is not connected; rehearse again"))
    }
}

fn text(frame: &Value, field: &str) -> Result<String, PlayError> {
    let text = frame[field].as_str().map(str::to_owned);
    text.ok_or_else(|| PlayError::new(format_args!("a frame has no `{field}`: {frame}; look at the server's log")))
}
