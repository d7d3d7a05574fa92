//! The history: any filters together against the plain reading of them, indexed or not; the
//! summaries against the log; what stands beside the record; and no list that reads or sorts a
//! table.

use std::collections::BTreeMap;

use anteroom::ids::{AccountId, LineId, TicketId};
use anteroom::indexer::index;
use anteroom::journal::{MessageRow, TicketEnd, TicketRow, Write, Written};
use anteroom::protocol::{ClosedReason, EndReason};
use anteroom::storage::centre::lines::{self, Line};
use anteroom::storage::history::consultations::{self, Consultation};
use anteroom::storage::history::due;
use anteroom::storage::history::pages::{self, Filter};
use anteroom::storage::history::stats::{self, Bucket, Over, hour_of};
use anteroom::storage::history::terms::Words;
use anteroom::storage::history::totals::{self, By, Of};
use anteroom::storage::talk::events::{self, EventKind, EventRow};
use anteroom::storage::talk::rooms;
use anteroom::storage::talk::tickets::Status;
use anteroom::storage::{AnyConnection, Cursor};
use anteroom::time::{SECOND, Wall};
use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl, sql_query};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::bed::{Bed, Talk, statements_of};
use super::figures::percentiles;
use super::on_both;

on_both!(
    any_filters_together_list_what_the_records_say,
    words_are_found_where_they_are_said,
    the_summaries_are_those_of_the_log,
    what_changes_while_it_is_indexed_stays_due,
    a_late_wrap_up_is_the_first_one_and_a_later_one_keeps_the_earlier_words,
    an_edit_of_an_older_version_changes_nothing,
    what_happened_is_told_in_order,
    no_list_reads_or_sorts_a_table,
);

const RESULTS: [&str; 3] = ["RESOLVED", "OTHER", "NO_ANSWER"];
const SAID: [&str; 5] = ["환불을 요청합니다", "배송이 늦어요", "Refund, please", "환불 규정 안내", "안녕하세요"];

/// A second line, beside the bed's.
fn second_line(bed: &Bed) -> LineId {
    let line = Line::with_defaults(LineId(bed.clock.new_id()), "TAX", "ko", "세금", "Tax", "T");
    assert!(bed.read(|conn| lines::insert(conn, &line, bed.now())));
    line.id
}

/// Some consultations of every kind, asked for within some hours; three of each moment.
pub(super) fn past(bed: &Bed, dice: &mut StdRng, count: usize) -> Vec<TicketId> {
    let (other, now) = (second_line(bed), bed.now());
    (0..count)
        .map(|index| {
            let back = (count - index) as i64 / 3 * 400 * SECOND as i64;
            let row = TicketRow {
                line: if dice.random_bool(0.5) { bed.line } else { other },
                note: dice.random_bool(0.5).then(|| SAID[dice.random_range(0..5)].to_owned()),
                requested_at: Wall(now.0 - back - 50_000 * SECOND as i64),
                ..bed.request()
            };
            one(bed, dice, row)
        })
        .collect()
}

fn one(bed: &Bed, dice: &mut StdRng, row: TicketRow) -> TicketId {
    let (ticket, asked) = (row.ticket, row.requested_at);
    let later = |seconds: i64| Wall(asked.0 + seconds * SECOND as i64);
    let waited = dice.random_range(0..700);
    if dice.random_bool(0.1) {
        bed.write(Write::RefuseTicket(row, ClosedReason::Full));
        return ticket;
    }
    bed.write(Write::OpenTicket(row));
    if dice.random_bool(0.3) {
        let status = [TicketEnd::Cancelled, TicketEnd::Abandoned, TicketEnd::Expired][dice.random_range(0..3)];
        bed.write(Write::CloseTicket { ticket, status, reason: ClosedReason::Cancelled, at: later(waited) });
    } else if dice.random_bool(0.9) {
        let counsellor = if dice.random_bool(0.5) { bed.kim } else { bed.lee };
        let mut row = bed.proposal(ticket, counsellor);
        row.at = later(waited);
        let talk = Talk {
            ticket,
            room: row.room,
            desk: row.seats[0].member,
            staff: row.seats[1].member,
            counsellor,
            last_seq: 0,
        };
        assert!(matches!(bed.write(Write::Match(Box::new(row))), Written::Matched { .. }));
        for seq in 1..=dice.random_range(0..3) {
            let body = SAID[dice.random_range(0..5)].to_owned();
            bed.write(Write::Say(Box::new(MessageRow { body, ..bed.message(talk.room, talk.desk, seq) })));
        }
        let ended = later(waited + dice.random_range(1..900));
        end(bed, dice, &talk, ended);
    }
    ticket
}

