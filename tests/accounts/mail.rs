//! Mail through a real mail server.

use serde_json::{Value, json};

use super::office;
use crate::support::mail::{Mail, Smtp};
use crate::support::office::{PASSWORD, run, text};
use crate::support::{Office, Server, until};

fn state_of_mail(server: &Server) -> Value {
    let rows = server.records().mails();
    json!(rows)
}

async fn until_mail_is(server: &Server, state: &str) -> Value {
    until(&format!("the mail is {state}"), || async {
        let rows = state_of_mail(server);
        (rows[0]["state"] == *state).then(|| rows[0].clone())
    })
    .await
}

async fn sign_up(server: &Server, language: &str) {
    let person = json!({
        "login": "park", "email": "park@example.org", "name": "박", "password": PASSWORD, "language": language,
    });
    let answer = server.http().post("/api/v1/accounts", &person).await;
    assert_eq!(answer.status, 202, "{}", answer.text);
}

async fn server_with(smtp: &Smtp) -> Server {
    open_with(office(), smtp).await
}

async fn open_with(office: Office, smtp: &Smtp) -> Server {
    let from = "상담실 <desk@example.org>";
    let office = office.option("--smtp-url", &smtp.url()).option("--mail-from", from);
    office.option("--public-url", "http://desk.localhost").open().await
}

#[tokio::test]
async fn mail_is_delivered_in_the_language_of_its_reader_and_its_secret_is_forgotten() {
    for (language, subject) in
        [("ko", "Anteroom: 이메일 주소를 확인해 주세요"), ("en", "Anteroom: confirm your e-mail address")]
    {
        let mut smtp = Smtp::start(0, "accept");
        let server = server_with(&smtp).await;
        sign_up(&server, language).await;
        let received = smtp.received().await;
        assert_eq!(
            (&received["from"], &received["to"], &received["user"]),
            (&json!("desk@example.org"), &json!(["park@example.org"]), &json!("anteroom"))
        );
        let mail = Mail::parse(received["raw"].as_str().expect("the mail"));
        assert_eq!((mail.to.as_str(), mail.subject.as_str()), ("park@example.org", subject));
        assert!(mail.body.contains("http://desk.localhost/verify#"), "{mail:?}");
        let row = until_mail_is(&server, "SENT").await;
        assert_eq!((&row["body"], &row["attempts"]), (&json!(""), &json!(1)), "{row}");
        let link = json!({"token": mail.token("/verify")});
        assert_eq!(server.http().post("/api/v1/accounts/verify", &link).await.status, 200);
        assert!(!server.data_dir().join("mail").exists(), "not into the folder");
        server.finish().await;
    }
}

#[tokio::test]
async fn mail_waits_for_a_server_that_is_down_and_goes_out_once() {
    let smtp = Smtp::start(0, "accept");
    let port = smtp.port;
    let server = open_with(office(), &smtp).await;
    drop(smtp);
    sign_up(&server, "ko").await;
    let row = until("a first try", || async {
        let rows = state_of_mail(&server);
        rows[0]["error"].is_string().then(|| rows[0].clone())
    })
    .await;
    assert_eq!((&row["state"], &row["attempts"]), (&json!("QUEUED"), &json!(1)), "{row}");
    assert_ne!(row["body"], "", "{row}");
    // The pause before the next try is cut short.
    let mut smtp = Smtp::start(port, "accept");
    server.records().execute("UPDATE MAIL SET NEXT_DTTM = '2020-01-01 00:00:00.000000'");
    smtp.received().await;
    let row = until_mail_is(&server, "SENT").await;
    assert_eq!((&row["attempts"], &row["error"]), (&json!(2), &json!(null)), "{row}");
    server.finish().await;
}

#[tokio::test]
async fn mail_that_is_refused_for_good_is_given_up_at_once() {
    let smtp = Smtp::start(0, "refuse");
    let server = server_with(&smtp).await;
    sign_up(&server, "ko").await;
    let row = until_mail_is(&server, "FAILED").await;
    assert_eq!((&row["attempts"], &row["body"]), (&json!(1), &json!("")), "{row}");
    assert!(row["error"].as_str().is_some_and(|error| error.contains("no such mailbox")), "{row}");
    server.finish().await;
}

