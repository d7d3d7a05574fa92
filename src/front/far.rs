//! The seats that people at this node's sockets have in rooms at other nodes: what they have said there and nobody has
//! answered, and how far each has been told. Where a room is taken by another node, where its home has it not yet, and
//! where the link was broken and is open again, each takes the seat again behind the last `seq` it has, and says again
//! what was not answered, in its order. So a client whose socket did not drop has nothing to do.
//!
//! What is said twice does one thing, and is answered the same: a `say` and a `whisper` by their client ids. A socket
//! takes only what comes from the present home of its room, and messages one after the other, so nothing is missing or
//! double however often a seat was taken again. Who came in by a socket of the room itself is closed with 1001 instead:
//! they come back at once, and have one room to come back to.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::acts::Passing;
use super::far_seat::{FarSeat, Sits};
use crate::ids::{MemberId, NodeId, RoomId, SocketId};
use crate::protocol::{CloseCode, ErrorCode, ServerFrame};
use crate::room::parcels::{FromHome, Gist, ToHome};
use crate::room::{Answer, Back, Entering, Glance, Spoken};

/// A home that has not the room is asked again after so long: the room may be about to be opened there.
pub const ASK_AGAIN: Duration = Duration::from_millis(250);
/// How often: 10 s, and then only once there is news of the room or of the link.
pub const ASKED_AGAIN_MAX: u32 = 40;

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum FarAct {
    /// For the front of that node.
    Send { to: NodeId, parcel: ToHome },
    /// A frame that is written already, for these sockets.
    Pass { to: Vec<SocketId>, text: String, passing: Option<Passing> },
    /// Frames for one, as one piece.
    PassAll { to: SocketId, texts: Vec<String> },
    /// A frame of this node's own.
    Say { to: SocketId, frame: ServerFrame },
    /// Tell who sits there how the room looks.
    Show { to: SocketId, room: RoomId, glance: Glance },
    /// Tell who came in what came of it.
    Answer { to: SocketId, answer: Answer },
    /// Close the socket; what was sent before still arrives.
    Shut { to: SocketId, code: CloseCode },
    /// Come back with [`FarSeats::is_due`] after so long.
    Later { wait: Duration, room: RoomId },
}

/// All of them, by room.
#[derive(Debug, Default)]
pub struct FarSeats {
    rooms: BTreeMap<RoomId, FarRoom>,
}

/// A room at another node.
#[derive(Debug)]
struct FarRoom {
    home: NodeId,
    seats: BTreeMap<SocketId, FarSeat>,
    /// Who was told of a seat there and has not taken it yet, and the epochs of those seats: two may be on their way,
    /// and the first is taken before the second.
    expected: BTreeSet<(SocketId, u64)>,
    /// How often its home was asked again, and whether it will be.
    asked_again: u32,
    is_waited: bool,
}

impl FarSeats {
    /// Whoever matches says that the room lives there, as it gives this socket a seat in it, in this epoch.
    pub fn lives_at(&mut self, (room, home): (RoomId, NodeId), socket: SocketId, epoch: u64) {
        let far = self.rooms.entry(room).or_insert_with(|| FarRoom::new(home));
        far.home = home;
        far.expected.insert((socket, epoch));
    }

    /// This socket is gone, whatever it was told of.
    pub fn left(&mut self, socket: SocketId) {
        self.rooms.retain(|_, far| {
            far.expected.retain(|(expected, _)| *expected != socket);
            far.seats.remove(&socket);
            !far.is_empty()
        });
    }

    /// A socket is about to take a seat.
    pub fn look(&mut self, room: RoomId, from: SocketId, member: MemberId, epoch: u64, acts: &mut Vec<FarAct>) {
        let Some(far) = self.rooms.get_mut(&room) else { return };
        far.put(from, FarSeat::new(Sits::Looks { member, epoch }, None));
        acts.push(far.send(ToHome::Look { room, from, member, epoch }));
    }

    /// A socket takes a seat; `after` is the last `seq` it has.
    pub fn attach(
        &mut self,
        room: RoomId,
        from: SocketId,
        (member, epoch): (MemberId, u64),
        after: Option<u32>,
        acts: &mut Vec<FarAct>,
    ) {
        let Some(far) = self.rooms.get_mut(&room) else { return };
        far.put(from, FarSeat::new(Sits::Attached { member, epoch }, after));
        acts.push(far.send(ToHome::Attach { room, from, member, epoch, after }));
    }

    /// A socket is gone that had, or was about to take, a seat.
    pub fn detach(&mut self, room: RoomId, member: MemberId, epoch: u64, acts: &mut Vec<FarAct>) {
        let Some(far) = self.rooms.get_mut(&room) else { return };
        far.seats.retain(|_, seat| seat.sits.as_whom() != Some((member, epoch)));
        acts.push(far.send(ToHome::Detach { room, member, epoch }));
        self.tidy(room);
    }