fn end(bed: &Bed, dice: &mut StdRng, talk: &Talk, at: Wall) {
    let (room, by) = (talk.room, Some(talk.staff));
    bed.write(Write::EndRoom { room, reason: EndReason::Done, by, note: None, at, wrap_up: true });
    let result_code = Some(RESULTS[dice.random_range(0..3)].to_owned());
    let memo = dice.random_bool(0.5).then(|| SAID[dice.random_range(0..5)].to_owned());
    let at = Wall(at.0 + dice.random_range(0..100) * SECOND as i64);
    bed.write(Write::WrapUp { room, counsellor: talk.counsellor, result_code, memo, at });
    if dice.random_bool(0.5) {
        let score = dice.random_range(1..=5);
        bed.write(Write::Rate { room, member: talk.desk, score, comment: None, at });
    }
}

pub(super) fn index_all(bed: &Bed) {
    let mut conn = bed.store.connection().unwrap();
    while index(&mut conn, bed.store.write_queue(), 64, bed.now()).unwrap() > 0 {}
}

fn listed(bed: &Bed, filter: &Filter, limit: u32) -> Vec<TicketId> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = bed.read(|conn| pages::list(conn, filter, after, limit));
        assert!(page.items.len() <= limit as usize);
        found.extend(page.items.iter().map(|found| found.ticket.ticket));
        let Some(next) = page.next else { return found };
        assert!(after.is_none_or(|after| next < after), "pages go back in time");
        after = Some(next);
    }
}

/// What the filter says, read off every record.
fn plainly(bed: &Bed, filter: &Filter, all: &[TicketId], q: Option<&str>) -> Vec<TicketId> {
    let fits = |found: &Consultation| {
        let waited =
            found.matched_at.or(found.ended_at).map(|until| (until.0 - found.ticket.requested_at.0) / SECOND as i64);
        let said = bed.read(|conn| consultations::said_in(conn, vec![found.ticket.ticket]));
        let texts: Vec<String> = found
            .memo
            .iter()
            .chain(&found.ticket.note)
            .cloned()
            .chain(said.into_iter().map(|(_, body)| body))
            .map(|text| text.to_lowercase())
            .collect();
        filter.status.is_none_or(|status| found.status == status)
            && filter.topic.as_ref().is_none_or(|topic| found.ticket.topic == *topic)
            && filter.lines.as_ref().is_none_or(|lines| lines.contains(&found.ticket.line))
            && filter.counsellor.is_none_or(|who| found.counsellor == Some(who))
            && filter.result.is_none_or_eq(&found.result_code)
            && filter.rating.is_none_or(|score| found.rating == Some(score))
            && filter.waited_over_s.is_none_or(|over| {
                found.status != Status::Refused && waited.is_some_and(|waited| waited > i64::from(over))
            })
            && filter.from.is_none_or(|from| found.ticket.requested_at >= from)
            && filter.to.is_none_or(|to| found.ticket.requested_at < to)
            && q.is_none_or(|q| q.split(' ').all(|word| texts.iter().any(|text| text.contains(&word.to_lowercase()))))
    };
    let mut found: Vec<Consultation> =
        bed.read(|conn| consultations::by_ids(conn, all.to_vec())).into_iter().filter(fits).collect();
    found.sort_by_key(|found| std::cmp::Reverse((found.ticket.requested_at, found.ticket.ticket)));
    found.into_iter().map(|found| found.ticket.ticket).collect()
}

