//! Each parcel comes back from its JSON as it was. The lists of variants are what the compiler holds complete: a variant
//! that is added must be added there, and then be in a table.

use std::collections::BTreeSet;
use std::time::Duration;

use proptest::prelude::*;
use serde_json::json;

use super::carried::{Carried, PARCEL_KINDS, Unreadable};
use crate::dispatch::*;
use crate::ids::{MemberId, NodeId, RoomId, SocketId};
use crate::network::Network;
use crate::protocol::*;
use crate::room::parcels::{FromHome, Gist, ToHome};
use crate::room::{
    ActsAs, Answer, Back, Ender, Entering, Glance, Input, NewSeat, RoomRules, Said, Say, Spoken, Whisper, Whispered,
};
use crate::time::Wall;

/// The name of a value's variant, and the names of all.
macro_rules! variants {
    ($($name:ident, $type:ident: $($variant:ident)*;)*) => {$(
        fn $name(value: &$type) -> (&'static str, &'static [&'static str]) {
            let name = match value { $($type::$variant { .. } => stringify!($variant)),* };
            (name, &[$(stringify!($variant)),*])
        }
    )*};
}

variants! {
    from_front, FromFront: Ask Back Desk Arrive Wish RoomOver NotTransferred RoomGone HereRoom NotTaken HandedOn
        HereDesk HereCounsellor Announced;
    to_front, ToFront: Desk Counsellor Turn LookUp Open Take HandOn HandOver Home Continued Follow Unfollow;
    to_home, ToHome: Look Attach Detach Enter Gone Say Named;
    from_home, FromHome: Frame Frames Show Answer Shut NotHere;
    desk_news, DeskNews: Stands Seated Back RoomOver WasOver Over Refused Replaced;
    counsellor_news, CounsellorNews: Rooms State Frame Seated RoomOver WrappedUp RoomGone Replaced;
    desk_wish, DeskWish: Repeat Cancel Gone;
    wish, Wish: Open Pause Accept Decline WrapUp Transfer CancelTransfer Gone;
    ticket_event, TicketEvent: Position Matched Closed;
    server_frame, ServerFrame: Welcome Waiting Offer Withdrawn Matched Message Accepted Member Typing Seen Ended Seated
        Room Whisper Whispered Transfer Closed State Queue Rated Beat Error;
    gist, Gist: Said Stored Refused OutOfReach Ended;
    answer, Answer: Seated NotHeld NameTaken;
}

/// Fails if one of the variants is not among them.
fn all_there<T>(values: &[T], variant: impl Fn(&T) -> (&'static str, &'static [&'static str])) {
    let there: BTreeSet<&str> = values.iter().map(|value| variant(value).0).collect();
    let all: BTreeSet<&str> = variant(&values[0]).1.iter().copied().collect();
    assert_eq!(there, all, "a variant is in no table");
}

/// What the values are made of.
#[derive(Clone, Debug)]
struct Made {
    text: String,
    maybe: Option<String>,
    number: u32,
    long: u64,
    id: u128,
    at: i64,
}

impl Made {
    fn text(&self) -> String {
        self.text.clone()
    }

    fn line(&self) -> LineInfo {
        let (open, name_en) = (self.number.is_multiple_of(2), self.maybe.clone());
        LineInfo { topic: self.text(), language: "ko".into(), name: self.text(), name_en, open }
    }

    fn member(&self) -> Member {
        let (member, role) = (self.id.into(), Role::Counsellor);
        Member { member, role, name: self.text(), picture: self.maybe.clone(), state: SeatState::Away }
    }

    /// Frames show moments as people see them.
    fn seen_at(&self) -> Wall {
        Wall(self.at / 1_000 * 1_000)
    }

    fn whisperer(&self) -> Whisperer {
        Whisperer { name: self.text(), role: Role::Manager }
    }

    fn frames(&self) -> Vec<ServerFrame> {
        let (text, maybe, n, at) = (self.text(), self.maybe.clone(), self.number, self.seen_at());
        let (room, member) = (RoomId::from(self.id), MemberId::from(self.id));
        vec![
            ServerFrame::Welcome {
                session: self.id.into(),
                heartbeat_s: n,
                node: text.clone(),
                lines: maybe.as_ref().map(|_| vec![self.line()]),
            },
            ServerFrame::Waiting {
                ticket: self.id.into(),
                number: text.clone(),
                line: text.clone(),
                requested_at: at,
                ahead: n,
                eta_s: maybe.as_ref().map(|_| [n, u32::MAX]),
                resume: text.clone(),
            },
            ServerFrame::Offer {
                offer: self.id.into(),
                ticket: self.id.into(),
                number: text.clone(),
                line: text.clone(),
                nickname: maybe.clone(),
                note: maybe.clone(),
                waited_s: n,
                accept_within_s: n,
                transfer: maybe.clone().map(|from| HandedOver { from, note: maybe.clone(), messages: n }),
            },
            ServerFrame::Withdrawn { offer: self.id.into(), reason: WithdrawnReason::Taken },
            ServerFrame::Matched {
                room,
                consultation: self.id.into(),
                ticket: self.id.into(),
                you: member,
                members: vec![self.member()],
                last_seq: n,
                resume: maybe.clone(),
            },
            ServerFrame::Message {
                room,
                seq: n,
                id: self.id.into(),
                client_id: text.clone(),
                from: member,
                kind: MessageKind::Text,
                body: text.clone(),
                at,
            },
            ServerFrame::Accepted {
                room,
                client_id: text.clone(),
                seq: n,
                id: self.id.into(),
                at,
                masked: maybe.clone().map(|masked| vec![masked]),
            },
            ServerFrame::Member { room, who: self.member() },
            ServerFrame::Typing { room, from: member, on: true },
            ServerFrame::Seen { room, from: member, seq: n },
            ServerFrame::Ended {
                room,
                reason: EndReason::Transferred,
                by: maybe.as_ref().map(|_| member),
                next_room: maybe.as_ref().map(|_| room),
            },
            ServerFrame::Seated {
                room,
                kind: RoomKind::Group,
                you: member,
                members: vec![self.member()],
                last_seq: n,
                watching: false,
                title: maybe.clone(),
                info: maybe.clone(),
                picture: maybe.clone(),
                resume: maybe.clone(),
            },
            ServerFrame::Room { room, title: text.clone(), info: text.clone(), picture: maybe.clone() },
            ServerFrame::Whisper {
                room,
                id: self.id.into(),
                client_id: text.clone(),
                from: self.whisperer(),
                mine: true,
                body: text.clone(),
                at,
            },
            ServerFrame::Whispered { room, client_id: text.clone(), id: self.id.into(), at },
            ServerFrame::Transfer {
                room,
                state: TransferState::Declined,
                line: maybe.clone(),
                counsellor: maybe.as_ref().map(|_| self.id.into()),
                detail: maybe.clone(),
            },
            ServerFrame::Closed {
                ticket: self.id.into(),
                reason: ClosedReason::Unstaffed,
                next: maybe.as_ref().map(|_| NextStep::AskStaff),
            },
            ServerFrame::State {
                intent: Intent::Open,
                reason: maybe.clone(),
                activity: Activity::WrapUp,
                capacity: 3,
                lines: vec![self.line()],
                rooms: vec![RoomBrief {
                    room,
                    you: member,
                    last_seq: n,
                    members: vec![self.member()],
                    number: text.clone(),
                    line: text.clone(),
                    wrap_up: true,
                }],
            },
            ServerFrame::Queue {
                lines: vec![LineLoad {
                    line: text.clone(),
                    language: "en".into(),
                    waiting: n,
                    longest_s: n,
                    open: n,
                    talking: n,
                }],
            },
            ServerFrame::Rated { room, score: 5 },
            ServerFrame::Beat,
            ServerFrame::Error {
                code: ErrorCode::Resync,
                detail: text,
                re: maybe.clone(),
                seq: maybe.as_ref().map(|_| n),
                wait_s: maybe.as_ref().map(|_| n),
            },
        ]
    }

    fn seat(&self) -> Seat {
        let (room, home) = (self.id.into(), NodeId::from(self.id));
        Seat { room, home, ticket: self.id.into(), member: self.id.into(), epoch: self.long }
    }

    fn held(&self) -> Held {
        Held { seat: self.seat(), wrap_up: true, number: self.text(), line: self.text() }
    }

    fn profile(&self) -> Profile {
        Profile {
            account: self.id.into(),
            name: self.text(),
            picture: self.maybe.clone(),
            lines: vec![(self.id.into(), 2), (7.into(), 0)],
            capacity: 4,
            intent: Intent::Paused,
            reason: self.maybe.clone(),
            version: i32::MIN,
            test: true,
        }
    }

    fn asker(&self) -> Option<Asker> {
        let address: std::net::IpAddr =
            if self.number.is_multiple_of(2) { [192, 0, 2, 7].into() } else { self.id.to_be_bytes().into() };
        match self.number % 3 {
            0 => None,
            1 => Some(Asker::Network(Network::of(address))),
            _ => Some(Asker::Desk(self.id.into())),
        }
    }

    fn duration(&self) -> Duration {
        Duration::new(self.long, self.number % 1_000_000_000)
    }

    fn fronts_say(&self) -> Vec<FromFront> {
        let (from, room, ticket) = (SocketId(self.long), RoomId::from(self.id), self.id.into());
        let (after, account) = (self.maybe.as_ref().map(|_| self.number), self.id.into());
        let ask = Ask {
            from,
            ticket,
            session: self.id.into(),
            desk: self.maybe.as_ref().map(|_| self.id.into()),
            rehearses: false,
            asker: self.asker(),
            client_id: self.text(),
            topic: self.text(),
            language: self.maybe.clone(),
            nickname: self.maybe.clone(),
            note: self.maybe.clone(),
            priority: 9,
        };
        let mut all = vec![
            FromFront::Ask(Box::new(ask)),
            FromFront::Back { from, ticket, after, asker: self.asker() },
            FromFront::Arrive { from, profile: self.profile(), session: self.id.into() },
            FromFront::RoomOver {
                room,
                returns: true,
                handed_over: self.maybe.as_ref().map(|_| self.id.into()),
                members: vec![self.member()],
            },
            FromFront::NotTransferred { room },
            FromFront::RoomGone { room },
            FromFront::HereRoom { room },
            FromFront::NotTaken { room },
            FromFront::HandedOn { room, to: self.id.into() },
            FromFront::HereDesk {
                from,
                ticket,
                seat: Some(room),
                after,
                asker: self.asker(),
                turn: Some(Turn(self.long)),
            },
            FromFront::HereCounsellor {
                from,
                profile: self.profile(),
                session: self.id.into(),
                seats: vec![room, 9.into()],
                turn: after.map(|_| Turn(self.long)),
            },
            FromFront::Announced,
        ];
        let wishes = [DeskWish::Repeat, DeskWish::Cancel, DeskWish::Gone];
        all_there(&wishes, desk_wish);
        all.extend(wishes.map(|what| FromFront::Desk { from, what }));
        let wishes = vec![
            Wish::Open { lines: self.maybe.clone().map(|line| vec![line]), capacity: Some(u16::MAX) },
            Wish::Pause { reason: self.maybe.clone() },
            Wish::Accept(self.id.into()),
            Wish::Decline(self.id.into()),
            Wish::WrapUp { room, result_code: self.text(), memo: self.maybe.clone() },
            Wish::Transfer { room, to: Receiver::Line(self.text()), note: self.maybe.clone(), messages: self.number },
            Wish::Transfer { room, to: Receiver::Colleague(account), note: None, messages: 0 },
            Wish::CancelTransfer { room },
            Wish::Gone,
        ];
        all_there(&wishes, wish);
        all.extend(wishes.into_iter().map(|what| FromFront::Wish { from, account, what }));
        all_there(&all, from_front);
        all
    }

    fn opening(&self) -> Opening {
        let seat = NewSeat {
            member: self.id.into(),
            role: Role::Desk,
            name: self.text(),
            picture: self.maybe.clone(),
            seen: self.number,
            state: SeatState::Left,
            watching: true,
        };
        let said = Said {
            seq: self.number,
            id: self.id.into(),
            from: self.id.into(),
            client_id: self.text(),
            kind: MessageKind::Text,
            body: self.text(),
            at: Wall(self.at),
        };
        let whispered = Whispered {
            id: self.id.into(),
            from: self.id.into(),
            whisperer: self.whisperer(),
            client_id: self.text(),
            body: self.text(),
            at: Wall(self.at),
        };
        Opening {
            room: self.id.into(),
            talk: Talk {
                ticket: self.id.into(),
                number: self.text(),
                line: self.text(),
                line_id: self.id.into(),
                test: false,
                language: "ko".into(),
                counsellor: (self.id.into(), self.text()),
            },
            rules: RoomRules { grace_s: self.number, messages_max: self.number },
            seats: vec![seat],
            former: vec![self.member()],
            last_seq: self.number,
            recent: vec![said],
            whispers: vec![whispered],
            opened_at: Wall(self.at),
            wraps_up: true,
            held: vec![(self.id.into(), self.id.into())],
            beside: self.maybe.as_ref().map(|_| SocketId(self.long)),
        }
    }

    fn desk_news(&self) -> Vec<DeskNews> {
        let (room, maybe) = (RoomId::from(self.id), self.maybe.is_some());
        let mut all: Vec<DeskNews> = self.frames().into_iter().map(DeskNews::Stands).collect();
        let frame = ServerFrame::Beat;
        all.extend([
            DeskNews::Seated { seat: self.seat(), frame: frame.clone(), after: maybe.then_some(self.number) },
            DeskNews::Back { seat: self.seat(), resume: self.text(), after: maybe.then_some(self.number) },
            DeskNews::RoomOver { room, rate_for: maybe.then(|| self.duration()) },
            DeskNews::WasOver { frame: frame.clone(), room, member: self.id.into(), rate_for: self.duration() },
            DeskNews::Over(frame),
            DeskNews::Refused {
                code: ErrorCode::Busy,
                detail: self.text(),
                re: self.maybe.clone(),
                ask_again: true,
                wait_s: maybe.then_some(self.number),
            },
            DeskNews::Replaced,
        ]);
        all_there(&all, desk_news);
        all
    }

    fn counsellor_news(&self) -> Vec<CounsellorNews> {
        let room = RoomId::from(self.id);
        let all = vec![
            CounsellorNews::Rooms(vec![self.held()]),
            CounsellorNews::State {
                intent: Intent::Open,
                reason: self.maybe.clone(),
                activity: Activity::Talking,
                capacity: 2,
                lines: vec![self.line()],
            },
            CounsellorNews::Frame(ServerFrame::Beat),
            CounsellorNews::Seated { held: self.held(), frame: ServerFrame::Beat },
            CounsellorNews::RoomOver { room, wrap_up: true },
            CounsellorNews::WrappedUp { room },
            CounsellorNews::RoomGone { room },
            CounsellorNews::Replaced,
        ];
        all_there(&all, counsellor_news);
        all
    }

    fn fronts_hear(&self) -> Vec<ToFront> {
        let (to, room, ticket) = (SocketId(self.long), RoomId::from(self.id), self.id.into());
        let number = self.text();
        let events = vec![
            TicketEvent::Position { ticket, number: number.clone(), ahead: self.number, eta_s: Some([1, self.number]) },
            TicketEvent::Matched { ticket, number: number.clone() },
            TicketEvent::Closed { ticket, number, reason: ClosedReason::Full },
        ];
        all_there(&events, ticket_event);
        let row = HandOverRow {
            room,
            line: self.id.into(),
            to: self.id.into(),
            by: self.id.into(),
            note: self.maybe.clone(),
            at: Wall(self.at),
        };
        let mut all = vec![
            ToFront::Turn { to, turn: Turn(self.long) },
            ToFront::LookUp { ticket, to },
            ToFront::Open(Box::new(self.opening())),
            ToFront::HandOver(Box::new(row)),
            ToFront::HandOn { room, to: self.id.into() },
            ToFront::Take { room, from: (self.number.is_multiple_of(2)).then(|| self.id.into()) },
            ToFront::Home { room, home: self.id.into() },
            ToFront::Continued { before: room, next: 3.into() },
            ToFront::Unfollow(ticket),
        ];
        all.extend(events.into_iter().map(ToFront::Follow));
        all.extend(self.desk_news().into_iter().map(|news| ToFront::Desk { to, news }));
        all.extend(self.counsellor_news().into_iter().map(|news| ToFront::Counsellor { to, news }));
        all_there(&all, to_front);
        all
    }

    fn entering(&self) -> Entering {
        let by = || ActsAs {
            id: self.text(),
            name: self.text(),
            role: self.text(),
            address: self.text(),
            request_id: self.text(),
        };
        Entering {
            account: self.maybe.as_ref().map(|_| self.id.into()),
            role: Role::Guest,
            name: self.text(),
            picture: self.maybe.clone(),
            watching: true,
            audited_as: self.maybe.as_ref().map(|_| by()),
        }
    }

    /// All that a member says.
    fn spoken(&self) -> Vec<Spoken> {
        let member = MemberId::from(self.id);
        let (client_id, body) = (self.text(), self.text());
        let say = Say { from: member, client_id, body, kind: MessageKind::Text, id: self.id.into() };
        let whisper = Whisper { from: member, client_id: self.text(), body: self.text(), id: self.id.into() };
        let inputs = [
            Input::Say(say),
            Input::Typing { member, on: false },
            Input::Seen { member, seq: self.number },
            Input::Replay { member, after: self.number },
            Input::Join { member },
            Input::Leave { member },
            Input::Whisper(whisper),
            Input::Recall { member },
        ];
        let end = |by| Spoken::End { by, note: self.maybe.clone() };
        let ends = [Ender::Member(member), Ender::Creator(member), Ender::Admin, Ender::Transfer, Ender::Outside];
        inputs.map(Spoken::Input).into_iter().chain(ends.map(end)).collect()
    }

    fn homes_hear(&self) -> Vec<ToHome> {
        let (room, from, member, epoch) = (self.id.into(), SocketId(self.long), self.id.into(), self.long);
        let after = self.maybe.as_ref().map(|_| self.number);
        let mut all = vec![
            ToHome::Look { room, from, member, epoch },
            ToHome::Attach { room, from, member, epoch, after },
            ToHome::Detach { room, member, epoch },
            ToHome::Enter { room, from, who: self.entering(), back: after.map(|_| Back { member, after }) },
            ToHome::Gone { room, from },
            ToHome::Named,
        ];
        let again = after.is_some();
        all.extend(self.spoken().into_iter().map(|what| ToHome::Say { room, from, what, again }));
        all_there(&all, to_home);
        all
    }

    fn homes_say(&self) -> Vec<FromHome> {
        let (room, to) = (RoomId::from(self.id), SocketId(self.long));
        let gists = vec![
            Gist::Said(self.number),
            Gist::Stored { re: self.text(), seq: self.maybe.as_ref().map(|_| self.number) },
            Gist::Refused { re: self.text() },
            Gist::OutOfReach,
            Gist::Ended,
        ];
        all_there(&gists, gist);
        let answers = vec![Answer::Seated(self.id.into()), Answer::NotHeld, Answer::NameTaken(self.text())];
        all_there(&answers, answer);
        let glance = Glance { members: vec![self.member()], last_seq: self.number };
        let mut all = vec![
            FromHome::Frame { room, to: vec![to, SocketId(1)], text: self.text(), gist: None },
            FromHome::Frames { room, to, texts: vec![self.text(), self.text()], first: Some(1), goes_on: true },
            FromHome::Show { room, to, glance },
            FromHome::Shut { room, to, code: CloseCode::Replaced },
            FromHome::NotHere { room },
        ];
        all.extend(gists.into_iter().map(|gist| FromHome::Frame {
            room,
            to: vec![to],
            text: self.text(),
            gist: Some(gist),
        }));
        all.extend(answers.into_iter().map(|answer| FromHome::Answer { room, to, answer }));
        all_there(&all, from_home);
        all
    }

    fn parcels(&self) -> Vec<Carried> {
        all_there(&self.frames(), server_frame);
        let mut all: Vec<Carried> = Vec::new();
        all.extend(self.fronts_say().into_iter().map(Carried::FromFront));
        all.extend(self.fronts_hear().into_iter().map(Carried::ToFront));
        all.extend(self.homes_hear().into_iter().map(Carried::ToHome));
        all.extend(self.homes_say().into_iter().map(Carried::FromHome));
        all
    }
}

fn made() -> impl Strategy<Value = Made> {
    // As far as moments can be written; texts with all that must be escaped.
    let at = -62_000_000_000_000_000_i64..200_000_000_000_000_000_i64;
    let text = "[ -~\\n\\t\"\\\\가-힣😀\u{0}]{0,12}";
    (text, proptest::option::of(text), any::<u32>(), any::<u64>(), any::<u128>(), at)
        .prop_map(|(text, maybe, number, long, id, at)| Made { text, maybe, number, long, id, at })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_parcel_comes_back_as_it_was(made in made()) {
        for parcel in made.parcels() {
            let body = parcel.write().expect("may be said");
            // As text, as it is on the wire.
            let body = serde_json::from_str(&body.to_string()).expect("is JSON");
            let read = Carried::read(parcel.kind(), body).expect("reads");
            prop_assert_eq!(&read[..], &[parcel]);
        }
        let all = made.parcels();
        let together = Carried::write_together(&all).expect("may be said");
        let read = together.into_iter().flat_map(|(kind, body)| Carried::read(kind, body).expect("reads"));
        prop_assert_eq!(read.collect::<Vec<_>>(), all);
    }
}

fn plain() -> Made {
    Made { text: "a".into(), maybe: None, number: 1, long: 2, id: 3, at: 4_000 }
}

#[test]
fn each_kind_that_is_said_is_one_that_the_bus_hands_on() {
    let said: BTreeSet<&str> = plain().parcels().iter().map(Carried::kind).collect();
    assert_eq!(said, PARCEL_KINDS.into_iter().collect());
    assert_eq!(said.len(), PARCEL_KINDS.len(), "a kind stands there twice");
}

#[test]
fn what_a_newer_node_says_besides_is_passed_over_and_what_is_not_known_is_a_fault_of_that_parcel() {
    let read = Carried::read("open", json!({"home": {"room": RoomId::from(1), "home": NodeId::from(2), "new": [1]}}));
    assert_eq!(read.expect("reads"), [Carried::ToFront(ToFront::Home { room: 1.into(), home: 2.into() })]);
    let shape = |kind, body| matches!(Carried::read(kind, body), Err(Unreadable::Shape { .. }));
    assert!(shape("news", json!({"praise": {}})), "no such word");
    assert!(shape("detach", json!({"detach": {"room": "x"}})), "no room");
    assert!(shape("ask", serde_json::to_value(ToFront::Unfollow(1.into())).expect("is JSON")), "of another way");
    assert!(matches!(Carried::read("praise", json!({})), Err(Unreadable::NoSuchKind(_))));
}

#[test]
fn what_is_of_one_kind_goes_together_up_to_so_many_and_a_room_that_is_opened_alone() {
    let home = |room: u128| Carried::ToFront(ToFront::Home { room: room.into(), home: 2.into() });
    let (news, opening) = (
        Carried::ToFront(ToFront::LookUp { ticket: 1.into(), to: SocketId(1) }),
        Carried::ToFront(ToFront::Open(Box::new(plain().opening()))),
    );
    let mut all: Vec<Carried> = (0..70).map(home).collect();
    all.extend([news, home(70), opening.clone(), opening]);
    let written = Carried::write_together(&all).expect("may be said");
    let lists: Vec<(&str, usize)> =
        written.iter().map(|(kind, body)| (*kind, body.as_array().map_or(1, Vec::len))).collect();
    assert_eq!(lists, [("take", 64), ("take", 6), ("news", 1), ("take", 1), ("open", 1), ("open", 1)]);
    assert!(Carried::read("take", json!([{"home": {}}])).is_err(), "one of them is none");
}

#[test]
fn what_only_a_room_itself_may_say_goes_over_no_link() {
    let forged = |input| {
        let (room, from, what) = (1.into(), SocketId(1), Spoken::Input(input));
        Carried::ToHome(ToHome::Say { room, from, what, again: false })
    };
    for input in [Input::Fenced, Input::Tick, Input::End(Ender::Admin), Input::Detach { member: 1.into() }] {
        assert!(forged(input).write().is_err());
    }
    for body in [json!("fenced"), json!({"end_stored": "done"}), json!({"detach": {"member": MemberId::from(1)}})] {
        let say = json!({"say": {"room": RoomId::from(1), "from": 1, "what": {"input": body}}});
        assert!(Carried::read("take_in", say).is_err());
    }
}
