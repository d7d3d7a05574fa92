//! What is on file is compared with what is known here, while several nodes live.

use std::time::Duration;

use actix::prelude::*;
use diesel::QueryResult;
use log::warn;

use super::Matchmaker;
use crate::dispatch::{Comparison, FoundTicket, Input};
use crate::found::rooms_on_file;
use crate::ids::RoomId;
use crate::storage::AnyConnection;
use crate::storage::talk::{keepers, rooms, tickets};

/// So long after a look the next one is begun.
const COMPARE_EVERY: Duration = Duration::from_secs(2);

impl Matchmaker {
    /// Looks after [`COMPARE_EVERY`], and again so long after each look: however slow the database is, there is one at
    /// a time.
    pub(super) fn compare_later(ctx: &mut Context<Self>) {
        ctx.run_later(COMPARE_EVERY, |this, ctx| {
            let store = this.services.store.clone();
            let read = async move { store.answer(read_comparison).await };
            ctx.spawn(read.into_actor(this).map(|read, this, ctx| {
                match read {
                    Ok(comparison) => this.step(Input::Compared(comparison), ctx),
                    Err(error) => warn!(error:% = error; "what waits and what is open was not compared"),
                }
                Self::compare_later(ctx);
            }));
        });
    }

    /// Reads what is on file about these, beside.
    pub(super) fn read_rooms(&self, rooms: Vec<RoomId>, ctx: &mut Context<Self>) {
        let store = self.services.store.clone();
        let read = async move { store.answer(move |conn| rooms_on_file(conn, &rooms)).await };
        ctx.spawn(read.into_actor(self).map(|read, this, ctx| match read {
            Ok(rooms) => this.step(Input::RoomsRead(rooms), ctx),
            Err(error) => warn!(error:% = error; "rooms were not read that differ; the next comparison finds them"),
        }));
    }
}

/// What waits and is nobody's, which is nearly always nothing, and whose each open room is.
///
/// # Errors
///
/// What the database says.
pub fn read_comparison(conn: &mut AnyConnection) -> QueryResult<Comparison> {
    conn.at_one_moment(|conn| {
        let rooms = keepers::kept_rooms(conn)?;
        let unkept = keepers::unkept_tickets(conn)?;
        if unkept.is_empty() {
            return Ok(Comparison { rooms, unkept: Vec::new() });
        }
        let closed = rooms::closed_of(conn, &unkept)?;
        let waiting = tickets::waiting_of(conn, &unkept)?.into_iter().map(|ticket| {
            let waits_since = closed.get(&ticket.ticket).copied().unwrap_or(ticket.requested_at);
            (FoundTicket::from(ticket), waits_since)
        });
        Ok(Comparison { unkept: waiting.collect(), rooms })
    })
}
