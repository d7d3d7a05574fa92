//! Test data: it counts nowhere, goes without a trace, and nothing else goes with it.

use std::collections::BTreeMap;

use anteroom::ids::{AccountId, LineId, MemberId, MessageId, NodeId, RoomId, SessionId, TicketId};
use anteroom::indexer::index;
use anteroom::journal::{TicketRow, Write, Written};
use anteroom::protocol::ClosedReason;
use anteroom::storage::AnyConnection;
use anteroom::storage::centre::lines::{self, Line};
use anteroom::storage::history::own_day;
use anteroom::storage::history::pages::{self, Filter};
use anteroom::storage::history::terms::Words;
use anteroom::storage::history::totals::{self, By, Of};
use anteroom::storage::people::account_list;
use anteroom::storage::talk::rooms;
use anteroom::storage::talk::tickets::Status;
use anteroom::storage::work::jobs::{self, JobKind, JobState, NewJob};
use anteroom::storage::work::kept;
use anteroom::storage::work::test_data::past::{Past, Said, Talk, put};
use anteroom::storage::work::test_data::{self, removal};
use anteroom::time::{SECOND, Wall};
use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use super::bed::Bed;
use super::on_both;

on_both!(
    test_data_counts_nowhere_and_goes_without_a_trace,
    what_is_marked_stays_marked_and_what_is_not_stays,
    what_a_rehearsal_left_behind_is_closed_at_the_next_start,
    a_test_line_takes_nothing_from_real_ones,
);

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

