//! What group commit is worth: messages a second and their latency, committed in groups against
//! one commit a message, by turns in the same run on the same disk.
//!
//! `cargo bench --bench journal` measures SQLite in the target folder (not in a memory file
//! system, where a sync costs nothing); ANTEROOM_BENCH_DATABASE names another database, which must
//! be empty. A latency runs from the moment a writer has something to say to its answer.

use std::collections::VecDeque;
use std::io::Write as _;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use anteroom::clock::Clock;
use anteroom::ids::{AccountId, LineId, MemberId, MessageId, NodeId, RoomId, SessionId, TermId, TicketId};
use anteroom::journal::{Journal, Keeper, MatchRow, MessageRow, SeatRow, TicketRow, Write, Written};
use anteroom::protocol::{MessageKind, Role};
use anteroom::storage::people::accounts::{self, AccountRole, NewAccount};
use anteroom::storage::talk::alone;
use anteroom::storage::{AnyConnection, Database, Store};

/// Writers with one message each in flight.
const WRITERS: [usize; 3] = [1, 8, 64];
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_millis(1_500);

/// A writer: a room of its own, and the next number there.
struct Writer {
    room: RoomId,
    member: MemberId,
    seq: u32,
}

/// What one round came to.
#[derive(Clone, Copy, Default)]
struct Figures {
    per_second: f64,
    p50_ms: f64,
    p99_ms: f64,
}

struct Bench {
    journal: Journal,
    clock: Clock,
    node: NodeId,
    term: TermId,
    writers: Vec<Writer>,
}

fn main() {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let database = match std::env::var("ANTEROOM_BENCH_DATABASE") {
        Ok(url) => url.parse().expect("a database URL"),
        Err(_) => Database::Sqlite(folder.path().join("bench.db")),
    };
    println!("database {database:?}");
    println!("fsync of 4 KiB on the folder's disk: median {:.3} ms", fsync_ms(folder.path()));
    let mut bench = Bench::on(&database);
    println!("{ROUNDS} rounds of {ROUND:?} each, by turns; median (least to most)");
    for count in WRITERS {
        let (mut grouped, mut single) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            grouped.push(bench.round(count, count));
            single.push(bench.round(count, 1));
        }
        report(count, "in groups", &grouped);
        report(count, "one by one", &single);
        let ratio = median(&grouped, |one| one.per_second) / median(&single, |one| one.per_second);
        println!("{count:>3} writers  ratio       {ratio:.2}");
    }
    bench.journal.close();
}

impl Bench {
    fn on(database: &Database) -> Self {
        let store = Store::open(database).expect("an empty database");
        let clock = Clock::system();
        let journal = Journal::start(&store, clock.clone(), NodeId(clock.new_id()), |_| ()).expect("a journal");
        let (node, term) = (NodeId(clock.new_id()), TermId(clock.new_id()));
        let begin = |conn: &mut AnyConnection| alone::begin(conn, node, term, clock.now().wall);
        store.run(|conn| conn.write(begin)).expect("an empty database");
        let mut bench = Self { journal, clock, node, term, writers: Vec::new() };
        let most = WRITERS.into_iter().max().unwrap_or(0);
        for counsellor in 0..most.div_ceil(50) {
            let account = NewAccount {
                id: AccountId(bench.clock.new_id()),
                login: format!("bench{counsellor}"),
                email: None,
                password_hash: String::new(),
                name: "bench".into(),
                role: AccountRole::Counsellor,
                approved: true,
                language: "ko".into(),
                capacity: 50,
                lines: vec![],
                all_lines: false,
            };
            store.run(|conn| accounts::create(conn, &account, "BENCH", bench.clock.now().wall)).expect("an account");
            for _ in 0..50.min(most - bench.writers.len()) {
                let writer = bench.room(account.id);
                bench.writers.push(writer);
            }
        }
        bench
    }

