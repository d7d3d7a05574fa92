//! What people may call themselves, and what they log in with.

use serde_json::{Value, json};

use super::{account, from, office, path, try_log_in};
use crate::support::office::PASSWORD;

#[tokio::test]
async fn a_login_is_one_in_every_form_and_any_form_logs_in() {
    let server = office().counsellor("KimMS").open().await;
    for form in ["KimMS", "kimms", "KIMMS", "ｋｉｍｍｓ", " kimms "] {
        let answer = try_log_in(&server, json!({"login": form, "password": PASSWORD})).await;
        assert_eq!(answer.status, 200, "{form}: {}", answer.text);
        assert_eq!(answer.json()["account"]["login"], "KimMS");
    }
    for (number, twin) in ["kimms", "ＫＩＭＭＳ", "KIMms"].into_iter().enumerate() {
        let person = json!({
            "login": twin, "email": format!("{number}@example.org"), "name": "Kim", "password": PASSWORD,
        });
        server.http().post("/api/v1/accounts", &person).await.is_problem(409, "LOGIN_TAKEN");
    }
    server.finish().await;
}

#[tokio::test]
async fn a_fault_in_a_field_has_a_code_and_its_limit() {
    let server = office().open().await;
    let person = |field: &str, value: &str| {
        let mut person = json!({"login": "park", "email": "park@example.org", "name": "박", "password": PASSWORD});
        person[field] = json!(value);
        person
    };
    for (field, value, code, max) in [
        ("name", " ", "EMPTY", None),
        ("name", "\u{3164}", "INVISIBLE", None),
        ("name", "Kim\u{202E}nimda", "BIDI", None),
        ("name", "Kim\nLee", "LINE_FEED", None),
        ("name", "Kim\u{2028}Lee", "LINE_FEED", None),
        ("name", "Kim\u{0}", "CONTROL", None),
        ("name", &"가".repeat(41), "TOO_LONG", Some(40)),
        ("login", "kim\u{200B}ms", "INVISIBLE", None),
        ("login", "kim ms", "WHITE_SPACE", None),
        ("password", "short", "TOO_SHORT", None),
        ("email", "nobody", "FORM", None),
    ] {
        let answer = server.http().post("/api/v1/accounts", &person(field, value)).await;
        let problem = answer.is_problem(422, "OUT_OF_BOUNDS");
        let fault = &problem["errors"][0];
        assert_eq!((&fault["field"], &fault["code"]), (&json!(field), &json!(code)), "{value:?}: {problem}");
        assert_eq!(fault.get("max").and_then(Value::as_u64), max, "{value:?}: {problem}");
    }
    let unknown = server.http().post("/api/v1/accounts", &person("colour", "red")).await;
    assert_eq!(unknown.is_problem(400, "BAD_REQUEST")["errors"][0]["code"], "UNKNOWN");
    server.finish().await;
}

#[tokio::test]
async fn a_name_keeps_what_its_script_needs_and_nothing_else_unseen() {
    let server = office().counsellor("kim").open().await;
    let boss = server.http().as_user("boss").await;
    for (given, kept) in [
        ("می\u{200C}خواهم", "می\u{200C}خواهم"),
        ("क्\u{200D}ष", "क्\u{200D}ष"),
        ("❤\u{FE0F}\u{200D}🔥", "❤\u{FE0F}\u{200D}🔥"),
        (" Ki\u{200B}m\u{3164} ", "Kim"),
    ] {
        let kim = account(&boss, "kim").await;
        let changed = boss.patch(&path(&kim, ""), &from(&kim, json!({"name": given}))).await;
        assert_eq!(changed.status, 200, "{}", changed.text);
        assert_eq!(changed.json()["name"], kept);
    }
    server.finish().await;
}
