//! What is asked of whoever has the answer, at this node or at another.

use actix::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{ColleaguesNow, EndRoom, Follow, HandOver, LineStats, LoggedOut, MoveTicket};
use crate::ids::NodeId;
use crate::nodes::{Joined, NoAnswer};

/// A question that can be asked of another node. It may be asked twice, where an answer is lost, and does one thing
/// then.
pub trait Question:
    Message<Result: Serialize + DeserializeOwned + Send> + Serialize + DeserializeOwned + Send + 'static
{
    /// What it is called on the way.
    const WHAT: &'static str;
}

macro_rules! questions {
    ($($question:ty => $what:literal),+ $(,)?) => {
        $(impl Question for $question {
            const WHAT: &'static str = $what;
        })+
    };
}

questions! {
    LineStats => "line_stats",
    ColleaguesNow => "colleagues",
    HandOver => "hand_over",
    Follow => "follow",
    LoggedOut => "logged_out",
    MoveTicket => "move_ticket",
    EndRoom => "end_room",
}

/// Asks it of this node.
///
/// # Errors
///
/// [`NoAnswer`]: it is not linked with us, does not know, or does not answer in time.
pub async fn ask_node<Q: Question>(joined: &Joined, node: NodeId, question: &Q) -> Result<Q::Result, NoAnswer> {
    let written = serde_json::to_value(question).map_err(|error| not_said(Q::WHAT, &error))?;
    let answer = joined.ask(node, Q::WHAT, written).await?;
    serde_json::from_value(answer).map_err(|error| not_said(Q::WHAT, &error))
}

fn not_said(what: &str, error: &serde_json::Error) -> NoAnswer {
    log::error!("a question `{what}` or its answer is not understood: {error}");
    NoAnswer
}
