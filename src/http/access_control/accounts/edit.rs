//! What all changes of an account share.

use diesel::QueryResult;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::links;
use super::view::AccountView;
use super::{Viewer, viewer};
use crate::actors::SocketsOf;
use crate::app::App;
use crate::http::access_control::notice::Notices;
use crate::http::access_control::revocation;
use crate::http::gate::staff::Acting;
use crate::http::kit::change::change;
use crate::http::kit::error::AppError;
use crate::http::kit::extract::line;
use crate::http::to_the_end;
use crate::ids::{AccountId, LineId, MailId};
use crate::mail::{Letter, Text};
use crate::protocol::FaultCode;
use crate::storage::AnyConnection;
use crate::storage::people::account_edits::{self, Changes, Edit};
use crate::storage::people::accounts::{self, Account};
use crate::time::Wall;

/// Most characters of a reason.
const REASON_CHARS_MAX: usize = 500;

/// The body of a change that needs none.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountVersionRequest {
    /// The version that was read.
    pub(super) version: i32,
}

/// What is to become of an account, once it was read and may be changed.
pub(super) struct Plan {
    /// The audit's word for it.
    pub action: &'static str,
    /// What the audit says besides.
    pub detail: Value,
    pub changes: Changes,
    /// All lines it serves from now on, if they change.
    pub lines: Option<Vec<(LineId, u8)>>,
    /// Whether its log-ins end.
    pub ends: bool,
    /// What else is written in the same transaction.
    pub also: Also,
}

/// See [`Plan::also`].
pub(super) enum Also {
    Nothing,
    /// A link with this token goes to the account's new mail address.
    VerifyEmail(String),
    /// A link with this token, to choose a password with, is handed over.
    ChoosePassword(String),
    /// The person learns that they may log in.
    TellApproved,
    /// The second factor is taken away.
    NoSecondFactor,
}

impl Plan {
    /// Does as it says and nothing else.
    pub(super) fn new(action: &'static str, detail: Value, changes: Changes) -> Self {
        Self { action, detail, changes, lines: None, ends: false, also: Also::Nothing }
    }

    /// And the log-ins end.
    pub(super) fn ending(self) -> Self {
        Self { ends: true, ..self }
    }
}

