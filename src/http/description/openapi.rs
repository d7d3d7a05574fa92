//! The API described: OpenAPI, made from the handlers and the rows of `http/table.rs`. Each handler says its
//! parameters, its body and its answers; who may use it and the refusals that all share are added here, from the
//! table the gate itself goes by.

mod areas;

use std::sync::LazyLock;

use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;
use utoipa::openapi::extensions::Extensions;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{ContentBuilder, OpenApi as Description, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{Modify, OpenApi};

use crate::actors;
use crate::feeds;
use crate::http::access_control::{accounts, log_ins, password, proof, second_factor, session, setup, tokens};
use crate::http::centre::{codes, desks, lines, office, posts, replies};
use crate::http::description::described::Exact;
use crate::http::description::examples::Examples;
use crate::http::gate::access::{Access, ByToken, Owner, Proof, RouteKind, Rule, TABLE};
use crate::http::gate::cookies::Name;
use crate::http::kit::error;
use crate::http::kit::error::PROBLEM_JSON;
use crate::http::records::{audits, consultations, jobs, own_day, stats};
use crate::http::server::fixed::Fixed;
use crate::http::server::{health, nodes, streams};
use crate::http::table::every_route;
#[cfg(test)]
use crate::http::table::method_name;
use crate::http::talk::{groups, media, rooms, transfers};
use crate::http::trial::{rehearsals, test_data};

pub use areas::AREAS;

static DESCRIPTION: LazyLock<Fixed> = LazyLock::new(|| Fixed::new("application/json", to_json(&description())));

/// `GET /api/openapi.json`
pub async fn json(request: HttpRequest) -> HttpResponse {
    DESCRIPTION.answer(&request).await
}

/// The whole description.
#[must_use]
pub fn description() -> Description {
    Api::openapi()
}

/// As it is served and committed.
#[must_use]
pub fn to_json(description: &Description) -> String {
    // A description made of strings and maps can always be written.
    description.to_pretty_json().unwrap_or_default()
}

macro_rules! describe {
    ($($path:literal { $($method:ident $columns:tt => $($handler:ident)::+;)+ })+) => {
        #[derive(OpenApi)]
        #[openapi(
            info(
                title = "Anteroom",
                description = "A live counselling server: people ask at desks, a matchmaker pairs them with \
                               counsellors, they talk in rooms. Sockets are described in docs/PROTOCOL.md.",
                license(name = "Apache-2.0", identifier = "Apache-2.0"),
            ),
            paths($($($($handler)::+),+),+),
            components(schemas(
                error::Problem,
                // What streams send, which no answer has as its body.
                feeds::LiveSnapshot,
                feeds::RoomChange,
                feeds::TicketChange,
                feeds::CounsellorChange,
                feeds::Called,
                actors::TicketEvent,
            )),
            modifiers(&Exact, &Shared, &Examples),
        )]
        struct Api;

        /// Each row with what its handler alone says of itself.
        #[cfg(test)]
        fn one_by_one() -> Vec<(&'static str, &'static str, Description)> {
            vec![$($({
                #[derive(OpenApi)]
                #[openapi(paths($($handler)::+))]
                struct One;
                (method_name!($method), $path, One::openapi())
            }),+),+]
        }
    };
}

macro_rules! what_is_described {
    (sockets $sockets:tt streams { $($stream:tt)+ } pages $pages:tt api { $($api:tt)+ }) => {
        describe! { $($stream)+ $($api)+ }
    };
}

every_route!(what_is_described);

/// What all operations share.
struct Shared;

impl Modify for Shared {
    fn modify(&self, api: &mut Description) {
        let tags = AREAS.iter().map(|(name, about, _)| TagBuilder::new().name(*name).description(Some(*about)).build());
        api.tags = Some(tags.collect());
        let schemes = api.components.get_or_insert_default();
        let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
            Name::session(false).as_str(),
            "The log-in of `POST /api/v1/session`; a change needs an allowed `Origin` too. Under https its name begins \
             with `__Host-`.",
        )));
        let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("An API token."));
        schemes.add_security_scheme("cookie", cookie);
        schemes.add_security_scheme("bearer", SecurityScheme::Http(bearer.build()));
        for rule in TABLE {
            if let Some(operation) = operation(api, rule) {
                complete(operation, rule);
            }
        }
    }
}

fn operation<'a>(api: &'a mut Description, rule: &Rule) -> Option<&'a mut Operation> {
    let item = api.paths.paths.get_mut(rule.path)?;
    match rule.method {
        "GET" => item.get.as_mut(),
        "POST" => item.post.as_mut(),
        "PUT" => item.put.as_mut(),
        "PATCH" => item.patch.as_mut(),
        _ => item.delete.as_mut(),
    }
}

