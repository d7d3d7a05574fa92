//! The places counsellors have taken, and what they want: written by the journal alone.

use diesel::prelude::*;

use crate::broken::{Defect, is_broken};
use crate::ids::AccountId;
use crate::protocol::Intent;
use crate::storage::AnyConnection;
use crate::storage::engine::prepared::one;
use crate::storage::schema::{account, consultation};
use crate::storage::talk::tickets::Status;
use crate::time::Wall;

/// Counts again what every counsellor has taken: open consultations and wrap-ups. At start, before
/// anything is matched; says how many accounts had it wrong.
///
/// The accounts are held first, and what they have is counted in a later statement: whoever takes a place
/// holds the account until it is on file, so nothing that was just taken is missed and forgotten.
pub fn repair_rooms_open(conn: &mut AnyConnection, at: Wall) -> QueryResult<usize> {
    conn.write(|conn| {
        let accounts = account::table.order(account::account_id).select((account::account_id, account::rooms_open));
        let booked: Vec<(AccountId, i32)> = match conn {
            AnyConnection::Sqlite(conn) => accounts.load(conn)?,
            AnyConnection::Postgres(conn) => accounts.for_no_key_update().load(conn)?,
        };
        let mut held = Vec::<AccountId>::new();
        for status in [Status::Talking, Status::WrapUp] {
            held.extend(
                consultation::table
                    .filter(status.is_it())
                    .filter(consultation::counsellor_id.is_not_null())
                    .select(consultation::counsellor_id.assume_not_null())
                    .load::<AccountId>(conn)?,
            );
        }
        let mut taken = std::collections::HashMap::<AccountId, i32>::new();
        for counsellor in held {
            *taken.entry(counsellor).or_default() += 1;
        }
        let mut repaired = 0;
        for (id, on_file) in booked {
            let counted = taken.get(&id).copied().unwrap_or(0);
            if counted != on_file {
                diesel::update(account::table.find(id))
                    .set((account::rooms_open.eq(counted), account::mod_dttm.eq(at)))
                    .execute(conn)?;
                repaired += 1;
            }
        }
        Ok(repaired)
    })
}

/// Takes a place of the counsellor's capacity; `false` if there is none free (R9).
pub(crate) fn take_place(conn: &mut AnyConnection, id: AccountId, at: Wall) -> QueryResult<bool> {
    let one = account::table.find(id);
    let taken = (account::rooms_open.eq(account::rooms_open + 1), account::mod_dttm.eq(at));
    if is_broken(Defect::UnconditionalMatch) {
        return Ok(diesel::update(one).set(taken).execute(conn)? == 1);
    }
    let free = diesel::update(one.filter(account::rooms_open.lt(account::capacity))).set(taken);
    let place: Option<AccountId> = one!(conn, free.returning(account::account_id)).optional()?;
    Ok(place.is_some())
}

/// Gives a place back. A count that was wrong never goes below nought.
pub(crate) fn free_place(conn: &mut AnyConnection, id: AccountId, at: Wall) -> QueryResult<()> {
    let freed = (account::rooms_open.eq(account::rooms_open - 1), account::mod_dttm.eq(at));
    let taken = diesel::update(account::table.find(id).filter(account::rooms_open.gt(0))).set(freed);
    let _: Option<AccountId> = one!(conn, taken.returning(account::account_id)).optional()?;
    Ok(())
}

/// What a counsellor wants, from the journal. `capacity` is left as it is if `None`.
pub(crate) fn set_intent(
    conn: &mut AnyConnection,
    id: AccountId,
    intent: Intent,
    reason: Option<&str>,
    capacity: Option<u16>,
    at: Wall,
) -> QueryResult<()> {
    let by = id.to_string();
    diesel::update(account::table.find(id))
        .set((
            account::intent.eq(intent),
            account::intent_reason.eq(reason),
            capacity.map(|capacity| account::capacity.eq(i32::from(capacity))),
            account::mod_dttm.eq(at),
            account::mod_id.eq(by),
        ))
        .execute(conn)?;
    Ok(())
}
