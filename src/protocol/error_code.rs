//! Why nothing was done: the codes of `error` frames.

use serde::{Deserialize, Serialize};

/// The code of an `error` frame. Nothing was stored and nobody else was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename_all = "SCREAMING_SNAKE_CASE"))]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ErrorCode {
    /// Not a frame of the contract: bad JSON, an unknown type or field, a value out of bounds.
    BadFrame,
    /// No line has this topic.
    UnknownLine,
    /// This visit already has a live ticket or a room.
    AlreadyRequested,
    /// There is no waiting ticket to give up: it was matched, closed, or never was.
    NotWaiting,
    /// The offer is not (or no longer) yours to answer.
    NoSuchOffer,
    /// You have no seat in such a room.
    NoSuchRoom,
    /// The room has ended.
    RoomEnded,
    /// The same `client_id` came with other content.
    ClientIdReused,
    /// What was missed can no longer be sent in order; start again from the named `seq`.
    Resync,
    /// The token was not made by this server, or belongs to something else.
    BadToken,
    /// The token was good once; the visit it belongs to is over.
    TokenExpired,
    /// Your role may not do this.
    NotAllowed,
    /// This talk is being handed over already.
    TransferPending,
    /// This talk is not being handed over by you, or was accepted already.
    NoSuchTransfer,
    /// There is nothing to wrap up in this room.
    NothingToWrapUp,
    /// There is nothing to rate, or it was rated already.
    NothingToRate,
    /// The disk did not take it; it is not stored. Try again.
    NotStored,
    /// Every seat of the room is taken.
    Full,
    /// Somebody in the room is called so, or so alike that they would be mixed up; take another name.
    NameTaken,
    /// Too much at once; try again a little later.
    Busy,
}