trait NoneOrEq {
    fn is_none_or_eq(&self, other: &Option<String>) -> bool;
}

impl NoneOrEq for Option<String> {
    fn is_none_or_eq(&self, other: &Option<String>) -> bool {
        self.is_none() || self == other
    }
}

fn some_filter(bed: &Bed, dice: &mut StdRng, lines: &[LineId]) -> (Filter, Option<&'static str>) {
    let q = dice.random_bool(0.3).then(|| ["환불", "환불 안내", "REFUND", "요청합", "없는말"][dice.random_range(0..5)]);
    let moment = |dice: &mut StdRng| Wall(bed.now().0 - dice.random_range(50_000..60_000) * SECOND as i64);
    let filter = Filter {
        status: dice.random_bool(0.3).then(|| Status::ALL[dice.random_range(0..8)]),
        topic: dice.random_bool(0.2).then(|| ["GENERAL", "TAX", "NONE"][dice.random_range(0..3)].to_owned()),
        lines: dice.random_bool(0.3).then(|| lines[..dice.random_range(0..=2)].to_vec()),
        counsellor: dice.random_bool(0.3).then(|| [bed.kim, bed.lee][dice.random_range(0..2)]),
        desk: None,
        result: dice.random_bool(0.2).then(|| RESULTS[dice.random_range(0..3)].to_owned()),
        rating: dice.random_bool(0.2).then(|| dice.random_range(1..=5)),
        waited_over_s: dice.random_bool(0.2).then(|| dice.random_range(0..600)),
        from: dice.random_bool(0.2).then(|| moment(dice)),
        to: dice.random_bool(0.2).then(|| moment(dice)),
        words: q.and_then(Words::of),
        test: false,
    };
    (filter, q)
}

fn any_filters_together_list_what_the_records_say(bed: &Bed) {
    let mut dice = StdRng::seed_from_u64(1);
    bed.read(|conn| conn.batch_execute("UPDATE ACCOUNT SET CAPACITY = 50"));
    let mut all = past(bed, &mut dice, 60);
    index_all(bed);
    // Some of it indexed, some due, some alive.
    all.extend([bed.ticket(), bed.talk(bed.kim).ticket]);
    let other = bed.read(lines::all).iter().map(|line| line.id).find(|line| *line != bed.line).unwrap();
    for again in 0..2 {
        for round in 0..60 {
            let (filter, q) = some_filter(bed, &mut dice, &[bed.line, other]);
            let expected = plainly(bed, &filter, &all, q);
            for limit in [1, 7, 200] {
                assert_eq!(listed(bed, &filter, limit), expected, "{again} {round}: {filter:?} by {limit}");
            }
        }
        let row = TicketRow { note: Some("환불".into()), ..bed.request() };
        all.push(one(bed, &mut dice, row));
    }
}

fn words_are_found_where_they_are_said(bed: &Bed) {
    let talk = bed.talk(bed.kim);
    let say = |body: &str, seq| {
        let body = body.to_owned();
        bed.write(Write::Say(Box::new(MessageRow { body, ..bed.message(talk.room, talk.desk, seq) })));
    };
    let found = |q: &str| listed(bed, &Filter { words: Words::of(q), ..Filter::default() }, 50) == [talk.ticket];
    say("비밀번호를 잊었어요", 1);
    assert!(found("비밀번호") && !found("번호비밀"), "what lives is found too");
    bed.end(&talk, true);
    index_all(bed);
    assert!(found("비밀번호") && found("호를 잊었") && !found("비밀번호 재설정"));
    let memo = Some("재설정 안내".to_owned());
    bed.write(Write::WrapUp { room: talk.room, counsellor: bed.kim, result_code: None, memo, at: bed.now() });
    assert!(found("비밀번호 재설정"), "what is due is found as it is now");
    index_all(bed);
    assert!(found("비밀번호 재설정"));
    let edit = |memo: &str| {
        let found = bed.read(|conn| consultations::by_id(conn, talk.ticket)).unwrap();
        bed.read(|conn| {
            consultations::edit(conn, talk.ticket, found.version, (None, Some(Some(memo))), "TEST", bed.now())
        });
        bed.read(|conn| due::note(conn, talk.ticket, found.ticket.requested_at, bed.now()));
    };
    edit("방문 예정");
    assert!(found("방문") && !found("재설정"));
    index_all(bed);
    assert!(found("방문") && !found("재설정"));
}

