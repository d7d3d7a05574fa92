//! The routes, as the API's own description has them, in the order of its tags.

use serde_json::Value;

use crate::http::description::openapi;
use crate::http::gate::access::{Access, Rule, TABLE};

/// All that the description says.
pub(super) struct Api {
    pub(super) areas: Vec<Area>,
}

/// Routes that belong together: a tag.
pub(super) struct Area {
    pub(super) name: String,
    /// What it is, in a sentence.
    pub(super) about: String,
    /// The tables it keeps its things in.
    pub(super) tables: Vec<String>,
    pub(super) routes: Vec<Route>,
}

pub(super) struct Route {
    pub(super) rule: Rule,
    pub(super) summary: String,
    /// In the path, the query and the body, with what they must be.
    pub(super) parameters: Vec<Parameter>,
    /// Fields of the answer.
    pub(super) answer: Vec<String>,
    /// Statuses it may be answered with.
    pub(super) statuses: Vec<String>,
}

/// One thing given with a request.
pub(super) struct Parameter {
    /// `path`, `query` or `body`.
    pub(super) place: &'static str,
    pub(super) name: String,
    pub(super) required: bool,
    /// Its type and bounds, such as `string, at most 100`.
    pub(super) kind: String,
}

impl Route {
    /// Who may, in a word.
    pub(super) fn who(&self) -> &'static str {
        match self.rule.who {
            Access::Anyone => "anyone",
            Access::Staff => "staff",
            Access::Managers => "managers",
            Access::Admins => "admins",
        }
    }
}

impl Api {
    pub(super) fn described() -> Self {
        let api = serde_json::to_value(openapi::description()).unwrap_or_default();
        let areas = openapi::AREAS.iter().map(|(name, about, tables)| Area {
            name: (*name).to_owned(),
            about: (*about).to_owned(),
            tables: tables.iter().map(|table| (*table).to_owned()).collect(),
            routes: TABLE.iter().filter_map(|rule| route(&api, rule, name)).collect(),
        });
        Self { areas: areas.collect() }
    }
}

fn route(api: &Value, rule: &Rule, tag: &str) -> Option<Route> {
    let operation = api["paths"].get(rule.path)?.get(rule.method.to_lowercase())?;
    if operation["tags"][0] != tag {
        return None;
    }
    let mut parameters: Vec<Parameter> = operation["parameters"].as_array().into_iter().flatten().map(given).collect();
    let body = &operation["requestBody"]["content"]["application/json"]["schema"];
    parameters.extend(fields(api, body).into_iter().map(|(name, field, required)| Parameter {
        place: "body",
        kind: kind(api, field),
        name,
        required,
    }));
    let responses = operation["responses"].as_object()?;
    let good = responses.iter().find(|(status, _)| status.starts_with('2')).map(|(_, response)| response);
    let answer = good.map(|response| fields(api, &response["content"]["application/json"]["schema"]));
    Some(Route {
        rule: *rule,
        summary: operation["summary"].as_str().unwrap_or_default().to_owned(),
        parameters,
        answer: answer.unwrap_or_default().into_iter().map(|(name, ..)| name).collect(),
        statuses: responses.keys().cloned().collect(),
    })
}

fn given(parameter: &Value) -> Parameter {
    Parameter {
        place: if parameter["in"] == "path" { "path" } else { "query" },
        name: parameter["name"].as_str().unwrap_or_default().to_owned(),
        required: parameter["required"] == true,
        kind: kind(&Value::Null, &parameter["schema"]),
    }
}

/// The fields of an object, through the names it is known by: name, schema, whether required.
fn fields<'a>(api: &'a Value, schema: &'a Value) -> Vec<(String, &'a Value, bool)> {
    let schema = resolve(api, schema);
    if let Some(parts) = ["allOf", "oneOf"].iter().find_map(|key| schema[*key].as_array()) {
        return parts.iter().flat_map(|part| fields(api, part)).collect();
    }
    let required: Vec<&str> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties.map(|(name, field)| (name.clone(), field, required.contains(&name.as_str()))).collect()
}

fn resolve<'a>(api: &'a Value, schema: &'a Value) -> &'a Value {
    let named = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next());
    named.map_or(schema, |name| &api["components"]["schemas"][name])
}

/// A type and its bounds in words.
fn kind(api: &Value, schema: &Value) -> String {
    let schema = resolve(api, schema);
    if let Some(one) = schema["oneOf"].as_array().and_then(|of| of.iter().find(|one| one["type"] != "null")) {
        return kind(api, one);
    }
    let name = match &schema["type"] {
        Value::String(name) => name.clone(),
        Value::Array(names) => {
            names.iter().filter_map(Value::as_str).find(|name| *name != "null").unwrap_or("any").into()
        }
        _ => "any".to_owned(),
    };
    let mut words = vec![schema["format"].as_str().map(str::to_owned).unwrap_or(name)];
    for (key, word) in [
        ("minLength", "at least"),
        ("maxLength", "at most"),
        ("minimum", "from"),
        ("maximum", "to"),
        ("maxItems", "at most"),
    ] {
        if let Some(bound) = schema[key].as_f64() {
            words.push(format!("{word} {bound}"));
        }
    }
    if let Some(values) = schema["enum"].as_array() {
        words.push(values.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | "));
    }
    words.join(", ")
}
