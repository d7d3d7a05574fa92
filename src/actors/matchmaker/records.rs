//! What is read from the records again every few seconds, as another node may have edited it.

use std::time::Duration;

use actix::prelude::*;
use log::warn;

use super::Matchmaker;
use crate::actors::messages::{CodesEdited, LinesEdited, ReadLines};
use crate::actors::public_feed::OfficeNamed;
use crate::dispatch::{self, Input};
use crate::found::results;
use crate::storage::AnyConnection;
use crate::storage::centre::codes;
use crate::storage::centre::lines::{self, Line};
use crate::storage::centre::organisation;

/// What another node has edited is known here after so long.
const LOOK_EVERY: Duration = Duration::from_secs(5);

impl Matchmaker {
    /// Reads lines and codes again every few seconds. What this node edits it hears of at once.
    pub(super) fn watch_records(&self, ctx: &mut Context<Self>) {
        ctx.run_interval(LOOK_EVERY, |this, ctx| {
            let store = this.services.store.clone();
            let read = async move {
                let all = |conn: &mut AnyConnection| {
                    Ok((lines::every(conn)?, codes::every(conn, Some(codes::RESULT))?, organisation::name(conn)?))
                };
                store.answer(all).await
            };
            ctx.spawn(read.into_actor(this).map(|read, this, ctx| match read {
                Ok((lines, codes, office_name)) => {
                    this.lookers.office_name.do_send(OfficeNamed(office_name));
                    this.take_lines(lines, ctx);
                    this.step(Input::Results(results(codes)), ctx);
                }
                Err(error) => warn!(error:% = error; "lines and codes were not read again; they stay as they are"),
            }));
        });
    }

    /// Reads lines again for all who have asked by now, if nobody does.
    fn read_lines(&mut self, ctx: &mut Context<Self>) {
        let Some(asked) = self.line_reads.begin() else { return };
        let store = self.services.store.clone();
        let read = async move { store.answer(lines::every).await };
        ctx.spawn(read.into_actor(self).map(move |read, this, ctx| {
            let is_known = read.is_ok();
            match read {
                Ok(lines) => this.take_lines(lines, ctx),
                Err(error) => warn!(error:%; "lines edited at another node were not read yet"),
            }
            this.line_reads.end(asked, is_known);
            this.read_lines(ctx);
        }));
    }

    fn take_lines(&mut self, lines: Vec<Line>, ctx: &mut Context<Self>) {
        self.step(Input::Lines(lines.into_iter().map(dispatch::Line::from).collect()), ctx);
    }
}

impl Handler<ReadLines> for Matchmaker {
    type Result = ResponseFuture<bool>;

    fn handle(&mut self, _: ReadLines, ctx: &mut Context<Self>) -> Self::Result {
        let told = self.line_reads.ask();
        self.read_lines(ctx);
        // Nothing comes if this matchmaker is over before.
        Box::pin(async move { told.await.unwrap_or(false) })
    }
}

impl Handler<LinesEdited> for Matchmaker {
    type Result = ();
    fn handle(&mut self, LinesEdited { lines }: LinesEdited, ctx: &mut Context<Self>) {
        self.take_lines(lines, ctx);
    }
}

impl Handler<CodesEdited> for Matchmaker {
    type Result = ();
    fn handle(&mut self, CodesEdited { codes }: CodesEdited, ctx: &mut Context<Self>) {
        self.step(Input::Results(results(codes)), ctx);
    }
}
