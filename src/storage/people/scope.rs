//! Whose consultations, rooms, desks and people somebody may know of.
//!
//! A [`Scope`] is made in one way, from what is on file of an account. That it is everything follows
//! from a mark that says so, never from something that is missing: whoever has no line left sees
//! what is their own.

use diesel::QueryResult;

use crate::ids::{AccountId, LineId};
use crate::storage::AnyConnection;
use crate::storage::people::accounts::{self, Account, AccountRole};

/// Of what somebody may know.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// All there is: an admin, and a manager who is marked as one of every line.
    All(Everything),
    /// A manager: what is of these lines.
    Lines(SomeLines),
    /// A counsellor, and a manager who has no line: what has themselves in it.
    Own,
}

/// Only this module makes one: `All` cannot be written down elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Everything(());

/// Lines, one at least.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SomeLines(Vec<LineId>);

impl Scope {
    /// Of an account that serves these lines.
    #[must_use]
    pub fn of(account: &Account, lines: Vec<LineId>) -> Self {
        match account.role {
            AccountRole::Admin => Self::All(Everything(())),
            AccountRole::Manager if account.all_lines => Self::All(Everything(())),
            AccountRole::Manager if !lines.is_empty() => Self::Lines(SomeLines(lines)),
            AccountRole::Manager | AccountRole::Counsellor => Self::Own,
        }
    }

    /// Of an account as it is on file.
    pub fn on_file(conn: &mut AnyConnection, account: &Account) -> QueryResult<Self> {
        let lines = accounts::lines_of(conn, account.id)?;
        Ok(Self::of(account, lines.into_iter().map(|(line, _)| line).collect()))
    }

    /// Whether what belongs to `line` is in it. What belongs to no line is the whole office's.
    #[must_use]
    pub fn holds_line(&self, line: Option<LineId>) -> bool {
        match self {
            Self::All(_) => true,
            Self::Lines(lines) => line.is_some_and(|line| lines.0.contains(&line)),
            Self::Own => false,
        }
    }

    /// Whether a consultation of this counsellor and line is in it, for the account `me`.
    #[must_use]
    pub fn holds(&self, me: AccountId, counsellor: Option<AccountId>, line: LineId) -> bool {
        counsellor == Some(me) || self.holds_line(Some(line))
    }

    /// The lines that are left of those `wanted` (`None`: whichever) to somebody who sees by lines;
    /// `None` is no bound and comes of [`Scope::All`] alone. Nothing is left of what is only one's own.
    #[must_use]
    pub fn narrow(&self, wanted: Option<Vec<LineId>>) -> Option<Vec<LineId>> {
        match (self, wanted) {
            (Self::All(_), wanted) => wanted,
            (Self::Lines(lines), None) => Some(lines.0.clone()),
            (Self::Lines(lines), Some(wanted)) => {
                Some(wanted.into_iter().filter(|line| lines.0.contains(line)).collect())
            }
            (Self::Own, _) => Some(Vec::new()),
        }
    }

    /// Whether all of a list of consultations is in it that was narrowed to a counsellor and to lines
    /// (`None`: to none), for the account `me`.
    #[must_use]
    pub fn holds_all(&self, me: AccountId, counsellor: Option<AccountId>, lines: Option<&[LineId]>) -> bool {
        let is_ours = |lines: &[LineId]| lines.iter().all(|line| self.holds_line(Some(*line)));
        counsellor == Some(me) || matches!(self, Self::All(_)) || lines.is_some_and(is_ours)
    }
}

impl SomeLines {
    #[must_use]
    pub fn ids(&self) -> &[LineId] {
        &self.0
    }
}
