//! An example for every body and every answer of the description, made from its schema.
//!
//! Written by hand beside each handler they would be a second description, which nobody keeps in step. So a field's
//! example goes by its name, and by the type that it appears in where one name means two things; what a schema says of
//! its values (a choice, a bound, a form) decides about the rest. Tests hold each example against its schema, and send
//! each body to the server.

use serde_json::{Map, Value, json};
use utoipa::Modify;
use utoipa::openapi::path::{Operation, ParameterBuilder};
use utoipa::openapi::{Content, OpenApi as Description, RefOr};

use crate::http::kit::error::PROBLEM_JSON;

/// When everything in the examples happened.
const AT: &str = "2026-11-30T01:17:05.000Z";
/// An id: of whatever it is asked for.
const ID: &str = "019ad1f0-5e6b-7c3a-9d41-2f6b8e0c7a15";
/// How deep a schema may lead into itself before its example says no more.
const DEPTH_MAX: usize = 24;

/// Puts an example to every body and answer.
pub(crate) struct Examples;

impl Modify for Examples {
    fn modify(&self, api: &mut Description) {
        // A description is made of strings, numbers and maps, which can always be written.
        let schemas = serde_json::to_value(&api.components).unwrap_or_default();
        let maker = Maker { schemas: &schemas["schemas"] };
        for item in api.paths.paths.values_mut() {
            let operations = [&mut item.get, &mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
            for operation in operations.into_iter().flatten() {
                maker.complete(operation);
            }
        }
    }
}

struct Maker<'a> {
    /// Every named schema.
    schemas: &'a Value,
}

impl Maker<'_> {
    fn complete(&self, operation: &mut Operation) {
        for parameter in operation.parameters.iter_mut().flatten() {
            if let RefOr::T(parameter) = parameter {
                let schema = serde_json::to_value(&parameter.schema).unwrap_or_default();
                let example = self.of(&schema, "", &parameter.name, 0);
                *parameter = ParameterBuilder::from(parameter.clone()).example(Some(example)).build();
            }
        }
        if let Some(RefOr::T(body)) = &mut operation.request_body {
            self.fill_all(None, &mut body.content);
        }
        for (status, response) in &mut operation.responses.responses {
            if let RefOr::T(response) = response {
                self.fill_all(Some(status), &mut response.content);
            }
        }
    }

    fn fill_all<'c>(
        &self,
        status: Option<&str>,
        contents: impl IntoIterator<Item = (&'c String, &'c mut RefOr<Content>)>,
    ) {
        for (kind, content) in contents {
            if let RefOr::T(content) = content {
                self.fill(kind, status, content);
            }
        }
    }

    fn fill(&self, kind: &str, status: Option<&str>, content: &mut Content) {
        if content.example.is_some() {
            return;
        }
        content.example = Some(match kind {
            "text/event-stream" => json!("event: beat\ndata: {}\n\n"),
            "text/csv" => json!("number,line,requested_at\r\nA-017,GENERAL,2026-11-30T01:17:05.000Z\r\n"),
            "text/plain" => json!("anteroom_tickets_waiting 3\n"),
            _ if kind.starts_with("image/") || kind.starts_with("application/vnd.") => json!("(the file)"),
            _ => {
                let schema = serde_json::to_value(&content.schema).unwrap_or_default();
                match status.and_then(|status| status.parse().ok()) {
                    Some(status) if kind == PROBLEM_JSON => problem(status),
                    _ => self.of(&schema, "", "", 0),
                }
            }
        });
    }

    /// An example of `schema`, which is the `field` of the type named `within`.
    fn of(&self, schema: &Value, within: &str, field: &str, depth: usize) -> Value {
        if depth > DEPTH_MAX {
            return Value::Null;
        }
        if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
            return self.of(&self.schemas[name], name, field, depth + 1);
        }
        if let Some(example) = schema.get("example").or_else(|| schema["examples"].get(0)) {
            return example.clone();
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let parts = parts.iter().map(|part| self.of(part, within, field, depth + 1));
            return Value::Object(parts.filter_map(as_object).flatten().collect());
        }
        for choice in ["oneOf", "anyOf"] {
            if let Some(one) = schema[choice].as_array().and_then(|of| of.iter().find(|one| one["type"] != "null")) {
                return self.of(one, within, field, depth + 1);
            }
        }
        if let Some(first) = schema["enum"].get(0) {
            return first.clone();
        }
        match kind(schema) {
            "object" => self.object(schema, within, depth),
            "array" => self.array(schema, within, field, depth),
            "string" if schema["format"] == "uuid" => json!(ID),
            "string" if schema["format"] == "date-time" => json!(moment(field)),
            "string" if schema["format"] == "binary" => json!("(the file)"),
            "string" => json!(text(within, field)),
            "integer" => json!(number(schema, field)),
            "number" => json!(fraction(field)),
            "boolean" => json!(flag(field)),
            _ => json!({}),
        }
    }

    fn object(&self, schema: &Value, within: &str, depth: usize) -> Value {
        let Some(fields) = schema["properties"].as_object() else {
            return if within.is_empty() { json!({}) } else { hours() };
        };
        let shown = fields.iter().filter(|(name, _)| !LEFT_OUT.contains(&(within, name)));
        Value::Object(
            shown
                .map(|(name, field)| match name.as_str() {
                    "hours" => (name.clone(), hours()),
                    _ => (name.clone(), self.of(field, within, name, depth + 1)),
                })
                .collect(),
        )
    }

    fn array(&self, schema: &Value, within: &str, field: &str, depth: usize) -> Value {
        if matches!(field, "eta_s" | "ahead_s" | "predicted_s") {
            return json!([60, 240]);
        }
        json!([self.of(&schema["items"], within, field, depth + 1)])
    }
}

