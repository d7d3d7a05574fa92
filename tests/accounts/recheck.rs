//! The check of every account, which a job runs at a set hour.

use std::cell::RefCell;
use std::sync::Arc;

use anteroom::actors::NodeRecords;
use anteroom::app::{App, Parts};
use anteroom::clock::Clock;
use anteroom::http::access_control::validity::recheck;
use anteroom::ids::{AccountId, NodeId, SessionId, TermId};
use anteroom::journal::Journal;
use anteroom::mail::MailQueue;
use anteroom::storage::history::audit;
use anteroom::storage::people::account_edits::{self, Changes};
use anteroom::storage::people::accounts::{self, AccountRole, NewAccount};
use anteroom::storage::people::sessions::{self, Made, NewSession};
use anteroom::storage::talk::alone;
use anteroom::storage::{Database, Store};
use anteroom::time::Wall;
use anteroom::tokens::Tokens;

use crate::support::settings::settings;

/// More than two batches.
const ACCOUNTS: usize = 450;

fn app(store: &Store, clock: &Clock) -> App {
    let settings = settings(NodeId(clock.new_id()));
    let journal = Journal::start(store, clock.clone(), NodeId(clock.new_id()), |_| ()).expect("a journal");
    let (tokens, mail_queue) = (Tokens::new(&[7; 32]), MailQueue::new("http://127.0.0.1"));
    let listening = ([127, 0, 0, 1], 80).into();
    let (node, term) = (settings.node, TermId(clock.new_id()));
    let now = clock.now().wall;
    store.run(|conn| conn.write(|conn| alone::begin(conn, node, term, now))).expect("a run on file");
    let found = store.run(|conn| NodeRecords::read(conn, term, now)).expect("what is on file");
    let (store, clock) = (store.clone(), clock.clone());
    App::start(Parts { settings, store, journal, clock, tokens, mail_queue, listening }, found)
}

#[actix_web::test]
async fn everybody_is_looked_at_and_those_who_may_no_longer_log_in_are_shown_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&Database::Sqlite(folder.path().join("anteroom.db"))).expect("a database");
    let clock = Clock::system();
    let now = clock.now().wall;
    let ids: Arc<Vec<AccountId>> = Arc::new((0..ACCOUNTS).map(|_| AccountId(clock.new_id())).collect());
    store
        .run(|conn| {
            conn.write(|conn| {
                for (nth, id) in ids.iter().enumerate() {
                    let new = NewAccount {
                        id: *id,
                        login: format!("c{nth}"),
                        email: None,
                        password_hash: String::new(),
                        name: format!("c{nth}"),
                        role: AccountRole::Counsellor,
                        approved: true,
                        language: "ko".into(),
                        capacity: 1,
                        lines: Vec::new(),
                        all_lines: false,
                    };
                    accounts::create_within(conn, &new, "TEST", now)?;
                    let session = SessionId(clock.new_id());
                    let (token_hash, expires_at) = (session.to_string(), Wall(now.0 + 60_000_000));
                    let made = Made::default();
                    let new = NewSession { id: session, account: *id, token_hash, expires_at, made };
                    sessions::create(conn, &new, now)?;
                }
                // Changed past the server, as by a script.
                for nth in [0, 199, 200, 449] {
                    account_edits::set(conn, ids[nth], &Changes::suspended("by a script"), "TEST", now)?;
                }
                account_edits::set(conn, ids[201], &Changes::valid(None, Some(now), "over"), "TEST", now)
            })
        })
        .expect("accounts");
    let app = app(&store, &clock);
    let told = RefCell::new(Vec::new());
    let note = async |done| {
        told.borrow_mut().push(done);
        told.borrow().len() > 1
    };
    assert_eq!(recheck(&app, note).await.expect("a round that is stopped"), None);
    assert_eq!(recheck(&app, note).await.expect("a whole round"), Some(3), "two were shown out before it was stopped");
    assert_eq!(told.into_inner(), [200, 200, 400, 450]);
    let left = |nth: usize| store.run(|conn| sessions::has_any(conn, ids[nth])).expect("an answer");
    assert!([0, 199, 200, 201, 449].iter().all(|nth| !left(*nth)));
    assert!([1, 198, 202, 448].iter().all(|nth| left(*nth)));
    let audit = store.run(|conn| audit::verify(conn, None)).expect("an answer").expect("a whole chain");
    assert_eq!(audit.entries, 5);
    assert_eq!(recheck(&app, async |_| true).await.expect("another round"), Some(0));
}
