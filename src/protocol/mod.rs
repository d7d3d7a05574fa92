//! PURE. The frames of both directions, their bounds, the error codes and the close codes.
//!
//! This is the one place where the wire is described: the server parses and writes these types,
//! and the pages' TypeScript types are generated from them (`typescript.rs`).
//! `docs/PROTOCOL.md` is the same in prose.

mod client;
mod close;
mod codes;
mod error_code;
mod likeness;
mod server;
pub mod text;
#[cfg(test)]
pub(crate) mod typescript;
mod unseen;

pub use client::{ClientFrame, FrameFault, Sender};
pub use close::CloseCode;
pub use codes::{
    Activity, ClosedReason, EndReason, FaultCode, Intent, MessageKind, NextStep, Role, RoomKind, SeatState,
    TransferState, WithdrawnReason,
};
pub use error_code::ErrorCode;
pub use likeness::{folded, looks_like};
pub use server::{HandedOver, LineInfo, LineLoad, Member, RoomBrief, ServerFrame, Whisperer};
pub use text::TextFault;

/// Most characters of what names a picture: its id, or where it lies.
pub const PICTURE_CHARS_MAX: usize = 64;
/// The WebSocket subprotocol both sides name.
pub const SUBPROTOCOL: &str = "anteroom.v1";
/// Most bytes in one frame from a client; a larger one closes with 1009.
pub const FRAME_BYTES_MAX: usize = 16 * 1024;
/// Most characters in a message.
pub const BODY_CHARS_MAX: usize = 2_000;
/// Most characters in a `client_id`.
pub const CLIENT_ID_CHARS_MAX: usize = 64;
/// Most characters in a nickname.
pub const NICKNAME_CHARS_MAX: usize = 40;
/// Most characters in the nickname of a guest, who sits among others.
pub const GUEST_NAME_CHARS_MAX: usize = 20;
/// Most characters in a note, a reason or a comment.
pub const NOTE_CHARS_MAX: usize = 500;
/// Most characters in a code such as a topic or a result code.
pub const CODE_CHARS_MAX: usize = 40;
/// Most characters in a resume token.
pub const TOKEN_CHARS_MAX: usize = 512;
/// Most lines named in one `open`.
pub const OPEN_LINES_MAX: usize = 64;
/// The highest priority a registered desk may ask for; each level is worth
/// [`crate::matching::PRIORITY_BONUS_S`] seconds of waiting.
pub const PRIORITY_MAX: u8 = 9;
/// Most rooms one counsellor may hold at once.
pub const CAPACITY_MAX: u16 = 50;
