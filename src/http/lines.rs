//! The lines: what a visitor may choose, and how each is doing.

use actix_web::web;
use serde::Serialize;
use serde_json::Value;

use super::ask;
use super::cursor::Page;
use super::error::AppError;
use super::staff::Staff;
use crate::actors::{LineFigures, LineStats};
use crate::app::App;
use crate::ids::LineId;
use crate::storage::lines::{self, Line};

/// A line as anybody may see it; staff see its settings too.
#[derive(Debug, Serialize)]
pub struct LineView {
    id: LineId,
    topic: String,
    language: String,
    name: String,
    name_en: String,
    open: bool,
    #[serde(flatten)]
    settings: Option<LineSettings>,
}

/// How a line behaves; seconds where the name ends in `_s` or `_s_max`.
#[derive(Debug, Serialize)]
pub struct LineSettings {
    prefix: String,
    hours: Option<Value>,
    accept_s: u32,
    wait_s_max: u32,
    waiting_max: u32,
    grace_s: u32,
    wrap_up_s: u32,
    misses_max: u32,
    widen_s: u32,
    retry_s: u32,
    unstaffed_s: u32,
}

/// `GET /api/v1/lines`
pub async fn list(app: web::Data<App>, staff: Option<Staff>) -> Result<web::Json<Page<LineView>>, AppError> {
    let lines = ask(&app, lines::all).await?;
    let board = app.board.lines();
    let is_open = |line: &Line| {
        board.iter().any(|shown| shown.open && shown.topic == line.topic && shown.language == line.language)
    };
    let views = lines.into_iter().map(|line| LineView::of(is_open(&line), line, staff.is_some())).collect();
    Ok(web::Json(Page::whole(views)))
}

/// `GET /api/v1/lines/stats`
pub async fn stats(app: web::Data<App>, _staff: Staff) -> Result<web::Json<Page<LineFigures>>, AppError> {
    Ok(web::Json(Page::whole(app.matchmaker.send(LineStats).await?)))
}

impl LineView {
    fn of(open: bool, line: Line, with_settings: bool) -> Self {
        let settings = with_settings.then(|| LineSettings {
            prefix: line.prefix,
            hours: line.hours.as_deref().and_then(|hours| serde_json::from_str(hours).ok()),
            accept_s: line.accept_s,
            wait_s_max: line.wait_s_max,
            waiting_max: line.waiting_max,
            grace_s: line.grace_s,
            wrap_up_s: line.wrap_up_s,
            misses_max: line.misses_max,
            widen_s: line.widen_s,
            retry_s: line.retry_s,
            unstaffed_s: line.unstaffed_s,
        });
        let Line { id, topic, language, name, name_en, .. } = line;
        Self { id, topic, language, name, name_en, open, settings }
    }
}
