//! What the office shows everybody, and what its staff have at hand.

mod office;
mod own_day;
mod posts;
mod replies;

use crate::support::http::Answer;
use crate::support::{Http, Office, Server};

/// A server with the demo's admin, a manager and two counsellors of `GENERAL`.
async fn opened(office: Office) -> (Server, Http) {
    let office = office.demo().account("mina", "MANAGER", &[], 1).counsellor("kim").counsellor("lee");
    let server = office.open().await;
    let admin = server.http().as_demo_admin().await;
    (server, admin)
}

/// The field a refusal names.
#[track_caller]
fn field(answer: &Answer) -> String {
    answer.json()["errors"][0]["field"].as_str().unwrap_or_else(|| panic!("no field in {}", answer.text)).to_owned()
}