/// What an example of a body leaves out: what excludes something else in it, or names what only exists after an
/// earlier request.
const LEFT_OUT: &[(&str, &str)] = &[
    ("RoomMoveRequest", "counsellor"),
    ("NewRoom", "picture"),
    ("RoomEdit", "picture"),
    ("NewStaff", "lines"),
    ("NewStaff", "all_lines"),
    ("SignUpRequest", "lines"),
    ("SetUpRequest", "email"),
    ("AccountEdit", "lines"),
    ("AccountEdit", "all_lines"),
    ("AccountEdit", "role"),
    ("ApprovalRequest", "lines"),
    ("ApprovalRequest", "all_lines"),
    ("DeskRegistration", "line"),
    ("DeskEdit", "line"),
    ("ExportRequest", "counsellor"),
    ("ExportRequest", "desk"),
    ("ExportRequest", "line_id"),
    ("CodeEdit", "in_use"),
    ("LineEdit", "in_use"),
];

fn kind(schema: &Value) -> &str {
    match &schema["type"] {
        Value::String(name) => name,
        Value::Array(names) => names.iter().filter_map(Value::as_str).find(|name| *name != "null").unwrap_or_default(),
        _ => "",
    }
}

fn as_object(value: Value) -> Option<Map<String, Value>> {
    match value {
        Value::Object(map) => Some(map),
        _ => None,
    }
}

fn hours() -> Value {
    json!({"mon": [["09:00", "12:00"], ["13:00", "18:00"]]})
}

fn moment(field: &str) -> &'static str {
    match field {
        "until" | "to" | "expires_at" | "valid_until" | "enrolment_until" => "2026-12-31T15:00:00.000Z",
        "from" | "valid_from" => "2026-11-29T15:00:00.000Z",
        _ => AT,
    }
}

fn number(schema: &Value, field: &str) -> u64 {
    let usual = match field {
        "version" | "tier" | "order" | "seq" | "last_seq" | "last_seen_seq" => 1,
        "capacity" => 3,
        "rating" => 5,
        "status" => 409,
        "consultations" => 40,
        "days" => 7,
        "accept_s" => 20,
        "wait_s_max" => 1800,
        "waiting_max" => 500,
        "grace_s" | "retry_s" => 30,
        "widen_s" | "target_s" => 60,
        "unstaffed_s" => 600,
        "wrap_up_s" => 120,
        "longest_s" | "waited_s" | "waited_over_s" => 75,
        _ => 3,
    };
    let bound = |name: &str| schema[name].as_u64();
    usual.max(bound("minimum").unwrap_or(0)).min(bound("maximum").unwrap_or(u64::MAX))
}

fn fraction(field: &str) -> f64 {
    match field {
        "service_level" => 0.92,
        "rating_mean" => 4.5,
        _ => 42.0,
    }
}

/// What is true in an example: it shows somebody whom nothing is wrong with.
fn flag(field: &str) -> bool {
    !matches!(
        field,
        "deleted" | "suspended" | "draining" | "test" | "full" | "watching" | "second_factor_required" | "shared"
    )
}