fn the_summaries_are_those_of_the_log(bed: &Bed) {
    let mut dice = StdRng::seed_from_u64(2);
    bed.read(|conn| conn.batch_execute("UPDATE ACCOUNT SET CAPACITY = 50"));
    let all = past(bed, &mut dice, 40);
    for round in 0..4 {
        index_all(bed);
        let mut log = BTreeMap::<(LineId, Wall), Bucket>::new();
        for found in bed.read(|conn| consultations::by_ids(conn, all.clone())) {
            if !found.status.is_live() {
                let bucket = log.entry((found.ticket.line, hour_of(found.ticket.requested_at))).or_default();
                stats::count(bucket, &found.over());
            }
        }
        for ((line, hour), bucket) in &log {
            let kept = bed.read(|conn| stats::kept(conn, *line, *hour));
            assert_eq!(kept, *bucket, "round {round}");
            assert_eq!(bed.read(|conn| stats::of_log(conn, *line, *hour)), *bucket);
        }
        let of = Of { from: Wall(0), to: bed.now(), lines: None, counsellor: None };
        let whole = bed.read(|conn| totals::sum(conn, &of, By::default()));
        let counted: i32 = log.values().map(|bucket| bucket[stats::EVERYBODY].requested).sum();
        assert_eq!(whole[0].requested - whole[0].open, i64::from(counted));
        assert_eq!(whole[0].open, (all.len() as i64) - i64::from(counted), "the others wait or talk");
        assert_eq!(whole[0].wait_p50_p90_s(), Some(percentiles(bed, &all)), "round {round}");
        let apart = bed.read(|conn| totals::sum(conn, &of, By { line: true, counsellor: true, hour: true }));
        assert_eq!(apart.iter().map(|sums| sums.requested - sums.open).sum::<i64>(), i64::from(counted));
        assert_eq!(apart.iter().map(|sums| sums.open).sum::<i64>(), whole[0].open);
        let mut together = apart[0].clone();
        apart[1..].iter().for_each(|sums| together.add(sums));
        assert_eq!(together.waits, whole[0].waits, "hours and counsellors come to the whole");
        // Scores change, and whole hours of them.
        for ticket in &all {
            if dice.random_bool(0.7) {
                continue;
            }
            let score = dice.random_range(1..=5);
            bed.read(|conn| {
                conn.batch_execute(&format!(
                    "UPDATE CONSULTATION SET RATING = {score} WHERE CONSULTATION_ID = '{ticket}'"
                ))?;
                let requested = consultations::by_id(conn, *ticket)?.map(|found| found.ticket.requested_at);
                due::note(conn, *ticket, requested.unwrap(), bed.now())
            });
        }
    }
    let waited = Over {
        counsellor: None,
        status: Status::Refused,
        requested: Wall(0),
        matched: None,
        ended: Some(Wall(0)),
        wrapped_up: None,
        rating: None,
        predicted_low_s: None,
        predicted_high_s: None,
    };
    assert_eq!(waited.waited_s(), None, "who was refused did not wait");
}

fn what_changes_while_it_is_indexed_stays_due(bed: &Bed) {
    let talk = bed.talk(bed.kim);
    bed.end(&talk, true);
    let taken = bed.read(|conn| due::take(conn, 64));
    assert_eq!(taken.iter().map(|due| (due.ticket, due.changes)).collect::<Vec<_>>(), [(talk.ticket, 1)]);
    bed.write(Write::Rate { room: talk.room, member: talk.desk, score: 5, comment: None, at: bed.now() });
    bed.read(|conn| conn.write(|conn| due::settle(conn, &taken)));
    let taken = bed.read(|conn| due::take(conn, 64));
    assert_eq!(taken[0].changes, 2, "not taken away");
    bed.read(|conn| conn.write(|conn| due::settle(conn, &taken)));
    assert!(bed.read(|conn| due::take(conn, 64)).is_empty());
}

