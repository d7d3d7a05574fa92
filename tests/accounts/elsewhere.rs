//! Counsellors who are edited past the server, as another node or the command line does.

use std::path::Path;

use super::office;
use crate::support::office::{run, text};
use crate::support::people::talking;
use crate::support::{Desk, Http, until};

#[tokio::test]
async fn who_was_edited_elsewhere_is_known_as_they_are_now() {
    let office = office().counsellor("kim").counsellor("lee").counsellor("mo");
    let data_dir = office.data_dir();
    let server = office.open().await;
    let (_, mut kim) = talking(&server, "kim").await;
    let mut next = Desk::at(&server).await;
    next.request("GENERAL");
    next.waits().await;
    kim.decided().await;
    assert_eq!(kim.all("offer").len(), 1, "one at a time");

    let edited = |what: &str, login: &str| {
        server.records().execute(&format!("UPDATE ACCOUNT SET {what}, VERSION = VERSION + 1 WHERE LOGIN = '{login}'"));
    };
    edited("NAME = '이름'", "lee");
    edited("SUSPEND_YN = 'Y'", "mo");
    edited("CAPACITY = 2", "kim");
    let program = Path::new(env!("CARGO_BIN_EXE_anteroom"));
    let new = ["account", "create", "--login", "new", "--role", "COUNSELLOR", "--name", "new", "--line", "GENERAL"];
    let made = run(program, &new, &data_dir);
    assert!(made.status.success(), "{}", text(&made));

    assert_eq!(kim.rung().await["ticket"], *next.ticket, "there is a place more");
    let boss = server.http().as_user("boss").await;
    until_among_colleagues(&boss, &["kim", "new", "이름"], &["lee", "mo"]).await;
    let lines = "DELETE FROM ACCOUNT_LINE WHERE ACCOUNT_ID = (SELECT ACCOUNT_ID FROM ACCOUNT WHERE LOGIN = 'new')";
    server.records().execute(lines);
    edited("MOD_ID = 'T'", "new");
    until_among_colleagues(&boss, &["kim", "이름"], &["new"]).await;
    server.finish().await;
}

async fn until_among_colleagues(http: &Http, there: &[&str], gone: &[&str]) {
    until("colleagues are as they are on file", || async {
        let all = http.read("/api/v1/colleagues").await;
        let names: Vec<&str> = all["items"].as_array()?.iter().filter_map(|one| one["name"].as_str()).collect();
        let has = |name: &&str| names.contains(name);
        (there.iter().all(has) && !gone.iter().any(has)).then_some(())
    })
    .await;
}
