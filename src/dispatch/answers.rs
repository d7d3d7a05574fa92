//! What a room is told of the referee's answers.

use super::rows::{WriteFailed, Written};
use crate::room::{EndStored, Input, PendingWrite, SayStored, SeatStored, WhisperStored};

impl Written {
    /// Something of a room was put on file, or not. Also what does not fit, for the log.
    #[must_use]
    pub fn of_room(what: PendingWrite, answer: Result<Self, WriteFailed>) -> (Input, Option<Self>) {
        if answer == Ok(Self::Fenced) {
            return (Input::Fenced, None);
        }
        let input = match what {
            PendingWrite::Say(id) => Input::SayStored { id, answer: said(&answer) },
            PendingWrite::Sit(member) => Input::SitStored { member, answer: sat(&answer) },
            PendingWrite::Show(member) => Input::ShowStored { member, answer: sat(&answer) },
            PendingWrite::Whisper(id) => Input::WhisperStored { id, answer: whispered(&answer) },
            PendingWrite::End => Input::EndStored(ended(&answer)),
            PendingWrite::HandOn => Input::HandedOn { done: answer == Ok(Self::Done) },
        };
        let is_odd = matches!(input, Input::SayStored { answer: SayStored::Failed, .. });
        (input, answer.ok().filter(|_| is_odd))
    }
}

type Answer = Result<Written, WriteFailed>;

fn said(answer: &Answer) -> SayStored {
    match *answer {
        Ok(Written::Done) => SayStored::Done,
        Ok(Written::Said { seq, id, at, same }) => SayStored::Before { seq, id, at, same },
        Ok(Written::Gap) => SayStored::Gap,
        Ok(Written::Stale) => SayStored::Closed,
        Ok(_) | Err(_) => SayStored::Failed,
    }
}

fn ended(answer: &Answer) -> EndStored {
    match answer {
        Ok(Written::Done) => EndStored::Done,
        Ok(_) => EndStored::Stale,
        Err(_) => EndStored::Failed,
    }
}

fn sat(answer: &Answer) -> SeatStored {
    match answer {
        Ok(Written::Done) => SeatStored::Done,
        Ok(Written::Stale) => SeatStored::Closed,
        Ok(_) | Err(_) => SeatStored::Failed,
    }
}

fn whispered(answer: &Answer) -> WhisperStored {
    match *answer {
        Ok(Written::Done) => WhisperStored::Done,
        Ok(Written::Whispered { id, at, same }) => WhisperStored::Before { id, at, same },
        Ok(Written::Stale) => WhisperStored::Closed,
        Ok(_) | Err(_) => WhisperStored::Failed,
    }
}
