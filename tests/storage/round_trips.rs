//! How often the journal waits for PostgreSQL, counted on the way between them. Each time costs the network's distance
//! twice, and nobody else writes meanwhile: on a way of 0.3 ms this, and not the disk, is what fills first. The bounds
//! are what is so today; they go down and not up.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use anteroom::journal::Write;
use tokio::runtime::{self, Runtime};

use super::bed::{Bed, Talk};
use super::group;
use crate::support::{Proxy, postgres};

/// Between two machines in one hall.
const EACH_WAY: Duration = Duration::from_micros(300);

/// A database at the other end of a way that is counted.
struct Far {
    bed: Bed,
    proxy: Proxy,
    _runtime: Runtime,
}

/// What one group of writes took.
#[derive(Debug)]
struct Cost {
    round_trips: u64,
    took: Duration,
}

impl Far {
    fn new() -> Self {
        let runtime = runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let near = postgres::fresh_database();
        let proxy = runtime.block_on(Proxy::before(postgres::address_of(&near)));
        let bed = Bed::on(&postgres::by_way_of(proxy.address(), &near));
        let far = Self { bed, proxy, _runtime: runtime };
        // The first of each kind tells PostgreSQL the statement besides.
        let talk = far.talk();
        far.messages(&talk, 0, 1);
        far.proxy.delay(EACH_WAY);
        far
    }

    fn talk(&self) -> Talk {
        self.bed.talk(self.bed.lee)
    }

    /// What these writes take as one group.
    fn cost(&self, talk: &Talk, writes: Vec<Write>) -> Cost {
        let (sender, answers) = mpsc::channel();
        let release = group::hold(&self.bed, talk.staff);
        for write in writes {
            let sender = sender.clone();
            self.bed.journal.submit(self.bed.keeper_of(&write), write, move |answer| sender.send(answer).unwrap());
        }
        let (before, began) = (self.proxy.round_trips(), Instant::now());
        drop((release, sender));
        for answer in answers {
            answer.expect("on file");
        }
        Cost { round_trips: self.proxy.round_trips() - before, took: began.elapsed() }
    }

    fn messages(&self, talk: &Talk, after: u32, count: u32) -> Cost {
        let say = |seq| Write::Say(Box::new(self.bed.message(talk.room, talk.desk, seq)));
        self.cost(talk, (after + 1..=after + count).map(say).collect())
    }
}

#[test]
fn a_group_of_messages_waits_for_postgres_so_often() {
    let far = Far::new();
    let talk = far.talk();
    let mut said = 0;
    for (count, at_most) in [(1, 5), (20, 5), (100, 4)] {
        let cost = far.messages(&talk, said, count);
        said += count;
        println!("{count} messages in a group: {cost:?}");
        assert!(cost.round_trips <= at_most, "{count} messages: {cost:?}, at most {at_most} so far");
        assert!(cost.took >= cost_of_the_way(&cost), "the way is as long as was said: {cost:?}");
    }
}

#[test]
fn a_visit_up_to_its_match_waits_for_postgres_so_often() {
    let far = Far::new();
    let talk = far.talk();
    let request = far.bed.request();
    let ticket = request.ticket;
    let asked = far.cost(&talk, vec![Write::OpenTicket(request)]);
    println!("a request: {asked:?}");
    let matched = far.cost(&talk, vec![Write::Match(Box::new(far.bed.proposal(ticket, far.bed.kim)))]);
    println!("a match: {matched:?}");
    // With the guard: a term puts it on file.
    assert!(asked.round_trips <= 7, "a request: {asked:?}");
    assert!(matched.round_trips <= 8, "a match: {matched:?}");
}

fn cost_of_the_way(cost: &Cost) -> Duration {
    2 * EACH_WAY * u32::try_from(cost.round_trips).unwrap()
}
