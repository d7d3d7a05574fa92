//! Which file depends on which: paths followed through modules and `use`, to the file that holds the thing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::source::Source;

/// The files of `src`, by their modules (`http::gate::pass`; the crate itself is empty), with what each names.
pub(super) struct Graph {
    modules: BTreeMap<Vec<String>, Source>,
    /// Modules and those their files depend on.
    arrows: BTreeMap<Vec<String>, BTreeSet<Vec<String>>>,
    files: BTreeMap<Vec<String>, String>,
}

/// Longer rows of `use` from one name to the next are a circle of names, which the compiler refuses.
const HOPS_MAX: usize = 32;

impl Graph {
    /// Reads every file below `src` that is not for tests alone.
    pub(super) fn read(src: &Path) -> Self {
        let (mut modules, mut files) = (BTreeMap::new(), BTreeMap::new());
        let mut left = vec![(Vec::new(), src.join("lib.rs"), src.to_path_buf())];
        while let Some((module, file, folder)) = left.pop() {
            let text = std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
            let source = Source::read(&text);
            for child in &source.children {
                let (flat, below) = (folder.join(format!("{child}.rs")), folder.join(child));
                let file = if flat.exists() { flat } else { below.join("mod.rs") };
                left.push(([&module[..], std::slice::from_ref(child)].concat(), file, below));
            }
            let name = file.strip_prefix(src).unwrap_or(&file).display().to_string();
            files.insert(module.clone(), name);
            modules.insert(module, source);
        }
        let mut graph = Self { modules, arrows: BTreeMap::new(), files };
        for (module, source) in &graph.modules {
            let mut to: BTreeSet<_> = source.paths.iter().filter_map(|path| graph.follow(module, path, 0)).collect();
            to.remove(module);
            graph.arrows.insert(module.clone(), to);
        }
        graph
    }

    /// The module whose file holds what `path` says in `module`; `None` if it is not one of ours.
    fn follow(&self, module: &[String], path: &[String], hops: usize) -> Option<Vec<String>> {
        let (first, rest) = path.split_first()?;
        if hops > HOPS_MAX {
            return Some(module.to_vec());
        }
        match first.as_str() {
            "crate" => self.descend(Vec::new(), rest, hops),
            "self" => self.descend(module.to_vec(), rest, hops),
            "super" => self.descend(module.split_last()?.1.to_vec(), rest, hops),
            _ => {
                let source = &self.modules[module];
                let known = source.children.contains(first) || source.imports.contains_key(first);
                if known { self.descend(module.to_vec(), path, hops) } else { None }
            }
        }
    }

    /// Where the names of `path` lead from `module`, one after the other.
    fn descend(&self, mut module: Vec<String>, path: &[String], hops: usize) -> Option<Vec<String>> {
        for (nth, name) in path.iter().enumerate() {
            let source = self.modules.get(&module)?;
            if name == "super" {
                module.pop();
            } else if source.children.contains(name) {
                module.push(name.clone());
            } else if let Some(import) = source.imports.get(name).filter(|import| import[..] != path[nth..=nth]) {
                let whole = [&import[..], &path[nth + 1..]].concat();
                return self.follow(&module, &whole, hops + 1);
            } else {
                // A thing of this file; what follows is a part of it.
                break;
            }
        }
        Some(module)
    }

    /// The file of a module, from `src`.
    pub(super) fn file(&self, module: &[String]) -> &str {
        &self.files[module]
    }

    /// Every arrow from a module to another.
    pub(super) fn arrows(&self) -> impl Iterator<Item = (&[String], &[String])> {
        self.arrows.iter().flat_map(|(from, to)| to.iter().map(move |to| (&from[..], &to[..])))
    }

    /// The circles: sets of files of which each reaches each, the largest first; the names of a circle in order.
    pub(super) fn circles(&self) -> Vec<Vec<String>> {
        let reach: BTreeMap<_, _> = self.arrows.keys().map(|from| (from, self.reach(from))).collect();
        let mut circles = BTreeSet::new();
        for (from, reached) in &reach {
            let circle: BTreeSet<&str> =
                reached.iter().filter(|to| reach[*to].contains(from)).map(|module| self.file(module)).collect();
            if circle.len() > 1 {
                circles.insert(circle);
            }
        }
        let mut circles: Vec<Vec<String>> =
            circles.into_iter().map(|circle| circle.into_iter().map(str::to_owned).collect()).collect();
        circles.sort_by_key(|circle| std::cmp::Reverse(circle.len()));
        circles
    }

    /// What can be reached from a module, step by step.
    fn reach<'a>(&'a self, from: &'a Vec<String>) -> BTreeSet<&'a Vec<String>> {
        let mut reached = BTreeSet::new();
        let mut left = vec![from];
        while let Some(module) = left.pop() {
            left.extend(self.arrows[module].iter().filter(|to| reached.insert(*to)));
        }
        reached
    }
}

#[test]
fn paths_lead_to_the_file_that_holds_the_thing() {
    let folder = tempfile::tempdir().unwrap();
    let put = |file: &str, text: &str| {
        let path = folder.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    put("lib.rs", "pub mod a; pub mod b; #[cfg(test)] mod none;");
    // Through a name that `b` only passes on, and by a path in the code.
    put("a.rs", "use crate::b::Deep; fn f() -> Deep { crate::b::twin::g() }");
    put("b/mod.rs", "mod deep; pub mod twin; pub use deep::Deep; pub struct Own;");
    put("b/deep.rs", "use super::twin; pub struct Deep; fn f(_: twin::Twin) {}");
    put(
        "b/twin.rs",
        "pub(super) struct Twin(super::deep::Deep); use super::Own; #[cfg(test)] mod tests { use crate::a; }",
    );
    let graph = Graph::read(folder.path());
    let arrows: Vec<_> = graph.arrows().map(|(from, to)| (graph.file(from), graph.file(to))).collect();
    let expected = [
        ("a.rs", "b/deep.rs"),
        ("a.rs", "b/twin.rs"),
        ("b/deep.rs", "b/twin.rs"),
        ("b/twin.rs", "b/mod.rs"),
        ("b/twin.rs", "b/deep.rs"),
    ];
    assert_eq!(arrows.iter().collect::<BTreeSet<_>>(), expected.iter().collect(), "{arrows:?}");
    assert_eq!(graph.circles(), [["b/deep.rs", "b/twin.rs"]]);
}
