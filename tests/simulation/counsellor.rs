//! Somebody who counsels.

use std::collections::{BTreeMap, BTreeSet};

use anteroom::ids::{AccountId, OfferId, RoomId};
use anteroom::protocol::{ClientFrame, ErrorCode, Intent, ServerFrame};

use crate::hub::{Down, Event, Hub, MS, S, SocketNo, Up, Who};
use crate::ledger::Ledger;

pub struct Counsellor {
    me: usize,
    pub account: AccountId,
    pub socket: Option<SocketNo>,
    older: Vec<SocketNo>,
    pub since: u64,
    is_open: bool,
    /// The most rooms they were told they have, or have asked for.
    capacity: u16,
    /// What rings, as far as they know.
    pub offers: BTreeSet<OfferId>,
    /// Let ring out on purpose, to be answered too late or not at all.
    ignored: BTreeSet<OfferId>,
    /// The last offers that were withdrawn: someone slow still answers them.
    missed: Option<OfferId>,
    pub rooms: BTreeMap<RoomId, Talk>,
    pub is_home: bool,
    /// No connection is to be had before.
    pub away_until: u64,
    /// Since when what they hear ring is not so, and what is.
    pub wrong_since: Option<(u64, BTreeSet<OfferId>)>,
}

#[derive(Default)]
pub struct Talk {
    pub ledger: Ledger,
    pub ended: bool,
    pub wrap_up: bool,
    says_left: u32,
    last_seq: u32,
}

impl Counsellor {
    pub fn new(me: usize, account: AccountId) -> Self {
        Self {
            me,
            account,
            socket: None,
            older: Vec::new(),
            since: 0,
            is_open: false,
            capacity: 0,
            offers: BTreeSet::new(),
            ignored: BTreeSet::new(),
            missed: None,
            rooms: BTreeMap::new(),
            is_home: false,
            away_until: 0,
            wrong_since: None,
        }
    }

    fn name(&self) -> String {
        format!("counsellor {}", self.me)
    }

    pub fn dial(&mut self, hub: &mut Hub) {
        if let Some(older) = self.socket.replace(hub.dial(Who::Staff(self.me))) {
            self.older.push(older);
        }
        self.begin(hub);
    }

    /// Nothing told on another connection holds on this one.
    fn begin(&mut self, hub: &Hub) {
        self.since = hub.now;
        self.offers.clear();
        self.rooms.values_mut().for_each(|talk| talk.ledger.is_followed = false);
    }

    fn send(&mut self, frame: ClientFrame, hub: &mut Hub) {
        if let ClientFrame::Open { capacity: Some(capacity), .. } = frame {
            self.capacity = self.capacity.max(capacity);
        }
        if let Some(socket) = self.socket {
            hub.note(|| format!("{} sends {frame:?}", self.name()));
            hub.up(socket, Up::Frame(frame));
        }
    }

    pub fn go_home(&mut self, hub: &mut Hub) {
        self.is_home = true;
        for socket in self.older.drain(..).chain(self.socket.take()) {
            hub.up(socket, Up::Bye);
        }
        self.begin(hub);
    }

    /// Looks round and does what there is to do.
    pub fn think(&mut self, hub: &mut Hub) {
        if self.is_home {
            return;
        }
        let pause = if hub.is_calm() { hub.dice.between(S, 3 * S) } else { hub.dice.between(300 * MS, 3 * S) };
        hub.later(pause, Event::Think(Who::Staff(self.me)));
        if self.socket.is_none() {
            if hub.now >= self.away_until {
                self.dial(hub);
            }
            return;
        }
        self.mind_intent(hub);
        self.answer_offers(hub);
        let rooms: Vec<RoomId> = self.rooms.keys().copied().collect();
        rooms.into_iter().for_each(|room| self.mind_room(room, hub));
    }

