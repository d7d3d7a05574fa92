//! Who asks. The gate finds out once, from the access table's row; a handler that takes one of
//! these types gets what the gate found. There is no other way to an account.

use std::future::{Ready, ready};
use std::net::IpAddr;

use actix_web::dev::Payload;
use actix_web::http::header::{AUTHORIZATION, HeaderMap};
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use crate::app::App;
use crate::http::access_control::credential::{Credential, TOKEN_PREFIX};
use crate::http::gate::cookies::Name;
use crate::http::gate::secret;
use crate::http::gate::throttle::{Guesser, Place, Target};
use crate::http::kit::error::AppError;
use crate::http::{Gate, ask};
use crate::storage::AnyConnection;
use crate::storage::history::audit::Actor;
use crate::storage::people::accounts::{Account, AccountRole};
use crate::storage::people::api_tokens::{self, ApiToken, TokenScopes};
use crate::storage::people::scope::Scope;
use crate::storage::people::sessions::{self, Session};
use crate::time::Wall;

/// A log-in that was not used for so long has ended.
const IDLE_MAX_S: i64 = 12 * 60 * 60;
/// A log-in lasts so long at most.
pub const SESSION_MAX_S: i64 = 7 * 24 * 60 * 60;

/// A proof that a log-in is its owner's (the log-in itself, or the password and the second factor again)
/// counts so long. Whoever finds a browser left open has until then.
pub const PROOF_VALID_S: i64 = 10 * 60;

/// Anybody who is logged in.
#[derive(Clone)]
pub struct Staff {
    /// The log-in, with the account.
    pub session: Session,
    /// What they showed.
    pub credential: Credential,
    /// What they may do. Less than the account's role for an admin who has no second factor yet:
    /// they have a manager's powers until they have one.
    pub power: AccountRole,
    /// What their API token may do; `None` for a log-in, which may do whatever its account may.
    pub scopes: Option<TokenScopes>,
    /// Whether they have shown within [`PROOF_VALID_S`] that they are who they are. A token never has.
    pub proven: bool,
}

/// Somebody logged in who is about to do something that is audited.
#[derive(Clone)]
pub struct Acting {
    /// Who.
    pub staff: Staff,
    /// From where, and by which request.
    pub origin: Origin,
}

/// Where a request came from, as far as the gate could find out.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The client, past the trusted proxies.
    pub address: IpAddr,
    /// The id the response carries as `x-request-id`.
    pub request_id: String,
}

impl Staff {
    /// As somebody who tries their own password: what others try elsewhere is not theirs to wait for.
    #[must_use]
    pub fn guesser(&self) -> Guesser {
        let place = Place::Browser(self.session.id.0);
        Guesser { target: Target::Account(self.session.account.id), place }
    }

    /// Refuses whoever has not shown within ten minutes who they are, and every program with an API token:
    /// who holds one must not be able to take the account over, or to outlast the token.
    pub fn must_be_proven(&self) -> Result<(), AppError> {
        if self.proven { Ok(()) } else { Err(AppError::step_up()) }
    }

    /// Refuses whoever is no manager or admin, where a list that all may see has more for those.
    pub fn manages(staff: Option<&Self>) -> Result<(), AppError> {
        match staff {
            None => Err(AppError::not_logged_in()),
            Some(staff) if staff.power < AccountRole::Manager => {
                Err(AppError::not_allowed("`all` is for managers and admins; leave it out"))
            }
            Some(_) => Ok(()),
        }
    }

    /// Runs a read whose answer may be a few seconds old, though not older than what they wrote.
    pub(crate) async fn recent<T: Send + 'static>(
        &self,
        app: &App,
        query: impl Fn(&mut AnyConnection) -> diesel::QueryResult<T> + Send + 'static,
    ) -> Result<T, AppError> {
        Ok(app.store.recent_answer(self.session.account.id, query).await?)
    }

    /// Of which consultations, rooms, desks and people they may know.
    pub async fn scope(&self, app: &App) -> Result<Scope, AppError> {
        let account = self.session.account.clone();
        ask(app, move |conn| Scope::on_file(conn, &account)).await
    }
}

