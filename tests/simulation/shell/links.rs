//! The links of a process to the others, and the network below them, which loses, doubles, reorders and delays.

use std::collections::BTreeMap;

use anteroom::cluster::link::{Around, Effect, Envelope, Input, Parcel, SessionName};
use anteroom::cluster::{Engine, Epochs, Link};
use anteroom::front::Carried;
use anteroom::ids::NodeId;
use anteroom::nodes::kind;
use anteroom::time::Mono;

use super::Node;
use crate::hub::{Actor, Event, Hub, Timer};
use crate::mail::{Heard, Mail};

#[derive(Default)]
pub struct Links {
    links: BTreeMap<NodeId, Link>,
    pub epochs: Epochs,
    timer: Option<Mono>,
}

impl Links {
    fn step(&mut self, node: NodeId, input: Input, hub: &mut Hub) -> Vec<Effect> {
        let Some(link) = self.links.get_mut(&node) else { return Vec::new() };
        let (mut effects, now) = (Vec::new(), hub.clock().mono);
        let mut around = Around { epochs: &mut self.epochs, halves: &mut || hub.new_id() as u64 };
        link.step(now, input, &mut around, &mut effects);
        effects
    }

    fn arm(&mut self, hub: &mut Hub) {
        let now = hub.clock().mono;
        let due = self.links.values().filter_map(|link| link.next_deadline(now)).min();
        if self.timer != due {
            self.timer = due;
            if let Some(at) = due {
                hub.wake(at, Timer::Links(at));
            }
        }
    }
}

impl Node {
    /// Another is there: a link to it.
    pub fn link_to(&mut self, node: NodeId, hub: &mut Hub) {
        let Some(joined) = &mut self.joined else { return };
        let new = || Link::new(hub.node(), node, &kind::ALL, Engine::Redis);
        joined.links.links.entry(node).or_insert_with(new);
        joined.links.arm(hub);
    }

    pub fn send(&mut self, to: NodeId, parcel: &Carried, epoch: Option<u64>, hub: &mut Hub) {
        self.send_parcel(to, written(parcel, epoch), hub);
    }

    pub fn send_together(&mut self, to: NodeId, parcels: &[Carried], epoch: Option<u64>, hub: &mut Hub) {
        for parcel in together(parcels, epoch) {
            self.send_parcel(to, parcel, hub);
        }
    }

    pub fn send_parcel(&mut self, to: NodeId, parcel: Parcel, hub: &mut Hub) {
        self.link_does(to, Input::Send(parcel), hub);
    }

    pub fn announce_on(&mut self, to: NodeId, session: SessionName, all: Vec<Carried>, hub: &mut Hub) {
        self.link_does(to, Input::Announce(session, together(&all, None)), hub);
    }

    pub fn link_ends(&mut self, node: NodeId, hub: &mut Hub) {
        self.link_does(node, Input::Gone, hub);
    }

    fn link_does(&mut self, node: NodeId, input: Input, hub: &mut Hub) {
        let Some(joined) = &mut self.joined else { return };
        let effects = joined.links.step(node, input, hub);
        effects.into_iter().for_each(|effect| self.follow_link(node, effect, hub));
        self.arm_links(hub);
    }

    fn arm_links(&mut self, hub: &mut Hub) {
        if let Some(joined) = &mut self.joined {
            joined.links.arm(hub);
        }
    }

    pub fn links_wake(&mut self, at: Mono, hub: &mut Hub) {
        let Some(joined) = self.joined.as_mut().filter(|joined| joined.links.timer == Some(at)) else { return };
        joined.links.timer = None;
        let now = hub.clock().mono;
        let due = joined.links.links.iter().filter(|(_, link)| link.next_deadline(now).is_some_and(|due| due <= now));
        let due: Vec<NodeId> = due.map(|(node, _)| *node).collect();
        due.into_iter().for_each(|node| self.link_does(node, Input::Tick, hub));
        self.arm_links(hub);
    }

    /// A message came.
    pub fn hears_message(&mut self, envelopes: Vec<Envelope>, hub: &mut Hub) {
        for envelope in envelopes {
            self.link_does(envelope.from, Input::Heard(Box::new(envelope)), hub);
        }
    }

    fn follow_link(&mut self, node: NodeId, effect: Effect, hub: &mut Hub) {
        let heard = match effect {
            Effect::Message(envelopes) => return post(node, envelopes, hub),
            Effect::Opened(session) => {
                self.heart(hub, |heart, _| heart.link_opened(node));
                Heard::Opened { node, session }
            }
            Effect::Arrived { kind, body, .. } => {
                self.heart(hub, |heart, hub| heart.parcel_came(node, hub));
                match kind {
                    kind::ANNOUNCE => Heard::Asks(node),
                    _ => match Carried::read(kind, body) {
                        Ok(all) => {
                            for carried in all {
                                let heard = Heard::Arrived(node, Box::new(carried));
                                hub.send(Actor::Neighbours, Mail::Tells(Box::new(heard)));
                            }
                            return;
                        }
                        Err(fault) => panic!("a parcel is not understood: {fault}"),
                    },
                }
            }
            Effect::Announced => {
                self.heart(hub, |heart, hub| heart.announced(node, hub));
                Heard::Announced(node)
            }
            Effect::Broken(why) => {
                hub.note(|| format!("  the link to {node:?} is broken: {why:?}"));
                self.heart(hub, |heart, hub| heart.link_broke(node, hub));
                Heard::Broken(node)
            }
            Effect::Unsent { .. } => return,
            Effect::Gone => Heard::LinkGone(node),
        };
        hub.send(Actor::Neighbours, Mail::Tells(Box::new(heard)));
    }
}

fn together(parcels: &[Carried], epoch: Option<u64>) -> Vec<Parcel> {
    let written = Carried::write_together(parcels).unwrap_or_else(|fault| panic!("cannot be carried: {fault}"));
    written.into_iter().map(|(kind, body)| Parcel { kind, body, epoch }).collect()
}

fn written(parcel: &Carried, epoch: Option<u64>) -> Parcel {
    match parcel.write() {
        Ok(body) => Parcel { kind: parcel.kind(), body, epoch },
        Err(fault) => panic!("{parcel:?} cannot be carried: {fault}"),
    }
}

/// Gives a message to the network.
fn post(to: NodeId, envelopes: Vec<Envelope>, hub: &mut Hub) {
    let Some(place) = hub.place_of(to) else { return };
    let here = hub.here;
    let is_cut = |until: Option<&u64>| until.is_some_and(|until| hub.now < *until);
    let pair = (here.min(place), here.max(place));
    let (mine, theirs) = (hub.me().deaf_until, hub.processes[place].deaf_until);
    if is_cut(Some(&mine)) || is_cut(Some(&theirs)) || is_cut(hub.apart.get(&pair)) {
        return;
    }
    let (lost, doubled, slow) = (hub.plan.lost, hub.plan.doubled, hub.plan.between);
    if hub.dice.percent(lost) {
        return;
    }
    if hub.dice.percent(doubled) {
        let at = hub.now + hub.dice.below(slow);
        hub.at_process(place, at, Event::Message(envelopes.clone()));
    }
    let at = hub.now + hub.dice.below(slow);
    hub.at_process(place, at, Event::Message(envelopes));
}
