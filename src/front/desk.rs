//! One visitor at one socket, from asking to rating.

use std::time::Duration;

use super::acts::{Act, Due, Near, Passing, at_the_latest, refuse};
use super::in_order::InOrder;
use crate::dispatch::{Ask, Asker, DeskNews, DeskWish, FromFront, Seat, WriteFailed, Written, matched_frame};
use crate::ids::{DeskId, MemberId, RoomId, SessionId, TicketId};
use crate::protocol::{ClientFrame, CloseCode, ErrorCode, Sender, ServerFrame};
use crate::room::Glance;
use crate::time::Mono;

/// How long a socket may stay open without a `request` or `resume`.
const SILENT_START: Duration = Duration::from_secs(30);

/// Who sits at a desk's socket; checked by the gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeskPass {
    /// The registered desk; `None` at the public desk.
    pub desk: Option<DeskId>,
    /// It plays in a rehearsal: it may ask for test lines, and for no others.
    pub rehearses: bool,
    /// Whom its requests count for; a rehearsal counts for nobody.
    pub asker: Option<Asker>,
}

/// A visitor at a socket.
pub struct Desk {
    pass: DeskPass,
    session: SessionId,
    stage: Stage,
    /// What the dispatch tells, after the ends it follows from.
    order: InOrder<DeskNews>,
    /// Until when something must be asked, while nothing is, and whether that is looked at.
    ask_by: Mono,
    is_watched: bool,
}

enum Stage {
    /// Nothing asked yet.
    Fresh,
    /// Asked, or come back; the ticket stands or is about to.
    Asked { client_id: Option<String>, content: Option<ClientFrame> },
    /// Has its seat back, and waits for the room to say how it looks.
    Returning { seat: Seat, resume: String, after: Option<u32> },
    /// In a room, or in one that has just ended.
    Seated(Seat),
    /// Had this seat in a room that is over and no longer in memory.
    Over { room: RoomId, member: MemberId },
}

impl Desk {
    /// Somebody who has not asked yet. `session` is the visit, unless they show that theirs is another.
    #[must_use]
    pub fn new(pass: DeskPass, session: SessionId) -> Self {
        let (order, ask_by) = (InOrder::default(), Mono(0));
        Self { pass, session, stage: Stage::Fresh, order, ask_by, is_watched: false }
    }

    /// The socket is open.
    pub fn opened(&mut self, near: &dyn Near, acts: &mut Vec<Act>) {
        self.expect_request(SILENT_START, near, acts);
    }

    /// A frame came in.
    pub fn heard(&mut self, frame: ClientFrame, near: &dyn Near, acts: &mut Vec<Act>) {
        let re = frame.re();
        if !frame.senders().contains(&Sender::Desk) {
            return refuse(ErrorCode::NotAllowed, "this frame is for staff", re, acts);
        }
        if let Some(room) = frame.talks_in() {
            if let Some(seat) = self.seat(room, re, acts) {
                acts.push(Act::Talk { seat, frame });
            }
            return;
        }
        match frame {
            frame @ ClientFrame::Request { .. } => self.request(frame, near, acts),
            ClientFrame::Resume { token, after } => self.resume(&token, after, near, acts),
            ClientFrame::Cancel {} => match self.stage {
                Stage::Asked { .. } => acts.push(wish(DeskWish::Cancel, near)),
                Stage::Fresh | Stage::Returning { .. } | Stage::Seated(_) | Stage::Over { .. } => {
                    refuse(ErrorCode::NotWaiting, "there is no waiting ticket to cancel", None, acts);
                }
            },
            ClientFrame::Rate { room, score, comment } => self.rate(room, score, comment, acts),
            // The others were taken above: they talk in a room, or are refused.
            _ => {}
        }
    }

    /// The dispatch has news.
    pub fn told(&mut self, news: DeskNews, near: &dyn Near, acts: &mut Vec<Act>) {
        self.order.push(news);
        self.go_on(near, acts);
    }

    /// A frame of a room passes this socket.
    pub fn passed(&mut self, passing: Passing, near: &dyn Near, acts: &mut Vec<Act>) {
        if let Passing::Ended(room) = passing {
            self.ended(room, near, acts);
        }
    }

    /// A room tells how it looks: what waits for that can be said.
    pub fn looks(&mut self, room: RoomId, glance: Glance, acts: &mut Vec<Act>) {
        match std::mem::replace(&mut self.stage, Stage::Fresh) {
            Stage::Returning { seat, resume, after } if seat.room == room => {
                self.stage = Stage::Seated(seat);
                // Whoever names nothing has what `matched` says: all that comes later is missed.
                let after = after.or(Some(glance.last_seq));
                acts.push(Act::Say(matched_frame(&seat, glance.members, glance.last_seq, Some(resume))));
                acts.push(Act::Attach { seat, after });
            }
            stage => self.stage = stage,
        }
    }

