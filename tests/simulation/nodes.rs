//! Two to four nodes round one dispatch: the real dispatch, what each front remembers of its people and rooms (`Known`),
//! and the records, on links that break. In the rooms nothing is said; they open, are taken, and end.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use anteroom::dispatch::{
    Ask, Comparison, CounsellorNews, DeskNews, DeskWish, Dispatch, Effect, FoundTicket, FromFront, Input, KeptRoom,
    Later, Limits, Line, Noted, Outside, PendingWrite, Profile, RoomOnFile, Settings, SocketId, StartRecords,
    TicketRow, ToFront, Wish, Written,
};
use anteroom::front::Known;
use anteroom::ids::{AccountId, LineId, NodeId, OfferId, RoomId, SessionId, TermId, TicketId};
use anteroom::matching::{self, LineRules};
use anteroom::protocol::{EndReason, Intent, ServerFrame};
use anteroom::room;
use anteroom::time::{Mono, Now, Wall};

use crate::dice::Dice;
use crate::hub::{MS, S};
use crate::plan::Broken;
use crate::records::{AccountFile, Status, Tables};
use crate::store::{Decision, Write};

const TERM: u128 = 1;
const LINE: u128 = 1;
/// The node where the dispatch is. Its front is beside it: their link does not break, and it does not die here.
const OWN: u128 = 1;
const NODES_MAX: u128 = 9;
const MORNING: u64 = 200_000 * S;
const STORM_STEPS: u32 = 600;
/// Long enough for every grace and several comparisons.
const CALM_STEPS: u32 = 900;

/// How these are broken on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Nothing is compared with the records.
    NoComparison,
    /// A home that was declared gone goes on deciding.
    NoKeeper,
    /// One of the dispatch's own.
    Dispatch(anteroom::dispatch::Defect),
}

/// A node that runs, or one that was declared gone and does not know it.
#[derive(Default)]
struct Front {
    known: Known,
    rooms: BTreeSet<RoomId>,
    is_linked: bool,
    is_gone: bool,
    /// On the link, each way.
    to: VecDeque<ToFront>,
    from: VecDeque<FromFront>,
    /// Who is at its sockets.
    sockets: BTreeMap<SocketId, Person>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Person {
    Desk(usize),
    Staff(AccountId),
}

/// What a desk was told last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Belief {
    Nothing,
    Waits,
    Talks(RoomId),
    Over,
}

struct Desk {
    ticket: Option<TicketId>,
    at: Option<(NodeId, SocketId)>,
    belief: Belief,
    /// It never comes back.
    vanished: bool,
}

struct Ids(u128);

impl Outside for Ids {
    fn new_id(&mut self) -> uuid::Uuid {
        self.0 += 1;
        uuid::Uuid::from_u128(self.0)
    }

    fn token(&self, row: &TicketRow) -> String {
        row.ticket.to_string()
    }

    fn name(&self, _: anteroom::dispatch::Asker) -> matching::Asker {
        matching::Asker(0)
    }
}

struct Cluster {
    now: u64,
    dice: Dice,
    flaw: Option<Flaw>,
    dispatch: Dispatch,
    on_file: Tables,
    /// On their way to the disk, in order.
    writes: VecDeque<(Decision, Option<PendingWrite>)>,
    later: Vec<(u64, Later)>,
    fronts: BTreeMap<NodeId, Front>,
    last_node: u128,
    desks: Vec<Desk>,
    staff: BTreeMap<AccountId, Option<(NodeId, SocketId)>>,
    ids: Ids,
    last_socket: u64,
    next_look: u64,
    put_right: u32,
    drains: BTreeSet<NodeId>,
}

/// One seed, from a storm to a calm in which everything must come right. How often something was put right.
pub fn run(seed: u64, flaw: Option<Flaw>) -> u32 {
    let mut cluster = Cluster::new(seed, flaw);
    for _ in 0..STORM_STEPS {
        cluster.storms();
    }
    cluster.calms();
    cluster.put_right
}

fn node(no: u128) -> NodeId {
    NodeId::from(no)
}

