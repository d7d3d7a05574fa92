//! The access table, whole: every route, tried by everybody and by nobody. What the table does not
//! grant is refused before anything is looked at; what it grants never ends in "not allowed" by the
//! gate.

use anteroom::http::access::{Kind, Rule, TABLE, Who};
use reqwest::Method;
use serde_json::json;

use crate::support::http::Answer;
use crate::support::{Http, Office, new_id};

/// Somebody who knocks, and which rows they may use.
struct Caller {
    name: &'static str,
    http: Http,
    may: fn(Who) -> bool,
}

#[tokio::test]
async fn everybody_may_do_what_the_table_says_and_nothing_else() {
    let demo = Office::new().demo().account("lee", "MANAGER", &[], 1).open().await;
    let strict = Office::new().admin().open().await;
    let admin = demo.http().log_in("admin", "demo-admin").await;
    let counsellor = demo.http().log_in("counsellor1", "demo-counsellor1").await;
    let callers = [
        Caller { name: "nobody", http: demo.http(), may: |who| who == Who::Anyone },
        Caller {
            name: "a counsellor",
            http: demo.http().with_bearer(&counsellor),
            may: |who| matches!(who, Who::Anyone | Who::Staff),
        },
        Caller { name: "a manager", http: demo.http().as_user("lee").await, may: |who| who != Who::Admins },
        Caller { name: "an admin", http: demo.http().with_bearer(&admin), may: |_| true },
        Caller {
            name: "an admin without a second factor",
            http: strict.http().as_user("admin").await,
            may: |who| who != Who::Admins,
        },
    ];
    for caller in &callers {
        for rule in TABLE {
            // Logging out would end the tour.
            if (rule.method, rule.path) != ("DELETE", "/api/v1/session") {
                knock(caller, rule).await;
            }
        }
    }
    demo.finish().await;
    strict.finish().await;
}

async fn knock(caller: &Caller, rule: &Rule) {
    let answer = ask(&caller.http, rule).await;
    let who = format!("{} {} by {}: {}", rule.method, rule.path, caller.name, answer.text);
    assert!(answer.status < 500 || answer.status == 503, "{who}");
    if !(caller.may)(rule.who) {
        match caller.name {
            "nobody" => drop(answer.is_problem(401, "NOT_LOGGED_IN")),
            _ if rule.who == Who::Admins && caller.name.contains("second factor") => {
                answer.is_problem(403, "SECOND_FACTOR_MISSING");
            }
            _ => assert!(answer.status == 403 && is_the_gates(&answer), "{who}"),
        }
    } else if rule.kind != Kind::Guess {
        assert_ne!(answer.status, 401, "{who}");
        assert!(!is_the_gates(&answer), "{who}");
    }
}

/// The gate's own words; a resource refuses in others.
fn is_the_gates(answer: &Answer) -> bool {
    answer.text.contains("this is for admins") || answer.text.contains("this is for managers")
}

/// The request of a route, about nothing there is.
async fn ask(http: &Http, rule: &Rule) -> Answer {
    let path = rule.path.replace("{id}", &new_id()).replace("{seq}", "2000000000").replace("{file}", "none.js");
    let path = path.replace("{file:.*}", "none.js");
    let method = Method::from_bytes(rule.method.as_bytes()).expect("a method");
    let request = http.request(method, &path);
    match rule.kind {
        Kind::Stay => http.begin(request).await,
        _ if rule.method == "GET" => http.ask(request).await,
        _ => http.ask(request.json(&json!({}))).await,
    }
}
