//! What goes over the wire: an array of envelopes is a message.

use std::borrow::Cow;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::super::engine::Engine;
use crate::ids::NodeId;

/// The version of this envelope that we write, and the newest that we read.
pub const WIRE: u32 = 1;
/// Most bytes of a kind's name.
pub const KIND_MAX: usize = 32;
/// An envelope is at most so many bytes longer than its body: every number at its longest.
pub const HEAD_MAX: usize = 300;

/// A session's name: half of it drawn by the end that asked, half by the one that answered. Who
/// knows both has spoken with both of late; one half alone can be a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SessionName {
    /// Of the end with the smaller id.
    pub asked: u64,
    /// Of the other.
    pub answered: u64,
}

/// What stands in `s`: one half, 16 hex digits, or both with a dash between.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "Cow<'_, str>")]
pub enum Named {
    /// An opening, with the half of who asks.
    Half(u64),
    Both(SessionName),
}

impl From<Named> for String {
    fn from(named: Named) -> Self {
        match named {
            Named::Half(asked) => format!("{asked:016x}"),
            Named::Both(SessionName { asked, answered }) => format!("{asked:016x}-{answered:016x}"),
        }
    }
}

impl TryFrom<Cow<'_, str>> for Named {
    type Error = &'static str;

    fn try_from(text: Cow<'_, str>) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl FromStr for Named {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let half = |digits: &str| {
            let are_hex = digits.len() == 16 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            let number = are_hex.then(|| u64::from_str_radix(digits, 16).ok()).flatten();
            number.ok_or("half of a session's name is 16 hex digits")
        };
        match text.split_once('-') {
            None => half(text).map(Self::Half),
            Some((asked, answered)) => Ok(Self::Both(SessionName { asked: half(asked)?, answered: half(answered)? })),
        }
    }
}

/// One envelope. Fields that are not known are ignored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    /// The version of the envelope.
    #[serde(rename = "w")]
    pub wire: u32,
    /// Who sends it.
    #[serde(rename = "f")]
    pub from: NodeId,
    /// Who is to read it; nobody is named in a hint, which is for everybody.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NodeId>,
    /// The session, or half of its name.
    #[serde(rename = "s", default, skip_serializing_if = "Option::is_none")]
    pub session: Option<Named>,
    /// A parcel's number in its session and direction, from 1; a hint's count.
    #[serde(rename = "n", default, skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
    /// All parcels up to this one have arrived.
    #[serde(rename = "a", default, skip_serializing_if = "Option::is_none")]
    pub heard: Option<u64>,
    /// Under which epoch a matchmaker says it.
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<u64>,
    /// What it is.
    #[serde(rename = "k")]
    pub kind: Cow<'static, str>,
    /// A parcel too large for one message comes in parts: which (from 0) of how many. All parts have
    /// the parcel's number; each body is a piece of the text of the whole.
    #[serde(rename = "p", default, skip_serializing_if = "Option::is_none")]
    pub part: Option<(u32, u32)>,
    #[serde(rename = "b", default, serialize_with = "write_body", deserialize_with = "read_body")]
    pub body: Arc<Value>,
}

fn write_body<S: Serializer>(body: &Arc<Value>, serializer: S) -> Result<S::Ok, S::Error> {
    body.as_ref().serialize(serializer)
}

fn read_body<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<Value>, D::Error> {
    Value::deserialize(from).map(Arc::new)
}

/// The text of a message.
#[must_use]
pub fn write(message: &[Envelope]) -> String {
    // Nothing in an envelope can fail to be written: its maps have strings for keys.
    serde_json::to_string(message).unwrap_or_default()
}

/// Reads a message. What is no envelope of a version we know is passed over and counted, the rest of
/// its message is not.
#[must_use]
pub fn read(text: &str) -> (Vec<Envelope>, u64) {
    let too_long = text.len() > Engine::Redis.message_max();
    let Some(values) = (!too_long).then(|| serde_json::from_str::<Vec<Value>>(text).ok()).flatten() else {
        return (Vec::new(), 1);
    };
    let all = values.len();
    let known = |envelope: &Envelope| (1..=WIRE).contains(&envelope.wire) && envelope.kind.len() <= KIND_MAX;
    let read: Vec<Envelope> =
        values.into_iter().filter_map(|value| serde_json::from_value(value).ok()).filter(known).collect();
    let passed_over = (all - read.len()) as u64;
    (read, passed_over)
}