#[tokio::test]
async fn mail_waits_while_the_server_does_not_know_us() {
    let mut smtp = Smtp::start(0, "accept");
    let mut server = office()
        .option("--smtp-url", &smtp.url().replace("anteroom:", "mallory:"))
        .option("--mail-from", "desk@example.org")
        .open()
        .await;
    sign_up(&server, "ko").await;
    let row = until("a first try", || async {
        let rows = state_of_mail(&server);
        rows[0]["error"].is_string().then(|| rows[0].clone())
    })
    .await;
    assert_eq!(row["state"], "QUEUED", "{row}");
    server.change_option("--smtp-url", &smtp.url());
    server.restart().await;
    server.records().execute("UPDATE MAIL SET NEXT_DTTM = '2020-01-01 00:00:00.000000'");
    smtp.received().await;
    until_mail_is(&server, "SENT").await;
    server.finish().await;
}

#[tokio::test]
async fn mail_that_never_goes_out_is_given_up_after_ten_tries() {
    let smtp = Smtp::start(0, "accept");
    let server = server_with(&smtp).await;
    drop(smtp);
    sign_up(&server, "ko").await;
    until("a first try", || async { state_of_mail(&server)[0]["error"].is_string().then_some(()) }).await;
    server.records().execute("UPDATE MAIL SET ATTEMPTS = 9, NEXT_DTTM = '2020-01-01 00:00:00.000000'");
    let row = until_mail_is(&server, "FAILED").await;
    assert_eq!((&row["attempts"], &row["body"]), (&json!(10), &json!("")), "{row}");
    server.finish().await;
}

#[tokio::test]
async fn the_doctor_says_where_mail_goes() {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_anteroom"));
    let folder = tempfile::tempdir().expect("a folder");
    let doctor = |options: &[&str]| {
        let mut arguments = vec!["doctor", "--listen", "127.0.0.1:0"];
        arguments.extend(options);
        text(&run(program, &arguments, folder.path()))
    };
    let line = |said: &str| said.lines().find(|line| line.contains(" mail: ")).unwrap_or_default().to_owned();
    assert!(line(&doctor(&[])).starts_with("warn"), "{}", doctor(&[]));
    let smtp = Smtp::start(0, "accept");
    let url = smtp.url();
    let there = ["--smtp-url", &url, "--mail-from", "desk@example.org"];
    assert!(line(&doctor(&there)).starts_with("ok"), "{}", doctor(&there));
    drop(smtp);
    assert!(line(&doctor(&there)).starts_with("warn"), "{}", doctor(&there));
    assert!(doctor(&["--smtp-url", "mail.example.org"]).contains("--smtp-url"));
}

#[tokio::test]
async fn with_a_mail_server_nobody_is_let_in_whose_address_was_not_shown_to_be_theirs() {
    let mut smtp = Smtp::start(0, "accept");
    let server = server_with(&smtp).await;
    let boss = server.http().as_user("boss").await;
    assert_eq!(boss.read("/api/v1/session").await["mail"], true);
    sign_up(&server, "ko").await;
    smtp.received().await;
    let pending = boss.read("/api/v1/accounts?state=PENDING").await["items"][0].clone();
    let path = format!("/api/v1/accounts/{}/approve", pending["id"].as_str().expect("an id"));
    let approval = json!({"version": pending["version"], "unverified": true});
    boss.post(&path, &approval).await.is_problem(409, "NOT_VERIFIED");
    // Who is made by an admin is asked too, and can be helped meanwhile.
    let new = json!({"login": "lee", "name": "이", "email": "Lee@Example.org"});
    let made = boss.post("/api/v1/accounts/staff", &new).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!((&made.json()["email"], &made.json()["email_verified"]), (&json!("lee@example.org"), &json!(false)));
    let mail = Mail::parse(smtp.received().await["raw"].as_str().expect("the mail"));
    assert_eq!(mail.to, "lee@example.org");
    let link = json!({"token": mail.token("/verify")});
    assert_eq!(server.http().post("/api/v1/accounts/verify", &link).await.status, 200);
    let again = json!({"login": "lee2", "name": "이", "email": "lee@example.org"});
    boss.post("/api/v1/accounts/staff", &again).await.is_problem(409, "EMAIL_TAKEN");
    server.finish().await;
}
