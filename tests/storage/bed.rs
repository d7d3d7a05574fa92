//! A database with a line and two counsellors, a journal on it, and the words to use it.

use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use anteroom::clock::Clock;
use anteroom::ids::{AccountId, LineId, MemberId, MessageId, NodeId, RoomId, SessionId, TermId, TicketId};
use anteroom::journal::{Journal, Keeper, MatchRow, MessageRow, SeatRow, TicketRow, Write, WriteFailed, Written};
use anteroom::protocol::{EndReason, MessageKind, Role};
use anteroom::storage::people::accounts::{self, Account, AccountRole, NewAccount};
use anteroom::storage::people::scope::Scope;
use anteroom::storage::talk::alone;
use anteroom::storage::{AnyConnection, Database, Store};
use anteroom::time::Wall;
use diesel::QueryResult;
use diesel::connection::{Connection, InstrumentationEvent};
use tempfile::TempDir;

use crate::support::postgres;

/// No answer within this is no answer.
const PATIENCE: Duration = Duration::from_secs(60);
/// The line every fresh database has.
pub const GENERAL: u128 = 0x0000_0000_0000_7000_8000_0000_0000_0001;
/// The day tickets count in, unless a test says otherwise.
pub const DAY: u32 = 20_261_121;

pub struct Bed {
    pub store: Store,
    pub journal: Journal,
    pub clock: Clock,
    pub line: LineId,
    /// The node that serves it, and its term.
    pub node: NodeId,
    pub term: TermId,
    /// Serves the line; one room at a time.
    pub kim: AccountId,
    /// Serves the line; two rooms at a time.
    pub lee: AccountId,
    _folder: Option<TempDir>,
}

/// An open room of the bed.
#[derive(Clone, Copy)]
pub struct Talk {
    pub ticket: TicketId,
    pub room: RoomId,
    pub desk: MemberId,
    pub staff: MemberId,
    pub counsellor: AccountId,
    pub last_seq: u32,
}

