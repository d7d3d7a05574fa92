//! How our own types stand in the database: ids and codes as text, moments as UTC timestamps.
//!
//! One mapping for both engines, so that a value written through one reads the same through the
//! other. Ids are text because both engines can index, compare and show it alike.

use std::error::Error;

use chrono::NaiveDateTime;
use diesel::deserialize::{self, FromSql, FromStaticSqlRow, Queryable};
use diesel::expression::AsExpression;
use diesel::internal::derives::as_expression::Bound;
use diesel::pg::{Pg, PgValue};
use diesel::serialize::{self, IsNull, Output, ToSql};
use diesel::sql_types::{Binary, Nullable, SingleValue, Text, Timestamp};
use diesel::sqlite::{Sqlite, SqliteType};

use crate::ids::{
    AccountId, DeskId, JobId, LineId, LinkId, MailId, MediaId, MemberId, MessageId, NodeId, PostId, ReplyId, RoomId,
    SessionId, TicketId, TokenId, WhisperId,
};
use crate::protocol::{ClosedReason, EndReason, Intent, MessageKind, Role, SeatState};
use crate::storage::engine::connection::{MultiBackend, MultiRawValue};
use crate::storage::engine::flag::Yn;
use crate::storage::history::waits::Waits;
use crate::storage::people::accounts::AccountRole;
use crate::storage::people::api_tokens::TokenScopes;
use crate::storage::people::links::LinkKind;
use crate::storage::talk::rooms::RoomStatus;
use crate::storage::talk::tickets::Status;
use crate::storage::work::jobs::{JobKind, JobState};
use crate::time::Wall;

/// What `#[derive(AsExpression, FromSqlRow)]` would write, for types the pure core owns.
macro_rules! as_column {
    ($($type:ty => $sql:ty),* $(,)?) => {$(
        impl AsExpression<$sql> for $type {
            type Expression = Bound<$sql, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }

        impl<'expr> AsExpression<$sql> for &'expr $type {
            type Expression = Bound<$sql, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }

        impl<'expr> AsExpression<Nullable<$sql>> for &'expr $type {
            type Expression = Bound<Nullable<$sql>, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }

        impl AsExpression<Nullable<$sql>> for $type {
            type Expression = Bound<Nullable<$sql>, Self>;
            fn as_expression(self) -> Self::Expression {
                Bound::new(self)
            }
        }

        impl ToSql<Nullable<$sql>, Sqlite> for $type {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                ToSql::<$sql, Sqlite>::to_sql(self, out)
            }
        }

        impl ToSql<Nullable<$sql>, Pg> for $type {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                ToSql::<$sql, Pg>::to_sql(self, out)
            }
        }

        impl ToSql<Nullable<$sql>, MultiBackend> for $type {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
                ToSql::<$sql, MultiBackend>::to_sql(self, out)
            }
        }

        impl ToSql<$sql, MultiBackend> for $type {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, MultiBackend>) -> serialize::Result {
                out.set_value((<$sql>::default(), self));
                Ok(IsNull::No)
            }
        }

        impl FromSql<$sql, MultiBackend> for $type {
            fn from_sql(value: MultiRawValue<'_>) -> deserialize::Result<Self> {
                value.from_sql::<Self, $sql>()
            }
        }

        impl<ST, DB> Queryable<ST, DB> for $type
        where
            DB: diesel::backend::Backend,
            ST: SingleValue,
            Self: FromStaticSqlRow<ST, DB>,
        {
            type Row = Self;
            fn build(row: Self) -> deserialize::Result<Self> {
                Ok(row)
            }
        }
    )*};
}

