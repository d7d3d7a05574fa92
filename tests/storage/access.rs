//! Accounts that are edited, the second factor, links, tokens, mail: what counts once counts once,
//! and what is edited from an old version is not edited.

use anteroom::ids::{AccountId, LineId, LinkId, MailId, SessionId, TokenId};
use anteroom::journal::{LogInRow, Write, Written};
use anteroom::network::Network;
use anteroom::storage::history::audit::{self, Actor, NewEntry};
use anteroom::storage::people::account_edits::{self, Changes, Edit};
use anteroom::storage::people::account_list::{self, Filter, OfLine, State};
use anteroom::storage::people::accounts::{Account, AccountRole, NewAccount};
use anteroom::storage::people::api_tokens::{self, NewToken, TokenScope, TokenScopes};
use anteroom::storage::people::links::{self, LinkKind, NewLink};
use anteroom::storage::people::sessions::{self, Made, NewSession, Proof};
use anteroom::storage::people::{accounts, second_factor};
use anteroom::storage::work::mails::{self, NewMail};
use anteroom::time::{SECOND, Wall};

use super::bed::Bed;
use super::on_both;

on_both!(
    an_edit_counts_from_the_version_it_was_made_from,
    what_an_account_is_changes_field_by_field,
    an_admin_is_left_or_not,
    two_admins_cannot_take_each_other_away,
    those_who_log_in_together_are_all_in_the_audit,
    accounts_are_listed_by_how_they_stand,
    lines_served_are_replaced_as_a_whole,
    accounts_are_walked_in_order_and_found_by_address,
    a_log_in_through_the_journal_uses_its_proof_up,
    log_ins_end_by_account,
    a_second_factor_is_confirmed_once_and_its_steps_go_forward,
    a_link_counts_once_and_for_a_while,
    a_token_counts_until_it_is_revoked_or_over,
    a_mail_is_taken_by_one_and_forgotten_when_sent,
    a_mail_is_put_off_or_given_up,
    mail_that_is_out_and_links_that_are_over_are_forgotten,
);

fn later(at: Wall, seconds: i64) -> Wall {
    Wall(at.0 + seconds * SECOND as i64)
}

fn read(bed: &Bed, id: AccountId) -> Account {
    bed.read(|conn| accounts::by_id(conn, id)).expect("the account")
}

fn change(bed: &Bed, id: AccountId, changes: &Changes) -> Account {
    let edit = Edit { id, version: read(bed, id).version, by: "TEST", at: bed.now() };
    assert!(bed.read(|conn| account_edits::edit(conn, &edit, changes)));
    read(bed, id)
}

fn make(bed: &Bed, login: &str, role: AccountRole) -> AccountId {
    let new = NewAccount { lines: vec![], ..bed.account(login, role) };
    bed.read(|conn| accounts::create(conn, &new, "TEST", bed.now()));
    new.id
}

fn an_edit_counts_from_the_version_it_was_made_from(bed: &Bed) {
    let edit = Edit { id: bed.kim, version: 1, by: "TEST", at: bed.now() };
    let name = |name: &str| Changes::person(Some(name.into()), None);
    assert!(bed.read(|conn| account_edits::edit(conn, &edit, &name("one"))));
    assert!(!bed.read(|conn| account_edits::edit(conn, &edit, &name("two"))));
    assert_eq!((read(bed, bed.kim).name.as_str(), read(bed, bed.kim).version), ("one", 2));
    bed.read(|conn| account_edits::set(conn, bed.kim, &Changes::password("other"), "TEST", bed.now()));
    assert_eq!((read(bed, bed.kim).password_hash.as_str(), read(bed, bed.kim).version), ("other", 3));
    let nobody = Edit { id: AccountId::from(7), ..edit };
    assert!(!bed.read(|conn| account_edits::edit(conn, &nobody, &name("x"))));
}

