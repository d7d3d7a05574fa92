//! The front of a node of a cluster: whoever matches may be at another node, or nowhere for a moment. What its people
//! have said and nobody has answered is kept, and said again to whoever matches next. A node alone has none of it.

use crate::actors::matchmaker::WayToMatchmaker;
use crate::actors::messages::Happens;
use crate::broken::{Defect, is_broken};
use crate::cluster::link::Parcel;
use crate::dispatch::{FromFront, Input, ToFront};
use crate::front::{Carried, Known};
use crate::ids::NodeId;
use crate::nodes::Joined;

/// What a front knows of the other nodes, and what it remembers for them.
pub(super) struct Others {
    pub(super) joined: Joined,
    pub(super) known: Known,
    /// Who matches, as far as is known.
    pub(super) at: Option<NodeId>,
    /// Who has been told all that is here, and hears what is so from then on: until another asks for it, or the link
    /// breaks. Whether they still match is theirs to know.
    told: Option<NodeId>,
}

impl Others {
    pub(super) fn new(joined: Joined) -> Self {
        Self { joined, known: Known::default(), at: None, told: None }
    }

    /// Says it to whoever matches, if they know of all that was before; else it is told with the rest.
    pub(super) fn say(&mut self, parcel: FromFront, here: &WayToMatchmaker) {
        self.known.said(&parcel);
        if let Some(told) = self.told {
            self.send(told, parcel, here);
        }
    }

    /// What whoever matches has told.
    pub(super) fn told(&mut self, parcel: &ToFront) {
        self.known.told(parcel);
    }

    fn send(&self, at: NodeId, parcel: FromFront, here: &WayToMatchmaker) {
        if at == self.joined.cluster.me() {
            here.do_send(Happens(Input::From { node: at, parcel }));
        } else {
            self.joined.send(at, parcel.kind(), &parcel, None);
        }
    }

    /// The link to this node is broken: what is said from here on is kept, and told with the rest.
    pub(super) fn broke(&mut self, node: NodeId) {
        self.told.take_if(|told| *told == node);
    }

    /// All that is here, for a term that asks.
    pub(super) fn announce(&mut self, at: NodeId, here: &WayToMatchmaker) {
        (self.at, self.told) = (Some(at), Some(at));
        if at == self.joined.cluster.me() {
            return self.all().into_iter().for_each(|parcel| self.send(at, parcel, here));
        }
        let all: Vec<Carried> = self.all().into_iter().map(Carried::FromFront).collect();
        self.joined.send_together(at, &all, None);
    }

    /// All that is here, and behind it what nobody has answered.
    fn all(&self) -> Vec<FromFront> {
        let mut all = self.known.announce();
        if is_broken(Defect::NoSecondSay)
            && let Some(last) = all.iter().position(|parcel| *parcel == FromFront::Announced)
        {
            all.truncate(last + 1);
        }
        all
    }

    /// What the link takes at the beginning of a session with this node: all that is here, if they match. If that is
    /// not known yet, they ask.
    pub(super) fn announcement(&mut self, to: NodeId) -> Vec<Parcel> {
        if self.at != Some(to) {
            return Vec::new();
        }
        self.told = Some(to);
        let all: Vec<Carried> = self.all().into_iter().map(Carried::FromFront).collect();
        let written =
            Carried::write_together(&all).inspect_err(|error| log::error!("what is here is not said: {error}"));
        written.unwrap_or_default().into_iter().map(|(kind, body)| Parcel { kind, body, epoch: None }).collect()
    }
}
