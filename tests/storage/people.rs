//! Accounts, sessions, lines, codes and the installation's own facts.

use anteroom::ids::{AccountId, LineId, SessionId};
use anteroom::journal::{Write, Written};
use anteroom::storage::Store;
use anteroom::storage::centre::lines::Line;
use anteroom::storage::centre::{codes, lines};
use anteroom::storage::engine::installation;
use anteroom::storage::people::accounts::{AccountCreated, AccountRole, NewAccount};
use anteroom::storage::people::sessions::{Made, NewSession};
use anteroom::storage::people::{accounts, sessions};
use anteroom::time::{SECOND, Wall};
use diesel::connection::SimpleConnection as _;

use super::bed::Bed;
use super::on_both;

on_both!(
    a_login_is_taken_once,
    logins_on_file_are_found_in_any_form_and_twins_exactly,
    counsellors_are_those_who_serve_a_line,
    a_session_is_found_by_its_token_until_it_expires,
    lines_and_codes_are_there_from_the_start,
    a_second_line_of_a_topic_in_a_language_is_refused,
    a_fact_is_set_once,
);

fn a_login_is_taken_once(bed: &Bed) {
    let new = bed.account("park", AccountRole::Admin);
    let create = |new: &NewAccount| bed.read(|conn| accounts::create(conn, new, "TEST", bed.now()));
    assert_eq!(bed.read(accounts::count_admins), 0);
    assert_eq!(create(&new), AccountCreated::Created);
    let again = NewAccount { id: AccountId(bed.clock.new_id()), ..new.clone() };
    assert_eq!(create(&again), AccountCreated::LoginTaken);
    let found = bed.read(|conn| accounts::by_login(conn, "park")).unwrap();
    assert_eq!((found.id, found.role, found.approved, found.deleted), (new.id, AccountRole::Admin, true, false));
    assert_eq!(bed.read(|conn| accounts::by_id(conn, again.id)), None);
    assert_eq!(bed.read(accounts::count_admins), 1);
}

fn logins_on_file_are_found_in_any_form_and_twins_exactly(bed: &Bed) {
    let create = |login: &str| {
        let new = bed.account(login, AccountRole::Counsellor);
        (new.id, bed.read(|conn| accounts::create(conn, &new, "TEST", bed.now())))
    };
    let (oldest, _) = create("KimMS");
    for twin in ["kimms", "KIMMS", "ｋｉｍｍｓ"] {
        assert_eq!(create(twin).1, AccountCreated::LoginTaken, "{twin}");
    }
    // As they stood on file before logins had a key.
    let (twin, _) = create("other");
    bed.read(|conn| conn.batch_execute("UPDATE ACCOUNT SET LOGIN_KEY = NULL"));
    bed.read(|conn| conn.batch_execute("UPDATE ACCOUNT SET LOGIN = 'kimms' WHERE LOGIN = 'other'"));
    Store::open(bed.store.database()).unwrap();
    let found = |login: &str| bed.read(|conn| accounts::by_login(conn, login)).map(|account| account.id);
    assert_eq!(found("KimMS"), Some(oldest));
    assert_eq!(found("kimms"), Some(twin), "typed exactly");
    for form in ["KIMMS", "kimMS", "ＫｉｍＭＳ"] {
        assert_eq!(found(form), Some(oldest), "{form}");
    }
    assert_eq!(found("KIM"), Some(bed.kim));
    assert_eq!(create("Kimms").1, AccountCreated::LoginTaken);
}

fn counsellors_are_those_who_serve_a_line(bed: &Bed) {
    let idle = NewAccount { lines: vec![], ..bed.account("admin", AccountRole::Admin) };
    bed.read(|conn| accounts::create(conn, &idle, "TEST", bed.now()));
    let found = bed.read(accounts::counsellors);
    assert_eq!(found.iter().map(|one| one.login.as_str()).collect::<Vec<_>>(), ["kim", "lee"]);
    bed.read(|conn| accounts::serve(conn, bed.kim, bed.line, 2, "TEST", bed.now()));
    assert_eq!(bed.read(|conn| accounts::lines_of(conn, bed.kim)), [(bed.line, 2)]);
}

