//! The audit's chain: what was written stays, and who touches it is found out.

use anteroom::journal::{Write, Written};
use anteroom::storage::history::audit::{self, Actor, Broken, Filter, NewEntry};
use diesel::connection::SimpleConnection;
use serde_json::json;

use super::bed::Bed;
use super::on_both;

on_both!(
    entries_follow_each_other_whoever_writes_them,
    the_audit_can_only_be_appended_to,
    a_changed_entry_is_found,
    a_missing_entry_and_a_cut_end_are_found,
    a_chain_written_anew_is_found_by_a_head_that_was_noted,
    the_audit_is_searched_by_who_what_and_when,
);

fn entry(action: &'static str, subject: &str) -> NewEntry {
    NewEntry { action, subject_kind: "ACCOUNT", subject_id: subject.into(), detail: json!({"why": "시험"}) }
}

fn actor(id: &str) -> Actor {
    Actor { id: id.into(), name: "김".into(), role: "ADMIN".into(), address: "::1".into(), request_id: "r".into() }
}

/// One entry by the journal, two by a page's transaction, one by the journal again.
fn four(bed: &Bed) {
    let read = |bed: &Bed, subject: &str| {
        let (actor, entry) = (Box::new(actor("kim")), Box::new(entry("ACCOUNT_READ", subject)));
        assert_eq!(bed.write(Write::Audit { actor, entry, at: bed.now() }), Written::Done);
    };
    read(bed, "a");
    bed.read(|conn| {
        conn.write(|conn| {
            audit::append(conn, &actor("lee"), &[entry("SUSPENDED", "a"), entry("DELETED", "b")], bed.now())
        })
    });
    read(bed, "c");
}

fn verify(bed: &Bed) -> Result<i32, Broken> {
    bed.read(|conn| audit::verify(conn, None)).map(|verified| verified.entries)
}

/// What somebody with the database in hand can do.
fn tamper(bed: &Bed, sql: &str) {
    let unlock = if bed.store.is_shared() {
        "DROP TRIGGER TR_AUDIT_APPEND_ONLY ON AUDIT;"
    } else {
        "DROP TRIGGER TR_AUDIT_UPDATE; DROP TRIGGER TR_AUDIT_DELETE;"
    };
    bed.read(|conn| conn.batch_execute(&format!("{unlock} {sql}")));
}

fn entries_follow_each_other_whoever_writes_them(bed: &Bed) {
    assert_eq!(verify(bed), Ok(0));
    four(bed);
    assert_eq!(verify(bed), Ok(4));
    let found = bed.read(|conn| audit::list(conn, &Filter::default(), None, 10));
    assert_eq!(found.iter().map(|entry| entry.seq).collect::<Vec<_>>(), [4, 3, 2, 1]);
    assert!(found.windows(2).all(|pair| pair[0].prev_hash == pair[1].hash));
    assert_eq!((found[1].actor.as_str(), found[1].action.as_str()), ("lee", "DELETED"));
}

fn the_audit_can_only_be_appended_to(bed: &Bed) {
    four(bed);
    for sql in ["UPDATE AUDIT SET ACTION = 'NOTHING'", "DELETE FROM AUDIT WHERE AUDIT_SEQ = 4"] {
        let refused = bed.store.run(|conn| conn.batch_execute(sql)).unwrap_err().to_string();
        assert!(refused.contains("append-only"), "{refused}");
    }
    assert_eq!(verify(bed), Ok(4));
}

fn a_changed_entry_is_found(bed: &Bed) {
    four(bed);
    tamper(bed, "UPDATE AUDIT SET SUBJECT_ID = 'x' WHERE AUDIT_SEQ = 2");
    assert_eq!(verify(bed), Err(Broken::Changed(2)));
}

fn a_missing_entry_and_a_cut_end_are_found(bed: &Bed) {
    four(bed);
    tamper(bed, "DELETE FROM AUDIT WHERE AUDIT_SEQ = 4");
    assert!(matches!(verify(bed), Err(Broken::Cut { .. })));
    bed.read(|conn| conn.batch_execute("DELETE FROM AUDIT WHERE AUDIT_SEQ = 2"));
    assert_eq!(verify(bed), Err(Broken::Missing(2)));
}

fn a_chain_written_anew_is_found_by_a_head_that_was_noted(bed: &Bed) {
    four(bed);
    let noted = bed.read(|conn| audit::verify(conn, None)).unwrap();
    let noted = (noted.entries, noted.head);
    tamper(bed, "DELETE FROM AUDIT; DELETE FROM INSTALLATION WHERE NAME = 'AUDIT_HEAD'");
    assert_eq!(bed.read(|conn| audit::verify(conn, Some(&noted))), Err(Broken::Missing(4)));
    four(bed);
    four(bed);
    assert_eq!(verify(bed), Ok(8), "by itself it looks whole");
    assert_eq!(bed.read(|conn| audit::verify(conn, Some(&noted))), Err(Broken::Rewritten(4)));
}

fn the_audit_is_searched_by_who_what_and_when(bed: &Bed) {
    let before = bed.now();
    four(bed);
    let after = bed.now();
    let seqs = |filter: Filter, after| -> Vec<i32> {
        bed.read(|conn| audit::list(conn, &filter, after, 10)).into_iter().map(|entry| entry.seq).collect()
    };
    let by = |actor: &str| Filter { actor: Some(actor.into()), ..Filter::default() };
    assert_eq!(seqs(by("kim"), None), [4, 1]);
    assert_eq!(seqs(by("kim"), Some(4)), [1]);
    assert_eq!(seqs(Filter { subject: Some("a".into()), ..Filter::default() }, None), [2, 1]);
    assert_eq!(seqs(Filter { action: Some("DELETED".into()), ..by("lee") }, None), [3]);
    assert_eq!(seqs(Filter { from: Some(before), to: Some(before), ..Filter::default() }, None), [0; 0]);
    assert_eq!(seqs(Filter { from: Some(after), ..Filter::default() }, None), [0; 0]);
}
