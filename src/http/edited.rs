//! What was edited here is told, once it is on file: this node at once, so that an answer comes behind it, and the
//! others by a hint that names it. They read it (`heard`); a hint that is lost costs them the few seconds until they
//! look by themselves.

use actix::dev::ToEnvelope;
use actix::prelude::*;

use crate::actors::{CodesEdited, GroupEdited, LinesEdited, Matchmaker, OfficeNamed, StaffEdited};
use crate::app::App;
use crate::http::kit::error::AppError;
use crate::ids::RoomId;
use crate::nodes::Named;
use crate::storage::centre::codes::Code;
use crate::storage::centre::lines::Line;

/// Lines were made, edited or deleted.
pub async fn lines(app: &App, lines: Vec<Line>) -> Result<(), AppError> {
    others(app, &[Named::Lines]);
    matchmaker(app, LinesEdited { lines }).await
}

/// The same, for whoever waits for nothing.
pub fn lines_meanwhile(app: &App, lines: Vec<Line>) {
    others(app, &[Named::Lines]);
    app.matchmaker.do_send(LinesEdited { lines });
}

/// A code was.
pub async fn code(app: &App, code: Code) -> Result<(), AppError> {
    others(app, &[Named::Codes]);
    matchmaker(app, CodesEdited { codes: vec![code] }).await
}

/// The organisation has another name.
pub async fn office(app: &App, name: String) -> Result<(), AppError> {
    others(app, &[Named::Office]);
    Ok(app.public_feed.send(OfficeNamed(Some(name))).await?)
}

/// What a group room says of itself is another.
pub fn group(app: &App, room: RoomId) {
    others(app, &[Named::Group(room)]);
    app.groups.do_send(GroupEdited(room));
}

/// Somebody who may counsel was edited, or lost their access.
pub fn staff(app: &App, edited: StaffEdited) {
    others(app, &[Named::Staff(edited.profile.account)]);
    app.matchmaker.do_send(edited);
}

/// Names records to the other nodes, if there may be any.
pub fn others(app: &App, named: &[Named]) {
    if let Some(joined) = &app.joined {
        joined.name(named);
    }
}

/// Tells whoever matches, if that is here. Among several nodes it need not be: the edit is on file, and a hint is
/// under way.
async fn matchmaker<M>(app: &App, edited: M) -> Result<(), AppError>
where
    M: Message<Result = ()> + Send + 'static,
    Matchmaker: Handler<M>,
    Context<Matchmaker>: ToEnvelope<Matchmaker, M>,
{
    match app.matchmaker.send(edited).await {
        Err(_) if app.joined.is_some() => Ok(()),
        told => Ok(told?),
    }
}