fn what_an_account_is_changes_field_by_field(bed: &Bed) {
    let at = bed.now();
    let before = read(bed, bed.kim);
    let same = |after: &Account| Account { version: before.version, ..after.clone() };
    let after = change(bed, bed.kim, &Changes::default());
    assert_eq!(same(&after), before, "nothing but the version");
    let after = change(bed, bed.kim, &Changes::approved("boss", at));
    assert_eq!((after.approved, after.approved_at, after.approved_by.as_deref()), (true, Some(at), Some("boss")));
    let after = change(bed, bed.kim, &Changes::suspended("on leave"));
    assert_eq!((after.suspended, after.suspend_reason.as_deref()), (true, Some("on leave")));
    let after = change(bed, bed.kim, &Changes::resumed());
    assert_eq!((after.suspended, after.suspend_reason), (false, None));
    let after = change(bed, bed.kim, &Changes::deleted("boss", "left", at));
    assert_eq!((after.deleted, after.deleted_at, after.delete_reason.as_deref()), (true, Some(at), Some("left")));
    assert_eq!((after.approved, after.approved_at), (true, Some(at)), "stays readable");
    let after = change(bed, bed.kim, &Changes::restored());
    assert_eq!((after.deleted, after.deleted_at, after.delete_reason), (false, None, None));
    let after = change(bed, bed.kim, &Changes::valid(Some(at), Some(later(at, 60)), "contract"));
    assert!(after.may_log_in(at) && !after.may_log_in(later(at, 60)) && !after.may_log_in(later(at, -1)));
    let after = change(bed, bed.kim, &Changes::valid(None, None, "extended"));
    assert_eq!((after.valid_from, after.valid_until, after.valid_reason.as_deref()), (None, None, Some("extended")));
    let new = Changes::person(None, Some("en".into())).with_capacity(Some(9)).with_role(Some(AccountRole::Manager));
    let after = change(bed, bed.kim, &new.with_email(Some("kim@example.org".into())));
    assert_eq!((after.language.as_str(), after.capacity, after.role), ("en", 9, AccountRole::Manager));
    assert_eq!((after.email.as_deref(), after.email_verified), (Some("kim@example.org"), false));
    assert!(change(bed, bed.kim, &Changes::verified()).email_verified);
}

fn an_admin_is_left_or_not(bed: &Bed) {
    let at = bed.now();
    let [one, two] = ["one", "two"].map(|login| make(bed, login, AccountRole::Admin));
    let leaves = |id, changes: &Changes| {
        let before = read(bed, id);
        let after = change(bed, id, changes);
        bed.read(|conn| {
            account_edits::hold_admins(conn, at)?;
            account_edits::leaves_an_admin(conn, &before, &after, at)
        })
    };
    assert!(leaves(bed.kim, &Changes::suspended("not an admin")));
    assert!(leaves(one, &Changes::suspended("two is there")));
    assert!(!leaves(two, &Changes::valid(None, Some(later(at, 60)), "nobody stays")));
    assert!(leaves(one, &Changes::resumed()));
    assert!(leaves(two, &Changes::deleted("TEST", "one is there", at)));
    assert!(!leaves(one, &Changes::default().with_role(Some(AccountRole::Manager))));
}

fn two_admins_cannot_take_each_other_away(bed: &Bed) {
    let [one, two] = ["one", "two"].map(|login| make(bed, login, AccountRole::Admin));
    let both_ready = std::sync::Barrier::new(2);
    let suspend = |id| {
        both_ready.wait();
        bed.read(|conn| {
            let at = bed.now();
            let done = conn.write(|conn| {
                account_edits::hold_admins(conn, at)?;
                let before = accounts::by_id(conn, id)?.ok_or(diesel::result::Error::NotFound)?;
                let edit = Edit { id, version: before.version, by: "TEST", at };
                account_edits::edit(conn, &edit, &Changes::suspended("a quarrel"))?;
                let after = accounts::by_id(conn, id)?.ok_or(diesel::result::Error::NotFound)?;
                match account_edits::leaves_an_admin(conn, &before, &after, at)? {
                    true => Ok(()),
                    false => Err(diesel::result::Error::RollbackTransaction),
                }
            });
            Ok(done.is_ok())
        })
    };
    let done = std::thread::scope(|scope| {
        let first = scope.spawn(|| suspend(one));
        let second = scope.spawn(|| suspend(two));
        [first.join().expect("no panic"), second.join().expect("no panic")]
    });
    assert_eq!(done.iter().filter(|done| **done).count(), 1, "{done:?}");
    assert_eq!([one, two].map(|id| read(bed, id).suspended).iter().filter(|gone| **gone).count(), 1);
}

