//! Rooms that were another node's: taken and read beside the front, which goes on meanwhile, and opened here.

use actix::prelude::*;

use super::Front;
use super::wanted::Wanted;
use crate::actors::messages::ForGroups;
use crate::dispatch::FromFront;
use crate::found::{AskedRooms, TakenRooms, take_over};
use crate::ids::{NodeId, RoomId};

impl Front {
    /// Takes what is wanted. What lives here already is said to; what is being taken is answered once it is.
    pub(super) fn take_over(&mut self, wanted: Wanted, ctx: &mut Context<Self>) {
        for (from, mut rooms) in wanted.by_keeper() {
            rooms.retain(|room| {
                let is_here = self.rooms.way_into_open(*room).is_some();
                if is_here {
                    self.hand_on(FromFront::HereRoom { room: *room });
                }
                !is_here && self.taking.begins(*room, from)
            });
            if !rooms.is_empty() {
                self.take_from(from, rooms, ctx);
            }
        }
    }

    fn take_from(&self, from: Option<NodeId>, rooms: Vec<RoomId>, ctx: &mut Context<Self>) {
        let settings = &self.services.settings;
        let (me, messages_max) = (settings.node, settings.messages_per_10s_max);
        let asked = AskedRooms { me, from, rooms, messages_max };
        let (services, front) = (self.services.clone(), ctx.address());
        let taking = async move {
            take_over(&services.store, &services.clock, asked, |taken| front.do_send(Took { from, taken })).await;
        };
        ctx.spawn(taking.into_actor(self));
    }

    fn open_taken(&mut self, from: Option<NodeId>, taken: TakenRooms, ctx: &Context<Self>) {
        let TakenRooms { talks, groups, not_taken, .. } = taken;
        if let Some(others) = &self.others {
            others.joined.cluster.took_rooms(talks.len());
        }
        for opening in talks {
            let room = opening.room;
            self.taking.ends(room, from);
            // Nobody is there yet beside whom it could live.
            if self.rooms.way_to(room).is_none() {
                self.rooms.open(opening, &Arbiter::current(), ctx.address().recipient());
            }
            self.hand_on(FromFront::HereRoom { room });
        }
        let opened: Vec<RoomId> = groups.iter().map(|group| group.open.group.room.id).collect();
        if !groups.is_empty() {
            self.groups.do_send(ForGroups::Taken(groups));
        }
        for room in opened {
            self.taking.ends(room, from);
            self.hand_on(FromFront::HereRoom { room });
        }
        for room in not_taken {
            self.taking.ends(room, from);
            self.hand_on(FromFront::NotTaken { room });
        }
    }
}

/// Some of what is taken from a node.
#[derive(Message)]
#[rtype(result = "()")]
struct Took {
    from: Option<NodeId>,
    taken: TakenRooms,
}

impl Handler<Took> for Front {
    type Result = ();

