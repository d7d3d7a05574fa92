//! Two fronts in one process, with a link between them that can be cut, and a real room at one of them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use super::*;
use crate::actors::messages::{
    Between, FromNode, LinkedBy, NodeBroken, NodeGone, NodeOpened, RoomHandle, ToNode, ToSocket,
};
use crate::clock::Clock;
use crate::dispatch::{Opening, Seat, Talk};
use crate::front::Carried;
use crate::ids::{AccountId, LineId, MemberId, NodeId, RoomId, SessionId, TermId};
use crate::journal::{Journal, Keeper, MatchRow, SeatRow, TicketRow, Write, Written};
use crate::protocol::{ClientFrame, CloseCode, Role, SeatState, ServerFrame};
use crate::room::{NewSeat, RoomRules};
use crate::settings::Settings;
use crate::sockets::{Out, Outbox};
use crate::storage::people::accounts::{self, AccountRole, NewAccount};
use crate::storage::talk::alone;
use crate::storage::{Database, Store};
use crate::tokens::Tokens;

/// No word within this is none.
const PATIENCE: Duration = Duration::from_secs(30);
/// The line every fresh database has.
const GENERAL: u128 = 0x0000_0000_0000_7000_8000_0000_0000_0001;

/// Whoever matches, who has nothing to say here.
struct Silent;

impl Actor for Silent {
    type Context = Context<Self>;
}
impl Handler<ForGroups> for Silent {
    type Result = ();
    fn handle(&mut self, _: ForGroups, _: &mut Context<Self>) {}
}
impl Handler<Shows> for Silent {
    type Result = ();
    fn handle(&mut self, _: Shows, _: &mut Context<Self>) {}
}

/// One direction of the link, on which parcels are what they are on the bus: JSON.
struct Wire {
    from: NodeId,
    to: Addr<Front>,
    is_open: Arc<AtomicBool>,
    carried: Arc<AtomicUsize>,
}

impl Actor for Wire {
    type Context = Context<Self>;
}
impl Handler<ToNode> for Wire {
    type Result = ();
    fn handle(&mut self, ToNode { parcel, .. }: ToNode, _: &mut Context<Self>) {
        if !self.is_open.load(Ordering::SeqCst) {
            return;
        }
        self.carried.fetch_add(1, Ordering::SeqCst);
        let parcel = match parcel {
            Between::ToHome(parcel) => Carried::ToHome(parcel),
            Between::FromHome(parcel) => Carried::FromHome(parcel),
        };
        let mut read = Carried::read(parcel.kind(), parcel.write().expect("may be said")).expect("reads");
        let parcel = match read.remove(0) {
            Carried::ToHome(parcel) => Between::ToHome(parcel),
            Carried::FromHome(parcel) => Between::FromHome(parcel),
            other => unreachable!("{other:?}"),
        };
        self.to.do_send(FromNode { node: self.from, parcel });
    }
}

/// A socket, and who sits there.
struct Person {
    tells: UnboundedSender<ServerFrame>,
    shut: UnboundedSender<CloseCode>,
    ways: UnboundedSender<RoomHandle>,
}

impl Actor for Person {
    type Context = Context<Self>;
}
impl Handler<Out> for Person {
    type Result = ();
    fn handle(&mut self, out: Out, _: &mut Context<Self>) {
        let texts = match out {
            Out::Text(text, _) => vec![text],
            Out::Texts(texts) => texts,
            Out::Shut(code) => return self.shut.send(code).expect("is heard"),
            Out::Glance(_) => return,
        };
        for text in texts {
            self.tells.send(serde_json::from_str(&text).expect("a frame")).expect("is heard");
        }
    }
}
impl Handler<News<DeskNews>> for Person {
    type Result = ();
    fn handle(&mut self, News(news): News<DeskNews>, _: &mut Context<Self>) {
        if let DeskNews::Told { room: Some(way), .. } = news {
            self.ways.send(way).expect("is heard");
        }
    }
}
impl Handler<News<CounsellorNews>> for Person {
    type Result = ();
    fn handle(&mut self, News(news): News<CounsellorNews>, _: &mut Context<Self>) {
        news.rooms.into_iter().for_each(|way| self.ways.send(way).expect("is heard"));
    }
}

/// The test's side of a [`Person`].
struct Seen {
    outbox: Outbox,
    address: Addr<Person>,
    frames: UnboundedReceiver<ServerFrame>,
    shut: UnboundedReceiver<CloseCode>,
    ways: UnboundedReceiver<RoomHandle>,
}

impl Seen {
    fn new(generation: u64) -> Self {
        let ((tells, frames), (shuts, shut), (leads, ways)) =
            (unbounded_channel(), unbounded_channel(), unbounded_channel());
        let address = Person { tells, shut: shuts, ways: leads }.start();
        Self { outbox: Outbox::new(address.clone().recipient(), generation), address, frames, shut, ways }
    }

    /// The next receipt or message, as its number and whether it is a receipt.
    async fn hears(&mut self) -> (u32, bool) {
        loop {
            match within(self.frames.recv()).await {
                ServerFrame::Message { seq, .. } => return (seq, false),
                ServerFrame::Accepted { seq, .. } => return (seq, true),
                _ => {}
            }
        }
    }
}

