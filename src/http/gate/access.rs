//! Who may do what: a row a route. A route that is not here does not compile, as `routes` looks
//! every one of them up while it is built; a row without a route fails a test. What a frame's
//! sender must be stands with the frames, see [`crate::protocol::ClientFrame::senders`].
//!
//! The table says who may knock at all, and whose the thing behind the door is. What of it somebody
//! then sees is decided in one place, see [`crate::storage::people::scope`]; `tests/scope` asks every row
//! as people whose it is not.
//!
//! Two columns stand between somebody who holds what another was given (a cookie, an API token) and the
//! account itself: what a token must be allowed for the row, and whether whoever asks must have shown not
//! long ago that they are who they are. What most rows ask follows from the first columns, see `row`;
//! those that ask something else say so at their end.

use crate::storage::people::accounts::AccountRole;
use crate::storage::people::api_tokens::TokenScope;

/// Who may use a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Nobody need be logged in.
    Anyone,
    /// Anybody who is logged in.
    Staff,
    /// Managers and admins.
    Managers,
    /// Admins with a second factor.
    Admins,
}

impl Who {
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
pub enum Kind {
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
pub enum Whose {
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
    pub who: Who,
    /// What it is.
    pub kind: Kind,
    /// What an API token must be allowed.
    pub token: ByToken,
    /// What a log-in must have shown.
    pub proof: Proof,
    /// Whose the things are.
    pub whose: Whose,
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

use Kind::{Change, Guess, Page, Probe, Read, Stay, Upload};
use Who::{Admins, Anyone, Managers, Staff};
use Whose::{Bearer, Everybody, Lines, Own};

/// A row that asks for no proof. Of a token it asks `admin` for what is for admins, else `read` for GET
/// and `write` for the rest.
const fn row(method: &'static str, path: &'static str, who: Who, kind: Kind, whose: Whose) -> Rule {
    let token = match (kind, who) {
        (Probe | Page | Guess, _) => ByToken::Unread,
        (_, Admins) => ByToken::With(TokenScope::Admin),
        _ if same(method, "GET") => ByToken::With(TokenScope::Read),
        _ => ByToken::With(TokenScope::Write),
    };
    Rule { method, path, who, kind, token, proof: Proof::None, whose }
}

/// Every route there is.
pub const TABLE: &[Rule] = &[
    row("GET", "/healthz", Anyone, Probe, Everybody),
    row("GET", "/readyz", Anyone, Probe, Everybody),
    row("GET", "/metrics", Anyone, Probe, Everybody),
    row("GET", "/api/openapi.json", Anyone, Page, Everybody),
    row("GET", "/api/docs", Anyone, Page, Everybody),
    row("GET", "/api/docs/{file:.*}", Anyone, Page, Everybody),
    // Pages. What they show comes from the API, which asks who looks.
    row("GET", "/", Anyone, Page, Everybody),
    row("GET", "/desk", Anyone, Page, Everybody),
    row("GET", "/display", Anyone, Page, Everybody),
    row("GET", "/counsellor", Anyone, Page, Everybody),
    row("GET", "/admin", Anyone, Page, Everybody),
    row("GET", "/setup", Anyone, Page, Everybody),
    row("GET", "/signup", Anyone, Page, Everybody),
    row("GET", "/verify", Anyone, Page, Everybody),
    row("GET", "/reset", Anyone, Page, Everybody),
    row("GET", "/account", Anyone, Page, Everybody),
    row("GET", "/room", Anyone, Page, Everybody),
    row("GET", "/assets/{file}", Anyone, Page, Everybody),
    // Sockets and streams. The public desk shows nothing; a registered desk shows its key, and so does a
    // guest of a room.
    row("GET", "/ws/desk", Anyone, Stay, Bearer),
    row("GET", "/ws/counsellor", Staff, Stay, Own).writes(),
    row("GET", "/ws/room", Anyone, Stay, Bearer).writes(),
    row("GET", "/api/v1/rooms/stream", Managers, Stay, Lines),
    row("GET", "/api/v1/tickets/{id}/stream", Anyone, Stay, Bearer),
    row("GET", "/api/v1/office/stream", Anyone, Stay, Everybody),
    // Being logged in.
    row("POST", "/api/v1/session", Anyone, Guess, Bearer),
    row("GET", "/api/v1/session", Staff, Read, Own),
    row("DELETE", "/api/v1/session", Staff, Change, Own),
    row("POST", "/api/v1/session/proof", Staff, Change, Own),
    row("PUT", "/api/v1/session/password", Staff, Change, Own).fresh(),
    row("POST", "/api/v1/session/second-factor", Staff, Change, Own).fresh(),
    row("PUT", "/api/v1/session/second-factor", Staff, Change, Own).fresh(),
    row("DELETE", "/api/v1/session/second-factor", Staff, Change, Own).fresh(),
    row("GET", "/api/v1/sessions", Staff, Read, Own),
    row("DELETE", "/api/v1/sessions", Staff, Change, Own).fresh(),
    row("DELETE", "/api/v1/sessions/{id}", Staff, Change, Own).fresh(),
    row("GET", "/api/v1/tokens", Staff, Read, Own),
    row("POST", "/api/v1/tokens", Staff, Change, Own).fresh(),
    row("DELETE", "/api/v1/tokens/{id}", Staff, Change, Own).fresh(),
    row("POST", "/api/v1/password/reset", Anyone, Guess, Bearer),
    row("PUT", "/api/v1/password", Anyone, Guess, Bearer),
    row("POST", "/api/v1/setup", Anyone, Guess, Bearer),
    // Accounts.
    row("POST", "/api/v1/accounts", Anyone, Guess, Everybody),
    row("GET", "/api/v1/accounts", Managers, Read, Lines),
    row("POST", "/api/v1/accounts/verify", Anyone, Guess, Bearer),
    row("POST", "/api/v1/accounts/staff", Admins, Change, Everybody).fresh(),
    row("GET", "/api/v1/accounts/{id}", Staff, Read, Lines),
    row("PATCH", "/api/v1/accounts/{id}", Managers, Change, Lines).fresh_for(&["email", "role", "all_lines"]),
    row("DELETE", "/api/v1/accounts/{id}", Admins, Change, Lines).fresh(),
    row("POST", "/api/v1/accounts/{id}/approve", Admins, Change, Lines).fresh(),
    row("POST", "/api/v1/accounts/{id}/suspend", Admins, Change, Lines).fresh(),
    row("POST", "/api/v1/accounts/{id}/resume", Admins, Change, Lines).fresh(),
    row("POST", "/api/v1/accounts/{id}/restore", Admins, Change, Lines).fresh(),
    row("PUT", "/api/v1/accounts/{id}/validity", Managers, Change, Lines).fresh(),
    row("DELETE", "/api/v1/accounts/{id}/second-factor", Admins, Change, Lines).fresh(),
    row("POST", "/api/v1/accounts/{id}/password-link", Admins, Change, Lines).fresh(),
    // Registered desks.
    row("GET", "/api/v1/desks", Managers, Read, Lines),
    row("POST", "/api/v1/desks", Managers, Change, Lines),
    row("POST", "/api/v1/desks/enrol", Anyone, Guess, Bearer),
    row("GET", "/api/v1/desks/{id}", Managers, Read, Lines),
    row("PATCH", "/api/v1/desks/{id}", Managers, Change, Lines),
    row("DELETE", "/api/v1/desks/{id}", Managers, Change, Lines),
    row("POST", "/api/v1/desks/{id}/restore", Managers, Change, Lines),
    row("POST", "/api/v1/desks/{id}/key", Managers, Change, Lines),
    row("DELETE", "/api/v1/desks/{id}/key", Managers, Change, Lines),
    row("POST", "/api/v1/desks/{id}/enrolment", Managers, Change, Lines),
    // Lines and codes. What is out of use is for managers to see.
    row("GET", "/api/v1/lines", Anyone, Read, Everybody),
    row("POST", "/api/v1/lines", Admins, Change, Everybody),
    row("GET", "/api/v1/lines/stats", Staff, Read, Everybody),
    row("PATCH", "/api/v1/lines/{id}", Admins, Change, Everybody),
    row("DELETE", "/api/v1/lines/{id}", Admins, Change, Everybody),
    row("GET", "/api/v1/codes", Anyone, Read, Everybody),
    row("POST", "/api/v1/codes", Admins, Change, Everybody),
    row("PATCH", "/api/v1/codes/{seq}", Admins, Change, Everybody),
    row("DELETE", "/api/v1/codes/{seq}", Admins, Change, Everybody),
    // The office and its notices. What is not shown now is for managers to see.
    row("GET", "/api/v1/office", Anyone, Read, Everybody),
    row("PUT", "/api/v1/office", Admins, Change, Everybody),
    row("GET", "/api/v1/posts", Anyone, Read, Everybody),
    row("POST", "/api/v1/posts", Managers, Change, Everybody),
    row("PATCH", "/api/v1/posts/{id}", Managers, Change, Everybody),
    row("DELETE", "/api/v1/posts/{id}", Managers, Change, Everybody),
    // Texts at hand. Those that all share are for managers to edit.
    row("GET", "/api/v1/canned-replies", Staff, Read, Own),
    row("POST", "/api/v1/canned-replies", Staff, Change, Own),
    row("PATCH", "/api/v1/canned-replies/{id}", Staff, Change, Own),
    row("DELETE", "/api/v1/canned-replies/{id}", Staff, Change, Own),
    // Rooms. A guest shows the key of a group room's link; to change and end one is for who opened it
    // and for managers.
    row("GET", "/api/v1/rooms", Staff, Read, Lines),
    row("POST", "/api/v1/rooms", Staff, Change, Everybody),
    row("GET", "/api/v1/rooms/{id}", Staff, Read, Lines),
    row("PATCH", "/api/v1/rooms/{id}", Staff, Change, Lines),
    row("DELETE", "/api/v1/rooms/{id}", Staff, Change, Lines),
    row("GET", "/api/v1/rooms/{id}/invitation", Anyone, Guess, Bearer),
    row("GET", "/api/v1/rooms/{id}/members", Staff, Read, Lines),
    row("GET", "/api/v1/rooms/{id}/messages", Staff, Read, Lines),
    row("GET", "/api/v1/rooms/{id}/timeline", Staff, Read, Lines),
    row("POST", "/api/v1/rooms/{id}/end", Managers, Change, Lines),
    row("POST", "/api/v1/rooms/{id}/move", Managers, Change, Lines),
    row("POST", "/api/v1/tickets/{id}/line", Managers, Change, Lines),
    row("GET", "/api/v1/colleagues", Staff, Read, Everybody),
    // Pictures. A guest shows the key; who knows a picture's id may see it.
    row("POST", "/api/v1/media", Anyone, Upload, Bearer),
    row("GET", "/api/v1/media/{id}", Anyone, Read, Bearer),
    // The history.
    row("GET", "/api/v1/consultations", Staff, Read, Lines),
    row("GET", "/api/v1/consultations/{id}", Staff, Read, Lines),
    row("POST", "/api/v1/consultations/export", Staff, Change, Lines),
    row("GET", "/api/v1/jobs", Staff, Read, Own),
    row("GET", "/api/v1/jobs/{id}", Staff, Read, Own),
    row("DELETE", "/api/v1/jobs/{id}", Staff, Change, Own),
    row("GET", "/api/v1/jobs/{id}/file", Staff, Read, Own),
    row("PATCH", "/api/v1/consultations/{id}", Staff, Change, Lines),
    row("GET", "/api/v1/stats", Staff, Read, Lines),
    row("GET", "/api/v1/stats/mine", Staff, Read, Own),
    // Trying things out.
    row("GET", "/api/v1/test-data", Managers, Read, Everybody),
    row("POST", "/api/v1/test-data", Admins, Change, Everybody),
    row("DELETE", "/api/v1/test-data", Admins, Change, Everybody),
    row("POST", "/api/v1/rehearsals", Managers, Change, Everybody),
    row("GET", "/api/v1/rehearsals/{id}", Managers, Read, Everybody),
    // The audit.
    row("GET", "/api/v1/audits", Managers, Read, Lines),
];

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
    panic!("this route has no row in the access table (src/http/gate/access.rs)")
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
            assert!(rule.proof == Proof::None || rule.kind == Change, "{} {}", rule.method, rule.path);
        }
    }

    #[test]
    fn what_is_not_a_read_is_a_change_or_a_guess() {
        for rule in TABLE {
            let may_change = matches!(rule.kind, Change | Upload | Guess);
            let may_read = !matches!(rule.kind, Change | Upload);
            let fits = if rule.method == "GET" { may_read } else { may_change };
            assert!(fits, "{} {}", rule.method, rule.path);
        }
    }
}
