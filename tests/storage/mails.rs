//! Mail that is due: whoever takes it first has it.

use std::sync::Barrier;

use anteroom::ids::MailId;
use anteroom::storage::work::mails::{self, NewMail};
use anteroom::time::Wall;

use super::bed::Bed;
use super::on_both;

on_both!(of_two_who_look_for_mail_at_once_one_gets_it);

fn of_two_who_look_for_mail_at_once_one_gets_it(bed: &Bed) {
    let barrier = Barrier::new(2);
    for round in 0..20 {
        let new = NewMail {
            id: MailId(bed.clock.new_id()),
            kind: "VERIFY_EMAIL",
            to: "park@example.org".into(),
            subject: format!("{round}"),
            body: "a link".into(),
        };
        bed.store.in_turn(|conn| mails::queue(conn, &new, bed.now())).unwrap();
        let now = bed.now();
        let look = || {
            barrier.wait();
            bed.store.in_turn(|conn| mails::take(conn, now, Wall(now.0 + 120_000_000))).unwrap()
        };
        let (one, two) = std::thread::scope(|scope| {
            let (one, two) = (scope.spawn(look), scope.spawn(look));
            (one.join().unwrap(), two.join().unwrap())
        });
        assert_eq!(one.iter().chain(&two).count(), 1, "{one:?} and {two:?}");
        let mail = one.or(two).unwrap();
        assert_eq!(mail.id, new.id);
        bed.store.in_turn(|conn| mails::sent(conn, &mail, bed.now())).unwrap();
    }
}