/// A type that is written as text: `write` gives the text, `read` takes it back.
macro_rules! as_text {
    ($($type:ty: $write:expr, $read:expr;)*) => {$(
        as_column!($type => Text);

        impl ToSql<Text, Sqlite> for $type {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
                out.set_value($write(self));
                Ok(IsNull::No)
            }
        }

        impl ToSql<Text, Pg> for $type {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                std::io::Write::write_all(out, $write(self).as_bytes())?;
                Ok(IsNull::No)
            }
        }

        impl FromSql<Text, Sqlite> for $type {
            fn from_sql(mut value: <Sqlite as diesel::backend::Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                if value.value_type() == Some(SqliteType::Text) {
                    $read(value.read_text())
                } else {
                    Err(unreadable(stringify!($type), "a value that is not text"))
                }
            }
        }

        impl FromSql<Text, Pg> for $type {
            fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
                $read(std::str::from_utf8(value.as_bytes())?)
            }
        }
    )*};
}

macro_rules! ids_as_text {
    ($($type:ty),* $(,)?) => {$(
        as_text!($type: |id: &$type| id.0.to_string(), |text: &str| Ok(text.parse()?););
    )*};
}

macro_rules! codes_as_text {
    ($($type:ty),* $(,)?) => {$(
        as_text!($type:
            |code: &$type| code.code(),
            |text: &str| <$type>::from_code(text).ok_or_else(|| unreadable(stringify!($type), text)););
    )*};
}

ids_as_text!(
    AccountId, DeskId, JobId, LineId, LinkId, MailId, MediaId, MemberId, MessageId, NodeId, PostId, ReplyId, RoomId,
    SessionId, TicketId, TokenId, WhisperId,
);
codes_as_text!(
    AccountRole,
    ClosedReason,
    EndReason,
    Intent,
    JobKind,
    JobState,
    LinkKind,
    MessageKind,
    Role,
    RoomStatus,
    SeatState,
    Status
);
as_text!(TokenScopes:
    |scopes: &TokenScopes| scopes.codes().join(" "),
    |text: &str| TokenScopes::from_text(text).ok_or_else(|| unreadable("scopes", text));
);
as_column!(Wall => Timestamp, Waits => Binary);

/// Microseconds fit both engines; SQLite would keep nanoseconds, PostgreSQL not.
impl ToSql<Timestamp, Sqlite> for Wall {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.utc().naive_utc().format("%F %T%.6f").to_string());
        Ok(IsNull::No)
    }
}

impl ToSql<Timestamp, Pg> for Wall {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        ToSql::<Timestamp, Pg>::to_sql(&self.utc().naive_utc(), &mut out.reborrow())
    }
}

impl FromSql<Timestamp, Sqlite> for Wall {
    fn from_sql(value: <Sqlite as diesel::backend::Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        <NaiveDateTime as FromSql<Timestamp, Sqlite>>::from_sql(value).map(|moment| moment.and_utc().into())
    }
}

impl FromSql<Timestamp, Pg> for Wall {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <NaiveDateTime as FromSql<Timestamp, Pg>>::from_sql(value).map(|moment| moment.and_utc().into())
    }
}

impl ToSql<Binary, Sqlite> for Waits {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Sqlite>) -> serialize::Result {
        out.set_value(self.encode());
        Ok(IsNull::No)
    }
}

impl ToSql<Binary, Pg> for Waits {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        std::io::Write::write_all(out, &self.encode())?;
        Ok(IsNull::No)
    }
}

impl FromSql<Binary, Sqlite> for Waits {
    fn from_sql(mut value: <Sqlite as diesel::backend::Backend>::RawValue<'_>) -> deserialize::Result<Self> {
        Ok(Self::decode(value.read_blob())?)
    }
}

impl FromSql<Binary, Pg> for Waits {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self::decode(value.as_bytes())?)
    }
}

as_text!(Yn:
    |flag: &Yn| if flag.0 { "Y" } else { "N" },
    |text: &str| match text {
        "Y" => Ok(Yn(true)),
        "N" => Ok(Yn(false)),
        other => Err(unreadable("flag", other)),
    };
);

fn unreadable(what: &str, found: &str) -> Box<dyn Error + Send + Sync> {
    format!("{what} on file is unreadable: {found:?}").into()
}