fn those_who_log_in_together_are_all_in_the_audit(bed: &Bed) {
    let (sender, answers) = std::sync::mpsc::channel();
    for _ in 0..20 {
        let sender = sender.clone();
        let write = log_in_write(bed, Proof::Nothing, "$argon2id$").1;
        bed.journal.submit(bed.keeper_of(&write), write, move |answer| sender.send(answer).expect("somebody listens"));
    }
    let done = answers.iter().take(20).filter(|answer| *answer == Ok(Written::Done)).count();
    assert_eq!(done, 20);
    let audit = bed.read(|conn| audit::verify(conn, None)).expect("a whole chain");
    assert_eq!(audit.entries, 20);
}

fn accounts_are_listed_by_how_they_stand(bed: &Bed) {
    let at = bed.now();
    let logins = |filter: &Filter| {
        let (mut logins, mut after) = (Vec::new(), None);
        loop {
            let page = bed.read(|conn| account_list::list(conn, bed.kim, &bed.everything(), filter, after, 1, at));
            logins.extend(page.items.into_iter().map(|account| account.login));
            after = page.next;
            if after.is_none() {
                logins.sort();
                return logins;
            }
        }
    };
    let by_state = |state| logins(&Filter { state: Some(state), ..Filter::default() });
    let pending = NewAccount { approved: false, lines: vec![], ..bed.account("new", AccountRole::Counsellor) };
    bed.read(|conn| accounts::create(conn, &pending, "TEST", at));
    let [gone, out, over] = ["gone", "out", "over"].map(|login| make(bed, login, AccountRole::Manager));
    change(bed, gone, &Changes::deleted("TEST", "x", at));
    change(bed, out, &Changes::suspended("x"));
    change(bed, over, &Changes::valid(None, Some(at), "x"));
    assert_eq!(by_state(State::Pending), ["new"]);
    assert_eq!(by_state(State::Active), ["kim", "lee"]);
    assert_eq!(by_state(State::Suspended), ["out"]);
    assert_eq!(by_state(State::Expired), ["over"]);
    assert_eq!(by_state(State::Deleted), ["gone"]);
    assert_eq!(logins(&Filter::default()).len(), 6);
    assert_eq!(logins(&Filter { role: Some(AccountRole::Manager), ..Filter::default() }), ["gone", "out", "over"]);
    let of = |line| logins(&Filter { line: Some(line), ..Filter::default() });
    assert_eq!(of(OfLine::Id(bed.line)), ["kim", "lee"]);
    assert_eq!(of(OfLine::Topic("GENERAL".into())), ["kim", "lee"]);
    assert_eq!(of(OfLine::Topic("TAX".into())), Vec::<String>::new());
    let q = |q: &str| logins(&Filter { q: Some(q.into()), ..Filter::default() });
    assert_eq!((q("KI"), q("%"), q("_")), (vec!["kim".to_owned()], vec![], vec![]));
    let seen = |all_lines: bool, lines: &[LineId]| {
        let scope = bed.scope(AccountRole::Manager, all_lines, lines);
        let page = bed.read(|conn| account_list::list(conn, over, &scope, &Filter::default(), None, 50, at));
        let mut logins: Vec<String> = page.items.into_iter().map(|account| account.login).collect();
        logins.sort();
        logins
    };
    assert_eq!(seen(false, &[bed.line]), ["kim", "lee", "new", "over"]);
    assert_eq!(seen(false, &[]), ["new", "over"], "no line is not every line");
    assert_eq!(seen(true, &[]).len(), 6);
}

fn lines_served_are_replaced_as_a_whole(bed: &Bed) {
    let set =
        |lines: &[(LineId, u8)]| bed.read(|conn| account_edits::set_lines(conn, bed.kim, lines, "TEST", bed.now()));
    let served = || bed.read(|conn| account_list::served(conn, &[bed.kim, bed.lee]));
    set(&[(bed.line, 3)]);
    assert_eq!((served()[&bed.kim][0].tier, served()[&bed.kim][0].topic.as_str()), (3, "GENERAL"));
    set(&[]);
    assert!(!served().contains_key(&bed.kim) && served().contains_key(&bed.lee));
    let nowhere = LineId::from(7);
    assert_eq!(bed.read(|conn| account_list::unknown_lines(conn, &[bed.line, nowhere])), [nowhere]);
}

