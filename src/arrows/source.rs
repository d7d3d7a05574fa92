//! A file of the source, read as text: what it declares, what it imports, what it names by a path. Without
//! comments, strings and tests.

use std::collections::{BTreeMap, BTreeSet};

/// What one file says.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// The modules it declares.
    pub(super) children: BTreeSet<String>,
    /// The modules it declares for tests alone.
    pub(super) tests: BTreeSet<String>,
    /// Names that `use` gives it, each with the path it stands for. Those of a `pub use` that the file itself
    /// makes no use of only pass by.
    pub(super) imports: BTreeMap<String, Vec<String>>,
    /// Every path it depends on, as written; `use` trees are laid out.
    pub(super) paths: BTreeSet<Vec<String>>,
}

impl Source {
    pub(super) fn read(text: &str) -> Self {
        let mut reader = Reader { words: words(text), at: 0, found: Self::default(), passing: Vec::new() };
        while reader.at < reader.words.len() {
            reader.step();
        }
        let Reader { mut found, passing, .. } = reader;
        for (name, path) in passing {
            if found.paths.iter().any(|used| used[0] == name) {
                found.paths.insert(path);
            }
        }
        found
    }
}

/// A name that `use` gives, and the path it stands for.
type Import = (String, Vec<String>);

/// Goes through the words of a file.
struct Reader {
    words: Vec<String>,
    at: usize,
    found: Source,
    /// What `pub use` gives to others.
    passing: Vec<Import>,
}

impl Reader {
    /// So many words further on; nothing behind the last.
    fn word(&self, ahead: usize) -> &str {
        self.words.get(self.at + ahead).map_or("", String::as_str)
    }

    /// One thing: what is for tests, a `use`, a `mod`, a path, or a word of no interest.
    fn step(&mut self) {
        match self.word(0) {
            "#" if [2, 3, 4, 5].map(|ahead| self.word(ahead)) == ["cfg", "(", "test", ")"] => self.pass_over_test(),
            "use" => self.import(),
            "mod" if self.word(2) == ";" => {
                self.found.children.insert(self.word(1).to_owned());
                self.at += 3;
            }
            word if is_name(word) => self.path(),
            _ => self.at += 1,
        }
    }

    fn import(&mut self) {
        let is_public = self.at > 0 && matches!(self.words[self.at - 1].as_str(), "pub" | ")");
        self.at += 1;
        let mut tree = Vec::new();
        self.lay_out(&[], &mut tree);
        for (name, path) in tree {
            self.found.imports.insert(name.clone(), path.clone());
            if is_public {
                self.passing.push((name, path));
            } else {
                self.found.paths.insert(path);
            }
        }
    }

    /// Lays out the tree of a `use` from here on, below `above`.
    fn lay_out(&mut self, above: &[String], out: &mut Vec<Import>) {
        let mut path = above.to_vec();
        loop {
            let word = self.word(0).to_owned();
            match word.as_str() {
                "::" => {}
                "{" => {
                    self.at += 1;
                    while self.word(0) != "}" {
                        self.lay_out(&path, out);
                        self.at += usize::from(self.word(0) == ",");
                    }
                    self.at += 1;
                    return;
                }
                "as" => {
                    out.push((self.word(1).to_owned(), path));
                    self.at += 2;
                    return;
                }
                // `use a::{self}` gives `a`.
                "self" if !path.is_empty() => {}
                _ if is_name(&word) => path.push(word),
                // The end of this branch. What a `*` gives has no name here.
                _ => {
                    self.at += usize::from(word == "*");
                    out.push((path.last().cloned().unwrap_or_default(), path));
                    return;
                }
            }
            self.at += 1;
        }
    }

    fn path(&mut self) {
        let is_field = self.at > 0 && self.words[self.at - 1] == ".";
        let mut path = vec![self.word(0).to_owned()];
        while self.word(1) == "::" && is_name(self.word(2)) {
            path.push(self.word(2).to_owned());
            self.at += 2;
        }
        self.at += 1;
        // One word counts where `use` gave it; but a field does not, nor does the `super` of `pub(super)`.
        let is_none = is_field || matches!(path[0].as_str(), "crate" | "self" | "super");
        if path.len() > 1 || !is_none {
            self.found.paths.insert(path);
        }
    }