/// A text by its field's name; by its type, where the name alone does not tell.
fn text(within: &str, field: &str) -> String {
    let text = match (within, field) {
        ("LineView" | "NewLine" | "LineEdit" | "OfficeLine" | "ServedView", "name") => "일반 상담",
        ("NewLine", "topic") => "PASSPORT",
        ("NewLine", "prefix") => "P",
        ("NewCode", "code") => "REFERRED",
        ("Readiness", "status") => "ready",
        ("NewCode" | "CodeEdit" | "CodeView" | "CodeRecord", "value") => "다른 부서 안내",
        ("DeskView" | "DeskRegistration" | "DeskEdit" | "DeskWithKey" | "Enrolled", "name") => "1층 안내대",
        ("OfficeNameRequest", "name") => "한빛구청",
        ("TokenRequest" | "TokenView" | "TokenMade", "name") => "nightly report",
        ("LogInRequest" | "SecondFactorConfirmRequest" | "SecondFactorRemoveRequest" | "ProofRequest", "code") => {
            "123456"
        }
        ("Readiness", "database" | "journal") => "ok",
        ("PostView" | "NewPost" | "PostEdit", "title") => "1월 1일 휴무",
        ("PostView" | "NewPost" | "PostEdit", "body") => "1월 1일에는 상담하지 않습니다.",
        ("PostView" | "NewPost", "kind") => "NOTICE",
        ("JobView", "kind") => "EXPORT",
        ("AuditView", "action") => "CONSULTATION_READ",
        ("AuditView", "subject_kind") => "CONSULTATION",
        (_, "title") => "Team meeting",
        (_, "info") => "Every Monday at nine.",
        (_, "token") => "the-token-of-the-link",
        ("NewStaff", "login") => "lee.jh",
        (_, "login") => "kim.ms",
        (_, "email") => "kim@example.org",
        (_, "password" | "new" | "current" | "new_password" | "old_password") => "quiet-harbour-42",
        (_, "topic" | "line") => "GENERAL",
        (_, "prefix") => "A",
        (_, "language") => "ko",
        (_, "role" | "power" | "actor_role") => "COUNSELLOR",
        (_, "result" | "result_code") => "SOLVED",
        (_, "number") => "A-017",
        (_, "nickname") => "하늘",
        (_, "note") => "여권 재발급을 문의합니다.",
        (_, "memo") => "필요한 서류를 안내함.",
        (_, "body") => "안녕하세요. 무엇을 도와드릴까요?",
        (_, "shortcut") => "hello",
        (_, "place") => "본관 1층",
        (_, "reason" | "end_note" | "suspend_reason" | "delete_reason" | "valid_reason") => "moved to another office",
        (_, "value_en" | "name_en") => "General",
        (_, "day") => "2026-11-30",
        (_, "time_zone") => "Asia/Seoul",
        (_, "address") => "192.0.2.17",
        (_, "link" | "url" | "file" | "picture") => "https://desk.example.org/room#key",
        (_, "group") => "RESULT",
        (_, "code") => "RESOLVED",
        (_, "q") => "여권",
        (_, "status") => "DONE",
        (_, "state") => "DONE",
        (_, "end_reason") => "DONE",
        (_, "kind" | "action") => "REQUESTED",
        (_, "name" | "actor_name" | "counsellor_name" | "by_name") => "김상담",
        (_, "from") => "2026-11-29T15:00:00.000Z",
        (_, "next" | "after") => "b2xkZXI",
        _ => "text",
    };
    text.to_owned()
}

/// What a refusal looks like, by its status.
fn problem(status: u16) -> Value {
    let (title, code, detail) = match status {
        400 => ("Bad Request", "BAD_REQUEST", "`colour`: unknown field"),
        401 => ("Unauthorized", "NOT_LOGGED_IN", "log in first, with POST /api/v1/session"),
        403 => ("Forbidden", "NOT_ALLOWED", "this is for managers and admins"),
        404 => ("Not Found", "NOT_FOUND", "there is nothing here"),
        409 => ("Conflict", "EDITED", "somebody else edited this; read it again and repeat the edit"),
        413 => ("Payload Too Large", "TOO_LARGE", "the body is larger than 65536 bytes"),
        415 => ("Unsupported Media Type", "UNSUPPORTED_MEDIA_TYPE", "send content-type: application/json"),
        422 => ("Unprocessable Entity", "OUT_OF_BOUNDS", "`limit` is 500; 1 to 200 are allowed"),
        429 => ("Too Many Requests", "TOO_MANY", "too many requests; wait before the next"),
        _ => ("Service Unavailable", "BUSY", "not now; try again"),
    };
    let mut problem = json!({
        "type": "about:blank", "title": title, "status": status, "code": code, "detail": detail, "request_id": ID,
    });
    let fault = match status {
        400 => Some(json!({"field": "colour", "reason": "unknown field", "code": "UNKNOWN"})),
        422 => {
            let reason = "is 500; 1 to 200 are allowed";
            Some(json!({"field": "limit", "reason": reason, "code": "RANGE", "min": 1, "max": 200}))
        }
        _ => None,
    };
    if let Some(fault) = fault {
        problem["errors"] = json!([fault]);
    }
    problem
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use crate::http::description::openapi::description;

    /// That each fits its schema is checked with the pages, by their schema checker: see `web/src/lib/description.test.ts`.
    #[test]
    fn every_body_and_every_answer_has_an_example() {
        let api = serde_json::to_value(description()).unwrap();
        let mut found = 0;
        for (path, item) in api["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let bodies = operation["requestBody"]["content"].as_object().into_iter().flatten();
                let answers = operation["responses"].as_object().unwrap().values();
                let answers = answers.flat_map(|answer| answer["content"].as_object().into_iter().flatten());
                for (kind, content) in bodies.chain(answers) {
                    assert!(!content["example"].is_null(), "{method} {path} has no example of its {kind}");
                    found += 1;
                }
            }
        }
        assert!(found > 100, "only {found} bodies and answers were found");
        assert!(
            api["paths"]["/api/v1/session"]["post"]["requestBody"]["content"]["application/json"]["example"]["login"]
                != Value::Null
        );
    }
}
