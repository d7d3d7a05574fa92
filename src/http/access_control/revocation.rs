//! How access ends, whatever the cause: a log-out, another password, another role, a suspension, a
//! deletion, a validity that is over, a revoked token. First what is on file, in the transaction
//! that takes the access away; then, once that is committed, what is open.

use actix_web::HttpResponse;
use diesel::QueryResult;

use crate::actors::{LoggedOut, SocketsOf, StaffEdited};
use crate::app::App;
use crate::http::gate::staff::Acting;
use crate::http::kit::change::change;
use crate::http::kit::error::AppError;
use crate::http::{ask, edited};
use crate::ids::{AccountId, DeskId, LineId, SessionId};
use crate::nodes::Named;
use crate::storage::AnyConnection;
use crate::storage::people::accounts::{self, Account};
use crate::storage::people::{api_tokens, sessions};
use crate::time::Wall;

/// Ends what is on file, by whom and when. With all log-ins of an account its API tokens end: whatever
/// takes the account from somebody takes it from their programs.
pub fn on_file(conn: &mut AnyConnection, whose: SocketsOf, by: &str, at: Wall) -> QueryResult<()> {
    match whose {
        SocketsOf::Account(account) => {
            sessions::delete_of(conn, account, None)?;
            api_tokens::revoke_all(conn, account, by, at).map(|_| ())
        }
        SocketsOf::OthersOf(account, kept) => sessions::delete_of(conn, account, Some(kept)).map(|_| ()),
        SocketsOf::Session(session) => sessions::delete(conn, session).map(|_| ()),
    }
}

/// Closes the sockets (4003) and ends the streams of events; the other nodes look at theirs.
pub fn at_once(app: &App, whose: SocketsOf) {
    app.sockets.end(whose);
    let named = match whose {
        SocketsOf::Account(account) | SocketsOf::OthersOf(account, _) => Named::Access(account),
        SocketsOf::Session(session) => Named::LogIn(session),
    };
    edited::others(app, &[named]);
}

/// Closes the sockets of a registered desk whose key is another now, or which is none any more; the other nodes look at
/// theirs.
pub fn desk_at_once(app: &App, desk: DeskId) {
    app.sockets.end_desk(desk);
    edited::others(app, &[Named::Desk(desk)]);
}

/// Of what these accounts may know has changed: what they have open ends, and passes the gate again; at the other nodes
/// they look whether it has.
pub fn send_back(app: &App, accounts: &[AccountId]) {
    accounts.iter().for_each(|account| app.sockets.send_back(*account));
    let named: Vec<Named> = accounts.iter().copied().map(Named::Scope).collect();
    edited::others(app, &named);
}

/// Ends one log-in or token of whoever asks: `take` takes it off file, if it is that account's own, and what was
/// opened with it is closed. `action` and `detail` are what the audit says.
pub async fn end_own(
    app: &App,
    acting: &Acting,
    session: SessionId,
    action: &'static str,
    detail: serde_json::Value,
    take: impl Fn(&mut AnyConnection, AccountId) -> QueryResult<bool> + Send + 'static,
) -> Result<HttpResponse, AppError> {
    let account = acting.staff.session.account.id;
    change(app, acting, move |conn, trail| {
        if !take(conn, account)? {
            return Err(AppError::not_found());
        }
        trail.note(action, "ACCOUNT", account, detail.clone());
        Ok(())
    })
    .await?;
    at_once(app, SocketsOf::Session(session));
    Ok(HttpResponse::NoContent().finish())
}

/// Somebody ended a log-in of theirs, on file: its sockets close, and if it was by it that they took
/// consultations they are paused, on file by the time this returns.
pub async fn logged_out(app: &App, account: AccountId, session: SessionId) {
    // Paused first: who is about to drop is not to be rung.
    if app.matchmaker.ask(LoggedOut { account, session }).await.is_err() {
        // Their sockets drop in a moment, which pauses them soon after.
        log::warn!("nobody matches who could pause {account}, who logged out");
    }
    at_once(app, SocketsOf::Session(session));
}

/// Tells whoever matches who somebody is now. Without access they get no more offers.
pub fn tell_matchmaker(app: &App, account: &Account, lines: Vec<(LineId, u8)>) {
    edited::staff(app, as_known(app, account.clone(), lines));
}

fn as_known(app: &App, account: Account, lines: Vec<(LineId, u8)>) -> StaffEdited {
    let has_access = account.may_log_in(app.clock.now().wall);
    StaffEdited { profile: account.profile(lines), has_access }
}

/// [`tell_matchmaker`] of somebody as they are on file.
pub async fn tell_matchmaker_of(app: &App, id: AccountId) -> Result<(), AppError> {
    edited::others(app, &[Named::Staff(id)]);
    tell_matchmaker_here(app, id).await
}

/// The same, if it is at this node that it is matched: for what every node finds out by itself.
pub async fn tell_matchmaker_here(app: &App, id: AccountId) -> Result<(), AppError> {
    if !app.matchmaker.is_here() {
        return Ok(());
    }
    let on_file = ask(app, move |conn| {
        let Some(account) = accounts::by_id(conn, id)? else { return Ok(None) };
        let lines = accounts::lines_of(conn, id)?;
        Ok(Some((account, lines)))
    });
    if let Some((account, lines)) = on_file.await? {
        app.matchmaker.do_send(as_known(app, account, lines));
    }
    Ok(())
}
