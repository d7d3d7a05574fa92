//! What a room is told by a frame of a member's.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::input::{Ender, Input, Say, Whisper};
use crate::ids::{MemberId, MessageId, WhisperId};
use crate::protocol::{ClientFrame, MessageKind};

/// What somebody with a seat says to their room.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spoken {
    /// Something happens in it.
    Input(Input),
    /// They end it, and may say why.
    End { by: Ender, note: Option<String> },
}

impl Spoken {
    /// What `frame` says to the room in which `member` sits; `None` if it is not for a room. `new_id` gives an
    /// id that nobody has.
    pub fn by(member: MemberId, frame: ClientFrame, new_id: &mut dyn FnMut() -> Uuid) -> Option<Self> {
        Some(Self::Input(match frame {
            ClientFrame::End { reason, .. } => return Some(Self::End { by: Ender::Member(member), note: reason }),
            ClientFrame::Say { client_id, body, kind, .. } => {
                let (kind, id) = (kind.unwrap_or(MessageKind::Text), MessageId(new_id()));
                Input::Say(Say { from: member, client_id, body, kind, id })
            }
            ClientFrame::Whisper { client_id, body, .. } => {
                Input::Whisper(Whisper { from: member, client_id, body, id: WhisperId(new_id()) })
            }
            ClientFrame::Typing { on, .. } => Input::Typing { member, on },
            ClientFrame::Seen { seq, .. } => Input::Seen { member, seq },
            ClientFrame::Replay { after, .. } => Input::Replay { member, after },
            ClientFrame::Join { .. } => Input::Join { member },
            ClientFrame::Leave { .. } => Input::Leave { member },
            _ => return None,
        }))
    }
}
