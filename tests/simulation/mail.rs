//! What the server's actors tell each other.

use anteroom::ids::{AccountId, LineId, MemberId, OfferId, RoomId, TicketId};
use anteroom::matching::CloseCause;
use anteroom::protocol::{Activity, ClientFrame, CloseCode, ClosedReason, ErrorCode, Intent, ServerFrame};
use anteroom::room;

use super::hub::SocketNo;
use super::store::{Answer, TicketRow};

#[derive(Clone, Debug)]
pub enum Mail {
    // To the matchmaker.
    Ask { from: SocketNo, client_id: String, topic: String, priority: u8 },
    ComeBack { from: SocketNo, ticket: TicketId, after: Option<u32> },
    FromDesk { from: SocketNo, what: DeskWish },
    Arrive { from: SocketNo, account: AccountId },
    FromCounsellor { from: SocketNo, account: AccountId, what: Wish },
    Filed { what: Filing, answer: Result<Answer, ()> },
    Health(bool),
    RoomOver { room: RoomId, returns: bool },
    RoomGone(RoomId),
    // To a room.
    Attach { member: MemberId, socket: SocketNo, after: Option<u32> },
    Detach { member: MemberId, socket: SocketNo },
    Room(room::Input),
    // To a socket.
    Hello,
    Heard(ClientFrame),
    PeerGone,
    News(News),
    Out(Vec<ServerFrame>),
    Shut(CloseCode),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeskWish {
    Repeat,
    Cancel,
    Gone,
}

#[derive(Clone, Debug)]
pub enum Wish {
    Open { lines: Option<Vec<LineId>>, capacity: Option<u16> },
    Pause,
    Accept(OfferId),
    Decline(OfferId),
    WrapUp(RoomId),
    Gone,
}

/// Which write it was.
#[derive(Clone, Debug)]
pub enum Filing {
    Ticket(TicketId),
    Refusal(TicketId, ClosedReason),
    Close(TicketId, CloseCause),
    Match(Proposal),
    WrapUp { account: AccountId, room: RoomId, asked: bool },
}

#[derive(Clone, Debug)]
pub struct Proposal {
    pub row: TicketRow,
    pub counsellor: AccountId,
    pub room: RoomId,
    pub desk_seat: MemberId,
    pub counsellor_seat: MemberId,
}

/// What a socket is told by the matchmaker.
#[derive(Clone, Debug)]
pub enum News {
    Stands(ServerFrame),
    Seated { room: RoomId, member: MemberId, frame: ServerFrame },
    DeskRoomOver,
    Over(Option<ServerFrame>),
    Refused { code: ErrorCode, re: Option<String>, ask_again: bool },
    Replaced,
    Rooms(Vec<(RoomId, MemberId, bool)>),
    State { intent: Intent, activity: Activity, capacity: u16 },
    Frame(ServerFrame),
    RoomOver { room: RoomId, wrap_up: bool },
    RoomGone(RoomId),
}
