//! The live lists of several nodes, which say to each other what the links would carry.

use std::collections::BTreeMap;

use super::*;
use crate::ids::NodeId;

/// Nodes that are all linked with each other.
struct Nodes {
    lists: BTreeMap<NodeId, Live<Manager>>,
    /// How many items each portion had that was sent, and whether one began or ended with it.
    portions: Vec<(usize, bool, bool)>,
}

fn node(number: u128) -> NodeId {
    NodeId::from(number)
}

impl Nodes {
    fn new(count: u128) -> Self {
        let mut this =
            Self { lists: (1..=count).map(|id| (node(id), Live::default())).collect(), portions: Vec::new() };
        for (one, other) in (1..=count).flat_map(|one| (1..=count).map(move |other| (one, other))) {
            if one != other {
                this.at(one).link_opened(node(other));
            }
        }
        this
    }

    fn at(&mut self, number: u128) -> &mut Live<Manager> {
        self.lists.get_mut(&node(number)).expect("a node")
    }

    /// Until nobody has anything to say: what was gathered is told, and what is sent arrives as it is carried.
    fn settle(&mut self) {
        loop {
            let mut sent = Vec::new();
            for (from, list) in &mut self.lists {
                list.gathered();
                let _ = list.flush();
                sent.extend(list.parcels().into_iter().map(|(to, parcel)| (*from, to, parcel)));
            }
            if sent.is_empty() {
                return;
            }
            for (from, to, parcel) in sent {
                if let ListParcel::Shown(Portion { begins, is_whole, items, .. }) = &parcel {
                    self.portions.push((items.len(), *begins, *is_whole));
                }
                let carried = serde_json::to_value(&parcel).expect("is written");
                if let Some(list) = self.lists.get_mut(&to) {
                    let _ = list.hear(from, serde_json::from_value(carried).expect("is read"));
                }
            }
        }
    }

    /// A viewer at this node, as they see the list.
    fn viewer(&mut self, at: u128, account: u128, line: Option<u128>) -> Seen {
        let (viewer, told) = manager(account, line);
        let is_gone = viewer.is_gone.clone();
        self.at(at).enter(viewer);
        self.settle();
        Seen { told, is_gone, sees: BTreeSet::new() }
    }

    fn breaks(&mut self, one: u128, other: u128) {
        self.at(one).link_broken(node(other));
        self.at(other).link_broken(node(one));
    }

    fn opens(&mut self, one: u128, other: u128) {
        self.at(one).link_opened(node(other));
        self.at(other).link_opened(node(one));
        self.settle();
    }

    /// All the portions sent since this was asked last.
    fn sent(&mut self) -> Vec<(usize, bool, bool)> {
        std::mem::take(&mut self.portions)
    }
}

struct Seen {
    told: Told,
    is_gone: Rc<Cell<bool>>,
    sees: BTreeSet<String>,
}

impl Seen {
    /// What they see now: a letter and the last digits of the id, in order. What was told of a thing replaces.
    fn sees(&mut self) -> String {
        for event in std::mem::take(&mut *self.told.borrow_mut()) {
            let value = serde_json::to_value(&event).expect("JSON");
            let name = |letter: &str, id: &serde_json::Value| {
                let id = id.as_str().expect("an id").trim_start_matches(['0', '-']);
                format!("{letter}{id}")
            };
            match &event {
                WatchEvent::Snapshot(_) => {
                    let all = [("rooms", "room"), ("tickets", "ticket"), ("counsellors", "account")];
                    self.sees = all.iter().fold(BTreeSet::new(), |mut sees, (list, id)| {
                        let items = value[*list].as_array().expect("a list").iter();
                        sees.extend(items.map(|item| name(&list[..1], &item[*id])));
                        sees
                    });
                }
                event if event.is_put() => drop(self.sees.insert(name(&event.name()[..1], &value["id"]))),
                event => drop(self.sees.remove(&name(&event.name()[..1], &value["id"]))),
            }
        }
        self.sees.iter().cloned().collect::<Vec<_>>().join(" ")
    }
}

fn room_at(nodes: &mut Nodes, at: u128, room: u128, line: u128) {
    let _ = nodes.at(at).show(Listed::Room(Box::new(talk(room, line, 20, 3))));
}

