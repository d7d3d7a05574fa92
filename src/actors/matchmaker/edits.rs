//! Lines, codes and the office's name as they change on file: told by whoever edits them here, and read again every
//! few seconds, as another node may have edited them.

use std::collections::BTreeMap;
use std::time::Duration;

use actix::prelude::*;
use log::warn;

use super::{CodesEdited, LinesEdited, Matchmaker};
use crate::actors::OfficeNamed;
use crate::ids::LineId;
use crate::storage::AnyConnection;
use crate::storage::codes::{self, Code};
use crate::storage::lines::{self, Line};
use crate::storage::office;

/// What another node has edited is known here after so long.
const LOOK_EVERY: Duration = Duration::from_secs(5);

/// The codes of the group `RESULT`: what a wrap-up may carry.
#[derive(Default)]
pub(super) struct Results(BTreeMap<String, Code>);

impl Results {
    /// Refuses a code that is not, or no longer, in use; with those that are.
    pub(super) fn check(&self, given: &str) -> Result<(), String> {
        let in_use = |code: &&Code| code.in_use && !code.deleted;
        if self.0.get(given).as_ref().is_some_and(in_use) {
            return Ok(());
        }
        let known: Vec<&str> = self.0.values().filter(in_use).map(|code| code.code.as_str()).collect();
        Err(format!("`result_code` {given} is not in use; choose one of: {}", known.join(", ")))
    }

    fn put(&mut self, code: Code) {
        if self.0.get(&code.code).is_none_or(|known| known.version < code.version) {
            self.0.insert(code.code.clone(), code);
        }
    }
}

impl Matchmaker {
    pub(super) fn take_codes(&mut self, codes: Vec<Code>) {
        codes.into_iter().filter(|code| code.group == codes::RESULT).for_each(|code| self.results.put(code));
    }

    /// A line that is new or edited is posted at once: rules, hours, names, order.
    fn take_lines(&mut self, lines: Vec<Line>, ctx: &mut Context<Self>) {
        let news = lines.into_iter().filter_map(|line| {
            let (id, deleted) = (line.id, line.deleted);
            self.lines.put(line).then_some((id, deleted))
        });
        let news: Vec<(LineId, bool)> = news.collect();
        if news.is_empty() {
            return;
        }
        self.post_lines(&news.iter().map(|(line, _)| *line).collect(), ctx);
        self.watch_hours(ctx);
        for (line, _) in news.into_iter().filter(|(_, deleted)| *deleted) {
            self.dismiss(line, ctx);
        }
    }

    /// Reads lines and codes again every few seconds. What this node edits it hears of at once.
    pub(super) fn watch_records(&self, ctx: &mut Context<Self>) {
        ctx.run_interval(LOOK_EVERY, |this, ctx| {
            let store = this.app.store.clone();
            let read = async move {
                let all = |conn: &mut AnyConnection| {
                    Ok((lines::every(conn)?, codes::every(conn, Some(codes::RESULT))?, office::name(conn)?))
                };
                store.answer(all).await
            };
            ctx.spawn(read.into_actor(this).map(|read, this, ctx| match read {
                Ok((lines, codes, office_name)) => {
                    this.app.office.do_send(OfficeNamed(office_name));
                    this.take_lines(lines, ctx);
                    this.take_codes(codes);
                }
                Err(error) => warn!(error:% = error; "lines and codes were not read again; they stay as they are"),
            }));
        });
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
    fn handle(&mut self, CodesEdited { codes }: CodesEdited, _: &mut Context<Self>) {
        self.take_codes(codes);
    }
}
