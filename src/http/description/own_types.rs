//! That each handler is described by its own types. The description knows a type by its bare name: of two types of one
//! name it would describe one alone, and with it the requests of both. So the source itself is read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::http::description::described::{LEFT_OUT, LEFT_OUT_OR_NULL};
use crate::http::description::openapi::description;
use crate::http::description::told::sources;

/// A body that is read in two steps, as serde can refuse no unknown field of what stands in another: the form of the
/// file, then what the list may be narrowed to.
const IN_TWO_STEPS: (&str, &str) = ("ExportRequest", "Map<String, Value>");

fn server() -> Vec<(PathBuf, String)> {
    let mut all = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
    all.retain(|(path, _)| !path.ends_with("http/description/own_types.rs"));
    all
}

/// What begins at the first `opening` in `text`, up to the bracket that closes it: `X<Y>` of `body = X<Y>, …`.
fn type_after(text: &str, opening: &str) -> Option<String> {
    let (_, rest) = text.split_once(opening)?;
    let mut depth = 0_i32;
    let end = rest.find(|c: char| {
        depth += i32::from(c == '<') - i32::from(c == '>');
        depth < 0 || depth == 0 && matches!(c, ',' | ')')
    });
    Some(rest[..end?].trim().to_owned())
}

/// The type that a handler makes where it writes its answer itself: `X` of `.json(X::of(…))`.
fn written(handler: &str) -> Option<String> {
    let (code, _) = handler.split_once("\n}\n")?;
    let (_, made) = code.split_once(".json(")?;
    let name: String = made.chars().take_while(|c| c.is_alphanumeric()).collect();
    Some(name).filter(|name| name.starts_with(char::is_uppercase))
}

/// `End` of `Option<End>`: what may be left out.
fn bare(named: String) -> String {
    named.strip_prefix("Option<").and_then(|rest| rest.strip_suffix('>')).map_or(named.clone(), str::to_owned)
}

#[test]
fn every_handler_is_described_by_its_own_types() {
    let (mut bodies, mut answers) = (0, 0);
    for (path, source) in server() {
        for handler in source.split("#[utoipa::path(").skip(1) {
            let (described, rest) = handler.split_once(")]\n").unwrap();
            let (signature, _) = rest.split_once(" {\n").unwrap();
            let place = format!("{}: {}", path.display(), signature.lines().next().unwrap_or_default());
            if !described.contains("multipart/form-data") {
                let named =
                    type_after(described, "request_body = ").or(type_after(described, "request_body(content = "));
                let taken = type_after(signature, ": Body<").filter(|taken| taken != "Nothing");
                bodies += usize::from(taken.is_some());
                let taken = taken.map(|taken| if taken == IN_TWO_STEPS.1 { IN_TWO_STEPS.0.to_owned() } else { taken });
                assert_eq!(named.map(bare), taken, "the body of {place}");
            }
            if let Some(given) = type_after(signature, "web::Json<").or_else(|| written(rest)) {
                answers += 1;
                let good = described.split_once("status = 20").map_or("", |(_, rest)| rest);
                assert_eq!(type_after(good, " body = "), Some(given), "the answer of {place}");
            }
        }
    }
    assert!(bodies >= 45 && answers >= 50, "only {bodies} bodies and {answers} answers were found");
}

#[test]
fn no_two_types_of_the_description_have_one_name() {
    let mut found: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for (path, source) in server() {
        for name in described_types(&source) {
            found.entry(name).or_default().push(path.clone());
        }
    }
    assert!(found.len() > 80, "only {} types were found", found.len());
    let twice: Vec<_> = found.into_iter().filter(|(_, files)| files.len() > 1).collect();
    assert!(twice.is_empty(), "each of these names is of several types: {twice:?}");
}

/// The types of a file that stand in the description: those that derive `ToSchema` or say it by hand.
fn described_types(text: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut derived = false;
    for line in text.lines().map(str::trim_start) {
        if line.starts_with("#[derive(") {
            derived = line.contains("ToSchema");
        } else if let Some(by_hand) = line.strip_prefix("impl ToSchema for ") {
            names.extend(by_hand.split([' ', '<']).next().map(str::to_owned));
        } else if let Some(name) = declared(line) {
            if derived && !name.starts_with('$') {
                names.push(name.to_owned());
            }
            derived = false;
        }
    }
    names
}

/// The name of the type that a line begins.
fn declared(line: &str) -> Option<&str> {
    let rest = ["pub struct ", "pub enum ", "struct ", "enum "].iter().find_map(|start| line.strip_prefix(start))?;
    rest.split([' ', '<', '(', '{', ';']).next()
}

/// The lists of what an answer may leave out name what is there, and all that is left out.
#[test]
fn what_may_be_left_out_of_an_answer_is_listed() {
    let api = json!(description());
    let is_listed = |name: &str, field: &str| {
        LEFT_OUT.iter().chain(LEFT_OUT_OR_NULL).any(|(of, fields)| *of == name && fields.contains(&field))
    };
    for (name, fields) in LEFT_OUT.iter().chain(LEFT_OUT_OR_NULL) {
        let schema = api["components"]["schemas"][name].to_string();
        for field in *fields {
            assert!(schema.contains(&format!("\"{field}\":{{")), "{name} has no {field}");
        }
    }
    let mut found = 0;
    for (name, field) in server().iter().flat_map(|(_, source)| left_out(source)) {
        let schema = &api["components"]["schemas"][name.as_str()];
        if schema.is_object() && schema["additionalProperties"] != false {
            found += 1;
            assert!(is_listed(&name, &field), "{name} leaves {field} out, which `described` does not list");
        }
    }
    assert!(found >= 15, "only {found} fields were found");
}

/// Each field of a file that is left out where it is nothing, with its type.
fn left_out(text: &str) -> Vec<(String, String)> {
    let (mut all, mut within, mut is_next) = (Vec::new(), String::new(), false);
    for line in text.lines().map(str::trim_start) {
        if let Some(name) = declared(line) {
            name.clone_into(&mut within);
        }
        if line.starts_with("#[") {
            is_next |= line.contains("skip_serializing_if = \"Option::is_none\"");
        } else if is_next {
            let name = line.split(": ").next().unwrap_or_default().rsplit(' ').next().unwrap_or_default();
            all.push((within.clone(), name.to_owned()));
            is_next = false;
        }
    }
    all
}