fn a_session_is_found_by_its_token_until_it_expires(bed: &Bed) {
    let now = bed.now();
    let later = |seconds: i64| Wall(now.0 + seconds * SECOND as i64);
    let id = SessionId(bed.clock.new_id());
    let made = Made { address: Some("192.0.2.7".into()), agent: Some("a browser".into()) };
    let new = NewSession { id, account: bed.kim, token_hash: "hash".into(), expires_at: later(60), made };
    bed.read(|conn| sessions::create(conn, &new, now));
    let find = |at| bed.read(|conn| sessions::by_token_hash(conn, "hash", at));
    let found = find(now).unwrap();
    assert_eq!(
        (found.id, found.account.login.as_str(), found.last_used_at, found.proven_at),
        (id, "kim", now, Some(now))
    );
    assert_eq!(bed.write(Write::TouchSessions { sessions: vec![(id, later(5))] }), Written::Done);
    assert_eq!(find(now).unwrap().last_used_at, later(5));
    assert_eq!(find(later(60)), None);
    assert_eq!(bed.read(|conn| sessions::delete_expired(conn, later(59))), 0);
    assert!(bed.read(|conn| sessions::delete(conn, id)));
    assert_eq!(find(now), None);
    bed.read(|conn| sessions::create(conn, &new, now));
    assert_eq!(bed.read(|conn| sessions::delete_expired(conn, later(60))), 1);
}

fn lines_and_codes_are_there_from_the_start(bed: &Bed) {
    let found = bed.read(lines::all);
    assert_eq!(
        found,
        [Line { line_order: 1, ..Line::with_defaults(bed.line, "GENERAL", "ko", "일반 상담", "General", "A") }]
    );
    let results = bed.read(|conn| codes::of_group(conn, "RESULT"));
    assert_eq!(
        results.iter().map(|code| code.code.as_str()).collect::<Vec<_>>(),
        ["RESOLVED", "FOLLOW_UP", "TRANSFERRED", "NO_ANSWER", "OTHER"]
    );
    assert_eq!((results[1].value.as_str(), results[1].value_en.as_str()), ("후속 조치", "Follow-up"));
    assert_eq!(bed.read(|conn| codes::of_group(conn, "PAUSE_REASON")).len(), 5);
}

fn a_second_line_of_a_topic_in_a_language_is_refused(bed: &Bed) {
    let line = |language: &str| {
        let id = LineId(bed.clock.new_id());
        Line { accept_s: 0, hours: Some("{}".into()), ..Line::with_defaults(id, "TAX", language, "세금", "Tax", "T") }
    };
    let insert = |line: &Line| bed.read(|conn| lines::insert(conn, line, bed.now()));
    let korean = line("ko");
    assert!(insert(&korean));
    assert!(insert(&line("en")));
    assert!(!insert(&line("ko")));
    assert!(bed.read(lines::all).contains(&korean));
    assert_eq!(bed.read(|conn| codes::of_group(conn, "TOPIC")).len(), 2);
}

fn a_fact_is_set_once(bed: &Bed) {
    let set = |value| bed.read(|conn| installation::set_if_absent(conn, "KEY", value, bed.now()));
    assert_eq!(bed.read(|conn| installation::get(conn, "KEY")), None);
    assert_eq!([set("first"), set("second")], ["first", "first"]);
    bed.read(|conn| installation::put(conn, "KEY", "third", bed.now()));
    assert_eq!(bed.read(|conn| installation::get(conn, "KEY")).as_deref(), Some("third"));
    assert!(bed.read(|conn| installation::remove(conn, "KEY")));
    assert!(!bed.read(|conn| installation::remove(conn, "KEY")));
}
