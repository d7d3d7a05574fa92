//! What a client may say, and the one function that reads it.

use serde::Deserialize;
use serde_json::{Map, Value};
use thiserror::Error;

use super::codes::MessageKind;
use super::text::{self, TextCheck, TextFault};
use super::{
    BODY_CHARS_MAX, CAPACITY_MAX, CLIENT_ID_CHARS_MAX, CODE_CHARS_MAX, GUEST_NAME_CHARS_MAX, NICKNAME_CHARS_MAX,
    NOTE_CHARS_MAX, OPEN_LINES_MAX, PICTURE_CHARS_MAX, PRIORITY_MAX, TOKEN_CHARS_MAX,
};
use crate::ids::{AccountId, OfferId, RoomId};

/// A frame from a client. On the wire its name is the field `type`.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(tag = "type", rename_all = "snake_case", optional_fields))]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum ClientFrame {
    /// A desk asks for counselling.
    Request {
        client_id: String,
        topic: String,
        language: Option<String>,
        nickname: Option<String>,
        note: Option<String>,
        priority: Option<u8>,
    },
    /// A desk gives its ticket up.
    Cancel {},
    /// A desk takes its place or seat back; a guest their seat.
    Resume { token: String, after: Option<u32> },
    /// A counsellor wants work.
    Open { lines: Option<Vec<String>>, capacity: Option<u16> },
    /// A counsellor wants no more work; rooms go on.
    Pause { reason: Option<String> },
    /// A counsellor takes an offer.
    Accept { offer: OfferId },
    /// A counsellor turns an offer down.
    Decline { offer: OfferId, reason: Option<String> },
    /// Send me what came after `after`.
    Replay { room: RoomId, after: u32 },
    /// A message. The same `client_id` again is the same message.
    Say { room: RoomId, client_id: String, body: String, kind: Option<MessageKind> },
    /// Someone is writing; not stored.
    Typing { room: RoomId, on: bool },
    /// Read up to here.
    Seen { room: RoomId, seq: u32 },
    /// End the room.
    End { room: RoomId, reason: Option<String> },
    /// Hand the talk over, to a line or to a colleague; the room lives until somebody has accepted.
    Transfer { room: RoomId, line: Option<String>, counsellor: Option<AccountId>, note: Option<String> },
    /// Keep the talk, if nobody has accepted it yet.
    CancelTransfer { room: RoomId },
    /// By the room socket: be a member whom the others see and hear.
    Join { room: RoomId, nickname: Option<String>, picture: Option<String> },
    /// By the room socket: watch again, or give the seat up.
    Leave { room: RoomId },
    /// To the other staff in or over this room, never to the one who asked. The same `client_id`
    /// again is the same whisper.
    Whisper { room: RoomId, client_id: String, body: String },
    /// After the end: how it went; frees the capacity.
    WrapUp { room: RoomId, result_code: String, memo: Option<String> },
    /// A desk's score, 1 to 5.
    Rate { room: RoomId, score: u8, comment: Option<String> },
}

/// By which socket a frame comes. Whether its sender has a seat in the room it names, and what
/// that seat may do, is the room's to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// A desk's.
    Desk,
    /// A counsellor's.
    Counsellor,
    /// A room's: supervisors, guests, staff in a group room.
    Room,
}

/// Why a text frame is not a frame of the contract; the message names the field and the remedy.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FrameFault {
    /// Not a JSON object.
    #[error("a frame is one JSON object with a `type`: {0}")]
    NotAnObject(String),
    /// There is no `type`, or it is not a string.
    #[error("the frame has no `type`; add one, for example \"request\"")]
    NoType,
    /// Unknown type, unknown field, missing field, or a value of the wrong kind.
    #[error("`{path}`: {reason}")]
    Shape {
        /// The type, and the field in it where that is known.
        path: String,
        /// What was expected.
        reason: String,
    },
    /// A value out of bounds.
    #[error("`{field}` {reason}")]
    Bounds {
        /// The field.
        field: &'static str,
        /// The limit, and what to do.
        reason: String,
    },
}

impl ClientFrame {
    /// Reads one text frame: its shape, its bounds, its text in NFC.
    pub fn parse(text: &str) -> Result<Self, FrameFault> {
        let mut object: Map<String, Value> =
            serde_json::from_str(text).map_err(|error| FrameFault::NotAnObject(error.to_string()))?;
        let Some(Value::String(kind)) = object.remove("type") else { return Err(FrameFault::NoType) };
        // Read as `{kind: fields}`, the form in which serde can still say which field is at fault.
        let tagged = Value::Object(Map::from_iter([(kind, Value::Object(object))]));
        let frame: Self = serde_path_to_error::deserialize(tagged)
            .map_err(|error| FrameFault::Shape { path: error.path().to_string(), reason: error.inner().to_string() })?;
        frame.within_bounds()
    }

