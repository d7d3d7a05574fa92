//! The records and the journal, on both engines: every test of a contract runs on SQLite and on a
//! real PostgreSQL, and means the same.

mod access;
mod audit;
mod bed;
mod codes;
mod compared;
mod crowd;
mod desks;
mod faults;
mod figures;
mod group;
mod groups;
mod history;
mod jobs;
mod keepers;
mod keepers_taken;
mod lines;
mod lists;
mod mails;
mod matches;
mod media;
mod moment;
mod order;
mod own_day;
mod people;
mod posts;
mod replies;
mod restart;
mod rooms;
mod round_trips;
mod schema;
mod scope;
mod served;
mod supervision;
mod taken;
mod terms;
mod test_data;
mod tickets;
mod transfers;

/// Makes of each function over a [`bed::Bed`] a test for each engine.
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[test] fn $name() { super::$name(&crate::storage::bed::Bed::sqlite()); })*
        }
        mod postgres {
            $(#[test] fn $name() { super::$name(&crate::storage::bed::Bed::postgres()); })*
        }
    };
}
use on_both;
