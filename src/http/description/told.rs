//! The codes that pages have words for, collected from where the server says them, so that nobody
//! keeps a list by hand. `ANTEROOM_UPDATE=1 cargo test typescript` writes the file; a test of the
//! pages holds each code against both languages.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use ts_rs::{Config, TS};

use crate::protocol::{ClosedReason, EndReason, ErrorCode, FaultCode, TransferState, WithdrawnReason};

const FILE: &str = "web/src/lib/codes.gen.ts";

type Codes = BTreeSet<String>;

/// A function, and which of its arguments is a code.
const PROBLEMS: &[(&str, usize)] = &[("conflict", 0), ("unavailable", 0), ("Self::new", 1)];
const ACTIONS: &[(&str, usize)] = &[
    ("note", 0),
    ("note", 1),
    ("seen", 2),
    ("audit", 1),
    ("Plan::new", 0),
    ("set_key", 4),
    ("asked", 3),
    ("end_own", 3),
];
const KINDS: &[(&str, usize)] = &[("note", 1), ("seen", 3)];

/// Every file of the server, without its tests.
pub(crate) fn sources(folder: &Path, into: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|ext| ext == "rs") && !path.ends_with("http/description/told.rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default().to_owned();
            into.push((path, code));
        }
    }
}

/// The arguments of each call of `name` in `source`.
fn calls(source: &str, name: &str) -> Vec<Vec<String>> {
    let opening = format!("{name}(");
    let found = source.match_indices(&opening).filter(|(at, _)| {
        let before = &source[..*at];
        !before.ends_with(|c: char| c.is_alphanumeric() || c == '_') && !before.ends_with("fn ")
    });
    found.map(|(at, _)| arguments(&source[at + opening.len()..])).collect()
}

/// What stands before the bracket that closes, cut at the commas between arguments.
fn arguments(text: &str) -> Vec<String> {
    let (mut depth, mut quoted, mut escaped) = (0_u32, false, false);
    let mut all = vec![String::new()];
    for c in text.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => break,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                all.push(String::new());
                continue;
            }
            _ => {}
        }
        all.last_mut().unwrap().push(c);
    }
    all
}

/// The codes among what is quoted in `text`.
fn quoted(text: &str) -> Codes {
    let is_code =
        |part: &&str| part.len() > 1 && part.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    text.split('"').skip(1).step_by(2).filter(is_code).map(str::to_owned).collect()
}

/// The codes at these places of these calls, constants among them.
fn said(sources: &[(PathBuf, String)], places: &[(&str, usize)]) -> Codes {
    let mut codes = Codes::new();
    for (_, source) in sources {
        for (name, place) in places {
            for call in calls(source, name) {
                let Some(argument) = call.get(*place) else { continue };
                codes.extend(quoted(argument));
                let constant = argument.trim();
                if let Some((_, rest)) = source.split_once(&format!("const {constant}: &str = ")) {
                    codes.extend(quoted(rest.split(';').next().unwrap_or_default()));
                }
            }
        }
    }
    codes
}

/// The codes of what is given a struct's field of this name.
fn fields(sources: &[(PathBuf, String)], name: &str) -> Codes {
    let opening = format!("{name}: \"");
    let values = sources.iter().flat_map(|(_, source)| source.split(&opening).skip(1));
    values.flat_map(|rest| quoted(&format!("\"{}\"", rest.split('"').next().unwrap_or_default()))).collect()
}

/// What an enum's `code` gives in this file.
fn coded(sources: &[(PathBuf, String)], file: &str) -> Codes {
    let (_, source) = sources.iter().find(|(path, _)| path.ends_with(file)).unwrap();
    source.split("=> ").skip(1).flat_map(|rest| quoted(rest.split(',').next().unwrap_or_default())).collect()
}

fn of_type<T: TS>() -> Codes {
    quoted(&T::decl(&Config::new()))
}

fn generated() -> String {
    let mut all = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
    // Elsewhere `Self::new` makes other things.
    let error: Vec<_> = all.iter().filter(|(path, _)| path.ends_with("http/kit/error.rs")).cloned().collect();
    let mut problems = said(&all, &PROBLEMS[..2]);
    problems.extend(said(&error, &PROBLEMS[2..]));
    let mut timeline = coded(&all, "dispatch/rows.rs");
    timeline.extend(said(&all, &[("TimelineEntry::new", 1)]));
    let mut actions = said(&all, &ACTIONS[..1]);
    actions.extend(said(&all, &ACTIONS[2..]));
    // At the terminal the connection comes first.
    let terminal: Vec<_> = all.iter().filter(|(path, _)| path.ends_with("ops/account.rs")).cloned().collect();
    actions.extend(said(&terminal, &ACTIONS[1..2]));
    actions.extend(fields(&all, "action"));
    let mut kinds = said(&all, KINDS);
    kinds.retain(|kind| !actions.contains(kind));
    kinds.extend(fields(&all, "subject_kind"));

    let mut out = String::from("// Generated from the server's source by `make generate`. Do not edit.\n");
    for (name, of, codes) in [
        ("PROBLEM_CODES", "Of refusals and failures over HTTP.", problems),
        ("FAULT_CODES", "Of what is wrong with one field.", of_type::<FaultCode>()),
        ("ERROR_CODES", "Of `error` frames.", of_type::<ErrorCode>()),
        ("CLOSED_REASONS", "Why a request is over without a room.", of_type::<ClosedReason>()),
        ("END_REASONS", "Why a room ended.", of_type::<EndReason>()),
        ("WITHDRAWN_REASONS", "Why an offer was withdrawn.", of_type::<WithdrawnReason>()),
        ("TRANSFER_STATES", "How a transfer stands.", of_type::<TransferState>()),
        ("TIMELINE_KINDS", "What stands in a consultation's timeline.", timeline),
        ("AUDIT_ACTIONS", "What the audit says was done.", actions),
        ("AUDIT_KINDS", "To what kind of thing.", kinds),
    ] {
        writeln!(out, "\n/** {of} */\nexport const {name} = [").unwrap();
        codes.iter().for_each(|code| writeln!(out, "  '{code}',").unwrap());
        out.push_str("] as const;\n");
    }
    out
}

#[test]
fn the_typescript_of_the_codes_is_what_the_server_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    let generated = generated();
    if std::env::var_os("ANTEROOM_UPDATE").is_some() {
        std::fs::write(&path, &generated).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(committed, generated, "{FILE} is stale: run `make generate`");
}

#[test]
fn a_code_is_found_wherever_it_is_said() {
    let all = [(
        PathBuf::new(),
        r#"const LOST: &str = "LOST"; conflict(
        "A_B", format!("x, {y}(")); conflict(if x { "C_D" } else { "E_F" }, z); unavailable(LOST, 1); un_conflict("NO");
        Act { action: "DONE", kind }"#
            .to_owned(),
    )];
    assert_eq!(said(&all, &PROBLEMS[..2]).into_iter().collect::<Vec<_>>(), ["A_B", "C_D", "E_F", "LOST"]);
    assert_eq!(fields(&all, "action").into_iter().collect::<Vec<_>>(), ["DONE"]);
}
