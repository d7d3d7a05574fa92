//! Pictures, 256 by 256, of our own making.
//!
//! They lie in the row and not in a folder: some tens of KiB each, they are then in every backup,
//! the same on every node, and there exactly when their row is.

use diesel::dsl::exists;
use diesel::prelude::*;

use crate::ids::MediaId;
use crate::storage::AnyConnection;
use crate::storage::engine::flag::Yn;
use crate::storage::schema::media::{self, dsl};
use crate::time::Wall;

/// Where pictures are served.
const PATH: &str = "/api/v1/media/";

#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = media)]
pub struct Media {
    /// The picture; drawn by chance.
    #[diesel(column_name = media_id)]
    pub id: MediaId,
    /// `image/png` or `image/jpeg`.
    pub content_type: String,
    pub content: Vec<u8>,
}

/// Where it lies; this is what stands on file of whoever is shown by it.
#[must_use]
pub fn path(id: MediaId) -> String {
    format!("{PATH}{id}")
}

/// The picture somebody names: by its id, or by where it lies.
#[must_use]
pub fn named(given: &str) -> Option<MediaId> {
    given.strip_prefix(PATH).unwrap_or(given).parse().ok()
}

/// The picture that lies there, if it is one of ours.
#[must_use]
pub fn of_path(path: &str) -> Option<MediaId> {
    path.strip_prefix(PATH)?.parse().ok()
}

/// Puts a picture on file that nobody is shown by yet.
pub fn create(conn: &mut AnyConnection, new: &Media, by: &str, at: Wall) -> QueryResult<()> {
    diesel::insert_into(dsl::media)
        .values((
            (dsl::media_id.eq(new.id), dsl::content_type.eq(&new.content_type), dsl::content.eq(&new.content)),
            (dsl::reg_dttm.eq(at), dsl::reg_id.eq(by), dsl::mod_dttm.eq(at), dsl::mod_id.eq(by)),
        ))
        .execute(conn)?;
    Ok(())
}

/// The picture with this id, if there is one.
pub fn find(conn: &mut AnyConnection, id: MediaId) -> QueryResult<Option<Media>> {
    dsl::media.find(id).select(Media::as_select()).first(conn).optional()
}

/// Whether there is such a picture.
pub fn is_there(conn: &mut AnyConnection, id: MediaId) -> QueryResult<bool> {
    diesel::select(exists(dsl::media.find(id))).get_result(conn)
}

/// Somebody is shown by it from now on; `false` if there is no such picture.
pub fn take(conn: &mut AnyConnection, id: MediaId, at: Wall) -> QueryResult<bool> {
    let taken =
        diesel::update(dsl::media.find(id)).set((dsl::used_yn.eq(Yn(true)), dsl::mod_dttm.eq(at))).execute(conn)?;
    Ok(taken == 1)
}

/// Throws away what was put on file before `then` and nobody took; how many.
pub fn forget(conn: &mut AnyConnection, then: Wall) -> QueryResult<usize> {
    diesel::delete(dsl::media.filter(dsl::used_yn.eq(Yn(false)).and(dsl::reg_dttm.lt(then)))).execute(conn)
}