    fn room(&self, counsellor: AccountId) -> Writer {
        let at = self.clock.now().wall;
        let ticket = TicketId(self.clock.new_id());
        let session = SessionId(self.clock.new_id());
        self.wait(Write::OpenTicket(TicketRow {
            ticket,
            line: LineId::from(0x0000_0000_0000_7000_8000_0000_0000_0001),
            desk: None,
            session,
            client_id: "bench".into(),
            language: "ko".into(),
            nickname: None,
            note: None,
            priority: 0,
            requested_at: at,
            day: 20_260_101,
            predicted_s: None,
        }));
        let seat = |role, account: Option<AccountId>| SeatRow {
            member: MemberId(self.clock.new_id()),
            role,
            account,
            session: account.is_none().then_some(session),
            name: "bench".into(),
        };
        let seats = [seat(Role::Desk, None), seat(Role::Counsellor, Some(counsellor))];
        let (room, member) = (RoomId(self.clock.new_id()), seats[0].member);
        let explanation = "{}".into();
        self.wait(Write::Match(Box::new(MatchRow {
            ticket,
            room,
            home: self.node,
            counsellor,
            seats,
            at,
            explanation,
        })));
        Writer { room, member, seq: 0 }
    }

    fn wait(&self, write: Write) {
        let (sender, receiver) = mpsc::channel();
        self.journal.submit(Keeper::Term(self.term), write, move |answer| sender.send(answer).expect("a listener"));
        receiver.recv().expect("an answer").expect("a commit");
    }

    /// Lets `count` writers talk for a while, with at most `in_flight` messages at the journal.
    fn round(&mut self, count: usize, in_flight: usize) -> Figures {
        let (sender, answers) = mpsc::channel();
        let began = Instant::now();
        let mut ready: VecDeque<(usize, Instant)> = (0..count).map(|writer| (writer, began)).collect();
        let mut latencies = Vec::new();
        let mut flying = 0;
        loop {
            while flying < in_flight
                && began.elapsed() < ROUND
                && let Some((index, since)) = ready.pop_front()
            {
                flying += 1;
                let sender = sender.clone();
                let write = self.next_message(index);
                self.journal.submit(Keeper::Home(self.node), write, move |answer| {
                    assert_eq!(answer, Ok(Written::Done));
                    sender.send((index, since.elapsed())).expect("a listener");
                });
            }
            if flying == 0 {
                break;
            }
            let (index, latency) = answers.recv().expect("an answer");
            flying -= 1;
            latencies.push(latency);
            ready.push_back((index, Instant::now()));
        }
        let took = began.elapsed().as_secs_f64();
        latencies.sort_unstable();
        let at = |part: usize| latencies[latencies.len() * part / 100].as_secs_f64() * 1_000.0;
        Figures { per_second: latencies.len() as f64 / took, p50_ms: at(50), p99_ms: at(99) }
    }

    fn next_message(&mut self, index: usize) -> Write {
        let writer = &mut self.writers[index];
        writer.seq += 1;
        Write::Say(Box::new(MessageRow {
            id: MessageId(self.clock.new_id()),
            room: writer.room,
            seq: writer.seq,
            from: writer.member,
            client_id: self.clock.new_id().to_string(),
            kind: MessageKind::Text,
            body: "안녕하세요, 무엇을 도와드릴까요? How may I help you today?".into(),
            at: self.clock.now().wall,
        }))
    }
}

fn report(count: usize, how: &str, rounds: &[Figures]) {
    let spread = |value: fn(&Figures) -> f64| {
        let all = || rounds.iter().map(value);
        let (least, most) = (all().fold(f64::MAX, f64::min), all().fold(0.0, f64::max));
        (median(rounds, value), least, most)
    };
    let (rate, slowest, fastest) = spread(|one| one.per_second);
    let (p50, ..) = spread(|one| one.p50_ms);
    let (p99, p99_least, p99_most) = spread(|one| one.p99_ms);
    println!(
        "{count:>3} writers  {how:<10}  {rate:>8.0}/s ({slowest:.0} to {fastest:.0})  p50 {p50:.3} ms  p99 {p99:.3} ms ({p99_least:.3} to {p99_most:.3})"
    );
}

fn median(rounds: &[Figures], value: fn(&Figures) -> f64) -> f64 {
    let mut values: Vec<f64> = rounds.iter().map(value).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn fsync_ms(folder: &std::path::Path) -> f64 {
    let mut file = std::fs::File::create(folder.join("fsync")).expect("a file");
    let mut times: Vec<f64> = (0..200)
        .map(|_| {
            let began = Instant::now();
            file.write_all(&[0; 4_096]).and_then(|()| file.sync_data()).expect("a disk");
            began.elapsed().as_secs_f64() * 1_000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
