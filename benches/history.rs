//! How quick the history is on a database as it stands: every filter, the first page and one a
//! thousand pages deep, searches, figures, a server's start, and how large it all is.
//!
//! `cargo bench --bench history -- --database-url sqlite:PATH` or `postgres://…`; fill one with
//! `anteroom fill`. Times are of a page of 50 from the storage functions: the first time it is
//! asked for, and the median of those that follow.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anteroom::ids::DeskId;
use anteroom::storage::centre::lines;
use anteroom::storage::history::pages::{self, Filter};
use anteroom::storage::history::stats::HOUR;
use anteroom::storage::history::terms::Words;
use anteroom::storage::history::totals::{self, By, Of};
use anteroom::storage::people::accounts;
use anteroom::storage::talk::tickets::Status;
use anteroom::storage::{AnyConnection, Cursor, Database, Store};
use anteroom::time::Wall;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};

const PAGE: u32 = 50;
/// Rows before the page a thousand pages deep.
const DEEP: usize = 999 * 50;
const RUNS: usize = 9;

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    name: String,
}

fn main() {
    let url = std::env::args().skip_while(|argument| argument != "--database-url").nth(1);
    let Some(url) = url else {
        println!("give -- --database-url URL of a database that `anteroom fill` has filled");
        return;
    };
    let database: Database = url.parse().expect("a database URL");
    let store = Store::open(&database).expect("a database");
    let mut conn = store.connection().expect("a connection");
    let conn = &mut *conn;
    println!("database {database}: {} bytes", size(conn, &database));
    for table in ["CONSULTATION", "MESSAGE"] {
        println!("{table}: {}", number(conn, &format!("SELECT COUNT(*) AS number FROM {table}")));
    }
    println!("| list | first page ms: first time / median | page 1000 ms: first time / median |");
    println!("|---|---|---|");
    for (name, filter) in filters(conn) {
        report(conn, name, &filter);
    }
    figures(conn);
    drop(store);
    start(&url);
}

fn filters(conn: &mut AnyConnection) -> Vec<(&'static str, Filter)> {
    let all = lines::all(conn).expect("lines");
    let counsellor = accounts::counsellors(conn).expect("counsellors").into_iter().find(|one| one.login == "made-003");
    let counsellor = counsellor.map(|one| one.id);
    let desk: Vec<Name> =
        sql_query("SELECT DESK_ID AS name FROM DESK ORDER BY NAME LIMIT 1").load(conn).expect("desks");
    let desk: Option<DeskId> = desk.first().and_then(|desk| desk.name.parse().ok());
    let newest: Vec<Name> =
        sql_query("SELECT CAST(MAX(REQUESTED_DTTM) AS TEXT) AS name FROM CONSULTATION").load(conn).expect("a moment");
    let newest = chrono::NaiveDateTime::parse_from_str(&newest[0].name, "%F %T%.f").expect("a moment").and_utc();
    let back = |days: i64| Some(Wall(newest.timestamp_micros() - days * 24 * HOUR));
    let lines_of = |count: usize| Some(all.iter().take(count).map(|line| line.id).collect::<Vec<_>>());
    let words = |text: &str| Words::of(text);
    let any = Filter::default;
    vec![
        ("everything", any()),
        ("from, to: a month half a year ago", Filter { from: back(210), to: back(180), ..any() }),
        ("line (topic)", Filter { topic: Some(all[1].topic.clone()), ..any() }),
        ("line_id", Filter { lines: lines_of(1), ..any() }),
        ("a manager's three lines", Filter { lines: lines_of(3), ..any() }),
        ("counsellor", Filter { counsellor, ..any() }),
        ("desk", Filter { desk, ..any() }),
        ("status DONE", Filter { status: Some(Status::Done), ..any() }),
        ("status EXPIRED", Filter { status: Some(Status::Expired), ..any() }),
        ("status WAITING", Filter { status: Some(Status::Waiting), ..any() }),
        ("result OTHER", Filter { result: Some("OTHER".into()), ..any() }),
        ("rating 1", Filter { rating: Some(1), ..any() }),
        ("waited_over_s 300", Filter { waited_over_s: Some(300), ..any() }),
        ("counsellor and rating 1", Filter { counsellor, rating: Some(1), ..any() }),
        ("counsellor and CANCELLED: none", Filter { counsellor, status: Some(Status::Cancelled), ..any() }),
        (
            "three lines, NO_ANSWER, a year",
            Filter { lines: lines_of(3), result: Some("NO_ANSWER".into()), from: back(365), ..any() },
        ),
        ("desk, waited_over_s 600, rating 5", Filter { desk, waited_over_s: Some(600), rating: Some(5), ..any() }),
        ("q common: 신청", Filter { words: words("신청"), ..any() }),
        ("q common, two words: 신청 확인", Filter { words: words("신청 확인"), ..any() }),
        ("q rare: 브리느티지점", Filter { words: words("브리느티지점"), ..any() }),
        ("q in nothing: 갸웃거림", Filter { words: words("갸웃거림"), ..any() }),
        ("q common, one counsellor", Filter { words: words("신청"), counsellor, ..any() }),
        ("q of common pairs that never meet: 확인서류접수", Filter { words: words("확인서류접수"), ..any() }),
    ]
}

