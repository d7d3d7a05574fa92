//! What the server says.

use serde::{Deserialize, Serialize};

use super::{
    Activity, ClosedReason, EndReason, ErrorCode, Intent, MessageKind, NextStep, Role, RoomKind, SeatState,
    TransferState, WithdrawnReason,
};
use crate::ids::{AccountId, MemberId, MessageId, OfferId, RoomId, SessionId, TicketId, WhisperId};
use crate::time::Wall;

/// A frame to a client. On the wire its name is the field `type`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(tag = "type", rename_all = "snake_case", optional_fields))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame {
    /// The first frame of every socket.
    Welcome {
        session: SessionId,
        heartbeat_s: u32,
        node: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        lines: Option<Vec<LineInfo>>,
    },
    /// The ticket stands.
    Waiting {
        ticket: TicketId,
        number: String,
        line: String,
        requested_at: Wall,
        ahead: u32,
        #[cfg_attr(test, ts(optional = nullable))]
        eta_s: Option<[u32; 2]>,
        resume: String,
    },
    /// To one counsellor.
    Offer {
        offer: OfferId,
        ticket: TicketId,
        number: String,
        line: String,
        #[cfg_attr(test, ts(optional = nullable))]
        nickname: Option<String>,
        #[cfg_attr(test, ts(optional = nullable))]
        note: Option<String>,
        waited_s: u32,
        accept_within_s: u32,
        /// The talk goes on in another room and is handed over by a colleague.
        #[serde(skip_serializing_if = "Option::is_none")]
        transfer: Option<HandedOver>,
    },
    /// The offer is over without you.
    Withdrawn { offer: OfferId, reason: WithdrawnReason },
    /// You have a seat.
    Matched {
        room: RoomId,
        consultation: TicketId,
        ticket: TicketId,
        you: MemberId,
        members: Vec<Member>,
        last_seq: u32,
        #[serde(skip_serializing_if = "Option::is_none")]
        resume: Option<String>,
    },
    /// Somebody else's message, or a missed one of your own after a drop.
    Message {
        room: RoomId,
        seq: u32,
        id: MessageId,
        client_id: String,
        from: MemberId,
        kind: MessageKind,
        body: String,
        at: Wall,
    },
    /// Your message is on disk.
    Accepted {
        room: RoomId,
        client_id: String,
        seq: u32,
        id: MessageId,
        at: Wall,
        #[serde(skip_serializing_if = "Option::is_none")]
        masked: Option<Vec<String>>,
    },
    /// A seat changed: the room and the member, side by side.
    Member {
        room: RoomId,
        #[serde(flatten)]
        #[cfg_attr(test, ts(flatten))]
        who: Member,
    },
    /// Somebody is writing.
    Typing { room: RoomId, from: MemberId, on: bool },
    /// Somebody has read up to here.
    Seen { room: RoomId, from: MemberId, seq: u32 },
    /// The room is over. `next_room`, to supervisors: where a talk that was handed over goes on.
    Ended {
        room: RoomId,
        reason: EndReason,
        #[serde(skip_serializing_if = "Option::is_none")]
        by: Option<MemberId>,
        #[serde(skip_serializing_if = "Option::is_none")]
        next_room: Option<RoomId>,
    },
    /// By the room socket: you have a seat. Sent again when `watching` changes.
    Seated {
        room: RoomId,
        kind: RoomKind,
        you: MemberId,
        members: Vec<Member>,
        last_seq: u32,
        /// The others do not see you, and you may not speak to them.
        watching: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        info: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        picture: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        resume: Option<String>,
    },
    /// A group room is called otherwise from here on, or says something else of itself.
    Room {
        room: RoomId,
        title: String,
        /// Empty for nothing.
        info: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        picture: Option<String>,
    },
    /// Said between staff about the talk in this room.
    Whisper { room: RoomId, id: WhisperId, client_id: String, from: Whisperer, mine: bool, body: String, at: Wall },
    /// Your whisper is on disk.
    Whispered { room: RoomId, client_id: String, id: WhisperId, at: Wall },
    /// To the one who hands a room over: how it stands. `line` or `counsellor` is what was asked for;
    /// with `ACCEPTED`, `counsellor` is who takes it.
    Transfer {
        room: RoomId,
        state: TransferState,
        #[serde(skip_serializing_if = "Option::is_none")]
        line: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        counsellor: Option<AccountId>,
        #[serde(skip_serializing_if = "Option::is_none")]
        detail: Option<String>,
    },
    /// The ticket is over without a room.
    Closed {
        ticket: TicketId,
        reason: ClosedReason,
        #[serde(skip_serializing_if = "Option::is_none")]
        next: Option<NextStep>,
    },
    /// To a counsellor on connect and whenever it changes.
    State {
        intent: Intent,
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        activity: Activity,
        capacity: u16,
        lines: Vec<LineInfo>,
        rooms: Vec<RoomBrief>,
    },
    /// To counsellors, at most once a second and only on change.
    Queue { lines: Vec<LineLoad> },
    /// Your rating is on file; only now may a page say thanks.
    Rated { room: RoomId, score: u8 },
    /// Nothing else was said for `heartbeat_s`. Browsers cannot see pings: by this a page knows that it is still heard.
    Beat,
    /// Nothing was done.
    Error {
        code: ErrorCode,
        detail: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        re: Option<String>,
        /// With `RESYNC`: the oldest `seq` that can still be had.
        #[serde(skip_serializing_if = "Option::is_none")]
        seq: Option<u32>,
        /// With `BUSY`: whole seconds after which it is worth trying again.
        #[serde(skip_serializing_if = "Option::is_none")]
        wait_s: Option<u32>,
    },
}

