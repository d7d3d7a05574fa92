//! Codes kept as data, for the pages to show in words.

use actix_web::web;
use serde::{Deserialize, Serialize};

use super::ask;
use super::cursor::Page;
use super::error::AppError;
use super::extract::{Params, text};
use crate::app::App;
use crate::protocol::CODE_CHARS_MAX;
use crate::storage::codes;

/// `?group=`
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    group: Option<String>,
}

/// A code with its texts.
#[derive(Debug, Serialize)]
pub struct CodeView {
    group: String,
    code: String,
    value: String,
    value_en: String,
    order: usize,
}

/// `GET /api/v1/codes?group=`; an unknown group has no codes.
pub async fn list(app: web::Data<App>, Params(wanted): Params<Group>) -> Result<web::Json<Page<CodeView>>, AppError> {
    let group =
        wanted.group.ok_or_else(|| AppError::bad_field("group", "is missing; give for example ?group=RESULT"))?;
    let group = text("group", &group, CODE_CHARS_MAX)?;
    let codes = ask(&app, move |conn| codes::of_group(conn, &group)).await?;
    let views = codes.into_iter().enumerate().map(|(order, code)| CodeView {
        group: code.group,
        code: code.code,
        value: code.value,
        value_en: code.value_en,
        order,
    });
    Ok(web::Json(Page::whole(views.collect())))
}
