//! Work in the background: one loop for all of it. Each kind says what a step is and how often it looks; the
//! loop goes on while there is more, waits while there is nothing, looks again after growing pauses when a step
//! fails, and ends with the server.

use std::sync::Arc;
use std::time::Duration;

use actix_web::rt::task::JoinHandle;
use tokio::sync::Notify;
use tokio::time::{Instant, sleep, timeout_at};

/// After the first failure in a row it looks again so soon; after each further one the pause is twice as long,
/// up to how often it looks anyway.
const PAUSE_FIRST: Duration = Duration::from_secs(1);

/// One kind of work.
pub trait Work: 'static {
    /// Unless it is poked it looks so often, counted from the beginning of the step before.
    const EVERY: Duration;

    /// One step. A failure is a sentence for the log, and is tried again.
    fn step(&mut self) -> impl Future<Output = Result<Remaining, String>>;
}

/// What a step leaves to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remaining {
    /// The next step may have something to do: it comes at once.
    More,
    /// Nothing, for the moment.
    Nothing,
}

/// Tells a kind of work that there is something to do: it looks now and not at the next time. Cheap to clone.
#[derive(Clone, Default)]
pub struct Poke(Arc<Notify>);

impl Poke {
    /// Look now. One that comes during a step is not lost.
    pub fn now(&self) {
        self.0.notify_one();
    }
}

/// All that goes on in the background of a server.
#[derive(Default)]
pub struct Crew(Vec<JoinHandle<()>>);

impl Crew {
    /// Begins `work` on this thread; `poke` is what it is poked with.
    pub fn start(&mut self, work: impl Work, poke: &Poke) {
        self.0.push(actix_web::rt::spawn(run(work, poke.clone())));
    }

    /// Ends it where it stands: whatever a step must not lose is on file.
    pub fn stop(self) {
        for work in self.0 {
            work.abort();
        }
    }
}

async fn run<W: Work>(mut work: W, poke: Poke) {
    let mut failures = 0;
    loop {
        let began = Instant::now();
        match work.step().await {
            Ok(Remaining::More) => {
                failures = 0;
                tokio::task::yield_now().await;
            }
            Ok(Remaining::Nothing) => {
                failures = 0;
                // Out of time or poked: either way it looks.
                let _ = timeout_at(began + W::EVERY, poke.0.notified()).await;
            }
            Err(error) => {
                log::warn!("{error}");
                sleep(pause(failures, W::EVERY)).await;
                failures += 1;
            }
        }
    }
}

/// How long to wait after a failure that so many others came before.
fn pause(failures: u32, longest: Duration) -> Duration {
    PAUSE_FIRST.saturating_mul(2_u32.saturating_pow(failures)).min(longest)
}

#[cfg(test)]
mod tests {
    use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

    use super::*;

    /// Tells of each step, and does as it is told.
    struct Told {
        answers: Vec<Result<Remaining, String>>,
        steps: UnboundedSender<usize>,
    }

    impl Work for Told {
        // Nothing here waits for it.
        const EVERY: Duration = Duration::from_secs(3_600);

        async fn step(&mut self) -> Result<Remaining, String> {
            let answer = self.answers.pop().unwrap_or(Ok(Remaining::Nothing));
            self.steps.send(self.answers.len()).map_err(|error| error.to_string())?;
            answer
        }
    }

    fn told(mut answers: Vec<Result<Remaining, String>>) -> (Told, UnboundedReceiver<usize>) {
        answers.reverse();
        let (steps, heard) = unbounded_channel();
        (Told { answers, steps }, heard)
    }

    #[actix_web::test]
    async fn it_goes_on_while_there_is_more_and_then_waits_to_be_poked() {
        let (work, mut heard) =
            told(vec![Ok(Remaining::More), Ok(Remaining::More), Ok(Remaining::Nothing), Ok(Remaining::Nothing)]);
        let (mut crew, poke) = (Crew::default(), Poke::default());
        crew.start(work, &poke);
        for left in [3, 2, 1] {
            assert_eq!(heard.recv().await, Some(left));
        }
        poke.now();
        assert_eq!(heard.recv().await, Some(0));
        crew.stop();
        // Its end of the channel is dropped with it.
        assert_eq!(heard.recv().await, None);
    }

    #[actix_web::test]
    async fn a_poke_during_a_step_is_not_lost() {
        let (work, mut heard) = told(vec![Ok(Remaining::Nothing), Ok(Remaining::Nothing)]);
        let (mut crew, poke) = (Crew::default(), Poke::default());
        poke.now();
        crew.start(work, &poke);
        assert_eq!((heard.recv().await, heard.recv().await), (Some(1), Some(0)));
        crew.stop();
    }

    #[test]
    fn pauses_after_failures_grow_up_to_how_often_it_looks_anyway() {
        let seconds = |failures| pause(failures, Duration::from_secs(15)).as_secs();
        assert_eq!([0, 1, 2, 3, 4, 40].map(seconds), [1, 2, 4, 8, 15, 15]);
        assert_eq!(pause(0, Duration::from_millis(200)), Duration::from_millis(200));
    }
}
