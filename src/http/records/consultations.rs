//! The history: every consultation from request to wrap-up, and what was said in it.
//!
//! A counsellor sees their own, a manager their lines', an admin all. Whoever reads one or searches
//! the texts is in the audit.

use std::collections::{BTreeSet, HashMap};

use actix_web::web;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::http::ask;
use crate::http::gate::staff::{Acting, Staff};
use crate::http::kit::change::{change, seen};
use crate::http::kit::cursor::{self, Page};
use crate::http::kit::error::AppError;
use crate::http::kit::extract::{Body, Params, PathId, emptied, line, page_limit};
use crate::http::records::timeline::{self, TimelineEntry};
use crate::http::talk::room_view::RoomView;
use crate::http::talk::rooms::{MemberView, MessageView, RoomMessages};
use crate::ids::{AccountId, DeskId, LineId, TicketId};
use crate::matching::Explanation;
use crate::protocol::FaultCode;
use crate::protocol::{BODY_CHARS_MAX, CODE_CHARS_MAX};
use crate::storage::centre::{codes, lines};
use crate::storage::history::consultations::{self, Consultation};
use crate::storage::history::due;
use crate::storage::history::pages::{self, Filter};
use crate::storage::history::terms::Words;
use crate::storage::people::accounts;
use crate::storage::people::accounts::AccountRole;
use crate::storage::people::scope::Scope;
use crate::storage::talk::events::{self, EventKind, EventRow};
use crate::storage::talk::tickets::Status;
use crate::storage::talk::{messages, rooms, whispers};
use crate::time::Wall;

/// Messages shown with a consultation; more are read from its rooms.
const MESSAGES_FIRST: u32 = 200;
/// Most characters of a search.
const SEARCH_CHARS_MAX: usize = 200;

/// What the list may be narrowed to. All of it must hold.
#[derive(Clone, Debug, Default, Deserialize, Serialize, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ConsultationQuery {
    /// Where it stands: `WAITING`, `TALKING`, `WRAP_UP`, `DONE`, `CANCELLED`, `ABANDONED`, `EXPIRED`
    /// or `REFUSED`.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    /// The topic's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<String>,
    /// One line.
    #[serde(skip_serializing_if = "Option::is_none")]
    line_id: Option<LineId>,
    /// Who counsels or counselled.
    #[serde(skip_serializing_if = "Option::is_none")]
    counsellor: Option<AccountId>,
    /// The registered desk it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    desk: Option<DeskId>,
    /// A code of the group `RESULT`.
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<String>,
    /// Requested then or later.
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<DateTime<Utc>>,
    /// Requested before then; later than `from`.
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<DateTime<Utc>>,
    /// The score.
    #[param(minimum = 1, maximum = 5)]
    #[schema(minimum = 1, maximum = 5)]
    #[serde(skip_serializing_if = "Option::is_none")]
    rating: Option<i32>,
    /// Waited longer than so many seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    waited_over_s: Option<u32>,
    /// Words that are all in memo, note or messages, one of them of two letters at least. A page of
    /// a search may hold fewer than `limit`, or none, and still have a `next`.
    #[param(min_length = 1, max_length = 200)]
    #[schema(min_length = 1, max_length = 200)]
    #[serde(skip_serializing_if = "Option::is_none")]
    q: Option<String>,
    /// Also test data, which is left out else; each is marked with `test`.
    #[serde(skip_serializing_if = "Option::is_none")]
    test: Option<bool>,
    /// Consultations in the page; 50 if left out.
    #[serde(skip_serializing)]
    limit: Option<u32>,
    /// The `next` of the page before.
    #[serde(skip_serializing)]
    after: Option<String>,
}

/// An edit: what is left out stays.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConsultationEdit {
    /// The version that was read.
    version: i32,
    /// A code of the group `RESULT` that is in use.
    #[schema(min_length = 1, max_length = 40)]
    result_code: Option<String>,
    /// The memo; an empty one takes it away.
    #[schema(max_length = 2000)]
    memo: Option<String>,
}

