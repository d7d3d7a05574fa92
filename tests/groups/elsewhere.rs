//! A group room lives at one node and is asked for at another.

use anteroom::actors::{Drain, FindGroup, GroupPlace, NodeRecords, RoomsGone};
use anteroom::app::{App, Parts};
use anteroom::clock::Clock;
use anteroom::cluster::link::WIRE;
use anteroom::cluster::members::{Me, Wires};
use anteroom::ids::{AccountId, NodeId, RoomId, TermId};
use anteroom::journal::Journal;
use anteroom::mail::MailQueue;
use anteroom::storage::nodes::members;
use anteroom::storage::people::accounts::{self, AccountRole, NewAccount};
use anteroom::storage::talk::groups::{self, NewGroup};
use anteroom::storage::talk::keepers;
use anteroom::storage::{AnyConnection, Store};
use anteroom::tokens::Tokens;

use crate::support::postgres;
use crate::support::settings::settings;

/// A node that takes part, with its actors.
fn node(store: &Store, clock: &Clock) -> App {
    let node = NodeId(clock.new_id());
    let settings = settings(node);
    let (name, version, wires) = ("n".to_owned(), "1".to_owned(), Wires { min: WIRE, max: WIRE });
    let found = store.run(|conn| {
        let AnyConnection::Postgres(postgres) = &mut *conn else { panic!("not a PostgreSQL") };
        members::insert(postgres, &Me { node, name, version, wires })?;
        NodeRecords::read(conn, TermId(clock.new_id()), clock.now().wall)
    });
    let journal = Journal::start(store, clock.clone(), NodeId(clock.new_id()), |_| ()).expect("a journal");
    let (tokens, mail_queue) = (Tokens::new(&[7; 32]), MailQueue::new("http://127.0.0.1"));
    let listening = ([127, 0, 0, 1], 80).into();
    let (store, clock) = (store.clone(), clock.clone());
    App::start(
        Parts { settings, store, journal, clock, tokens, mail_queue, listening },
        found.expect("what is on file"),
    )
}

/// Puts a room on file that somebody has opened at this node.
fn opens(store: &Store, clock: &Clock, (id, creator): (RoomId, AccountId), home: NodeId) {
    store
        .run(|conn| {
            let new = NewAccount {
                id: creator,
                login: "kim".into(),
                email: None,
                password_hash: String::new(),
                name: "Kim".into(),
                role: AccountRole::Counsellor,
                approved: true,
                language: "ko".into(),
                capacity: 1,
                lines: Vec::new(),
                all_lines: false,
            };
            accounts::create(conn, &new, "TEST", clock.now().wall)?;
            let (title, language) = ("t".to_owned(), "ko".to_owned());
            let new = NewGroup { id, title, info: None, picture: None, language, creator, home };
            groups::create(conn, &new, clock.now().wall)
        })
        .expect("a room");
}

#[actix_web::test]
async fn a_group_room_is_found_from_anywhere_and_opened_where_it_is_asked_for_once_its_node_is_gone() {
    let store = Store::open(&postgres::fresh_database()).expect("a database");
    let clock = Clock::system();
    let [one, other] = [(); 2].map(|()| node(&store, &clock));
    let (home, creator) = (one.settings.node, AccountId(clock.new_id()));
    let [asked, over] = [(); 2].map(|()| RoomId(clock.new_id()));
    opens(&store, &clock, (asked, creator), home);
    let find = async |app: &App, room| app.groups.send(FindGroup(room)).await.expect("the registry");
    assert!(matches!(find(&other, asked).await, GroupPlace::At(at) if at == home));
    assert!(matches!(find(&one, asked).await, GroupPlace::Here(_)), "though nobody has told it yet");
    assert!(matches!(find(&other, over).await, GroupPlace::Nowhere));

    let is_gone = store.run(|conn| {
        let AnyConnection::Postgres(conn) = conn else { panic!("not a PostgreSQL") };
        members::declare_gone(conn, home, 0)
    });
    assert!(is_gone.expect("an answer"));
    let orphans = store.run(keepers::orphaned_groups).expect("an answer");
    assert_eq!(orphans.iter().map(|orphan| (orphan.room, orphan.keeper)).collect::<Vec<_>>(), [(asked, Some(home))]);
    let [first, again] = [find(&other, asked).await, find(&other, asked).await];
    assert!(matches!((first, again), (GroupPlace::Here(_), GroupPlace::Here(_))));
    let kept = store.run(|conn| keepers::kept_of(conn, &[asked])).expect("an answer");
    assert_eq!(kept[0].keeper, Some(other.settings.node));
    assert_eq!(store.run(keepers::orphaned_groups).expect("an answer"), []);
}

#[actix_web::test]
async fn a_group_room_of_a_node_that_drains_is_nobodys_and_opened_where_it_is_asked_for_next() {
    let store = Store::open(&postgres::fresh_database()).expect("a database");
    let clock = Clock::system();
    let [one, other] = [(); 2].map(|()| node(&store, &clock));
    let room = RoomId(clock.new_id());
    opens(&store, &clock, (room, AccountId(clock.new_id())), one.settings.node);
    let find = async |app: &App| app.groups.send(FindGroup(room)).await.expect("the registry");
    assert!(matches!(find(&one).await, GroupPlace::Here(_)));
    one.groups.send(Drain).await.expect("the registry");
    one.groups.send(RoomsGone).await.expect("the registry");
    assert!(matches!(find(&one).await, GroupPlace::Unknown), "it takes nothing any more");
    assert!(matches!(find(&other).await, GroupPlace::Here(_)));
}