    /// A room has told of its end here.
    pub fn ended(&mut self, room: RoomId, near: &dyn Near, acts: &mut Vec<Act>) {
        self.order.ended(room);
        self.go_on(near, acts);
    }

    /// What the record says of the end of a room that has not told of it here: `ended`, or nothing that could be told.
    pub fn end_read(&mut self, room: RoomId, ended: Option<ServerFrame>, near: &dyn Near, acts: &mut Vec<Act>) {
        let sits = matches!(self.stage, Stage::Seated(seat) if seat.room == room);
        if sits && !self.order.is_ended(room) {
            acts.extend(ended.map(Act::Say));
        }
        self.ended(room, near, acts);
    }

    /// What became of a rating.
    pub fn rated(&self, room: RoomId, score: u8, answer: &Result<Written, WriteFailed>, acts: &mut Vec<Act>) {
        let re = Some(room.to_string());
        match answer {
            Ok(Written::Done) => {
                acts.push(Act::Say(ServerFrame::Rated { room, score }));
                acts.push(Act::Close(CloseCode::Done));
            }
            Ok(_) => {
                let detail = "the room has not ended, or another score is on file";
                refuse(ErrorCode::NothingToRate, detail, re, acts);
            }
            Err(_) => refuse(ErrorCode::NotStored, "the rating could not be stored; try again", re, acts),
        }
    }

    /// What was to be done later is due.
    pub fn is_due(&mut self, due: Due, near: &dyn Near, acts: &mut Vec<Act>) {
        match due {
            Due::Ask => {
                let left = left_until(self.ask_by, near.now());
                let is_fresh = matches!(self.stage, Stage::Fresh);
                self.is_watched = is_fresh && !left.is_zero();
                if self.is_watched {
                    acts.push(Act::Later { wait: left, due });
                } else if is_fresh {
                    acts.push(Act::Close(CloseCode::Silent));
                }
            }
            Due::TimeToRate => acts.push(Act::Close(CloseCode::Done)),
            Due::Held(room) if !self.order.is_ended(room) => acts.push(Act::ReadEnd(room)),
            // Nothing that a desk is told waits for how a room looks.
            Due::Held(_) | Due::Unseen(_) => {}
        }
    }

    /// The socket is gone.
    pub fn gone(&self, near: &dyn Near, acts: &mut Vec<Act>) {
        if let Stage::Seated(seat) | Stage::Returning { seat, .. } = self.stage {
            acts.push(Act::Detach(seat));
        }
        acts.push(wish(DeskWish::Gone, near));
    }

    /// Closes the socket unless something is asked within so long; the latest word counts. There is one
    /// timer, however often a socket is told to wait.
    fn expect_request(&mut self, within: Duration, near: &dyn Near, acts: &mut Vec<Act>) {
        self.ask_by = Mono(near.now().0.saturating_add(u64::try_from(within.as_micros()).unwrap_or(u64::MAX)));
        if !std::mem::replace(&mut self.is_watched, true) {
            acts.push(Act::Later { wait: within, due: Due::Ask });
        }
    }

    /// Takes what may be told by now.
    fn go_on(&mut self, near: &dyn Near, acts: &mut Vec<Act>) {
        while let Some(news) = self.order.next() {
            self.take(news, near, acts);
        }
        at_the_latest(self.order.begins_to_wait(), acts);
    }

    fn request(&mut self, frame: ClientFrame, near: &dyn Near, acts: &mut Vec<Act>) {
        let content = frame.clone();
        let ClientFrame::Request { client_id, topic, language, nickname, note, priority } = frame else { return };
        match &self.stage {
            Stage::Fresh => {}
            Stage::Asked { client_id: Some(known), content: earlier } if *known == client_id => {
                return if earlier.as_ref() == Some(&content) {
                    acts.push(wish(DeskWish::Repeat, near));
                } else {
                    let detail = "this client_id was used for another request; give every request its own";
                    refuse(ErrorCode::ClientIdReused, detail, Some(client_id), acts);
                };
            }
            Stage::Asked { .. } | Stage::Returning { .. } | Stage::Seated(_) | Stage::Over { .. } => {
                let detail = "this visit has a ticket or a room already; `cancel` or `end` it first";
                return refuse(ErrorCode::AlreadyRequested, detail, Some(client_id), acts);
            }
        }
        let DeskPass { desk, rehearses, asker } = self.pass;
        if priority.is_some() && desk.is_none() {
            let detail = "`priority` is for registered desks; leave it out";
            return refuse(ErrorCode::NotAllowed, detail, Some(client_id), acts);
        }
        self.stage = Stage::Asked { client_id: Some(client_id.clone()), content: Some(content) };
        acts.push(Act::Introduce(FromFront::Ask(Box::new(Ask {
            from: near.socket(),
            ticket: TicketId(near.new_id()),
            session: self.session,
            desk,
            rehearses,
            asker,
            client_id,
            topic,
            language,
            nickname,
            note,
            priority: priority.unwrap_or(0),
        }))));
    }

