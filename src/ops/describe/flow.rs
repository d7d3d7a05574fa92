//! Where data comes from and goes to: who asks, by which parameters, into which tables, and what
//! comes back. An area a diagram, and under it every parameter.

use std::fmt::Write as _;

use super::api::{Api, Area, Route};
use super::schema::Schema;

pub(super) fn draw(schema: &Schema, api: &Api) -> String {
    let mut page = String::from(
        "# Data flow\n\nMade by `make generate` from the API's description and the schema. Everything passes the gate, \
         which goes by the access table (`src/http/table.rs`); a change and its entry in `AUDIT` are one transaction.\n",
    );
    for area in &api.areas {
        draw_area(&mut page, schema, area);
    }
    page
}

fn draw_area(page: &mut String, schema: &Schema, area: &Area) {
    let _ = writeln!(page, "\n## {}\n\n{}\n\n```mermaid\nflowchart LR", area.name, area.about);
    for (index, route) in area.routes.iter().enumerate() {
        let inputs = route.parameters.iter().map(|given| given.name.as_str()).collect::<Vec<_>>().join(", ");
        let carries = if inputs.is_empty() { String::new() } else { format!("|{inputs}|") };
        let node = format!("r{index}[\"{} {}\"]", route.rule.method, route.rule.path);
        let _ = writeln!(page, "    {}(({0})) -->{carries} {node}", route.who());
        for table in area.tables.iter().filter(|table| schema.has(table)) {
            let arrow = if route.rule.method == "GET" { "---" } else { "-->" };
            let _ = writeln!(page, "    r{index} {arrow} {table}[({table})]");
        }
    }
    page.push_str("```\n\n");
    for route in &area.routes {
        draw_route(page, route);
    }
}

fn draw_route(page: &mut String, route: &Route) {
    let _ = writeln!(page, "- `{} {}` ({}): {}", route.rule.method, route.rule.path, route.who(), route.summary);
    for given in &route.parameters {
        let must = if given.required { "" } else { ", may be left out" };
        let _ = writeln!(page, "  - {} `{}`: {}{must}", given.place, given.name, given.kind);
    }
    if !route.answer.is_empty() {
        let fields = route.answer.iter().map(|field| format!("`{field}`")).collect::<Vec<_>>().join(", ");
        let _ = writeln!(page, "  - back: {fields}");
    }
}
