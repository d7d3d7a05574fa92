//! The `after` of keyset pages: opaque to clients, a moment and an id to us.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::kit::error::AppError;
use crate::protocol::FaultCode;
use crate::storage::{self, Cursor};
use crate::time::Wall;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// The `after` of the next page, if there may be one.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A list that is always whole.
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, next: None }
    }

    /// A page as storage gives it, with its rows as clients see them.
    pub fn of<R>(page: storage::Page<R>, show: impl FnMut(R) -> T) -> Self {
        Self { items: page.items.into_iter().map(show).collect(), next: page.next.map(encode) }
    }
}

/// `cursor` as clients are given it.
#[must_use]
pub fn encode(cursor: Cursor) -> String {
    let mut bytes = [0; 24];
    bytes[..8].copy_from_slice(&cursor.at.0.to_be_bytes());
    bytes[8..].copy_from_slice(cursor.id.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The cursor a client gives back.
pub fn decode(after: Option<&str>) -> Result<Option<Cursor>, AppError> {
    let Some(text) = after else { return Ok(None) };
    let refused =
        || AppError::bad_field("after", (FaultCode::Form, "is not a cursor of this list; take it from `next`"));
    let bytes: [u8; 24] = URL_SAFE_NO_PAD.decode(text).map_err(|_| refused())?.try_into().map_err(|_| refused())?;
    let (at, id) = bytes.split_at(8);
    let at = i64::from_be_bytes(at.try_into().map_err(|_| refused())?);
    // A moment outside of every calendar would come back as another one.
    chrono::DateTime::from_timestamp_micros(at).ok_or_else(refused)?;
    Ok(Some(Cursor { at: Wall(at), id: Uuid::from_slice(id).map_err(|_| refused())? }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_as_itself() {
        let cursor = Cursor { at: Wall(1_700_000_000_123_456), id: Uuid::from_u128(7) };
        assert_eq!(decode(Some(&encode(cursor))), Ok(Some(cursor)));
        assert_eq!(decode(None), Ok(None));
    }

    #[test]
    fn what_is_not_a_cursor_is_refused() {
        for wrong in ["", "x", "AAAA", &"A".repeat(33), &URL_SAFE_NO_PAD.encode([0x7f; 24])] {
            assert!(decode(Some(wrong)).is_err(), "{wrong}");
        }
    }
}
