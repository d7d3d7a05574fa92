//! What others may know of a room without asking it: written by the room alone, read by whoever
//! shows it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::live_list::{LiveRoom, Named};
use crate::dispatch::Talk;
use crate::ids::{AccountId, MemberId, RoomId};
use crate::protocol::{Member, RoomBrief};
use crate::time::Wall;

/// A room at a glance.
#[derive(Debug)]
pub(super) struct Card {
    pub(super) room: RoomId,
    opened_at: Wall,
    pub(super) about: About,
    live: Mutex<Live>,
    /// The room list knows of a change that nobody has looked at yet.
    announced: AtomicBool,
}

/// What kind of room it is, and what only that kind has.
#[derive(Debug)]
pub(super) enum About {
    Talk(Talk),
    Group(Mutex<GroupCard>),
}

/// What a group room is called, and says of itself.
#[derive(Clone, Debug)]
pub(super) struct GroupCard {
    pub(super) creator: (AccountId, String),
    pub(super) title: String,
    pub(super) info: Option<String>,
    /// Where its picture lies.
    pub(super) picture: Option<String>,
}

#[derive(Debug)]
struct Live {
    members: Vec<Member>,
    last_seq: u32,
    over: bool,
}

impl About {
    pub(super) fn group(card: GroupCard) -> Self {
        Self::Group(Mutex::new(card))
    }
}

impl Card {
    pub(super) fn new(room: RoomId, opened_at: Wall, about: About, members: Vec<Member>, last_seq: u32) -> Self {
        Self {
            room,
            opened_at,
            about,
            live: Mutex::new(Live { members, last_seq, over: false }),
            announced: AtomicBool::new(false),
        }
    }

    /// Called after a change: whether the room list must be told. Until it looks again, which it does
    /// only for somebody who watches, it need not be told of the next.
    pub(super) fn announce(&self) -> bool {
        !self.announced.swap(true, Ordering::AcqRel)
    }

    /// Called by the room alone.
    pub(super) fn update(&self, members: Vec<Member>, last_seq: u32, over: bool) {
        *lock(&self.live) = Live { members, last_seq, over };
    }

    /// Called by the room alone, for every message.
    pub(super) fn said(&self, last_seq: u32) {
        lock(&self.live).last_seq = last_seq;
    }

    /// Called by the room alone. A consultation has nothing to be described by.
    pub(super) fn describe(&self, title: String, info: Option<String>, picture: Option<String>) {
        if let About::Group(group) = &self.about {
            let mut group = lock(group);
            (group.title, group.info, group.picture) = (title, info, picture);
        }
    }

    /// A consultation's talk; `None` for a group room.
    pub(super) fn talk(&self) -> Option<&Talk> {
        match &self.about {
            About::Talk(talk) => Some(talk),
            About::Group(_) => None,
        }
    }

    /// What a group room is called now; `None` for a consultation.
    pub(super) fn group(&self) -> Option<GroupCard> {
        match &self.about {
            About::Group(group) => Some(lock(group).clone()),
            About::Talk(_) => None,
        }
    }

    pub(super) fn members(&self) -> Vec<Member> {
        lock(&self.live).members.clone()
    }

    pub(super) fn last_seq(&self) -> u32 {
        lock(&self.live).last_seq
    }

    /// Whether it is of a test line, which nobody is shown.
    pub(super) fn is_test(&self) -> bool {
        matches!(&self.about, About::Talk(talk) if talk.test)
    }

    pub(super) fn is_over(&self) -> bool {
        lock(&self.live).over
    }

    /// For a counsellor's `state`, which lists consultations.
    pub(super) fn brief(&self, you: MemberId, wrap_up: bool) -> Option<RoomBrief> {
        let About::Talk(Talk { number, line, .. }) = &self.about else { return None };
        let live = lock(&self.live);
        Some(RoomBrief {
            room: self.room,
            you,
            last_seq: live.last_seq,
            members: live.members.clone(),
            number: number.clone(),
            line: line.clone(),
            wrap_up,
        })
    }

    /// For the admin room list; the next change is announced to it.
    pub(super) fn look(&self) -> LiveRoom {
        // Before it is read: a change in between is announced once too often, not once too few.
        self.announced.store(false, Ordering::Release);
        let live = lock(&self.live);
        let open = |kind| LiveRoom::open(self.room, kind, self.opened_at, live.last_seq, live.members.clone());
        let named = |(account, name): &(AccountId, String)| Named { account: *account, name: name.clone() };
        match &self.about {
            About::Talk(talk) => LiveRoom {
                consultation: Some(talk.ticket),
                number: Some(talk.number.clone()),
                line: Some(talk.line.clone()),
                language: Some(talk.language.clone()),
                counsellor: Some(named(&talk.counsellor)),
                ..open("CONSULTATION")
            },
            About::Group(group) => {
                let group = lock(group);
                LiveRoom {
                    title: Some(group.title.clone()),
                    info: Some(group.info.clone()),
                    picture: Some(group.picture.clone()),
                    creator: Some(named(&group.creator)),
                    ..open("GROUP")
                }
            }
        }
    }
}

/// Nothing in here can be left half written, so a poisoned lock is as good as any.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