/// A consultation in the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsultationView {
    id: TicketId,
    number: Option<String>,
    #[schema(value_type = Status)]
    status: &'static str,
    line: String,
    line_id: LineId,
    language: String,
    desk: Option<DeskId>,
    nickname: Option<String>,
    note: Option<String>,
    priority: u8,
    requested_at: Wall,
    matched_at: Option<Wall>,
    ended_at: Option<Wall>,
    wrapped_up_at: Option<Wall>,
    counsellor: Option<AccountId>,
    counsellor_name: Option<String>,
    end_reason: Option<String>,
    result_code: Option<String>,
    memo: Option<String>,
    rating: Option<i32>,
    rating_comment: Option<String>,
    #[schema(value_type = Option<Vec<i32>>, min_items = 2, max_items = 2)]
    predicted_s: Option<[i32; 2]>,
    /// From the request to the match, or to the end where there was none.
    waited_s: Option<u32>,
    /// Counts edits; goes with an edit.
    version: i32,
    /// It is test data: it counts nowhere.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    test: bool,
}

/// A consultation by itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConsultationWhole {
    #[serde(flatten)]
    consultation: ConsultationView,
    #[schema(value_type = Option<Explanation>)]
    explanation: Option<Value>,
    rooms: Vec<RoomView>,
    /// Everybody who had a seat, in any of the rooms.
    members: Vec<MemberView>,
    messages: Vec<MessageView>,
    /// The `after` of the next messages, to be read from the last room.
    messages_next: Option<u32>,
    /// What happened, in order.
    timeline: Vec<TimelineEntry>,
}

/// Lists consultations, the newest request first.
#[utoipa::path(get, path = "/api/v1/consultations", tag = "consultations",
    // What is not part of a search is not written down with it, and so not described with it.
    params(ConsultationQuery,
        ("limit" = Option<u32>, Query, description = "Consultations in the page; 50 if left out.", minimum = 1, maximum = 200),
        ("after" = Option<String>, Query, description = "The `next` of the page before.")),
    responses((status = 200, description = "A page of consultations", body = Page<ConsultationView>)))]
pub async fn list(
    app: web::Data<App>,
    acting: Acting,
    Params(wanted): Params<ConsultationQuery>,
) -> Result<web::Json<Page<ConsultationView>>, AppError> {
    let limit = page_limit(wanted.limit)?;
    let after = cursor::decode(wanted.after.as_deref())?;
    let scope = acting.staff.scope(&app).await?;
    let filter = wanted.filter(&scope, acting.staff.session.account.id)?;
    if filter.words.is_some() {
        seen(&app, &acting, "CONSULTATIONS_SEARCHED", "CONSULTATION", "", json!(wanted)).await?;
    }
    let (page, names, tests) = acting
        .staff
        .recent(&app, move |conn| {
            conn.at_one_moment(|conn| {
                let page = pages::list(conn, &filter, after, limit)?;
                let counsellors: Vec<AccountId> = page.items.iter().filter_map(|found| found.counsellor).collect();
                Ok((page, accounts::names(conn, &counsellors)?, lines::tests(conn)?))
            })
        })
        .await?;
    Ok(web::Json(Page::of(page, |found| ConsultationView::of(found, &names, &tests))))
}

/// Reads a consultation with its rooms, its first messages and what happened to it.
#[utoipa::path(get, path = "/api/v1/consultations/{id}", tag = "consultations",
    params(("id" = TicketId, Path, description = "The consultation")),
    responses((status = 200, description = "The consultation", body = ConsultationWhole)))]
