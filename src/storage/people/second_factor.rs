//! The second factor: the shared secret of an account, the last step of it that was used, and the
//! recovery codes. What counts once is used up by a conditional update, so it counts once however
//! many ask at the same moment.

use diesel::prelude::*;

use crate::ids::AccountId;
use crate::storage::AnyConnection;
use crate::storage::engine::flag::Yn;
use crate::storage::schema::account;
use crate::storage::schema::recovery_code::dsl;
use crate::time::Wall;

/// Keeps a secret that does not count yet; `false` if one counts already.
pub fn begin(conn: &mut AnyConnection, id: AccountId, secret: &str, at: Wall) -> QueryResult<bool> {
    let begun = diesel::update(account::table.find(id).filter(account::totp_yn.eq(Yn(false))))
        .set((account::totp_secret.eq(secret), account::mod_dttm.eq(at), account::mod_id.eq(id.to_string())))
        .execute(conn)?;
    Ok(begun == 1)
}

/// The secret counts from now on, its `step` is used, and these are the hashes of the recovery
/// codes. `false` if another secret is on file, or one counts already.
pub fn confirm(
    conn: &mut AnyConnection,
    id: AccountId,
    secret: &str,
    step: i32,
    code_hashes: &[String],
    at: Wall,
) -> QueryResult<bool> {
    let by = id.to_string();
    let pending = account::totp_yn.eq(Yn(false)).and(account::totp_secret.eq(secret));
    let confirmed = diesel::update(account::table.find(id).filter(pending))
        .set((
            account::totp_yn.eq(Yn(true)),
            account::totp_step.eq(step),
            account::version.eq(account::version + 1),
            (account::mod_dttm.eq(at), account::mod_id.eq(&by)),
        ))
        .execute(conn)?;
    if confirmed == 0 {
        return Ok(false);
    }
    diesel::delete(dsl::recovery_code.filter(dsl::account_id.eq(id))).execute(conn)?;
    for hash in code_hashes {
        diesel::insert_into(dsl::recovery_code)
            .values((
                dsl::account_id.eq(id),
                dsl::code_hash.eq(hash),
                (dsl::reg_dttm.eq(at), dsl::reg_id.eq(&by), dsl::mod_dttm.eq(at), dsl::mod_id.eq(&by)),
            ))
            .execute(conn)?;
    }
    Ok(true)
}

/// Uses up a step and all before it; `false` if that was done already.
pub fn use_step(conn: &mut AnyConnection, id: AccountId, step: i32, at: Wall) -> QueryResult<bool> {
    let fresh = account::totp_step.is_null().or(account::totp_step.assume_not_null().lt(step));
    let used = diesel::update(account::table.find(id).filter(account::totp_yn.eq(Yn(true))).filter(fresh))
        .set((account::totp_step.eq(step), account::mod_dttm.eq(at)))
        .execute(conn)?;
    Ok(used == 1)
}

/// Uses up a recovery code; `false` if there is none with this hash, or no longer.
pub fn use_code(conn: &mut AnyConnection, id: AccountId, code_hash: &str, at: Wall) -> QueryResult<bool> {
    let used = diesel::update(dsl::recovery_code.find((id, code_hash)).filter(dsl::used_dttm.is_null()))
        .set((dsl::used_dttm.eq(at), dsl::mod_dttm.eq(at)))
        .execute(conn)?;
    Ok(used == 1)
}

/// Takes the second factor away, with its recovery codes.
pub fn remove(conn: &mut AnyConnection, id: AccountId, by: &str, at: Wall) -> QueryResult<()> {
    diesel::delete(dsl::recovery_code.filter(dsl::account_id.eq(id))).execute(conn)?;
    diesel::update(account::table.find(id))
        .set((
            account::totp_yn.eq(Yn(false)),
            account::totp_secret.eq(None::<String>),
            account::totp_step.eq(None::<i32>),
            account::version.eq(account::version + 1),
            (account::mod_dttm.eq(at), account::mod_id.eq(by)),
        ))
        .execute(conn)?;
    Ok(())
}
