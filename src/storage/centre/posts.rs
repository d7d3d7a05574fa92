//! Notices: what is shown to everybody for a time.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::ids::PostId;
use crate::storage::AnyConnection;
use crate::storage::engine::flag::Yn;
use crate::storage::schema::post::{self, dsl};
use crate::time::Wall;

/// The kind of a notice.
pub const NOTICE: &str = "NOTICE";

/// A notice as it is on file.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = post)]
pub struct Post {
    /// The notice.
    #[diesel(column_name = post_id)]
    pub id: PostId,
    /// [`NOTICE`].
    pub kind: String,
    /// For whom it is: `ko`, `en`.
    pub language: String,
    /// One line.
    pub title: String,
    /// Plain text.
    pub body: String,
    /// Place in lists.
    #[diesel(column_name = post_order)]
    pub order: i32,
    /// From when it is shown; `None` from the start.
    #[diesel(column_name = show_from)]
    pub from: Option<Wall>,
    /// Until when, exclusive; `None` for good.
    #[diesel(column_name = show_until)]
    pub until: Option<Wall>,
    /// Whether it is deleted.
    #[diesel(column_name = del_yn, deserialize_as = Yn)]
    pub deleted: bool,
    /// Counts edits; starts at 1.
    pub version: i32,
}

impl Post {
    /// Whether it is shown at this moment.
    #[must_use]
    pub fn is_shown(&self, at: Wall) -> bool {
        !self.deleted && self.from.is_none_or(|from| from <= at) && self.until.is_none_or(|until| at < until)
    }
}

/// The notices of a kind, in their order; those deleted not among them.
pub fn of_kind(conn: &mut AnyConnection, kind: &str) -> QueryResult<Vec<Post>> {
    dsl::post
        .filter(dsl::kind.eq(kind).and(dsl::del_yn.eq(Yn(false))))
        .order((dsl::post_order, dsl::post_id))
        .select(Post::as_select())
        .load(conn)
}

/// The notice, deleted or not.
pub fn find(conn: &mut AnyConnection, id: PostId) -> QueryResult<Option<Post>> {
    dsl::post.find(id).select(Post::as_select()).first(conn).optional()
}

/// Until the transaction ends nobody else makes one: how many there are stays true.
pub fn hold(conn: &mut AnyConnection) -> QueryResult<()> {
    match conn {
        // A transaction that writes holds the whole file.
        AnyConnection::Sqlite(_) => Ok(()),
        AnyConnection::Postgres(conn) => conn.batch_execute("LOCK TABLE POST IN SHARE ROW EXCLUSIVE MODE"),
    }
}

/// Adds a notice, at version 1.
pub fn create(conn: &mut AnyConnection, new: &Post, by: &str, at: Wall) -> QueryResult<()> {
    diesel::insert_into(dsl::post)
        .values((
            (dsl::post_id.eq(new.id), dsl::kind.eq(&new.kind), dsl::language.eq(&new.language)),
            (dsl::title.eq(&new.title), dsl::body.eq(&new.body), dsl::post_order.eq(new.order)),
            (dsl::show_from.eq(new.from), dsl::show_until.eq(new.until)),
            (dsl::reg_dttm.eq(at), dsl::reg_id.eq(by), dsl::mod_dttm.eq(at), dsl::mod_id.eq(by)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Puts all but id and kind on file, if `post.version` is the one on file; `false` if somebody else
/// was quicker.
pub fn save(conn: &mut AnyConnection, post: &Post, by: &str, at: Wall) -> QueryResult<bool> {
    let saved = diesel::update(dsl::post.find(post.id).filter(dsl::version.eq(post.version)))
        .set((
            (dsl::language.eq(&post.language), dsl::title.eq(&post.title), dsl::body.eq(&post.body)),
            (dsl::post_order.eq(post.order), dsl::show_from.eq(post.from), dsl::show_until.eq(post.until)),
            (dsl::del_yn.eq(Yn(post.deleted)), dsl::version.eq(dsl::version + 1)),
            (dsl::mod_dttm.eq(at), dsl::mod_id.eq(by)),
        ))
        .execute(conn)?;
    Ok(saved == 1)
}
