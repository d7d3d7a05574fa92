//! Codes kept as data, for the pages to show in words, and how they are edited.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::http::gate::staff::{Acting, Staff};
use crate::http::kit::change::{Trail, change};
use crate::http::kit::cursor::Page;
use crate::http::kit::error::AppError;
use crate::http::kit::extract::{Body, Params, VersionRequest, line, name};
use crate::http::kit::fault::Fault;
use crate::http::{ask, edited, to_the_end};
use crate::protocol::CODE_CHARS_MAX;
use crate::protocol::FaultCode;
use crate::storage::AnyConnection;
use crate::storage::centre::codes::{self, Code};
use crate::storage::centre::lines;
use crate::time::Wall;

/// Most characters of a code's texts.
const VALUE_CHARS_MAX: usize = 60;
/// The last place in lists.
const ORDER_MAX: i32 = 9_999;
/// What the audit calls a code.
const KIND: &str = "COMMON_CODE";
/// Codes the program itself writes or asks for: they stay.
const OF_THE_PROGRAM: [(&str, &str); 3] =
    [(codes::PAUSE_REASON, "MISSED"), (codes::LANGUAGE, "ko"), (codes::LANGUAGE, "en")];

/// What the list is narrowed or widened to.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CodesQuery {
    /// Such as `RESULT`; every group if left out.
    #[param(min_length = 1, max_length = 40)]
    group: Option<String>,
    /// Also those out of use and deleted, with their versions; for managers and admins.
    all: Option<bool>,
}

/// A code with its texts.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeView {
    group: String,
    code: String,
    value: String,
    value_en: String,
    order: i32,
    #[serde(flatten)]
    #[schema(value_type = CodeRecord)]
    record: Option<CodeRecord>,
}

/// What managers and admins see of a code besides.
#[derive(Debug, Serialize, ToSchema)]
pub struct CodeRecord {
    #[schema(required = false)]
    seq: i32,
    #[schema(required = false)]
    in_use: bool,
    #[schema(required = false)]
    deleted: bool,
    #[schema(required = false)]
    version: i32,
}

/// A code to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCode {
    /// A group there is.
    #[schema(min_length = 1, max_length = 40)]
    group: String,
    /// What is stored elsewhere: capitals, digits and underscores; of a language, its letters.
    #[schema(min_length = 1, max_length = 40)]
    code: String,
    /// The text in Korean.
    #[schema(min_length = 1, max_length = 60)]
    value: String,
    /// The text in English.
    #[schema(min_length = 1, max_length = 60)]
    value_en: String,
    /// Place in lists; the last if left out.
    #[schema(minimum = 0, maximum = 9999)]
    order: Option<i32>,
    /// Whether it may be chosen; true if left out.
    in_use: Option<bool>,
}

/// An edit; what is left out stays. Group and code are what it is, and stay.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeEdit {
    /// The version that was read.
    version: i32,
    /// The text in Korean.
    #[schema(min_length = 1, max_length = 60)]
    value: Option<String>,
    /// The text in English.
    #[schema(min_length = 1, max_length = 60)]
    value_en: Option<String>,
    /// Place in lists.
    #[schema(minimum = 0, maximum = 9999)]
    order: Option<i32>,
    /// Whether it may be chosen.
    in_use: Option<bool>,
}

/// Lists codes in their order; an unknown group has none.
#[utoipa::path(get, path = "/api/v1/codes", tag = "codes", params(CodesQuery),
    responses((status = 200, description = "The codes", body = Page<CodeView>)))]
pub async fn list(
    app: web::Data<App>,
    staff: Option<Staff>,
    Params(query): Params<CodesQuery>,
) -> Result<web::Json<Page<CodeView>>, AppError> {
    let all = query.all.unwrap_or(false);
    if all {
        Staff::manages(staff.as_ref())?;
    }
    let group = query.group.map(|group| line("group", &group, CODE_CHARS_MAX)).transpose()?;
    let mut found = ask(&app, move |conn| codes::every(conn, group.as_deref())).await?;
    if !all {
        found.retain(|code| code.in_use && !code.deleted);
        found.iter_mut().zip(0..).for_each(|(code, place)| code.order = place);
    }
    Ok(web::Json(Page::whole(found.into_iter().map(|code| CodeView::of(code, all)).collect())))
}

