//! The nodes that match as one, for admins.

use std::sync::atomic::Ordering;

use actix_web::web;
use serde::Serialize;
use utoipa::ToSchema;

use crate::actors::RoomsHere;
use crate::app::App;
use crate::cluster::members::State;
use crate::http::gate::staff::Staff;
use crate::http::kit::cursor::Page;
use crate::http::kit::error::AppError;
use crate::nodes::NodeView;

/// A node.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Node)]
pub struct Shown {
    /// This run of it, as in `welcome`.
    #[schema(value_type = String, format = Uuid)]
    node: String,
    /// What people call it.
    name: String,
    /// Of the program.
    version: String,
    /// `JOINING`, `UP`, `DRAINING`; `GONE`: this one, which the others go on without.
    state: &'static str,
    /// By what it hears the others: `POSTGRES`, `REDIS`; null if it has none.
    engine: Option<&'static str>,
    /// Open sockets; null until it has said so. Those of others are seconds old.
    sockets: Option<u32>,
    /// Open rooms that live there, without group rooms; as `sockets`.
    rooms: Option<u32>,
    /// It matches.
    matchmaker: bool,
    /// It is the one that answers.
    me: bool,
}

/// Those that are there, by name. A server alone is one.
#[utoipa::path(get, path = "/api/v1/nodes", tag = "operation",
    responses((status = 200, description = "The nodes", body = Page<Shown>)))]
pub async fn list(app: web::Data<App>, _staff: Staff) -> Result<web::Json<Page<Shown>>, AppError> {
    let items = match &app.joined {
        None => vec![alone(&app, app.front.send(RoomsHere).await?)],
        Some(joined) => joined.cluster.nodes().into_iter().map(Shown::from).collect(),
    };
    Ok(web::Json(Page::whole(items)))
}

fn alone(app: &App, rooms: u32) -> Shown {
    let state = if app.draining.load(Ordering::Relaxed) { State::Draining } else { State::Up };
    Shown {
        node: app.settings.node.to_string(),
        name: app.settings.node_name.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        state: state.code(),
        engine: None,
        sockets: Some(u32::try_from(app.sockets.count()).unwrap_or(u32::MAX)),
        rooms: Some(rooms),
        matchmaker: true,
        me: true,
    }
}

impl From<NodeView> for Shown {
    fn from(view: NodeView) -> Self {
        let NodeView { node, name, version, state, engine, sockets, rooms, matchmaker, me } = view;
        let (node, state, engine) = (node.to_string(), state.code(), Some(engine.code()));
        Self { node, name, version, state, engine, sockets, rooms, matchmaker, me }
    }
}