fn waits(nodes: &mut Nodes, at: u128, epoch: u64, id: u128, line: u128) {
    let _ = nodes.at(at).show_of_term(epoch, Listed::Ticket(id.into(), Some(ticket(line))));
}

/// A term begins at this node, in which these tickets wait, of line 7, and all of it is named.
fn term(nodes: &mut Nodes, at: u128, epoch: u64, tickets: &[u128]) {
    let _ = nodes.at(at).term_begins(epoch);
    tickets.iter().for_each(|ticket| waits(nodes, at, epoch, *ticket, 7));
    let _ = nodes.at(at).term_named(epoch);
}

#[test]
fn whoever_looks_at_any_node_sees_the_same_and_of_their_lines_alone() {
    let mut nodes = Nodes::new(3);
    term(&mut nodes, 1, 1, &[1]);
    waits(&mut nodes, 1, 1, 2, 8);
    let _ = nodes.at(1).show_of_term(1, Listed::Counsellor(counsellor(20, 7)));
    room_at(&mut nodes, 1, 4, 7);
    room_at(&mut nodes, 2, 5, 8);
    room_at(&mut nodes, 3, 6, 7);
    nodes.settle();
    assert_eq!(nodes.sent(), [], "nobody looks");
    let all = "c14 r4 r5 r6 t1 t2";
    let mut of_seven = nodes.viewer(2, 11, Some(7));
    let mut admins = [1, 2, 3].map(|at| nodes.viewer(at, 10, None));
    assert_eq!(of_seven.sees(), "c14 r4 r6 t1");
    admins.iter_mut().for_each(|admin| assert_eq!(admin.sees(), all));

    // What changes is told everywhere, and what changes its line goes from one and comes to the other.
    waits(&mut nodes, 1, 1, 1, 8);
    waits(&mut nodes, 1, 1, 2, 7);
    let _ = nodes.at(3).show(Listed::RoomDropped(6.into()));
    nodes.settle();
    assert_eq!(of_seven.sees(), "c14 r4 t2");
    admins.iter_mut().for_each(|admin| assert_eq!(admin.sees(), "c14 r4 r5 t1 t2"));
}

#[test]
fn nothing_is_sent_to_a_node_without_viewers_nor_twice_what_changes_twice() {
    let mut nodes = Nodes::new(2);
    term(&mut nodes, 1, 1, &[1]);
    let first = nodes.viewer(2, 10, None);
    let mut second = nodes.viewer(2, 11, None);
    assert_eq!(nodes.sent(), [(0, true, true), (1, true, true)], "rooms and term, once");
    for line in [8, 7, 8] {
        waits(&mut nodes, 1, 1, 1, line);
    }
    nodes.settle();
    assert_eq!(nodes.sent(), [(1, false, false)]);
    first.is_gone.set(true);
    waits(&mut nodes, 1, 1, 2, 7);
    nodes.settle();
    assert_eq!((nodes.sent().len(), second.sees().as_str()), (1, "t1 t2"));

    second.is_gone.set(true);
    waits(&mut nodes, 1, 1, 3, 7);
    nodes.settle();
    assert_eq!(nodes.sent().len(), 1, "by which the node finds that nobody looks");
    waits(&mut nodes, 1, 1, 4, 7);
    room_at(&mut nodes, 1, 5, 7);
    nodes.settle();
    assert_eq!(nodes.sent(), []);
    let mut late = nodes.viewer(2, 10, None);
    assert_eq!(late.sees(), "r5 t1 t2 t3 t4", "all of it, and nothing old");
}

