//! Nodes driven as a server will drive them: effects become statements, and their answers inputs.

use super::nodes::{Nodes, SeenLook, WIRES, What};
use super::store::Statement;
use crate::cluster::lease::{self, TakeAnswer};
use crate::cluster::members::{self, Effect, Me};
use crate::ids::{NodeId, TermId};

impl Nodes {
    /// Sends a statement; it is under way for some time, and so is its answer.
    pub(super) fn send(&mut self, node: NodeId, statement: Statement) {
        let wait = 500 + self.dice.below(self.slow_max_ms * 1_000);
        self.post(wait, node, What::Reaches(statement));
    }

    pub(super) fn reach(&mut self, by: NodeId, statement: Statement) -> Result<(), String> {
        let cut = self.place_of(by).and_then(|place| self.nodes[place].as_ref()).map(|node| node.cut_until);
        let is_away = self.now < self.away_until;
        let hangs = cut.is_some_and(|until| self.now < until) || (is_away && self.away_hangs);
        let wait = 500 + self.dice.below(self.slow_max_ms * 1_000);
        // Whoever is dead may still have something under way; nobody hears the answer.
        let input = if hangs {
            None
        } else if is_away {
            failed(&statement)
        } else {
            self.execute(by, &statement)?
        };
        // What may wait on another connection is always answered in the end, and be it by nothing.
        let is_take = matches!(statement, Statement::Take { .. });
        if let Some(what) = input.or_else(|| is_take.then(|| failed(&statement)).flatten()) {
            self.post(wait, by, what);
        }
        Ok(())
    }

    pub(super) fn execute(&mut self, by: NodeId, statement: &Statement) -> Result<Option<What>, String> {
        use members::Input;
        let store = &mut self.store;
        Ok(Some(match statement {
            Statement::Insert(who) => What::Members(Input::Inserted { no: store.insert(who) }),
            Statement::Beat { round, state, engine } => {
                What::Members(Input::Beaten { round: *round, changed: Some(store.beat(by, *state, *engine)) })
            }
            Statement::Look { round } => What::Members(Input::Looked { round: *round, found: Some(store.look()) }),
            Statement::Declare { node, seen_beat } => {
                let changed = store.declare(*node, *seen_beat);
                if changed {
                    self.check_gone(by, *node)?;
                    self.gone += 1;
                    self.declared.insert(*node);
                }
                What::Members(Input::Declared { node: *node, changed })
            }
            Statement::Take { seen, seen_beat, term, newest_epoch } => {
                self.check_take(by, *seen, *seen_beat)?;
                let taken = self.store.take(by, *seen, *seen_beat, *term, *newest_epoch);
                self.terms += u64::from(taken.is_some());
                let lost = self.dice.percent(10);
                let answer = match taken {
                    _ if lost => TakeAnswer::Unknown,
                    Some(epoch) => TakeAnswer::Taken(epoch),
                    None => TakeAnswer::NotMine,
                };
                What::Lease(lease::Input::Took { term: *term, answer })
            }
            Statement::LeaseBeat { term, count } => {
                let changed = Some(store.beat_lease(*term));
                What::Lease(lease::Input::Beaten { count: *count, changed })
            }
            Statement::Empty(term) => {
                store.empty(*term);
                return Ok(None);
            }
            Statement::Write(term) => {
                let is_term = store.is_term(*term);
                if self.guarded && !is_term {
                    self.fenced += 1;
                    What::Lease(lease::Input::Fenced(*term))
                } else if is_term {
                    return Ok(None);
                } else {
                    return Err(format!("{term} writes, and is over"));
                }
            }
        }))
    }

    pub(super) fn step_members(&mut self, place: usize, input: members::Input) -> Result<(), String> {
        let now = self.now;
        let Some(node) = &mut self.nodes[place] else { return Ok(()) };
        match &input {
            members::Input::Looked { found, round } if node.round == Some(*round) => {
                node.looks.push(SeenLook {
                    connection: node.connection,
                    begun: node.round_begun,
                    answered: now,
                    found: found.clone(),
                });
            }
            members::Input::Beaten { changed: None, round } if node.round == Some(*round) => {
                node.looks.push(SeenLook { connection: node.connection, begun: now, answered: now, found: None });
            }
            _ => {}
        }
        if node.looks.len() > 60 {
            node.looks.drain(..20);
        }
        let mut effects = Vec::new();
        node.members.step(now, input, &mut effects);
        let id = node.id;
        for effect in effects {
            if self.place_of(id) != Some(place) {
                return Err("something follows the end of an incarnation".into());
            }
            self.perform(place, id, effect)?;
        }
        Ok(())
    }

