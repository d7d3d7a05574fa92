//! Canned replies, and whose they are.

use anteroom::ids::{AccountId, ReplyId};
use anteroom::storage::centre::replies::{self, Reply};

use super::bed::Bed;
use super::on_both;

on_both!(a_reply_is_made_and_edited_by_version, everybody_has_their_own, a_shortcut_is_there_once,);

fn reply(bed: &Bed, owner: Option<AccountId>, shortcut: &str) -> Reply {
    let (id, shortcut) = (ReplyId(bed.clock.new_id()), shortcut.to_owned());
    Reply { id, owner, shortcut, body: "안녕하세요".into(), language: "ko".into(), deleted: false, version: 1 }
}

fn put(bed: &Bed, owner: Option<AccountId>, shortcut: &str) -> Reply {
    let new = reply(bed, owner, shortcut);
    bed.read(|conn| replies::create(conn, &new, "TEST", bed.now()));
    new
}

fn a_reply_is_made_and_edited_by_version(bed: &Bed) {
    let new = put(bed, Some(bed.kim), "인사");
    let found = || bed.read(|conn| replies::find(conn, new.id)).unwrap();
    assert_eq!(found(), new);
    let edit = Reply { shortcut: "hi".into(), body: "Hello".into(), language: "en".into(), ..new.clone() };
    bed.read(|conn| conn.write(replies::hold));
    assert!(bed.read(|conn| replies::save(conn, &edit, "TEST", bed.now())));
    assert!(!bed.read(|conn| replies::save(conn, &new, "TEST", bed.now())), "an older version");
    assert_eq!(found(), Reply { version: 2, ..edit });
}

fn everybody_has_their_own(bed: &Bed) {
    let [b, a] = ["b", "a"].map(|shortcut| put(bed, Some(bed.kim), shortcut));
    let (lees, shared) = (put(bed, Some(bed.lee), "a"), put(bed, None, "a"));
    assert_eq!(bed.read(|conn| replies::own(conn, bed.kim)), [a.clone(), b.clone()]);
    assert_eq!(bed.read(|conn| replies::own(conn, bed.lee)), [lees]);
    assert_eq!(bed.read(replies::shared), [shared]);
    assert!(bed.read(|conn| replies::save(conn, &Reply { deleted: true, ..a }, "TEST", bed.now())));
    assert_eq!(bed.read(|conn| replies::own(conn, bed.kim)), [b]);
}

fn a_shortcut_is_there_once(bed: &Bed) {
    for owner in [Some(bed.kim), None] {
        let first = put(bed, owner, "hi");
        let again = reply(bed, owner, "hi");
        assert!(bed.store.run(|conn| replies::create(conn, &again, "TEST", bed.now())).is_err());
        assert!(bed.read(|conn| replies::save(conn, &Reply { deleted: true, ..first }, "TEST", bed.now())));
        bed.read(|conn| replies::create(conn, &again, "TEST", bed.now()));
    }
}
