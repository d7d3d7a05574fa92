//! Canned replies: texts that staff have at hand, their own and those of all.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::ids::{AccountId, ReplyId};
use crate::storage::AnyConnection;
use crate::storage::engine::flag::Yn;
use crate::storage::schema::canned_reply::{self, dsl};
use crate::time::Wall;

/// A reply as it is on file.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = canned_reply)]
pub struct Reply {
    #[diesel(column_name = reply_id)]
    pub id: ReplyId,
    /// Whose it is; `None` is everybody's.
    #[diesel(column_name = account_id)]
    pub owner: Option<AccountId>,
    /// What brings it up.
    pub shortcut: String,
    /// The text, with its placeholders.
    pub body: String,
    /// `ko`, `en`.
    pub language: String,
    /// Whether it is deleted.
    #[diesel(column_name = del_yn, deserialize_as = Yn)]
    pub deleted: bool,
    /// Counts edits; starts at 1.
    pub version: i32,
}

/// Everybody's replies, by shortcut; those deleted not among them.
pub fn shared(conn: &mut AnyConnection) -> QueryResult<Vec<Reply>> {
    dsl::canned_reply
        .filter(dsl::account_id.is_null().and(dsl::del_yn.eq(Yn(false))))
        .order((dsl::shortcut, dsl::reply_id))
        .select(Reply::as_select())
        .load(conn)
}

/// Somebody's own replies, by shortcut; those deleted not among them.
pub fn own(conn: &mut AnyConnection, owner: AccountId) -> QueryResult<Vec<Reply>> {
    dsl::canned_reply
        .filter(dsl::account_id.eq(owner).and(dsl::del_yn.eq(Yn(false))))
        .order((dsl::shortcut, dsl::reply_id))
        .select(Reply::as_select())
        .load(conn)
}

/// The reply, deleted or not.
pub fn find(conn: &mut AnyConnection, id: ReplyId) -> QueryResult<Option<Reply>> {
    dsl::canned_reply.find(id).select(Reply::as_select()).first(conn).optional()
}

/// Until the transaction ends nobody else makes or edits one: which shortcuts there are, and how
/// many, stays true.
pub fn hold(conn: &mut AnyConnection) -> QueryResult<()> {
    match conn {
        // A transaction that writes holds the whole file.
        AnyConnection::Sqlite(_) => Ok(()),
        AnyConnection::Postgres(conn) => conn.batch_execute("LOCK TABLE CANNED_REPLY IN SHARE ROW EXCLUSIVE MODE"),
    }
}

/// Adds a reply, at version 1. A shortcut its owner has already is an error of the database: ask
/// first.
pub fn create(conn: &mut AnyConnection, new: &Reply, by: &str, at: Wall) -> QueryResult<()> {
    diesel::insert_into(dsl::canned_reply)
        .values((
            (dsl::reply_id.eq(new.id), dsl::account_id.eq(new.owner)),
            (dsl::shortcut.eq(&new.shortcut), dsl::body.eq(&new.body), dsl::language.eq(&new.language)),
            (dsl::reg_dttm.eq(at), dsl::reg_id.eq(by), dsl::mod_dttm.eq(at), dsl::mod_id.eq(by)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Puts all but id and owner on file, if `reply.version` is the one on file; `false` if somebody
/// else was quicker.
pub fn save(conn: &mut AnyConnection, reply: &Reply, by: &str, at: Wall) -> QueryResult<bool> {
    let saved = diesel::update(dsl::canned_reply.find(reply.id).filter(dsl::version.eq(reply.version)))
        .set((
            (dsl::shortcut.eq(&reply.shortcut), dsl::body.eq(&reply.body), dsl::language.eq(&reply.language)),
            (dsl::del_yn.eq(Yn(reply.deleted)), dsl::version.eq(dsl::version + 1)),
            (dsl::mod_dttm.eq(at), dsl::mod_id.eq(by)),
        ))
        .execute(conn)?;
    Ok(saved == 1)
}
