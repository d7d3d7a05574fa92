//! Exports: consultations into a file, in the background.

use std::collections::HashSet;
use std::io::Read as _;
use std::path::Path;

use anteroom::storage::work::jobs::JobState;
use serde_json::{Value, json};

use crate::support::office::{run, text};
use crate::support::people::talking;
use crate::support::{Http, Office, Server, until};

/// Until the job is over; the job.
async fn over(http: &Http, answer: &Value) -> Value {
    let path = format!("/api/v1/jobs/{}", answer["job"]["id"].as_str().expect("a job"));
    until("the job is over", || async {
        let job = http.read(&path).await;
        (!["QUEUED", "RUNNING"].contains(&job["state"].as_str().unwrap_or_default())).then_some(job)
    })
    .await
}

/// One consultation, from request to wrap-up.
async fn talked_about(server: &Server, memo: &str) {
    let (desk, mut kim) = talking(server, "kim").await;
    let room = desk.room.clone();
    desk.send(json!({"type": "end", "room": room}));
    kim.expect("ended").await;
    kim.send(json!({"type": "wrap_up", "room": room, "result_code": "RESOLVED", "memo": memo}));
    let kim = server.http().as_user("kim").await;
    until("the memo is on file", || async {
        let found = kim.read("/api/v1/consultations?limit=1").await;
        (found["items"][0]["memo"] == memo).then_some(())
    })
    .await;
}

async fn bytes(server: &Server, bearer: &str, job: &Value) -> Vec<u8> {
    let path = job["file"].as_str().unwrap_or_else(|| panic!("no file: {job}"));
    let response = reqwest::Client::new().get(server.url(path)).bearer_auth(bearer).send().await.expect("an answer");
    assert_eq!(response.status(), 200);
    assert!(response.headers()["content-disposition"].to_str().unwrap_or_default().starts_with("attachment"));
    response.bytes().await.expect("the file").to_vec()
}

#[tokio::test]
async fn consultations_are_exported_as_csv_and_as_a_spreadsheet() {
    let server = Office::new().demo().counsellor("kim").open().await;
    for memo in ["=1+1", "전화 다시"] {
        talked_about(&server, memo).await;
    }
    let admin = server.http().log_in("admin", "demo-admin").await;
    let http = server.http().with_bearer(&admin);
    let asked = http.post("/api/v1/consultations/export", &json!({"format": "CSV", "status": "DONE"})).await;
    assert_eq!(asked.status, 202, "{}", asked.text);
    let job = over(&http, &asked.json()).await;
    assert_eq!((job["state"].as_str(), job["done"].as_i64()), (Some(JobState::Done.code()), Some(2)), "{job}");
    let csv = String::from_utf8(bytes(&server, &admin, &job).await).expect("UTF-8");
    assert!(csv.starts_with('\u{feff}'), "spreadsheets look for the mark");
    assert_eq!(csv.lines().count(), 3, "{csv}");
    assert!(csv.contains("전화 다시") && csv.contains("'=1+1") && csv.contains("접수"), "{csv}");

    let asked = http.post("/api/v1/consultations/export", &json!({"format": "XLSX"})).await;
    let job = over(&http, &asked.json()).await;
    assert_eq!(job["done"], 2, "{job}");
    let text = parts(bytes(&server, &admin, &job).await);
    assert!(text.contains("전화 다시") && text.contains(">=1+1<"), "a text stays a text: {text}");
    assert!(!text.contains("<f>"), "and no formula: {text}");
    server.finish().await;
}

/// All that is written in a spreadsheet.
fn parts(sheet: Vec<u8>) -> String {
    let mut text = String::new();
    let mut book = zip::ZipArchive::new(std::io::Cursor::new(sheet)).expect("a spreadsheet");
    for part in 0..book.len() {
        let _ = book.by_index(part).expect("a part").read_to_string(&mut text);
    }
    text
}

/// What a cell of the spreadsheet is, such as ` s="2"><v>46356.5</v>`.
fn cell<'a>(text: &'a str, name: &str) -> &'a str {
    let begin = text.find(&format!("<c r=\"{name}\"")).unwrap_or_else(|| panic!("no cell {name} in {text}"));
    text[begin..].split("</c>").next().unwrap_or_default()
}