    fn mind_intent(&mut self, hub: &mut Hub) {
        let plan = &hub.plan.staff[self.me];
        let (lines, capacity) = (plan.lines.clone(), plan.capacity);
        if hub.is_calm() {
            if !self.is_open {
                self.send(ClientFrame::Open { lines: None, capacity: Some(capacity) }, hub);
            }
        } else if !self.is_open && hub.dice.percent(50) {
            let some: Vec<String> = lines
                .iter()
                .filter(|_| hub.dice.percent(70))
                .filter_map(|(id, _)| hub.plan.lines.iter().find(|line| line.id == *id))
                .map(|line| line.topic.clone())
                .collect();
            let lines = Some(some).filter(|some| !some.is_empty() && hub.dice.percent(30));
            let capacity = hub.dice.pick(&[None, Some(1), Some(3)]);
            self.send(ClientFrame::Open { lines, capacity }, hub);
        } else if self.is_open && hub.dice.percent(3) {
            self.send(ClientFrame::Pause { reason: None }, hub);
        }
    }

    fn answer_offers(&mut self, hub: &mut Hub) {
        let plan = &hub.plan.staff[self.me];
        let (answers, accepts) = if hub.is_calm() { (100, 100) } else { (plan.answers, plan.accepts) };
        for offer in self.offers.clone() {
            if self.ignored.contains(&offer) && !hub.is_calm() {
                continue;
            }
            if !hub.dice.percent(answers) {
                self.ignored.insert(offer);
                continue;
            }
            // Answered: it rings no more, unless it is refused.
            self.offers.remove(&offer);
            if hub.dice.percent(accepts) {
                self.send(ClientFrame::Accept { offer }, hub);
            } else {
                self.send(ClientFrame::Decline { offer, reason: None }, hub);
            }
        }
        if let Some(offer) = self.missed.take().filter(|_| hub.dice.percent(30)) {
            self.send(ClientFrame::Accept { offer }, hub);
        }
    }

    fn mind_room(&mut self, room: RoomId, hub: &mut Hub) {
        let name = self.name();
        let Some(talk) = self.rooms.get_mut(&room) else { return };
        let missing = talk.ledger.has_gap() || talk.ledger.known() < talk.last_seq;
        let frame = if missing && talk.ledger.is_followed {
            Some(ClientFrame::Replay { room, after: talk.ledger.known() })
        } else if talk.ended {
            let writes_up = talk.wrap_up && hub.dice.percent(40);
            writes_up.then(|| ClientFrame::WrapUp { room, result_code: "DONE".into(), memo: None })
        } else if talk.says_left > 0 {
            talk.says_left -= 1;
            talk.ledger.speak(&name, &mut hub.dice)
        } else if !talk.ledger.unanswered.is_empty() {
            talk.ledger.repeat()
        } else if hub.dice.percent(12) {
            hand_over(room, hub)
        } else {
            let ends = hub.is_calm() || hub.dice.percent(5);
            ends.then_some(ClientFrame::End { room, reason: None })
        };
        if let Some(frame) = frame {
            self.send(frame, hub);
        }
    }

    pub fn hear(&mut self, socket: SocketNo, down: Down, hub: &mut Hub) {
        match down {
            Down::Close(_) => self.lost(socket, hub),
            Down::Frame(frame) if self.socket == Some(socket) => self.read(frame, hub),
            Down::Frame(_) => {}
        }
    }

    pub fn lost(&mut self, socket: SocketNo, hub: &mut Hub) {
        self.older.retain(|older| *older != socket);
        if self.socket == Some(socket) {
            self.socket = None;
            // What older pages were told meanwhile was not read: they are loaded anew.
            for older in self.older.drain(..) {
                hub.up(older, Up::Bye);
            }
            self.begin(hub);
        }
    }