    fn resume(&mut self, token: &str, after: Option<u32>, near: &dyn Near, acts: &mut Vec<Act>) {
        if !matches!(self.stage, Stage::Fresh) {
            let detail = "this socket has its visit already; open another one to resume another visit";
            return refuse(ErrorCode::AlreadyRequested, detail, None, acts);
        }
        match near.read_token(token) {
            Ok(token) if token.desk == self.pass.desk => {
                self.session = token.session;
                self.stage = Stage::Asked { client_id: None, content: None };
                let (from, ticket, asker) = (near.socket(), token.ticket, self.pass.asker);
                acts.push(Act::Introduce(FromFront::Back { from, ticket, after, asker }));
            }
            Ok(_) => refuse(ErrorCode::BadToken, "the token was given to another desk", None, acts),
            Err((code, detail)) => refuse(code, &detail, None, acts),
        }
    }

    /// The seat in `room`, or a refusal that does not say whether such a room exists.
    fn seat(&self, room: RoomId, re: Option<String>, acts: &mut Vec<Act>) -> Option<Seat> {
        match self.stage {
            Stage::Seated(seat) if seat.room == room => Some(seat),
            _ => {
                refuse(ErrorCode::NoSuchRoom, "you have no seat in such a room", re, acts);
                None
            }
        }
    }

    fn rate(&self, room: RoomId, score: u8, comment: Option<String>, acts: &mut Vec<Act>) {
        let member = match self.stage {
            Stage::Over { room: over, member } if over == room => Some(member),
            _ => self.seat(room, Some(room.to_string()), acts).map(|seat| seat.member),
        };
        if let Some(member) = member {
            acts.push(Act::Rate { room, member, score, comment });
        }
    }

    fn stand(&mut self, stage: Stage, acts: &mut Vec<Act>) {
        let before = std::mem::replace(&mut self.stage, stage);
        if let Stage::Seated(seat) | Stage::Returning { seat, .. } = before {
            acts.push(Act::Forget(seat.room));
        }
    }

    fn has_heard_the_end_of(&self, room: RoomId) -> bool {
        matches!(self.stage, Stage::Seated(seat) if seat.room == room) && self.order.is_ended(room)
    }

    fn take(&mut self, news: DeskNews, near: &dyn Near, acts: &mut Vec<Act>) {
        match news {
            DeskNews::Stands(frame) => {
                if matches!(self.stage, Stage::Seated(_) | Stage::Returning { .. }) {
                    // Its counsellor was lost: back in line (R11).
                    self.stand(Stage::Asked { client_id: None, content: None }, acts);
                }
                acts.push(Act::Say(frame));
            }
            DeskNews::Seated { seat, frame, after } => {
                // Whoever names nothing has what `matched` says: all that comes later is missed.
                let told = if let ServerFrame::Matched { last_seq, .. } = frame { last_seq } else { 0 };
                self.stand(Stage::Seated(seat), acts);
                acts.push(Act::Say(frame));
                acts.push(Act::Attach { seat, after: after.or(Some(told)) });
                self.order.begins(seat.room);
            }
            DeskNews::Back { seat, resume, after } => {
                self.stand(Stage::Returning { seat, resume, after }, acts);
                acts.push(Act::Look(seat));
                self.order.begins(seat.room);
            }
            DeskNews::RoomOver { rate_for, .. } => {
                acts.extend(rate_for.map(|wait| Act::Later { wait, due: Due::TimeToRate }));
            }
            DeskNews::WasOver { frame, room, member, rate_for } => {
                // The room may have told of its end itself, before that was on the books of a new term.
                if !self.has_heard_the_end_of(room) {
                    acts.push(Act::Say(frame));
                }
                self.stand(Stage::Over { room, member }, acts);
                acts.push(Act::Later { wait: rate_for, due: Due::TimeToRate });
            }
            DeskNews::Over(frame) => {
                if !matches!(frame, ServerFrame::Ended { room, .. } if self.has_heard_the_end_of(room)) {
                    acts.push(Act::Say(frame));
                }
                acts.push(Act::Close(CloseCode::Done));
            }
            DeskNews::Refused { code, detail, re, ask_again, wait_s } => {
                acts.push(Act::Say(ServerFrame::Error { code, detail, re, seq: None, wait_s }));
                if ask_again {
                    self.stand(Stage::Fresh, acts);
                    let wait = Duration::from_secs(wait_s.unwrap_or_default().into());
                    self.expect_request(wait + SILENT_START, near, acts);
                }
            }
            DeskNews::Replaced => acts.push(Act::Close(CloseCode::Replaced)),
        }
    }
}

fn wish(what: DeskWish, near: &dyn Near) -> Act {
    Act::Parcel(FromFront::Desk { from: near.socket(), what })
}

fn left_until(moment: Mono, now: Mono) -> Duration {
    Duration::from_micros(moment.0.saturating_sub(now.0))
}
