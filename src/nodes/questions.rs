//! What one node asks another over their link, and is answered. A question that is not answered in
//! [`ANSWER_WITHIN`] is given up, whatever became of it: so what is asked must be harmless when it is asked twice.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::ids::NodeId;

/// Whoever is asked answers in so long, or not at all.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);
/// Most questions of a node that wait for an answer; one more is not asked.
const UNANSWERED_MAX: usize = 4_096;

/// Nobody knows an answer now: whoever is to be asked is not there, is on its way out, or does not answer in
/// two seconds. What was asked for may have been done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no answer came in time; ask again")]
pub struct NoAnswer;

/// A question, as it goes to another node.
#[derive(Debug, Serialize, Deserialize)]
pub struct Asked {
    id: u64,
    /// Its name.
    pub what: String,
    pub body: Value,
}

/// Its answer. Without a body: whoever was asked does not know.
#[derive(Debug, Serialize, Deserialize)]
pub struct Answered {
    id: u64,
    body: Option<Value>,
}

impl Asked {
    /// With what it is answered.
    #[must_use]
    pub fn answered(id: u64, body: Option<Value>) -> Answered {
        Answered { id, body }
    }

    /// By what its answer is known.
    #[must_use]
    pub fn id(&self) -> u64 {
        self.id
    }
}

/// The questions of this node that are not answered yet. Cheap to clone; all clones know the same.
#[derive(Clone, Debug)]
pub struct Questions {
    open: Arc<Mutex<Open>>,
    within: Duration,
}

#[derive(Debug, Default)]
struct Open {
    last: u64,
    unanswered: HashMap<u64, Waits>,
}

#[derive(Debug)]
struct Waits {
    /// Whom it was asked.
    node: NodeId,
    told: oneshot::Sender<Option<Value>>,
}

impl Default for Questions {
    fn default() -> Self {
        Self { open: Arc::default(), within: ANSWER_WITHIN }
    }
}

impl Questions {
    /// Asks: `send` is given what is to be sent to `node`.
    ///
    /// # Errors
    ///
    /// [`NoAnswer`].
    pub async fn ask(
        &self,
        node: NodeId,
        what: &str,
        body: Value,
        send: impl FnOnce(&Asked),
    ) -> Result<Value, NoAnswer> {
        let (told, answer) = oneshot::channel();
        let id = self.note(Waits { node, told }).ok_or(NoAnswer)?;
        let _forgotten = Forgotten { questions: self, id };
        send(&Asked { id, what: what.to_owned(), body });
        match timeout(self.within, answer).await {
            Ok(Ok(Some(body))) => Ok(body),
            Ok(_) | Err(_) => Err(NoAnswer),
        }
    }

    fn note(&self, waits: Waits) -> Option<u64> {
        let mut open = self.open();
        if open.unanswered.len() >= UNANSWERED_MAX {
            return None;
        }
        open.last += 1;
        let id = open.last;
        open.unanswered.insert(id, waits);
        Some(id)
    }

    /// An answer has come. One that comes late, or from a node that was not asked, is nobody's.
    pub fn answered(&self, node: NodeId, Answered { id, body }: Answered) {
        let mut open = self.open();
        if open.unanswered.get(&id).is_some_and(|waits| waits.node == node)
            && let Some(waits) = open.unanswered.remove(&id)
        {
            // Whoever asked may have hung up.
            let _ = waits.told.send(body);
        }
    }

    /// The link to this node is broken: neither what was asked nor an answer arrives any more.
    pub fn broke(&self, node: NodeId) {
        self.open().unanswered.retain(|_, waits| waits.node != node);
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        // What is inside is whole after every statement.
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whoever asked waits no longer.
struct Forgotten<'a> {
    questions: &'a Questions,
    id: u64,
}

impl Drop for Forgotten<'_> {
    fn drop(&mut self) {
        self.questions.open().unanswered.remove(&self.id);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;

    const ASKED: NodeId = NodeId(Uuid::from_u128(1));
    const ANOTHER: NodeId = NodeId(Uuid::from_u128(2));

    /// Asks `ASKED`, which does this with the question's number.
    async fn asked(questions: &Questions, does: impl FnOnce(u64)) -> Result<Value, NoAnswer> {
        questions.ask(ASKED, "how", json!({}), |asked| does(asked.id())).await
    }

    #[tokio::test]
    async fn the_answer_of_whoever_was_asked_counts_and_nothing_is_left_of_it() {
        let questions = Questions::default();
        let answer = asked(&questions, |id| {
            questions.answered(ANOTHER, Asked::answered(id, Some(json!("forged"))));
            questions.answered(ASKED, Asked::answered(id + 1, Some(json!("another's"))));
            questions.answered(ASKED, Asked::answered(id, Some(json!(7))));
            questions.answered(ASKED, Asked::answered(id, Some(json!("twice"))));
        });
        assert_eq!(answer.await, Ok(json!(7)));
        assert!(questions.open().unanswered.is_empty());
    }

    #[tokio::test]
    async fn who_knows_no_answer_or_is_lost_is_not_waited_for_and_who_is_silent_for_so_long() {
        let patient = Questions { within: Duration::MAX, ..Questions::default() };
        let unknown = asked(&patient, |id| patient.answered(ASKED, Asked::answered(id, None)));
        assert_eq!(unknown.await, Err(NoAnswer));
        assert_eq!(asked(&patient, |_| patient.broke(ASKED)).await, Err(NoAnswer));
        let hasty = Questions { within: Duration::from_millis(1), ..Questions::default() };
        assert_eq!(asked(&hasty, |_| hasty.broke(ANOTHER)).await, Err(NoAnswer));
        assert!(patient.open().unanswered.is_empty() && hasty.open().unanswered.is_empty());
    }

    #[tokio::test]
    async fn questions_without_end_are_not_asked() {
        let questions = Questions::default();
        let mut waiting: Vec<_> = (0..UNANSWERED_MAX).map(|_| Box::pin(asked(&questions, |_| {}))).collect();
        for one in &mut waiting {
            assert!(futures_util::poll!(one).is_pending());
        }
        assert_eq!(asked(&questions, |_| unreachable!("it was asked")).await, Err(NoAnswer));
        drop(waiting);
        let answer = asked(&questions, |id| questions.answered(ASKED, Asked::answered(id, Some(json!(1)))));
        assert_eq!(answer.await, Ok(json!(1)));
    }
}
