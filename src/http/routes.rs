//! The routes, made from the rows of `table.rs`. Each looks its rule up while the program is built, and has the gate
//! before it.

use actix_web::web::{self, ServiceConfig};
use actix_web::{Resource, Route, guard, middleware};

use super::Gate;
use crate::http::access_control::{accounts, log_ins, password, proof, second_factor, session, setup, tokens};
use crate::http::centre::{codes, desks, lines, office, posts, replies};
use crate::http::description::{docs, openapi};
use crate::http::gate::access::{self, RouteKind, Rule};
use crate::http::gate::pass::admit;
use crate::http::kit::error::AppError;
use crate::http::records::{audits, consultations, jobs, own_day, stats};
use crate::http::server::{health, nodes, pages, sockets, streams};
use crate::http::table::{every_route, method_name};
use crate::http::talk::{groups, media, rooms, transfers};
use crate::http::trial::{rehearsals, test_data};

/// Each path of a part of the table is a resource: each of its methods behind the gate with its rule, and every other
/// method answered with 405 and those there are. `stays_open` is what the part says of its routes.
macro_rules! register {
    ($config:ident, $stays_open:literal, $($path:literal { $($method:ident $columns:tt => $handler:path;)+ })+) => {$(
        $config.service(
            resource($path, concat!($(method_name!($method), ", "),+))
                $(.route({
                    let rule = const {
                        let rule = access::rule(method_name!($method), $path);
                        assert!(matches!(rule.kind, RouteKind::Stay) == $stays_open, "this route is in the wrong part of the table");
                        rule
                    };
                    behind_gate(rule, of_method(rule).to($handler))
                }))+
        );
    )+};
}

macro_rules! registers {
    (sockets { $($socket:tt)+ } streams { $($stream:tt)+ } pages { $($page:tt)+ } api { $($api:tt)+ }) => {
        fn long_lived(config: &mut ServiceConfig) {
            register!(config, true, $($socket)+ $($stream)+);
        }

        fn short_lived(config: &mut ServiceConfig) {
            register!(config, false, $($page)+ $($api)+);
        }
    };
}

every_route!(registers);

/// Puts every route where it belongs: what lives for hours outside of what compresses and times.
pub fn routes(config: &mut ServiceConfig, gate: &Gate) {
    config.configure(long_lived).service(
        web::scope("")
            .wrap(middleware::Compress::default())
            .wrap(gate.metrics.middleware())
            .configure(short_lived)
            .default_service(web::to(nowhere)),
    );
}

/// `methods` as the macro joins them: each followed by a comma.
fn resource(path: &str, methods: &'static str) -> Resource {
    let allow = methods.trim_end_matches(", ");
    web::resource(path)
        .default_service(web::to(move || async move { Err::<&str, AppError>(AppError::method_not_allowed(allow)) }))
}

/// A route of this row. What can be read answers HEAD too, for those who only want to know.
fn of_method(rule: Rule) -> Route {
    match rule.method {
        "GET" => web::route().guard(guard::Any(guard::Get()).or(guard::Head())),
        "POST" => web::post(),
        "PUT" => web::put(),
        "PATCH" => web::patch(),
        _ => web::delete(),
    }
}

fn behind_gate(rule: Rule, route: Route) -> Route {
    route.wrap(middleware::from_fn(move |request, next| admit(rule, request, next)))
}

async fn nowhere() -> Result<&'static str, AppError> {
    Err(AppError::not_found())
}

#[cfg(test)]
mod tests {
    use actix_web::dev::ResourceDef;

    use crate::http::gate::access::TABLE;

    /// The first that fits is taken.
    #[test]
    fn no_path_is_taken_for_one_that_stands_before_it() {
        for (index, rule) in TABLE.iter().enumerate() {
            let before = TABLE[..index].iter().filter(|before| before.path != rule.path);
            let taken: Vec<_> = before.filter(|before| ResourceDef::new(before.path).is_match(rule.path)).collect();
            assert!(taken.is_empty(), "{} is never asked: {taken:?}", rule.path);
        }
    }
}