#[derive(QueryableByName)]
struct Counted {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Rows of every table.
fn tables(bed: &Bed) -> BTreeMap<String, i64> {
    bed.read(|conn| {
        let names = if matches!(conn, AnyConnection::Sqlite(_)) {
            "SELECT lower(name) AS name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'
                AND lower(name) NOT LIKE 'consultation\\_terms\\_%' ESCAPE '\\'"
        } else {
            "SELECT table_name::text AS name FROM information_schema.tables WHERE table_schema = current_schema()"
        };
        let all: Vec<Named> = sql_query(names).load(conn)?;
        let mut counts = BTreeMap::new();
        for Named { name } in all {
            let counted: Counted = sql_query(format!("SELECT COUNT(*) AS count FROM {name}")).get_result(conn)?;
            counts.insert(name, counted.count);
        }
        Ok(counts)
    })
}

/// The test line, with somebody who serves it.
fn staffed(bed: &Bed) -> (Line, AccountId) {
    bed.read(|conn| {
        let line = test_data::ensure_line(conn, "ko", LineId(bed.clock.new_id()), "TEST", bed.now())?;
        let counsellor = AccountId(bed.clock.new_id());
        test_data::employ(conn, counsellor, "시험 상담사", &line, "TEST", bed.now())?;
        Ok((line, counsellor))
    })
}

/// A consultation that was talked about a minute ago, or given up.
fn past(bed: &Bed, counsellor: AccountId, is_talk: bool) -> Past {
    let id = || bed.clock.new_id();
    let at = |seconds: i64| Wall(bed.now().0 - seconds * SECOND as i64);
    let talk = Talk {
        room: RoomId(id()),
        desk: MemberId(id()),
        staff: MemberId(id()),
        counsellor: (counsellor, "시험 상담사".into()),
        matched_at: at(50),
        wrapped_up_at: at(10),
        result: "RESOLVED".into(),
        memo: "환불 안내".into(),
        rating: Some((5, None)),
        messages: [(true, "환불을 요청합니다"), (false, "확인하겠습니다")]
            .map(|(by_desk, body)| Said { id: MessageId(id()), by_desk, body: body.into(), at: at(40) })
            .to_vec(),
    };
    Past {
        ticket: TicketId(id()),
        session: SessionId(id()),
        nickname: "시험".into(),
        note: "환불".into(),
        day: 20_261_121,
        requested_at: at(60),
        ended_at: at(20),
        status: if is_talk { Status::Done } else { Status::Cancelled },
        end_reason: if is_talk { "DONE" } else { "CANCELLED" },
        talk: is_talk.then_some(talk),
    }
}

/// A real consultation that is over.
fn real(bed: &Bed) {
    let talk = bed.talk(bed.lee);
    bed.say(&talk, 1);
    bed.end(&talk, false);
}

fn indexed(bed: &Bed) {
    let mut conn = bed.store.connection().unwrap();
    while index(&mut conn, bed.store.write_queue(), 64, bed.now()).unwrap() > 0 {}
}

/// Everything that is told from the records to those who do not ask for test data.
fn told(bed: &Bed) -> String {
    let all = Of { from: Wall(0), to: Wall(bed.now().0 + 3_600 * SECOND as i64), lines: None, counsellor: None };
    let words = || Words::of("환불").or_else(|| panic!("words"));
    let filters = [
        Filter::default(),
        Filter { words: words(), ..Filter::default() },
        Filter { status: Some(Status::Done), ..Filter::default() },
        Filter { result: Some("RESOLVED".into()), ..Filter::default() },
    ];
    bed.read(|conn| {
        let mut told = Vec::new();
        for filter in &filters {
            told.push(format!("{:?}", pages::list(conn, filter, None, 50)?));
        }
        told.push(format!("{:?}", totals::sum(conn, &all, By { line: true, counsellor: true, hour: true })?));
        told.push(format!("{:?}", rooms::list(conn, None, None, 50)?));
        told.push(format!("{:?}", lines::all(conn)?));
        Ok(told.join("\n"))
    })
}

fn test_data_counts_nowhere_and_goes_without_a_trace(bed: &Bed) {
    for _ in 0..3 {
        real(bed);
    }
    indexed(bed);
    let (before, told_before) = (tables(bed), told(bed));

    let (line, counsellor) = staffed(bed);
    let some: Vec<Past> = (0..60).map(|nth| past(bed, counsellor, nth % 3 != 0)).collect();
    bed.read(|conn| put(conn, &line, &some, "TEST", bed.now()));
    // And some through the journal, as a rehearsal leaves them: over, due, and still waiting.
    let ask = || TicketRow { line: line.id, note: Some("환불".into()), ..bed.request() };
    bed.write(Write::RefuseTicket(ask(), ClosedReason::Full));
    let talking = ask();
    let (ticket, at) = (talking.ticket, bed.now());
    bed.write(Write::OpenTicket(talking));
    let talk = bed.pair(ticket, counsellor).expect("a match");
    bed.write(Write::OpenTicket(ask()));
    assert_eq!(told(bed), told_before, "before it is indexed");
    bed.end(&talk, false);
    indexed(bed);
    assert_eq!(told(bed), told_before, "after it is indexed");

    let counts = bed.read(test_data::counts);
    assert_eq!((counts.lines, counts.accounts, counts.consultations, counts.messages), (1, 1, 63, 80));
    let day = bed.read(|conn| own_day::read(conn, counsellor, Wall(at.0 - 3_600 * SECOND as i64), bed.now()));
    assert_eq!((day.figures.talked, day.offers), (0, 0));

    // Whoever asks for it gets all of it, page by page, and words are found in it.
    let wanted = Filter { words: Words::of("요청합니다"), test: true, ..Filter::default() };
    let (mut found, mut after) = (0, None);
    loop {
        let page = bed.read(|conn| pages::list(conn, &wanted, after, 7));
        found += page.items.len();
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(found, 40);
    let everything = bed.read(|conn| pages::list(conn, &Filter { test: true, ..Filter::default() }, None, 200));
    assert_eq!(everything.items.len(), 66);

    while bed.read(|conn| removal::some(conn, 10)) > 0 {}
    let gone = bed.read(|conn| removal::rest(conn, "TEST", bed.now()));
    assert_eq!(gone.iter().map(|line| line.id).collect::<Vec<_>>(), [line.id]);
    assert_eq!(tables(bed), before, "every table has what it had");
    assert_eq!(told(bed), told_before);
}

fn what_is_marked_stays_marked_and_what_is_not_stays(bed: &Bed) {
    let (line, counsellor) = staffed(bed);
    let one = past(bed, counsellor, true);
    bed.read(|conn| put(conn, &line, &[one], "TEST", bed.now()));
    let talk = bed.talk(bed.lee);
    bed.write(Write::Happened {
        what: Box::new(anteroom::storage::talk::events::EventRow {
            ticket: talk.ticket,
            kind: anteroom::storage::talk::events::EventKind::Offered,
            by: bed.lee.to_string(),
            detail: serde_json::json!({}),
        }),
        at: bed.now(),
    });
    for refused in [
        "UPDATE LINE SET TEST_YN = 'Y' WHERE TEST_YN = 'N'",
        "UPDATE LINE SET TEST_YN = 'N' WHERE TEST_YN = 'Y'",
        "UPDATE ACCOUNT SET TEST_YN = 'Y' WHERE TEST_YN = 'N'",
        "UPDATE LINE SET TEST_YN = 'X'",
        "DELETE FROM CONSULTATION_EVENT",
        "UPDATE CONSULTATION_EVENT SET KIND = 'X'",
    ] {
        let tried = bed.store.run(|conn| sql_query(refused).execute(conn));
        assert!(tried.is_err(), "{refused}");
    }
    let of_tests = "DELETE FROM CONSULTATION_EVENT WHERE CONSULTATION_ID IN (SELECT CONSULTATION_ID FROM CONSULTATION
        WHERE LINE_ID IN (SELECT LINE_ID FROM LINE WHERE TEST_YN = 'Y'))";
    assert_eq!(bed.read(|conn| sql_query(of_tests).execute(conn)), 1);
}

fn what_a_rehearsal_left_behind_is_closed_at_the_next_start(bed: &Bed) {
    let (line, counsellor) = staffed(bed);
    let id = anteroom::ids::JobId(bed.clock.new_id());
    let new = NewJob { id, kind: JobKind::Rehearsal, account: None, params: "{}".into() };
    let (plays, starts) = (NodeId::from(1), NodeId::from(2));
    bed.read(|conn| jobs::begin(conn, &new, plays, bed.now()));
    assert_eq!(bed.read(|conn| kept::claim(conn, starts, bed.now())), None, "nobody plays another's");
    let ask = || TicketRow { line: line.id, ..bed.request() };
    let (waiting, talking, writing) = (ask(), ask(), ask());
    let tickets = [waiting.ticket, talking.ticket, writing.ticket];
    for row in [waiting, talking, writing] {
        assert!(matches!(bed.write(Write::OpenTicket(row)), Written::Opened { .. }));
    }
    bed.pair(tickets[1], counsellor).expect("a match");
    let talk = bed.pair(tickets[2], counsellor).expect("a match");
    bed.end(&talk, true);
    let mine = bed.talk(bed.lee);

    let node = format!(
        "INSERT INTO NODE (NODE_ID, NAME, VERSION, WIRE_MIN, WIRE_MAX, ENGINE, STATE, REG_DTTM, REG_ID, MOD_DTTM, MOD_ID)
         VALUES ('{plays}', 'n', '1', 1, 1, 'POSTGRES', 'UP', CURRENT_TIMESTAMP, 'T', CURRENT_TIMESTAMP, 'T')"
    );
    bed.read(|conn| sql_query(&node).execute(conn));
    bed.read(|conn| removal::sweep(conn, starts, "gone", bed.now()));
    assert_eq!(bed.read(removal::live), 2, "another node plays it");
    bed.read(|conn| removal::give_up(conn, starts, bed.now(), "gone", bed.now()));
    assert_eq!(bed.read(|conn| jobs::by_id(conn, id)).expect("the job").state, JobState::Running);
    bed.read(|conn| sql_query("UPDATE NODE SET STATE = 'GONE'").execute(conn));
    bed.read(|conn| removal::give_up(conn, starts, bed.now(), "gone", bed.now()));
    assert_eq!(bed.read(|conn| jobs::by_id(conn, id)).expect("the job").state, JobState::Failed);
    assert_eq!(bed.read(removal::live), 2, "what is open is in the hands of its keepers");
    bed.read(|conn| removal::sweep(conn, starts, "gone", bed.now()));
    let job = bed.read(|conn| jobs::by_id(conn, id)).expect("the job");
    assert_eq!((job.state, job.error.as_deref()), (JobState::Failed, Some("gone")));
    assert_eq!(bed.read(removal::live), 0);
    let open: Vec<RoomId> = bed.read(rooms::open).into_iter().map(|open| open.room.id).collect();
    assert_eq!(open, [mine.room], "what is real goes on");
}

fn a_test_line_takes_nothing_from_real_ones(bed: &Bed) {
    let real = Line::with_defaults(LineId(bed.clock.new_id()), "TEST", "ko", "시험 접수", "Exams", "E");
    assert!(bed.read(|conn| lines::insert(conn, &real, bed.now())));
    let (line, _) = staffed(bed);
    assert_eq!(line.topic, "TEST_2", "the topic is a real line's");
    assert_eq!(staffed(bed).0.id, line.id, "there is one a language");
    assert_eq!(bed.read(|conn| lines::with_prefix(conn, &line.prefix, bed.line)), None);
    assert_eq!(bed.read(|conn| account_list::unknown_lines(conn, &[line.id, bed.line])), [line.id]);
    let codes = bed.read(|conn| anteroom::storage::centre::codes::of_group(conn, "TOPIC"));
    assert!(codes.iter().all(|code| code.code != line.topic));
    assert!(bed.read(lines::all).iter().all(|known| known.id != line.id));
    assert_eq!(bed.read(lines::tests), [line.id]);
}
