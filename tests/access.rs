//! The access table, whole: every route, tried by everybody and by nobody, by old log-ins and by tokens
//! of each scope. What the table does not grant is refused before anything is looked at; what it grants
//! never ends in "not allowed" by the gate.

use anteroom::http::gate::access::{Access, ByToken, Proof, RouteKind, Rule, TABLE};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::http::Answer;
use crate::support::{Http, Office, new_id};

/// Somebody who knocks, and which rows they may use.
struct Caller {
    name: String,
    http: Http,
    may: fn(Access) -> bool,
    /// What their token may do; `None` for a log-in.
    scopes: Option<Vec<&'static str>>,
    /// Whether they have shown lately who they are.
    proven: bool,
}

impl Caller {
    fn new(name: &str, http: Http, may: fn(Access) -> bool) -> Self {
        Self { name: name.to_owned(), http, may, scopes: None, proven: true }
    }
}

#[tokio::test]
async fn everybody_may_do_what_the_table_says_and_nothing_else() {
    let demo = Office::new().demo().account("lee", "MANAGER", &[], 1).account("old", "ADMIN", &[], 1).open().await;
    let strict = Office::new().admin().open().await;
    let admin = demo.http().log_in("admin", "demo-admin").await;
    let counsellor = demo.http().log_in("counsellor1", "demo-counsellor1").await;
    let mut callers = vec![
        Caller::new("nobody", demo.http(), |who| who == Access::Anyone),
        Caller::new("a counsellor", demo.http().with_bearer(&counsellor), |who| {
            matches!(who, Access::Anyone | Access::Staff)
        }),
        Caller::new("a manager", demo.http().as_user("lee").await, |who| who != Access::Admins),
        Caller::new("an admin", demo.http().with_bearer(&admin), |_| true),
        Caller::new("an admin without a second factor", strict.http().as_user("admin").await, |who| {
            who != Access::Admins
        }),
    ];
    let old = demo.http().as_user("old").await;
    for scopes in [vec!["read"], vec!["write"], vec!["admin"], vec!["read", "write", "admin"]] {
        let made = old.post("/api/v1/tokens", &json!({"name": "x", "scopes": scopes})).await.json();
        let http = demo.http().with_bearer(made["token"].as_str().expect("a token"));
        let name = format!("an admin's token for {scopes:?}");
        callers.push(Caller { name, http, may: |_| true, scopes: Some(scopes), proven: false });
    }
    super::accounts::grow_old(&demo, "old");
    callers.push(Caller { proven: false, ..Caller::new("an admin of an hour ago", old, |_| true) });
    for caller in &callers {
        for rule in TABLE {
            // Logging out would end the tour.
            if (rule.method, rule.path) != ("DELETE", "/api/v1/session") {
                knock(caller, rule, json!({})).await;
            }
            if let Proof::FreshFor(fields) = rule.proof {
                for field in fields {
                    let value = if *field == "all_lines" { json!(true) } else { json!("x") };
                    knock(caller, rule, json!({"version": 1, *field: value})).await;
                }
            }
        }
    }
    demo.finish().await;
    strict.finish().await;
}

async fn knock(caller: &Caller, rule: &Rule, body: Value) {
    let names_a_credential = body.as_object().is_some_and(|fields| !fields.is_empty());
    let answer = ask(caller, rule, &body).await;
    let who = format!("{} {} {body} by {}: {}", rule.method, rule.path, caller.name, answer.text);
    assert!(answer.status < 500 || answer.status == 503, "{who}");
    let needs_proof = rule.proof == Proof::Fresh || names_a_credential;
    let lacks_scope = match (rule.token, &caller.scopes) {
        (ByToken::With(scope), Some(scopes)) => !scopes.contains(&scope.code()),
        _ => false,
    };
    if !(caller.may)(rule.who) {
        match caller.name.as_str() {
            "nobody" => drop(answer.is_problem(401, "NOT_LOGGED_IN")),
            _ if rule.who == Access::Admins && caller.name.contains("second factor") => {
                answer.is_problem(403, "SECOND_FACTOR_MISSING");
            }
            _ => assert!(answer.status == 403 && is_the_gates(&answer), "{who}"),
        }
    } else if rule.proof == Proof::Fresh && !caller.proven {
        assert_eq!(answer.is_problem(403, "STEP_UP")["code"], "STEP_UP", "{who}");
    } else if lacks_scope {
        assert_eq!(answer.is_problem(403, "SCOPE_MISSING")["code"], "SCOPE_MISSING", "{who}");
    } else if needs_proof && !caller.proven {
        assert_eq!(answer.is_problem(403, "STEP_UP")["code"], "STEP_UP", "{who}");
    } else if rule.kind != RouteKind::Guess {
        assert_ne!(answer.status, 401, "{who}");
        assert!(!is_the_gates(&answer), "{who}");
    }
}

/// The gate's own words; a resource refuses in others.
fn is_the_gates(answer: &Answer) -> bool {
    let words = ["this is for admins", "this is for managers", "STEP_UP", "SCOPE_MISSING"];
    answer.status == 403 && words.iter().any(|words| answer.text.contains(words))
}

/// The request of a route, about nothing there is.
async fn ask(caller: &Caller, rule: &Rule, body: &Value) -> Answer {
    let http = &caller.http;
    let path = rule.path.replace("{id}", &new_id()).replace("{seq}", "2000000000").replace("{file}", "none.js");
    let path = path.replace("{file:.*}", "none.js");
    let method = Method::from_bytes(rule.method.as_bytes()).expect("a method");
    let request = http.request(method, &path);
    match rule.kind {
        RouteKind::Stay => http.begin(request).await,
        _ if rule.method == "GET" => http.ask(request).await,
        // A file comes as a form; what is none is refused for that before it is asked what a token may do.
        RouteKind::Upload if caller.scopes.is_some() => {
            http.ask(request.header("content-type", "multipart/form-data; boundary=x").body("")).await
        }
        _ => http.ask(request.json(body)).await,
    }
}