    /// Who may send this frame: the frames' part of the access table. A new frame does not compile
    /// until it stands here.
    #[must_use]
    pub fn senders(&self) -> &'static [Sender] {
        match self {
            Self::Request { .. } | Self::Cancel {} | Self::Rate { .. } => &[Sender::Desk],
            Self::Resume { .. } => &[Sender::Desk, Sender::Room],
            Self::Open { .. }
            | Self::Pause { .. }
            | Self::Accept { .. }
            | Self::Decline { .. }
            | Self::Transfer { .. }
            | Self::CancelTransfer { .. }
            | Self::WrapUp { .. } => &[Sender::Counsellor],
            Self::Whisper { .. } => &[Sender::Counsellor, Sender::Room],
            Self::Join { .. } | Self::Leave { .. } => &[Sender::Room],
            Self::Replay { .. } | Self::Say { .. } | Self::Typing { .. } | Self::Seen { .. } | Self::End { .. } => {
                &[Sender::Desk, Sender::Counsellor, Sender::Room]
            }
        }
    }

    /// What an `error` frame about this frame should name in `re`.
    #[must_use]
    pub fn re(&self) -> Option<String> {
        match self {
            Self::Request { client_id, .. } | Self::Say { client_id, .. } | Self::Whisper { client_id, .. } => {
                Some(client_id.clone())
            }
            Self::Accept { offer } | Self::Decline { offer, .. } => Some(offer.to_string()),
            Self::Replay { room, .. }
            | Self::Typing { room, .. }
            | Self::Seen { room, .. }
            | Self::End { room, .. }
            | Self::Transfer { room, .. }
            | Self::CancelTransfer { room }
            | Self::Join { room, .. }
            | Self::Leave { room }
            | Self::WrapUp { room, .. }
            | Self::Rate { room, .. } => Some(room.to_string()),
            Self::Cancel {} | Self::Resume { .. } | Self::Open { .. } | Self::Pause { .. } => None,
        }
    }

    /// The room this frame talks in, for the frames that are its room's to answer.
    #[must_use]
    pub fn talks_in(&self) -> Option<RoomId> {
        match self {
            Self::Say { room, .. }
            | Self::Typing { room, .. }
            | Self::Seen { room, .. }
            | Self::Replay { room, .. }
            | Self::Join { room, .. }
            | Self::Leave { room }
            | Self::Whisper { room, .. }
            | Self::End { room, .. } => Some(*room),
            _ => None,
        }
    }

    fn within_bounds(mut self) -> Result<Self, FrameFault> {
        match &mut self {
            Self::Request { client_id, topic, language, nickname, note, priority } => {
                clean(text::key, "client_id", client_id, CLIENT_ID_CHARS_MAX)?;
                clean(text::key, "topic", topic, CODE_CHARS_MAX)?;
                clean_optional(text::key, "language", language, CODE_CHARS_MAX)?;
                clean_optional(text::name, "nickname", nickname, NICKNAME_CHARS_MAX)?;
                clean_optional(text::paragraph, "note", note, NOTE_CHARS_MAX)?;
                within("priority", priority.map(u32::from), 0, u32::from(PRIORITY_MAX))?;
            }
            Self::Resume { token, .. } => clean(text::key, "token", token, TOKEN_CHARS_MAX)?,
            Self::Open { lines, capacity } => {
                if let Some(lines) = lines {
                    within("lines", u32::try_from(lines.len()).ok(), 1, OPEN_LINES_MAX as u32)?;
                    for line in lines {
                        clean(text::key, "lines", line, CODE_CHARS_MAX)?;
                    }
                }
                within("capacity", capacity.map(u32::from), 1, u32::from(CAPACITY_MAX))?;
            }
            Self::Pause { reason } | Self::Decline { reason, .. } | Self::End { reason, .. } => {
                clean_optional(text::line, "reason", reason, NOTE_CHARS_MAX)?;
            }
            Self::Say { client_id, body, .. } | Self::Whisper { client_id, body, .. } => {
                clean(text::key, "client_id", client_id, CLIENT_ID_CHARS_MAX)?;
                clean(text::paragraph, "body", body, BODY_CHARS_MAX)?;
            }
            Self::Join { nickname, picture, .. } => {
                clean_optional(text::name, "nickname", nickname, GUEST_NAME_CHARS_MAX)?;
                clean_optional(text::key, "picture", picture, PICTURE_CHARS_MAX)?;
            }
            Self::Transfer { line, counsellor, note, .. } => {
                if line.is_some() == counsellor.is_some() {
                    let reason = "or `counsellor`: name exactly one of the two to hand over to".to_owned();
                    return Err(FrameFault::Bounds { field: "line", reason });
                }
                if let Some(line) = line {
                    clean(text::key, "line", line, CODE_CHARS_MAX)?;
                }
                clean_optional(text::paragraph, "note", note, NOTE_CHARS_MAX)?;
            }
            Self::WrapUp { result_code, memo, .. } => {
                clean(text::key, "result_code", result_code, CODE_CHARS_MAX)?;
                clean_optional(text::paragraph, "memo", memo, BODY_CHARS_MAX)?;
            }
            Self::Rate { score, comment, .. } => {
                within("score", Some(u32::from(*score)), 1, 5)?;
                clean_optional(text::paragraph, "comment", comment, NOTE_CHARS_MAX)?;
            }
            Self::Cancel {}
            | Self::Accept { .. }
            | Self::CancelTransfer { .. }
            | Self::Leave { .. }
            | Self::Replay { .. }
            | Self::Typing { .. }
            | Self::Seen { .. } => {}
        }
        Ok(self)
    }
}