async fn within<T>(what: impl Future<Output = Option<T>>) -> T {
    tokio::time::timeout(PATIENCE, what).await.expect("in time").expect("somebody is there to say it")
}

struct Node {
    id: NodeId,
    front: Addr<Front>,
}

impl Node {
    fn new(store: &Store, journal: &Journal, clock: &Clock) -> Self {
        let id = NodeId(clock.new_id());
        let settings = Settings::of_a_test(id);
        let services = Services::new(settings, store.clone(), journal.clone(), clock.clone(), Tokens::new(&[7; 32]));
        let silent = Silent.start();
        let rooms = Rooms::new(services.clone(), silent.clone().recipient());
        let groups = silent.recipient();
        let (matchmaker, others, desks, counsellors, far, taking, followers, drained, hears) = Default::default();
        let front = Front {
            services,
            matchmaker,
            others,
            desks,
            counsellors,
            rooms,
            far,
            taking,
            groups,
            followers,
            drained,
            hears,
        };
        Self { id, front: front.start() }
    }
}

/// A talk on file, whose room lives at `home`.
async fn talk(store: &Store, journal: &Journal, clock: &Clock, home: NodeId) -> Opening {
    let (line, account, ticket) = (LineId::from(GENERAL), AccountId(clock.new_id()), TicketId(clock.new_id()));
    let (term, at, room) = (TermId(clock.new_id()), clock.now().wall, RoomId(clock.new_id()));
    let new = NewAccount {
        id: account,
        login: "kim".into(),
        email: None,
        password_hash: "$argon2id$".into(),
        name: "Kim".into(),
        role: AccountRole::Counsellor,
        approved: true,
        language: "ko".into(),
        capacity: 1,
        lines: vec![(line, 0)],
        all_lines: false,
    };
    store.run(|conn| conn.write(|conn| alone::begin(conn, home, term, at))).expect("begins");
    store.run(|conn| accounts::create(conn, &new, "TEST", at)).expect("is on file");
    let asks = TicketRow {
        ticket,
        line,
        desk: None,
        session: SessionId(clock.new_id()),
        client_id: "a".into(),
        language: "ko".into(),
        nickname: None,
        note: None,
        priority: 0,
        requested_at: at,
        day: 20_261_201,
        predicted_s: None,
    };
    let opened = journal.write(Keeper::Term(term), Write::OpenTicket(asks)).await;
    assert!(matches!(opened, Ok(Written::Opened { .. })), "{opened:?}");
    let member = || MemberId(clock.new_id());
    let [desk, counsellor] = [(Role::Desk, None), (Role::Counsellor, Some(account))].map(|(role, account)| SeatRow {
        member: member(),
        role,
        account,
        session: account.is_none().then(|| SessionId(clock.new_id())),
        name: "name".into(),
    });
    let seat = |row: &SeatRow| NewSeat {
        member: row.member,
        role: row.role,
        name: row.name.clone(),
        picture: None,
        seen: 0,
        state: SeatState::Joined,
        watching: false,
    };
    let seats = vec![seat(&desk), seat(&counsellor)];
    let explanation = "{}".into();
    let row = MatchRow { ticket, room, home, counsellor: account, seats: [desk, counsellor], at, explanation };
    let matched = journal.write(Keeper::Term(term), Write::Match(Box::new(row))).await;
    assert!(matches!(matched, Ok(Written::Matched { .. })), "{matched:?}");
    Opening {
        room,
        talk: Talk {
            ticket,
            number: "A-001".into(),
            line: "GENERAL".into(),
            line_id: line,
            test: false,
            language: "ko".into(),
            counsellor: (account, "Kim".into()),
        },
        rules: RoomRules { grace_s: 60, messages_max: 100 },
        seats,
        former: Vec::new(),
        last_seq: 0,
        recent: Vec::new(),
        whispers: Vec::new(),
        opened_at: at,
        wraps_up: false,
        held: Vec::new(),
        beside: None,
    }
}

fn say(room: RoomId, client_id: &str) -> ClientFrame {
    ClientFrame::Say { room, client_id: client_id.into(), body: "hello".into(), kind: None }
}

