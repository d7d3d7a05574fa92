//! Who else serves this database, and whether they can speak with each other.

use super::finding::Finding::{self, Fail, Ok as Fine};
use crate::cluster::members::Me;
use crate::start_error::StartError;
use crate::storage::nodes::members;
use crate::storage::{AnyConnection, Store};

/// Those whose session is there; who died a moment ago is on file and no longer counts.
pub(super) fn look(store: &Store) -> Result<Finding, StartError> {
    let found = store.run(|conn| match conn {
        AnyConnection::Postgres(conn) => members::look(conn).map(|found| found.nodes),
        AnyConnection::Sqlite(_) => Ok(Vec::new()),
    })?;
    Ok(go_together(&found.into_iter().filter(|node| node.held).map(|node| node.who).collect::<Vec<_>>()))
}

fn go_together(nodes: &[Me]) -> Finding {
    for (n, one) in nodes.iter().enumerate() {
        if let Some(other) = nodes[n + 1..].iter().find(|other| one.wires.common(other.wires).is_none()) {
            return Fail(format!(
                "{} runs {} and {} runs {}, which have no version of the words between nodes in common; go by way of a \
                 version between them",
                one.name, one.version, other.name, other.version
            ));
        }
    }
    match nodes {
        [] => Fine("none serves this database as one of several".into()),
        _ => {
            let named = nodes.iter().map(|node| format!("{} ({})", node.name, node.version)).collect::<Vec<_>>();
            Fine(format!("{} serve it and go together", named.join(", ")))
        }
    }
}