/// Who may, and the refusals that follow from it.
fn complete(operation: &mut Operation, rule: &Rule) {
    let (code, who) = match rule.who {
        Access::Anyone => ("ANYONE", "Anyone may."),
        Access::Staff => ("STAFF", "For everybody who is logged in."),
        Access::Managers => ("MANAGERS", "For managers and admins."),
        Access::Admins => ("ADMINS", "For admins with a second factor."),
    };
    // One extension for the whole row: the crate keeps several in no order, and what is made here is committed.
    let mut access = json!({"who": code, "whose": whose(rule)});
    if let ByToken::With(scope) = rule.token {
        access["token_scope"] = json!(scope.code());
    }
    let proof = match rule.proof {
        Proof::None => String::new(),
        Proof::Fresh => {
            access["fresh_proof"] = json!(true);
            "Needs a proof not older than ten minutes, and no API token will do: else 403 `STEP_UP`.".into()
        }
        Proof::FreshFor(fields) => {
            access["fresh_proof"] = json!(fields);
            let fields = fields.join("`, `");
            format!(
                "With `{fields}` it needs a proof not older than ten minutes, and no API token will do: else 403 `STEP_UP`."
            )
        }
    };
    operation.extensions = Some(Extensions::builder().add("x-access", access).build());
    operation.operation_id = Some(operation_id(rule));
    let text = operation.description.take().unwrap_or_default();
    operation.description = Some(format!("{text}\n\n{who} {proof}").trim().to_owned());
    if rule.kind == RouteKind::Probe {
        return;
    }
    let mut refuse = |status: &str, what: &str| {
        operation.responses.responses.entry(status.to_owned()).or_insert_with(|| RefOr::T(problem(what)));
    };
    refuse("400", "Not in the form described; `errors` names the field");
    refuse("429", "Too often; `retry-after` says when to come back");
    refuse("503", "Not now; `retry-after` says when to come back");
    // A picture may be for a room that is named beside the path.
    if rule.path.contains('{') || rule.kind == RouteKind::Upload {
        refuse("404", "There is no such thing, or you may not know of it");
    }
    if rule.method != "GET" {
        refuse("403", "Not allowed to you, or from a page of another origin");
        refuse("409", "Not in a state for this; `code` says which");
        let (large, other) = match rule.kind {
            RouteKind::Upload => {
                ("The file is larger than 2 MiB", "Not a form, or not a picture of a kind that is taken")
            }
            _ => ("The body is larger than 64 KiB", "The body is not JSON"),
        };
        refuse("413", large);
        refuse("415", other);
    }
    refuse("422", "A value out of bounds; `errors` names the field and the limit");
    if rule.who == Access::Anyone {
        // Also what anyone may see can have more in it for those who are logged in.
        let why = if rule.kind == RouteKind::Guess { "The secret is not right" } else { "Only for who is logged in" };
        refuse("401", why);
        refuse("403", "Not allowed to you");
        return;
    }
    refuse("401", "Nobody is logged in, or no longer");
    refuse("403", "Not allowed to you");
    let either = ["cookie", "bearer"].map(|scheme| SecurityRequirement::new(scheme, [] as [&str; 0]));
    operation.security = Some(either.to_vec());
}

fn whose(rule: &Rule) -> &'static str {
    match rule.whose {
        Owner::Everybody => "EVERYBODY",
        Owner::Own => "OWN",
        Owner::Lines => "LINES",
        Owner::Bearer => "BEARER",
    }
}

/// Unique by the table: `get_rooms_id_members`.
fn operation_id(rule: &Rule) -> String {
    let path = rule.path.trim_start_matches("/api/v1/").trim_start_matches('/');
    let words: String = path.chars().map(|letter| if letter.is_alphanumeric() { letter } else { ' ' }).collect();
    let words: Vec<&str> = words.split_whitespace().collect();
    format!("{}_{}", rule.method.to_ascii_lowercase(), words.join("_"))
}

fn problem(what: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new().description(what).content(PROBLEM_JSON, content).build()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// Method and path of a handler's `#[utoipa::path]` are those of its row.
    #[test]
    fn every_handler_is_described_at_the_path_of_its_row() {
        for (method, path, alone) in one_by_one() {
            let described = serde_json::to_value(alone.paths).unwrap();
            let (at, methods) = described.as_object().unwrap().iter().next().unwrap();
            let methods: Vec<_> = methods.as_object().unwrap().keys().map(|name| name.to_uppercase()).collect();
            assert_eq!((at.as_str(), methods), (path, vec![method.to_owned()]));
        }
    }

    /// Every route that is neither a page nor a socket, and nothing else.
    #[test]
    fn the_description_is_whole() {
        let described: BTreeSet<_> = one_by_one().into_iter().map(|(method, path, _)| (method, path)).collect();
        let expected = TABLE.iter().filter(|rule| rule.kind != RouteKind::Page && !rule.path.starts_with("/ws/"));
        assert_eq!(described, expected.map(|rule| (rule.method, rule.path)).collect());
        let api = serde_json::to_value(description()).unwrap();
        for (method, path) in described {
            assert!(api["paths"][path][method.to_lowercase()].is_object(), "{method} {path} is not described");
        }
    }

    #[test]
    fn every_operation_belongs_to_an_area_and_every_area_to_tables_that_are_there() {
        let api = serde_json::to_value(description()).unwrap();
        for (path, item) in api["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let tag = operation["tags"][0].as_str().unwrap_or_default();
                assert!(AREAS.iter().any(|(name, ..)| *name == tag), "{method} {path} has the tag {tag:?}");
            }
        }
        for table in AREAS.iter().flat_map(|(.., tables)| *tables) {
            assert!(crate::storage::SCHEMA.contains(&format!("    {} (", table.to_lowercase())), "no table {table}");
        }
    }

    #[test]
    fn what_is_committed_is_what_the_code_says() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/openapi.json");
        let made = to_json(&description()) + "\n";
        if std::env::var_os("ANTEROOM_UPDATE").is_some() {
            std::fs::write(path, &made).unwrap();
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(committed == made, "docs/openapi.json is not what the code says; run `make generate`");
    }
}
