//! The pages' types of the API and the limits of its fields, from the description. `ANTEROOM_UPDATE=1 cargo test
//! typescript` writes the files; without it the tests compare, so what is committed can never be stale.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::Value;

use crate::http::description::described::PAGE;
use crate::http::description::openapi::description;
use crate::protocol::typescript::generated as frames;

const HEAD: &str = "// Generated from docs/openapi.json by `make generate`. Do not edit.\n";

/// The limits in the description, what each is called in the pages.
const LIMITS: [(&str, &str); 5] = [
    ("minLength", "chars_min"),
    ("maxLength", "chars_max"),
    ("minimum", "min"),
    ("maximum", "max"),
    ("pattern", "form"),
];

fn schemas(api: &Value) -> impl Iterator<Item = (&str, &Value)> {
    api["components"]["schemas"].as_object().unwrap().iter().map(|(name, schema)| (name.as_str(), schema))
}

/// Whether it goes over the wire as a file in a form, which no type says.
fn is_file(schema: &Value) -> bool {
    schema["properties"].as_object().is_some_and(|fields| fields.values().any(|field| field["format"] == "binary"))
}

fn types() -> String {
    let api = serde_json::to_value(description()).unwrap();
    let mut out = HEAD.to_owned();
    out.push_str("\n/** A page of a list; `next` is the `after` of the next one. */\n");
    out.push_str("export interface Page<Row> {\n  items: Row[];\n  next: string | null;\n}\n");
    let frames = frames();
    let (shared, own): (Vec<_>, Vec<_>) = schemas(&api)
        .filter(|(name, schema)| !name.starts_with(PAGE) && !is_file(schema))
        .partition(|(name, _)| frames.contains(&format!("export type {name} =")));
    let shared = shared.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    let imported = format!("\nimport type {{ {shared} }} from './protocol.gen';\n\nexport type {{ {shared} }};\n");
    out.insert_str(HEAD.len(), &imported);
    for (name, schema) in own {
        out.push('\n');
        out.push_str(&comment(schema, ""));
        match schema["properties"].as_object() {
            Some(_) => writeln!(out, "export interface {name} {}", object(schema, "")).unwrap(),
            None => writeln!(out, "export type {name} = {};", type_of(schema, "")).unwrap(),
        }
    }
    out
}

/// What the description says of it, on one line.
fn comment(schema: &Value, indent: &str) -> String {
    match schema["description"].as_str() {
        Some(text) => format!("{indent}/** {} */\n", text.split_whitespace().collect::<Vec<_>>().join(" ")),
        None => String::new(),
    }
}

fn type_of(schema: &Value, indent: &str) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return name.to_owned();
    }
    for (key, joint) in [("oneOf", " | "), ("anyOf", " | "), ("allOf", " & ")] {
        if let Some(parts) = schema[key].as_array() {
            return parts.iter().map(|part| type_of(part, indent)).collect::<Vec<_>>().join(joint);
        }
    }
    let kinds = match &schema["type"] {
        Value::String(kind) => vec![kind.as_str()],
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => return "unknown".to_owned(),
    };
    kinds.into_iter().map(|kind| one_type(kind, schema, indent)).collect::<Vec<_>>().join(" | ")
}

fn one_type(kind: &str, schema: &Value, indent: &str) -> String {
    match kind {
        "string" => match schema["enum"].as_array() {
            Some(codes) => {
                codes.iter().filter_map(Value::as_str).map(|code| format!("'{code}'")).collect::<Vec<_>>().join(" | ")
            }
            None => "string".to_owned(),
        },
        "integer" | "number" => "number".to_owned(),
        "array" => list(schema, indent),
        "object" if schema["properties"].is_object() => object(schema, indent),
        "object" => format!("Record<string, {}>", type_of(&schema["additionalProperties"], indent)),
        other => other.to_owned(),
    }
}