impl Cluster {
    fn new(seed: u64, flaw: Option<Flaw>) -> Self {
        let limits = Limits { asks_per_min_max: 1_000, waiting_max: 1_000 };
        let settings = Settings { node: node(OWN), limits, messages_per_10s_max: 60, zone: chrono_tz::UTC };
        let dispatch = Dispatch::new(settings, Wall(0));
        let dispatch = match flaw {
            Some(Flaw::Dispatch(defect)) => dispatch.broken(defect),
            _ => dispatch,
        };
        let (on_file, writes, later) = Default::default();
        let mut cluster = Self {
            now: MORNING,
            dice: Dice::new(seed),
            flaw,
            dispatch,
            on_file,
            writes,
            later,
            fronts: BTreeMap::new(),
            last_node: 0,
            desks: Vec::new(),
            staff: BTreeMap::new(),
            ids: Ids(1 << 64),
            last_socket: 0,
            next_look: MORNING,
            put_right: 0,
            drains: BTreeSet::new(),
        };
        cluster.on_file.begin(node(OWN), TermId::from(TERM));
        for no in 1..=cluster.dice.between(1, 3) {
            let account = AccountId::from(1_000 + u128::from(no));
            let (lines, capacity) = (vec![(LineId::from(LINE), 0)], cluster.dice.between(1, 3) as u16);
            cluster.on_file.accounts.insert(account, AccountFile { lines, capacity, open: true, rooms_open: 0 });
            cluster.staff.insert(account, None);
        }
        let staff = cluster.staff.keys().map(|account| cluster.profile(*account)).collect();
        let found = StartRecords { lines: vec![line()], staff, ..StartRecords::default() };
        let (now, mut effects) = (cluster.clock(), Vec::new());
        cluster.dispatch.take_up(now, found, &mut cluster.ids, &mut effects);
        cluster.perform(effects);
        for _ in 0..cluster.dice.between(2, 4) {
            cluster.begins();
        }
        cluster
    }

    fn clock(&self) -> Now {
        Now { mono: Mono(self.now), wall: Wall(self.now as i64) }
    }

    fn profile(&self, account: AccountId) -> Profile {
        let file = &self.on_file.accounts[&account];
        let (lines, capacity, intent) = (file.lines.clone(), file.capacity, Intent::Open);
        let (picture, reason, version, test) = (None, None, 1, false);
        Profile { account, name: String::new(), picture, lines, capacity, intent, reason, version, test }
    }

    /// A node begins, or the first.
    fn begins(&mut self) {
        self.last_node += 1;
        let new = node(self.last_node);
        self.fronts.insert(new, Front { is_linked: true, ..Front::default() });
        self.happens(Input::NodeUp(new));
    }

