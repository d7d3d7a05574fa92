//! What is said in many rooms at once, put on file by one statement. Over a network each statement of a group is a way
//! there and back for the one writer: message by message it stores some hundreds a second, however fast the disk.

use diesel::QueryableByName;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, Integer, Text, Timestamp};

use super::rows::MessageRow;
use crate::ids::{NodeId, RoomId};
use crate::storage::centre::lines::number;
use crate::storage::engine::prepared::Prepared;

/// Of each room all of it or nothing: only if the room is open, this home's, stands right before the first number, and
/// knows none of the client ids.
const SAY: &str = "
WITH M AS (SELECT * FROM UNNEST($2, $3, $4, $5, $6, $7, $8, $9)
                  AS M (ROOM_ID, SEQ, MESSAGE_ID, SENDER_ID, CLIENT_ID, KIND, BODY, SENT_DTTM)),
     R AS (SELECT ROOM_ID, MIN(SEQ) AS FIRST, MAX(SEQ) AS LAST, MAX(SENT_DTTM) AS AT FROM M GROUP BY ROOM_ID),
     D AS (SELECT M.ROOM_ID FROM M JOIN MESSAGE USING (ROOM_ID, SENDER_ID, CLIENT_ID)),
     U AS (UPDATE ROOM SET LAST_SEQ = R.LAST, MOD_DTTM = R.AT FROM R
            WHERE ROOM.ROOM_ID = R.ROOM_ID AND ROOM.STATUS = 'OPEN' AND ROOM.KEEPER_ID = $1
              AND ROOM.LAST_SEQ = R.FIRST - 1 AND R.ROOM_ID NOT IN (SELECT ROOM_ID FROM D)
        RETURNING ROOM.ROOM_ID),
     I AS (INSERT INTO MESSAGE (ROOM_ID, SEQ, MESSAGE_ID, SENDER_ID, CLIENT_ID, KIND, BODY, SENT_DTTM,
                                REG_DTTM, REG_ID, MOD_DTTM, MOD_ID)
           SELECT ROOM_ID, SEQ, MESSAGE_ID, SENDER_ID, CLIENT_ID, KIND, BODY, SENT_DTTM,
                  SENT_DTTM, SENDER_ID, SENT_DTTM, SENDER_ID
             FROM M JOIN U USING (ROOM_ID))
SELECT ROOM_ID FROM U";

#[derive(QueryableByName)]
struct Stored {
    #[diesel(sql_type = Text)]
    room_id: RoomId,
}

/// Puts them on file, room by room; says of which rooms. Of a room the numbers must follow each other and the client
/// ids differ, within what is given. Of a room that is not named nothing was changed, and why, only message by message
/// can be said.
pub(crate) fn say(conn: &mut PgConnection, home: NodeId, rows: &[&MessageRow]) -> QueryResult<Vec<RoomId>> {
    struct Here;
    let texts = |of: fn(&MessageRow) -> String| rows.iter().map(|row| of(row)).collect::<Vec<_>>();
    let seqs: Vec<i32> = rows.iter().map(|row| number(row.seq)).collect();
    let moments: Vec<_> = rows.iter().map(|row| row.at).collect();
    let statement = sql_query(SAY)
        .bind::<Text, _>(home)
        .bind::<Array<Text>, _>(texts(|row| row.room.to_string()))
        .bind::<Array<Integer>, _>(seqs)
        .bind::<Array<Text>, _>(texts(|row| row.id.to_string()))
        .bind::<Array<Text>, _>(texts(|row| row.from.to_string()))
        .bind::<Array<Text>, _>(rows.iter().map(|row| row.client_id.as_str()).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(texts(|row| row.kind.code().to_owned()))
        .bind::<Array<Text>, _>(rows.iter().map(|row| row.body.as_str()).collect::<Vec<_>>())
        .bind::<Array<Timestamp>, _>(moments);
    let stored: Vec<Stored> = Prepared::<_, Here>::new(statement).load(conn)?;
    Ok(stored.into_iter().map(|stored| stored.room_id).collect())
}
