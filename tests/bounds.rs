//! Every bound that the description names is the one the server keeps: a value at it is not refused for it, and one
//! beyond it is refused with the field's name and the limit. And what has no bound in the description has none.

use reqwest::Method;
use serde_json::{Value, json};

use crate::description::{Tour, in_order};
use crate::support::http::Answer;
use crate::support::{Desk, Office};

/// More characters than any text may have.
const LONG: usize = 4_001;
/// The codes of faults that say that a limit was passed.
const CODES: [&str; 5] = ["EMPTY", "TOO_SHORT", "TOO_LONG", "RANGE", "KIND"];

/// A text of so many characters, in capitals where a code is asked for.
fn text(field: &str, chars: usize) -> String {
    let letter = if matches!(field, "topic" | "code" | "prefix") { "A" } else { "a" };
    letter.repeat(chars)
}

#[tokio::test]
async fn every_bound_that_is_described_is_the_one_kept() {
    let server = Office::new().demo().open().await;
    let waiting = Desk::waiting_for(&server, "GENERAL").await;
    let admin = server.http().as_demo_admin().await;
    let api = admin.read("/api/openapi.json").await;
    let mut tour = Tour::new(admin, &api);
    for (method, path, operation) in
        in_order(&api).iter().filter(|(method, path, _)| method == "post" && !path.contains('{'))
    {
        tour.try_out(method, path, operation).await;
    }
    tour.made.insert("/api/v1/consultations".to_owned(), waiting.ticket.clone());
    let mut bounds = Bounds { tour, checked: 0, faults: Vec::new() };
    // First what is refused, and so changes nothing.
    for beyond in [true, false] {
        for (method, path, operation) in in_order(&api) {
            bounds.of_operation(&api, &method, &path, &operation, beyond).await;
        }
    }
    assert!(bounds.faults.is_empty(), "{:#?}", bounds.faults);
    assert!(bounds.checked >= 300, "only {} values were sent", bounds.checked);
    server.finish().await;
}

struct Bounds {
    tour: Tour,
    /// Values that were sent.
    checked: usize,
    /// Where the description and the server differ.
    faults: Vec<String>,
}

/// A value to send.
struct Try {
    value: Value,
    /// The limit that it is beyond, with its name in a fault: `min` or `max`.
    limit: Option<(&'static str, u64)>,
}

impl Bounds {
    async fn of_operation(&mut self, api: &Value, method: &str, path: &str, operation: &Value, beyond: bool) {
        let body = &operation["requestBody"]["content"]["application/json"];
        if let Value::Object(example) = &body["example"] {
            let schema = resolve(api, &body["schema"]);
            for (field, schema) in schema["properties"].as_object().into_iter().flatten() {
                for tried in tries(field, resolve(api, schema), beyond) {
                    let mut body = Value::Object(example.clone());
                    body[field] = tried.value.clone();
                    self.send(method, path, &[], Some(body), field, &tried).await;
                }
            }
        }
        let asked = operation["parameters"].as_array().into_iter().flatten().filter(|given| given["in"] == "query");
        let stays = operation["responses"]["200"]["content"]["text/event-stream"].is_object();
        for parameter in asked.filter(|_| !stays && method == "get") {
            let field = parameter["name"].as_str().unwrap_or_default();
            for tried in tries(field, resolve(api, &parameter["schema"]), beyond) {
                let value = tried.value.as_str().map_or_else(|| tried.value.to_string(), str::to_owned);
                self.send(method, path, &[(field, value)], None, field, &tried).await;
            }
        }
    }

    async fn send(
        &mut self,
        method: &str,
        path: &str,
        query: &[(&str, String)],
        body: Option<Value>,
        field: &str,
        tried: &Try,
    ) {
        self.checked += 1;
        let asked = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
        let request = self.tour.admin.request(asked, &self.tour.with_ids(path)).query(query);
        let request = if let Some(body) = &body { request.json(body) } else { request };
        let answer = self.tour.admin.ask(request).await;
        let told = told(&answer, field);
        let is_right = match tried.limit {
            Some((key, limit)) => told.as_ref().is_some_and(|fault| names(fault, key, limit)),
            None => told.as_ref().is_none_or(|fault| !CODES.iter().any(|code| fault["code"] == *code)),
        };
        if !is_right {
            let shown: String = tried.value.to_string().chars().take(12).collect();
            let chars = tried.value.as_str().map_or(0, |text| text.chars().count());
            self.faults.push(format!(
                "{method} {path}: `{field}` as {shown} ({chars} characters, beyond {:?}) is answered {}: {}",
                tried.limit, answer.status, answer.text
            ));
        }
    }
}

/// What the answer says is wrong with this field.
fn told(answer: &Answer, field: &str) -> Option<Value> {
    if !matches!(answer.status, 400 | 422) {
        return None;
    }
    answer.json()["errors"].as_array()?.iter().find(|fault| fault["field"] == field).cloned()
}

/// Whether a fault names the limit: as a number of its own, or in its words.
fn names(fault: &Value, key: &str, limit: u64) -> bool {
    if fault[key].is_u64() {
        return fault[key] == limit;
    }
    let reason = fault["reason"].as_str().unwrap_or_default();
    // That a number is not below nothing and a text not empty is said without a figure.
    limit <= 1 && key == "min" || reason.split(|c: char| !c.is_ascii_digit()).any(|word| word == limit.to_string())
}

/// Values of a field at its bounds, or beyond them.
fn tries(field: &str, schema: &Value, beyond: bool) -> Vec<Try> {
    let limit = |key: &str| schema[key].as_u64();
    let kinds = schema["type"].to_string();
    let mut all = Vec::new();
    if kinds.contains("integer") {
        if let Some(max) = limit("maximum") {
            let limit = beyond.then_some(("max", max));
            all.push(Try { value: json!(max + u64::from(beyond)), limit });
        }
        if let Some(min) = limit("minimum") {
            let limit = beyond.then_some(("min", min));
            let value = i64::try_from(min).expect("a small number") - i64::from(beyond);
            all.push(Try { value: json!(value), limit });
        }
    }
    if kinds.contains("string") && schema["enum"].is_null() && schema["format"].is_null() {
        match limit("maxLength").and_then(|max| usize::try_from(max).ok()) {
            Some(max) => {
                let limit = beyond.then_some(("max", max as u64));
                all.push(Try { value: json!(text(field, max + usize::from(beyond))), limit });
            }
            // Of what has no limit nothing is too long.
            None if !beyond && schema["pattern"].is_null() => {
                all.push(Try { value: json!(text(field, LONG)), limit: None })
            }
            None => {}
        }
        if !beyond && limit("minLength").is_none() {
            all.push(Try { value: json!(""), limit: None });
        }
        if let Some(min) = limit("minLength").and_then(|min| usize::try_from(min).ok()) {
            let limit = beyond.then_some(("min", min as u64));
            all.push(Try { value: json!(text(field, min - usize::from(beyond))), limit });
        }
    }
    all
}

/// A schema through its name; of one that may be null, the other.
fn resolve<'a>(api: &'a Value, schema: &'a Value) -> &'a Value {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return resolve(api, &api["components"]["schemas"][name]);
    }
    match schema["oneOf"].as_array().and_then(|of| of.iter().find(|one| one["type"] != "null")) {
        Some(one) => resolve(api, one),
        None => schema,
    }
}
