//! Talks that go to another counsellor, tickets that go to another line.

use anteroom::ids::{AccountId, LineId};
use anteroom::journal::{HandOverRow, MoveRow, TicketRow, Write, Written};
use anteroom::protocol::EndReason;
use anteroom::storage::centre::lines::{self, Line};
use anteroom::storage::history::audit::{self, Actor, NewEntry};
use anteroom::storage::history::consultations;
use anteroom::storage::talk::tickets::{Status, visit, waiting};
use anteroom::storage::talk::{events, rooms};

use super::bed::{Bed, Talk};
use super::on_both;

on_both!(
    a_hand_over_ends_the_room_and_its_ticket_waits_in_the_other_line,
    who_handed_over_writes_up_their_part_beside_the_record,
    a_waiting_ticket_goes_to_another_line_once_and_audited,
    a_number_that_left_its_line_is_not_given_again,
);

/// Another line.
fn tax(bed: &Bed) -> LineId {
    let line = Line::with_defaults(LineId(bed.clock.new_id()), "TAX", "ko", "세금", "Tax", "T");
    bed.read(|conn| lines::create(conn, &line, "TEST", bed.now()));
    line.id
}

fn hand_over(bed: &Bed, talk: &Talk, line: LineId, to: AccountId) -> Written {
    let note = Some("잘 압니다".into());
    let row = HandOverRow { room: talk.room, line, to, by: talk.counsellor, note, at: bed.now() };
    bed.write(Write::HandOver(Box::new(row)))
}

fn send_to(bed: &Bed, ticket: anteroom::ids::TicketId, line: LineId) -> Written {
    let actor = Actor { id: bed.lee.to_string(), ..Actor::system() };
    let detail = serde_json::json!({});
    let entry = NewEntry { action: "TICKET_MOVED", subject_kind: "TICKET", subject_id: ticket.to_string(), detail };
    bed.write(Write::MoveTicket(Box::new(MoveRow {
        ticket,
        line,
        reason: "money".into(),
        actor,
        entry,
        at: bed.now(),
    })))
}

fn kinds(bed: &Bed, ticket: anteroom::ids::TicketId) -> Vec<String> {
    bed.read(|conn| events::of_consultation(conn, ticket)).into_iter().map(|event| event.kind).collect()
}

fn a_hand_over_ends_the_room_and_its_ticket_waits_in_the_other_line(bed: &Bed) {
    let line = tax(bed);
    let talk = bed.talk(bed.kim);
    bed.say(&talk, 1);
    let before = bed.read(|conn| visit(conn, talk.ticket)).unwrap().ticket;
    assert_eq!(hand_over(bed, &talk, line, bed.lee), Written::Done);
    assert_eq!(hand_over(bed, &talk, line, bed.lee), Written::Stale, "it happens once");
    let room = bed.read(|conn| rooms::by_id(conn, talk.room)).unwrap();
    assert_eq!((room.end_reason, room.end_note.as_deref()), (Some(EndReason::Transferred), Some("잘 압니다")));
    bed.ticket();
    let after = bed.read(waiting);
    assert_eq!(after.len(), 2);
    assert_eq!(bed.read(rooms::closed_of_waiting).len(), 1, "one of them talked");
    assert_eq!((after[0].line, &after[0].number, after[0].requested_at), (line, &before.number, before.requested_at));
    assert_eq!(bed.read(rooms::closed_of_waiting).get(&talk.ticket), room.closed_at.as_ref());
    assert_eq!(bed.taken(bed.kim), 0);
    assert_eq!(kinds(bed, talk.ticket), ["TRANSFERRED"]);
    let next = bed.pair(talk.ticket, bed.lee).expect("a match");
    assert_eq!(next.last_seq, 1, "the sequence goes on");
}

fn who_handed_over_writes_up_their_part_beside_the_record(bed: &Bed) {
    let talk = bed.talk(bed.kim);
    hand_over(bed, &talk, bed.line, bed.lee);
    let next = bed.pair(talk.ticket, bed.lee).expect("a match");
    let part = |counsellor, memo: Option<&str>| {
        let memo = memo.map(str::to_owned);
        bed.write(Write::WrapUp { room: talk.room, counsellor, result_code: None, memo, at: bed.now() })
    };
    assert_eq!(part(bed.kim, None), Written::WrappedUp { freed: false }, "its time was over");
    assert_eq!(part(bed.kim, Some("내 몫")), Written::WrappedUp { freed: false });
    assert_eq!(part(bed.lee, Some("not mine")), Written::Stale);
    assert_eq!(kinds(bed, talk.ticket), ["TRANSFERRED", "WROTE_UP"]);
    assert_eq!((bed.taken(bed.kim), bed.taken(bed.lee)), (0, 1));
    bed.end(&next, false);
    let record = bed.read(|conn| consultations::by_id(conn, talk.ticket)).unwrap();
    assert_eq!((record.counsellor, record.memo), (Some(bed.lee), None));
}

fn a_waiting_ticket_goes_to_another_line_once_and_audited(bed: &Bed) {
    let line = tax(bed);
    let ticket = bed.ticket();
    assert_eq!(send_to(bed, ticket, line), Written::Done);
    assert_eq!(bed.read(|conn| visit(conn, ticket)).unwrap().ticket.line, line);
    assert_eq!(kinds(bed, ticket), ["MOVED"]);
    let entries = bed.read(|conn| audit::list(conn, &audit::Filter::default(), None, 10));
    assert!(entries.iter().any(|entry| entry.action == "TICKET_MOVED" && entry.subject_id == ticket.to_string()));
    let talk = bed.talk(bed.kim);
    assert_eq!(send_to(bed, talk.ticket, line), Written::Stale, "it talks");
    let found = bed.read(|conn| visit(conn, talk.ticket)).unwrap();
    assert_eq!((found.status, found.ticket.line), (Status::Talking, bed.line));
    assert!(kinds(bed, talk.ticket).is_empty());
}

fn a_number_that_left_its_line_is_not_given_again(bed: &Bed) {
    let line = tax(bed);
    let open = |line| match bed.write(Write::OpenTicket(TicketRow { line, ..bed.request() })) {
        Written::Opened { number } => number,
        other => panic!("{other:?}"),
    };
    let first = bed.ticket();
    assert_eq!(open(line), "T-001");
    // Both lines gave a number one: it may stand beside the other.
    assert_eq!(send_to(bed, first, line), Written::Done);
    assert_eq!(bed.read(|conn| visit(conn, first)).unwrap().ticket.number.as_deref(), Some("A-001"));
    assert_eq!([open(bed.line), open(line)], ["A-002", "T-002"]);
    assert_eq!(send_to(bed, first, bed.line), Written::Done);
    assert_eq!(open(bed.line), "A-003");
}
