//! The actor of a room's socket: one room, one person.

use std::time::Duration;

use actix_web::rt;

use super::messages::{Enter, News, ParticipantNews, RoomHandle, ToRoom};
use super::socket::{Peer, Wire};
use crate::ids::{MediaId, MemberId, SessionId};
use crate::protocol::{ClientFrame, CloseCode, ErrorCode, GUEST_NAME_CHARS_MAX, Role, Sender, ServerFrame};
use crate::room::{Answer, Back, Entering};
use crate::services::Services;
use crate::storage::talk::media;

/// If a seat is not on disk and told within this, the socket closes, to be tried again.
const SEATED_WITHIN: Duration = Duration::from_secs(10);
/// How long a guest may stand at the door without a `join` or `resume`.
const SILENT_START: Duration = Duration::from_secs(30);

/// Who sits at a room's socket.
pub(super) struct Participant {
    services: Services,
    room: RoomHandle,
    session: SessionId,
    stage: Stage,
}

enum Stage {
    /// Staff, whom the gate knows: they enter as the socket opens.
    Known(Entering),
    /// A guest who has not said who they are.
    AtTheDoor,
    /// A seat is on its way.
    Entering,
    /// The seat the room has given.
    Seated(MemberId),
}

impl Participant {
    /// Somebody whom the gate knows, or a guest with the key.
    pub(super) fn new(services: Services, room: RoomHandle, who: Option<Entering>, session: SessionId) -> Self {
        Self { services, room, session, stage: who.map_or(Stage::AtTheDoor, Stage::Known) }
    }

    fn enter(&mut self, who: Entering, back: Option<Back>, wire: &mut Wire<'_, Self>) {
        self.stage = Stage::Entering;
        let enter = Enter { who, back, outbox: wire.outbox(), socket: wire.address().recipient() };
        // If the room stopped between the gate's look and now, nobody hears this; see below.
        self.room.to.do_send(ToRoom::Enter(Box::new(enter)));
        wire.later(SEATED_WITHIN, |participant, wire| {
            if matches!(participant.stage, Stage::Entering) {
                wire.close(CloseCode::Overloaded);
            }
        });
    }

    /// What a guest says at the door.
    fn introduced(&mut self, frame: ClientFrame, wire: &mut Wire<'_, Self>) {
        let re = frame.re();
        match frame {
            ClientFrame::Join { nickname: None, .. } => {
                let detail = format!("`nickname`: is missing; give 1 to {GUEST_NAME_CHARS_MAX} characters");
                wire.refuse(ErrorCode::BadFrame, &detail, re);
            }
            ClientFrame::Join { nickname: Some(name), picture, .. } => {
                let who = guest(name.trim().to_owned());
                match picture.as_deref().map(media::named) {
                    None => self.enter(who, None, wire),
                    Some(Some(picture)) => self.look(who, picture, wire),
                    Some(None) => refuse_picture(re, wire),
                }
            }
            ClientFrame::Resume { token, after } => match self.services.tokens.read_seat(&token) {
                Ok(claims) if claims.room == self.room.room => {
                    let back = Back { member: claims.member, after };
                    self.enter(guest(String::new()), Some(back), wire);
                }
                Ok(_) => wire.refuse(ErrorCode::BadToken, "the token is for a seat in another room", None),
                Err(fault) => wire.refuse(ErrorCode::BadToken, &fault.to_string(), None),
            },
            _ => wire.refuse(ErrorCode::NotAllowed, "you have no seat; `join` or `resume` first", re),
        }
    }

    /// Whether there is such a picture, before a seat is taken that is shown by it.
    fn look(&mut self, mut who: Entering, picture: MediaId, wire: &Wire<'_, Self>) {
        self.stage = Stage::Entering;
        who.picture = Some(media::path(picture));
        let (store, to) = (self.services.store.clone(), wire.address());
        rt::spawn(async move {
            let there = store.answer(move |conn| media::is_there(conn, picture)).await.ok();
            to.do_send(News(ParticipantNews::Looked { who, there }));
        });
    }
}

fn guest(name: String) -> Entering {
    Entering { account: None, role: Role::Guest, name, picture: None, watching: false, audited_as: None }
}

fn refuse_picture(re: Option<String>, wire: &mut Wire<'_, Participant>) {
    let detail = "`picture`: is no picture that was sent; send one to POST /api/v1/media and give its `id`";
    wire.refuse(ErrorCode::BadFrame, detail, re);
}

impl Peer for Participant {
    type News = ParticipantNews;

    fn opened(&mut self, wire: &mut Wire<'_, Self>) {
        wire.say(&ServerFrame::Welcome {
            session: self.session,
            heartbeat_s: self.services.settings.heartbeat_s,
            node: self.services.settings.node.to_string(),
            lines: None,
        });
        if let Stage::Known(who) = &self.stage {
            let who = who.clone();
            return self.enter(who, None, wire);
        }
        wire.later(SILENT_START, |participant, wire| {
            if matches!(participant.stage, Stage::AtTheDoor) {
                wire.close(CloseCode::Silent);
            }
        });
    }

    fn heard(&mut self, frame: ClientFrame, wire: &mut Wire<'_, Self>) {
        let re = frame.re();
        if !frame.senders().contains(&Sender::Room) {
            return wire.refuse(ErrorCode::NotAllowed, "this frame is not for the socket of a room", re);
        }
        if frame.talks_in().is_some_and(|room| room != self.room.room) {
            return wire.refuse(ErrorCode::NoSuchRoom, "this socket is of another room; open one for that room", re);
        }
        match self.stage {
            Stage::Seated(seat) if frame.talks_in().is_some() => self.room.say(seat, frame, &self.services.clock),
            Stage::Seated(_) => wire.refuse(ErrorCode::NotAllowed, "you have a seat already", re),
            Stage::AtTheDoor => self.introduced(frame, wire),
            Stage::Known(_) | Stage::Entering => {
                wire.refuse(ErrorCode::NotAllowed, "you have no seat yet; wait for `seated`", re);
            }
        }
    }

    fn told(&mut self, news: ParticipantNews, wire: &mut Wire<'_, Self>) {
        match news {
            ParticipantNews::Entered(Answer::Seated(seat)) => self.stage = Stage::Seated(seat),
            ParticipantNews::Entered(Answer::NotHeld) => {
                self.stage = Stage::AtTheDoor;
                wire.refuse(ErrorCode::TokenExpired, "the seat was given up; `join` again", None);
            }
            ParticipantNews::Entered(Answer::NameTaken(detail)) => {
                self.stage = Stage::AtTheDoor;
                wire.refuse(ErrorCode::NameTaken, &detail, Some(self.room.room.to_string()));
            }
            ParticipantNews::Looked { who, there: Some(true) } => self.enter(who, None, wire),
            ParticipantNews::Looked { there, .. } => {
                self.stage = Stage::AtTheDoor;
                let re = Some(self.room.room.to_string());
                match there {
                    Some(_) => refuse_picture(re, wire),
                    None => {
                        wire.refuse(ErrorCode::NotStored, "the records cannot be read now; try again in a moment", re)
                    }
                }
            }
        }
    }

    fn gone(&mut self, generation: u64) {
        self.room.to.do_send(ToRoom::ParticipantGone { epoch: generation });
    }
}
