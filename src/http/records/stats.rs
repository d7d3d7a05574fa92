//! The statistics: how the lines and the counsellors did. What each figure means is said at
//! [`crate::storage::history::stats::Figures`] and [`Totals`].

use std::collections::{BTreeMap, HashMap};

use actix_web::web;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::http::ask;
use crate::http::gate::staff::Staff;
use crate::http::kit::error::AppError;
use crate::http::kit::extract::Params;
use crate::http::records::days::begin_of;
use crate::ids::{AccountId, LineId};
use crate::protocol::FaultCode;
use crate::storage::centre::lines::{self, LineName};
use crate::storage::history::stats::{HOUR, TARGET_S, hour_of};
use crate::storage::history::totals::{self, By, Of, Totals, mean};
use crate::storage::people::accounts;
use crate::storage::people::scope::Scope;
use crate::time::Wall;

/// Most days of figures by the hour or by the day.
const DAYS_MAX_BY_TIME: i64 = 400;
/// Most days of figures told apart by counsellor: each of them has a row an hour and line.
const DAYS_MAX_BY_COUNSELLOR: i64 = 92;
/// Most days of any figures.
const DAYS_MAX: i64 = 3_660;
/// Days where the client does not say.
const DAYS_DEFAULT: i64 = 30;
/// Most figures in one answer.
const ITEMS_MAX: usize = 20_000;

/// What figures are wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct StatsQuery {
    /// Asked for in the hour of this moment or later; 30 days before `to` if left out. At most
    /// 92 days by `counsellor`, 400 by `hour` or `day`, 3,660 otherwise.
    from: Option<DateTime<Utc>>,
    /// Asked for in an hour that begins before then; now if left out.
    to: Option<DateTime<Utc>>,
    /// Told apart by `line`, `counsellor`, and `hour` or `day` (where the office is), with commas
    /// between; `all` or nothing for one sum.
    by: Option<String>,
    /// A topic: its lines only.
    line: Option<String>,
    /// This counsellor's only.
    counsellor: Option<AccountId>,
}

/// Figures; a mean is null where there is nothing to divide by.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatView {
    /// The topic of the line.
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line_id: Option<String>,
    /// Null for those who came to none.
    #[serde(skip_serializing_if = "Option::is_none")]
    counsellor: Option<Option<AccountId>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counsellor_name: Option<String>,
    /// When the hour or the day begins.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<Wall>,
    /// All who asked in this time, by the moment they asked.
    requested: i64,
    /// Of those, who still wait or talk; also who was done so few seconds ago that the other
    /// figures do not count them yet.
    open: i64,
    /// Of those who are done: who came to a counsellor.
    matched: i64,
    /// Who gave up before.
    abandoned: i64,
    /// Who waited too long, or for whom nobody was there.
    expired: i64,
    /// Who was never let into the line.
    refused: i64,
    /// Of the matched: within `target_s`.
    within_target: i64,
    /// 0 to 1: `within_target` of all who are done and were let into the line, but for those who
    /// gave up within `target_s`.
    service_level: Option<f64>,
    wait_s_mean: Option<f64>,
    /// The wait that half of the matched did not exceed: the wait of one of them (the nearest rank),
    /// to the second up to ten minutes, to 2 % above. Null also while it is not known, for minutes
    /// after an update from a version that did not keep waits one by one.
    #[schema(minimum = 0)]
    wait_p50_s: Option<u32>,
    /// The same of nine tenths of them.
    #[schema(minimum = 0)]
    wait_p90_s: Option<u32>,
    talk_s_mean: Option<f64>,
    wrap_up_s_mean: Option<f64>,
    rating_mean: Option<f64>,
    /// How far waits were from the middle of what was predicted.
    predicted_error_s_mean: Option<f64>,
    /// The same with its sign: positive where people waited longer than they were told.
    predicted_bias_s_mean: Option<f64>,
}

