//! What the heart and the links of a process tell, handed to whom it is for; and its terms.

use anteroom::cluster::lease;
use anteroom::cluster::link::Parcel;
use anteroom::cluster::members::{self, State};
use anteroom::dispatch::{FromFront, Input, NewTerm, StartRecords};
use anteroom::front::{Announcements, Carried};
use anteroom::ids::{NodeId, TermId};
use anteroom::nodes::kind;

use super::heart::Heart;
use super::links::Links;
use super::{Node, restart};
use crate::hub::{Actor, Hub, MS, S, Timer};
use crate::mail::{Heard, Mail};

/// What the matchmaker compares so often.
pub const COMPARE_EVERY: u64 = 2 * S;

/// A process among others.
pub struct Joined {
    pub heart: Heart,
    pub links: Links,
    /// The term of this process.
    term: Option<Term>,
    announcements: Announcements,
    /// It was found gone: everything begins anew.
    pub is_gone: bool,
}

/// A term of a process, from its beginning; it matches once everything is read.
struct Term {
    no: u64,
    epoch: u64,
    found: Option<StartRecords>,
    /// All have announced who is there, or it was waited long enough.
    begun: bool,
    /// The lobby matches, as it was told last.
    matches: bool,
}

fn number(term: TermId) -> u64 {
    term.0.as_u128() as u64
}

impl Joined {
    pub fn new(hub: &mut Hub) -> Self {
        Self {
            heart: Heart::new(hub),
            links: Links::default(),
            term: None,
            announcements: Announcements::default(),
            is_gone: false,
        }
    }

    pub fn epoch(&self) -> Option<u64> {
        self.term.as_ref().map(|term| term.epoch)
    }
}

impl Node {
    pub fn neighbours(&mut self, mail: Mail, hub: &mut Hub) {
        match mail {
            Mail::Tells(heard) => self.hear(*heard, hub),
            Mail::ToNode(node, parcel) => self.send(node, &parcel, None, hub),
            other => unreachable!("not for the neighbours: {other:?}"),
        }
    }

    fn hear(&mut self, heard: Heard, hub: &mut Hub) {
        let matchmaker = |what, hub: &mut Hub| hub.send(Actor::Matchmaker, Mail::happens(hub.term(), what));
        match heard {
            Heard::Begin { term, epoch } => self.begin(number(term), epoch, hub),
            Heard::Match(term) if hub.term() == number(term) => matchmaker(Input::Match, hub),
            Heard::Away(term) if hub.term() == number(term) => matchmaker(Input::Away, hub),
            Heard::Match(_) | Heard::Away(_) => {}
            Heard::End(term) => self.end(Some(number(term)), hub),
            Heard::Ping => {
                if self.matches {
                    self.heart(hub, |heart, hub| heart.tell_lease(lease::Input::Answered, hub));
                }
            }
            Heard::Matchmaker(at) => hub.send(Actor::Front, Mail::Matches(at)),
            Heard::EpochOnFile(epoch) => {
                if let Some(joined) = &mut self.joined {
                    joined.links.epochs.found(epoch);
                }
            }
            Heard::Stands(node, state) => {
                self.link_to(node, hub);
                stands(node, state, hub);
            }
            Heard::Gone(node) => {
                matchmaker(Input::NodeGone(node), hub);
                self.link_ends(node, hub);
            }
            Heard::SelfGone => {
                self.end(None, hub);
                if let Some(joined) = &mut self.joined {
                    joined.is_gone = true;
                }
            }
            Heard::Myself(count) => {
                self.heart(hub, |heart, hub| heart.tell_members(members::Input::HeardMyself { count }, hub));
            }
            Heard::Opened { node, session } => {
                let matches = self.matches;
                self.announcements(|all| all.opened(node, matches));
                hub.send(Actor::Front, Mail::Opened(node, session));
            }
            Heard::Asks(node) => hub.send(Actor::Front, Mail::Announce(node)),
            Heard::Arrived(node, parcel) => self.arrived(node, *parcel, hub),
            Heard::Announced(node) => {
                if self.announcements(|all| all.is_to_be_asked(node)) && self.matches {
                    self.ask_for_all(node, hub);
                }
            }
            Heard::Broken(node) => {
                self.announcements(|all| all.broke(node));
                hub.send(Actor::Front, Mail::Broken(node));
                matchmaker(Input::NodeLost(node), hub);
            }
            Heard::LinkGone(node) => {
                self.announcements(|all| all.broke(node));
                hub.send(Actor::Front, Mail::NodeGone(node));
            }
        }
    }

    fn arrived(&mut self, node: NodeId, parcel: Carried, hub: &mut Hub) {
        match parcel {
            // On the way from a link no term is named: what came under an old epoch is not handed on.
            Carried::ToFront(parcel) => hub.send(Actor::Front, Mail::Parcels(0, vec![parcel])),
            Carried::FromFront(parcel) => self.hear_front(node, parcel, hub),
            between => hub.send(Actor::Front, Mail::FromNode(node, Box::new(between))),
        }
    }

    fn hear_front(&mut self, node: NodeId, parcel: FromFront, hub: &mut Hub) {
        if parcel == FromFront::Announced {
            self.announcements(|all| all.named(node));
        }
        if !self.matches || !self.announcements(|all| all.is_believed(node)) {
            return;
        }
        let heard = match &parcel {
            FromFront::HereRoom { .. } | FromFront::HereDesk { .. } | FromFront::HereCounsellor { .. } => {
                Some(lease::Input::Announcing(node))
            }
            FromFront::Announced => Some(lease::Input::Announced(node)),
            _ => None,
        };
        hub.send(Actor::Matchmaker, Mail::happens(hub.term(), Input::From { node, parcel }));
        if let Some(heard) = heard {
            self.heart(hub, |heart, hub| heart.tell_lease(heard, hub));
        }
    }

