//! The records themselves, read and changed beside the server.

use anteroom::storage::Database;
use chrono::NaiveDateTime;
use diesel::connection::SimpleConnection;
use diesel::deserialize::QueryableByName;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Integer, Nullable, Text, Timestamp};
use diesel::sqlite::Sqlite;

/// A connection of the test's own.
pub enum Records {
    Sqlite(Box<SqliteConnection>),
    Postgres(Box<PgConnection>),
}

/// A consultation, as the checks need it.
#[derive(Clone, Debug, QueryableByName)]
pub struct Ticket {
    #[diesel(sql_type = Text)]
    pub id: String,
    #[diesel(sql_type = Text)]
    pub client_id: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub number: Option<String>,
    #[diesel(sql_type = Timestamp)]
    pub requested: NaiveDateTime,
    #[diesel(sql_type = Text)]
    pub status: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub end_reason: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    pub explanation: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    pub predicted_low_s: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    pub predicted_high_s: Option<i32>,
    #[diesel(sql_type = Nullable<Integer>)]
    pub rating: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    pub result_code: Option<String>,
}

/// A room with its two seats.
#[derive(Clone, Debug, QueryableByName)]
pub struct Room {
    #[diesel(sql_type = Text)]
    pub id: String,
    #[diesel(sql_type = Text)]
    pub ticket: String,
    #[diesel(sql_type = Text)]
    pub status: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub end_reason: Option<String>,
    #[diesel(sql_type = Integer)]
    pub last_seq: i32,
    #[diesel(sql_type = Timestamp)]
    pub opened: NaiveDateTime,
    #[diesel(sql_type = Nullable<Timestamp>)]
    pub closed: Option<NaiveDateTime>,
    #[diesel(sql_type = Text)]
    pub desk_seat: String,
    #[diesel(sql_type = Text)]
    pub counsellor_seat: String,
    #[diesel(sql_type = Text)]
    pub account: String,
    #[diesel(sql_type = Integer)]
    pub capacity: i32,
}

/// A supervisor's seat.
#[derive(Clone, Debug, QueryableByName)]
pub struct SupervisorSeat {
    #[diesel(sql_type = Text)]
    pub room: String,
    #[diesel(sql_type = Text)]
    pub account: String,
    #[diesel(sql_type = Text)]
    pub member: String,
}

/// A message.
#[derive(Clone, Debug, PartialEq, QueryableByName)]
pub struct Said {
    #[diesel(sql_type = Text)]
    pub room: String,
    #[diesel(sql_type = Integer)]
    pub seq: i32,
    #[diesel(sql_type = Text)]
    pub id: String,
    #[diesel(sql_type = Text)]
    pub sender: String,
    #[diesel(sql_type = Text)]
    pub client_id: String,
    #[diesel(sql_type = Text)]
    pub body: String,
    #[diesel(sql_type = Timestamp)]
    pub sent: NaiveDateTime,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct Value {
    #[diesel(sql_type = Text)]
    value: String,
}

impl Records {
    pub fn open(database: &Database) -> Self {
        match database {
            Database::Sqlite(path) => {
                let mut conn = SqliteConnection::establish(&path.to_string_lossy()).expect("the database opens");
                conn.batch_execute("PRAGMA busy_timeout = 20000").expect("a pragma");
                Self::Sqlite(Box::new(conn))
            }
            Database::Postgres(url) => {
                Self::Postgres(Box::new(PgConnection::establish(url).expect("the database opens")))
            }
        }
    }

    /// Any statements.
    pub fn execute(&mut self, sql: &str) {
        let done = match self {
            Self::Sqlite(conn) => conn.batch_execute(sql),
            Self::Postgres(conn) => conn.batch_execute(sql),
        };
        done.unwrap_or_else(|error| panic!("{error}: {sql}"));
    }

    /// `SELECT COUNT(*) …`
    pub fn count(&mut self, from: &str) -> i64 {
        let rows: Vec<Count> = self.load(&format!("SELECT COUNT(*) AS count FROM {from}"));
        rows[0].count
    }

    /// A whole number of all rows together.
    pub fn sum(&mut self, column: &str, from: &str) -> i64 {
        let rows: Vec<Count> =
            self.load(&format!("SELECT CAST(COALESCE(SUM({column}), 0) AS BIGINT) AS count FROM {from}"));
        rows[0].count
    }

    /// One text.
    pub fn text(&mut self, expression: &str, from: &str) -> Option<String> {
        let rows: Vec<Value> = self.load(&format!("SELECT CAST({expression} AS TEXT) AS value FROM {from}"));
        rows.into_iter().next().map(|row| row.value)
    }