fn accounts_are_walked_in_order_and_found_by_address(bed: &Bed) {
    let mut all = vec![bed.kim, bed.lee, make(bed, "park", AccountRole::Manager)];
    all.sort();
    let (mut walked, mut last) = (Vec::new(), None);
    loop {
        let batch = bed.read(|conn| accounts::after(conn, last, 2));
        let Some(end) = batch.last() else { break };
        last = Some(end.id);
        walked.extend(batch.iter().map(|account| account.id));
    }
    assert_eq!(walked, all);
    assert_eq!(bed.read(|conn| accounts::after(conn, None, 10)).len(), 3);
    change(bed, bed.kim, &Changes::default().with_email(Some("kim@example.org".into())));
    let found = || bed.read(|conn| accounts::by_verified_email(conn, "kim@example.org")).len();
    assert_eq!(found(), 0, "not shown to be theirs");
    change(bed, bed.kim, &Changes::verified());
    assert_eq!(found(), 1);
    change(bed, bed.kim, &Changes::deleted("TEST", "x", bed.now()));
    assert_eq!(found(), 0);
}

fn log_in(bed: &Bed, proof: Proof, password_hash: &str) -> (SessionId, Written) {
    let (id, write) = log_in_write(bed, proof, password_hash);
    (id, bed.write(write))
}

fn log_in_write(bed: &Bed, proof: Proof, password_hash: &str) -> (SessionId, Write) {
    let (id, at) = (SessionId(bed.clock.new_id()), bed.now());
    let made = Made::default();
    let session = NewSession { id, account: bed.kim, token_hash: id.to_string(), expires_at: later(at, 60), made };
    let entry = NewEntry { action: "LOGGED_IN", subject_kind: "ACCOUNT", subject_id: "x".into(), detail: "".into() };
    let password_hash = password_hash.to_owned();
    let network = Network::of(std::net::Ipv4Addr::LOCALHOST.into());
    let row = LogInRow { session, password_hash, proof, network, instead_of: None, actor: Actor::system(), entry, at };
    (id, Write::LogIn(Box::new(row)))
}

fn a_log_in_through_the_journal_uses_its_proof_up(bed: &Bed) {
    const HASH: &str = "$argon2id$";
    let (id, written) = log_in(bed, Proof::Nothing, HASH);
    assert_eq!(written, Written::Done);
    assert_eq!(bed.read(|conn| sessions::live(conn, &[id], bed.now())).len(), 1);
    assert_eq!(log_in(bed, Proof::Nothing, "another by now").1, Written::Stale);
    assert_eq!(log_in(bed, Proof::Step(5), HASH).1, Written::Stale, "there is no second factor");
    let at = bed.now();
    assert!(bed.read(|conn| second_factor::begin(conn, bed.kim, "SECRET", at)));
    assert!(bed.read(|conn| second_factor::confirm(conn, bed.kim, "SECRET", 5, &["a".into()], at)));
    assert_eq!(log_in(bed, Proof::Nothing, HASH).1, Written::Stale, "one came meanwhile");
    assert_eq!(log_in(bed, Proof::Step(5), HASH).1, Written::Stale);
    assert_eq!(log_in(bed, Proof::Step(6), HASH).1, Written::Done);
    assert_eq!(log_in(bed, Proof::Step(6), HASH).1, Written::Stale);
    assert_eq!(log_in(bed, Proof::Recovery("a".into()), HASH).1, Written::Done);
    assert_eq!(log_in(bed, Proof::Recovery("a".into()), HASH).1, Written::Stale);
    change(bed, bed.kim, &Changes::suspended("x"));
    assert_eq!(log_in(bed, Proof::Step(7), HASH).1, Written::Stale);
}

fn log_ins_end_by_account(bed: &Bed) {
    let ids: Vec<SessionId> = (0..3).map(|_| log_in(bed, Proof::Nothing, "$argon2id$").0).collect();
    let live = || bed.read(|conn| sessions::live(conn, &ids, bed.now())).len();
    let has_any = || bed.read(|conn| sessions::has_any(conn, bed.kim));
    assert_eq!((live(), has_any()), (3, true));
    let at = bed.now();
    change(bed, bed.kim, &Changes::valid(None, Some(at), "over"));
    assert_eq!(bed.read(|conn| accounts::ended_between(conn, later(at, -1), at)), [bed.kim]);
    assert_eq!(bed.read(|conn| accounts::ended_between(conn, at, later(at, 1))), []);
    assert_eq!(bed.read(|conn| sessions::delete_of(conn, bed.kim, Some(ids[1]))), 2);
    assert_eq!(live(), 1);
    assert_eq!(bed.read(|conn| sessions::delete_of(conn, bed.kim, None)), 1);
    assert_eq!((live(), has_any()), (0, false));
    assert_eq!(bed.read(|conn| accounts::ended_between(conn, later(at, -1), at)), [], "nothing left to end");
}