/// Changes an account from the version that was read. `plan` may run again; it is given the account
/// as it is, and by whom and when it is changed.
pub(super) async fn edit(
    app: &App,
    acting: &Acting,
    id: AccountId,
    version: i32,
    plan: impl Fn(&mut AnyConnection, &Viewer, &Account, &Edit<'_>) -> Result<Plan, AppError> + Send + 'static,
) -> Result<AccountView, AppError> {
    let viewer = viewer(app, acting).await?;
    to_the_end(carry_out(app.clone(), acting.clone(), viewer, id, version, plan)).await
}

async fn carry_out(
    app: App,
    acting: Acting,
    viewer: Viewer,
    id: AccountId,
    version: i32,
    plan: impl Fn(&mut AnyConnection, &Viewer, &Account, &Edit<'_>) -> Result<Plan, AppError> + Send + 'static,
) -> Result<AccountView, AppError> {
    let (by, clock, mail_queue) = (acting.by(), app.clock.clone(), app.mail_queue.clone());
    let notices = Notices::of(&app);
    let done = change(&app, &acting, move |conn, trail| {
        let at = clock.now().wall;
        account_edits::hold_admins(conn, at)?;
        let before = accounts::by_id(conn, id)?;
        let before = match before {
            Some(before) if viewer.sees(conn, &before)? => before,
            _ => return Err(AppError::not_found()),
        };
        viewer.may_change(&before)?;
        if before.test {
            let detail = "this account is test data and stays as it is; it goes with all test data, see `Try it`";
            return Err(AppError::conflict("TEST_DATA", detail));
        }
        if before.version != version {
            return Err(AppError::edited(before.version));
        }
        let edit = Edit { id, version, by: &by, at };
        let plan = plan(conn, &viewer, &before, &edit)?;
        let after = apply(conn, &edit, &before, &plan)?;
        match &plan.also {
            Also::Nothing => {}
            Also::NoSecondFactor => notices.tell(conn, &after, Text::SecondFactorOff, at)?,
            Also::VerifyEmail(token) => {
                // To the address it was: whoever reads that learns of a change they did not wish.
                notices.tell(conn, &before, Text::EmailChanged, at)?;
                let mail = MailId(clock.new_id());
                super::sign_up::send_link(conn, &clock, &mail_queue, mail, &after, token, at)?;
            }
            Also::ChoosePassword(token) => links::put(conn, &clock, id, token, &by, at)?,
            Also::TellApproved => {
                if let Some(email) = after.email.as_deref().filter(|_| after.email_verified) {
                    let text = Text::Approved(&after.login);
                    let letter = Letter { to: email, name: &after.name, language: &after.language, text };
                    mail_queue.put(conn, MailId(clock.new_id()), &letter, at)?;
                }
            }
        }
        trail.note(plan.action, "ACCOUNT", id, plan.detail);
        let lines = accounts::lines_of(conn, id)?;
        let moves = plan.lines.is_some() || before.all_lines != after.all_lines;
        Ok(Done { view: AccountView::read(conn, after.clone())?, account: after, lines, ends: plan.ends, moves })
    })
    .await?;
    if done.ends {
        revocation::at_once(&app, SocketsOf::Account(id));
    }
    if done.moves {
        revocation::send_back(&app, &[id]);
    }
    revocation::tell_matchmaker(&app, &done.account, done.lines);
    app.mail_queue.hurry();
    Ok(done.view)
}

struct Done {
    view: AccountView,
    account: Account,
    lines: Vec<(LineId, u8)>,
    ends: bool,
    /// What they may see is another.
    moves: bool,
}

fn apply(conn: &mut AnyConnection, edit: &Edit<'_>, before: &Account, plan: &Plan) -> Result<Account, AppError> {
    let &Edit { id, by, at, .. } = edit;
    if !account_edits::edit(conn, edit, &plan.changes)? {
        // Another came between the read and this, on an engine that lets it.
        return Err(AppError::edited(present(conn, id)?));
    }
    if let Some(lines) = &plan.lines {
        account_edits::set_lines(conn, id, lines, by, at)?;
    }
    if matches!(plan.also, Also::NoSecondFactor) {
        crate::storage::people::second_factor::remove(conn, id, by, at)?;
    }
    let after = accounts::by_id(conn, id)?.ok_or_else(AppError::not_found)?;
    if !account_edits::leaves_an_admin(conn, before, &after, at)? {
        return Err(AppError::conflict(
            "LAST_ADMIN",
            "this is the last admin who can log in; make another admin first, whose validity has no end",
        ));
    }
    if plan.ends {
        revocation::on_file(conn, SocketsOf::Account(id), by, at)?;
    }
    Ok(after)
}

fn present(conn: &mut AnyConnection, id: AccountId) -> QueryResult<i32> {
    Ok(accounts::by_id(conn, id)?.map_or(0, |account| account.version))
}

/// A reason, as people give it.
pub(super) fn reason(given: &str) -> Result<String, AppError> {
    line("reason", given, REASON_CHARS_MAX)
}

/// The lines somebody is to serve, if they are there and named once each.
pub(super) fn check_lines(conn: &mut AnyConnection, lines: &[(LineId, u8)]) -> Result<(), AppError> {
    let ids: Vec<LineId> = lines.iter().map(|(line, _)| *line).collect();
    if let Some(twice) = ids.iter().enumerate().find(|(nth, line)| ids[..*nth].contains(line)) {
        let reason = format!("name the line {} twice; once is enough", twice.1);
        return Err(AppError::out_of_bounds("lines", (FaultCode::Twice, reason)));
    }
    if let Some(unknown) = crate::storage::people::account_list::unknown_lines(conn, &ids)?.first() {
        let reason = format!("name the line {unknown}, which is not there");
        return Err(AppError::out_of_bounds("lines", (FaultCode::NotThere, reason)));
    }
    Ok(())
}

/// A moment that both databases and people can hold.
pub(super) fn check_moment(field: &str, moment: Wall) -> Result<Wall, AppError> {
    use chrono::Datelike;
    if (2000..=9999).contains(&moment.utc().year()) {
        Ok(moment)
    } else {
        Err(AppError::out_of_bounds(field, (FaultCode::Moment, "is not between the years 2000 and 9999")))
    }
}
