//! Statements of the hot path, prepared once for a connection.
//!
//! Diesel prepares every `UPDATE` and every `ON CONFLICT` anew, as their text may depend on their
//! values, and finds the others by their text through `AnyConnection`, which is then written anew each
//! time. A statement run by these macros is found by the place in the code that runs it. Before there
//! were any, a third of the journal's time was SQLite's parser.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::expression::ValidGrouping;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::Text;
use diesel::{AppearsOnTable, Expression, RunQueryDsl, SelectableExpression};

/// Runs an `INSERT` whose text is the same every time; says how many rows it made. What changes rows gives
/// them back, as Diesel keeps no statement that is only executed: it is for [`one!`] and [`all!`].
macro_rules! insert {
    ($conn:expr, $statement:expr) => {
        $crate::storage::engine::prepared::prepared!($conn, $statement, execute)
    };
}
pub(crate) use insert;

/// The one row, or `NotFound`, of a statement whose text is the same every time: no optional changes, no
/// lists, nothing boxed. `first` would bind a limit besides, and SQLite plans a statement anew whenever
/// its limit is bound.
macro_rules! one {
    ($conn:expr, $statement:expr) => {
        $crate::storage::engine::prepared::prepared!($conn, $statement, get_result)
    };
}
pub(crate) use one;

/// All rows of such a statement.
macro_rules! all {
    ($conn:expr, $statement:expr) => {
        $crate::storage::engine::prepared::prepared!($conn, $statement, load)
    };
}
pub(crate) use all;

macro_rules! prepared {
    ($conn:expr, $statement:expr, $run:ident) => {{
        struct Here;
        let statement = $crate::storage::engine::prepared::Prepared::<_, Here>::new($statement);
        $crate::storage::engine::connection::on_each!($conn, inner => diesel::RunQueryDsl::$run(statement, inner))
    }};
}
pub(crate) use prepared;

/// A statement whose text is the same whenever it is run at `Place`.
pub(crate) struct Prepared<Statement, Place> {
    statement: Statement,
    place: PhantomData<Place>,
}

impl<Statement, Place> Prepared<Statement, Place> {
    pub(crate) fn new(statement: Statement) -> Self {
        Self { statement, place: PhantomData }
    }
}

impl<Statement, Place: 'static> QueryId for Prepared<Statement, Place> {
    type QueryId = Place;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<Statement: QueryFragment<DB>, Place, DB: Backend> QueryFragment<DB> for Prepared<Statement, Place> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.statement.walk_ast(pass)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

impl<Statement: Query, Place> Query for Prepared<Statement, Place> {
    type SqlType = Statement::SqlType;
}

impl<Statement, Place, Conn> RunQueryDsl<Conn> for Prepared<Statement, Place> {}

/// Codes that stand in the text of a statement: where a bound value may decide whether a partial index
/// serves it, SQLite plans the statement anew each time a value is bound.
macro_rules! literals {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, QueryId, ValidGrouping)]
        pub(crate) struct $name;

        impl Expression for $name {
            type SqlType = Text;
        }

        impl<Source> AppearsOnTable<Source> for $name {}
        impl<Source> SelectableExpression<Source> for $name {}

        impl<DB: Backend> QueryFragment<DB> for $name {
            fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
                pass.push_sql(concat!("'", $code, "'"));
                Ok(())
            }
        }
    )*};
}

literals! {
    /// The status of a room in which people may talk.
    Open = "OPEN";
    /// The state of a seat that is given up.
    Left = "LEFT";
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use diesel::Connection;
    use diesel::connection::InstrumentationEvent;

    use crate::ids::AccountId;
    use crate::storage::people::places::{free_place, take_place};
    use crate::storage::{Database, Store, connect};
    use crate::time::Wall;

    #[test]
    fn an_update_is_prepared_once() {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::Sqlite(folder.path().join("anteroom.db"));
        let _store = Store::open(&database).unwrap();
        let mut conn = connect(&database).unwrap();
        let kept = Arc::new(AtomicUsize::new(0));
        let count = kept.clone();
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if matches!(event, InstrumentationEvent::CacheQuery { .. }) {
                count.fetch_add(1, Ordering::Relaxed);
            }
        });
        for moment in 0..3 {
            assert!(!take_place(&mut conn, AccountId::from(7), Wall(moment)).unwrap());
            free_place(&mut conn, AccountId::from(7), Wall(moment)).unwrap();
        }
        // Not even once, if they were prepared anew each time.
        assert_eq!(kept.load(Ordering::Relaxed), 2);
    }
}