    /// Passes over an item that is for tests alone, with the attribute before it.
    fn pass_over_test(&mut self) {
        self.at += 7;
        if let Some(at) = (0..3).find(|ahead| self.word(*ahead) == "mod") {
            self.found.tests.insert(self.word(at + 1).to_owned());
        }
        let mut depth = 0_usize;
        while self.at < self.words.len() {
            let word = self.word(0);
            let is_end = (word == ";" && depth == 0) || (word == "}" && depth == 1);
            match word {
                "{" | "(" | "[" => depth += 1,
                "}" | ")" | "]" => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
            if is_end {
                return;
            }
        }
    }
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// The words and signs of `text`; `::` is one sign, the content of strings and comments is left out.
pub(super) fn words(text: &str) -> Vec<String> {
    let text: Vec<char> = text.chars().collect();
    let (mut words, mut at) = (Vec::new(), 0);
    while at < text.len() {
        let rest = &text[at..];
        let ahead = |n: usize| rest.get(n).copied().unwrap_or('\0');
        match rest[0] {
            '/' if ahead(1) == '/' => at += until(rest, &['\n']),
            '/' if ahead(1) == '*' => at += until(rest, &['*', '/']),
            '"' => at += quoted(rest),
            'r' if ahead(1) == '"' || (ahead(1) == '#' && matches!(ahead(2), '"' | '#')) => {
                let marks = rest[1..].iter().take_while(|c| **c == '#').count();
                let end: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', marks)).collect();
                at += 2 + marks + until(&rest[2 + marks..], &end);
            }
            '\'' if ahead(1) == '\\' => at += 3 + until(&rest[3..], &['\'']),
            '\'' if ahead(2) == '\'' => at += 3,
            c if c.is_alphanumeric() || c == '_' => {
                let word: String = rest.iter().take_while(|c| c.is_alphanumeric() || **c == '_').collect();
                at += word.chars().count();
                words.push(word);
            }
            ':' if ahead(1) == ':' => {
                words.push("::".to_owned());
                at += 2;
            }
            c => {
                if !c.is_whitespace() {
                    words.push(c.to_string());
                }
                at += 1;
            }
        }
    }
    words
}

/// How long it is to behind the next `end`.
fn until(text: &[char], end: &[char]) -> usize {
    text.windows(end.len()).position(|part| part == end).map_or(text.len(), |at| at + end.len())
}

/// How long the string is that begins here.
fn quoted(text: &[char]) -> usize {
    let mut at = 1;
    while at < text.len() && text[at] != '"' {
        at += if text[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

#[test]
fn paths_are_found_wherever_they_are_written() {
    let source = Source::read(
        r##"
        //! use crate::comment::Not;
        use crate::a::{self, b::{C, d as e}};
        pub use inner::Passed;
        pub(super) use inner::Used;
        mod inner;
        #[cfg(test)]
        mod bench;
        const TEXT: &str = "use crate::string::Not; \" //";
        const RAW: &str = r#"crate::raw::Not " "#;
        const TICK: char = '"';
        fn here<'a>(x: &'a Used) { x.field; crate::deep::f(a::g(), super::up()) }
        #[cfg(test)]
        mod tests { use crate::tests::Not; fn x() {} }
        fn there() -> last::One {}
        "##,
    );
    let has = |path: &str| source.paths.contains(&path.split("::").map(str::to_owned).collect::<Vec<_>>());
    for path in [
        "crate::a",
        "crate::a::b::C",
        "crate::a::b::d",
        "crate::deep::f",
        "a::g",
        "super::up",
        "last::One",
        "inner::Used",
    ] {
        assert!(has(path), "{path} is missing in {:?}", source.paths);
    }
    assert!(
        !has("inner::Passed") && !has("field") && !source.paths.iter().any(|path| path.contains(&"Not".to_owned()))
    );
    assert_eq!(source.children.into_iter().collect::<Vec<_>>(), ["inner"]);
    assert_eq!(source.tests.into_iter().collect::<Vec<_>>(), ["bench", "tests"]);
    assert_eq!(source.imports["e"], ["crate", "a", "b", "d"]);
}
