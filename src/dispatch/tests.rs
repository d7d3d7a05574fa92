//! One match step by step, and what the copy in the simulation once did otherwise.

mod announced;
mod draining;
mod nodes;
mod turn;

use uuid::Uuid;

use super::*;
use crate::ids::{DeskId, MemberId, SessionId};
use crate::matching::LineRules;
use crate::protocol::{Intent, ServerFrame};
use crate::time::SECOND;

const HERE: NodeId = NodeId(Uuid::from_u128(1));
const DESK: SocketId = SocketId(1);
const KIM: SocketId = SocketId(2);
const KEY: &str = "0195d5a0-0000-7000-8000-000000000001";

/// Ids are counted.
#[derive(Default)]
struct World {
    last_id: u128,
}

impl Outside for World {
    fn new_id(&mut self) -> Uuid {
        self.last_id += 1;
        Uuid::from_u128(self.last_id)
    }

    fn token(&self, row: &TicketRow) -> String {
        row.ticket.to_string()
    }

    fn name(&self, _: Asker) -> matching::Asker {
        matching::Asker(0)
    }
}

/// A centre with one line, where Kim counsels.
struct Centre {
    dispatch: Dispatch,
    world: World,
    now_s: u64,
}

impl Centre {
    fn new() -> Self {
        let dispatch = Dispatch::new(Self::settings(), Wall(0));
        let mut centre = Self { dispatch, world: World::default(), now_s: 1_000 };
        centre.takes_up(StartRecords::default());
        centre
    }

    fn settings() -> Settings {
        let limits = Limits { asks_per_min_max: 60, waiting_max: 50 };
        Settings { node: HERE, limits, messages_per_10s_max: 60, zone: chrono_tz::Asia::Seoul }
    }

    fn lines() -> Vec<Line> {
        let rules = LineRules {
            accept_s: 20,
            wait_s_max: 600,
            waiting_max: 10,
            grace_s: 10,
            misses_max: 3,
            widen_s: 0,
            retry_s: 10,
            unstaffed_s: 600,
        };
        vec![Line {
            id: 1.into(),
            topic: "GENERAL".into(),
            language: "ko".into(),
            name: "일반".into(),
            name_en: "General".into(),
            hours: None,
            rules,
            wrap_up_s: 0,
            line_order: 0,
            in_use: true,
            deleted: false,
            version: 1,
            test: false,
        }]
    }

    /// With this on file besides its line.
    fn takes_up(&mut self, found: StartRecords) -> Vec<Effect> {
        let (now, mut effects) = (self.now(), Vec::new());
        let found = StartRecords { lines: Self::lines(), ..found };
        self.dispatch.take_up(now, found, &mut self.world, &mut effects);
        effects
    }

    fn now(&self) -> Now {
        Now { mono: Mono(self.now_s * SECOND), wall: Wall((self.now_s * SECOND) as i64) }
    }

    fn happens(&mut self, what: Input) -> Vec<Effect> {
        let mut effects = Vec::new();
        self.dispatch.step(self.now(), what, &mut self.world, &mut effects);
        self.dispatch.check();
        effects
    }

    fn hears(&mut self, parcel: FromFront) -> Vec<Effect> {
        self.happens(Input::From { node: HERE, parcel })
    }

    fn kim_is_open(&mut self) {
        let profile = Profile {
            account: 7.into(),
            name: "Kim".into(),
            picture: None,
            lines: vec![(1.into(), 0)],
            capacity: 1,
            intent: Intent::Open,
            reason: None,
            version: 1,
            test: false,
        };
        self.hears(FromFront::Arrive { from: KIM, profile, session: SessionId::from(1) });
    }

    fn desk_asks(&mut self) -> Vec<Effect> {
        let ticket = TicketId(self.world.new_id());
        self.hears(ask(DESK, ticket, KEY))
    }

    /// A desk asked, it rang at Kim, and Kim has accepted: the match is on its way to the referee.
    fn proposes(&mut self) -> PendingWrite {
        self.kim_is_open();
        let asked = pending_writes(self.desk_asks());
        let stored = Ok(Written::Opened { number: "A-001".into() });
        self.happens(Input::Filed { what: asked[0].clone(), answer: stored });
        let (offer, _) = self.dispatch.rings_at(7.into()).next().unwrap();
        let accepts = FromFront::Wish { from: KIM, account: 7.into(), what: Wish::Accept(offer) };
        pending_writes(self.hears(accepts)).remove(0)
    }
}

fn ask(from: SocketId, ticket: TicketId, client_id: &str) -> FromFront {
    FromFront::Ask(Box::new(Ask {
        from,
        ticket,
        session: SessionId::from(2),
        desk: Some(DeskId::from(3)),
        rehearses: false,
        asker: Some(Asker::Desk(DeskId::from(3))),
        client_id: client_id.into(),
        topic: "GENERAL".into(),
        language: None,
        nickname: None,
        note: None,
        priority: 0,
    }))
}

