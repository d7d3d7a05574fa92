//! A counsellor's own figures of today.

use actix_web::web;
use chrono::{Days, NaiveDate};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::gate::staff::Staff;
use crate::http::kit::error::AppError;
use crate::http::records::days::begin_of;
use crate::storage::history::own_day;
use crate::storage::history::totals::mean;
use crate::time::Wall;

/// One's own figures of today; a mean is null where there is nothing to divide by.
#[derive(Debug, Serialize, ToSchema)]
pub struct OwnDayView {
    /// `YYYY-MM-DD`, where the office is.
    day: String,
    /// Consultations matched today that are over.
    talks: i32,
    /// From match to end.
    talk_s_mean: Option<f64>,
    /// From end to wrap-up, of those written up.
    wrap_up_s_mean: Option<f64>,
    /// 1 to 5, of those given a score.
    rating_mean: Option<f64>,
    /// Times it rang.
    offers: i64,
    /// Of those, turned down.
    declined: i64,
    /// Of those, not answered in time.
    missed: i64,
}

/// One's own figures of today, the day that it is where the office is.
#[utoipa::path(get, path = "/api/v1/stats/mine", tag = "statistics",
    responses((status = 200, description = "The figures", body = OwnDayView)))]
pub async fn read(app: web::Data<App>, staff: Staff) -> Result<web::Json<OwnDayView>, AppError> {
    let (me, zone) = (staff.session.account.id, app.settings.zone);
    let day = app.clock.now().wall.utc().with_timezone(&zone).date_naive();
    let (from, to) = span(day, zone);
    let own = staff.recent(&app, move |conn| conn.at_one_moment(|conn| own_day::read(conn, me, from, to))).await?;
    let of = own.figures;
    let per = |sum: i32, count: i32| mean(i64::from(sum), i64::from(count));
    Ok(web::Json(OwnDayView {
        day: day.to_string(),
        talks: of.talked,
        talk_s_mean: per(of.talk_s, of.talked),
        wrap_up_s_mean: per(of.wrap_up_s, of.wrapped_up),
        rating_mean: per(of.rating, of.rated),
        offers: own.offers,
        declined: own.declined,
        missed: own.missed,
    }))
}

/// When a day begins and ends.
fn span(day: NaiveDate, zone: chrono_tz::Tz) -> (Wall, Wall) {
    (begin_of(day, zone), begin_of(day.checked_add_days(Days::new(1)).unwrap_or(day), zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_from_midnight_to_midnight_where_the_office_is() {
        let hours = |day: &str, zone| {
            let (from, to) = span(day.parse().unwrap(), zone);
            (from.utc().to_rfc3339(), (to.0 - from.0) / 3_600_000_000)
        };
        assert_eq!(hours("2026-11-21", chrono_tz::Asia::Seoul), ("2026-11-20T15:00:00+00:00".into(), 24));
        assert_eq!(hours("2026-03-29", chrono_tz::Europe::Paris), ("2026-03-28T23:00:00+00:00".into(), 23));
        // Midnight is skipped.
        assert_eq!(hours("2018-11-04", chrono_tz::America::Sao_Paulo), ("2018-11-04T03:00:00+00:00".into(), 23));
    }
}