    fn read(&mut self, frame: ServerFrame, hub: &mut Hub) {
        let name = self.name();
        match frame {
            // One that was assigned without asking does not ring.
            ServerFrame::Offer { offer, accept_within_s, .. } => {
                let in_rooms = self.rooms.values().filter(|talk| talk.ledger.is_followed && !talk.ended).count();
                let may = usize::from(self.capacity);
                assert!(in_rooms < may, "I4: {name} rings in {in_rooms} rooms of {may}: the end of one is not told");
                self.offers.extend((accept_within_s > 0).then_some(offer));
            }
            ServerFrame::Withdrawn { offer, .. } => {
                self.offers.remove(&offer);
                self.missed = Some(offer);
            }
            ServerFrame::Matched { room, you, last_seq, ticket, .. } => {
                let on_file =
                    hub.store.on_file.rooms.get(&room).map(|file| (file.ticket, file.counsellor, file.seats[1]));
                assert_eq!(
                    on_file,
                    Some((ticket, self.account, you)),
                    "{name} was told of a match that is not on file"
                );
                self.sit(room, you, last_seq, hub);
            }
            ServerFrame::State { intent, activity, rooms, capacity, .. } => {
                self.capacity = self.capacity.max(capacity);
                self.is_open = intent == Intent::Open;
                if activity != anteroom::protocol::Activity::Offered {
                    self.offers.clear();
                }
                for (room, talk) in &mut self.rooms {
                    if !rooms.iter().any(|brief| brief.room == *room) {
                        let knows = talk.ended || !talk.ledger.is_followed;
                        assert!(knows, "I4: {name} was told of a state without {room:?} before its end");
                        (talk.ended, talk.wrap_up) = (true, false);
                    }
                }
                for brief in rooms {
                    self.sit(brief.room, brief.you, brief.last_seq, hub);
                    if let Some(talk) = self.rooms.get_mut(&brief.room) {
                        (talk.wrap_up, talk.ended) = (brief.wrap_up, talk.ended || brief.wrap_up);
                    }
                }
            }
            ServerFrame::Message { room, .. } | ServerFrame::Accepted { room, .. } => {
                let Some(talk) = self.rooms.get_mut(&room) else { panic!("I5: {name} has no seat in {room:?}") };
                talk.ledger.enter(&frame, &name, hub);
            }
            ServerFrame::Ended { room, .. } => {
                assert!(hub.store.on_file.rooms[&room].end.is_some(), "I4: {name} was told of an end not on file");
                if let Some(talk) = self.rooms.get_mut(&room) {
                    talk.ended = true;
                    talk.ledger.unanswered.clear();
                }
            }
            ServerFrame::Error { code, re, .. } => self.refused(code, re.as_deref()),
            _ => {}
        }
    }

    fn sit(&mut self, room: RoomId, you: anteroom::ids::MemberId, last_seq: u32, hub: &mut Hub) {
        let says_left = hub.dice.between(0, 4) as u32;
        let talk = self.rooms.entry(room).or_insert_with(|| Talk { says_left, ..Talk::default() });
        (talk.ledger.room, talk.ledger.you, talk.ledger.is_followed) = (Some(room), Some(you), true);
        talk.last_seq = talk.last_seq.max(last_seq);
    }

    fn refused(&mut self, code: ErrorCode, re: Option<&str>) {
        match code {
            // A room that cannot be handed over now is named in the same way.
            ErrorCode::Busy => {
                let offer = re.filter(|re| !self.rooms.keys().any(|room| room.to_string() == **re));
                self.offers.extend(offer.and_then(|offer| offer.parse::<OfferId>().ok()));
            }
            ErrorCode::RoomEnded => self.rooms.values_mut().for_each(|talk| {
                talk.ledger.unanswered.retain(|client_id, _| Some(&**client_id) != re);
            }),
            ErrorCode::Resync => panic!("I3: {} cannot have what it missed", self.name()),
            _ => {}
        }
    }
}

/// To a line, to a colleague (or oneself, which is refused), or taken back.
fn hand_over(room: RoomId, hub: &mut Hub) -> Option<ClientFrame> {
    if hub.dice.percent(20) {
        return Some(ClientFrame::CancelTransfer { room });
    }
    let (mut line, mut counsellor) = (None, None);
    if hub.dice.percent(50) {
        let nth = hub.dice.below(hub.plan.lines.len() as u64) as usize;
        line = Some(hub.plan.lines[nth].topic.clone());
    } else {
        let nth = hub.dice.below(hub.plan.staff.len() as u64) as usize;
        counsellor = Some(hub.plan.staff[nth].account);
    }
    Some(ClientFrame::Transfer { room, line, counsellor, note: None })
}