    fn announcements<T: Default>(&mut self, does: impl FnOnce(&mut Announcements) -> T) -> T {
        self.joined.as_mut().map(|joined| does(&mut joined.announcements)).unwrap_or_default()
    }

    /// The term of this process asks another for all that is there.
    fn ask_for_all(&mut self, node: NodeId, hub: &mut Hub) {
        if let Some(epoch) = self.joined.as_ref().and_then(Joined::epoch) {
            let ask = Parcel { kind: kind::ANNOUNCE, body: serde_json::Value::Null, epoch: Some(epoch) };
            self.send_parcel(node, ask, hub);
        }
    }

    /// Claims and reads what the term takes up.
    fn begin(&mut self, no: u64, epoch: u64, hub: &mut Hub) {
        self.end(None, hub);
        if let Some(joined) = &mut self.joined {
            joined.term = Some(Term { no, epoch, found: None, begun: false, matches: false });
        }
        let takes = hub.dice.below(20 * MS);
        hub.timer(takes, Timer::Claim(no));
    }

    fn term_in_hand(&mut self, no: u64) -> Option<&mut Term> {
        self.joined.as_mut()?.term.as_mut().filter(|term| term.no == no)
    }

    /// What waits is the term's, if the lease is. Then everything is read, by a statement of its own.
    pub fn claims(&mut self, no: u64, hub: &mut Hub) {
        if self.term_in_hand(no).is_none() {
            return;
        }
        if !hub.reaches_store() {
            return hub.timer(200 * MS, Timer::Claim(no));
        }
        let (term, on_file) = (TermId::from(u128::from(no)), &mut hub.store.on_file);
        if on_file.nodes.term() == Some(term) {
            on_file.claim(term);
        }
        let takes = hub.dice.below(20 * MS);
        hub.timer(takes, Timer::ReadTerm(no));
    }

    pub fn reads_term(&mut self, no: u64, hub: &mut Hub) {
        let Some(term) = self.term_in_hand(no) else { return };
        if !hub.reaches_store() {
            return hub.timer(200 * MS, Timer::Claim(no));
        }
        if hub.store.on_file.nodes.term() != Some(TermId::from(u128::from(no))) {
            // Another has the lease; the heart will say so.
            return;
        }
        term.found = Some(restart::found(hub));
        let takes = hub.dice.below(20 * MS);
        hub.timer(takes, Timer::OpenTerm(no));
    }

    pub fn opens_term(&mut self, no: u64, hub: &mut Hub) {
        let Some(term) = self.term_in_hand(no) else { return };
        let (Some(found), epoch) = (term.found.take(), term.epoch) else { return };
        hub.me_mut().term = no;
        self.matches = true;
        let others = self.others_there();
        let nodes = others.iter().map(|(node, _)| *node).chain([hub.node()]).collect();
        self.take_up(StartRecords { new_term: Some(NewTerm { epoch, nodes }), ..found }, hub);
        if hub.journal().is_failing {
            self.happens(Input::Health(false), hub);
        }
        let up = others.iter().filter(|(_, state)| *state == State::Up).map(|(node, _)| *node).collect();
        let id = TermId::from(u128::from(no));
        self.heart(hub, |heart, hub| heart.tell_lease(lease::Input::Claimed { term: id, up }, hub));
        for (node, state) in others {
            stands(node, state, hub);
        }
        for node in self.announcements(Announcements::term_begins) {
            self.ask_for_all(node, hub);
        }
        hub.send(Actor::Front, Mail::Announce(hub.node()));
        hub.timer(COMPARE_EVERY, Timer::Compare(no));
    }

    /// The term is over (`None`: whichever there is), and its matchmaker with it.
    fn end(&mut self, no: Option<u64>, hub: &mut Hub) {
        let Some(joined) = &mut self.joined else { return };
        if joined.term.take_if(|term| no.is_none_or(|no| term.no == no)).is_some() {
            (self.matches, hub.me_mut().term) = (false, 0);
        }
    }

    /// What the lobby must be told before it makes a step, of a term that may not match, or may again.
    pub fn follow_the_lease(&mut self, hub: &mut Hub) -> Option<Input> {
        let now = hub.clock().mono;
        let joined = self.joined.as_mut()?;
        let until = joined.heart.lease.matches_until();
        let term = joined.term.as_mut()?;
        let may = term.begun && until.is_some_and(|until| now <= until);
        let changes = std::mem::replace(&mut term.matches, may) != may;
        changes.then_some(if may { Input::Match } else { Input::Suspend })
    }

    /// Matching may begin, as far as the others are concerned.
    pub fn others_are_heard(&mut self) {
        if let Some(term) = self.joined.as_mut().and_then(|joined| joined.term.as_mut()) {
            term.begun = true;
        }
    }

    /// It matches, and nothing holds it up.
    pub fn is_matching(&self) -> bool {
        let term = self.joined.as_ref().map(|joined| joined.term.as_ref());
        self.matches && term.is_none_or(|term| term.is_some_and(|term| term.matches))
    }
}

fn stands(node: NodeId, state: State, hub: &mut Hub) {
    let what = match state {
        State::Up => Input::NodeUp(node),
        State::Draining => Input::NodeDraining(node),
        State::Joining | State::Gone => return,
    };
    hub.send(Actor::Matchmaker, Mail::happens(hub.term(), what));
}