/// What the front of this node is to do.
fn parcels(effects: &[Effect]) -> impl Iterator<Item = &ToFront> {
    effects.iter().filter_map(|effect| match effect {
        Effect::Parcel { to: HERE, parcel } => Some(parcel),
        _ => None,
    })
}

/// The writes with a name.
fn pending_writes(effects: Vec<Effect>) -> Vec<PendingWrite> {
    let named = |effect| if let Effect::Store { what, .. } = effect { what } else { None };
    effects.into_iter().filter_map(named).collect()
}

#[test]
fn nobody_is_told_of_a_match_before_it_is_on_file_and_then_both_are() {
    let mut centre = Centre::new();
    let proposal = centre.proposes();
    assert!(matches!(proposal, PendingWrite::Match(_)), "{proposal:?}");
    assert_eq!(centre.dispatch.counts().rooms, 0);
    let told = centre.happens(Input::Filed { what: proposal, answer: Ok(Written::Matched { last_seq: 0 }) });
    let told: Vec<&ToFront> = parcels(&told).collect();
    let opened = told.iter().position(|parcel| matches!(parcel, ToFront::Open(_))).unwrap();
    let seats: Vec<(SocketId, MemberId)> = told[opened..]
        .iter()
        .filter_map(|parcel| match parcel {
            ToFront::Desk { to, news: DeskNews::Seated { seat, frame: ServerFrame::Matched { you, .. }, .. } }
            | ToFront::Counsellor {
                to,
                news: CounsellorNews::Seated { held: Held { seat, .. }, frame: ServerFrame::Matched { you, .. } },
            } => {
                assert_eq!(seat.member, *you);
                Some((*to, *you))
            }
            _ => None,
        })
        .collect();
    assert_eq!(seats.iter().map(|(to, _)| *to).collect::<Vec<_>>(), [DESK, KIM]);
    assert_ne!(seats[0].1, seats[1].1);
    assert_eq!(centre.dispatch.counts().matches, 1);
}

#[test]
fn a_ticket_that_somebody_else_has_decided_is_forgotten_with_its_key() {
    let mut centre = Centre::new();
    let proposal = centre.proposes();
    let PendingWrite::Match(of) = &proposal else { panic!("{proposal:?}") };
    let ticket = of.ticket;
    assert!(centre.dispatch.follow(ticket, HERE, &mut Vec::new()));
    let told = centre.happens(Input::Filed { what: proposal, answer: Ok(Written::Stale) });
    let ended = |parcel: &ToFront| matches!(parcel, ToFront::Unfollow(of) if *of == ticket);
    assert!(parcels(&told).any(ended), "nobody follows it for ever");
    assert!(parcels(&told).any(|parcel| matches!(parcel, ToFront::LookUp { to: DESK, .. })), "the record is the truth");
    assert!(centre.dispatch.is_at_rest());
    // The same request may be made anew; the referee knows whether it was made before.
    let again = pending_writes(centre.desk_asks());
    assert!(matches!(again[..], [PendingWrite::Ticket(_)]), "{again:?}");
}

#[test]
fn an_ask_that_is_said_again_is_the_same_ticket_also_without_a_key() {
    let mut centre = Centre::new();
    let ticket = TicketId(Uuid::from_u128(77));
    let asked = pending_writes(centre.hears(ask(DESK, ticket, "a counter: 1")));
    assert_eq!(asked, [PendingWrite::Ticket(ticket)]);
    assert_eq!(pending_writes(centre.hears(ask(DESK, ticket, "a counter: 1"))), []);
    centre.happens(Input::Filed { what: asked[0].clone(), answer: Ok(Written::Opened { number: "A-001".into() }) });
    let told = centre.hears(ask(DESK, ticket, "a counter: 1"));
    let places = parcels(&told).filter(|parcel| matches!(parcel, ToFront::Desk { news: DeskNews::Stands(_), .. }));
    assert_eq!(places.count(), 1, "it is told where it stands");
    assert_eq!(centre.dispatch.counts().waiting, 1);
    // Another's is another ticket.
    let other = TicketId(Uuid::from_u128(78));
    assert_eq!(pending_writes(centre.hears(ask(SocketId(9), other, "a counter: 1"))), [PendingWrite::Ticket(other)]);
}

#[test]
fn a_desk_that_comes_back_as_its_room_is_left_behind_is_told_what_is_on_file() {
    let mut centre = Centre::new();
    let proposal = centre.proposes();
    let PendingWrite::Match(of) = proposal.clone() else { panic!("{proposal:?}") };
    let Proposal { room, ticket, .. } = *of;
    centre.happens(Input::Filed { what: proposal, answer: Ok(Written::Matched { last_seq: 0 }) });
    centre.hears(FromFront::RoomOver { room, returns: false, handed_over: None, members: Vec::new() });
    centre.hears(FromFront::Back { from: SocketId(9), ticket, after: None, asker: None });
    let told = centre.hears(FromFront::RoomGone { room });
    assert!(parcels(&told).any(|parcel| matches!(parcel, ToFront::LookUp { to: SocketId(9), .. })), "{told:?}");
    assert!(centre.dispatch.is_at_rest());
}

