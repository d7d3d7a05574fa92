//! What goes between a room and the sockets that have a seat in it from another node: by the front of that node, which
//! has the way to each of them. A socket is named by its number there.

use serde::{Deserialize, Serialize};

use super::{Answer, Back, Entering, Glance, Spoken};
use crate::ids::{MemberId, RoomId, SocketId};
use crate::protocol::{CloseCode, ErrorCode, ServerFrame};

/// Most bytes of frames in one [`FromHome::Frames`]; what is longer comes in several, as a parcel is bounded
/// ([`crate::cluster::link::PARCEL_MAX`]). A single frame is shorter.
pub const PIECE_MAX: usize = 256 * 1024;

/// To the home of a room, from the front of a node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ToHome {
    /// A socket is about to take a seat: it is told how the room looks.
    Look { room: RoomId, from: SocketId, member: MemberId, epoch: u64 },
    /// A socket takes a seat; `after` is the last `seq` it has.
    Attach { room: RoomId, from: SocketId, member: MemberId, epoch: u64, after: Option<u32> },
    /// A socket is gone that had, or was about to take, a seat.
    Detach { room: RoomId, member: MemberId, epoch: u64 },
    /// Somebody comes in by a socket of the room. `back`: a guest's seat, by their token.
    Enter { room: RoomId, from: SocketId, who: Entering, back: Option<Back> },
    /// Such a socket is gone.
    Gone { room: RoomId, from: SocketId },
    /// Said from a seat, by the socket that has taken it there. `again`: it was said before, to another home or over a
    /// link that broke.
    Say {
        room: RoomId,
        from: SocketId,
        what: Spoken,
        #[serde(default)]
        again: bool,
    },
    /// The link was broken and is open again, and all who have seats there were named since: who was not is gone.
    Named,
}

/// From the home of a room, to the front of a node.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FromHome {
    /// A frame for these sockets, as it goes onto the wire: written once, and sent once to a node.
    Frame { room: RoomId, to: Vec<SocketId>, text: String, gist: Option<Gist> },
    /// Frames for one, that belong together: a replay. `first` is the `seq` of the first, if they are messages; with
    /// `goes_on` the next parcel for it has more of them.
    Frames { room: RoomId, to: SocketId, texts: Vec<String>, first: Option<u32>, goes_on: bool },
    /// How the room looks, for who sits there.
    Show { room: RoomId, to: SocketId, glance: Glance },
    /// What came of coming in.
    Answer { room: RoomId, to: SocketId, answer: Answer },
    /// Close the socket; what was sent before still arrives.
    Shut { room: RoomId, to: SocketId, code: CloseCode },
    /// No such room lives here, or not yet, or the socket has not taken its seat here since the link was open: nothing
    /// was done.
    NotHere { room: RoomId },
}

/// What a frame says to the front that passes it on without reading it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gist {
    /// A message with this number.
    Said(u32),
    /// What was said by this `client_id` is on file; a message under this number.
    Stored { re: String, seq: Option<u32> },
    /// What was said by this `client_id`, or about this room, was not done.
    Refused { re: String },
    /// What was missed cannot be sent; what comes next follows upon nothing.
    OutOfReach,
    /// The room has ended.
    Ended,
}

impl Gist {
    /// Of this frame; `None` of most.
    #[must_use]
    pub fn of(frame: &ServerFrame) -> Option<Self> {
        Some(match frame {
            ServerFrame::Message { seq, .. } => Self::Said(*seq),
            ServerFrame::Accepted { client_id, seq, .. } => Self::Stored { re: client_id.clone(), seq: Some(*seq) },
            ServerFrame::Whispered { client_id, .. } => Self::Stored { re: client_id.clone(), seq: None },
            ServerFrame::Error { code: ErrorCode::Resync, .. } => Self::OutOfReach,
            ServerFrame::Error { re: Some(re), .. } => Self::Refused { re: re.clone() },
            ServerFrame::Ended { .. } => Self::Ended,
            _ => return None,
        })
    }
}

impl ToHome {
    /// What kind of parcel it is, as nodes name it to each other.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Look { .. } | Self::Attach { .. } | Self::Named => "attach",
            Self::Detach { .. } | Self::Gone { .. } => "detach",
            Self::Enter { .. } => "enter",
            Self::Say { .. } => "take_in",
        }
    }

    /// The room it is for, if it is for one.
    #[must_use]
    pub fn room(&self) -> Option<RoomId> {
        match self {
            Self::Look { room, .. }
            | Self::Attach { room, .. }
            | Self::Detach { room, .. }
            | Self::Enter { room, .. }
            | Self::Gone { room, .. }
            | Self::Say { room, .. } => Some(*room),
            Self::Named => None,
        }
    }
}

impl FromHome {
    /// The same frame for all these sockets.
    #[must_use]
    pub fn frame(room: RoomId, to: Vec<SocketId>, frame: &ServerFrame, text: String) -> Self {
        Self::Frame { room, to, text, gist: Gist::of(frame) }
    }

    /// Frames for one that belong together, in parcels of at most [`PIECE_MAX`] bytes or one frame each.
    #[must_use]
    pub fn frames(room: RoomId, to: SocketId, frames: &[ServerFrame]) -> Vec<Self> {
        let mut pieces: Vec<(Option<u32>, Vec<String>)> = Vec::new();
        let mut bytes = 0;
        for frame in frames {
            let text = frame.to_json();
            bytes += text.len();
            match pieces.last_mut() {
                Some((_, texts)) if bytes <= PIECE_MAX => texts.push(text),
                _ => {
                    bytes = text.len();
                    let first = if let ServerFrame::Message { seq, .. } = frame { Some(*seq) } else { None };
                    pieces.push((first, vec![text]));
                }
            }
        }
        let last = pieces.len().saturating_sub(1);
        let parcel = |(at, (first, texts))| Self::Frames { room, to, texts, first, goes_on: at < last };
        pieces.into_iter().enumerate().map(parcel).collect()
    }

    /// What kind of parcel it is, as nodes name it to each other.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Frame { .. } | Self::Frames { .. } | Self::Show { .. } => "frame",
            Self::Answer { .. } => "seated",
            Self::Shut { .. } | Self::NotHere { .. } => "shut",
        }
    }

    /// The room it is from.
    #[must_use]
    pub fn room(&self) -> RoomId {
        match self {
            Self::Frame { room, .. }
            | Self::Frames { room, .. }
            | Self::Show { room, .. }
            | Self::Answer { room, .. }
            | Self::Shut { room, .. }
            | Self::NotHere { room } => *room,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::MessageKind;
    use crate::time::Wall;

    #[test]
    fn a_long_replay_comes_in_several_parcels_and_each_says_where_it_begins() {
        let message = |seq| ServerFrame::Message {
            room: 1.into(),
            seq,
            id: 2.into(),
            client_id: "a".into(),
            from: 3.into(),
            kind: MessageKind::Text,
            body: "x".repeat(PIECE_MAX / 3),
            at: Wall(0),
        };
        let frames: Vec<ServerFrame> = (5..10).map(message).collect();
        let parcels = FromHome::frames(1.into(), SocketId(7), &frames);
        let seen = parcels.iter().map(|parcel| match parcel {
            FromHome::Frames { texts, first, goes_on, .. } => (texts.len(), *first, *goes_on),
            other => unreachable!("{other:?}"),
        });
        assert_eq!(seen.collect::<Vec<_>>(), [(2, Some(5), true), (2, Some(7), true), (1, Some(9), false)]);
        assert!(FromHome::frames(1.into(), SocketId(7), &[]).is_empty());
    }
}
