//! The schema: what the migrations yield is what the program was built for, and a difference is a
//! refusal that says where.

use anteroom::journal::{Journal, Written};
use anteroom::storage::{Database, OpenError, Store, connect};
use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use super::bed::Bed;
use super::on_both;

on_both!(
    the_committed_schema_has_every_table_the_migrations_make,
    migrating_again_changes_nothing,
    a_changed_column_is_refused_by_name,
    a_database_may_have_more_than_this_program_knows,
    a_database_that_needs_a_newer_program_is_refused,
);

#[derive(QueryableByName)]
struct Table {
    #[diesel(sql_type = Text)]
    name: String,
}

// The columns of these tables, their names, types and nullability, are compared both ways by
// every `Store::open` of these tests.
fn the_committed_schema_has_every_table_the_migrations_make(bed: &Bed) {
    let tables = match bed.store.database() {
        Database::Sqlite(_) => "SELECT lower(name) AS name FROM sqlite_master WHERE type = 'table'",
        Database::Postgres(_) => {
            "SELECT table_name::text AS name FROM information_schema.tables WHERE table_schema = current_schema()"
        }
    };
    let mut live: Vec<String> =
        bed.read(|conn| sql_query(tables).load::<Table>(conn)).into_iter().map(|table| table.name).collect();
    live.retain(|name| !name.starts_with("sqlite_") && !name.starts_with("__diesel"));
    // An index in the shape of a table: of another kind in each engine.
    live.retain(|name| !name.starts_with("consultation_terms"));
    live.sort();
    let schema = include_str!("../../src/storage/schema.rs");
    let committed: Vec<&str> =
        schema.lines().filter_map(|line| Some(line.trim().strip_suffix(") {")?.split_once(" (")?.0)).collect();
    assert_eq!(live, committed);
}

fn migrating_again_changes_nothing(bed: &Bed) {
    let ticket = bed.ticket();
    assert_eq!(Store::migrate(bed.store.database()).unwrap(), 0);
    Store::open(bed.store.database()).unwrap();
    assert_eq!(bed.read(anteroom::storage::talk::tickets::waiting)[0].ticket, ticket);
}

fn change(bed: &Bed, change: &str) {
    // A connection of its own: one of the pool may still have the tables in mind as they were.
    connect(bed.store.database()).unwrap().batch_execute(change).unwrap();
}

fn refused(bed: &Bed, what: &str) -> String {
    change(bed, what);
    let message = Store::open(bed.store.database()).err().expect("a refusal").to_string();
    assert!(!message.contains('\n'), "{message}");
    message
}

fn a_changed_column_is_refused_by_name(bed: &Bed) {
    let message = refused(bed, "ALTER TABLE DESK DROP COLUMN PLACE");
    assert!(message.contains("table DESK, column PLACE: it is missing"), "{message}");
    let message = refused(bed, "ALTER TABLE DESK ADD COLUMN PLACE INTEGER");
    assert!(message.contains("table DESK, column PLACE: it is Nullable<Integer>"), "{message}");
}

/// What a newer version's migration may add. Everything goes on: this program reads and writes.
fn a_database_may_have_more_than_this_program_knows(bed: &Bed) {
    change(
        bed,
        "INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000000');
         CREATE TABLE LATER (LATER_ID TEXT NOT NULL PRIMARY KEY);
         ALTER TABLE CONSULTATION ADD COLUMN LATER_NOTE TEXT;
         ALTER TABLE ROOM ADD COLUMN LATER_YN TEXT NOT NULL DEFAULT 'N'",
    );
    let newer = Store::open(bed.store.database()).expect("more is fine");
    assert_eq!(Store::pending(bed.store.database()).unwrap(), Some(0));
    let journal = Journal::start(&newer, bed.clock.clone(), bed.node, |_| ()).unwrap();
    let bed = bed.with_journal(journal);
    let talk = bed.talk(bed.kim);
    assert_eq!(bed.say(&talk, 1), Written::Done);
    assert_eq!(bed.end(&talk, false), Written::Done);
    bed.journal.close();
}

fn a_database_that_needs_a_newer_program_is_refused(bed: &Bed) {
    let message = refused(bed, "UPDATE INSTALLATION SET VALUE = '99.0.0' WHERE NAME = 'VERSION_MIN'");
    assert!(message.contains("anteroom 99.0.0 or newer"), "{message}");
    assert!(Store::pending(bed.store.database()).is_err(), "the doctor says so, too");
    assert!(Store::migrate(bed.store.database()).is_err());
    let message = refused(
        bed,
        "DELETE FROM INSTALLATION WHERE NAME = 'VERSION_MIN';
         INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231000000')",
    );
    assert!(message.contains("newer") && message.contains("99991231000000"), "{message}");
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    let error = Store::open(&Database::Sqlite(file.join("anteroom.db"))).err().expect("a refusal");
    assert!(matches!(&error, OpenError::Unwritable { path, .. } if *path == file), "{error}");
}

#[test]
fn a_file_that_is_no_database_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("anteroom.db");
    std::fs::write(&file, "dear diary, ".repeat(100)).unwrap();
    let error = Store::open(&Database::Sqlite(file)).err().expect("a refusal").to_string();
    assert!(error.contains("anteroom.db") && !error.contains('\n'), "{error}");
}

#[test]
fn a_postgres_that_is_down_is_not_taken_for_a_file() {
    // Port 9 is discard; nobody has served it for decades.
    let database: Database = "postgres://anteroom:secret@127.0.0.1:9/records".parse().unwrap();
    let error = Store::open(&database).err().expect("a refusal").to_string();
    assert!(error.contains("127.0.0.1:9/records") && !error.contains("secret") && !error.contains('\n'), "{error}");
}