    fn happens(&mut self, what: Input) {
        let (now, mut effects) = (self.clock(), Vec::new());
        self.dispatch.step(now, what, &mut self.ids, &mut effects);
        self.dispatch.check();
        self.perform(effects);
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Parcel { to, parcel } => {
                    if let Some(front) = self.fronts.get_mut(&to).filter(|front| front.is_linked) {
                        front.to.push_back(parcel);
                    }
                }
                Effect::Store { write, what } => {
                    self.writes.push_back(((write.keeper(TermId::from(TERM)), Write::Dispatch(write)), what));
                }
                Effect::Later { what: Later::Hours, .. } => {}
                Effect::Later { wait, what } => self.later.push((self.now + wait.as_micros() as u64, what)),
                Effect::ReadRooms(rooms) => {
                    let read = rooms.into_iter().filter_map(|room| self.read(room)).collect();
                    self.happens(Input::RoomsRead(read));
                }
                Effect::Noted(Noted::PutRight(_)) => self.put_right += 1,
                Effect::TermLost => panic!("R9: the only term there is may not decide"),
                Effect::Noted(_) | Effect::Show(_) | Effect::Posted(_) | Effect::Wrote(_) => {}
            }
        }
    }

    /// What is on file about a room. Every match is known here, so no open one is unknown.
    fn read(&self, room: RoomId) -> Option<RoomOnFile> {
        let file = self.on_file.rooms.get(&room).filter(|file| file.end.is_some())?;
        let returns = file.end == Some(EndReason::CounsellorLost);
        Some(RoomOnFile::Over { room, returns, handed_over: None, members: Vec::new() })
    }

    fn compare(&mut self) {
        if self.flaw == Some(Flaw::NoComparison) {
            return;
        }
        let open = self.on_file.rooms.iter().filter(|(_, file)| file.end.is_none());
        let rooms =
            open.map(|(room, file)| KeptRoom { room: *room, ticket: Some(file.ticket), keeper: Some(file.keeper) });
        let rooms = rooms.collect();
        let nobodys =
            self.on_file.tickets.values().filter(|file| file.status == Status::Waiting && file.keeper.is_none());
        let unkept = nobodys.map(|file| {
            let (row, number) = (file.row.clone(), file.number.clone());
            let since = row.requested_at;
            (FoundTicket { row, topic: "LINE1".into(), number }, since)
        });
        let unkept = unkept.collect();
        self.happens(Input::Compared(Comparison { unkept, rooms }));
    }

    fn storms(&mut self) {
        match self.dice.below(40) {
            0 => self.breaks_link(),
            1 => self.dies(),
            2 if self.last_node < NODES_MAX => self.begins(),
            3 => {
                let drains = self.some_node(|front| !front.is_gone);
                if self.dice.percent(20) {
                    self.drains.insert(drains);
                    self.happens(Input::NodeDraining(drains));
                }
            }
            4..=5 => self.asks(),
            6..=7 => self.desk_drops(),
            8 => self.staff_leaves(),
            9..=10 => self.room_ends(),
            _ => {}
        }
        self.goes_on();
    }

    /// What happens also when nothing goes wrong.
    fn goes_on(&mut self) {
        self.now += self.dice.between(MS, 400 * MS);
        match self.dice.below(6) {
            0 => self.desk_comes(),
            1 => self.staff_comes(),
            2 => self.links_again(),
            _ => {}
        }
        for _ in 0..self.dice.below(8) {
            self.delivers();
        }
        for _ in 0..self.dice.below(3) {
            self.commits();
        }
        while let Some(at) = self.later.iter().position(|(due, _)| *due <= self.now) {
            let (_, what) = self.later.remove(at);
            self.happens(Input::Later(what));
        }
        if self.dispatch.next_deadline().is_some_and(|due| due.0 <= self.now) {
            self.happens(Input::Tick);
        }
        if self.now >= self.next_look {
            self.next_look = self.now + 2 * S;
            self.compare();
        }
    }

    fn some_node(&mut self, which: impl Fn(&Front) -> bool) -> NodeId {
        let nodes: Vec<NodeId> = self.fronts.iter().filter(|(_, front)| which(front)).map(|(no, _)| *no).collect();
        self.dice.pick(&nodes)
    }

    fn breaks_link(&mut self) {
        let no = self.some_node(|front| !front.is_gone);
        if no != node(OWN) {
            self.cut(no);
        }
    }

    fn cut(&mut self, no: NodeId) {
        let Some(front) = self.fronts.get_mut(&no).filter(|front| front.is_linked) else { return };
        front.is_linked = false;
        front.to.clear();
        front.from.clear();
        self.happens(Input::NodeLost(no));
    }

    /// A link that was broken opens again, and the node announces itself.
    fn links_again(&mut self) {
        let broken = self.fronts.iter().find(|(_, front)| !front.is_linked && !front.is_gone);
        let Some(no) = broken.map(|(no, _)| *no) else { return };
        let Some(front) = self.fronts.get_mut(&no) else { return };
        front.is_linked = true;
        drop(front.known.withdraw());
        front.from.extend(front.known.announce());
    }

    /// A node is declared gone. It may go on for a while with what it has, and nobody hears it.
    fn dies(&mut self) {
        let no = self.some_node(|front| !front.is_gone);
        if no == node(OWN) {
            return;
        }
        self.cut(no);
        if let Some(front) = self.fronts.get_mut(&no) {
            front.is_gone = true;
            for person in std::mem::take(&mut front.sockets).into_values() {
                match person {
                    Person::Desk(me) => self.desks[me].at = self.desks[me].at.filter(|(at, _)| *at != no),
                    Person::Staff(account) => {
                        let at = self.staff[&account].filter(|(at, _)| *at != no);
                        self.staff.insert(account, at);
                    }
                }
            }
        }
        self.happens(Input::NodeGone(no));
    }

    fn says(&mut self, no: NodeId, parcel: FromFront) {
        let Some(front) = self.fronts.get_mut(&no) else { return };
        front.known.said(&parcel);
        if front.is_linked {
            front.from.push_back(parcel);
        }
    }

    fn opens_socket(&mut self, who: Person) -> (NodeId, SocketId) {
        let no = self.some_node(|front| !front.is_gone);
        self.last_socket += 1;
        let socket = SocketId(self.last_socket);
        if let Some(front) = self.fronts.get_mut(&no) {
            front.sockets.insert(socket, who);
        }
        (no, socket)
    }

    fn asks(&mut self) {
        if self.desks.len() >= 12 {
            return;
        }
        self.desks.push(Desk { ticket: None, at: None, belief: Belief::Nothing, vanished: false });
        self.comes(self.desks.len() - 1);
    }

    fn desk_comes(&mut self) {
        let away = |(_, desk): &(usize, &Desk)| desk.at.is_none() && desk.belief != Belief::Over && !desk.vanished;
        let away: Vec<usize> = self.desks.iter().enumerate().filter(away).map(|(me, _)| me).collect();
        if !away.is_empty() {
            let me = self.dice.pick(&away);
            self.comes(me);
        }
    }

    /// By a new socket: with its ticket if it knows of one.
    fn comes(&mut self, me: usize) {
        let (no, from) = self.opens_socket(Person::Desk(me));
        self.desks[me].at = Some((no, from));
        let parcel = match self.desks[me].ticket {
            Some(ticket) if self.desks[me].belief != Belief::Nothing => {
                FromFront::Back { from, ticket, after: None, asker: None }
            }
            _ => {
                let ticket = TicketId(self.ids.new_id());
                self.desks[me].ticket = Some(ticket);
                FromFront::Ask(Box::new(Ask {
                    from,
                    ticket,
                    session: SessionId::from(1),
                    desk: Some((me as u128 + 1).into()),
                    rehearses: false,
                    asker: None,
                    client_id: uuid::Uuid::from_u128(me as u128 + 1).to_string(),
                    topic: "LINE1".into(),
                    language: None,
                    nickname: None,
                    note: None,
                    priority: 0,
                }))
            }
        };
        self.says(no, parcel);
    }

    fn desk_drops(&mut self) {
        let here: Vec<usize> =
            self.desks.iter().enumerate().filter(|(_, desk)| desk.at.is_some()).map(|(me, _)| me).collect();
        if here.is_empty() {
            return;
        }
        let me = self.dice.pick(&here);
        self.desks[me].vanished = self.dice.percent(30);
        self.leaves(me);
    }

    fn leaves(&mut self, me: usize) {
        let Some((no, from)) = self.desks[me].at.take() else { return };
        if let Some(front) = self.fronts.get_mut(&no) {
            front.sockets.remove(&from);
        }
        self.says(no, FromFront::Desk { from, what: DeskWish::Gone });
    }

    fn staff_comes(&mut self) {
        let Some(account) = self.staff.iter().find(|(_, at)| at.is_none()).map(|(account, _)| *account) else { return };
        let (no, from) = self.opens_socket(Person::Staff(account));
        self.staff.insert(account, Some((no, from)));
        let profile = self.profile(account);
        self.says(no, FromFront::Arrive { from, profile, session: SessionId::from(1) });
        self.says(no, FromFront::Wish { from, account, what: Wish::Open { lines: None, capacity: None } });
    }

    fn staff_leaves(&mut self) {
        let here = self.staff.iter().find_map(|(account, at)| at.map(|at| (*account, at)));
        let Some((account, (no, from))) = here else { return };
        self.staff.insert(account, None);
        if let Some(front) = self.fronts.get_mut(&no) {
            front.sockets.remove(&from);
        }
        self.says(no, FromFront::Wish { from, account, what: Wish::Gone });
    }

    /// A home ends one of its rooms; one that was declared gone may try.
    fn room_ends(&mut self) {
        let all = self.fronts.iter().flat_map(|(no, front)| front.rooms.iter().map(|room| (*no, *room)));
        let all: Vec<(NodeId, RoomId)> = all.collect();
        if !all.is_empty() {
            let (no, room) = self.dice.pick(&all);
            let returns = self.dice.percent(40);
            self.ends(no, room, returns);
        }
    }

    fn ends(&mut self, no: NodeId, room: RoomId, returns: bool) {
        let at = self.clock().wall;
        let write = match returns {
            true => room::Write::Return { at },
            false => {
                let (reason, by, note, wraps_up) = (EndReason::Done, None, None, false);
                room::Write::End { reason, by, note, wraps_up, at }
            }
        };
        let is_gone = self.fronts[&no].is_gone;
        let kept = self.flaw.filter(|flaw| *flaw == Flaw::NoKeeper).map(|_| Broken::NoKeeper);
        let by = anteroom::dispatch::Keeper::Home(no);
        let answer = self.on_file.apply((by, Write::Room(room, write)), kept);
        let taken = self.on_file.rooms[&room].keeper != no;
        assert!(!(answer == Written::Done && taken), "R9: {no:?}, which was declared gone, ended {room:?}");
        if let Some(front) = self.fronts.get_mut(&no) {
            front.rooms.remove(&room);
        }
        if answer == Written::Done && !is_gone {
            self.says(no, FromFront::RoomOver { room, returns, handed_over: None, members: Vec::new() });
            self.says(no, FromFront::RoomGone { room });
        }
    }

    fn commits(&mut self) {
        let Some((decision, what)) = self.writes.pop_front() else { return };
        let answer = self.on_file.apply(decision, None);
        assert_ne!(answer, Written::Fenced, "R9: the only term there is may not decide");
        if let Some(what) = what {
            self.happens(Input::Filed { what, answer: Ok(answer) });
        }
    }

    /// One parcel each way on some link; to whom it is told is no matter of the others.
    fn delivers(&mut self) {
        let no = self.some_node(|front| !front.is_gone);
        // An announcement is taken in one step.
        while let Some(parcel) = self.fronts.get_mut(&no).and_then(|front| front.from.pop_front()) {
            let is_part = matches!(
                parcel,
                FromFront::HereRoom { .. } | FromFront::HereDesk { .. } | FromFront::HereCounsellor { .. }
            );
            self.happens(Input::From { node: no, parcel });
            if !is_part {
                break;
            }
        }
        if let Some(parcel) = self.fronts.get_mut(&no).and_then(|front| front.to.pop_front()) {
            self.takes(no, parcel);
        }
    }

    fn takes(&mut self, no: NodeId, parcel: ToFront) {
        let Some(front) = self.fronts.get_mut(&no) else { return };
        front.known.told(&parcel);
        match parcel {
            ToFront::Desk { to, news } => self.told_desk(no, to, &news),
            ToFront::LookUp { ticket, to } => {
                let news = self.on_file.past(ticket).news(ticket, self.clock().wall);
                self.takes(no, ToFront::Desk { to, news });
            }
            ToFront::Counsellor { to, news } => self.told_counsellor(no, to, &news),
            ToFront::Open(opening) => drop(front.rooms.insert(opening.room)),
            ToFront::Take { room, from } => self.takes_room(no, room, from),
            ToFront::HandOn { room, to } => self.hands_on(no, room, to),
            ToFront::Home { .. } | ToFront::HandOver(_) | ToFront::Continued { .. } => {}
            ToFront::Turn { .. } | ToFront::Follow(_) | ToFront::Unfollow(_) => {}
        }
    }

    /// By compare and set, as the records do it.
    fn takes_room(&mut self, no: NodeId, room: RoomId, from: Option<NodeId>) {
        let file = self.on_file.rooms.get_mut(&room).filter(|file| file.end.is_none());
        let file = file.filter(|file| Some(file.keeper) == from || file.keeper == no);
        let Some(file) = file else { return self.says(no, FromFront::NotTaken { room }) };
        file.keeper = no;
        if let Some(front) = self.fronts.get_mut(&no) {
            front.rooms.insert(room);
        }
        self.says(no, FromFront::HereRoom { room });
    }

    /// The home stops, and has it on file that the room is that node's. Now and then the disk refuses that.
    fn hands_on(&mut self, no: NodeId, room: RoomId, to: NodeId) {
        if !self.fronts[&no].rooms.contains(&room) || self.dice.percent(20) {
            return;
        }
        let write = room::Write::HandOn { to: Some(to), at: self.clock().wall };
        let by = anteroom::dispatch::Keeper::Home(no);
        let answer = self.on_file.apply((by, Write::Room(room, write)), None);
        if let Some(front) = self.fronts.get_mut(&no).filter(|_| answer != Written::Stale) {
            front.rooms.remove(&room);
        }
        if answer == Written::Done {
            self.says(no, FromFront::HandedOn { room, to });
        }
    }

    fn told_desk(&mut self, no: NodeId, to: SocketId, news: &DeskNews) {
        let Some(me) = self.desks.iter().position(|desk| desk.at == Some((no, to))) else { return };
        let desk = &mut self.desks[me];
        match news {
            DeskNews::Stands(ServerFrame::Waiting { ticket, .. }) => {
                (desk.ticket, desk.belief) = (Some(*ticket), Belief::Waits);
            }
            DeskNews::Seated { seat, .. } | DeskNews::Back { seat, .. } => {
                (desk.ticket, desk.belief) = (Some(seat.ticket), Belief::Talks(seat.room));
            }
            DeskNews::RoomOver { rate_for: None, .. } | DeskNews::Stands(_) => {}
            DeskNews::Refused { ask_again: false, .. } => {}
            // Between two nodes nothing is ordered: its older socket was heard later. It comes again.
            DeskNews::Replaced => self.leaves(me),
            DeskNews::RoomOver { .. } | DeskNews::WasOver { .. } | DeskNews::Over(_) => desk.belief = Belief::Over,
            DeskNews::Refused { .. } => {
                desk.belief = Belief::Nothing;
                self.leaves(me);
            }
        }
    }

    fn told_counsellor(&mut self, no: NodeId, to: SocketId, news: &CounsellorNews) {
        let person = self.fronts.get(&no).and_then(|front| front.sockets.get(&to)).copied();
        let (Some(Person::Staff(account)), CounsellorNews::Frame(ServerFrame::Offer { offer, .. })) = (person, news)
        else {
            return;
        };
        let offer: OfferId = *offer;
        let what = if self.dice.percent(80) { Wish::Accept(offer) } else { Wish::Decline(offer) };
        self.says(no, FromFront::Wish { from: to, account, what });
    }

    fn calms(&mut self) {
        for _ in 0..CALM_STEPS {
            self.goes_on();
        }
        while self.fronts.values().any(|front| !front.to.is_empty() || !front.from.is_empty())
            || !self.writes.is_empty()
        {
            self.delivers();
            self.commits();
        }
        self.all_is_well();
    }

    fn all_is_well(&self) {
        let may_have = |(no, front): (&NodeId, &Front)| !front.is_gone && !self.drains.contains(no);
        let is_another = self.fronts.iter().any(may_have);
        for (room, file) in self.on_file.rooms.iter().filter(|(_, file)| file.end.is_none()) {
            let home = &self.fronts[&file.keeper];
            assert!(!home.is_gone, "I1: {room:?} is kept by {:?}, which is gone", file.keeper);
            assert!(home.rooms.contains(room), "I1: {room:?} is not at its home");
            let stays = is_another && self.drains.contains(&file.keeper);
            assert!(!stays, "I1: {room:?} stays at {:?}, which drains", file.keeper);
            assert_eq!(self.dispatch.room_of(file.ticket), Some((*room, true)), "I1: the room of {:?}", file.ticket);
        }
        for (ticket, file) in self.on_file.tickets.iter().filter(|(_, file)| file.status == Status::Waiting) {
            assert!(self.dispatch.lobby().ticket(*ticket).is_some(), "I1: {ticket:?} waits for ever");
            assert!(file.keeper.is_some(), "I1: {ticket:?} is nobody's for ever");
            let is_awaited = self.desks.iter().any(|desk| desk.ticket == Some(*ticket) && !desk.vanished);
            assert!(is_awaited, "I1: {ticket:?} waits for a desk that never comes back");
        }
        for at in self.dispatch.sockets() {
            let is_there = self.fronts[&at.node].sockets.contains_key(&at.socket);
            assert!(is_there, "I1: {at:?} is kept and gone");
        }
        for (me, desk) in self.desks.iter().enumerate().filter(|(_, desk)| desk.at.is_some()) {
            let file = desk.ticket.and_then(|ticket| self.on_file.tickets.get(&ticket));
            let truth = match file.map(|file| (file.status, file.rooms.last())) {
                Some((Status::Waiting, _)) => Belief::Waits,
                Some((Status::Talking, Some(room))) => Belief::Talks(*room),
                _ => Belief::Over,
            };
            assert_eq!(desk.belief, truth, "I4: what desk {me} was told of {:?}", desk.ticket);
        }
        for (account, file) in &self.on_file.accounts {
            let open = self.on_file.rooms.values().filter(|room| room.end.is_none() && room.counsellor == *account);
            assert_eq!(open.count(), usize::from(file.rooms_open), "I2: the places of {account:?}");
        }
    }
}

fn line() -> Line {
    let rules = LineRules {
        accept_s: 10,
        wait_s_max: 600,
        waiting_max: 500,
        grace_s: 20,
        misses_max: 0,
        widen_s: 0,
        retry_s: 3,
        unstaffed_s: 600,
    };
    Line {
        id: LineId::from(LINE),
        topic: "LINE1".into(),
        language: "ko".into(),
        name: String::new(),
        name_en: String::new(),
        hours: None,
        rules,
        wrap_up_s: 0,
        line_order: 0,
        in_use: true,
        deleted: false,
        version: 1,
        test: false,
    }
}
