//! What has a code of its own: the same on the wire, in the database and in the description.

use serde::{Deserialize, Serialize};

// A code is taken as a token: as a literal it comes wrapped, and the description of the API would not see it.
macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $code:tt),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(test, derive(ts_rs::TS))]
        #[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
        pub enum $name {
            $($(#[$vdoc])* #[serde(rename = $code)] $variant),*
        }

        impl $name {
            /// The code on the wire and in the database.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),* }
            }

            /// The value with this code.
            #[must_use]
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)* _ => None }
            }
        }
    )*};
}

codes! {
    /// What a member is in a room.
    Role {
        /// The one who asked.
        Desk = "DESK",
        /// The one who helps.
        Counsellor = "COUNSELLOR",
        /// Staff who watch or join.
        Manager = "MANAGER",
        /// Someone who came by a link.
        Guest = "GUEST",
    }
    /// What a room is for.
    RoomKind {
        /// Somebody who asked and somebody who helps.
        Consultation = "CONSULTATION",
        /// Staff and their guests.
        Group = "GROUP",
    }
    /// A seat's state.
    SeatState {
        /// Here.
        Joined = "JOINED",
        /// The socket is gone, the seat is held.
        Away = "AWAY",
        /// Here again (only in a `member` frame; the seat is `JOINED` from then on).
        Back = "BACK",
        /// Gone for good.
        Left = "LEFT",
    }
    /// What a message is.
    MessageKind {
        /// Words.
        Text = "TEXT",
    }
    /// Why an offer was withdrawn.
    WithdrawnReason {
        /// The desk gave up.
        Cancelled = "CANCELLED",
        /// The deadline passed.
        Expired = "EXPIRED",
        /// The desk or the counsellor is gone, or the database did not take it.
        Gone = "GONE",
        /// Somebody else has it.
        Taken = "TAKEN",
    }
    /// Why a room ended.
    EndReason {
        /// Somebody ended it.
        Done = "DONE",
        /// The desk left, or did not come back in time.
        DeskLeft = "DESK_LEFT",
        /// The counsellor did not come back in time.
        CounsellorLost = "COUNSELLOR_LOST",
        /// An admin ended it.
        Admin = "ADMIN",
        /// It was handed over.
        Transferred = "TRANSFERRED",
        /// Nobody came back to it.
        Expired = "EXPIRED",
    }
    /// Why a ticket is over without a room.
    ClosedReason {
        /// The desk gave up.
        Cancelled = "CANCELLED",
        /// Waited too long, or away too long.
        Expired = "EXPIRED",
        /// The line has `waiting_max` tickets.
        Full = "FULL",
        /// Outside the opening hours.
        ClosedHours = "CLOSED_HOURS",
        /// Nobody has been there to serve the line.
        Unstaffed = "UNSTAFFED",
        /// A newer ticket took its place.
        Replaced = "REPLACED",
    }
    /// What else a desk may do whose ticket is over without a room.
    NextStep {
        /// Ask again now.
        AskAgain = "ASK_AGAIN",
        /// Ask again in a few minutes.
        TryLater = "TRY_LATER",
        /// Come back when the line is open.
        OpeningHours = "OPENING_HOURS",
        /// Turn to somebody who is there in person.
        AskStaff = "ASK_STAFF",
    }
    /// How a transfer stands.
    TransferState {
        /// It rings at somebody.
        Offered = "OFFERED",
        /// Somebody takes it: the room ends for them in a moment.
        Accepted = "ACCEPTED",
        /// The colleague declined, or did not answer.
        Declined = "DECLINED",
        /// Nobody can take it now.
        Nobody = "NOBODY",
        /// It was called off, or the talk ended before it could be handed over.
        Cancelled = "CANCELLED",
    }
    /// What is wrong with one field of a request.
    FaultCode {
        /// Nothing but white space.
        Empty = "EMPTY",
        /// More characters than `max`.
        TooLong = "TOO_LONG",
        /// Fewer characters than `min`.
        TooShort = "TOO_SHORT",
        /// A control character in it.
        Control = "CONTROL",
        /// More than one line where there is room for one.
        LineFeed = "LINE_FEED",
        /// A character that turns the direction of a name.
        Bidi = "BIDI",
        /// Nothing to see in it, or something in a login that cannot be seen.
        Invisible = "INVISIBLE",
        /// White space where there may be none.
        WhiteSpace = "WHITE_SPACE",
        /// Characters in it that may not be, or not in this form.
        Form = "FORM",
        /// A number below `min` or above `max`.
        Range = "RANGE",
        /// None of the values there are.
        Choice = "CHOICE",
        /// Names something that is not there, or is out of use.
        NotThere = "NOT_THERE",
        /// A moment that is not after another, not to come, or out of all bounds.
        Moment = "MOMENT",
        /// Named more than once.
        Twice = "TWICE",
        /// Exactly one of two fields is needed.
        Either = "EITHER",
        /// Is so already.
        Same = "SAME",
        /// A picture that cannot be drawn.
        Picture = "PICTURE",
        /// A password that is among the first to be guessed.
        Common = "COMMON",
        /// A password that is something shorter, said again.
        Repeated = "REPEATED",
        /// Does not prove who asks.
        Wrong = "WRONG",
        /// Is needed and not there.
        Missing = "MISSING",
        /// Is not known here.
        Unknown = "UNKNOWN",
        /// Of another kind than expected: a text for a number.
        Kind = "KIND",
        /// Cannot be taken, for another reason.
        Value = "VALUE",
    }
    /// What a counsellor wants.
    Intent {
        /// Work.
        Open = "OPEN",
        /// No new work.
        Paused = "PAUSED",
    }
    /// What a counsellor is doing.
    Activity {
        /// Nothing.
        Idle = "IDLE",
        /// Being rung.
        Offered = "OFFERED",
        /// In a room.
        Talking = "TALKING",
        /// Writing up.
        WrapUp = "WRAP_UP",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_reads_back_as_itself() {
        for reason in [EndReason::Done, EndReason::CounsellorLost, EndReason::Transferred] {
            assert_eq!(EndReason::from_code(reason.code()), Some(reason));
        }
    }
}
