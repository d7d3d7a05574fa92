//! What a PostgreSQL that serves several must have, and who else may come to it.

use std::time::Instant;

use diesel::pg::PgConnection;
use diesel::sql_types::{BigInt, Bool, Double, Integer, Text};
use diesel::{QueryResult, QueryableByName, RunQueryDsl, sql_query};

use super::finding::Finding::{self, Fail, Ok as Fine, Warn};
use super::finding::Findings;
use crate::clock::Clock;
use crate::storage::{AnyConnection, Database, connect};

/// What a node takes at most: the pool's eight; the journal, the indexer, the heartbeat or lock, the listener and the
/// sender of notices, one each.
const CONNECTIONS_OF_A_NODE: i32 = 13;
/// As much of the room for unheard notices, and somebody does not listen. A full one stops whoever speaks.
const NOTICES_MAX: f64 = 0.1;
/// A clock that is so far off is noticed; one that is further off may not decide who matches.
const OFF_WARN_US: i64 = 1_000_000;
const OFF_FAIL_US: i64 = 30_000_000;

#[derive(QueryableByName)]
struct Server {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    role: String,
    /// Connections that are not kept for its own administrators.
    #[diesel(sql_type = Integer)]
    places: i32,
    /// Negative is no limit of its own.
    #[diesel(sql_type = Integer)]
    places_of_database: i32,
    #[diesel(sql_type = Integer)]
    places_of_role: i32,
    #[diesel(sql_type = Double)]
    notices: f64,
    #[diesel(sql_type = Bool)]
    is_public: bool,
}

const SERVER: &str = "
SELECT current_database()::text AS name, current_user::text AS role,
       current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
           - COALESCE(NULLIF(current_setting('reserved_connections', true), ''), '0')::int AS places,
       (SELECT datconnlimit FROM pg_database WHERE datname = current_database()) AS places_of_database,
       (SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user) AS places_of_role,
       pg_notification_queue_usage() AS notices,
       has_database_privilege('public', current_database(), 'CONNECT') AS is_public";

#[derive(QueryableByName)]
struct Moment {
    #[diesel(sql_type = BigInt)]
    us: i64,
}

/// Nothing if it does not answer: then that is what is wrong.
pub(super) fn look(database: &Database) -> Findings {
    let Ok(AnyConnection::Postgres(mut conn)) = connect(database) else { return Vec::new() };
    let clock = match off_us(&mut conn, &Clock::system()) {
        Ok(off_us) => clock(off_us),
        Err(error) => Fail(error.to_string()),
    };
    let mut findings = vec![("database's clock", clock)];
    match sql_query(SERVER).get_result::<Server>(&mut conn) {
        Err(error) => findings.push(("database's server", Fail(error.to_string()))),
        Ok(server) => {
            findings.push(("connections", server.connections()));
            findings.push(("notices", server.notices()));
            findings.push(("who may connect", server.who_may_connect()));
        }
    }
    findings
}

impl Server {
    fn connections(&self) -> Finding {
        let limits = [self.places, self.places_of_database, self.places_of_role];
        let places = limits.into_iter().filter(|places| *places >= 0).min().unwrap_or_default();
        match places / CONNECTIONS_OF_A_NODE {
            0 => Fail(format!(
                "{places} for {}, and a node takes {CONNECTIONS_OF_A_NODE}; raise max_connections, or the CONNECTION \
                 LIMIT of the role or the database",
                self.role
            )),
            nodes => Fine(format!("{places} for {}, at {CONNECTIONS_OF_A_NODE} a node enough for {nodes}", self.role)),
        }
    }

    fn notices(&self) -> Finding {
        let percent = self.notices * 100.0;
        if self.notices < NOTICES_MAX {
            return Fine(format!("{percent:.0} % of the room for those that somebody has not heard is taken"));
        }
        Warn(format!(
            "{percent:.0} % of the room for those that somebody has not heard is taken, and a full one stops all who \
             speak; look in pg_stat_activity for whoever has been in one transaction for long, and end it"
        ))
    }

    fn who_may_connect(&self) -> Finding {
        if !self.is_public {
            return Fine(format!("{} and whoever was granted it", self.role));
        }
        Warn(format!(
            "every role of this PostgreSQL, and each that may connect can take the server's lock and hear and send \
             notices; run REVOKE CONNECT ON DATABASE \"{0}\" FROM PUBLIC; GRANT CONNECT ON DATABASE \"{0}\" TO \"{1}\"",
            self.name, self.role
        ))
    }
}

/// How far our clock is ahead of the database's; what the question took is divided between both.
fn off_us(conn: &mut PgConnection, clock: &Clock) -> QueryResult<i64> {
    let (ours, asked) = (clock.now().wall.0, Instant::now());
    let theirs: Moment =
        sql_query("SELECT (EXTRACT(EPOCH FROM clock_timestamp()) * 1000000)::bigint AS us").get_result(conn)?;
    let half_us = i64::try_from(asked.elapsed().as_micros() / 2).unwrap_or(i64::MAX);
    Ok(ours.saturating_add(half_us).saturating_sub(theirs.us))
}

fn clock(off_us: i64) -> Finding {
    let way = if off_us < 0 { "behind" } else { "ahead of" };
    let said = format!("this machine's is {:.3} s {way} it", off_us.unsigned_abs() as f64 / 1e6);
    match off_us.saturating_abs() {
        OFF_FAIL_US.. => {
            Fail(format!("{said}; set both by the same source (NTP), or nobody knows whose times are right"))
        }
        OFF_WARN_US.. => Warn(format!("{said}; set both by the same source (NTP)")),
        _ => Fine(said),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_right_off_or_wrong_by_seconds_either_way() {
        for (off_us, expected) in [
            (0, "Ok(\"this machine's is 0.000 s ahead of it\")"),
            (-999_999, "Ok(\"this machine's is 1.000 s behind it\")"),
            (1_000_000, "Warn(\"this machine's is 1.000 s ahead of it; "),
            (-29_999_999, "Warn("),
            (30_000_000, "Fail(\"this machine's is 30.000 s ahead of it; "),
            (-3_600_000_000, "Fail(\"this machine's is 3600.000 s behind it; "),
            (i64::MIN, "Fail("),
        ] {
            let found = format!("{:?}", clock(off_us));
            assert!(found.starts_with(expected), "{off_us}: {found}");
        }
    }

    #[test]
    fn the_least_of_three_limits_counts_and_unheard_notices_from_a_tenth_on() {
        let server = |places, places_of_database, places_of_role, notices| Server {
            name: "office".into(),
            role: "anteroom".into(),
            places,
            places_of_database,
            places_of_role,
            notices,
            is_public: false,
        };
        for (limits, expected) in [
            ([97, -1, -1], "Ok(\"97 for anteroom, at 13 a node enough for 7\")"),
            ([97, 26, -1], "Ok(\"26 for anteroom, at 13 a node enough for 2\")"),
            ([97, -1, 12], "Fail(\"12 for anteroom, and a node takes 13; "),
            ([97, 0, -1], "Fail(\"0 for anteroom"),
        ] {
            let found = format!("{:?}", server(limits[0], limits[1], limits[2], 0.0).connections());
            assert!(found.starts_with(expected), "{limits:?}: {found}");
        }
        assert!(matches!(server(97, -1, -1, 0.099).notices(), Fine(_)));
        assert!(matches!(server(97, -1, -1, 0.1).notices(), Warn(_)));
    }
}
