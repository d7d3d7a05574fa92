//! Whose things are: what somebody may know of follows from what is on file, and never from what is
//! missing there.

use anteroom::ids::{AccountId, LineId, TicketId};
use anteroom::storage::AnyConnection;
use anteroom::storage::centre::lines::{self, Line};
use anteroom::storage::history::audit::{self, Actor, Filter, NewEntry};
use anteroom::storage::history::audit_list;
use anteroom::storage::people::accounts::{self, AccountRole, NewAccount};
use anteroom::storage::people::scope::Scope;
use diesel::connection::SimpleConnection as _;
use serde_json::json;

use super::bed::Bed;
use super::on_both;

on_both!(
    all_is_for_those_alone_of_whom_it_is_said,
    managers_who_were_never_given_a_line_keep_all_and_who_lost_theirs_do_not,
    the_audit_is_read_by_those_whose_the_things_are,
    a_page_of_the_audit_goes_on_where_few_entries_are_theirs,
);

/// Another line.
const TAX: u128 = 77;

fn tax(bed: &Bed) -> LineId {
    let line = Line::with_defaults(LineId::from(TAX), "TAX", "ko", "세금", "Tax", "T");
    assert!(bed.read(|conn| lines::insert(conn, &line, bed.now())));
    line.id
}

fn all_is_for_those_alone_of_whom_it_is_said(bed: &Bed) {
    use AccountRole::{Admin, Counsellor, Manager};
    let (mine, other) = (bed.line, LineId::from(TAX));
    for (role, all_lines, served, sees_mine, sees_other, sees_office) in [
        (Admin, false, &[][..], true, true, true),
        (Manager, true, &[], true, true, true),
        (Manager, true, &[mine], true, true, true),
        (Manager, false, &[mine], true, false, false),
        (Manager, false, &[], false, false, false),
        (Counsellor, false, &[mine], false, false, false),
        (Counsellor, true, &[], false, false, false),
    ] {
        let scope = bed.scope(role, all_lines, served);
        let seen = (scope.holds_line(Some(mine)), scope.holds_line(Some(other)), scope.holds_line(None));
        assert_eq!(seen, (sees_mine, sees_other, sees_office), "{role:?} {all_lines} {served:?}");
        assert_eq!(matches!(scope, Scope::All(_)), sees_office);
        assert_eq!(scope.narrow(None).is_none(), sees_office, "no bound is for who sees all");
        let left = scope.narrow(Some(vec![mine, other])).unwrap();
        assert_eq!((left.contains(&mine), left.contains(&other)), (sees_mine, sees_other));
        assert_eq!(scope.holds_all(bed.kim, None, None), sees_office);
        assert_eq!(scope.holds_all(bed.kim, None, Some(&[mine])), sees_mine);
        assert_eq!(scope.holds_all(bed.kim, None, Some(&[mine, other])), sees_mine && sees_other);
        assert!(scope.holds_all(bed.kim, Some(bed.kim), None), "one's own");
        assert!(scope.holds(bed.kim, Some(bed.kim), other), "one's own");
    }
}

fn managers_who_were_never_given_a_line_keep_all_and_who_lost_theirs_do_not(bed: &Bed) {
    let gone = tax(bed);
    let make = |login: &str, role, lines: &[LineId]| -> AccountId {
        let lines = lines.iter().map(|line| (*line, 0)).collect();
        let new = NewAccount { lines, ..bed.account(login, role) };
        bed.read(|conn| accounts::create(conn, &new, "TEST", bed.now()));
        new.id
    };
    let never = make("never", AccountRole::Manager, &[]);
    let serves = make("serves", AccountRole::Manager, &[bed.line]);
    let lost = make("lost", AccountRole::Manager, &[gone]);
    let counsellor = make("counsellor", AccountRole::Counsellor, &[]);
    let admin = make("admin", AccountRole::Admin, &[]);
    bed.read(|conn| {
        let served_by = lines::dismiss(conn, gone)?;
        let new_entry = new_entry("LINE_DELETED", "LINE", &gone.to_string(), json!({"served_by": served_by}));
        audit::append(conn, &Actor::system(), &[new_entry], bed.now())
    });
    // The migration's own words, on records as they were before it.
    let migration = match bed.read(|conn| Ok(matches!(conn, AnyConnection::Sqlite(_)))) {
        true => include_str!("../../migrations/sqlite/2026-11-30-000301_all_lines/up.sql"),
        false => include_str!("../../migrations/postgres/2026-11-30-000301_all_lines/up.sql"),
    };
    let update = &migration[migration.find("UPDATE ACCOUNT").expect("an update")..];
    bed.read(|conn| conn.batch_execute(update));
    let marked = |id| bed.read(|conn| accounts::by_id(conn, id)).unwrap().all_lines;
    assert_eq!(
        [never, serves, lost, counsellor, admin].map(marked),
        [true, false, false, false, false],
        "never, serves, lost, counsellor, admin"
    );
}