    pub fn tickets(&mut self) -> Vec<Ticket> {
        self.load(
            "SELECT CONSULTATION_ID AS id, CLIENT_ID AS client_id, TICKET_NUMBER AS number, \
                    REQUESTED_DTTM AS requested, STATUS AS status, END_REASON AS end_reason, \
                    EXPLANATION AS explanation, PREDICTED_LOW_S AS predicted_low_s, \
                    PREDICTED_HIGH_S AS predicted_high_s, RATING AS rating, RESULT_CODE AS result_code \
               FROM CONSULTATION ORDER BY REQUESTED_DTTM, CONSULTATION_ID",
        )
    }

    pub fn ticket(&mut self, id: &str) -> Ticket {
        self.tickets().into_iter().find(|ticket| ticket.id == id).unwrap_or_else(|| panic!("no ticket {id} on file"))
    }

    pub fn rooms(&mut self) -> Vec<Room> {
        self.load(
            "SELECT R.ROOM_ID AS id, R.CONSULTATION_ID AS ticket, R.STATUS AS status, R.END_REASON AS end_reason, \
                    R.LAST_SEQ AS last_seq, R.OPENED_DTTM AS opened, R.CLOSED_DTTM AS closed, \
                    D.MEMBER_ID AS desk_seat, C.MEMBER_ID AS counsellor_seat, C.ACCOUNT_ID AS account, \
                    A.CAPACITY AS capacity \
               FROM ROOM R \
               JOIN ROOM_MEMBER D ON D.ROOM_ID = R.ROOM_ID AND D.ROLE = 'DESK' \
               JOIN ROOM_MEMBER C ON C.ROOM_ID = R.ROOM_ID AND C.ROLE = 'COUNSELLOR' \
               JOIN ACCOUNT A ON A.ACCOUNT_ID = C.ACCOUNT_ID \
              ORDER BY R.OPENED_DTTM, R.ROOM_ID",
        )
    }

    pub fn supervisors(&mut self) -> Vec<SupervisorSeat> {
        self.load(
            "SELECT ROOM_ID AS room, ACCOUNT_ID AS account, MEMBER_ID AS member FROM ROOM_MEMBER \
              WHERE ROLE = 'MANAGER' ORDER BY JOINED_DTTM, MEMBER_ID",
        )
    }

    pub fn messages(&mut self) -> Vec<Said> {
        self.load(
            "SELECT ROOM_ID AS room, SEQ AS seq, MESSAGE_ID AS id, SENDER_ID AS sender, CLIENT_ID AS client_id, \
                    BODY AS body, SENT_DTTM AS sent FROM MESSAGE ORDER BY ROOM_ID, SEQ",
        )
    }

    /// Mail on its way or out, the oldest first.
    pub fn mails(&mut self) -> Vec<serde_json::Value> {
        #[derive(QueryableByName)]
        struct Mail {
            #[diesel(sql_type = Text)]
            kind: String,
            #[diesel(sql_type = Text)]
            state: String,
            #[diesel(sql_type = Integer)]
            attempts: i32,
            #[diesel(sql_type = Text)]
            body: String,
            #[diesel(sql_type = Nullable<Text>)]
            error: Option<String>,
        }
        let rows: Vec<Mail> = self.load(
            "SELECT KIND AS kind, STATE AS state, ATTEMPTS AS attempts, BODY AS body, ERROR AS error \
               FROM MAIL ORDER BY REG_DTTM, MAIL_ID",
        );
        let shown = |Mail { kind, state, attempts, body, error }: Mail| serde_json::json!({"kind": kind, "state": state, "attempts": attempts, "body": body, "error": error});
        rows.into_iter().map(shown).collect()
    }

    /// Logins with their account ids.
    pub fn logins(&mut self) -> Vec<(String, String)> {
        #[derive(QueryableByName)]
        struct Login {
            #[diesel(sql_type = Text)]
            login: String,
            #[diesel(sql_type = Text)]
            id: String,
        }
        let rows: Vec<Login> = self.load("SELECT LOGIN AS login, ACCOUNT_ID AS id FROM ACCOUNT");
        rows.into_iter().map(|row| (row.login, row.id)).collect()
    }

    fn load<T>(&mut self, sql: &str) -> Vec<T>
    where
        T: QueryableByName<Sqlite> + QueryableByName<Pg> + 'static,
    {
        let rows = match self {
            Self::Sqlite(conn) => sql_query(sql).load(&mut **conn),
            Self::Postgres(conn) => sql_query(sql).load(&mut **conn),
        };
        rows.unwrap_or_else(|error| panic!("{error}: {sql}"))
    }
}