#[test]
fn an_edit_that_is_told_again_leaves_what_a_counsellor_has_since_wished() {
    let mut centre = Centre::new();
    centre.kim_is_open();
    let edited = |version, capacity| {
        let (name, lines) = ("Kim".to_owned(), vec![(1.into(), 0)]);
        let (intent, reason, picture, test) = (Intent::Open, None, None, false);
        let profile = Profile { account: 7.into(), name, picture, lines, capacity, intent, reason, version, test };
        Input::StaffEdited { profile, has_access: true }
    };
    centre.happens(edited(1, 5));
    assert_eq!(centre.dispatch.colleagues()[0].free, 1, "it was read before");
    centre.happens(edited(2, 5));
    assert_eq!(centre.dispatch.colleagues()[0].free, 5);
}

#[test]
fn a_match_that_was_not_stored_holds_matching_until_the_disk_is_well() {
    let mut centre = Centre::new();
    let proposal = centre.proposes();
    let failed = Err(WriteFailed::Storage("full".into()));
    let told = centre.happens(Input::Filed { what: proposal, answer: failed });
    assert!(told.iter().any(|effect| matches!(effect, Effect::Later { what: Later::GoOn, .. })));
    assert!(!centre.dispatch.takes_writes());
    assert_eq!(centre.dispatch.rings_at(7.into()).count(), 0);
    centre.happens(Input::Later(Later::GoOn));
    assert_eq!(centre.dispatch.rings_at(7.into()).count(), 1, "it rings again");
}

#[test]
fn a_matchmaker_whose_term_is_over_says_so_once_and_decides_nothing_more() {
    let mut centre = Centre::new();
    let proposal = centre.proposes();
    let told = centre.happens(Input::Filed { what: proposal, answer: Ok(Written::Fenced) });
    assert!(matches!(told[..], [Effect::TermLost]), "not a word to anybody: {told:?}");
    assert_eq!(centre.dispatch.next_deadline(), None);
    let parcel = FromFront::Wish { from: KIM, account: 7.into(), what: Wish::Pause { reason: None } };
    for late in [Input::TermLost, Input::From { node: HERE, parcel }, Input::Tick, Input::Later(Later::GoOn)] {
        let told = centre.happens(late);
        assert!(told.is_empty(), "{told:?}");
    }
    let told = centre.desk_asks();
    let told: Vec<&ToFront> = parcels(&told).collect();
    let [ToFront::Desk { to: DESK, news: DeskNews::Refused { code, .. } }] = told[..] else { panic!("{told:?}") };
    assert_eq!(*code, ErrorCode::Busy, "another matches");
    let (now, mut told, room) = (centre.now(), Vec::new(), 1.into());
    let wished = Wished { room, to: Receiver::Colleague(8.into()), by: 7.into(), note: None, messages: 0 };
    let asked = centre.dispatch.hand_over(now, wished, &mut centre.world, &mut told);
    assert_eq!(asked.unwrap_err().code, ErrorCode::Busy);
    assert!(!centre.dispatch.log_out(now, 7.into(), SessionId::from(1), &mut centre.world, &mut told));
    assert!(told.is_empty(), "{told:?}");
}

#[test]
fn a_ticket_that_comes_back_from_a_room_is_taken_before_anything_is_decided_about_it() {
    let mut centre = Centre::new();
    let proposal = centre.proposes();
    let PendingWrite::Match(ids) = &proposal else { panic!("{proposal:?}") };
    let room = ids.room;
    centre.happens(Input::Filed { what: proposal, answer: Ok(Written::Matched { last_seq: 0 }) });
    let told = centre.hears(FromFront::RoomOver { room, returns: true, handed_over: None, members: Vec::new() });
    let mut writes = told.iter().filter_map(|effect| match effect {
        Effect::Store { write, .. } => Some(write),
        _ => None,
    });
    assert!(matches!(writes.next(), Some(Write::TakeTicket { .. })), "{told:?}");
}

#[test]
fn whatever_a_room_asked_to_be_stored_it_hears_that_it_is_anothers() {
    use crate::room::{Input, PendingWrite};
    let member = MemberId::from(1);
    for what in [PendingWrite::Say(1.into()), PendingWrite::Sit(member), PendingWrite::Show(member), PendingWrite::End]
    {
        assert_eq!(Written::of_room(what, Ok(Written::Fenced)), (Input::Fenced, None));
    }
}

#[test]
fn a_desk_that_comes_back_after_its_end_may_rate_for_a_minute() {
    let (room, desk) = (RoomId::from(1), Some(MemberId::from(2)));
    let reason = crate::protocol::EndReason::Done;
    for (passed_s, may_rate) in [(0, true), (59, true), (60, false), (3_600, false)] {
        let past = Past::Ended { room, reason, closed_at: Some(Wall(0)), desk };
        let news = past.news(TicketId::from(3), Wall(passed_s * SECOND as i64));
        assert_eq!(matches!(news, DeskNews::WasOver { .. }), may_rate, "{passed_s}: {news:?}");
    }
}
