//! R12 over several nodes: the newest socket of a person wins, in whichever order their nodes announce them.

use super::nodes::{THERE, THIRD, found_ticket, kim};
use super::*;

/// At `THERE`: the older, and the newer at `THIRD`.
const OLDER: NodeSocket = NodeSocket { node: THERE, socket: SocketId(11) };
const NEWER: NodeSocket = NodeSocket { node: THIRD, socket: SocketId(12) };

/// Who has two sockets.
#[derive(Clone, Copy, Debug)]
enum Person {
    Desk(TicketId),
    Kim,
}

use Person::{Desk, Kim};

impl Person {
    fn all() -> [Self; 2] {
        [Desk(TicketId(Uuid::from_u128(900))), Kim]
    }

    /// As it is said when a socket opens.
    fn arrives(self, from: SocketId) -> FromFront {
        match self {
            Desk(ticket) => FromFront::Back { from, ticket, after: None, asker: None },
            Kim => FromFront::Arrive { from, profile: kim(), session: SessionId::from(1) },
        }
    }

    fn is_here(self, from: SocketId, turn: Option<Turn>) -> FromFront {
        match self {
            Desk(ticket) => FromFront::HereDesk { from, ticket, seat: None, after: None, asker: None, turn },
            Kim => {
                FromFront::HereCounsellor { from, profile: kim(), session: SessionId::from(1), seats: Vec::new(), turn }
            }
        }
    }

    fn leaves(self, from: SocketId) -> FromFront {
        match self {
            Desk(_) => FromFront::Desk { from, what: DeskWish::Gone },
            Kim => FromFront::Wish { from, account: 7.into(), what: Wish::Gone },
        }
    }
}

/// A term in which the ticket waits and nobody is here yet.
fn term(epoch: u64) -> Centre {
    let mut centre = Centre::new();
    let Desk(ticket) = Person::all()[0] else { unreachable!() };
    let new_term = Some(NewTerm { epoch, nodes: vec![HERE, THERE, THIRD] });
    let waiting = vec![(found_ticket(ticket), Wall(990 * SECOND as i64))];
    let found = StartRecords { staff: vec![kim()], waiting, new_term, ..StartRecords::default() };
    let now = centre.now();
    centre.dispatch.take_up(now, found, &mut centre.world, &mut Vec::new());
    centre
}

impl Centre {
    fn arrives(&mut self, who: Person, at: NodeSocket) -> Turn {
        let happened = self.says(at, who.arrives(at.socket));
        given(&happened).into_iter().find(|(to, _)| *to == at).expect("is told").1
    }

    fn says(&mut self, at: NodeSocket, parcel: FromFront) -> Vec<Effect> {
        self.happens(Input::From { node: at.node, parcel })
    }

    fn sits_at(&self, who: Person) -> Option<NodeSocket> {
        match who {
            Desk(ticket) => self.dispatch.visits.get(&ticket)?.socket,
            Kim => self.dispatch.staff.get(&7.into())?.socket,
        }
    }
}

fn given(effects: &[Effect]) -> Vec<(NodeSocket, Turn)> {
    let turn = |effect: &Effect| match *effect {
        Effect::Parcel { to: node, parcel: ToFront::Turn { to: socket, turn } } => {
            Some((NodeSocket { node, socket }, turn))
        }
        _ => None,
    };
    effects.iter().filter_map(turn).collect()
}

fn shut(effects: &[Effect]) -> Vec<NodeSocket> {
    let shut = |effect: &Effect| match *effect {
        Effect::Parcel {
            to: node,
            parcel:
                ToFront::Desk { to: socket, news: DeskNews::Replaced }
                | ToFront::Counsellor { to: socket, news: CounsellorNews::Replaced },
        } => Some(NodeSocket { node, socket }),
        _ => None,
    };
    effects.iter().filter_map(shut).collect()
}

#[test]
fn the_newer_of_two_announced_sockets_wins_in_either_order_and_in_a_new_term() {
    for who in Person::all() {
        let mut old = term(1);
        let (older, newer) = (old.arrives(who, OLDER), old.arrives(who, NEWER));
        assert!(older < newer);
        for order in [[OLDER, NEWER], [NEWER, OLDER]] {
            let mut centre = term(2);
            let mut told = Vec::new();
            for at in order {
                let turn = if at == OLDER { older } else { newer };
                told.extend(centre.says(at, who.is_here(at.socket, Some(turn))));
                told.extend(centre.says(at, FromFront::Announced));
            }
            assert_eq!(centre.sits_at(who), Some(NEWER), "{who:?}, announced {order:?}");
            assert_eq!(shut(&told), [OLDER], "{who:?}, announced {order:?}");
        }
    }
}

#[test]
fn who_arrived_while_nobody_matched_is_newer_than_all_that_were_given_a_turn() {
    for who in Person::all() {
        let given = term(1).arrives(who, OLDER);
        for order in [[OLDER, NEWER], [NEWER, OLDER]] {
            let mut centre = term(2);
            let mut told = Vec::new();
            for at in order {
                let here = who.is_here(at.socket, (at == OLDER).then_some(given));
                // A desk that nobody has answered says that it is back, behind all that is announced.
                let unanswered = matches!(who, Desk(_)) && at == NEWER;
                let says = if unanswered { who.arrives(at.socket) } else { here };
                told.extend(centre.says(at, says));
            }
            assert_eq!(centre.sits_at(who), Some(NEWER), "{who:?}, announced {order:?}");
            assert_eq!(shut(&told), [OLDER], "{who:?}, announced {order:?}");
        }
    }
}

#[test]
fn an_older_socket_behind_a_broken_link_never_comes_before_the_newer_whatever_it_says() {
    for who in Person::all() {
        // What the older one's node was told of its turn, and whether the newer one is still there.
        for (knows_turn, newer_stays) in [(true, true), (true, false), (false, true), (false, false)] {
            let mut centre = term(1);
            let older = centre.arrives(who, OLDER);
            centre.happens(Input::NodeLost(THERE));
            centre.arrives(who, NEWER);
            if !newer_stays {
                centre.says(NEWER, who.leaves(NEWER.socket));
            }
            let late = [who.is_here(OLDER.socket, knows_turn.then_some(older)), who.arrives(OLDER.socket)];
            for parcel in late {
                let told = centre.says(OLDER, parcel);
                assert_eq!(shut(&told), [OLDER], "{who:?}, {knows_turn}, {newer_stays}");
                assert_eq!(centre.sits_at(who), newer_stays.then_some(NEWER), "{who:?}, {knows_turn}");
            }
        }
    }
}

#[test]
fn a_socket_whose_turn_was_lost_with_the_link_is_told_it_again() {
    for who in Person::all() {
        let mut centre = term(1);
        let turn = centre.arrives(who, OLDER);
        centre.happens(Input::NodeLost(THERE));
        let told = centre.says(OLDER, who.is_here(OLDER.socket, None));
        assert_eq!(given(&told), [(OLDER, turn)], "{who:?}");
        assert_eq!(centre.sits_at(who), Some(OLDER), "{who:?}");
        assert!(shut(&told).is_empty(), "{who:?}");
    }
}
