//! What another node asks, answered by whoever of this one knows.

use actix::dev::ToEnvelope;
use actix::prelude::*;
use futures_util::future::LocalBoxFuture;
use log::warn;
use serde_json::Value;

use super::front::Front;
use super::matchmaker::{Matchmaker, WayToMatchmaker};
use super::messages::{
    ColleaguesNow, EndRoom, Follow, HandOver, LineStats, LoggedOut, MoveTicket, Question, ReadLines,
};
use crate::nodes::Asked;

/// The answer to it; none if whoever knows is not here (any more), or it is a question of a version that does not go
/// with ours.
pub(super) fn answer(
    asked: Asked,
    matchmaker: &WayToMatchmaker,
    front: &Addr<Front>,
) -> LocalBoxFuture<'static, Option<Value>> {
    match asked.what.as_str() {
        LineStats::WHAT => by_matchmaker::<LineStats>(asked, matchmaker),
        ColleaguesNow::WHAT => by_matchmaker::<ColleaguesNow>(asked, matchmaker),
        HandOver::WHAT => by_matchmaker::<HandOver>(asked, matchmaker),
        Follow::WHAT => by_matchmaker::<Follow>(asked, matchmaker),
        LoggedOut::WHAT => by_matchmaker::<LoggedOut>(asked, matchmaker),
        MoveTicket::WHAT => by_matchmaker::<MoveTicket>(asked, matchmaker),
        ReadLines::WHAT => by_matchmaker::<ReadLines>(asked, matchmaker),
        EndRoom::WHAT => by_front::<EndRoom>(asked, front),
        _ => {
            warn!(what = asked.what.as_str(); "a question is not understood");
            Box::pin(async { None })
        }
    }
}

/// By the matchmaker of this node alone: what it is asked is never asked on.
fn by_matchmaker<Q>(asked: Asked, matchmaker: &WayToMatchmaker) -> LocalBoxFuture<'static, Option<Value>>
where
    Q: Question,
    Matchmaker: Handler<Q>,
    Context<Matchmaker>: ToEnvelope<Matchmaker, Q>,
{
    by::<Q, _>(asked, |question| matchmaker.send(question))
}

fn by_front<Q>(asked: Asked, front: &Addr<Front>) -> LocalBoxFuture<'static, Option<Value>>
where
    Q: Question,
    Front: Handler<Q>,
    Context<Front>: ToEnvelope<Front, Q>,
{
    by::<Q, _>(asked, |question| front.send(question))
}

fn by<Q, F>(asked: Asked, ask: impl FnOnce(Q) -> F) -> LocalBoxFuture<'static, Option<Value>>
where
    Q: Question,
    F: Future<Output = Result<Q::Result, MailboxError>> + 'static,
{
    let Ok(question) = serde_json::from_value(asked.body).inspect_err(|error| {
        warn!(error:%, what = Q::WHAT; "a question is not understood");
    }) else {
        return Box::pin(async { None });
    };
    let asked = ask(question);
    Box::pin(async move {
        let answer = asked.await.ok()?;
        serde_json::to_value(answer).inspect_err(|error| warn!(error:%, what = Q::WHAT; "an answer is not said")).ok()
    })
}
