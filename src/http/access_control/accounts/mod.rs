//! Accounts: who may see and change which.
//!
//! - `view`: an account as others see it, the list, one of them
//! - `sign_up`: asking for an account, and showing that the mail address is one's own
//! - `made`: an account that an admin makes for somebody; `handed`: links they hand over;
//!   `links`: those links on file
//! - `edit`: what all changes share: who may, the version, the last admin, what follows
//! - `change`: what the person is: name, lines, capacity, role
//! - `standing`: whether they may log in: approval, suspension, deletion, validity, second factor
//!
//! A manager sees those who serve a line of theirs and those who wait for approval, and changes
//! counsellors alone; the role, the mail address and everything about access but the validity is
//! an admin's.

pub mod change;
mod edit;
pub mod handed;
mod links;
pub mod made;
pub mod sign_up;
pub mod standing;
pub mod view;

use crate::app::App;
use crate::http::gate::staff::{Acting, Staff};
use crate::http::kit::error::AppError;
use crate::ids::AccountId;
use crate::storage::AnyConnection;
use crate::storage::people::accounts::{self, Account, AccountRole};
use crate::storage::people::scope::Scope;

/// Somebody who looks at accounts.
#[derive(Clone, Debug)]
struct Viewer {
    id: AccountId,
    power: AccountRole,
    scope: Scope,
}

impl Viewer {
    async fn of(app: &App, staff: &Staff) -> Result<Self, AppError> {
        Ok(Self { id: staff.session.account.id, power: staff.power, scope: staff.scope(app).await? })
    }

    /// Whether they may know of `account`. What they may not know of is not there.
    fn sees(&self, conn: &mut AnyConnection, account: &Account) -> diesel::QueryResult<bool> {
        if account.id == self.id {
            return Ok(true);
        }
        if self.power == AccountRole::Counsellor {
            return Ok(false);
        }
        let is_pending = !account.approved && !account.deleted;
        if is_pending || matches!(self.scope, Scope::All(_)) {
            return Ok(true);
        }
        Ok(accounts::lines_of(conn, account.id)?.iter().any(|(line, _)| self.scope.holds_line(Some(*line))))
    }

    /// Refuses a change of an account that only admins change.
    fn may_change(&self, account: &Account) -> Result<(), AppError> {
        let is_theirs =
            self.power == AccountRole::Admin || account.id == self.id || account.role == AccountRole::Counsellor;
        if is_theirs {
            Ok(())
        } else {
            Err(AppError::not_allowed("accounts of managers and admins are changed by admins"))
        }
    }

    /// Refuses a change of `what` to all but admins.
    fn must_be_admin(&self, what: &str) -> Result<(), AppError> {
        if self.power == AccountRole::Admin {
            Ok(())
        } else {
            Err(AppError::not_allowed(format!("{what} is changed by admins")))
        }
    }
}

/// Who may change accounts, found out from who asks.
async fn viewer(app: &App, acting: &Acting) -> Result<Viewer, AppError> {
    Viewer::of(app, &acting.staff).await
}