fn report(conn: &mut AnyConnection, name: &str, filter: &Filter) {
    let first = timed(conn, filter, None);
    let (deep, rows) = go_deep(conn, filter);
    let below = match deep {
        Some(cursor) if rows >= DEEP => timed(conn, filter, Some(cursor)),
        _ => format!("– ({rows} rows in all)"),
    };
    println!("| {name} | {first} | {below} |");
}

fn timed(conn: &mut AnyConnection, filter: &Filter, after: Option<Cursor>) -> String {
    let mut times: Vec<f64> = Vec::new();
    let mut rows = 0;
    for _ in 0..RUNS {
        let began = Instant::now();
        let page = pages::list(conn, filter, after, PAGE).expect("a page");
        times.push(began.elapsed().as_secs_f64() * 1_000.0);
        rows = page.items.len();
    }
    let cold = times.remove(0);
    times.sort_by(f64::total_cmp);
    format!("{cold:.1} / {:.1} ({rows} rows)", times[times.len() / 2])
}

/// Walks there in large pages; where it ended, and how many rows that was.
fn go_deep(conn: &mut AnyConnection, filter: &Filter) -> (Option<Cursor>, usize) {
    let (mut after, mut rows) = (None, 0);
    let patience = Instant::now() + Duration::from_secs(60);
    while rows < DEEP {
        let page = pages::list(conn, filter, after, 200).expect("a page");
        rows += page.items.len();
        after = page.next;
        if after.is_none() || Instant::now() > patience {
            return (None, rows);
        }
    }
    (after, rows)
}

fn figures(conn: &mut AnyConnection) {
    let rows = number(conn, "SELECT COUNT(*) AS number FROM STAT_HOUR");
    println!("| figures ({rows} rows of summaries) | ms: first time / median |");
    println!("|---|---|");
    let to = Wall(i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap_or_default().as_micros()).unwrap_or(0));
    let by = By::default();
    for (name, days, by) in [
        ("30 days by line", 30, By { line: true, ..by }),
        ("30 days by counsellor", 30, By { counsellor: true, ..by }),
        ("400 days by line and hour", 400, By { line: true, hour: true, ..by }),
        ("400 days by counsellor", 400, By { counsellor: true, ..by }),
        ("400 days, all", 400, by),
    ] {
        let of = Of { from: Wall(to.0 - days * 24 * HOUR), to, lines: None, counsellor: None };
        let mut times: Vec<f64> = (0..5)
            .map(|_| {
                let began = Instant::now();
                totals::sum(conn, &of, by).expect("sums");
                began.elapsed().as_secs_f64() * 1_000.0
            })
            .collect();
        let cold = times.remove(0);
        times.sort_by(f64::total_cmp);
        println!("| {name} | {cold:.1} / {:.1} |", times[times.len() / 2]);
    }
}

/// How long a server takes on this database until it listens.
fn start(url: &str) {
    for turn in 1..=3 {
        let began = Instant::now();
        let mut child = Command::new(env!("CARGO_BIN_EXE_anteroom"))
            .args(["serve", "--listen", "127.0.0.1:0", "--database-url", url])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server");
        let out = BufReader::new(child.stdout.take().expect("a pipe"));
        let listens = out.lines().map_while(Result::ok).any(|line| line.starts_with("listening on"));
        println!("start {turn}: {:.2} s (listens: {listens})", began.elapsed().as_secs_f64());
        let _ = Command::new("kill").arg(child.id().to_string()).status();
        let _ = child.wait();
    }
}

fn number(conn: &mut AnyConnection, query: &str) -> i64 {
    let rows: Vec<Number> = sql_query(query).load(conn).expect("a number");
    rows.first().map_or(0, |row| row.number)
}

fn size(conn: &mut AnyConnection, database: &Database) -> u64 {
    match database {
        Database::Sqlite(path) => std::fs::metadata(path).map_or(0, |file| file.len()),
        Database::Postgres(_) => {
            u64::try_from(number(conn, "SELECT pg_database_size(current_database()) AS number")).unwrap_or(0)
        }
    }
}
