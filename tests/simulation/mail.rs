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
    RoomOver { room: RoomId, returns: bool, handed_over: Option<LineId> },
    RoomGone(RoomId),
    NotTransferred(RoomId),
    Move { ticket: TicketId, line: LineId },
    // To a room.
    Attach { member: MemberId, turn: u64, socket: SocketNo, after: Option<u32> },
    Detach { member: MemberId, turn: u64 },
    Room(room::Input),
    HandOver(LineId),
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
    Transfer { room: RoomId, line: Option<LineId>, to: Option<AccountId> },
    CancelTransfer(RoomId),
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
    Move(TicketId, LineId),
}

#[derive(Clone, Debug)]
pub struct Proposal {
    pub row: TicketRow,
    pub counsellor: AccountId,
    pub room: RoomId,
    pub desk_seat: MemberId,
    pub counsellor_seat: MemberId,
}

/// A seat as it was handed out to one socket.
#[derive(Clone, Copy, Debug)]
pub struct Seat {
    pub member: MemberId,
    /// The how manieth time a seat was handed out: sockets of one member live on several threads,
    /// the matchmaker's order is the true one.
    pub turn: u64,
    pub wrap_up: bool,
}

/// What a socket is told by the matchmaker.
#[derive(Clone, Debug)]
pub enum News {
    Stands(ServerFrame),
    Seated { room: RoomId, seat: Seat, frame: ServerFrame, after: Option<u32> },
    DeskRoomOver { room: RoomId, may_rate: bool },
    Over(Option<ServerFrame>),
    Refused { code: ErrorCode, re: Option<String>, ask_again: bool },
    Replaced,
    Rooms(Vec<(RoomId, Seat)>),
    State { intent: Intent, activity: Activity, capacity: u16 },
    Frame(ServerFrame),
    RoomOver { room: RoomId, wrap_up: bool },
    RoomGone(RoomId),
}