#[test]
fn a_large_list_is_shown_in_portions_that_follow_upon_each_other() {
    let mut nodes = Nodes::new(2);
    let many = u128::try_from(2 * PORTION_ITEMS_MAX + 1).expect("a small number");
    term(&mut nodes, 1, 1, &(1..=many).collect::<Vec<_>>());
    let big = Glance { members: Vec::new(), last_seq: 1 };
    for room in 1..=3 {
        let group = GroupAbout {
            creator: (20.into(), "Kim".into()),
            title: "Ward".into(),
            info: Some("x".repeat(200_000)),
            picture: None,
        };
        let summary = RoomSummary { purpose: Purpose::Group(group), glance: big.clone(), ..talk(room, 7, 20, 0) };
        let _ = nodes.at(1).show(Listed::Room(Box::new(summary)));
    }
    let (viewer, told) = manager(10, None);
    let viewer = Manager { notes: Notes { room: usize::MAX, ..viewer.notes }, ..viewer };
    nodes.at(2).enter(viewer);
    nodes.settle();
    let each = PORTION_ITEMS_MAX;
    let (mut rooms, mut tickets) = (Vec::new(), Vec::new());
    for portion in nodes.sent() {
        if portion.0 == 1 && rooms.len() < 3 { rooms.push(portion) } else { tickets.push(portion) }
    }
    assert_eq!(rooms, [(1, true, false), (1, false, false), (1, false, true)], "each as long as two may be");
    assert_eq!(tickets, [(each, true, false), (each, false, false), (1, false, true)]);
    assert_eq!(told.borrow().len(), 1 + 3 + 2 * each + 1);
}

#[test]
fn a_broken_link_takes_nothing_away_and_what_is_named_then_replaces() {
    let mut nodes = Nodes::new(2);
    term(&mut nodes, 1, 1, &[1, 2]);
    room_at(&mut nodes, 1, 4, 7);
    let mut viewer = nodes.viewer(2, 10, None);
    nodes.breaks(1, 2);
    let _ = nodes.at(1).show_of_term(1, Listed::Ticket(1.into(), None));
    waits(&mut nodes, 1, 1, 3, 7);
    let _ = nodes.at(1).show(Listed::RoomDropped(4.into()));
    room_at(&mut nodes, 1, 5, 7);
    nodes.settle();
    assert_eq!(viewer.sees(), "r4 t1 t2", "as it was");
    nodes.opens(1, 2);
    assert_eq!(viewer.sees(), "r5 t2 t3");

    // Gone: the rooms with it. Who waits is the next term's.
    nodes.breaks(1, 2);
    let _ = nodes.at(2).node_gone(node(1));
    nodes.settle();
    assert_eq!(viewer.sees(), "t2 t3");
}

#[test]
fn what_a_term_has_shown_stays_until_the_next_has_named_all_of_it() {
    let mut nodes = Nodes::new(3);
    term(&mut nodes, 1, 1, &[1, 2]);
    let mut viewers = [1, 2, 3].map(|at| nodes.viewer(at, 10, None));
    nodes.at(1).term_over(1);
    let _ = nodes.at(2).term_begins(2);
    waits(&mut nodes, 2, 2, 2, 7);
    nodes.settle();
    viewers.iter_mut().for_each(|viewer| assert_eq!(viewer.sees(), "t1 t2", "1 may still be named"));
    waits(&mut nodes, 2, 2, 3, 7);
    let _ = nodes.at(2).term_named(2);
    // What comes late of the term before is not believed.
    waits(&mut nodes, 1, 1, 9, 7);
    nodes.settle();
    viewers.iter_mut().for_each(|viewer| assert_eq!(viewer.sees(), "t2 t3"));
    assert!(!nodes.at(1).show_of_term(1, Listed::Ticket(2.into(), None)), "its term is over");

    // Nobody looks: an end leaves nothing behind for who looks next.
    viewers.iter().for_each(|viewer| viewer.is_gone.set(true));
    waits(&mut nodes, 2, 2, 4, 7);
    nodes.settle();
    nodes.at(2).term_over(2);
    assert_eq!(nodes.viewer(2, 10, None).sees(), "");
}

#[test]
fn a_room_that_moves_is_seen_once_whoever_speaks_first() {
    let mut nodes = Nodes::new(3);
    room_at(&mut nodes, 1, 4, 7);
    let mut viewer = nodes.viewer(3, 10, None);
    room_at(&mut nodes, 2, 4, 7);
    nodes.settle();
    let _ = nodes.at(1).show(Listed::RoomDropped(4.into()));
    nodes.settle();
    assert_eq!(viewer.sees(), "r4");
    let _ = nodes.at(2).show(Listed::RoomDropped(4.into()));
    nodes.settle();
    assert_eq!(viewer.sees(), "");
}