/// Makes a code. One of this name that was deleted is back, with these texts.
#[utoipa::path(post, path = "/api/v1/codes", tag = "codes", request_body = NewCode,
    responses((status = 201, description = "Made", body = CodeView)))]
pub async fn create(app: web::Data<App>, acting: Acting, Body(given): Body<NewCode>) -> Result<HttpResponse, AppError> {
    let group = line("group", &given.group, CODE_CHARS_MAX)?;
    let new = Code {
        seq: 0,
        code: code(&group, &given.code)?,
        group,
        value: name("value", &given.value, VALUE_CHARS_MAX)?,
        value_en: name("value_en", &given.value_en, VALUE_CHARS_MAX)?,
        order: order(given.order.unwrap_or(0))?,
        in_use: given.in_use.unwrap_or(true),
        deleted: false,
        version: 1,
    };
    let goes_last = given.order.is_none();
    let (by, at) = (acting.by(), app.clock.now().wall);
    let made = change_code(app, acting, move |conn, trail| {
        lines::hold(conn)?;
        let mut new = new.clone();
        if goes_last {
            let last = codes::every(conn, Some(&new.group))?.iter().map(|code| code.order).max();
            new.order = last.unwrap_or(0).saturating_add(1).min(ORDER_MAX);
        }
        let groups = codes::groups(conn)?;
        if !groups.contains(&new.group) {
            let reason = format!("is not a group; choose one of: {}", groups.join(", "));
            return Err(AppError::out_of_bounds("group", (FaultCode::Choice, reason)));
        }
        match codes::by_name(conn, &new.group, &new.code)? {
            Some(there) if !there.deleted => {
                let detail = format!("the group {} has a code {} already; edit that", new.group, new.code);
                return Err(AppError::conflict("CODE_EXISTS", detail));
            }
            Some(deleted) => {
                save(conn, &Code { seq: deleted.seq, version: deleted.version, ..new.clone() }, &by, at)?;
            }
            None => codes::create(conn, &new, &by, at)?,
        }
        let made = codes::by_name(conn, &new.group, &new.code)?.ok_or_else(AppError::not_found)?;
        trail.note("CODE_MADE", KIND, made.seq, told(&made));
        Ok(made)
    })
    .await?;
    Ok(HttpResponse::Created().json(CodeView::of(made, true)))
}

/// Edits a code. Taken out of use, it is not offered any more; what carries it keeps it.
#[utoipa::path(patch, path = "/api/v1/codes/{seq}", tag = "codes", params(("seq" = i32, Path)),
    request_body = CodeEdit, responses((status = 200, description = "Edited", body = CodeView)))]
pub async fn edit(
    app: web::Data<App>,
    acting: Acting,
    seq: web::Path<i32>,
    Body(given): Body<CodeEdit>,
) -> Result<web::Json<CodeView>, AppError> {
    let seq = seq.into_inner();
    let words = |field, words: Option<String>| words.map(|words| name(field, &words, VALUE_CHARS_MAX)).transpose();
    let (value, value_en) = (words("value", given.value)?, words("value_en", given.value_en)?);
    let order = given.order.map(order).transpose()?;
    let (by, at) = (acting.by(), app.clock.now().wall);
    let edited = change_code(app, acting, move |conn, trail| {
        let mut code = not_deleted(conn, seq)?;
        if code.version != given.version {
            return Err(AppError::edited(code.version));
        }
        code.value = value.clone().unwrap_or(code.value);
        code.value_en = value_en.clone().unwrap_or(code.value_en);
        code.order = order.unwrap_or(code.order);
        code.in_use = given.in_use.unwrap_or(code.in_use);
        save(conn, &code, &by, at)?;
        trail.note("CODE_EDITED", KIND, seq, told(&code));
        on_file(conn, seq)
    })
    .await?;
    Ok(web::Json(CodeView::of(edited, true)))
}

