//! Many tickets and rooms at once, copied on a PostgreSQL from one of each, and how long something takes with them.

use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;

use super::bed::{Bed, Talk};

/// So many are enough to show that it works. `ANTEROOM_ROOMS` and `ANTEROOM_WAITING` ask for more.
const FEW: u32 = 40;

/// How many rooms there are to be, and how many who wait.
pub fn sizes() -> (u32, u32) {
    let of = |name| std::env::var(name).ok().and_then(|count| count.parse().ok()).unwrap_or(FEW);
    (of("ANTEROOM_ROOMS"), of("ANTEROOM_WAITING"))
}

/// There are so many open rooms like this one, and so many tickets that wait, besides what there is.
pub fn crowd(bed: &Bed, talk: &Talk, rooms: u32, waiting: u32) {
    let Talk { ticket, room, .. } = talk;
    let waits = bed.ticket();
    let copies = |of, from: u32, count: u32, parts: &str| {
        format!(
            "INSERT INTO CONSULTATION SELECT (jsonb_populate_record(C, jsonb_build_object(
               'consultation_id', md5('ticket' || {from} + N)::uuid, 'request_key', md5('key' || {from} + N),
               'ticket_no', {from} + N, 'ticket_number', 'A-' || {from} + N))).*
               FROM CONSULTATION C, generate_series(1, {count}) N WHERE C.CONSULTATION_ID = '{of}';{parts}"
        )
    };
    let seats = format!(
        "INSERT INTO ROOM SELECT (jsonb_populate_record(R, jsonb_build_object(
           'room_id', md5('room' || 100000 + N)::uuid, 'consultation_id', md5('ticket' || 100000 + N)::uuid))).*
           FROM ROOM R, generate_series(1, {rooms}) N WHERE R.ROOM_ID = '{room}';
         INSERT INTO ROOM_MEMBER SELECT (jsonb_populate_record(M, jsonb_build_object(
           'member_id', md5(M.ROLE || 100000 + N)::uuid, 'room_id', md5('room' || 100000 + N)::uuid))).*
           FROM ROOM_MEMBER M, generate_series(1, {rooms}) N WHERE M.ROOM_ID = '{room}';
         ANALYZE CONSULTATION; ANALYZE ROOM; ANALYZE ROOM_MEMBER"
    );
    let all = copies(*ticket, 100_000, rooms, "") + &copies(waits, 200_000, waiting, &seats);
    bed.read(|conn| conn.batch_execute(&all));
}

/// How long it takes, five times over: the median, and the longest.
pub fn five_times(mut what: impl FnMut()) -> [Duration; 2] {
    let mut took = [Duration::ZERO; 5].map(|_| {
        let began = Instant::now();
        what();
        began.elapsed()
    });
    took.sort();
    [took[2], took[4]]
}