/// Figures of those who asked in a time.
#[derive(Debug, Serialize, ToSchema)]
pub struct Stats {
    items: Vec<StatView>,
    /// Who is matched within so many seconds was matched in time.
    target_s: u32,
}

/// How time is told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Every {
    Hour,
    Day,
}

/// Figures of those who asked in a time, by what is asked for. What is not done yet counts in
/// `requested` and `open` alone.
#[utoipa::path(get, path = "/api/v1/stats", tag = "statistics", params(StatsQuery),
    responses((status = 200, description = "The figures", body = Stats)))]
pub async fn read(
    app: web::Data<App>,
    staff: Staff,
    Params(query): Params<StatsQuery>,
) -> Result<web::Json<Stats>, AppError> {
    let (by, every) = told_apart(query.by.as_deref())?;
    let (from, to) = query.span(app.clock.now().wall, by, every)?;
    let names = ask(&app, lines::names).await?;
    let mut of =
        Of { from, to, lines: query.line.as_ref().map(|topic| of_topic(&names, topic)), counsellor: query.counsellor };
    let me = staff.session.account.id;
    match staff.scope(&app).await? {
        Scope::Own if query.counsellor.is_some_and(|named| named != me) => {
            return Err(AppError::not_allowed("you see your own figures only"));
        }
        Scope::Own => of.counsellor = Some(me),
        scope => of.lines = scope.narrow(of.lines),
    }
    let totals = staff.recent(&app, move |conn| conn.at_one_moment(|conn| totals::sum(conn, &of, by))).await?;
    let zone = app.settings.zone;
    let totals = fold(totals, |hour| match every {
        Some(Every::Day) => day_of(hour, zone),
        _ => hour,
    });
    if totals.len() > ITEMS_MAX {
        let reason = format!(
            "gives {} figures; at most {ITEMS_MAX} are allowed: ask for a shorter time or less apart",
            totals.len()
        );
        return Err(AppError::out_of_bounds("by", (FaultCode::Range, reason)));
    }
    let counsellors: Vec<AccountId> = totals.keys().filter_map(|(_, _, who)| who.parse().ok()).collect();
    let people = ask(&app, move |conn| accounts::names(conn, &counsellors)).await?;
    let shown = totals.into_iter().map(|(key, totals)| StatView::of(key, &totals, by, &names, &people));
    Ok(web::Json(Stats { items: shown.collect(), target_s: TARGET_S }))
}

/// Moment, line, counsellor; empty where they are not told apart.
type Key = (Option<Wall>, String, String);

fn fold(totals: Vec<Totals>, begin: impl Fn(Wall) -> Wall) -> BTreeMap<Key, Totals> {
    let mut folded = BTreeMap::<Key, Totals>::new();
    for totals in totals {
        let key = (totals.hour.map(&begin), totals.line.clone(), totals.counsellor.clone());
        folded.entry(key).or_default().add(&totals);
    }
    folded
}

fn told_apart(by: Option<&str>) -> Result<(By, Option<Every>), AppError> {
    let (mut apart, mut every) = (By::default(), None);
    for name in by.unwrap_or("all").split(',') {
        match name {
            "line" => apart.line = true,
            "counsellor" => apart.counsellor = true,
            "hour" | "day" if every.is_some() => {
                return Err(AppError::out_of_bounds(
                    "by",
                    (FaultCode::Either, "names both `hour` and `day`; give one of them"),
                ));
            }
            "hour" => every = Some(Every::Hour),
            "day" => every = Some(Every::Day),
            "all" => {}
            _ => {
                let reason = "is made of line, counsellor, hour, day and all";
                return Err(AppError::out_of_bounds("by", (FaultCode::Choice, reason)));
            }
        }
    }
    Ok((By { hour: every.is_some(), ..apart }, every))
}

