//! A real PgBouncer between a server and its PostgreSQL.

use anteroom::storage::{Database, connect};

use super::postgres::{address_of, by_way_of};
use super::program::{Program, free_port};

/// A running pooler.
pub struct PgBouncer {
    /// The database through it.
    pub database: Database,
    _program: Program,
}

impl PgBouncer {
    /// In front of this database, in this `pool_mode`: `session`, `transaction` or `statement`.
    pub fn before(database: &Database, pool_mode: &str) -> Self {
        let (folder, behind, address) = (Program::folder("pgbouncer"), address_of(database), free_port());
        let file = format!(
            "[databases]\n* = host=127.0.0.1 port={} user=anteroom\n\
             [pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {}\nunix_socket_dir =\nauth_type = any\n\
             pool_mode = {pool_mode}\ndefault_pool_size = 20\n",
            behind.port(),
            address.port()
        );
        std::fs::write(folder.join("pgbouncer.ini"), file).expect("a file");
        let program = Program::start("pgbouncer", folder, &["pgbouncer.ini"]);
        let database = by_way_of(address, database);
        program.wait_until(|| connect(&database).is_ok());
        Self { database, _program: program }
    }
}
