//! From which networks an account was logged in to. A right password from one of them is never made to
//! wait for what others guess elsewhere.

use diesel::dsl::exists;
use diesel::prelude::*;

use crate::ids::AccountId;
use crate::network::Network;
use crate::storage::AnyConnection;
use crate::storage::engine::connection::on_each;
use crate::storage::schema::account_network::dsl;
use crate::time::Wall;

/// A network from which nobody has logged in for so long is a strange one again: 90 days.
pub const KEEP_S: i64 = 90 * 24 * 60 * 60;
/// Most networks of one account; the one longest unused is forgotten. Somebody who travels, not somebody
/// who makes every network a known one.
const NETWORKS_MAX: i64 = 50;

/// Whether the account was logged in to from this network within [`KEEP_S`] before `now`.
pub fn is_known(conn: &mut AnyConnection, account: AccountId, network: Network, now: Wall) -> QueryResult<bool> {
    let row = dsl::account_network.find((account, network.to_string())).filter(dsl::mod_dttm.gt(kept_since(now)));
    diesel::select(exists(row)).get_result(conn)
}

/// The account was logged in to from this network.
pub fn note(conn: &mut AnyConnection, account: AccountId, network: Network, at: Wall) -> QueryResult<()> {
    let (by, network) = (account.to_string(), network.to_string());
    let known =
        diesel::update(dsl::account_network.find((account, &network))).set(dsl::mod_dttm.eq(at)).execute(conn)?;
    if known == 1 {
        return Ok(());
    }
    on_each!(conn, inner => diesel::insert_into(dsl::account_network)
        .values((
            dsl::account_id.eq(account),
            dsl::network.eq(&network),
            (dsl::reg_dttm.eq(at), dsl::reg_id.eq(&by), dsl::mod_dttm.eq(at), dsl::mod_id.eq(&by)),
        ))
        .on_conflict_do_nothing()
        .execute(inner))?;
    let surplus: Vec<String> = dsl::account_network
        .filter(dsl::account_id.eq(account))
        .order((dsl::mod_dttm.desc(), dsl::network))
        .offset(NETWORKS_MAX)
        .limit(NETWORKS_MAX)
        .select(dsl::network)
        .load(conn)?;
    if !surplus.is_empty() {
        let gone = dsl::account_network.filter(dsl::account_id.eq(account).and(dsl::network.eq_any(surplus)));
        on_each!(conn, inner => diesel::delete(gone).execute(inner))?;
    }
    Ok(())
}

/// Forgets the networks that are strange again at `now`. Says how many.
pub fn forget(conn: &mut AnyConnection, now: Wall) -> QueryResult<usize> {
    diesel::delete(dsl::account_network.filter(dsl::mod_dttm.le(kept_since(now)))).execute(conn)
}

fn kept_since(now: Wall) -> Wall {
    Wall(now.0 - KEEP_S * 1_000_000)
}
