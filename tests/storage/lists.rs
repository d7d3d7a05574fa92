//! Lists in pages: every row once, newest first, whatever they are narrowed to.

use anteroom::ids::TicketId;
use anteroom::storage::history::pages::{self, Filter};
use anteroom::storage::talk::rooms::{self, RoomStatus};
use anteroom::storage::talk::tickets::Status;
use anteroom::storage::{Cursor, PAGE_MAX, Page};

use super::bed::Bed;
use super::on_both;

on_both!(pages_hold_every_row_once, a_list_is_narrowed, rooms_are_listed_by_status);

fn all_pages<T>(mut page: impl FnMut(Option<Cursor>) -> Page<T>) -> Vec<T> {
    let (mut rows, mut after) = (Vec::new(), None);
    loop {
        let Page { items, next } = page(after);
        rows.extend(items);
        match next {
            Some(next) => after = Some(next),
            None => return rows,
        }
    }
}

fn listed(bed: &Bed, filter: &Filter, limit: u32) -> Vec<TicketId> {
    let rows = all_pages(|after| bed.read(|conn| pages::list(conn, filter, after, limit)));
    rows.iter().map(|row| row.ticket.ticket).collect()
}

fn pages_hold_every_row_once(bed: &Bed) {
    let at = bed.now();
    // All of the same moment: the id alone decides.
    let mut expected: Vec<TicketId> = (0..7)
        .map(|_| {
            let row = anteroom::journal::TicketRow { requested_at: at, ..bed.request() };
            let ticket = row.ticket;
            bed.write(anteroom::journal::Write::OpenTicket(row));
            ticket
        })
        .collect();
    expected.push(bed.ticket());
    expected.reverse();
    for limit in [1, 3, 8, 50] {
        assert_eq!(listed(bed, &Filter::default(), limit), expected, "pages of {limit}");
    }
    let page = bed.read(|conn| pages::list(conn, &Filter::default(), None, PAGE_MAX + 50));
    assert_eq!(page.next, None);
}

fn a_list_is_narrowed(bed: &Bed) {
    let [one, two] = [bed.ticket(), bed.ticket()];
    let from = bed.now();
    let talk = bed.talk(bed.lee);
    let only = |filter: Filter| listed(bed, &filter, 50);
    assert_eq!(only(Filter { status: Some(Status::Waiting), ..Filter::default() }), [two, one]);
    assert_eq!(only(Filter { counsellor: Some(bed.lee), ..Filter::default() }), [talk.ticket]);
    assert_eq!(only(Filter { from: Some(from), ..Filter::default() }), [talk.ticket]);
    assert_eq!(only(Filter { to: Some(from), ..Filter::default() }), [two, one]);
    assert_eq!(only(Filter { topic: Some("GENERAL".into()), ..Filter::default() }).len(), 3);
    assert_eq!(only(Filter { topic: Some("TAX".into()), ..Filter::default() }), []);
    assert_eq!(only(Filter { desk: Some(5.into()), ..Filter::default() }), []);
    let both = Filter { status: Some(Status::Waiting), counsellor: Some(bed.lee), ..Filter::default() };
    assert_eq!(only(both), []);
}

fn rooms_are_listed_by_status(bed: &Bed) {
    let [one, two] = [bed.talk(bed.kim), bed.talk(bed.lee)];
    bed.end(&one, false);
    let ids = |status| {
        let rows = all_pages(|after| bed.read(|conn| rooms::list(conn, status, after, 1)));
        rows.iter().map(|room| room.id).collect::<Vec<_>>()
    };
    assert_eq!(ids(None), [two.room, one.room]);
    assert_eq!(ids(Some(RoomStatus::Open)), [two.room]);
    assert_eq!(ids(Some(RoomStatus::Ended)), [one.room]);
}
