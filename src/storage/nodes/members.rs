//! `NODE`: a row a run of a server, and its session lock.
//!
//! The lock is held on the connection that beats, and shared: after a reconnection the node's own dead session
//! may still have it. It goes with the process, which is seen within milliseconds.

use diesel::pg::PgConnection;
use diesel::sql_types::{BigInt, Bool, Double, Integer, Text};
use diesel::{OptionalExtension as _, QueryResult, QueryableByName, RunQueryDsl as _, sql_query};

use super::{count, id, lease, unreadable};
use crate::cluster::Engine;
use crate::cluster::members::{LookResult, Me, NodeRow, State, Wires};
use crate::ids::NodeId;
use crate::storage::SYSTEM;
use crate::storage::engine::installation::forget_marks;
use crate::time::Wall;

/// The first half of every node's session lock; the second is its number. Any will do, as long as every node
/// uses the same.
const LOCK_CLASS: i32 = 1_095_652_421;

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = Integer)]
    node_no: i32,
}

#[derive(QueryableByName)]
struct Yes {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

#[derive(QueryableByName)]
struct AtBeat {
    #[diesel(sql_type = BigInt)]
    at: i64,
    #[diesel(sql_type = Double)]
    notices: f64,
}

/// A beat that counted, and what it found besides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Beaten {
    /// What time it is by the database's clock.
    pub at: Wall,
    /// How much of the room for notices that somebody has not heard yet is taken, from 0 to 1. A full one stops
    /// whoever speaks.
    pub notices: f64,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Integer)]
    node_no: i32,
    #[diesel(sql_type = Text)]
    node_id: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    version: String,
    #[diesel(sql_type = Integer)]
    wire_min: i32,
    #[diesel(sql_type = Integer)]
    wire_max: i32,
    #[diesel(sql_type = Text)]
    engine: String,
    #[diesel(sql_type = Text)]
    state: String,
    #[diesel(sql_type = Integer)]
    beat: i32,
    #[diesel(sql_type = Bool)]
    held: bool,
}

impl Row {
    fn read(self) -> QueryResult<NodeRow> {
        let wires = Wires { min: count("WIRE_MIN", self.wire_min)?, max: count("WIRE_MAX", self.wire_max)? };
        let node = id("NODE_ID", &self.node_id)?;
        Ok(NodeRow {
            who: Me { node, name: self.name, version: self.version, wires },
            no: count("NODE_NO", self.node_no)?,
            engine: Engine::from_code(&self.engine).ok_or_else(|| unreadable("ENGINE", self.engine))?,
            state: State::from_code(&self.state).ok_or_else(|| unreadable("STATE", self.state))?,
            beat: count("BEAT", self.beat)?,
            held: self.held,
        })
    }
}

/// Puts the node on file as `JOINING` and hearing by PostgreSQL, unless it is there, and takes its session lock
/// on this connection. Its number.
///
/// # Errors
///
/// What the database says.
pub fn insert(conn: &mut PgConnection, me: &Me) -> QueryResult<u32> {
    sql_query(
        "INSERT INTO NODE (NODE_ID, NAME, VERSION, WIRE_MIN, WIRE_MAX, ENGINE, STATE, BEAT,
                           REG_DTTM, REG_ID, MOD_DTTM, MOD_ID)
         VALUES ($1, $2, $3, $4, $5, 'POSTGRES', 'JOINING', 0,
                 CURRENT_TIMESTAMP AT TIME ZONE 'UTC', $6, CURRENT_TIMESTAMP AT TIME ZONE 'UTC', $6)
         ON CONFLICT (NODE_ID) DO NOTHING",
    )
    .bind::<Text, _>(me.node.to_string())
    .bind::<Text, _>(&me.name)
    .bind::<Text, _>(&me.version)
    .bind::<Integer, _>(wire(me.wires.min)?)
    .bind::<Integer, _>(wire(me.wires.max)?)
    .bind::<Text, _>(SYSTEM)
    .execute(conn)?;
    let row: Number = sql_query("SELECT NODE_NO AS node_no FROM NODE WHERE NODE_ID = $1")
        .bind::<Text, _>(me.node.to_string())
        .get_result(conn)?;
    let no = count("NODE_NO", row.node_no)?;
    hold(conn, no)?;
    Ok(no)
}