fn clean(kind: TextCheck, field: &'static str, text: &mut String, max: usize) -> Result<(), FrameFault> {
    *text = kind(text, max).map_err(|fault| bounds(field, &fault))?;
    Ok(())
}

/// A blank one is none.
fn clean_optional(
    kind: TextCheck,
    field: &'static str,
    text: &mut Option<String>,
    max: usize,
) -> Result<(), FrameFault> {
    if let Some(given) = text {
        *text = match kind(given, max) {
            Ok(cleaned) => Some(cleaned),
            Err(TextFault::Empty) => None,
            Err(fault) => return Err(bounds(field, &fault)),
        };
    }
    Ok(())
}

fn within(field: &'static str, value: Option<u32>, low: u32, high: u32) -> Result<(), FrameFault> {
    match value {
        Some(value) if !(low..=high).contains(&value) => {
            Err(FrameFault::Bounds { field, reason: format!("is {value}; give {low} to {high}") })
        }
        _ => Ok(()),
    }
}

fn bounds(field: &'static str, fault: &TextFault) -> FrameFault {
    FrameFault::Bounds { field, reason: fault.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_read_whole() {
        let cases = [
            (r#"{"type":"cancel"}"#, ClientFrame::Cancel {}),
            (
                r#"{"type":"say","room":"00000000-0000-0000-0000-000000000007","client_id":"a","body":"hi"}"#,
                ClientFrame::Say { room: RoomId::from(7), client_id: "a".into(), body: "hi".into(), kind: None },
            ),
            (r#"{"type":"open","capacity":2}"#, ClientFrame::Open { lines: None, capacity: Some(2) }),
        ];
        for (text, expected) in cases {
            assert_eq!(ClientFrame::parse(text).as_ref(), Ok(&expected), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let long = format!(r#"{{"type":"request","client_id":"a","topic":"{}"}}"#, "x".repeat(41));
        let cases = [
            ("[]", "JSON object"),
            ("{", "JSON object"),
            (r#"{"topic":"A"}"#, "no `type`"),
            (r#"{"type":7}"#, "no `type`"),
            (r#"{"type":"dance"}"#, "dance"),
            (r#"{"type":"cancel","why":1}"#, "why"),
            (r#"{"type":"request","client_id":5,"topic":"A"}"#, "client_id"),
            (r#"{"type":"request","topic":"A"}"#, "client_id"),
            (r#"{"type":"request","client_id":" ","topic":"A"}"#, "client_id"),
            (&long, "at most 40"),
            (r#"{"type":"request","client_id":"a","topic":"A","priority":10}"#, "priority"),
            (r#"{"type":"accept","offer":"x"}"#, "offer"),
            (r#"{"type":"replay","room":"00000000-0000-0000-0000-000000000007","after":-1}"#, "after"),
            (r#"{"type":"rate","room":"00000000-0000-0000-0000-000000000007","score":6}"#, "score"),
            (r#"{"type":"open","capacity":0}"#, "capacity"),
            (r#"{"type":"transfer","room":"00000000-0000-0000-0000-000000000007"}"#, "counsellor"),
            (r#"{"type":"whisper","room":"00000000-0000-0000-0000-000000000007","client_id":"a","body":" "}"#, "body"),
            (
                r#"{"type":"join","room":"00000000-0000-0000-0000-000000000007","nickname":"a name beyond the limit"}"#,
                "at most 20",
            ),
        ];
        for (text, named) in cases {
            let fault = ClientFrame::parse(text).expect_err(text).to_string();
            assert!(fault.contains(named), "{text}: {fault}");
        }
    }
}
