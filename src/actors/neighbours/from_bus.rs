//! What comes from other nodes by the bus, handed to whom it is for.

use actix::prelude::*;
use log::warn;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Neighbours;
use super::figures::Figures;
use crate::actors::admin_feed::ListElsewhere;
use crate::actors::answers::answer;
use crate::actors::messages::{
    Announce, Between, FromNode, Happens, NodeBroken, NodeGone, NodeOpened, Opened, Parcels,
};
use crate::actors::public_feed::OfficeElsewhere;
use crate::bus;
use crate::dispatch::{Call, FromFront, Input};
use crate::feeds::{ListParcel, OfficePosted};
use crate::front::Carried;
use crate::ids::NodeId;
use crate::nodes::{Asked, Input as ToHeart, kind};
use crate::protocol::LineInfo;

impl Neighbours {
    pub(super) fn hear_bus(&mut self, event: bus::Event, ctx: &mut Context<Self>) {
        match event {
            bus::Event::Opened { node, session } => {
                self.announcements.opened(node, self.matchmaker.is_here());
                self.front.do_send(Opened { node, session });
                self.front.do_send(NodeOpened(node));
                self.figures.say_again();
                self.admin_feed.do_send(ListElsewhere::Opened(node));
                let epoch = self.term.as_ref().map(|term| term.epoch);
                self.public_feed.do_send(OfficeElsewhere::Opened { node, epoch });
                if let Some(term) = self.term.as_ref() {
                    let lines = self.services.lines.all();
                    self.joined.send(node, kind::LINES_SHOWN, &lines, Some(term.epoch));
                }
            }
            bus::Event::Arrived { node, kind: kind::QUESTION, body, .. } => self.asked(node, body, ctx),
            bus::Event::Arrived { node, kind, body, .. } => self.arrived(node, kind, body),
            bus::Event::Hint { node, kind: kind::FIGURES, body } => {
                if let Some(Figures { sockets, rooms }) = read(kind::FIGURES, body) {
                    self.joined.cluster.tell(ToHeart::Figures { node, sockets, rooms });
                }
            }
            bus::Event::Hint { kind: kind::CALL, body, .. } => {
                let call = read::<Call>(kind::CALL, body);
                call.into_iter().for_each(|call| self.public_feed.do_send(OfficeElsewhere::Call(call)));
            }
            bus::Event::Hint { kind, body, .. } => self.joined.hear_hint(kind, body),
            bus::Event::Broken { node, .. } => {
                self.announcements.broke(node);
                self.joined.questions.broke(node);
                self.admin_feed.do_send(ListElsewhere::Broken(node));
                self.front.do_send(NodeBroken(node));
                self.matchmaker.do_send(Happens(Input::NodeLost(node)));
            }
            bus::Event::Gone(node) => {
                self.announcements.broke(node);
                self.front.do_send(NodeGone(node));
                self.admin_feed.do_send(ListElsewhere::Gone(node));
            }
            bus::Event::Announced(node) => {
                if self.announcements.is_to_be_asked(node) && self.matchmaker.is_here() {
                    self.ask_for_all(node);
                }
            }
            bus::Event::Unsent { .. } | bus::Event::HeardMyself(_) | bus::Event::By(_) => {}
        }
    }

    /// Another node asks something, and is answered when whoever knows has.
    fn asked(&self, node: NodeId, body: Value, ctx: &mut Context<Self>) {
        let Some(asked) = read::<Asked>(kind::QUESTION, body) else { return };
        let id = asked.id();
        let answer = answer(asked, &self.matchmaker, &self.front).into_actor(self);
        ctx.spawn(answer.map(move |answer, this, _| {
            this.joined.send(node, kind::ANSWER, &Asked::answered(id, answer), None);
        }));
    }

    fn arrived(&mut self, node: NodeId, kind: &'static str, body: Value) {
        match kind {
            kind::ANNOUNCE => self.front.do_send(Announce(node)),
            kind::ANSWER => {
                let answer = read(kind, body);
                answer.into_iter().for_each(|answer| self.joined.questions.answered(node, answer));
            }
            kind::LINES_SHOWN => {
                let lines = read::<Vec<LineInfo>>(kind, body);
                lines.into_iter().for_each(|lines| self.services.lines.put_up(lines));
            }
            kind::WATCH | kind::SHOWN => {
                let parcel = read::<ListParcel>(kind, body);
                parcel.into_iter().for_each(|parcel| self.admin_feed.do_send(ListElsewhere::Says(node, parcel)));
            }
            kind::OFFICE => {
                let posted = read::<OfficePosted>(kind, body);
                posted.into_iter().for_each(|posted| self.public_feed.do_send(OfficeElsewhere::Posted(posted)));
            }
            _ => self.carried(node, kind, body),
        }
    }

    fn carried(&mut self, node: NodeId, kind: &'static str, body: Value) {
        match Carried::read(kind, body) {
            Ok(all) => all.into_iter().for_each(|parcel| self.hand_out(node, parcel)),
            // It was said by a version that does not go with ours.
            Err(fault) => warn!(error:% = fault; "a parcel is not understood"),
        }
    }

    fn hand_out(&mut self, node: NodeId, parcel: Carried) {
        match parcel {
            Carried::ToFront(parcel) => self.front.do_send(Parcels(vec![parcel])),
            Carried::FromFront(parcel) => self.hear_front(node, parcel),
            Carried::ToHome(parcel) => self.front.do_send(FromNode { node, parcel: Between::ToHome(parcel) }),
            Carried::FromHome(parcel) => self.front.do_send(FromNode { node, parcel: Between::FromHome(parcel) }),
        }
    }

    /// Nothing, if no term of ours is read: whoever speaks will be asked for all of it.
    fn hear_front(&mut self, node: NodeId, parcel: FromFront) {
        if parcel == FromFront::Announced {
            self.announcements.named(node);
        }
        if !self.matchmaker.is_here() || !self.announcements.is_believed(node) {
            return;
        }
        let heard = match &parcel {
            FromFront::HereRoom { .. } | FromFront::HereDesk { .. } | FromFront::HereCounsellor { .. } => {
                Some(ToHeart::Announcing(node))
            }
            FromFront::Announced => Some(ToHeart::Announced(node)),
            _ => None,
        };
        self.matchmaker.do_send(Happens(Input::From { node, parcel }));
        // Behind it, so that what it announces is known when matching begins.
        heard.into_iter().for_each(|heard| self.joined.cluster.tell(heard));
    }
}

/// What another node sent. One that nobody here understands was said by a version that does not go with ours.
fn read<T: DeserializeOwned>(kind: &str, body: Value) -> Option<T> {
    serde_json::from_value(body).inspect_err(|error| warn!(error:%; "a parcel {kind} is not understood")).ok()
}
