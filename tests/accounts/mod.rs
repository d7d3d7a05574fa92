//! Accounts: getting in, staying in, being let in and shown out.

mod elsewhere;
mod ending;
pub mod guessing;
mod last_admin;
mod log_in;
mod made;
mod mail;
mod managing;
mod own;
mod password;
mod recheck;
mod sign_up;
mod standing;
mod step_up;
mod texts;
mod tokens;

use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use crate::support::office::PASSWORD;
use crate::support::{Http, Office, Server};

/// An office with an admin `boss` who needs no second factor, as nobody does in the demo.
fn office() -> Office {
    Office::new().flag("--demo").account("boss", "ADMIN", &[], 1)
}

/// The account with this login, as `who` sees it.
async fn account(who: &Http, login: &str) -> Value {
    let found = who.read(&format!("/api/v1/accounts?q={login}")).await;
    let found = found["items"].as_array().and_then(|all| all.iter().find(|one| one["login"] == *login).cloned());
    found.unwrap_or_else(|| panic!("no account {login}"))
}

/// The path of this account, or of something of it.
fn path(account: &Value, what: &str) -> String {
    format!("/api/v1/accounts/{}{what}", account["id"].as_str().expect("an id"))
}

/// A change of `account` from the version it was read in.
fn from(account: &Value, mut change: Value) -> Value {
    change["version"] = account["version"].clone();
    change
}

/// The code of `steps` half minutes from now.
fn code(secret: &str, steps: i64) -> String {
    let totp = Builder::new().with_secret(Secret::try_from_base32(secret).expect("base32")).build().expect("a TOTP");
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock").as_secs();
    totp.generate(now.saturating_add_signed(steps * 30)).to_string()
}

/// Sets a second factor up for whoever is logged in: the secret and the recovery codes. Uses the
/// code of the half minute before, so that the present one still counts.
async fn second_factor(http: &Http) -> (String, Vec<String>) {
    let begun = http.post("/api/v1/session/second-factor", &json!({"password": PASSWORD})).await;
    assert_eq!(begun.status, 200, "{}", begun.text);
    let secret = begun.json()["secret"].as_str().expect("a secret").to_owned();
    let mut confirmed = http.put("/api/v1/session/second-factor", &json!({"code": code(&secret, -1)})).await;
    if confirmed.status == 403 {
        // The half minute ended on the way.
        confirmed = http.put("/api/v1/session/second-factor", &json!({"code": code(&secret, -1)})).await;
    }
    assert_eq!(confirmed.status, 200, "{}", confirmed.text);
    let codes = confirmed.json()["recovery_codes"].as_array().expect("codes").clone();
    (secret, codes.iter().map(|code| code.as_str().expect("a code").to_owned()).collect())
}

/// The log-ins of this account are an hour old, as far as anybody has shown who they are.
pub fn grow_old(server: &Server, login: &str) {
    server.records().execute(&format!(
        "UPDATE ACCOUNT_SESSION SET PROVEN_DTTM = '2020-01-01 00:00:00.000000' \
         WHERE ACCOUNT_ID = (SELECT ACCOUNT_ID FROM ACCOUNT WHERE LOGIN = '{login}')"
    ));
}

/// A new API token of whoever is logged in.
async fn token_of(http: &Http, scopes: &[&str]) -> String {
    let made = http.post("/api/v1/tokens", &json!({"name": "http://evil.example", "scopes": scopes})).await;
    assert_eq!(made.status, 201, "{}", made.text);
    made.json()["token"].as_str().expect("a token").to_owned()
}

/// A try to log in.
async fn try_log_in(server: &Server, body: Value) -> crate::support::http::Answer {
    server.http().post("/api/v1/session", &body).await
}

/// What the audit says of this action, the newest first.
async fn audits(admin: &Http, action: &str) -> Vec<Value> {
    let found = admin.read(&format!("/api/v1/audits?action={action}")).await;
    found["items"].as_array().cloned().unwrap_or_default()
}