fn a_late_wrap_up_is_the_first_one_and_a_later_one_keeps_the_earlier_words(bed: &Bed) {
    let talk = bed.talk(bed.kim);
    bed.end(&talk, false);
    let wrap_up = |code: &str, memo: Option<&str>| {
        let (result_code, memo, at) = (Some(code.to_owned()), memo.map(str::to_owned), bed.now());
        bed.write(Write::WrapUp { room: talk.room, counsellor: bed.kim, result_code, memo, at })
    };
    let read = || bed.read(|conn| consultations::by_id(conn, talk.ticket)).unwrap();
    let told = || bed.read(|conn| events::of_consultation(conn, talk.ticket));
    assert_eq!((read().wrapped_up_at, read().version), (None, 1));
    assert_eq!(wrap_up("OTHER", Some("첫 메모")), Written::WrappedUp { freed: false });
    let first = read().wrapped_up_at;
    assert!(first.is_some() && told().is_empty());
    wrap_up("RESOLVED", None);
    assert_eq!((read().wrapped_up_at, read().memo.as_deref(), read().version), (first, Some("첫 메모"), 3));
    let [event] = &told()[..] else { panic!("one event: {:?}", told()) };
    assert_eq!((event.kind.as_str(), event.by.clone()), ("CORRECTED", bed.kim.to_string()));
    assert_eq!(event.detail, r#"{"result_code":{"from":"OTHER","to":"RESOLVED"}}"#);
    wrap_up("RESOLVED", None);
    assert_eq!(told().len(), 1, "nothing was corrected");
}

fn an_edit_of_an_older_version_changes_nothing(bed: &Bed) {
    let talk = bed.talk(bed.kim);
    bed.end(&talk, false);
    let edit = |version, memo| {
        bed.read(|conn| consultations::edit(conn, talk.ticket, version, (None, Some(Some(memo))), "TEST", bed.now()))
    };
    assert!(edit(1, "하나") && !edit(1, "둘") && edit(2, "셋"));
    let found = bed.read(|conn| consultations::by_id(conn, talk.ticket)).unwrap();
    assert_eq!((found.memo.as_deref(), found.version), (Some("셋"), 3));
}

fn what_happened_is_told_in_order(bed: &Bed) {
    let talk = bed.talk(bed.kim);
    let happened = |kind, who: AccountId| {
        let what = EventRow { ticket: talk.ticket, kind, by: who.to_string(), detail: serde_json::json!({}) };
        bed.write(Write::Happened { what: Box::new(what), at: bed.now() });
    };
    happened(EventKind::Offered, bed.lee);
    happened(EventKind::Declined, bed.lee);
    bed.write(Write::ReturnTicket { room: talk.room, at: bed.now() });
    let second = bed.pair(talk.ticket, bed.lee).expect("a match");
    bed.end(&second, false);
    bed.write(Write::Rate { room: second.room, member: second.desk, score: 2, comment: None, at: bed.now() });
    let told = bed.read(|conn| events::of_consultation(conn, talk.ticket));
    let kinds: Vec<&str> = told.iter().map(|event| event.kind.as_str()).collect();
    assert_eq!(kinds, ["OFFERED", "DECLINED", "RETURNED", "RATED"]);
    assert!(told[2].detail.contains(&bed.kim.to_string()), "with the earlier counsellor: {}", told[2].detail);
    let ended = bed.read(|conn| rooms::by_id(conn, second.room)).unwrap();
    assert_eq!(ended.end_note.as_deref(), Some("끝냄"));
    let refused = bed.store.run(|conn| conn.batch_execute("UPDATE CONSULTATION_EVENT SET KIND = 'X'"));
    assert!(refused.unwrap_err().to_string().contains("append-only"));
}

#[derive(QueryableByName)]
struct Line1 {
    #[diesel(sql_type = Text)]
    #[diesel(column_name = "QUERY PLAN")]
    plan: String,
}

#[derive(QueryableByName)]
struct Detail {
    #[diesel(sql_type = Text)]
    detail: String,
}

/// The statements `list` runs with this filter.
fn statements(conn: &mut AnyConnection, filter: &Filter, after: Option<Cursor>) -> Vec<String> {
    statements_of(conn, |conn| drop(pages::list(conn, filter, after, 50).unwrap()))
}

/// The plan of a statement, whatever its values are.
fn plan(conn: &mut AnyConnection, statement: &str) -> String {
    match conn {
        AnyConnection::Sqlite(conn) => {
            let rows: Vec<Detail> = sql_query(format!("EXPLAIN QUERY PLAN {statement}")).load(conn).unwrap();
            rows.into_iter().map(|row| row.detail).collect::<Vec<_>>().join("\n")
        }
        AnyConnection::Postgres(conn) => {
            let values = (1..99).take_while(|n| statement.contains(&format!("${n}"))).count();
            let nulls = if values == 0 { String::new() } else { format!("({})", vec!["NULL"; values].join(", ")) };
            conn.batch_execute(&format!("PREPARE p AS {statement}")).unwrap();
            let rows: Vec<Line1> = sql_query(format!("EXPLAIN EXECUTE p{nulls}")).load(conn).unwrap();
            conn.batch_execute("DEALLOCATE p").unwrap();
            rows.into_iter().map(|row| row.plan).collect::<Vec<_>>().join("\n")
        }
    }
}

fn no_list_reads_or_sorts_a_table(bed: &Bed) {
    let mut dice = StdRng::seed_from_u64(3);
    bed.read(|conn| conn.batch_execute("UPDATE ACCOUNT SET CAPACITY = 50"));
    past(bed, &mut dice, 30);
    index_all(bed);
    let any = Filter::default;
    let filters = [
        any(),
        Filter { status: Some(Status::Done), ..any() },
        Filter { status: Some(Status::Waiting), ..any() },
        Filter { topic: Some("GENERAL".into()), ..any() },
        Filter { lines: Some(vec![bed.line]), ..any() },
        Filter { counsellor: Some(bed.kim), ..any() },
        Filter { desk: Some(5.into()), ..any() },
        Filter { result: Some("OTHER".into()), ..any() },
        Filter { rating: Some(5), ..any() },
        Filter { waited_over_s: Some(60), ..any() },
        Filter { words: Words::of("환불"), ..any() },
        Filter { lines: Some(vec![bed.line]), rating: Some(5), ..any() },
    ];
    let mut conn = bed.store.connection().unwrap();
    if let AnyConnection::Postgres(conn) = &mut *conn {
        // At this size it would read whole tables; what is asked is whether it could do otherwise.
        conn.batch_execute("SET enable_seqscan TO off; SET plan_cache_mode TO force_generic_plan").unwrap();
    }
    let after = Some(Cursor { at: bed.now(), id: uuid::Uuid::max() });
    for filter in filters {
        for filter in [filter.clone(), Filter { from: Some(Wall(0)), to: Some(bed.now()), ..filter.clone() }] {
            let heard = statements(&mut conn, &filter, after);
            assert!(!heard.is_empty());
            for statement in heard {
                let plan = plan(&mut conn, &statement);
                let reads = plan.contains("Seq Scan on consultation")
                    || plan.lines().any(|line| line.starts_with("SCAN consultation") && !line.contains("USING"));
                assert!(!reads, "{filter:?}\n{statement}\n{plan}");
                // The index of terms is sorted within one span; records never are.
                let sorts = plan.contains("USE TEMP B-TREE FOR ORDER BY")
                    || (plan.contains("Sort Key") && !statement.contains("CONSULTATION_TERMS"));
                assert!(!sorts, "{filter:?}\n{statement}\n{plan}");
            }
        }
    }
}