#[actix::test]
async fn two_at_two_nodes_talk_over_a_link_that_breaks_and_each_message_is_told_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&Database::Sqlite(folder.path().join("anteroom.db"))).expect("opens");
    let clock = Clock::system();
    let journal = Journal::start(&store, clock.clone(), NodeId(clock.new_id()), |_| ()).expect("starts");
    let (away, home) = (Node::new(&store, &journal, &clock), Node::new(&store, &journal, &clock));
    let (is_open, carried) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicUsize::new(0)));
    for (from, to) in [(&away, &home), (&home, &away)] {
        let (is_open, carried) = (is_open.clone(), carried.clone());
        let wire = Wire { from: from.id, to: to.front.clone(), is_open, carried }.start();
        from.front.do_send(LinkedBy(wire.recipient()));
    }
    let opening = talk(&store, &journal, &clock, home.id).await;
    let (room, ticket) = (opening.room, opening.talk.ticket);
    let [desk, counsellor] = [opening.seats[0].member, opening.seats[1].member];
    let seat = |member| Seat { room, home: home.id, ticket, member, epoch: 1 };

    // The desk is told of its seat before its home has the room.
    let (mut visitor, mut staff) = (Seen::new(1), Seen::new(1));
    let at = SocketHandle::Desk(
        SocketId(1),
        DeskHandle { to: visitor.address.clone().recipient(), thread: Arbiter::current() },
    );
    let back = FromFront::Back { from: SocketId(1), ticket, after: None, asker: None };
    away.front.do_send(Handed::at(at, back));
    let news = dispatch::DeskNews::Seated { seat: seat(desk), frame: ServerFrame::Beat, after: None };
    away.front.do_send(Parcels(vec![ToFront::Desk { to: SocketId(1), news }]));
    let way = within(visitor.ways.recv()).await;
    let attach = |member, seen: &Seen| ToRoom::Attach {
        member,
        epoch: 1,
        to: ToSocket::Near(seen.outbox.clone()),
        after: Some(0),
    };
    way.tell(attach(desk, &visitor));
    way.say(desk, say(room, "first"), &clock);

    home.front.do_send(Parcels(vec![ToFront::Open(Box::new(opening))]));
    let near = home.front.send(crate::actors::FindRoom { room }).await.expect("answers").expect("is open");
    near.tell(attach(counsellor, &staff));
    assert_eq!((visitor.hears().await, staff.hears().await), ((1, true), (1, false)));

    // One parcel there and one back, and one for what the other says.
    let before = carried.load(Ordering::SeqCst);
    way.say(desk, say(room, "second"), &clock);
    assert_eq!((visitor.hears().await, staff.hears().await), ((2, true), (2, false)));
    near.say(counsellor, say(room, "third"), &clock);
    assert_eq!((visitor.hears().await, staff.hears().await), ((3, false), (3, true)));
    assert_eq!(carried.load(Ordering::SeqCst) - before, 3);

    // What is said while the link is broken is told when it is open again, and nothing twice.
    is_open.store(false, Ordering::SeqCst);
    way.say(desk, say(room, "lost"), &clock);
    near.say(counsellor, say(room, "fourth"), &clock);
    assert_eq!(staff.hears().await, (4, true));
    away.front.send(NodeBroken(home.id)).await.expect("hears");
    home.front.send(NodeBroken(away.id)).await.expect("hears");
    way.say(desk, say(room, "kept"), &clock);
    is_open.store(true, Ordering::SeqCst);
    home.front.send(NodeOpened(away.id)).await.expect("hears");
    away.front.send(NodeOpened(home.id)).await.expect("hears");
    let told = [visitor.hears().await, visitor.hears().await, visitor.hears().await];
    assert_eq!(told, [(4, false), (5, true), (6, true)]);
    assert_eq!((staff.hears().await, staff.hears().await), ((5, false), (6, false)));

    // Who reads too slowly is shut where they are, and their home is told that they are gone.
    visitor.outbox.shut(CloseCode::Overloaded);
    assert_eq!(within(visitor.shut.recv()).await, CloseCode::Overloaded);
    near.say(counsellor, say(room, "unread"), &clock);
    let away_now = loop {
        if let ServerFrame::Member { who, .. } = within(staff.frames.recv()).await {
            break who;
        }
    };
    assert_eq!((away_now.member, away_now.state), (desk, SeatState::Away));
}

#[actix::test]
async fn a_node_that_is_gone_takes_its_sockets_along() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(&Database::Sqlite(folder.path().join("anteroom.db"))).expect("opens");
    let clock = Clock::system();
    let journal = Journal::start(&store, clock.clone(), NodeId(clock.new_id()), |_| ()).expect("starts");
    let home = Node::new(&store, &journal, &clock);
    let opening = talk(&store, &journal, &clock, home.id).await;
    let (room, gone) = (opening.room, NodeId(clock.new_id()));
    let [desk, counsellor] = [opening.seats[0].member, opening.seats[1].member];
    home.front.do_send(Parcels(vec![ToFront::Open(Box::new(opening))]));
    let near = home.front.send(crate::actors::FindRoom { room }).await.expect("answers").expect("is open");
    let mut staff = Seen::new(1);
    let to = ToSocket::Near(staff.outbox.clone());
    near.tell(ToRoom::Attach { member: counsellor, epoch: 1, to, after: Some(0) });
    let attach =
        crate::room::parcels::ToHome::Attach { room, from: SocketId(9), member: desk, epoch: 1, after: Some(0) };
    home.front.do_send(FromNode { node: gone, parcel: Between::ToHome(attach) });
    home.front.do_send(NodeGone(gone));
    let left = loop {
        if let ServerFrame::Member { who, .. } = within(staff.frames.recv()).await {
            break who;
        }
    };
    assert_eq!((left.member, left.state), (desk, SeatState::Away));
}