impl StatsQuery {
    fn span(&self, now: Wall, by: By, every: Option<Every>) -> Result<(Wall, Wall), AppError> {
        let to = self.to.map_or(now, Wall::from);
        let from = hour_of(self.from.map_or(Wall(to.0 - DAYS_DEFAULT * 24 * HOUR), Wall::from));
        if to <= from {
            return Err(AppError::out_of_bounds("to", (FaultCode::Moment, "is not after `from`; give a later moment")));
        }
        let days_max = match every {
            _ if by.counsellor => DAYS_MAX_BY_COUNSELLOR,
            Some(_) => DAYS_MAX_BY_TIME,
            None => DAYS_MAX,
        };
        if to.0 - from.0 > days_max * 24 * HOUR {
            let reason = format!("is more than {days_max} days before `to`; ask for a shorter time");
            return Err(AppError::out_of_bounds("from", (FaultCode::Moment, reason)));
        }
        Ok((from, to))
    }
}

fn of_topic(names: &HashMap<LineId, LineName>, topic: &str) -> Vec<LineId> {
    names.iter().filter(|(_, name)| name.topic == topic).map(|(line, _)| *line).collect()
}

/// When the day of this hour began, where the office is. An hour that began the day before, in a
/// zone off by a part of an hour, counts in the day it began in.
fn day_of(hour: Wall, zone: chrono_tz::Tz) -> Wall {
    begin_of(hour.utc().with_timezone(&zone).date_naive(), zone)
}

impl StatView {
    fn of(
        (at, line, counsellor): Key,
        totals: &Totals,
        by: By,
        lines: &HashMap<LineId, LineName>,
        people: &HashMap<AccountId, String>,
    ) -> Self {
        let who: Option<AccountId> = counsellor.parse().ok();
        let name = line.parse().ok().and_then(|line: LineId| lines.get(&line));
        let [wait_p50_s, wait_p90_s] = totals.wait_p50_p90_s().map_or([None; 2], |waits| waits.map(Some));
        Self {
            line: name.map(|name| name.topic.clone()),
            line_id: by.line.then_some(line),
            counsellor: by.counsellor.then_some(who),
            counsellor_name: who.and_then(|who| people.get(&who).cloned()),
            at,
            requested: totals.requested,
            open: totals.open,
            matched: totals.matched,
            abandoned: totals.abandoned,
            expired: totals.expired,
            refused: totals.refused,
            within_target: totals.within_target,
            service_level: totals.service_level(),
            wait_s_mean: mean(totals.wait_s, totals.matched),
            wait_p50_s,
            wait_p90_s,
            talk_s_mean: mean(totals.talk_s, totals.talked),
            wrap_up_s_mean: mean(totals.wrap_up_s, totals.wrapped_up),
            rating_mean: mean(totals.rating, totals.rated),
            predicted_error_s_mean: mean(totals.predicted_off_s, totals.predicted),
            predicted_bias_s_mean: mean(totals.predicted_bias_s, totals.predicted),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_where_the_office_is() {
        let at = |text: &str| Wall::from(text.parse::<DateTime<Utc>>().unwrap());
        let seoul = chrono_tz::Asia::Seoul;
        assert_eq!(day_of(at("2026-11-21T14:00:00Z"), seoul), at("2026-11-20T15:00:00Z"));
        assert_eq!(day_of(at("2026-11-21T15:00:00Z"), seoul), at("2026-11-21T15:00:00Z"));
        // Midnight is skipped: all hours are of the day that begins at one.
        assert_eq!(day_of(at("2018-11-04T20:00:00Z"), chrono_tz::America::Sao_Paulo), at("2018-11-04T03:00:00Z"));
    }

    #[test]
    fn what_is_told_apart_is_named() {
        assert_eq!(told_apart(None).unwrap(), (By::default(), None));
        let (by, every) = told_apart(Some("line,day")).unwrap();
        assert_eq!((by.line, by.counsellor, by.hour, every), (true, false, true, Some(Every::Day)));
        assert!(told_apart(Some("hour,day")).is_err() && told_apart(Some("colour")).is_err());
    }
}