impl Bed {
    pub fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = Database::Sqlite(folder.path().join("anteroom.db"));
        Self { _folder: Some(folder), ..Self::on(&database) }
    }

    pub fn postgres() -> Self {
        Self::on(&postgres::fresh_database())
    }

    pub fn on(database: &Database) -> Self {
        let store = Store::open(database).unwrap();
        let clock = Clock::system();
        let journal = Journal::start(&store, clock.clone(), NodeId(clock.new_id()), |_| ()).unwrap();
        let line = LineId::from(GENERAL);
        let [kim, lee] = ["kim", "lee"].map(|_| AccountId(clock.new_id()));
        let (node, term) = (NodeId(clock.new_id()), TermId(clock.new_id()));
        let bed = Self { store, journal, clock, line, node, term, kim, lee, _folder: None };
        bed.read(|conn| conn.write(|conn| alone::begin(conn, node, term, bed.now())));
        for (id, login, capacity) in [(kim, "kim", 1), (lee, "lee", 2)] {
            let new = NewAccount { id, capacity, ..bed.account(login, AccountRole::Counsellor) };
            bed.read(|conn| accounts::create(conn, &new, "TEST", bed.now()));
        }
        bed
    }

    /// The same database through another journal.
    pub fn with_journal(&self, journal: Journal) -> Self {
        let Self { store, clock, line, node, term, kim, lee, .. } = self;
        let (store, clock, kim, lee) = (store.clone(), clock.clone(), *kim, *lee);
        Self { store, journal, clock, line: *line, node: *node, term: *term, kim, lee, _folder: None }
    }

    pub fn account(&self, login: &str, role: AccountRole) -> NewAccount {
        NewAccount {
            id: AccountId(self.clock.new_id()),
            login: login.into(),
            email: None,
            password_hash: "$argon2id$".into(),
            name: login.to_uppercase(),
            role,
            approved: true,
            language: "ko".into(),
            capacity: 1,
            lines: vec![(self.line, 0)],
            all_lines: false,
        }
    }

    /// Of somebody with this role who serves these lines; all of them if `all_lines` says so.
    pub fn scope(&self, role: AccountRole, all_lines: bool, lines: &[LineId]) -> Scope {
        let kim = self.read(|conn| accounts::by_id(conn, self.kim)).expect("kim is on file");
        Scope::of(&Account { role, all_lines, ..kim }, lines.to_vec())
    }

    /// Of an admin.
    pub fn everything(&self) -> Scope {
        self.scope(AccountRole::Admin, false, &[])
    }

    pub fn now(&self) -> Wall {
        self.clock.now().wall
    }

    pub fn read<T>(&self, query: impl FnOnce(&mut AnyConnection) -> QueryResult<T>) -> T {
        self.store.run(query).unwrap()
    }

    pub fn try_write(&self, write: Write) -> Result<Written, WriteFailed> {
        self.try_write_by(self.keeper_of(&write), write)
    }

    pub fn try_write_by(&self, by: Keeper, write: Write) -> Result<Written, WriteFailed> {
        let (sender, receiver) = mpsc::channel();
        self.journal.submit(by, write, move |answer| sender.send(answer).unwrap());
        receiver.recv_timeout(PATIENCE).expect("every write is answered")
    }

    /// Who decides this on the bed's node.
    pub fn keeper_of(&self, write: &Write) -> Keeper {
        match write {
            Write::OpenTicket(_)
            | Write::RefuseTicket(..)
            | Write::CloseTicket { .. }
            | Write::Match(_)
            | Write::TakeTicket { .. }
            | Write::MoveTicket(_)
            | Write::Happened { .. }
            | Write::SetIntent { .. }
            | Write::WrapUp { result_code: None, memo: None, .. } => Keeper::Term(self.term),
            Write::Say(_)
            | Write::Sit(_)
            | Write::Show(_)
            | Write::Whisper(_)
            | Write::Seat { .. }
            | Write::EndRoom { .. }
            | Write::ReturnTicket { .. }
            | Write::HandOver(_)
            | Write::HandOn { .. } => Keeper::Home(self.node),
            _ => Keeper::Anybody,
        }
    }

    pub fn write(&self, write: Write) -> Written {
        self.try_write(write).unwrap()
    }

    /// A request not yet on file.
    pub fn request(&self) -> TicketRow {
        TicketRow {
            ticket: TicketId(self.clock.new_id()),
            line: self.line,
            desk: None,
            session: SessionId(self.clock.new_id()),
            client_id: self.clock.new_id().to_string(),
            language: "ko".into(),
            nickname: Some("길동".into()),
            note: None,
            priority: 0,
            requested_at: self.now(),
            day: DAY,
            predicted_s: Some([60, 120]),
        }
    }

    /// A ticket that waits.
    pub fn ticket(&self) -> TicketId {
        let row = self.request();
        let ticket = row.ticket;
        assert!(matches!(self.write(Write::OpenTicket(row)), Written::Opened { .. }));
        ticket
    }

    /// A match not yet on file.
    pub fn proposal(&self, ticket: TicketId, counsellor: AccountId) -> MatchRow {
        let seat = |role, account| SeatRow {
            member: MemberId(self.clock.new_id()),
            role,
            account,
            session: account.is_none().then(|| SessionId(self.clock.new_id())),
            name: "name".into(),
        };
        MatchRow {
            ticket,
            room: RoomId(self.clock.new_id()),
            home: self.node,
            counsellor,
            seats: [seat(Role::Desk, None), seat(Role::Counsellor, Some(counsellor))],
            at: self.now(),
            explanation: r#"{"rule":"R3"}"#.into(),
        }
    }

    /// Proposes the match; the open room if it was made.
    pub fn pair(&self, ticket: TicketId, counsellor: AccountId) -> Result<Talk, Written> {
        let row = self.proposal(ticket, counsellor);
        let [desk, staff] = [row.seats[0].member, row.seats[1].member];
        let room = row.room;
        match self.write(Write::Match(Box::new(row))) {
            Written::Matched { last_seq } => Ok(Talk { ticket, room, desk, staff, counsellor, last_seq }),
            other => Err(other),
        }
    }

    /// An open room of this counsellor's.
    pub fn talk(&self, counsellor: AccountId) -> Talk {
        self.pair(self.ticket(), counsellor).expect("a match")
    }

    pub fn message(&self, room: RoomId, from: MemberId, seq: u32) -> MessageRow {
        MessageRow {
            id: MessageId(self.clock.new_id()),
            room,
            seq,
            from,
            client_id: format!("c{seq}"),
            kind: MessageKind::Text,
            body: format!("말 {seq}"),
            at: self.now(),
        }
    }

    pub fn say(&self, talk: &Talk, seq: u32) -> Written {
        self.write(Write::Say(Box::new(self.message(talk.room, talk.desk, seq))))
    }

    pub fn end(&self, talk: &Talk, wrap_up: bool) -> Written {
        let (reason, by) = (EndReason::Done, Some(talk.staff));
        self.write(Write::EndRoom { room: talk.room, reason, by, note: Some("끝냄".into()), at: self.now(), wrap_up })
    }

    /// What this expression in parentheses counts.
    pub fn count(&self, of: &str) -> i64 {
        super::order::count(self.store.database(), of)
    }

    /// Places this counsellor has taken on file.
    pub fn taken(&self, counsellor: AccountId) -> u32 {
        self.read(|conn| accounts::by_id(conn, counsellor)).unwrap().rooms_open
    }
}

/// The statements that read while `work` runs, in order.
pub fn statements_of(conn: &mut AnyConnection, work: impl FnOnce(&mut AnyConnection)) -> Vec<String> {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let told = heard.clone();
    conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let text = query.to_string();
            let text = text.split(" -- binds").next().unwrap_or_default().to_owned();
            told.lock().unwrap().push(text);
        }
    });
    work(conn);
    conn.set_instrumentation(|_: InstrumentationEvent<'_>| ());
    let heard: Vec<String> = heard.lock().unwrap().clone();
    heard.into_iter().filter(|text| text.contains("SELECT") || text.contains("WITH")).collect()
}
