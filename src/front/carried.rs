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

/// Most that go together in one parcel.
const TOGETHER_MAX: usize = 64;

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

    /// These, in as few parcels as they go in: the kind and the body of each. What is of one kind and follows each
    /// other goes together as a list, up to 64; a room that is opened goes alone, as it may be large.
    ///
    /// # Errors
    /// As [`Self::write`].
    pub fn write_together(parcels: &[Self]) -> Result<Vec<(&'static str, Value)>, serde_json::Error> {
        let goes_with = |one: &Self, next: &Self| one.kind() == next.kind() && one.kind() != "open";
        let lists = parcels.chunk_by(goes_with).flat_map(|run| run.chunks(TOGETHER_MAX));
        let written = lists.map(|list| match list {
            [one] => Ok((one.kind(), one.write()?)),
            all => Ok((all[0].kind(), all.iter().map(Self::write).collect::<Result<_, _>>()?)),
        });
        written.collect()
    }

    /// What was carried as `body` in a parcel of this kind: one, or several that went together.
    ///
    /// # Errors
    /// It is of no known kind, or one of them is none of that kind.
    pub fn read(kind: &str, body: Value) -> Result<Vec<Self>, Unreadable> {
        match body {
            Value::Array(all) => all.into_iter().map(|one| Self::read_one(kind, one)).collect(),
            one => Ok(vec![Self::read_one(kind, one)?]),
        }
    }

    fn read_one(kind: &str, body: Value) -> Result<Self, Unreadable> {
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