fn list(schema: &Value, indent: &str) -> String {
    let item = type_of(&schema["items"], indent);
    match (schema["minItems"].as_u64(), schema["maxItems"].as_u64()) {
        (Some(2), Some(2)) => format!("[{item}, {item}]"),
        _ if item.contains(' ') => format!("Array<{item}>"),
        _ => format!("{item}[]"),
    }
}

fn object(schema: &Value, indent: &str) -> String {
    let inner = format!("{indent}  ");
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let mut out = String::from("{\n");
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        out.push_str(&comment(field, &inner));
        let mark = if required.contains(&name.as_str()) { "" } else { "?" };
        writeln!(out, "{inner}{name}{mark}: {};", type_of(field, &inner)).unwrap();
    }
    write!(out, "{indent}}}").unwrap();
    out
}

fn bounds() -> String {
    let api = serde_json::to_value(description()).unwrap();
    let mut out = HEAD.to_owned();
    for (name, schema) in schemas(&api) {
        let fields = schema["properties"].as_object().into_iter().flatten();
        // What is answered has been within its bounds when it was asked for.
        if schema["additionalProperties"] == false {
            let of = format!("Of the body `{name}`.");
            bound(&mut out, &of, &constant(name), fields.map(|(field, schema)| (field.as_str(), limits(&api, schema))));
        }
    }
    for (path, item) in api["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let asked = operation["parameters"].as_array().into_iter().flatten().filter(|given| given["in"] == "query");
            let of = format!("Of the query of `{} {path}`.", method.to_uppercase());
            let name = operation["operationId"].as_str().unwrap().to_uppercase();
            bound(
                &mut out,
                &of,
                &name,
                asked.map(|given| (given["name"].as_str().unwrap(), limits(&api, &given["schema"]))),
            );
        }
    }
    out
}

/// A constant with the limits of these fields, if one of them has any.
fn bound<'a>(out: &mut String, of: &str, name: &str, fields: impl Iterator<Item = (&'a str, Vec<String>)>) {
    let mut lines = String::new();
    for (field, limits) in fields {
        if !limits.is_empty() {
            writeln!(lines, "  {field}: {{ {} }},", limits.join(", ")).unwrap();
        }
    }
    if !lines.is_empty() {
        write!(out, "\n/** {of} */\nexport const {name} = {{\n{lines}}} as const;\n").unwrap();
    }
}

/// The limits of a field; of one that holds lists by name, how long each may be.
fn limits(api: &Value, schema: &Value) -> Vec<String> {
    let mut all: Vec<String> = LIMITS.iter().filter_map(|(key, shown)| limit(shown, &schema[*key])).collect();
    let named = schema["oneOf"].as_array().and_then(|of| of.iter().find_map(|one| one["$ref"].as_str()));
    if let Some(name) = named.and_then(|path| path.rsplit('/').next()) {
        let lists = &api["components"]["schemas"][name]["additionalProperties"];
        all.extend(limit("items_max", &lists["maxItems"]));
    }
    all
}

fn limit(shown: &str, value: &Value) -> Option<String> {
    match value {
        Value::String(pattern) => Some(format!("{shown}: /{pattern}/")),
        Value::Number(number) => Some(format!("{shown}: {}", grouped(number.as_f64()?))),
        _ => None,
    }
}

/// A whole number as the pages write it: `86_400`.
fn grouped(number: f64) -> String {
    let digits = format!("{number:.0}");
    let mut out = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 {
            out.push('_');
        }
        out.push(digit);
    }
    out
}

/// `NewStaff` as a constant's name: `NEW_STAFF`.
fn constant(name: &str) -> String {
    let mut out = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(letter.to_uppercase());
    }
    out
}

#[track_caller]
fn is_committed(file: &str, generated: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("ANTEROOM_UPDATE").is_some() {
        std::fs::write(&path, generated).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == generated, "{file} is stale: run `make generate`");
}

#[test]
fn the_pages_types_of_the_api_are_those_of_the_description() {
    is_committed("web/src/lib/api.gen.ts", &types());
}

#[test]
fn the_pages_limits_are_those_of_the_description() {
    is_committed("web/src/lib/bounds.gen.ts", &bounds());
}