/// Takes the session lock of the node with this number on this connection.
///
/// # Errors
///
/// What the database says, or that somebody has it for themselves, which no node does.
pub fn hold(conn: &mut PgConnection, no: u32) -> QueryResult<()> {
    let no = i32::try_from(no).map_err(|_| unreadable("NODE_NO", no))?;
    let taken: Yes = sql_query("SELECT pg_try_advisory_lock_shared($1, $2) AS yes")
        .bind::<Integer, _>(LOCK_CLASS)
        .bind::<Integer, _>(no)
        .get_result(conn)?;
    if taken.yes { Ok(()) } else { Err(unreadable("session lock of node", no)) }
}

/// The node's beat; nothing if the node is gone.
///
/// # Errors
///
/// What the database says.
pub fn beat(conn: &mut PgConnection, me: NodeId, state: State, engine: Engine) -> QueryResult<Option<Beaten>> {
    let row: Option<AtBeat> = sql_query(
        "UPDATE NODE SET BEAT = BEAT + 1, STATE = $2, ENGINE = $3, MOD_DTTM = CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
          WHERE NODE_ID = $1 AND STATE <> 'GONE'
         RETURNING CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT) AS at,
                   pg_notification_queue_usage() AS notices",
    )
    .bind::<Text, _>(me.to_string())
    .bind::<Text, _>(state.code())
    .bind::<Text, _>(engine.code())
    .get_result(conn)
    .optional()?;
    Ok(row.map(|row| Beaten { at: Wall(row.at), notices: row.notices }))
}

/// Everybody who is not gone, and the lease, which is read first: whoever holds it was there by then.
///
/// # Errors
///
/// What the database says; what is on file and cannot be read; no row of the lease.
pub fn look(conn: &mut PgConnection) -> QueryResult<LookResult> {
    let lease = lease::read(conn)?;
    // The locks are listed once, whatever the number of nodes.
    let rows: Vec<Row> = sql_query(
        "SELECT N.NODE_NO AS node_no, N.NODE_ID AS node_id, N.NAME AS name, N.VERSION AS version,
                N.WIRE_MIN AS wire_min, N.WIRE_MAX AS wire_max, N.ENGINE AS engine, N.STATE AS state, N.BEAT AS beat,
                N.NODE_NO IN (SELECT CAST(objid AS INTEGER) FROM pg_locks
                               WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND classid = $1
                                 AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
                    AS held
           FROM NODE N WHERE N.STATE <> 'GONE' ORDER BY N.NODE_NO",
    )
    .bind::<diesel::sql_types::Oid, _>(LOCK_CLASS.unsigned_abs())
    .load(conn)?;
    let nodes = rows.into_iter().map(Row::read).collect::<QueryResult<_>>()?;
    Ok(LookResult { nodes, lease })
}

/// Declares a node gone whose beat is still this; whether this statement did it.
///
/// # Errors
///
/// What the database says.
pub fn declare_gone(conn: &mut PgConnection, node: NodeId, seen_beat: u64) -> QueryResult<bool> {
    let changed = sql_query(
        "UPDATE NODE SET STATE = 'GONE', MOD_DTTM = CURRENT_TIMESTAMP AT TIME ZONE 'UTC'
          WHERE NODE_ID = $1 AND BEAT = $2 AND STATE <> 'GONE'",
    )
    .bind::<Text, _>(node.to_string())
    .bind::<BigInt, _>(i64::try_from(seen_beat).unwrap_or(i64::MAX))
    .execute(conn)?;
    Ok(changed == 1)
}

/// Deletes the rows of nodes that have been gone for a day, by the database's clock, and the marks of their journals.
/// How many nodes.
///
/// # Errors
///
/// What the database says.
pub fn forget_gone(conn: &mut PgConnection) -> QueryResult<usize> {
    let forgotten = sql_query(
        "DELETE FROM NODE WHERE STATE = 'GONE'
            AND MOD_DTTM < (CURRENT_TIMESTAMP AT TIME ZONE 'UTC') - INTERVAL '1 day'",
    )
    .execute(conn)?;
    forget_marks(conn)?;
    Ok(forgotten)
}

fn wire(version: u32) -> QueryResult<i32> {
    i32::try_from(version).map_err(|_| unreadable("version of the wire", version))
}