pub async fn read(
    app: web::Data<App>,
    acting: Acting,
    PathId(id): PathId<TicketId>,
) -> Result<web::Json<ConsultationWhole>, AppError> {
    let found = known(&app, &acting.staff, id).await?;
    seen(&app, &acting, "CONSULTATION_READ", "CONSULTATION", id, json!({})).await?;
    let counsellor = found.counsellor;
    // What was whispered is for managers, and for the counsellor of the room it was about.
    let is_manager = acting.staff.power >= AccountRole::Manager;
    let whispered_to = (!is_manager).then_some(acting.staff.session.account.id);
    let (rooms, seats, said, moments, names, tests) = ask(&app, {
        let found = found.clone();
        move |conn| {
            let rooms = rooms::of_consultation(conn, id)?;
            let seats = rooms::members_of(conn, &rooms.iter().map(|room| room.id).collect::<Vec<_>>())?;
            let said = messages::of_consultation(conn, id, 0, MESSAGES_FIRST + 1)?;
            let whispers = whispers::of_consultation(conn, id, whispered_to)?;
            let moments = timeline::of(&found, &rooms, &seats, events::of_consultation(conn, id)?, whispers);
            let people: BTreeSet<AccountId> =
                moments.iter().flat_map(TimelineEntry::people).chain(counsellor).collect();
            let names = accounts::names(conn, &people.into_iter().collect::<Vec<_>>())?;
            Ok((rooms, seats, said, moments, names, lines::tests(conn)?))
        }
    })
    .await?;
    let explanation = found.explanation.as_deref().and_then(|text| serde_json::from_str(text).ok());
    let (messages, messages_next) = RoomMessages::of(said, MESSAGES_FIRST).into_parts();
    Ok(web::Json(ConsultationWhole {
        consultation: ConsultationView::of(found, &names, &tests),
        explanation,
        rooms: rooms.into_iter().map(RoomView::from).collect(),
        members: MemberView::of(seats, &acting.staff),
        messages,
        messages_next,
        timeline: moments.into_iter().map(|moment| moment.named(&names)).collect(),
    }))
}

/// Changes the result code or the memo of a consultation that is over. The earlier words stay in
/// its timeline.
#[utoipa::path(patch, path = "/api/v1/consultations/{id}", tag = "consultations", request_body = ConsultationEdit,
    params(("id" = TicketId, Path, description = "The consultation")),
    responses((status = 200, description = "As it is now", body = ConsultationView),
              (status = 409, description = "`EDITED` by somebody else meanwhile, or `NOT_ENDED` yet")))]
pub async fn edit(
    app: web::Data<App>,
    acting: Acting,
    PathId(id): PathId<TicketId>,
    Body(edit): Body<ConsultationEdit>,
) -> Result<web::Json<ConsultationView>, AppError> {
    known(&app, &acting.staff, id).await?;
    let result_code = edit.result_code.map(|code| line("result_code", &code, CODE_CHARS_MAX)).transpose()?;
    let memo = edit.memo.map(|memo| emptied("memo", &memo, BODY_CHARS_MAX)).transpose()?;
    if result_code.is_none() && memo.is_none() {
        return Err(AppError::bad_request("nothing is to be changed; give `result_code` or `memo`"));
    }
    let (by, clock, version) = (acting.by(), app.clock.clone(), edit.version);
    let found = change(&app, &acting, move |conn, trail| {
        let before = consultations::by_id(conn, id)?.ok_or_else(AppError::not_found)?;
        if before.status.is_live() {
            return Err(AppError::conflict("NOT_ENDED", "the consultation is not over yet; edit it once it is"));
        }
        if let Some(code) = &result_code
            && !codes::of_group(conn, "RESULT")?.iter().any(|known| known.code == *code)
        {
            let reason = "is not a code of the group RESULT that is in use; see GET /api/v1/codes?group=RESULT";
            return Err(AppError::out_of_bounds("result_code", (FaultCode::NotThere, reason)));
        }
        let at = clock.now().wall;
        let notes = (result_code.as_deref(), memo.as_ref().map(Option::as_deref));
        if !consultations::edit(conn, id, version, notes, &by, at)? {
            let now = consultations::by_id(conn, id)?.map_or(before.version, |now| now.version);
            let detail = format!("somebody changed it meanwhile; read it again, it has version {now} now");
            return Err(AppError::conflict("EDITED", detail));
        }
        let detail = consultations::edited(notes, (before.result_code, before.memo));
        if detail != json!({}) {
            let what = EventRow { ticket: id, kind: EventKind::Edited, by: by.clone(), detail };
            events::append(conn, &what, at)?;
        }
        due::note(conn, id, before.ticket.requested_at, at)?;
        // What was written is in the timeline; the audit says that it was.
        let fields: Vec<&str> = [("result_code", result_code.is_some()), ("memo", memo.is_some())]
            .into_iter()
            .filter_map(|(name, given)| given.then_some(name))
            .collect();
        trail.note("CONSULTATION_EDITED", "CONSULTATION", id, json!({ "fields": fields }));
        consultations::by_id(conn, id)?.ok_or_else(AppError::not_found)
    })
    .await?;
    let counsellor = found.counsellor;
    let (names, tests) =
        ask(&app, move |conn| Ok((accounts::names(conn, counsellor.as_slice())?, lines::tests(conn)?))).await?;
    Ok(web::Json(ConsultationView::of(found, &names, &tests)))
}

