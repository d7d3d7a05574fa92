//! Several reads of one moment.

use anteroom::journal::Write;
use anteroom::storage::AnyConnection;
use diesel::sql_types::BigInt;
use diesel::{QueryResult, QueryableByName, RunQueryDsl, sql_query};

use super::bed::Bed;
use super::on_both;

on_both!(what_is_committed_between_two_reads_is_in_neither);

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

fn tickets(conn: &mut AnyConnection) -> QueryResult<i64> {
    sql_query("SELECT COUNT(*) AS n FROM CONSULTATION").get_result(conn).map(|Count { n }| n)
}

fn what_is_committed_between_two_reads_is_in_neither(bed: &Bed) {
    let both = bed.read(|conn| {
        conn.at_one_moment(|conn| {
            let first = tickets(conn)?;
            bed.write(Write::OpenTicket(bed.request()));
            Ok((first, tickets(conn)?))
        })
    });
    assert_eq!(both, (0, 0));
    assert_eq!(bed.read(tickets), 1, "and the next reader sees it");
}
