//! Rooms of a node that is gone, or of nobody: taken by a condition, then read in one go, however many they are.
//!
//! Nothing is taken back: what is on file as this node's and not open here yet is opened by whoever asks again. So a
//! read that fails, or whose answer is lost, is repeated.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use diesel::QueryResult;
use log::{error, warn};

use super::rooms::{FoundGroup, found_room};
use crate::clock::Clock;
use crate::dispatch::{Line, Opening};
use crate::ids::{LineId, NodeId, RoomId};
use crate::storage::centre::lines;
use crate::storage::talk::{groups, keepers, rooms};
use crate::storage::{AnyConnection, Store};
use crate::time::Wall;

/// What a transaction held is asked for again after so long.
const AGAIN: Duration = Duration::from_millis(200);
/// After a failure, so long: the database may be away.
const AGAIN_AFTER_FAILURE: Duration = Duration::from_secs(1);
/// Most rooms that one statement takes, and that are opened before anybody else has a turn.
const AT_ONCE_MAX: usize = 500;

/// Rooms that this node is to take from one that is gone (`None`: from nobody).
#[derive(Clone, Debug)]
pub struct AskedRooms {
    pub me: NodeId,
    pub from: Option<NodeId>,
    pub rooms: Vec<RoomId>,
    /// Most messages from one seat of theirs in ten seconds.
    pub messages_max: u32,
}

/// What came of asking once.
#[derive(Default)]
pub struct TakenRooms {
    /// Talks that are this node's from here on, with what each is opened with.
    pub talks: Vec<Opening>,
    /// Group rooms that are.
    pub groups: Vec<FoundGroup>,
    /// Over, or another's.
    pub not_taken: Vec<RoomId>,
    /// Held by a transaction: asked for again.
    held: Vec<RoomId>,
}

/// Takes these rooms and `tell`s what came of it, some at a time, until each of them is taken or not to be had: one
/// that a transaction holds is tried again as long as it is open and its keeper is still the one that is gone. Never
/// blocks; whoever drops it takes no more.
pub async fn take_over(store: &Store, clock: &Clock, asked: AskedRooms, mut tell: impl FnMut(TakenRooms)) {
    let AskedRooms { rooms: mut left, .. } = asked.clone();
    while !left.is_empty() {
        let (mut again, mut wait) = (Vec::new(), AGAIN);
        for some in left.chunks(AT_ONCE_MAX) {
            let (asked, at) = (AskedRooms { rooms: some.to_vec(), ..asked.clone() }, clock.now().wall);
            match store.answer_in_turn(move |conn| asked.take(conn, at)).await {
                Ok(mut taken) => {
                    again.append(&mut taken.held);
                    tell(taken);
                }
                Err(failed) => {
                    warn!(rooms = some.len(), error:% = failed; "rooms could not be taken over; they are tried again");
                    again.extend(some);
                    wait = AGAIN_AFTER_FAILURE;
                }
            }
        }
        left = again;
        if !left.is_empty() {
            tokio::time::sleep(wait).await;
        }
    }
}

impl AskedRooms {
    fn take(&self, conn: &mut AnyConnection, at: Wall) -> QueryResult<TakenRooms> {
        let Self { me, from, rooms: asked, .. } = self;
        // A node alone is every keeper.
        if let AnyConnection::Postgres(conn) = conn {
            keepers::take_rooms(conn, *from, *me, asked)?;
        }
        // A statement of its own: it sees what others had committed.
        let kept: HashMap<RoomId, Option<NodeId>> =
            keepers::kept_of(conn, asked)?.into_iter().map(|kept| (kept.room, kept.keeper)).collect();
        let (mine, others): (Vec<RoomId>, Vec<RoomId>) =
            asked.iter().partition(|room| kept.get(room) == Some(&Some(*me)));
        let (held, not_taken) = others.into_iter().partition(|room| kept.get(room) == Some(from));
        if mine.is_empty() {
            return Ok(TakenRooms { not_taken, held, ..TakenRooms::default() });
        }
        rooms::forget_watchers(conn, &mine, at)?;
        let mut taken = TakenRooms { not_taken, held, ..self.read(conn, &mine)? };
        taken.pass_over_unreadable(mine);
        Ok(taken)
    }

    fn read(&self, conn: &mut AnyConnection, mine: &[RoomId]) -> QueryResult<TakenRooms> {
        let lines = lines::every(conn)?.into_iter().map(Line::from);
        let lines: HashMap<LineId, Line> = lines.map(|line| (line.id, line)).collect();
        let talks = rooms::open_of(conn, mine)?.into_iter().filter_map(|open| {
            let found = found_room(open, Vec::new())?;
            let line = lines.get(&found.ticket.row.line)?;
            Some(found.opening(line, self.messages_max))
        });
        let talks = talks.collect();
        let groups = groups::open_of(conn, mine)?.into_iter().map(|open| FoundGroup::new(open, Vec::new())).collect();
        Ok(TakenRooms { talks, groups, ..TakenRooms::default() })
    }
}

impl TakenRooms {
    /// What is `mine` and lacks what makes a room stays closed, as at a start.
    fn pass_over_unreadable(&mut self, mine: Vec<RoomId>) {
        let talks = self.talks.iter().map(|talk| talk.room);
        let read: HashSet<RoomId> = talks.chain(self.groups.iter().map(|group| group.open.group.room.id)).collect();
        for room in mine.into_iter().filter(|room| !read.contains(room)) {
            error!(room:%; "an open room lacks a seat, its counsellor or its line on file and cannot be opened");
            self.not_taken.push(room);
        }
    }
}
