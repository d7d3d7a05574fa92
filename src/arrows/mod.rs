//! The map of `lib.rs`, held against what the files import: arrows run down its list, and no files name each
//! other in a circle. `source` reads a file as text, `graph` follows its paths to the files they lead to. `words`
//! holds the names of the tree against the glossary.
//!
//! A circle inside one folder is allowed where `docs/ARCHITECTURE.md`, *Circles*, names the folder and says why.

mod graph;
mod source;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use graph::Graph;

/// In `docs/ARCHITECTURE.md`: the folders whose files may run in a circle, each with the reason.
const SECTION: &str = "\n## Circles\n";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_path_buf()
}

fn read(file: &str) -> String {
    std::fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The modules of the map, from the top: what stands in backticks before the colon of each line of the list.
fn map(lib: &str) -> Vec<String> {
    let lines = lib.lines().filter_map(|line| line.strip_prefix("//! - ")?.split_once(':'));
    lines.flat_map(|(names, _)| names.split('`').skip(1).step_by(2).map(str::to_owned)).collect()
}

/// The folders that [`SECTION`] allows.
fn allowed(architecture: &str) -> BTreeSet<String> {
    let section = architecture.split_once(SECTION).map_or("", |(_, section)| section);
    let section = section.split("\n## ").next().unwrap_or_default();
    let lines = section.lines().filter_map(|line| line.strip_prefix("- `")?.split_once("/`: "));
    lines.filter(|(_, reason)| reason.len() > 20).map(|(folder, _)| folder.to_owned()).collect()
}

/// The arrows that run up the map, by the modules they run between, each with its files.
fn upward(graph: &Graph, map: &[String]) -> BTreeMap<(String, String), Vec<String>> {
    let place = |module: &[String]| map.iter().position(|name| Some(name) == module.first());
    let mut found = BTreeMap::<_, Vec<_>>::new();
    for (from, to) in graph.arrows() {
        // The crate itself has nothing that anybody could name.
        if let (Some(above), Some(below)) = (place(from), place(to))
            && below < above
        {
            let arrow = format!("{} → {}", graph.file(from), graph.file(to));
            found.entry((from[0].clone(), to[0].clone())).or_default().push(arrow);
        }
    }
    found
}

/// The folder below which all these files lie, or the module `x.rs` that has the rest of them in `x/`.
fn common_folder(files: &[String]) -> Option<&str> {
    let folder = files.first()?.split(['/', '.']).next()?;
    let inside = |file: &String| file.strip_prefix(folder).is_some_and(|rest| rest.starts_with(['/', '.']));
    files.iter().all(inside).then_some(folder)
}

#[test]
fn every_module_has_its_place_on_the_map() {
    let lib = read("src/lib.rs");
    let declared: BTreeSet<&str> =
        lib.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    let on_map = map(&lib);
    assert_eq!(on_map.iter().map(String::as_str).collect::<BTreeSet<_>>(), declared);
    assert_eq!(on_map.len(), declared.len(), "a module stands on the map twice: {on_map:?}");
}

#[test]
fn arrows_run_down_the_map() {
    let found = upward(&Graph::read(&root().join("src")), &map(&read("src/lib.rs")));
    assert!(
        found.is_empty(),
        "these name what stands above them on the map of lib.rs; move what they name down: {found:#?}"
    );
}

#[test]
fn no_files_run_in_a_circle() {
    let graph = Graph::read(&root().join("src"));
    let allowed = allowed(&read("docs/ARCHITECTURE.md"));
    let (inside, across): (Vec<_>, Vec<_>) =
        graph.circles().into_iter().partition(|circle| common_folder(circle).is_some_and(|it| allowed.contains(it)));
    assert!(across.is_empty(), "these files run in a circle; move what they share below both: {across:#?}");
    let used: BTreeSet<String> = inside.iter().filter_map(|circle| common_folder(circle)).map(str::to_owned).collect();
    assert_eq!(used, allowed, "a folder without a circle needs no line in docs/ARCHITECTURE.md, *Circles*");
}

#[test]
fn what_is_written_in_the_documents_is_read_as_meant() {
    assert_eq!(
        map("//! Text `no`.\n//! - `http`: the `gate`\n//! - [`time`], [`ids`]: x\npub mod y;"),
        ["http", "time", "ids"]
    );
    let text = "# A\n## Circles\n\nText.\n- `room/`: because of this and that, at length\n- `x/`: short\n## B\n- `no/`: because of this and that";
    assert_eq!(allowed(text).into_iter().collect::<Vec<_>>(), ["room"]);
    let files = |of: &[&str]| of.iter().map(|file| (*file).to_owned()).collect::<Vec<_>>();
    assert_eq!(common_folder(&files(&["config.rs", "config/load.rs"])), Some("config"));
    assert_eq!(common_folder(&files(&["room/a.rs", "room/b/c.rs"])), Some("room"));
    assert_eq!(common_folder(&files(&["room/a.rs", "rooms/b.rs"])), None);
}
