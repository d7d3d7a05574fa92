//! Mail on its way out. A row is written with what causes it, and taken by a conditional update:
//! however many nodes look for work, one of them sends a mail.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use crate::ids::MailId;
use crate::storage::AnyConnection;
use crate::storage::SYSTEM;
use crate::storage::schema::mail::{self, dsl};
use crate::time::Wall;

/// A mail to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMail {
    pub id: MailId,
    /// Which text it is; for the record.
    pub kind: &'static str,
    pub to: String,
    /// One line.
    pub subject: String,
    /// Plain text. May hold a secret; emptied once it is sent or given up.
    pub body: String,
}

/// A mail that was taken to be sent.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = mail)]
pub struct Mail {
    #[diesel(column_name = mail_id)]
    pub id: MailId,
    #[diesel(column_name = to_address)]
    pub to: String,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// The tries so far.
    pub attempts: i32,
    /// When it was queued.
    #[diesel(column_name = reg_dttm)]
    pub queued_at: Wall,
}

/// Puts a mail on file, due at once.
pub fn queue(conn: &mut AnyConnection, new: &NewMail, at: Wall) -> QueryResult<()> {
    diesel::insert_into(dsl::mail)
        .values((
            dsl::mail_id.eq(new.id),
            dsl::kind.eq(new.kind),
            dsl::to_address.eq(&new.to),
            dsl::subject.eq(&new.subject),
            dsl::body.eq(&new.body),
            dsl::state.eq("QUEUED"),
            dsl::next_dttm.eq(at),
            (dsl::reg_dttm.eq(at), dsl::reg_id.eq(SYSTEM), dsl::mod_dttm.eq(at), dsl::mod_id.eq(SYSTEM)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Takes the mail that is due longest, and counts a try. Until `again_at` nobody else gets it: by
/// then its sender has said what became of it, or is gone.
pub fn take(conn: &mut AnyConnection, now: Wall, again_at: Wall) -> QueryResult<Option<Mail>> {
    loop {
        // A literal: with a bound value SQLite would not use the partial index.
        let due: Option<Mail> = dsl::mail
            .filter(sql::<Bool>("STATE = 'QUEUED'"))
            .filter(dsl::next_dttm.le(now))
            .order(dsl::next_dttm)
            .select(Mail::as_select())
            .first(conn)
            .optional()?;
        let Some(mail) = due else { return Ok(None) };
        let taken = diesel::update(untouched(&mail).filter(dsl::next_dttm.le(now)))
            .set((dsl::attempts.eq(mail.attempts + 1), dsl::next_dttm.eq(again_at), dsl::mod_dttm.eq(now)))
            .execute(conn)?;
        if taken == 1 {
            return Ok(Some(Mail { attempts: mail.attempts + 1, ..mail }));
        }
    }
}

/// The mail is out.
pub fn sent(conn: &mut AnyConnection, mail: &Mail, at: Wall) -> QueryResult<()> {
    diesel::update(untouched(mail))
        .set((
            dsl::state.eq("SENT"),
            dsl::body.eq(""),
            dsl::sent_dttm.eq(at),
            dsl::error.eq(None::<String>),
            dsl::mod_dttm.eq(at),
        ))
        .execute(conn)?;
    Ok(())
}

/// The mail did not go out, and will be tried again at `next`.
pub fn put_off(conn: &mut AnyConnection, mail: &Mail, error: &str, next: Wall, at: Wall) -> QueryResult<()> {
    diesel::update(untouched(mail))
        .set((dsl::error.eq(error), dsl::next_dttm.eq(next), dsl::mod_dttm.eq(at)))
        .execute(conn)?;
    Ok(())
}

/// The mail will never go out.
pub fn give_up(conn: &mut AnyConnection, mail: &Mail, error: &str, at: Wall) -> QueryResult<()> {
    diesel::update(untouched(mail))
        .set((dsl::state.eq("FAILED"), dsl::body.eq(""), dsl::error.eq(error), dsl::mod_dttm.eq(at)))
        .execute(conn)?;
    Ok(())
}

/// The row, if nobody has taken the mail since.
#[diesel::dsl::auto_type]
fn untouched<'a>(mail: &'a Mail) -> _ {
    let id: MailId = mail.id;
    let attempts: i32 = mail.attempts;
    dsl::mail.filter(dsl::mail_id.eq(id)).filter(dsl::state.eq("QUEUED")).filter(dsl::attempts.eq(attempts))
}

/// Forgets mail that is out or given up since before `then`: its rows hold addresses. Says how much.
pub fn forget(conn: &mut AnyConnection, then: Wall) -> QueryResult<usize> {
    diesel::delete(dsl::mail.filter(dsl::state.ne("QUEUED").and(dsl::mod_dttm.lt(then)))).execute(conn)
}
