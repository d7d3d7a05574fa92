//! Every parcel between two nodes, as the bus carries it: its kind, and its JSON. A newer node may say more in one than
//! is known here, which is passed over; what it says that is not known at all is a fault of that parcel alone.

use serde_json::Value;

use crate::dispatch::{FromFront, ToFront};
use crate::room::parcels::{FromHome, ToHome};

/// The kinds of parcels there are; the bus passes over others. None is called `announced`: the link itself says that.
pub const PARCEL_KINDS: [&str; 18] = [
    "ask", "back", "desk", "arrive", "wish", "over", "here", "news", "open", "take", "places", "attach", "detach",
    "enter", "take_in", "frame", "seated", "shut",
];

/// A parcel, whichever of the four ways it goes. Its kind says which.
#[derive(Clone, Debug, PartialEq)]
pub enum Carried {
    /// To whoever matches.
    FromFront(FromFront),
    /// From there.
    ToFront(ToFront),
    /// To the home of a room.
    ToHome(ToHome),
    /// From there.
    FromHome(FromHome),
}

/// Why a parcel cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// No parcel is of this kind.
    #[error("there is no parcel of the kind {0:?}")]
    NoSuchKind(String),
    /// It says what no parcel of its kind says.
    #[error("a parcel `{kind}` cannot be read: {fault}")]
    Shape {
        /// What it said it was.
        kind: String,
        /// What is wrong with it.
        fault: serde_json::Error,
    },
}

impl Carried {
    /// What kind of parcel it is.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::FromFront(parcel) => parcel.kind(),
            Self::ToFront(parcel) => parcel.kind(),
            Self::ToHome(parcel) => parcel.kind(),
            Self::FromHome(parcel) => parcel.kind(),
        }
    }

    /// As it is carried.
    ///
    /// # Errors
    /// It says something that no member, only a room itself, may say.
    pub fn write(&self) -> Result<Value, serde_json::Error> {
        match self {
            Self::FromFront(parcel) => serde_json::to_value(parcel),
            Self::ToFront(parcel) => serde_json::to_value(parcel),
            Self::ToHome(parcel) => serde_json::to_value(parcel),
            Self::FromHome(parcel) => serde_json::to_value(parcel),
        }
    }

    /// The parcel of this kind that was carried as `body`.
    ///
    /// # Errors
    /// It is of no known kind, or is none of that kind.
    pub fn read(kind: &str, body: Value) -> Result<Self, Unreadable> {
        let read = match kind {
            "ask" | "back" | "desk" | "arrive" | "wish" | "over" | "here" => {
                serde_json::from_value(body).map(Self::FromFront)
            }
            "news" | "open" | "take" | "places" => serde_json::from_value(body).map(Self::ToFront),
            "attach" | "detach" | "enter" | "take_in" => serde_json::from_value(body).map(Self::ToHome),
            "frame" | "seated" | "shut" => serde_json::from_value(body).map(Self::FromHome),
            unknown => return Err(Unreadable::NoSuchKind(unknown.to_owned())),
        };
        read.map_err(|fault| Unreadable::Shape { kind: kind.to_owned(), fault })
    }
}
