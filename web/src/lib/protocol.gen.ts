// Generated from src/protocol by `make generate`. Do not edit.

export type ClientFrame = { "type": "request", client_id: string, topic: string, language?: string, nickname?: string, note?: string, priority?: number, } | { "type": "cancel", } | { "type": "resume", token: string, after?: number, } | { "type": "open", lines?: Array<string>, capacity?: number, } | { "type": "pause", reason?: string, } | { "type": "accept", offer: OfferId, } | { "type": "decline", offer: OfferId, reason?: string, } | { "type": "replay", room: RoomId, after: number, } | { "type": "say", room: RoomId, client_id: string, body: string, kind?: MessageKind, } | { "type": "typing", room: RoomId, on: boolean, } | { "type": "seen", room: RoomId, seq: number, } | { "type": "end", room: RoomId, reason?: string, } | { "type": "transfer", room: RoomId, line?: string, counsellor?: AccountId, note?: string, } | { "type": "cancel_transfer", room: RoomId, } | { "type": "join", room: RoomId, nickname?: string, picture?: string, } | { "type": "leave", room: RoomId, } | { "type": "whisper", room: RoomId, client_id: string, body: string, } | { "type": "wrap_up", room: RoomId, result_code: string, memo?: string, } | { "type": "rate", room: RoomId, score: number, comment?: string, };

export type ServerFrame = { "type": "welcome", session: SessionId, heartbeat_s: number, node: string, lines?: Array<LineInfo>, } | { "type": "waiting", ticket: TicketId, number: string, line: string, requested_at: Wall, ahead: number, eta_s?: [number, number] | null, resume: string, } | { "type": "offer", offer: OfferId, ticket: TicketId, number: string, line: string, nickname?: string | null, note?: string | null, waited_s: number, accept_within_s: number, 
/**
 * The talk goes on in another room and is handed over by a colleague.
 */
transfer?: HandedOver, } | { "type": "withdrawn", offer: OfferId, reason: WithdrawnReason, } | { "type": "matched", room: RoomId, consultation: TicketId, ticket: TicketId, you: MemberId, members: Array<Member>, last_seq: number, resume?: string, } | { "type": "message", room: RoomId, seq: number, id: MessageId, client_id: string, from: MemberId, kind: MessageKind, body: string, at: Wall, } | { "type": "accepted", room: RoomId, client_id: string, seq: number, id: MessageId, at: Wall, masked?: Array<string>, } | { "type": "member", room: RoomId, 
/**
 * The seat.
 */
member: MemberId, 
/**
 * What they are in this room.
 */
role: Role, 
/**
 * The name or nickname to show.
 */
name: string, 
/**
 * Where the picture lies, if there is one.
 */
picture?: string, 
/**
 * Here, away or gone.
 */
state: SeatState, } | { "type": "typing", room: RoomId, from: MemberId, on: boolean, } | { "type": "seen", room: RoomId, from: MemberId, seq: number, } | { "type": "ended", room: RoomId, reason: EndReason, by?: MemberId, next_room?: RoomId, } | { "type": "seated", room: RoomId, kind: RoomKind, you: MemberId, members: Array<Member>, last_seq: number, 
/**
 * The others do not see you, and you may not speak to them.
 */
watching: boolean, title?: string, info?: string, picture?: string, resume?: string, } | { "type": "room", room: RoomId, title: string, 
/**
 * Empty for nothing.
 */
info: string, picture?: string, } | { "type": "whisper", room: RoomId, id: WhisperId, client_id: string, from: Whisperer, mine: boolean, body: string, at: Wall, } | { "type": "whispered", room: RoomId, client_id: string, id: WhisperId, at: Wall, } | { "type": "transfer", room: RoomId, state: TransferState, line?: string, counsellor?: AccountId, detail?: string, } | { "type": "closed", ticket: TicketId, reason: ClosedReason, next?: NextStep, } | { "type": "state", intent: Intent, reason?: string, activity: Activity, capacity: number, lines: Array<LineInfo>, rooms: Array<RoomBrief>, } | { "type": "queue", lines: Array<LineLoad>, } | { "type": "rated", room: RoomId, score: number, } | { "type": "beat" } | { "type": "error", code: ErrorCode, detail: string, re?: string, 
/**
 * With `RESYNC`: the oldest `seq` that can still be had.
 */
seq?: number, 
/**
 * With `BUSY`: whole seconds after which it is worth trying again.
 */
wait_s?: number, };

export type LineInfo = { 
/**
 * The topic's code.
 */
topic: string, 
/**
 * `ko`, `en`.
 */
language: string, 
/**
 * The topic's name in that language.
 */
name: string, 
/**
 * Its name in English, where that is another.
 */
name_en?: string, 
/**
 * Inside its opening hours.
 */
open: boolean, };

