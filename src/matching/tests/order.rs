//! The order of a line against a plain sorted map.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::ids::TicketId;
use crate::matching::order::Order;
use crate::matching::place::{Among, Class, Entry, Key};
use crate::time::Mono;

fn key(n: u64) -> Key {
    Key { moment: i64::try_from(n / 4).unwrap_or(0), ticket: TicketId::from(u128::from(n)) }
}

const ALL: [Class; 4] = [Class::Fresh, Class::Marked, Class::Away, Class::Held];

proptest! {
    #[test]
    fn it_answers_as_a_plain_list_would(steps in prop::collection::vec((0u64..400, 0usize..6, 0u64..50), 1..1500)) {
        let mut order = Order::new();
        let mut plain: BTreeMap<Key, (Class, u64)> = BTreeMap::new();
        for (n, act, since) in steps {
            let key = key(n);
            match act {
                0 => {
                    prop_assert_eq!(order.remove(&key).is_some(), plain.remove(&key).is_some());
                }
                1 => {
                    let class = ALL[usize::try_from(since).unwrap() % 4];
                    order.set_class(&key, class);
                    if let Some(found) = plain.get_mut(&key) { found.0 = class; }
                }
                _ if !plain.contains_key(&key) => {
                    let class = ALL[act % 4];
                    order.insert(Entry { key, since: Mono(since), slot: 0, class });
                    plain.insert(key, (class, since));
                }
                _ => {}
            }
            for among in [Among::FRESH, Among::MATCHABLE, Among::WAITING, Among::ALL] {
                let of = |class: Class| among.has(class as usize);
                let first = plain.iter().find(|(other, v)| **other > key && of(v.0) && v.1 <= since).map(|(k, _)| *k);
                prop_assert_eq!(order.first(Some(&key), among, Mono(since)).map(|e| e.key), first);
                let rank = plain.range(..key).filter(|(_, v)| of(v.0)).count();
                prop_assert_eq!(order.rank(&key, among) as usize, rank);
                let min = plain.values().filter(|v| of(v.0)).map(|v| Mono(v.1)).min();
                prop_assert_eq!(order.since_min(among), min);
            }
        }
        order.check();
        prop_assert!(order.iter().map(|e| e.key).eq(plain.keys().copied()));
    }
}
