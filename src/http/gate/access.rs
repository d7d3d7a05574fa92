//! Who may do what: what the columns of a row of `http/table.rs` mean, and the table made of all rows. Each route
//! looks its row up while the program is built. What a frame's sender must be stands with the frames, see
//! [`crate::protocol::ClientFrame::senders`].
//!
//! The table says who may knock at all, and whose the thing behind the door is. What of it somebody
//! then sees is decided in one place, see [`crate::storage::people::scope`]; `tests/scope` asks every row
//! as people whose it is not.
//!
//! Two columns stand between somebody who holds what another was given (a cookie, an API token) and the
//! account itself: what a token must be allowed for the row, and whether whoever asks must have shown not
//! long ago that they are who they are. What most rows ask follows from the first columns, see `row`;
//! those that ask something else say so at their end.

use crate::http::table::{every_route, method_name};
use crate::storage::people::accounts::AccountRole;
use crate::storage::people::api_tokens::TokenScope;

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Nobody need be logged in.
    Anyone,
    /// Anybody who is logged in.
    Staff,
    /// Managers and admins.
    Managers,
    /// Admins with a second factor.
    Admins,
}

impl Access {
    /// The least role, if one must be logged in at all.
    #[must_use]
    pub const fn least(self) -> Option<AccountRole> {
        match self {
            Self::Anyone => None,
            Self::Staff => Some(AccountRole::Counsellor),
            Self::Managers => Some(AccountRole::Manager),
            Self::Admins => Some(AccountRole::Admin),
        }
    }
}

/// What a route is, which decides how it is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteKind {
    /// Asked by machines that watch us; never limited.
    Probe,
    /// A page or a part of one.
    Page,
    /// A read of the API.
    Read,
    /// A change through the API.
    Change,
    /// A change that brings a file.
    Upload,
    /// A try at a secret (password, link, key), or what sends mail: few in a while from one address.
    Guess,
    /// A socket or a stream that stays open.
    Stay,
}

/// What an API token must be allowed for a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByToken {
    /// Nothing: what is shown is not looked at.
    Unread,
    /// This.
    With(TokenScope),
    /// No token will do, whatever it is allowed.
    Never,
}

/// Whether a row asks for a proof that the log-in is its owner's, not older than ten minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// None.
    None,
    /// Always.
    Fresh,
    /// Where the body has one of these fields. The handler asks, with `Staff::must_be_proven`.
    FreshFor(&'static [&'static str]),
}

/// Whose the things of a route are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// Nobody's: the same for all who may use the route.
    Everybody,
    /// Somebody's: for themselves, and where it says so for admins.
    Own,
    /// Of lines: for those whose scope holds the line, and for whoever took part.
    Lines,
    /// Of whoever shows what opens it: a key, a link, an id that nobody guesses.
    Bearer,
}

/// A row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// `GET` answers `HEAD` too.
    pub method: &'static str,
    /// As in the route table, with `{names}`.
    pub path: &'static str,
    /// Who may.
    pub who: Access,
    /// What it is.
    pub kind: RouteKind,
    /// What an API token must be allowed.
    pub token: ByToken,
    /// What a log-in must have shown.
    pub proof: Proof,
    /// Whose the things are.
    pub whose: Owner,
}

impl Rule {
    /// An act on credentials, roles, standing or tokens: with a fresh proof, and never by a token. Else who
    /// holds a token or a borrowed browser could take the account over, or outlast what they hold.
    const fn fresh(self) -> Self {
        Self { token: ByToken::Never, proof: Proof::Fresh, ..self }
    }

    /// The same where the body has one of these fields.
    const fn fresh_for(self, fields: &'static [&'static str]) -> Self {
        Self { proof: Proof::FreshFor(fields), ..self }
    }

    /// A socket, which is asked for with GET and by which things are done.
    const fn writes(self) -> Self {
        Self { token: ByToken::With(TokenScope::Write), ..self }
    }
}

/// A row that asks for no proof. Of a token it asks `admin` for what is for admins, else `read` for GET
/// and `write` for the rest.
const fn row(method: &'static str, path: &'static str, who: Access, kind: RouteKind, whose: Owner) -> Rule {
    let token = match (kind, who) {
        (RouteKind::Probe | RouteKind::Page | RouteKind::Guess, _) => ByToken::Unread,
        (_, Access::Admins) => ByToken::With(TokenScope::Admin),
        _ if same(method, "GET") => ByToken::With(TokenScope::Read),
        _ => ByToken::With(TokenScope::Write),
    };
    Rule { method, path, who, kind, token, proof: Proof::None, whose }
}

macro_rules! one_rule {
    ($path:literal $method:ident ($who:ident, $kind:ident, $whose:ident $(, $more:ident $(($fields:expr))?)?)) => {
        row(method_name!($method), $path, Access::$who, RouteKind::$kind, Owner::$whose)$(.$more($($fields)?))?
    };
}

macro_rules! rules {
    ($($part:ident { $($path:literal { $($method:ident $columns:tt => $handler:path;)+ })+ })+) => {
        /// Every route there is.
        pub const TABLE: &[Rule] = &[$($($(one_rule!($path $method $columns)),+),+),+];
    };
}

every_route!(rules);

/// The row of a route. Evaluated while the program is built: a route without a row is an error of
/// the compiler.
#[must_use]
pub const fn rule(method: &str, path: &str) -> Rule {
    let mut index = 0;
    while index < TABLE.len() {
        if same(TABLE[index].method, method) && same(TABLE[index].path, path) {
            return TABLE[index];
        }
        index += 1;
    }
    panic!("this route has no row in the table (src/http/table.rs)")
}

const fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    if one.len() != other.len() {
        return false;
    }
    let mut index = 0;
    while index < one.len() {
        if one[index] != other[index] {
            return false;
        }
        index += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_route_stands_in_the_table_twice() {
        for (index, rule) in TABLE.iter().enumerate() {
            let again = TABLE[index + 1..].iter().find(|other| (other.method, other.path) == (rule.method, rule.path));
            assert_eq!(again, None);
        }
    }

    #[test]
    fn where_a_proof_is_asked_for_no_token_will_do() {
        for rule in TABLE {
            assert_eq!(rule.proof == Proof::Fresh, rule.token == ByToken::Never, "{} {}", rule.method, rule.path);
            assert!(rule.proof == Proof::None || rule.kind == RouteKind::Change, "{} {}", rule.method, rule.path);
        }
    }

    #[test]
    fn what_is_not_a_read_is_a_change_or_a_guess() {
        for rule in TABLE {
            let may_change = matches!(rule.kind, RouteKind::Change | RouteKind::Upload | RouteKind::Guess);
            let may_read = !matches!(rule.kind, RouteKind::Change | RouteKind::Upload);
            let fits = if rule.method == "GET" { may_read } else { may_change };
            assert!(fits, "{} {}", rule.method, rule.path);
        }
    }
}
