//! Clients whose turn at an upstream has not come.
//!
//! What a client asks and is refused for want of budget stands in line: one line for
//! each client and upstream. Who stands at its head asks again once there may be
//! something for it, and those behind wait for that, so that each has its turn in the order
//! they came.
//!
//! Nothing is held by those who wait, neither a flight nor a refresh: another client
//! that asks for the same out of its own share does not stand in their line.

use std::collections::HashMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use market::Source;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{sleep, timeout};

use crate::client::Client;
use crate::failures::SourceFailures;

/// So many questions of one client stand in line at an upstream; another is refused
/// at once.
const LONGEST_LINE: usize = 64;

/// Who stands at the head asks again no sooner.
const AT_LEAST: Duration = Duration::from_millis(100);

/// Who asks and is not refused within this is being answered: the next in line may ask
/// meanwhile.
const LET_IN: Duration = Duration::from_secs(1);

/// The lines there are: of a client, at an upstream.
#[derive(Debug, Default)]
pub(crate) struct Turns(Mutex<HashMap<(Client, Source), Arc<Semaphore>>>);

/// The head of a line, until this is dropped.
type Turn = OwnedSemaphorePermit;

/// What could not be asked for want of budget.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Wanting {
    /// Whose budget.
    pub(crate) upstream: Source,
    /// When there may be something for whoever was refused.
    pub(crate) again_in: Duration,
}

impl Wanting {
    /// What was wanting where nobody gave anything; `None` where it was no budget.
    pub(crate) fn of(failures: &SourceFailures) -> Option<Self> {
        let (upstream, again_in) = failures.budget_again_in()?;
        Some(Self { upstream, again_in })
    }
}

impl Turns {
    /// Puts a question of a client that waits so long for its turns. `wanting` says of
    /// an answer whether it is none for want of budget.
    ///
    /// Whoever can be given something is given it at once. One who would not have a
    /// turn in time even at the head of the line is refused at once; one who stands too
    /// far behind is once its time is up. A call that is under way by then is waited for.
    pub(crate) async fn wait<T, F>(
        &self,
        client: &Client,
        patience: Duration,
        ask: impl Fn() -> F,
        wanting: impl Fn(&T) -> Option<Wanting>,
    ) -> T
    where
        F: Future<Output = T>,
    {
        let (mut answer, mut turn) = (ask().await, None);
        let mut over = pin!(sleep(patience));
        while let Some(wanting) = wanting(&answer).filter(|it| it.again_in <= patience) {
            let is_next = tokio::select! {
                biased;
                () = &mut over => false,
                is_next = self.next(client, wanting, &mut turn) => is_next,
            };
            if !is_next {
                return answer;
            }
            let mut asked = pin!(ask());
            if let Ok(soon) = timeout(LET_IN, &mut asked).await {
                answer = soon;
            } else {
                turn = None;
                answer = asked.await;
            }
        }
        answer
    }

    /// Waits for the head of the line or, there, for something to be given. Says
    /// whether to ask again; not where the line is too long.
    async fn next(&self, client: &Client, wanting: Wanting, turn: &mut Option<Turn>) -> bool {
        if turn.is_some() {
            sleep(wanting.again_in.max(AT_LEAST)).await;
        } else if let Some(line) = self.line(client, wanting.upstream) {
            *turn = line.acquire_owned().await.ok();
        }
        turn.is_some()
    }

    /// The line of a client at an upstream, if there is room in it. Those in which
    /// nobody stands any more are forgotten.
    fn line(&self, client: &Client, upstream: Source) -> Option<Arc<Semaphore>> {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        lines.retain(|_, line| Arc::strong_count(line) > 1);
        let line = lines.entry((client.clone(), upstream));
        let line = line.or_insert_with(|| Arc::new(Semaphore::new(1)));
        (Arc::strong_count(line) <= LONGEST_LINE).then(|| Arc::clone(line))
    }
}

#[cfg(test)]
mod tests;
