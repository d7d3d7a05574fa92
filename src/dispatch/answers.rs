//! What a room is told of the referee's answers.

use super::rows::{WriteFailed, Written};
use crate::ids::{MessageId, WhisperId};
use crate::room::{EndStored, Input, SayStored, SeatStored, WhisperStored};

type Answer = Result<Written, WriteFailed>;

impl Written {
    /// A message was put on file. Also what does not fit, for the log.
    #[must_use]
    pub fn said(id: MessageId, answer: Answer) -> (Input, Option<Self>) {
        let (answer, odd) = match answer {
            Ok(Self::Done) => (SayStored::Done, None),
            Ok(Self::Said { seq, id, at, same }) => (SayStored::Before { seq, id, at, same }, None),
            Ok(Self::Gap) => (SayStored::Gap, None),
            Ok(Self::Stale) => (SayStored::Closed, None),
            Ok(odd) => (SayStored::Failed, Some(odd)),
            Err(_) => (SayStored::Failed, None),
        };
        (Input::SayStored { id, answer }, odd)
    }

    /// The room's end was.
    #[must_use]
    pub fn ended(answer: &Answer) -> Input {
        Input::EndStored(match answer {
            Ok(Self::Done) => EndStored::Done,
            Ok(_) => EndStored::Stale,
            Err(_) => EndStored::Failed,
        })
    }

    /// Something about a seat was.
    #[must_use]
    pub fn sat(answer: &Answer) -> SeatStored {
        match answer {
            Ok(Self::Done) => SeatStored::Done,
            Ok(Self::Stale) => SeatStored::Closed,
            Ok(_) | Err(_) => SeatStored::Failed,
        }
    }

    /// A whisper was.
    #[must_use]
    pub fn whispered(id: WhisperId, answer: &Answer) -> Input {
        let answer = match answer {
            Ok(Self::Done) => WhisperStored::Done,
            Ok(Self::Whispered { id, at, same }) => WhisperStored::Before { id: *id, at: *at, same: *same },
            Ok(Self::Stale) => WhisperStored::Closed,
            Ok(_) | Err(_) => WhisperStored::Failed,
        };
        Input::WhisperStored { id, answer }
    }
}