/// The consultation, if there is one that `staff` may know of.
async fn known(app: &App, staff: &Staff, id: TicketId) -> Result<Consultation, AppError> {
    let scope = staff.scope(app).await?;
    let me = staff.session.account.id;
    let found = ask(app, move |conn| consultations::by_id(conn, id)).await?;
    found.filter(|found| scope.holds(me, found.counsellor, found.ticket.line)).ok_or_else(AppError::not_found)
}

impl ConsultationQuery {
    /// Whether only consultations of this counsellor are wanted.
    pub fn is_of(&self, counsellor: AccountId) -> bool {
        self.counsellor == Some(counsellor)
    }

    /// What `me`, with this scope, may see of what is wanted.
    pub fn filter(&self, scope: &Scope, me: AccountId) -> Result<Filter, AppError> {
        let status = self.status.as_deref().map(|code| {
            let unknown = (FaultCode::Choice, "is not a status of consultations");
            Status::from_code(code).ok_or_else(|| AppError::out_of_bounds("status", unknown))
        });
        if self.rating.is_some_and(|score| !(1..=5).contains(&score)) {
            return Err(AppError::out_of_bounds("rating", (FaultCode::Range, "is not a score; give 1 to 5")));
        }
        if self.from.zip(self.to).is_some_and(|(from, to)| to <= from) {
            return Err(AppError::out_of_bounds("to", (FaultCode::Moment, "is not after `from`; give a later moment")));
        }
        let words = self.q.as_deref().map(|given| {
            let given = line("q", given, SEARCH_CHARS_MAX)?;
            let too_little = "has no word of two letters or numbers; give at least one";
            Words::of(&given).ok_or_else(|| AppError::out_of_bounds("q", (FaultCode::Form, too_little)))
        });
        let mut filter = Filter {
            status: status.transpose()?,
            topic: self.line.clone(),
            lines: self.line_id.map(|line| vec![line]),
            counsellor: self.counsellor,
            desk: self.desk,
            result: self.result.clone(),
            rating: self.rating,
            waited_over_s: self.waited_over_s,
            from: self.from.map(Wall::from),
            to: self.to.map(Wall::from),
            words: words.transpose()?,
            test: self.test.unwrap_or(false),
        };
        match scope {
            Scope::Own if self.counsellor.is_some_and(|wanted| wanted != me) => {
                return Err(AppError::not_allowed("you see your own consultations only"));
            }
            Scope::Own => filter.counsellor = Some(me),
            scope => filter.lines = scope.narrow(filter.lines),
        }
        Ok(filter)
    }
}

impl ConsultationView {
    /// `tests` are the lines of test data.
    fn of(found: Consultation, names: &HashMap<AccountId, String>, tests: &[LineId]) -> Self {
        let (waited_s, test) = (found.over().waited_s(), tests.contains(&found.ticket.line));
        let ticket = found.ticket;
        Self {
            id: ticket.ticket,
            number: ticket.number,
            status: found.status.code(),
            line: ticket.topic,
            line_id: ticket.line,
            language: ticket.language,
            desk: ticket.desk,
            nickname: ticket.nickname,
            note: ticket.note,
            priority: ticket.priority,
            requested_at: ticket.requested_at,
            matched_at: found.matched_at,
            ended_at: found.ended_at,
            wrapped_up_at: found.wrapped_up_at,
            counsellor: found.counsellor,
            counsellor_name: found.counsellor.and_then(|account| names.get(&account).cloned()),
            end_reason: found.end_reason,
            result_code: found.result_code,
            memo: found.memo,
            rating: found.rating,
            rating_comment: found.rating_comment,
            predicted_s: found.predicted_low_s.zip(found.predicted_high_s).map(|(low, high)| [low, high]),
            waited_s,
            version: found.version,
            test,
        }
    }
}
