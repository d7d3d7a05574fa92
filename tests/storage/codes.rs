//! Codes as they are edited, and what carries them.

use anteroom::journal::Write;
use anteroom::protocol::Intent;
use anteroom::storage::centre::codes::{self, Code};

use super::bed::Bed;
use super::on_both;

on_both!(
    a_code_is_made_and_edited_by_version,
    a_code_out_of_use_is_not_offered,
    what_carries_a_code_is_known,
    groups_are_those_that_have_codes,
);

fn code(bed: &Bed, group: &str, name: &str) -> Code {
    bed.read(|conn| codes::by_name(conn, group, name)).unwrap()
}

fn a_code_is_made_and_edited_by_version(bed: &Bed) {
    let new = Code {
        seq: 0,
        group: "RESULT".into(),
        code: "REFERRED".into(),
        value: "안내".into(),
        value_en: "Referred".into(),
        order: 9,
        in_use: true,
        deleted: false,
        version: 1,
    };
    bed.read(|conn| codes::create(conn, &new, "TEST", bed.now()));
    let made = code(bed, "RESULT", "REFERRED");
    assert_eq!(made, Code { seq: made.seq, ..new });
    let edit = Code { value: "소개".into(), value_en: "Sent on".into(), order: 0, in_use: false, ..made.clone() };
    let save = |code: &Code| bed.read(|conn| codes::save(conn, code, "TEST", bed.now()));
    assert!(save(&edit));
    assert!(!save(&made));
    let found = bed.read(|conn| codes::find(conn, made.seq));
    assert_eq!(found, Some(Code { version: 2, ..edit }));
}

fn a_code_out_of_use_is_not_offered(bed: &Bed) {
    let resolved = code(bed, "RESULT", "RESOLVED");
    for (in_use, deleted) in [(false, false), (true, true)] {
        let now = code(bed, "RESULT", "RESOLVED");
        assert!(bed.read(|conn| codes::save(conn, &Code { in_use, deleted, ..now }, "TEST", bed.now())));
        assert_eq!(bed.read(|conn| codes::of_group(conn, "RESULT")).len(), 4);
    }
    assert_eq!(bed.read(|conn| codes::every(conn, Some("RESULT"))).len(), 5);
    assert!(bed.read(|conn| codes::every(conn, None)).iter().any(|code| code.seq == resolved.seq));
}

fn what_carries_a_code_is_known(bed: &Bed) {
    let used = |group: &str, name: &str| {
        let code = code(bed, group, name);
        bed.read(|conn| codes::used_by(conn, &code))
    };
    assert!(used("TOPIC", "GENERAL").unwrap().contains("일반 상담"));
    assert!(used("LANGUAGE", "ko").unwrap().contains("일반 상담"));
    assert_eq!(used("LANGUAGE", "en"), None);
    assert_eq!([used("RESULT", "RESOLVED"), used("PAUSE_REASON", "MEAL")], [None, None]);
    let talk = bed.talk(bed.kim);
    bed.end(&talk, true);
    let (result_code, at) = (Some("RESOLVED".into()), bed.now());
    bed.write(Write::WrapUp { room: talk.room, counsellor: bed.kim, result_code, memo: None, at });
    assert!(used("RESULT", "RESOLVED").unwrap().contains("GENERAL"));
    let reason = Some("MEAL".into());
    bed.write(Write::SetIntent { account: bed.lee, intent: Intent::Paused, reason, capacity: None, at });
    assert!(used("PAUSE_REASON", "MEAL").unwrap().contains("LEE"));
}

fn groups_are_those_that_have_codes(bed: &Bed) {
    assert_eq!(bed.read(codes::groups), ["LANGUAGE", "PAUSE_REASON", "RESULT", "TOPIC"]);
}