#[tokio::test]
async fn a_spreadsheet_has_numbers_moments_and_words_and_a_csv_runs_nothing_and_keeps_digits() {
    let server = Office::new().demo().counsellor("kim").open().await;
    for memo in ["＝1+1", "01012345678"] {
        talked_about(&server, memo).await;
    }
    let admin = server.http().log_in("admin", "demo-admin").await;
    let http = server.http().with_bearer(&admin);
    let file = async |format: &str| {
        let asked = http.post("/api/v1/consultations/export", &json!({"format": format})).await;
        let job = over(&http, &asked.json()).await;
        bytes(&server, &admin, &job).await
    };
    let csv = String::from_utf8(file("CSV").await).expect("UTF-8");
    assert!(csv.contains(",'＝1+1,") && csv.contains(",'01012345678,"), "{csv}");
    assert!(csv.contains(",DONE,GENERAL,ko,"), "codes for programs: {csv}");

    let korean = parts(file("XLSX").await);
    for word in [">완료<", ">상담을 마침<", ">＝1+1<", ">01012345678<"] {
        assert!(korean.contains(word), "{word}: {korean}");
    }
    assert!(!korean.contains(">DONE<") && !korean.contains(">GENERAL<"), "words for people: {korean}");
    let is_number = |cell: &str| {
        let value = cell.split("<v>").nth(1).and_then(|rest| rest.split("</v>").next());
        !cell.contains("t=") && value.is_some_and(|value| value.parse::<f64>().is_ok())
    };
    let (requested, waited) = (cell(&korean, "H2"), cell(&korean, "L2"));
    assert!(is_number(requested) && requested.contains(" s=\""), "a moment, shown as one: {requested}");
    assert!(is_number(waited), "{waited}");

    let me = http.read("/api/v1/session").await["account"]["id"].as_str().expect("an id").to_owned();
    let path = format!("/api/v1/accounts/{me}");
    let version = http.read(&path).await["version"].clone();
    assert_eq!(http.patch(&path, &json!({"version": version, "language": "en"})).await.status, 200);
    let english = parts(file("XLSX").await);
    assert!(english.contains(">Done<") && english.contains(">finished<") && !english.contains(">완료<"), "{english}");
    server.finish().await;
}

#[tokio::test]
async fn what_cannot_be_exported_is_refused_and_jobs_are_their_owners() {
    let server = Office::new().demo().counsellor("kim").counsellor("lee").open().await;
    let (kim, lee) = (server.http().as_user("kim").await, server.http().as_user("lee").await);
    let me = kim.read("/api/v1/session").await["account"]["id"].as_str().expect("an id").to_owned();
    let ask = |body: Value| {
        let kim = kim.clone();
        async move { kim.post("/api/v1/consultations/export", &body).await }
    };
    let all = ask(json!({"format": "CSV"})).await.is_problem(403, "NOT_ALLOWED");
    assert!(all["detail"].as_str().is_some_and(|detail| detail.contains(&me)), "the remedy is named: {all}");
    ask(json!({"counsellor": me})).await.is_problem(400, "BAD_REQUEST");
    ask(json!({"format": "PDF", "counsellor": me})).await.is_problem(400, "BAD_REQUEST");
    ask(json!({"format": "CSV", "counsellor": me, "colour": 1})).await.is_problem(400, "BAD_REQUEST");
    ask(json!({"format": "CSV", "counsellor": me, "limit": 5})).await.is_problem(400, "BAD_REQUEST");
    let mine = ask(json!({"format": "CSV", "counsellor": me})).await;
    assert_eq!(mine.status, 202, "{}", mine.text);
    let job = over(&kim, &mine.json()).await;
    let path = format!("/api/v1/jobs/{}", job["id"].as_str().expect("an id"));
    lee.get(&path).await.expect("an answer").is_problem(404, "NOT_FOUND");
    lee.get(&format!("{path}/file")).await.expect("an answer").is_problem(404, "NOT_FOUND");
    assert_eq!(lee.read("/api/v1/jobs").await["items"], json!([]));
    kim.delete(&path).await.is_problem(409, "JOB_OVER");
    server.finish().await;
}

