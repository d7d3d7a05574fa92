//! `anteroom doctor`: looks at everything the server needs, and says what to mend.
//!
//! - `host`: the machine; `records`: what is on file
//! - `postgres`: a PostgreSQL that several may share; `sessions`: whether what stands between it and us keeps sessions
//! - `nodes`: who else serves it; `redis`: by what nodes speak faster

mod finding;
mod host;
mod nodes;
mod postgres;
mod records;
#[cfg(feature = "redis")]
mod redis;
mod sessions;

use std::process::ExitCode;

use finding::Finding::{Fail, Ok as Fine, Warn};
use finding::Findings;

use crate::config::DoctorOptions;
use crate::server;
use crate::storage::Database;
use records::DatabaseFound;

/// Prints a line a check. Exit code 1 if something must be mended before the server can run.
pub fn run(options: &DoctorOptions) -> ExitCode {
    let mut findings = Vec::new();
    if options.database.database_url.is_none() {
        findings.push(("data directory", host::folder(&options.database.data_dir)));
        findings.push(("modes", host::modes(&options.database.data_dir)));
    }
    look_at_database(&options.database.url(), &mut findings);
    if let Some(url) = &options.redis_url {
        findings.extend(look_at_redis(url));
    }
    findings.push((
        "address",
        match server::bind(options.listen) {
            Ok(_) => Fine(format!("{} is free", options.listen)),
            Err(error) => Fail(error.to_string()),
        },
    ));
    findings.push(("mail", host::mail(&options.mail, &options.database.data_dir)));
    findings.push(("open files", host::files()));
    findings.push(("clock", host::clock()));
    let must_mend = findings.iter().any(|(_, finding)| matches!(finding, Fail(_)));
    for (what, finding) in findings {
        let (word, text) = match finding {
            Fine(text) => ("ok  ", text),
            Warn(text) => ("warn", text),
            Fail(text) => ("FAIL", text),
        };
        // PostgreSQL speaks in paragraphs.
        println!("{word} {what}: {}", text.lines().map(str::trim).collect::<Vec<_>>().join(" "));
    }
    if must_mend { ExitCode::from(1) } else { ExitCode::SUCCESS }
}

fn look_at_database(url: &str, findings: &mut Findings) {
    let database: Database = match url.parse() {
        Ok(database) => database,
        Err(error) => return findings.push(("database", Fail(format!("{error}")))),
    };
    if matches!(database, Database::Postgres(_)) {
        let sessions = sessions::look(&database);
        let keeps_none = matches!(sessions, Some(Fail(_)));
        findings.extend(sessions.map(|found| (sessions::NAME, found)));
        findings.extend(postgres::look(&database));
        if keeps_none {
            return findings.push(("database", Warn("is not looked into on such a way to it".into())));
        }
    }
    match records::open(&database) {
        Err(error) => findings.push(("database", Fail(error.to_string()))),
        Ok(DatabaseFound::NotYet(what)) => findings.push(("database", Warn(what))),
        Ok(DatabaseFound::Open(store)) => {
            findings.push(("database", Fine(format!("{} opens and has the right tables", store.database()))));
            findings.push(("signing key", records::or_fail(records::signing_key(&store))));
            findings.push(("admin", records::or_fail(records::admin(&store))));
            findings.push(("demo", records::or_fail(records::demo_accounts(&store))));
            if matches!(database, Database::Postgres(_)) {
                findings.push(("nodes", records::or_fail(nodes::look(&store))));
            }
        }
    }
}

#[cfg(feature = "redis")]
fn look_at_redis(url: &str) -> Findings {
    redis::look(url)
}

#[cfg(not(feature = "redis"))]
fn look_at_redis(_: &str) -> Findings {
    let detail = "this program was built without the feature `redis`; take the one that is shipped";
    vec![("redis", Fail(detail.to_owned()))]
}