    /// A socket needs nothing of this room any more.
    pub fn forget(&mut self, room: RoomId, socket: SocketId) {
        if let Some(far) = self.rooms.get_mut(&room) {
            far.seats.remove(&socket);
            self.tidy(room);
        }
    }

    /// Somebody comes in by a socket of the room, of which they were told that it lives there.
    pub fn enter(
        &mut self,
        (room, home): (RoomId, NodeId),
        from: SocketId,
        who: Entering,
        back: Option<Back>,
        acts: &mut Vec<FarAct>,
    ) {
        let far = self.rooms.entry(room).or_insert_with(|| FarRoom::new(home));
        far.put(from, FarSeat::new(Sits::Enters, back.and_then(|back| back.after)));
        acts.push(far.send(ToHome::Enter { room, from, who, back }));
    }

    /// Such a socket is gone.
    pub fn gone(&mut self, room: RoomId, from: SocketId, acts: &mut Vec<FarAct>) {
        let Some(far) = self.rooms.get_mut(&room) else { return };
        if far.seats.remove(&from).is_some() {
            acts.push(far.send(ToHome::Gone { room, from }));
        }
        self.tidy(room);
    }

    /// Somebody with a seat there speaks.
    pub fn says(&mut self, room: RoomId, what: Spoken, acts: &mut Vec<FarAct>) {
        let Some(far) = self.rooms.get_mut(&room) else { return };
        // The newest of a member's sockets: an older one has no seat any more.
        let seats = far.seats.iter_mut().filter(|(_, seat)| seat.is_of(&what));
        let Some((&socket, seat)) = seats.max_by_key(|(_, seat)| seat.sits.as_whom().map(|(_, epoch)| epoch)) else {
            return;
        };
        if let Some(re) = seat.keep(room, &what) {
            let detail = "the room does not answer now; say it again in a moment";
            let frame = ServerFrame::refusal(ErrorCode::Busy, detail, Some(re));
            return acts.push(FarAct::Say { to: socket, frame });
        }
        if seat.is_heard {
            acts.push(far.send(ToHome::Say { room, from: socket, what, again: false }));
        }
    }

    /// Something came from the front of this node.
    pub fn came(&mut self, node: NodeId, parcel: FromHome, acts: &mut Vec<FarAct>) {
        let room = parcel.room();
        let Some(far) = self.rooms.get_mut(&room).filter(|far| far.home == node) else { return };
        match parcel {
            FromHome::Frame { to, text, gist, .. } => far.pass(room, to, text, gist, acts),
            FromHome::Frames { to, texts, first, goes_on, .. } => {
                if let Some(seat) = far.heard_at(to)
                    && let Some(texts) = seat.take_piece(texts, first, goes_on)
                {
                    acts.push(FarAct::PassAll { to, texts });
                }
            }
            FromHome::Show { to, glance, .. } => {
                let Some(seat) = far.heard_at(to) else { return };
                // Its client is told how the others are, as it was not told what changed meanwhile.
                for who in seat.others(&glance) {
                    acts.push(FarAct::Say { to, frame: ServerFrame::Member { room, who } });
                }
                acts.push(FarAct::Show { to, room, glance });
            }
            FromHome::Answer { to, answer, .. } => {
                let Some(seat) = far.heard_at(to) else { return };
                if let Answer::Seated(member) = answer {
                    seat.sits = Sits::Entered { member };
                }
                acts.push(FarAct::Answer { to, answer });
            }
            FromHome::Shut { to, code, .. } => {
                if far.heard_at(to).is_some() {
                    acts.push(FarAct::Shut { to, code });
                }
            }
            FromHome::NotHere { .. } => {
                far.is_unheard();
                if far.asked_again < ASKED_AGAIN_MAX && !std::mem::replace(&mut far.is_waited, true) {
                    acts.push(FarAct::Later { wait: ASK_AGAIN, room });
                }
            }
        }
    }

    /// The room lives there now.
    pub fn moved(&mut self, room: RoomId, home: NodeId, acts: &mut Vec<FarAct>) {
        let Some(far) = self.rooms.get_mut(&room) else { return };
        // Said once more, as it may have been missed.
        if far.home == home && far.seats.values().all(|seat| seat.is_heard) {
            return;
        }
        (far.home, far.asked_again) = (home, 0);
        far.take_seats_again(room, acts);
        self.tidy(room);
    }

    /// The link to this node is broken: nothing that was said there is sure to have been heard.
    pub fn broke(&mut self, node: NodeId) {
        self.rooms.values_mut().filter(|far| far.home == node).for_each(FarRoom::is_unheard);
    }