export type LineLoad = { 
/**
 * The topic's code.
 */
line: string, 
/**
 * Which of the topic's lines.
 */
language: string, 
/**
 * Tickets waiting.
 */
waiting: number, 
/**
 * Seconds the longest of them has waited.
 */
longest_s: number, 
/**
 * Open and connected counsellors who serve it.
 */
open: number, 
/**
 * Rooms talking.
 */
talking: number, };

export type Member = { 
/**
 * The seat.
 */
member: MemberId, 
/**
 * What they are in this room.
 */
role: Role, 
/**
 * The name or nickname to show.
 */
name: string, 
/**
 * Where the picture lies, if there is one.
 */
picture?: string, 
/**
 * Here, away or gone.
 */
state: SeatState, };

export type Whisperer = { 
/**
 * The name to show.
 */
name: string, 
/**
 * What they are in the room.
 */
role: Role, };

export type RoomKind = "CONSULTATION" | "GROUP";

export type RoomBrief = { 
/**
 * The room.
 */
room: RoomId, 
/**
 * Your own seat in it.
 */
you: MemberId, 
/**
 * The last sequence number on disk.
 */
last_seq: number, 
/**
 * Who has a seat.
 */
members: Array<Member>, 
/**
 * The ticket's number for people.
 */
number: string, 
/**
 * The topic's code.
 */
line: string, 
/**
 * Ended, and waiting for `wrap_up`.
 */
wrap_up: boolean, };

export type Role = "DESK" | "COUNSELLOR" | "MANAGER" | "GUEST";

export type SeatState = "JOINED" | "AWAY" | "BACK" | "LEFT";

export type MessageKind = "TEXT";

export type WithdrawnReason = "CANCELLED" | "EXPIRED" | "GONE" | "TAKEN";

export type TransferState = "OFFERED" | "ACCEPTED" | "DECLINED" | "NOBODY" | "CANCELLED";

export type HandedOver = { 
/**
 * The giver's name.
 */
from: string, 
/**
 * What the giver says about it.
 */
note?: string | null, 
/**
 * How many messages were said.
 */
messages: number, };

export type EndReason = "DONE" | "DESK_LEFT" | "COUNSELLOR_LOST" | "ADMIN" | "TRANSFERRED" | "EXPIRED";

export type ClosedReason = "CANCELLED" | "EXPIRED" | "FULL" | "CLOSED_HOURS" | "UNSTAFFED" | "REPLACED";

export type NextStep = "ASK_AGAIN" | "TRY_LATER" | "OPENING_HOURS" | "ASK_STAFF";

export type Intent = "OPEN" | "PAUSED";

export type Activity = "IDLE" | "OFFERED" | "TALKING" | "WRAP_UP";

export type ErrorCode = "BAD_FRAME" | "UNKNOWN_LINE" | "ALREADY_REQUESTED" | "NOT_WAITING" | "NO_SUCH_OFFER" | "NO_SUCH_ROOM" | "ROOM_ENDED" | "CLIENT_ID_REUSED" | "RESYNC" | "BAD_TOKEN" | "TOKEN_EXPIRED" | "NOT_ALLOWED" | "TRANSFER_PENDING" | "NO_SUCH_TRANSFER" | "NOTHING_TO_WRAP_UP" | "NOTHING_TO_RATE" | "NOT_STORED" | "FULL" | "NAME_TAKEN" | "BUSY";

export type FaultCode = "EMPTY" | "TOO_LONG" | "TOO_SHORT" | "CONTROL" | "LINE_FEED" | "BIDI" | "INVISIBLE" | "WHITE_SPACE" | "FORM" | "RANGE" | "CHOICE" | "NOT_THERE" | "MOMENT" | "TWICE" | "EITHER" | "SAME" | "PICTURE" | "COMMON" | "REPEATED" | "WRONG" | "MISSING" | "UNKNOWN" | "KIND" | "VALUE";

export type AccountId = string;

export type DeskId = string;

export type SessionId = string;

export type LineId = string;

export type TicketId = string;

export type OfferId = string;

export type RoomId = string;

export type MemberId = string;

export type MessageId = string;

export type WhisperId = string;

export type Wall = string;

/** Limits of the frames' fields. */
export const BODY_CHARS_MAX = 2000;
export const CLIENT_ID_CHARS_MAX = 64;
export const CODE_CHARS_MAX = 40;
export const FRAME_BYTES_MAX = 16384;
export const GUEST_NAME_CHARS_MAX = 20;
export const NICKNAME_CHARS_MAX = 40;
export const NOTE_CHARS_MAX = 500;