/// How long the body is as text, in bytes.
#[must_use]
pub fn text_len(body: &Value) -> usize {
    struct Count(usize);
    impl std::io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    // Neither the count nor a value can fail.
    let _ = serde_json::to_writer(&mut count, body);
    count.0
}

/// Cuts a text into pieces of which each, written as a JSON string, is at most `room` bytes. The same
/// text and room give the same pieces.
pub(super) fn cut(text: &str, room: usize) -> Vec<&str> {
    let (mut pieces, mut begin, mut used) = (Vec::new(), 0, 0);
    for (at, letter) in text.char_indices() {
        // JSON text has no control characters of its own; as a string it doubles quotes and backslashes.
        let size = letter.len_utf8() + usize::from(matches!(letter, '"' | '\\'));
        if used + size > room {
            pieces.push(&text[begin..at]);
            (begin, used) = (at, 0);
        }
        used += size;
    }
    pieces.push(&text[begin..]);
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole() -> Envelope {
        let name = SessionName { asked: 1, answered: u64::MAX };
        Envelope {
            wire: 1,
            from: NodeId::from(1),
            to: Some(NodeId::from(2)),
            session: Some(Named::Both(name)),
            number: Some(17),
            heard: Some(12),
            epoch: Some(3),
            kind: "say".into(),
            part: None,
            body: Arc::new(serde_json::json!({"text": "hello"})),
        }
    }

    #[test]
    fn an_envelope_is_written_as_the_contract_says() {
        let text = write(&[whole()]);
        assert_eq!(
            text,
            concat!(
                r#"[{"w":1,"f":"00000000-0000-0000-0000-000000000001","t":"00000000-0000-0000-0000-000000000002","#,
                r#""s":"0000000000000001-ffffffffffffffff","n":17,"a":12,"e":3,"k":"say","b":{"text":"hello"}}]"#
            )
        );
        assert_eq!(read(&text), (vec![whole()], 0));
    }

    #[test]
    fn the_longest_head_is_within_its_bound() {
        let longest = Envelope {
            wire: u32::MAX,
            number: Some(u64::MAX),
            heard: Some(u64::MAX),
            epoch: Some(u64::MAX),
            kind: "k".repeat(KIND_MAX).into(),
            part: Some((u32::MAX, u32::MAX)),
            body: Arc::new(Value::Null),
            ..whole()
        };
        // With the comma to the next.
        assert!(serde_json::to_string(&longest).unwrap().len() - "null".len() < HEAD_MAX);
    }

    #[test]
    fn what_is_not_known_is_passed_over() {
        let node = NodeId::from(1);
        let text = format!(
            r#"[{{"w":1,"f":"{node}","k":"x","new":[1]}}, {{"w":2,"f":"{node}","k":"x"}}, 7, {{"w":1,"f":"{node}"}},
               {{"w":1,"f":"{node}","k":"x","s":"12"}}, {{"w":1,"f":"{node}","k":"{}"}}]"#,
            "k".repeat(33)
        );
        let (read_, passed_over) = read(&text);
        assert_eq!((read_.len(), passed_over), (1, 5));
        assert_eq!(*read_[0].body, Value::Null);
        assert_eq!(read("{}"), (Vec::new(), 1));
        assert_eq!(read(&format!("[{}]", " ".repeat(64 * 1024))), (Vec::new(), 1));
    }

    #[test]
    fn a_text_is_cut_between_letters_and_counted_as_it_is_written() {
        let text = Value::from("\"상담\" \\ \u{1}".repeat(50)).to_string();
        let pieces = cut(&text, 64);
        assert_eq!(pieces.concat(), text);
        assert!(pieces.len() > 10);
        for piece in pieces {
            assert!(Value::from(piece).to_string().len() <= 64 + 2);
        }
        assert_eq!(cut("", 64), [""]);
    }
}