#[tokio::test]
async fn an_export_goes_on_after_the_server_was_killed_and_has_every_row_once() {
    const ROWS: usize = 20_000;
    let office = Office::new().demo();
    let count = ROWS.to_string();
    let program = Path::new(env!("CARGO_BIN_EXE_anteroom"));
    let filled = run(program, &["fill", "--consultations", &count, "--messages", &count], &office.data_dir());
    assert!(filled.status.success(), "{}", text(&filled));
    let data_dir = office.data_dir();
    let mut server = office.open().await;
    let admin = server.http().log_in("admin", "demo-admin").await;
    let asked = server.http().with_bearer(&admin).post("/api/v1/consultations/export", &json!({"format": "CSV"})).await;
    let path = format!("/api/v1/jobs/{}", asked.json()["job"]["id"].as_str().expect("a job"));
    let mut kills = 0;
    let job = loop {
        let http = server.http().with_bearer(&admin);
        let done = http.read(&path).await["done"].as_i64();
        let job = until("the export goes on", || async {
            let job = http.read(&path).await;
            (job["state"] == "DONE" || job["done"].as_i64() > done).then_some(job)
        })
        .await;
        if job["state"] == "DONE" {
            break job;
        }
        if kills < 3 {
            kills += 1;
            server.kill9();
            server.restart().await;
        }
    };
    assert!(kills > 0, "the export was over before anybody could kill it");
    let csv = String::from_utf8(bytes(&server, &admin, &job).await).expect("UTF-8");
    let mut reader = csv::Reader::from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
    let ids: Vec<String> =
        reader.records().map(|row| row.expect("a row").iter().next_back().unwrap_or("").into()).collect();
    assert_eq!(ids.len(), ROWS);
    assert_eq!(ids.into_iter().collect::<HashSet<_>>().len(), ROWS);
    assert!(csv.len() > 2 << 20, "several parts: {}", csv.len());
    pieces_of(&server, &admin, &job, csv.as_bytes()).await;
    assert!(!data_dir.join("exports").exists(), "it lies in the records");
    server.finish().await;
}

/// A download that was broken off goes on wherever it was, also across the parts that the file lies in.
async fn pieces_of(server: &Server, bearer: &str, job: &Value, whole: &[u8]) {
    let url = server.url(job["file"].as_str().expect("a file"));
    let (client, length) = (reqwest::Client::new(), whole.len());
    let get = async |range: &str, of: &str| {
        let asked = client.get(&url).bearer_auth(bearer).header("range", range).header("if-range", of);
        let answer = asked.send().await.expect("an answer");
        let header = |name| answer.headers().get(name).and_then(|it| it.to_str().ok()).unwrap_or("").to_owned();
        let (length, range) = (header("content-length"), header("content-range"));
        (answer.status().as_u16(), length, range, answer.bytes().await.expect("a body").to_vec())
    };
    let head = client.get(&url).bearer_auth(bearer).send().await.expect("an answer");
    let header = |name: &str| head.headers()[name].to_str().expect("text").to_owned();
    assert_eq!((header("content-length"), header("accept-ranges")), (length.to_string(), "bytes".into()));
    let tag = header("etag");
    drop(head);
    const PART: usize = 1 << 20;
    for (from, to) in [(0, 10), (PART - 70_000, PART + 70_000), (PART - 1, length), (length - 1, length)] {
        let (status, bytes, range, piece) = get(&format!("bytes={from}-{}", to - 1), &tag).await;
        assert_eq!((status, bytes), (206, (to - from).to_string()));
        assert_eq!(range, format!("bytes {from}-{}/{length}", to - 1));
        assert!(piece == whole[from..to], "{from}-{to}");
    }
    assert_eq!(get(&format!("bytes={length}-"), &tag).await.0, 416);
    let another = get("bytes=5-", "\"another\"").await;
    assert!(another.0 == 200 && another.3 == whole, "a piece of another file is of no use");
}