/// Deletes a code that nothing carries.
#[utoipa::path(delete, path = "/api/v1/codes/{seq}", tag = "codes", params(("seq" = i32, Path)),
    request_body = VersionRequest, responses((status = 204, description = "Deleted")))]
pub async fn delete(
    app: web::Data<App>,
    acting: Acting,
    seq: web::Path<i32>,
    Body(given): Body<VersionRequest>,
) -> Result<HttpResponse, AppError> {
    let seq = seq.into_inner();
    let (by, at) = (acting.by(), app.clock.now().wall);
    change_code(app, acting, move |conn, trail| {
        lines::hold(conn)?;
        let mut code = not_deleted(conn, seq)?;
        given.check(code.version)?;
        let of_the_program = OF_THE_PROGRAM.contains(&(code.group.as_str(), code.code.as_str()));
        let user = if of_the_program { Some("the program itself".into()) } else { codes::used_by(conn, &code)? };
        if let Some(user) = user {
            let detail = format!("{} {} is used by {user}; take it out of use instead", code.group, code.code);
            return Err(AppError::conflict("IN_USE", detail));
        }
        code.deleted = true;
        save(conn, &code, &by, at)?;
        trail.note("CODE_DELETED", KIND, seq, json!({"group": code.group, "code": code.code}));
        on_file(conn, seq)
    })
    .await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A change of a code's record, and all told of it.
async fn change_code(
    app: web::Data<App>,
    acting: Acting,
    work: impl Fn(&mut AnyConnection, &mut Trail) -> Result<Code, AppError> + Send + 'static,
) -> Result<Code, AppError> {
    to_the_end(async move {
        let code = change(&app, &acting, work).await?;
        edited::code(&app, code.clone()).await?;
        Ok(code)
    })
    .await
}

fn save(conn: &mut AnyConnection, code: &Code, by: &str, at: Wall) -> Result<(), AppError> {
    if codes::save(conn, code, by, at)? { Ok(()) } else { Err(AppError::edited(on_file(conn, code.seq)?.version)) }
}

fn on_file(conn: &mut AnyConnection, seq: i32) -> Result<Code, AppError> {
    codes::find(conn, seq)?.ok_or_else(AppError::not_found)
}

fn not_deleted(conn: &mut AnyConnection, seq: i32) -> Result<Code, AppError> {
    Some(on_file(conn, seq)?).filter(|code| !code.deleted).ok_or_else(AppError::not_found)
}

/// The code's form: a language is written as in `ko`, all others in capitals.
fn code(group: &str, given: &str) -> Result<String, AppError> {
    let code = line("code", given, CODE_CHARS_MAX)?;
    let is_language = group == codes::LANGUAGE;
    let fits = if is_language {
        (2..=3).contains(&code.len()) && code.chars().all(|c| c.is_ascii_lowercase())
    } else {
        code.starts_with(|first: char| first.is_ascii_uppercase())
            && code.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    };
    match (fits, is_language) {
        (true, _) => Ok(code),
        (false, _) => {
            let reason = if is_language {
                "is not a language; give two or three letters a to z"
            } else {
                "is not a code; give capitals A to Z, digits and _"
            };
            Err(AppError::out_of_bounds("code", (FaultCode::Form, reason)))
        }
    }
}

fn order(given: i32) -> Result<i32, AppError> {
    if (0..=ORDER_MAX).contains(&given) {
        Ok(given)
    } else {
        Err(AppError::out_of_bounds("order", Fault::range(given, 0, ORDER_MAX.unsigned_abs().into())))
    }
}

/// A code as the audit keeps it.
fn told(code: &Code) -> serde_json::Value {
    let Code { group, code, value, value_en, order, in_use, .. } = code;
    json!({"group": group, "code": code, "value": value, "value_en": value_en, "order": order, "in_use": in_use})
}

impl CodeView {
    fn of(code: Code, with_record: bool) -> Self {
        let Code { seq, group, code, value, value_en, order, in_use, deleted, version } = code;
        let record = with_record.then_some(CodeRecord { seq, in_use, deleted, version });
        Self { group, code, value, value_en, order, record }
    }
}