fn new_entry(action: &'static str, kind: &'static str, id: &str, detail: serde_json::Value) -> NewEntry {
    NewEntry { action, subject_kind: kind, subject_id: id.to_owned(), detail }
}

fn by(account: AccountId) -> Actor {
    Actor { id: account.to_string(), role: "MANAGER".into(), ..Actor::system() }
}

fn the_audit_is_read_by_those_whose_the_things_are(bed: &Bed) {
    let other = tax(bed);
    let talk = bed.talk(bed.kim);
    let (boss, somebody) = (AccountId::from(1), AccountId::from(2));
    let nobody = Actor { id: "ANYONE".into(), ..Actor::system() };
    let put = |actor: &Actor, new_entry: NewEntry| {
        bed.read(|conn| audit::append(conn, actor, std::slice::from_ref(&new_entry), bed.now()))
    };
    put(&by(somebody), new_entry("1", "CONSULTATION", &talk.ticket.to_string(), json!({})));
    put(&by(somebody), new_entry("2", "TICKET", &talk.ticket.to_string(), json!({})));
    put(&by(somebody), new_entry("3", "ROOM", &talk.room.to_string(), json!({})));
    put(&by(somebody), new_entry("4", "ACCOUNT", &bed.kim.to_string(), json!({})));
    put(&by(somebody), new_entry("5", "LINE", &bed.line.to_string(), json!({})));
    put(&by(somebody), new_entry("6", "LINE", &other.to_string(), json!({})));
    put(&by(somebody), new_entry("7", "CONSULTATION", "", json!({"q": "a search"})));
    put(&nobody, new_entry("8", "LOGIN", "hunter2", json!({})));
    put(&by(somebody), new_entry("9", "OFFICE", "OFFICE", json!({})));
    put(&by(boss), new_entry("10", "CONSULTATION", "", json!({"q": "their own"})));
    let actions = |scope: &Scope, filter: &Filter| -> Vec<String> {
        let page = bed.read(|conn| audit_list::list(conn, boss, scope, filter, None, 50));
        page.items.into_iter().map(|entry| entry.action).rev().collect()
    };
    let all = Filter::default();
    let manager = |lines: &[LineId]| bed.scope(AccountRole::Manager, false, lines);
    assert_eq!(actions(&bed.everything(), &all).len(), 10);
    assert_eq!(actions(&manager(&[bed.line]), &all), ["1", "2", "3", "4", "5", "10"]);
    assert_eq!(actions(&manager(&[other]), &all), ["6", "10"]);
    assert_eq!(actions(&manager(&[]), &all), ["10"]);
    let of_somebody = Filter { actor: Some(somebody.to_string()), ..Filter::default() };
    assert_eq!(actions(&manager(&[]), &of_somebody), Vec::<String>::new());
    assert_eq!(actions(&manager(&[other]), &of_somebody), ["6"]);
    let unknown = Filter { subject: Some(TicketId::from(9).to_string()), ..Filter::default() };
    assert_eq!(actions(&bed.everything(), &unknown), Vec::<String>::new());
}

fn a_page_of_the_audit_goes_on_where_few_entries_are_theirs(bed: &Bed) {
    let boss = AccountId::from(1);
    let scope = bed.scope(AccountRole::Manager, false, &[bed.line]);
    let others = vec![new_entry("OTHER", "OFFICE", "OFFICE", json!({})); audit_list::LOOKED_AT_MAX + 10];
    let mine =
        || bed.read(|conn| audit::append(conn, &by(boss), &[new_entry("MINE", "OFFICE", "", json!({}))], bed.now()));
    mine();
    bed.read(|conn| audit::append(conn, &Actor::system(), &others, bed.now()));
    mine();
    for limit in [1, 50] {
        let (mut seqs, mut after, mut pages) = (Vec::new(), None, 0);
        loop {
            let page = bed.read(|conn| audit_list::list(conn, boss, &scope, &Filter::default(), after, limit));
            seqs.extend(page.items.iter().map(|entry| entry.seq));
            (after, pages) = (page.next, pages + 1);
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seqs, [audit_list::LOOKED_AT_MAX as i32 + 12, 1], "each once, in pages of {limit}");
        assert!((2..=3).contains(&pages), "one looks at so many, and the next goes on: {pages}");
    }
}
