//! Links with which a person chooses a password, as they are on file.

use crate::clock::Clock;
use crate::http::gate::secret;
use crate::http::kit::error::AppError;
use crate::ids::{AccountId, LinkId};
use crate::storage::AnyConnection;
use crate::storage::people::links::{self, LinkKind, NewLink};
use crate::time::Wall;

/// A link that an admin hands over works for so long: over a weekend.
const VALID_S: i64 = 72 * 60 * 60;

/// Puts the link of this token on file; it is the only one of its kind that counts.
pub(super) fn put(
    conn: &mut AnyConnection,
    clock: &Clock,
    account: AccountId,
    token: &str,
    by: &str,
    at: Wall,
) -> Result<(), AppError> {
    links::void(conn, account, LinkKind::ResetPassword, at)?;
    let link = NewLink {
        id: LinkId(clock.new_id()),
        account,
        kind: LinkKind::ResetPassword,
        token_hash: secret::hash(token),
        expires_at: Wall(at.0 + VALID_S * 1_000_000),
    };
    Ok(links::create(conn, &link, by, at)?)
}
