//! What a start reads: everything that was live is found again, and the books are set right.

use anteroom::journal::Write;
use anteroom::storage::history::consultations;
use anteroom::storage::people::places::repair_rooms_open;
use anteroom::storage::talk::rooms;
use anteroom::storage::talk::tickets::waiting;
use diesel::connection::SimpleConnection;

use super::bed::Bed;
use super::on_both;

on_both!(what_was_live_is_found_again, places_are_counted_again);

fn what_was_live_is_found_again(bed: &Bed) {
    let waits = [bed.ticket(), bed.ticket()];
    let talks = bed.talk(bed.kim);
    let writes_up = bed.talk(bed.lee);
    bed.say(&talks, 1);
    bed.end(&writes_up, true);
    let over = bed.talk(bed.lee);
    bed.end(&over, false);

    let found = bed.read(waiting);
    assert_eq!(found.iter().map(|ticket| ticket.ticket).collect::<Vec<_>>(), waits);
    let found = bed.read(rooms::open);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].room.id, found[0].room.last_seq, found[0].counsellor), (talks.room, 1, bed.kim));
    assert_eq!(found[0].seats.iter().map(|seat| seat.member).collect::<Vec<_>>(), [talks.desk, talks.staff]);
    assert_eq!((found[0].ticket.number.as_deref(), found[0].ticket.line), (Some("A-003"), bed.line));
    let found = bed.read(consultations::wrap_ups);
    assert_eq!(found.iter().map(|one| one.ticket).collect::<Vec<_>>(), [writes_up.ticket]);
}

fn places_are_counted_again(bed: &Bed) {
    bed.talk(bed.lee);
    let writes_up = bed.talk(bed.lee);
    bed.end(&writes_up, true);
    assert_eq!(bed.read(|conn| repair_rooms_open(conn, bed.now())), 0, "nothing to repair");
    bed.read(|conn| conn.batch_execute("UPDATE ACCOUNT SET ROOMS_OPEN = 7"));
    assert_eq!(bed.read(|conn| repair_rooms_open(conn, bed.now())), 2);
    assert_eq!((bed.taken(bed.kim), bed.taken(bed.lee)), (0, 2));
    // And the count goes on from there.
    bed.write(Write::WrapUp {
        room: writes_up.room,
        counsellor: bed.lee,
        result_code: None,
        memo: None,
        at: bed.now(),
    });
    assert_eq!(bed.taken(bed.lee), 1);
}