    pub(super) fn perform(&mut self, place: usize, id: NodeId, effect: Effect) -> Result<(), String> {
        match effect {
            Effect::Insert => {
                let Some(node) = &self.nodes[place] else { return Ok(()) };
                let me = Me { node: node.id, name: format!("node {place}"), version: "1".into(), wires: WIRES };
                self.send(id, Statement::Insert(me));
            }
            Effect::Beat { round, state, engine } => {
                let now = self.now;
                self.with(place, |node| (node.round_begun, node.round) = (now, Some(round)));
                self.send(id, Statement::Beat { round, state, engine });
                self.step_lease(place, lease::Input::Round)?;
            }
            Effect::Look { round } => self.send(id, Statement::Look { round }),
            Effect::DeclareGone { node, seen_beat } => self.send(id, Statement::Declare { node, seen_beat }),
            Effect::Reconnect => {
                self.store.locks.remove(&id);
                let wait = self.dice.below(300_000);
                self.connect_again(place, wait);
            }
            Effect::There(row) => {
                self.post(20_000, id, What::Members(members::Input::Linked { node: row.who.node, good: true }));
            }
            Effect::Gone(node) => {
                // A failover may lose that the records said so, before whoever had them say it is answered.
                let is_there = self.store.there().iter().any(|row| row.who.node == node);
                if is_there && self.place_of(node).is_some() && !self.declared.contains(&node) {
                    return Err(format!("{node} is said to be gone before the records say so"));
                }
                self.step_lease(place, lease::Input::Lost(node))?;
            }
            Effect::Looked { look, lease: row, holder_is_there } => {
                let mut newest_epoch = 0;
                self.with(place, |node| {
                    node.epochs.found(row.epoch);
                    newest_epoch = node.epochs.newest();
                });
                self.step_lease(place, lease::Input::Look(lease::Looked { look, row, holder_is_there, newest_epoch }))?;
            }
            Effect::Deaf(deaf) => self.step_lease(place, lease::Input::Deaf(deaf))?,
            Effect::SelfGone(_) => {
                self.nodes[place] = None;
                self.store.locks.remove(&id);
                self.start(place);
            }
            Effect::Left => self.nodes[place] = None,
            Effect::Refused(row) => return Err(format!("refused by {row:?}")),
            Effect::SayToMyself { count } => {
                self.post(5_000, id, What::Members(members::Input::HeardMyself { count }));
            }
            Effect::Changed(_) | Effect::Up => {}
        }
        Ok(())
    }

    pub(super) fn step_lease(&mut self, place: usize, input: lease::Input) -> Result<(), String> {
        let now = self.now;
        let Some(node) = &mut self.nodes[place] else { return Ok(()) };
        let (id, hangs) = (node.id, node.hangs_until);
        let mut effects = Vec::new();
        let mut ids = self.ids;
        node.lease.step(
            now,
            input,
            &mut || {
                ids += 1;
                TermId::from(ids)
            },
            &mut effects,
        );
        self.ids = ids;
        for effect in effects {
            match effect {
                lease::Effect::Take { seen, seen_beat, term, newest_epoch } => {
                    self.send(id, Statement::Take { seen, seen_beat, term, newest_epoch });
                }
                lease::Effect::Beat { term, count } => self.send(id, Statement::LeaseBeat { term, count }),
                lease::Effect::Empty(term) => self.send(id, Statement::Empty(term)),
                lease::Effect::Ping => {
                    let wait = 1_000 + hangs.0.saturating_sub(now.0);
                    self.post(wait, id, What::Lease(lease::Input::Answered));
                }
                lease::Effect::Begin { term, .. } => {
                    let others = self.nodes.iter().flatten().map(|node| node.id).filter(|other| *other != id);
                    let up: Vec<NodeId> = others.collect();
                    self.post(20_000, id, What::Lease(lease::Input::Claimed { term, up: up.clone() }));
                    for (nth, node) in (1..).zip(up) {
                        self.post(30_000 * nth, id, What::Lease(lease::Input::Announced(node)));
                    }
                }
                lease::Effect::Match(_)
                | lease::Effect::Away(_)
                | lease::Effect::Suspend(_)
                | lease::Effect::Resume(_)
                | lease::Effect::End { .. } => {}
            }
        }
        Ok(())
    }
}

/// What a statement is answered if the store fails it.
fn failed(statement: &Statement) -> Option<What> {
    Some(match statement {
        Statement::Beat { round, .. } => What::Members(members::Input::Beaten { round: *round, changed: None }),
        Statement::Look { round } => What::Members(members::Input::Looked { round: *round, found: None }),
        Statement::LeaseBeat { count, .. } => What::Lease(lease::Input::Beaten { count: *count, changed: None }),
        Statement::Take { term, .. } => What::Lease(lease::Input::Took { term: *term, answer: TakeAnswer::Unknown }),
        Statement::Insert(_) | Statement::Declare { .. } | Statement::Empty(_) | Statement::Write(_) => return None,
    })
}