    fn handle(&mut self, Took { from, taken }: Took, ctx: &mut Context<Self>) {
        self.open_taken(from, taken, ctx);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use diesel::connection::SimpleConnection;
    use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

    use super::*;
    use crate::actors::admin_feed::AdminFeed;
    use crate::actors::messages::{FindRoom, Happens, Parcels};
    use crate::clock::Clock;
    use crate::dispatch::{Input, ToFront};
    use crate::journal::Journal;
    use crate::services::Services;
    use crate::settings::Settings;
    use crate::storage::{Database, Store};
    use crate::tokens::Tokens;

    /// Hears what whoever matches is told, and which group rooms the registry is given.
    struct Hears {
        said: UnboundedSender<FromFront>,
        groups: UnboundedSender<RoomId>,
    }

    impl Actor for Hears {
        type Context = Context<Self>;
    }

    impl Handler<Happens> for Hears {
        type Result = ();
        fn handle(&mut self, Happens(what): Happens, _: &mut Context<Self>) {
            let Input::From { parcel, .. } = what else { return };
            self.said.send(parcel).expect("somebody listens");
        }
    }

    impl Handler<ForGroups> for Hears {
        type Result = ();
        fn handle(&mut self, message: ForGroups, _: &mut Context<Self>) {
            let ForGroups::Taken(taken) = message else { return };
            taken.iter().for_each(|group| self.groups.send(group.open.group.room.id).expect("somebody listens"));
        }
    }

    const TALK: u128 = 1;
    const GROUP: u128 = 2;
    const OVER: u128 = 3;
    const OTHERS: u128 = 4;
    const ME: u128 = 9;

    /// Rooms on file: two that are this node's, one that is over, one of another node.
    fn put_on_file(store: &Store) {
        let [talk, group, over, others] = [TALK, GROUP, OVER, OTHERS].map(RoomId::from);
        let (me, other, line) = (NodeId::from(ME), NodeId::from(8), "00000000-0000-7000-8000-000000000001");
        let (now, ours) = ("2026-12-01 00:00:00", "'2026-12-01 00:00:00', 'T', '2026-12-01 00:00:00', 'T'");
        let [ticket, kim, desk, staff, session] = [11, 12, 13, 14, 15].map(|id| RoomId::from(id).to_string());
        let group_room = |id: RoomId, status: &str, keeper: NodeId| {
            format!(
                "INSERT INTO ROOM (ROOM_ID, KIND, TITLE, LANGUAGE, CREATOR_ID, STATUS, OPENED_DTTM, KEEPER_ID, REG_DTTM,
                                   REG_ID, MOD_DTTM, MOD_ID)
                 VALUES ('{id}', 'GROUP', 't', 'ko', '{kim}', '{status}', '{now}', '{keeper}', {ours});"
            )
        };
        let statements = format!(
            "INSERT INTO ACCOUNT (ACCOUNT_ID, LOGIN, PASSWORD_HASH, NAME, ROLE, REG_DTTM, REG_ID, MOD_DTTM,
                                  MOD_ID)
             VALUES ('{kim}', 'kim', '', 'Kim', 'COUNSELLOR', {ours});
             INSERT INTO CONSULTATION (CONSULTATION_ID, LINE_ID, TOPIC, LANGUAGE, SESSION_ID, CLIENT_ID, TICKET_DAY,
                                       REQUESTED_DTTM, COUNSELLOR_ID, STATUS, REG_DTTM, REG_ID, MOD_DTTM, MOD_ID)
             VALUES ('{ticket}', '{line}', 'GENERAL', 'ko', '{session}', 'c', 20261201, '{now}', '{kim}', 'TALKING',
                     {ours});
             INSERT INTO ROOM (ROOM_ID, KIND, CONSULTATION_ID, STATUS, OPENED_DTTM, KEEPER_ID, REG_DTTM, REG_ID,
                               MOD_DTTM, MOD_ID)
             VALUES ('{talk}', 'CONSULTATION', '{ticket}', 'OPEN', '{now}', '{me}', {ours});
             INSERT INTO ROOM_MEMBER (MEMBER_ID, ROOM_ID, ROLE, NICKNAME, SEAT_STATE, JOINED_DTTM, REG_DTTM, REG_ID,
                                      MOD_DTTM, MOD_ID)
             VALUES ('{desk}', '{talk}', 'DESK', 'd', 'JOINED', '{now}', {ours}),
                    ('{staff}', '{talk}', 'COUNSELLOR', 'k', 'JOINED', '{now}', {ours});
             {} {} {}",
            group_room(group, "OPEN", me),
            group_room(over, "ENDED", me),
            group_room(others, "OPEN", other),
        );
        store.in_turn(|conn| conn.batch_execute(&statements)).expect("rooms on file");
    }

    fn services(store: &Store) -> Services {
        let clock = Clock::system();
        let settings = Settings::of_a_test(NodeId::from(ME));
        let journal = Journal::start(store, clock.clone(), NodeId(clock.new_id()), |_| ()).expect("a journal");
        Services::new(settings, store.clone(), journal, clock, Tokens::new(&[7; 32]))
    }

    /// The room, and whether it is here.
    async fn answer(said: &mut UnboundedReceiver<FromFront>) -> (RoomId, bool) {
        match said.recv().await {
            Some(FromFront::HereRoom { room }) => (room, true),
            Some(FromFront::NotTaken { room }) => (room, false),
            other => panic!("no answer: {other:?}"),
        }
    }

    #[actix_web::test]
    async fn a_room_is_taken_once_and_each_asking_of_one_that_is_here_is_answered() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&Database::Sqlite(folder.path().join("anteroom.db"))).expect("a database");
        put_on_file(&store);
        let ((said, mut answers), (groups, mut given)) = (mpsc::unbounded_channel(), mpsc::unbounded_channel());
        let hears = Hears { said, groups }.start();
        let feed = AdminFeed::default().start().recipient();
        let mut front = Front::new(
            services(&store),
            crate::actors::matchmaker::WayToMatchmaker::default(),
            feed,
            hears.clone().recipient(),
        );
        front.hears = Some(hears.recipient());
        let front = front.start();
        let [talk, group, over, others] = [TALK, GROUP, OVER, OTHERS].map(RoomId::from);
        let gone = Some(NodeId::from(7));
        let take = |rooms: &[RoomId]| Parcels(rooms.iter().map(|&room| ToFront::Take { room, from: gone }).collect());

        front.do_send(take(&[talk, group, over, others, talk]));
        let mut heard = BTreeSet::new();
        for _ in 0..4 {
            heard.insert(answer(&mut answers).await);
        }
        assert_eq!(heard, BTreeSet::from([(talk, true), (group, true), (over, false), (others, false)]));
        assert_eq!(given.recv().await, Some(group));
        let find = |room| front.send(FindRoom { room });
        assert!(find(talk).await.expect("the front").is_some() && find(over).await.expect("the front").is_none());
        front.do_send(take(&[talk, over]));
        assert_eq!([answer(&mut answers).await, answer(&mut answers).await], [(talk, true), (over, false)]);
    }
}