impl ServerFrame {
    /// Nothing was done; `re` is the `client_id`, offer or room that is answered.
    #[must_use]
    pub fn refusal(code: ErrorCode, detail: impl Into<String>, re: Option<String>) -> Self {
        Self::Error { code, detail: detail.into(), re, seq: None, wait_s: None }
    }

    /// The frame as it goes onto the wire.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Only a map with keys that are not strings can fail here, and there is none.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// A line as people see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
pub struct LineInfo {
    /// The topic's code.
    pub topic: String,
    /// `ko`, `en`.
    pub language: String,
    /// The topic's name in that language.
    pub name: String,
    /// Its name in English, where that is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_en: Option<String>,
    /// Inside its opening hours.
    pub open: bool,
}

/// How busy a line is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LineLoad {
    /// The topic's code.
    pub line: String,
    /// Which of the topic's lines.
    pub language: String,
    /// Tickets waiting.
    pub waiting: u32,
    /// Seconds the longest of them has waited.
    pub longest_s: u32,
    /// Open and connected counsellors who serve it.
    pub open: u32,
    /// Rooms talking.
    pub talking: u32,
}

/// A member as other members see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields))]
#[cfg_attr(feature = "server", derive(utoipa::ToSchema))]
pub struct Member {
    /// The seat.
    pub member: MemberId,
    /// What they are in this room.
    pub role: Role,
    /// The name or nickname to show.
    pub name: String,
    /// Where the picture lies, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
    /// Here, away or gone.
    pub state: SeatState,
}

/// Who whispers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Whisperer {
    /// The name to show.
    pub name: String,
    /// What they are in the room.
    pub role: Role,
}

/// What an offer says of the talk that is handed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct HandedOver {
    /// The giver's name.
    pub from: String,
    /// What the giver says about it.
    #[cfg_attr(test, ts(optional = nullable))]
    pub note: Option<String>,
    /// How many messages were said.
    pub messages: u32,
}

/// A room in a counsellor's `state`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct RoomBrief {
    /// The room.
    pub room: RoomId,
    /// Your own seat in it.
    pub you: MemberId,
    /// The last sequence number on disk.
    pub last_seq: u32,
    /// Who has a seat.
    pub members: Vec<Member>,
    /// The ticket's number for people.
    pub number: String,
    /// The topic's code.
    pub line: String,
    /// Ended, and waiting for `wrap_up`.
    pub wrap_up: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_are_written_as_the_contract_says() {
        let frame = ServerFrame::Waiting {
            ticket: TicketId::from(1),
            number: "A-017".into(),
            line: "GENERAL".into(),
            requested_at: Wall(1_700_000_000_000_000),
            ahead: 3,
            eta_s: None,
            resume: "t".into(),
        };
        assert_eq!(
            frame.to_json(),
            r#"{"type":"waiting","ticket":"00000000-0000-0000-0000-000000000001","number":"A-017","line":"GENERAL","requested_at":"2023-11-14T22:13:20.000Z","ahead":3,"eta_s":null,"resume":"t"}"#
        );
        let frame = ServerFrame::refusal(ErrorCode::ClientIdReused, "d", None);
        assert_eq!(frame.to_json(), r#"{"type":"error","code":"CLIENT_ID_REUSED","detail":"d"}"#);
    }
}
