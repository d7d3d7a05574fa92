//! The words of `docs/WORDS.md`, held against the tree: each noun stands in the glossary once, what is named as its
//! place is there, and no word that was given up has come back.
//!
//! Looked through are the identifiers of `src`, `tests`, `benches` and of the pages' source, the names of their
//! files, and what stands in backticks in the documents. Comments and strings are free to say what they like.

use std::collections::BTreeSet;
use std::path::Path;

use super::source::words;
use super::{read, root};

/// Words that were given up, each with where it may still stand as it means something else there.
const OLD: &[(&str, &[&str])] = &[
    // LineDirectory, SharedHealth.
    ("Board", &[]),
    ("HealthBoard", &[]),
    ("board", &[]),
    // Indexer. A hash is a digest, too.
    ("Digest", HASHES),
    ("digest", HASHES),
    ("digested", &[]),
    // PendingWrite, EventRow, AccountViewer, Totals.
    ("Filing", &[]),
    ("Happening", &[]),
    ("Looker", &[]),
    ("looker", &[]),
    ("Sums", &[]),
    // WriteQueue, HashQueue.
    ("Turns", &[]),
    ("turns", &[]),
    // NodeRecords, StartRecords, DatabaseState, Hit. `302 Found` is of HTTP.
    ("Found", &["src/http/server/pages.rs"]),
    // FrameKind, TextCheck, AskKind, RouteKind. The code `KIND` is of the API; a page's test has kinds of elements.
    (
        "Kind",
        &["src/protocol/codes.rs", "src/http/kit/extract.rs", "src/http/records/jobs.rs", "web/src/lib/refuge.test.ts"],
    ),
    // SocketsOf, Owner.
    ("Whose", &[]),
    // Transport, Defect, WayIn.
    ("Way", &[]),
    // RoomSummary.
    ("Card", &[]),
    // Participant.
    ("Entrant", &[]),
    // Participant.
    ("entrant", &[]),
    // Credential.
    ("Means", &[]),
    // the log-in throttle.
    ("Tries", &[]),
    // WriterConnection, ForeignKey. Between two nodes there is a link.
    ("Link", LINKS),
];

const LINKS: &[&str] = &[
    "src/bus/peer.rs",
    "src/cluster/link/mod.rs",
    "src/cluster/mod.rs",
    "src/cluster/tests/ends.rs",
    "tests/simulation/shell/links.rs",
];

const HASHES: &[&str] =
    &["src/bus/seal.rs", "src/http/gate/secret.rs", "src/http/server/fixed.rs", "src/storage/history/audit.rs"];

/// What is looked through, with how its files end.
const TREE: [(&str, &[&str]); 5] =
    [("src", &["rs"]), ("tests", &["rs"]), ("benches", &["rs"]), ("web/src", &["ts", "tsx"]), ("docs", &["md"])];

/// In `docs/WORDS.md`.
const IN_THE_CODE: &str = "\n## In the code\n";

fn files(folder: &Path, endings: &[&str], out: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, endings, out);
        } else if path.extension().is_some_and(|ending| endings.iter().any(|wanted| ending == *wanted)) {
            let below = path.strip_prefix(root()).expect("a file of ours");
            out.push(below.to_str().expect("a name in UTF-8").to_owned());
        }
    }
}

/// What stands in backticks in a document, without its blocks of code.
fn in_backticks(document: &str) -> String {
    let prose: String = document.split("```").step_by(2).collect();
    prose.split('`').skip(1).step_by(2).flat_map(|part| [part, "\n"]).collect()
}

/// A file of the pages without its strings, which stand between quotes of either kind and end with their line.
fn without_strings(text: &str) -> String {
    let mut open = None;
    let is_code = |c: &char| match (open, *c) {
        (_, '\n') => {
            open = None;
            true
        }
        (None, '\'' | '"') => {
            open = Some(*c);
            false
        }
        (Some(quote), c) if c == quote => {
            open = None;
            false
        }
        (inside, _) => inside.is_none(),
    };
    text.chars().filter(is_code).collect()
}

