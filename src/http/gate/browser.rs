//! The browsers that have logged in before, known by a cookie that says to which accounts. It lets nobody
//! in; it only says that a try to log in is not a stranger's, so that strangers who guess cannot make it
//! wait (see [`crate::http::gate::throttle`]).

use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use uuid::Builder;

use crate::http::gate::origin::Origins;
use crate::ids::AccountId;
use crate::tokens::{Browser, Tokens};

/// Most accounts a browser is known by; the one longest unused is forgotten. A counter's computer has as
/// many people in a week.
const ACCOUNTS_MAX: usize = 10;
/// It is known for a year after the last log-in; browsers keep no cookie much longer.
const KEEP: Duration = Duration::days(365);

/// The browser that asks, if it has logged in before.
#[must_use]
pub fn known(request: &HttpRequest, origins: &Origins, tokens: &Tokens) -> Option<Browser> {
    tokens.read_browser(origins.device_cookie().read(request.headers())?)
}

/// The cookie of a browser that is logged in to this account now.
#[must_use]
pub fn cookie(before: Option<Browser>, account: AccountId, origins: &Origins, tokens: &Tokens) -> Cookie<'static> {
    let Browser { id, mut accounts } = before.unwrap_or_else(|| Browser {
        id: Builder::from_random_bytes(rand::random()).into_uuid(),
        accounts: Vec::new(),
    });
    accounts.retain(|known| *known != account);
    accounts.insert(0, account);
    accounts.truncate(ACCOUNTS_MAX);
    let value = tokens.sign_browser(&Browser { id, accounts });
    origins.device_cookie().build(value).same_site(SameSite::Strict).max_age(KEEP).finish()
}