impl Acting {
    /// Who is named in `REG_ID` and `MOD_ID`.
    #[must_use]
    pub fn by(&self) -> String {
        self.staff.session.account.id.to_string()
    }

    /// Who is named in the audit.
    #[must_use]
    pub fn actor(&self) -> Actor {
        actor_of(&self.staff.session.account, &self.origin)
    }
}

/// The holder of an account, as the audit names them.
#[must_use]
pub fn actor_of(account: &Account, origin: &Origin) -> Actor {
    Actor {
        id: account.id.to_string(),
        name: account.name.clone(),
        role: account.role.code().to_owned(),
        address: origin.address.to_string(),
        request_id: origin.request_id.clone(),
    }
}

impl Origin {
    /// Somebody who is not logged in, as the audit names them.
    #[must_use]
    pub fn nobody(&self) -> Actor {
        Actor {
            id: "ANYONE".to_owned(),
            name: String::new(),
            role: String::new(),
            address: self.address.to_string(),
            request_id: self.request_id.clone(),
        }
    }
}

impl FromRequest for Staff {
    type Error = AppError;
    type Future = Ready<Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(request.extensions().get::<Self>().cloned().ok_or_else(AppError::not_logged_in))
    }
}

impl FromRequest for Origin {
    type Error = AppError;
    type Future = Ready<Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = request.extensions().get::<Self>().cloned();
        ready(found.ok_or_else(|| AppError::internal("a route outside the gate")))
    }
}

impl FromRequest for Acting {
    type Error = AppError;
    type Future = Ready<Result<Self, AppError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let staff = Staff::from_request(request, payload).into_inner();
        let origin = Origin::from_request(request, payload).into_inner();
        ready(staff.and_then(|staff| Ok(Self { staff, origin: origin? })))
    }
}

/// Who is logged in with what this request shows; `None` if nobody is.
pub(crate) async fn find(app: &App, gate: &Gate, token: String) -> Result<Option<Staff>, AppError> {
    let now = app.clock.now().wall;
    let token_hash = secret::hash(&token);
    let found = if token.starts_with(TOKEN_PREFIX) {
        let found = ask(app, move |conn| api_tokens::by_hash(conn, &token_hash, now)).await?;
        found.map(|(token, account)| by_token(&token, account, now))
    } else {
        let found = ask(app, move |conn| sessions::by_token_hash(conn, &token_hash, now)).await?;
        let is_fresh = |session: &Session| session.last_used_at > idle_before(now);
        found.filter(is_fresh).map(|session| (Credential::LogIn(session.id), None, session))
    };
    let Some((credential, scopes, session)) = found.filter(|(.., session)| session.account.may_log_in(now)) else {
        return Ok(None);
    };
    gate.uses.note(credential, now);
    let power = gate.power(&session.account);
    let proven = session.proven_at.is_some_and(|at| now.0 - at.0 < PROOF_VALID_S * 1_000_000);
    Ok(Some(Staff { session, credential, power, scopes, proven }))
}

/// A log-in last used before this has ended.
#[must_use]
pub fn idle_before(now: Wall) -> Wall {
    Wall(now.0 - IDLE_MAX_S * 1_000_000)
}

/// What an API token opens is like a log-in of its owner that ends with the token.
fn by_token(token: &ApiToken, account: Account, now: Wall) -> (Credential, Option<TokenScopes>, Session) {
    let credential = Credential::Token(token.id);
    let expires_at = token.expires_at.unwrap_or(now);
    let session = Session { id: credential.session(), expires_at, last_used_at: now, proven_at: None, account };
    (credential, Some(token.scopes), session)
}

/// The token of a log-in or of a program: from the cookie, or from a program as `Authorization: Bearer`.
pub(crate) fn token_of(headers: &HeaderMap, cookie: Name) -> Option<String> {
    let bearer = headers.get(AUTHORIZATION).and_then(|value| {
        let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
        scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
    });
    bearer.or_else(|| cookie.read(headers).map(str::to_owned))
}