fn a_second_factor_is_confirmed_once_and_its_steps_go_forward(bed: &Bed) {
    let at = bed.now();
    let codes = ["a".to_owned(), "b".to_owned()];
    let confirm = |secret| bed.read(|conn| second_factor::confirm(conn, bed.kim, secret, 10, &codes, at));
    assert!(bed.read(|conn| second_factor::begin(conn, bed.kim, "FIRST", at)));
    assert!(bed.read(|conn| second_factor::begin(conn, bed.kim, "SECOND", at)), "not yet confirmed");
    assert!(!confirm("FIRST"));
    assert!(confirm("SECOND"));
    assert!(!confirm("SECOND"));
    assert!(!bed.read(|conn| second_factor::begin(conn, bed.kim, "THIRD", at)));
    let step = |step| bed.read(|conn| second_factor::use_step(conn, bed.kim, step, at));
    assert_eq!([step(10), step(12), step(11), step(12), step(13)], [false, true, false, false, true]);
    let code = |code| bed.read(|conn| second_factor::use_code(conn, bed.kim, code, at));
    assert_eq!([code("a"), code("a"), code("x"), code("b")], [true, false, false, true]);
    bed.read(|conn| second_factor::remove(conn, bed.kim, "TEST", at));
    let after = read(bed, bed.kim);
    assert_eq!((after.second_factor, after.totp_secret, after.totp_step), (false, None, None));
    assert!(!step(20) && !code("b"));
}

fn a_link_counts_once_and_for_a_while(bed: &Bed) {
    let now = bed.now();
    let create = |hash: &str, kind| {
        let id = LinkId(bed.clock.new_id());
        let new = NewLink { id, account: bed.kim, kind, token_hash: hash.into(), expires_at: later(now, 60) };
        bed.read(|conn| links::create(conn, &new, "TEST", now));
    };
    let use_up = |kind, hash, at| bed.read(|conn| links::use_up(conn, kind, hash, at));
    let live = |kind| bed.read(|conn| links::count_live(conn, bed.kim, kind, now));
    create("one", LinkKind::VerifyEmail);
    create("two", LinkKind::ResetPassword);
    create("three", LinkKind::ResetPassword);
    assert_eq!((live(LinkKind::VerifyEmail), live(LinkKind::ResetPassword)), (1, 2));
    assert_eq!(bed.read(|conn| links::owner(conn, LinkKind::VerifyEmail, "one", now)), Some(bed.kim));
    assert_eq!(use_up(LinkKind::ResetPassword, "one", now), None, "for something else");
    assert_eq!(use_up(LinkKind::VerifyEmail, "one", later(now, 60)), None, "too late");
    assert_eq!(use_up(LinkKind::VerifyEmail, "one", now), Some(bed.kim));
    assert_eq!(use_up(LinkKind::VerifyEmail, "one", now), None, "used");
    assert_eq!(bed.read(|conn| links::void(conn, bed.kim, LinkKind::ResetPassword, now)), 2);
    assert_eq!((use_up(LinkKind::ResetPassword, "two", now), live(LinkKind::ResetPassword)), (None, 0));
}

