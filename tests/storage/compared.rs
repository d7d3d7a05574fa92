//! What the matchmaker compares every two seconds, and what that costs.

use anteroom::actors::{read_comparison, rooms_on_file};
use anteroom::dispatch::RoomOnFile;
use anteroom::ids::RoomId;
use anteroom::journal::{HandOverRow, Write, Written};
use anteroom::storage::AnyConnection;
use anteroom::storage::talk::groups::{self, NewGroup};
use anteroom::storage::talk::keepers::{KeptRoom, unkept_tickets};
use diesel::connection::SimpleConnection;
use diesel::sql_types::Text;
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use super::bed::{Bed, statements_of};
use super::crowd::{crowd, five_times, sizes};
use super::on_both;

on_both!(what_is_nobodys_and_what_is_open_is_read, what_became_of_a_room_is_as_its_home_would_have_said);

fn what_is_nobodys_and_what_is_open_is_read(bed: &Bed) {
    let (waits, talks) = (bed.ticket(), bed.talk(bed.kim));
    let back = bed.talk(bed.lee);
    let group = RoomId(bed.clock.new_id());
    let (title, language) = ("title".to_owned(), "ko".to_owned());
    let new = NewGroup { id: group, title, info: None, picture: None, language, creator: bed.kim, home: bed.node };
    bed.read(|conn| groups::create(conn, &new, bed.now()));
    bed.read(|conn| conn.batch_execute(&format!("UPDATE ROOM SET KEEPER_ID = NULL WHERE ROOM_ID = '{group}'")));
    assert!(bed.read(read_comparison).unkept.is_empty(), "{waits} is the term's");
    let closed_at = bed.now();
    assert_eq!(bed.write(Write::ReturnTicket { room: back.room, at: closed_at }), Written::Done);

    let compared = bed.read(read_comparison);
    let [(found, waits_since)] = &compared.unkept[..] else { panic!("one is nobody's: {compared:?}") };
    assert_eq!((found.row.ticket, *waits_since), (back.ticket, closed_at), "the time it talked is not time it waited");
    let mut rooms = compared.rooms;
    rooms.sort_by_key(|kept| kept.room);
    let of_talk = KeptRoom { room: talks.room, ticket: Some(talks.ticket), keeper: Some(bed.node) };
    assert_eq!(rooms, [of_talk, KeptRoom { room: group, ticket: None, keeper: None }]);
}

fn what_became_of_a_room_is_as_its_home_would_have_said(bed: &Bed) {
    let (open, over, lost) = (bed.talk(bed.kim), bed.talk(bed.lee), bed.talk(bed.lee));
    bed.end(&over, false);
    assert_eq!(bed.write(Write::ReturnTicket { room: lost.room, at: bed.now() }), Written::Done);
    let handed = bed.talk(bed.lee);
    let row = HandOverRow { room: handed.room, line: bed.line, to: bed.kim, by: bed.lee, note: None, at: bed.now() };
    assert_eq!(bed.write(Write::HandOver(Box::new(row))), Written::Done);
    let all = [open.room, over.room, lost.room, handed.room, RoomId(bed.clock.new_id())];
    let found = bed.read(|conn| rooms_on_file(conn, &all));
    assert_eq!(found.len(), 4, "{found:?}");
    let of = |room: RoomId| {
        found.iter().find_map(|found| match found {
            RoomOnFile::Open(found) if found.room == room => Some((false, None, found.seats.len())),
            RoomOnFile::Over { room: it, returns, handed_over, members } if *it == room => {
                Some((*returns, *handed_over, members.len()))
            }
            _ => None,
        })
    };
    assert!(matches!(&found[0], RoomOnFile::Open(found) if found.room == open.room));
    assert_eq!(of(over.room), Some((false, None, 2)));
    assert_eq!(of(lost.room), Some((true, None, 2)));
    assert_eq!(of(handed.room), Some((true, Some(bed.line), 2)));
}

#[derive(QueryableByName)]
struct Line1 {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    line: String,
}

fn plan(conn: &mut AnyConnection, statement: &str) -> String {
    let AnyConnection::Postgres(conn) = conn else { panic!("not a PostgreSQL") };
    let lines: Vec<Line1> = sql_query(format!("EXPLAIN {statement}")).load(conn).unwrap();
    lines.into_iter().map(|line| line.line + "\n").collect()
}

/// `ANTEROOM_ROOMS` and `ANTEROOM_WAITING` ask for more; `--nocapture` shows what it took.
#[test]
fn a_comparison_costs_little_however_many_wait() {
    let bed = Bed::postgres();
    let (rooms, waiting) = sizes();
    let talk = bed.talk(bed.lee);
    crowd(&bed, &talk, rooms, waiting);
    bed.read(|conn| {
        let statements = statements_of(conn, |conn| drop(unkept_tickets(conn).unwrap()));
        let [statement] = &statements[..] else { panic!("one statement: {statements:?}") };
        // A small table is read from its start to its end, whatever indices it has.
        conn.batch_execute("SET enable_seqscan TO off").unwrap();
        let plan = plan(conn, statement);
        conn.batch_execute("RESET enable_seqscan").unwrap();
        assert!(plan.to_lowercase().contains("ix_consultation_unkept"), "{plan}");
        let took = five_times(|| drop(unkept_tickets(conn).unwrap()));
        println!("{waiting} wait, none is nobody's: median and longest {took:?}");
        let took = five_times(|| assert_eq!(read_comparison(conn).unwrap().rooms.len(), rooms as usize + 1));
        println!("a comparison with {waiting} waiting and {rooms} rooms: {took:?}");
        Ok(())
    });
}