    /// This node is gone, and its rooms are being taken. Whoever has a seat that was handed out to them is told where;
    /// who came in by a socket of the room comes back by another.
    pub fn home_gone(&mut self, node: NodeId, acts: &mut Vec<FarAct>) {
        self.broke(node);
        self.rooms.values_mut().filter(|far| far.home == node).for_each(|far| far.shut_the_door(acts));
        self.rooms.retain(|_, far| !far.is_empty());
    }

    /// It is open again, or for the first time.
    pub fn opened(&mut self, node: NodeId, acts: &mut Vec<FarAct>) {
        for (&room, far) in self.rooms.iter_mut().filter(|(_, far)| far.home == node) {
            far.asked_again = 0;
            far.take_seats_again(room, acts);
        }
        acts.push(FarAct::Send { to: node, parcel: ToHome::Named });
        self.rooms.retain(|_, far| !far.is_empty());
    }

    /// What is queued toward this socket is full: it closes, and its homes are told at once.
    pub fn shut(&mut self, socket: SocketId, acts: &mut Vec<FarAct>) {
        for (&room, far) in &mut self.rooms {
            let Some(seat) = far.seats.remove(&socket) else { continue };
            let parcel = match seat.sits.as_whom() {
                Some((member, epoch)) => ToHome::Detach { room, member, epoch },
                None => ToHome::Gone { room, from: socket },
            };
            acts.push(far.send(parcel));
        }
        self.rooms.retain(|_, far| !far.is_empty());
    }

    /// The moment of a [`FarAct::Later`] has come.
    pub fn is_due(&mut self, room: RoomId, acts: &mut Vec<FarAct>) {
        let Some(far) = self.rooms.get_mut(&room) else { return };
        if std::mem::take(&mut far.is_waited) && far.seats.values().any(|seat| !seat.is_heard) {
            far.asked_again += 1;
            far.take_seats_again(room, acts);
        }
    }

    /// A room in which nobody here sits needs no place in memory.
    fn tidy(&mut self, room: RoomId) {
        if self.rooms.get(&room).is_some_and(FarRoom::is_empty) {
            self.rooms.remove(&room);
        }
    }
}

impl FarRoom {
    fn new(home: NodeId) -> Self {
        let (seats, expected) = Default::default();
        Self { home, seats, expected, asked_again: 0, is_waited: false }
    }

    fn is_empty(&self) -> bool {
        self.seats.is_empty() && self.expected.is_empty()
    }

    fn put(&mut self, socket: SocketId, seat: FarSeat) {
        let taken = seat.sits.as_whom().map(|(_, epoch)| epoch);
        self.expected.retain(|(expected, epoch)| *expected != socket || taken.is_some_and(|taken| *epoch > taken));
        self.seats.insert(socket, seat);
    }

    fn send(&self, parcel: ToHome) -> FarAct {
        FarAct::Send { to: self.home, parcel }
    }

    /// The seat of this socket, if it is sure that the present home knows of it.
    fn heard_at(&mut self, socket: SocketId) -> Option<&mut FarSeat> {
        self.seats.get_mut(&socket).filter(|seat| seat.is_heard)
    }

    fn is_unheard(&mut self) {
        self.seats.values_mut().for_each(|seat| seat.is_heard = false);
    }

    fn pass(&mut self, room: RoomId, mut to: Vec<SocketId>, text: String, gist: Option<Gist>, acts: &mut Vec<FarAct>) {
        to.retain(|socket| self.heard_at(*socket).is_some_and(|seat| seat.passes(room, gist.as_ref())));
        let passing = match gist {
            Some(Gist::Said(seq) | Gist::Stored { seq: Some(seq), .. }) => Some(Passing::Said { room, seq }),
            Some(Gist::Ended) => Some(Passing::Ended(room)),
            _ => None,
        };
        if !to.is_empty() {
            acts.push(FarAct::Pass { to, text, passing });
        }
    }

    /// Everybody takes their seat at the present home, and says again what nobody has answered.
    fn take_seats_again(&mut self, room: RoomId, acts: &mut Vec<FarAct>) {
        self.shut_the_door(acts);
        let to = self.home;
        for (&from, seat) in &mut self.seats {
            let parcels = seat.again(room, from).into_iter();
            acts.extend(parcels.map(|parcel| FarAct::Send { to, parcel }));
        }
    }

    /// Who came in by a socket of the room is closed, and comes back.
    fn shut_the_door(&mut self, acts: &mut Vec<FarAct>) {
        self.seats.retain(|&to, seat| {
            let stays = seat.sits.as_whom().is_some();
            if !stays {
                acts.push(FarAct::Shut { to, code: CloseCode::Draining });
            }
            stays
        });
    }
}