/// The names a file uses, and those of its path.
fn names(file: &str, text: &str) -> BTreeSet<String> {
    let of_path = file.replace(['/', '.'], " ");
    let text = match file.rsplit('.').next() {
        Some("md") => in_backticks(text),
        Some("ts" | "tsx") => without_strings(text),
        _ => text.to_owned(),
    };
    words(&text).into_iter().chain(words(&of_path)).collect()
}

/// The noun and the places of each row of the glossary.
fn glossary(document: &str) -> Vec<(String, Vec<String>)> {
    let table = document.split_once(IN_THE_CODE).map_or("", |(_, table)| table);
    let table = table.split("\n## ").next().unwrap_or_default();
    let rows = table.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let rows = rows.map(|row| row.split(" | ").collect::<Vec<_>>()).filter(|row| row.len() == 3 && row[2] != "where");
    rows.flat_map(|row| {
        let places: Vec<String> = row[2].split('`').skip(1).step_by(2).map(str::to_owned).collect();
        row[0].split(", ").map(|noun| (noun.trim_matches('`').to_owned(), places.clone())).collect::<Vec<_>>()
    })
    .collect()
}

#[test]
fn no_word_that_was_given_up_has_come_back() {
    let mut all = Vec::new();
    for (folder, endings) in TREE {
        files(&root().join(folder), endings, &mut all);
    }
    let (mut back, mut used) = (Vec::new(), BTreeSet::new());
    for file in all.iter().filter(|file| *file != "src/arrows/words.rs") {
        let names = names(file, &read(file));
        for (word, may_stand) in OLD.iter().filter(|(word, _)| names.contains(*word)) {
            if may_stand.contains(&file.as_str()) {
                used.insert((*word, file.clone()));
            } else {
                back.push(format!("{word} in {file}"));
            }
        }
    }
    assert!(back.is_empty(), "docs/WORDS.md has another word for these: {back:#?}");
    let hashes = HASHES.iter().map(|file| ("digest", *file));
    let others = OLD.iter().filter(|(_, may_stand)| *may_stand != HASHES);
    let allowed = others.flat_map(|(word, may_stand)| may_stand.iter().map(move |file| (*word, *file)));
    for (word, file) in allowed.chain(hashes) {
        assert!(
            used.contains(&(word, file.to_owned())),
            "{word} does not stand in {file} any more: take it off the list"
        );
    }
}

#[test]
fn every_noun_stands_in_the_glossary_once_and_its_place_is_there() {
    let glossary = glossary(&read("docs/WORDS.md"));
    assert!(glossary.len() > 50, "the table was not found: {glossary:?}");
    let mut seen = BTreeSet::new();
    for (noun, places) in glossary {
        assert!(seen.insert(noun.clone()), "{noun} stands in the glossary twice");
        assert!(!places.is_empty(), "where is {noun}?");
        for place in places.iter().filter(|place| place.contains(['/', '.'])) {
            assert!(root().join("src").join(place).exists(), "{noun}: there is no {place}");
        }
    }
}

#[test]
fn words_are_found_in_code_and_in_backticks_and_nowhere_else() {
    let code = names("src/x.rs", "fn f(digest: Filing) {} // Looker\nconst T: &str = \"Happening\";");
    assert!(code.contains("digest") && code.contains("Filing"), "{code:?}");
    assert!(!code.contains("Looker") && !code.contains("Happening"), "{code:?}");
    assert!(names("src/digest/mod.rs", "").contains("digest"));
    let document = names("docs/X.md", "the digest `Filing` of\n```\nlet Sums;\n```\nand `a::Looker`");
    assert!(document.contains("Filing") && document.contains("Looker"), "{document:?}");
    assert!(!document.contains("digest") && !document.contains("Sums"), "{document:?}");
    let page = names("web/src/x.ts", "const board = 'a \"Filing\" b';\nlet digest = \"'\"; // Looker");
    assert!(page.contains("board") && page.contains("digest"), "{page:?}");
    assert!(!page.contains("Filing") && !page.contains("Looker"), "{page:?}");
    let text = "\n## In the code\n\n| word | what it is | where |\n|---|---|---|\n| **a** | | |\n| b, `C` | x | `d.rs`, `e/` |\n\n## More\n| f | g | `h` |";
    let places = vec!["d.rs".to_owned(), "e/".to_owned()];
    assert_eq!(glossary(text), [("b".to_owned(), places.clone()), ("C".to_owned(), places)]);
}
