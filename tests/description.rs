//! What the API says of itself is so: every request it shows as an example is understood, and every answer is one of
//! those it names.

use std::collections::HashMap;

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::http::Answer;
use crate::support::{Http, Office, new_id};

/// Operations that end what the tour needs; they come last.
const LAST: [(&str, &str); 1] = [("delete", "/api/v1/session")];

#[tokio::test]
async fn every_request_that_is_described_is_understood() {
    let server = Office::new().demo().open().await;
    let admin = server.http().as_demo_admin().await;
    let api = admin.read("/api/openapi.json").await;
    let mut tour = Tour::new(admin, &api);
    for (method, path, operation) in in_order(&api) {
        tour.try_out(&method, &path, &operation).await;
    }
    assert!(tour.faults.is_empty(), "{:#?}", tour.faults);
    assert!(tour.bodies >= 45, "only {} bodies were sent", tour.bodies);
    server.finish().await;
}

/// What makes things comes before what reads and changes them, and that before what takes them away.
pub(crate) fn in_order(api: &Value) -> Vec<(String, String, Value)> {
    let mut all = Vec::new();
    for (path, item) in api["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            all.push((method.clone(), path.clone(), operation.clone()));
        }
    }
    all.sort_by_key(|(method, path, _)| {
        let turn = match method.as_str() {
            _ if LAST.contains(&(method, path)) => 9,
            "post" if !path.contains('{') => 0,
            "get" => 1,
            "patch" | "put" => 2,
            "post" => 3,
            _ => 4,
        };
        (turn, path.clone())
    });
    all
}

/// What must stand in the query, as its examples have it.
fn required(operation: &Value) -> Vec<(String, String)> {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let in_query = parameters.filter(|parameter| parameter["in"] == "query" && parameter["required"] == true);
    in_query
        .map(|parameter| {
            let example = parameter["example"].as_str().unwrap_or_else(|| panic!("no example in {parameter}"));
            (parameter["name"].as_str().unwrap_or_default().to_owned(), example.to_owned())
        })
        .collect()
}

pub(crate) struct Tour {
    pub(crate) admin: Http,
    /// By the path of its collection: the newest thing made there.
    pub(crate) made: HashMap<String, String>,
    schemas: Value,
    bodies: usize,
    /// Where the description and the server differ.
    faults: Vec<String>,
}

impl Tour {
    pub(crate) fn new(admin: Http, api: &Value) -> Self {
        let schemas = api["components"]["schemas"].clone();
        Self { admin, made: HashMap::new(), schemas, bodies: 0, faults: Vec::new() }
    }

    pub(crate) async fn try_out(&mut self, method: &str, path: &str, operation: &Value) {
        let what = format!("{method} {path}");
        let asked = Method::from_bytes(method.to_uppercase().as_bytes()).expect("a method");
        let request = self.admin.request(asked.clone(), &self.with_ids(path)).query(&required(operation));
        let body = &operation["requestBody"]["content"]["application/json"]["example"];
        let request = match body {
            Value::Null if asked == Method::GET => request,
            Value::Null => request.json(&json!({})),
            body => {
                self.bodies += 1;
                request.json(body)
            }
        };
        let stays = operation["responses"]["200"]["content"]["text/event-stream"].is_object();
        let answer = if stays { self.admin.begin(request).await } else { self.admin.ask(request).await };
        // A file cannot be sent as JSON, and is tried with the pictures.
        if operation["requestBody"]["content"]["multipart/form-data"].is_object() {
            return;
        }
        let named = operation["responses"].as_object().expect("responses");
        if matches!(answer.status, 400 | 422) || !named.contains_key(&answer.status.to_string()) {
            self.faults.push(format!("{what} with {body} is answered {}: {}", answer.status, answer.text));
            return;
        }
        if (200..300).contains(&answer.status) && !stays && answer.header("content-type") == "application/json" {
            self.holds(&what, operation, &answer);
            if method == "post" && !path.contains('{') {
                self.keep(path, &answer.json());
            }
        }
    }

    /// The answer has all that is always there, and nothing that is not described.
    fn holds(&mut self, what: &str, operation: &Value, answer: &Answer) {
        let content = &operation["responses"][answer.status.to_string()]["content"]["application/json"];
        let missing = missing(&self.schemas, &content["schema"], &answer.json());
        self.faults.extend(missing.into_iter().map(|field| format!("{what} answers no {field}")));
        let described = &content["example"];
        let (Some(shown), Value::Object(told)) = (described.as_object(), answer.json()) else { return };
        for field in told.keys() {
            if !shown.contains_key(field) {
                self.faults.push(format!("{what} answers `{field}`, which is not described"));
            }
        }
    }

    /// Remembers the id of what was made.
    fn keep(&mut self, path: &str, answer: &Value) {
        let of_the_one = answer.as_object().into_iter().flatten().find_map(|(_, one)| one["id"].as_str());
        let id = answer["id"].as_str().or(of_the_one).map(str::to_owned);
        let seq = answer["seq"].as_i64().map(|seq| seq.to_string());
        if let Some(id) = id.or(seq) {
            // A person is made below the list of accounts.
            self.made.insert(path.trim_end_matches("/staff").to_owned(), id);
        }
    }

    pub(crate) fn with_ids(&self, path: &str) -> String {
        let collection = path.split("/{").next().unwrap_or_default();
        let id = self.made.get(collection).cloned();
        let seq = id.clone().filter(|id| id.parse::<i64>().is_ok()).unwrap_or_else(|| "2000000000".to_owned());
        path.replace("{id}", &id.unwrap_or_else(new_id)).replace("{seq}", &seq)
    }
}

/// What a schema says is always there and the answer has not.
fn missing(schemas: &Value, schema: &Value, answer: &Value) -> Vec<String> {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        let fields = missing(schemas, &schemas[name], answer);
        return fields.into_iter().map(|field| format!("{name}.{field}")).collect();
    }
    let mut all = Vec::new();
    for part in schema["allOf"].as_array().into_iter().flatten() {
        all.extend(missing(schemas, part, answer));
    }
    if let Some(other) = schema["oneOf"].as_array().and_then(|of| of.iter().find(|one| one["type"] != "null"))
        && !answer.is_null()
    {
        all.extend(missing(schemas, other, answer));
    }
    if let (Value::Object(fields), Value::Object(told)) = (&schema["properties"], answer) {
        for field in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            if !told.contains_key(field) {
                all.push(field.to_owned());
            }
        }
        let there = fields.iter().filter_map(|(field, schema)| Some((schema, told.get(field)?)));
        all.extend(there.flat_map(|(schema, value)| missing(schemas, schema, value)));
    }
    for item in answer.as_array().into_iter().flatten() {
        all.extend(missing(schemas, &schema["items"], item));
    }
    all
}