fn a_token_counts_until_it_is_revoked_or_over(bed: &Bed) {
    let now = bed.now();
    let create = |hash: &str, expires_at| {
        let id = TokenId(bed.clock.new_id());
        let scopes = TokenScopes::of(&[TokenScope::Admin, TokenScope::Read]).unwrap();
        let new = NewToken { id, account: bed.kim, name: hash.into(), token_hash: hash.into(), expires_at, scopes };
        bed.read(|conn| api_tokens::create(conn, &new, now));
        id
    };
    let [long, short] = [create("long", later(now, 3_600)), create("short", later(now, 60))];
    let found = |hash: &str, at| bed.read(|conn| api_tokens::by_hash(conn, hash, at)).map(|(token, _)| token.id);
    let live = |at| bed.read(|conn| api_tokens::live(conn, &[long, short], at)).len();
    assert_eq!((found("long", now), found("short", now), found("x", now)), (Some(long), Some(short), None));
    assert_eq!((found("short", later(now, 60)), live(now), live(later(now, 60))), (None, 2, 1));
    assert_eq!(bed.write(Write::TouchTokens { tokens: vec![(long, later(now, 5))] }), Written::Done);
    let listed = bed.read(|conn| api_tokens::of_account(conn, bed.kim));
    assert_eq!((listed[0].id, listed[1].last_used_at), (short, Some(later(now, 5))));
    assert_eq!(listed[0].scopes.codes(), ["read", "admin"]);
    let revoke = |account, id| bed.read(|conn| api_tokens::revoke(conn, account, id, now));
    assert!(!revoke(bed.lee, long), "not theirs");
    assert!(revoke(bed.kim, long) && !revoke(bed.kim, long));
    assert_eq!((found("long", now), bed.read(|conn| api_tokens::of_account(conn, bed.kim)).len()), (None, 1));
    assert_eq!(bed.read(|conn| api_tokens::revoke_all(conn, bed.kim, "TEST", now)), 1);
    assert_eq!((found("short", now), bed.read(|conn| api_tokens::of_account(conn, bed.kim)).len()), (None, 0));
}

fn queue(bed: &Bed, to: &str) {
    let (id, body) = (MailId(bed.clock.new_id()), "a secret".to_owned());
    let new = NewMail { id, kind: "TEST", to: to.into(), subject: "제목".into(), body };
    bed.read(|conn| mails::queue(conn, &new, bed.now()));
}

fn a_mail_is_taken_by_one_and_forgotten_when_sent(bed: &Bed) {
    queue(bed, "one@example.org");
    queue(bed, "two@example.org");
    let now = bed.now();
    let take = |at| bed.read(|conn| mails::take(conn, at, later(at, 120)));
    let (one, two) = (take(now).unwrap(), take(now).unwrap());
    assert_eq!((one.to.as_str(), two.to.as_str(), one.attempts), ("one@example.org", "two@example.org", 1));
    assert_eq!((one.subject.as_str(), one.body.as_str()), ("제목", "a secret"));
    assert_eq!(take(now), None, "both are in somebody's hands");
    bed.read(|conn| mails::sent(conn, &one, now));
    // Whoever took the other is gone: after a while somebody else gets it, and only theirs counts.
    let again = take(later(now, 120)).unwrap();
    assert_eq!((again.id, again.attempts), (two.id, 2));
    bed.read(|conn| mails::give_up(conn, &two, "too late", now));
    bed.read(|conn| mails::sent(conn, &again, now));
    assert_eq!(take(later(now, 10_000)), None);
}

fn a_mail_is_put_off_or_given_up(bed: &Bed) {
    queue(bed, "one@example.org");
    let now = bed.now();
    let take = |at| bed.read(|conn| mails::take(conn, at, later(at, 120)));
    let mail = take(now).unwrap();
    bed.read(|conn| mails::put_off(conn, &mail, "down", later(now, 60), now));
    assert_eq!(take(later(now, 59)), None);
    let mail = take(later(now, 60)).unwrap();
    bed.read(|conn| mails::give_up(conn, &mail, "no such mailbox", now));
    assert_eq!(take(later(now, 10_000)), None);
}

fn mail_that_is_out_and_links_that_are_over_are_forgotten(bed: &Bed) {
    queue(bed, "one@example.org");
    queue(bed, "two@example.org");
    let now = bed.now();
    let mail = bed.read(|conn| mails::take(conn, now, later(now, 120))).unwrap();
    bed.read(|conn| mails::sent(conn, &mail, now));
    assert_eq!(bed.read(|conn| mails::forget(conn, now)), 0);
    assert_eq!(bed.read(|conn| mails::forget(conn, later(now, 10_000))), 1, "what waits is not forgotten");
    let new = NewLink {
        id: LinkId(bed.clock.new_id()),
        account: bed.kim,
        kind: LinkKind::VerifyEmail,
        token_hash: "forgotten".into(),
        expires_at: later(now, 60),
    };
    bed.read(|conn| links::create(conn, &new, "TEST", now));
    assert_eq!(bed.read(|conn| links::forget(conn, later(now, 60))), 0);
    assert_eq!(bed.read(|conn| links::forget(conn, later(now, 61))), 1);
}
