use std::cell::{Cell, RefCell};

use futures_util::FutureExt;
use futures_util::future::join_all;
use tokio::time::advance;

use super::*;

/// A budget of one request every two seconds, and what was asked of it.
struct Budget {
    left: Cell<u32>,
    asked: RefCell<Vec<usize>>,
}

const EVERY: Duration = Duration::from_secs(2);
const ALMOST: Duration = Duration::from_millis(1_995);

impl Budget {
    fn of(left: u32) -> Self {
        Self { left: Cell::new(left), asked: RefCell::default() }
    }

    /// Answers with the number that it is asked with, or with what is wanting.
    fn ask(&self, n: usize) -> Result<usize, Wanting> {
        let Some(left) = self.left.get().checked_sub(1) else {
            return Err(Wanting { upstream: Source::new("yahoo"), again_in: EVERY });
        };
        self.left.set(left);
        self.asked.borrow_mut().push(n);
        Ok(n)
    }

    async fn come_in(&self, requests: u32) {
        for _ in 0..requests {
            // A moment early: who was told to come then finds it there.
            advance(ALMOST).await;
            self.left.set(self.left.get() + 1);
            advance(EVERY.saturating_sub(ALMOST)).await;
            for _ in 0..100 {
                tokio::task::yield_now().await;
            }
        }
    }
}

fn client(n: u8) -> Client {
    Client::at([192, 0, 2, n].into())
}

async fn ask(turns: &Turns, budget: &Budget, n: usize, patience: Duration) -> bool {
    let ask = || async { budget.ask(n) };
    let wanting = |answer: &Result<_, Wanting>| answer.as_ref().err().cloned();
    turns.wait(&client(1), patience, ask, wanting).await.is_ok()
}

#[tokio::test(start_paused = true)]
async fn each_has_its_turn_in_the_order_they_came() {
    let (turns, budget) = (Turns::default(), Budget::of(3));
    let all = (0..7).map(|n| ask(&turns, &budget, n, Duration::from_secs(9)));
    let (given, ()) = tokio::join!(join_all(all), budget.come_in(4));
    assert_eq!(given, [true; 7]);
    assert_eq!(*budget.asked.borrow(), [0, 1, 2, 3, 4, 5, 6]);
    assert_eq!(turns.0.lock().unwrap().len(), 1);
    drop(turns.line(&client(2), Source::new("yahoo")));
    assert_eq!(turns.0.lock().unwrap().len(), 1, "the line in which nobody stands is forgotten");
}

#[tokio::test(start_paused = true)]
async fn who_stands_too_far_behind_is_refused_when_its_time_is_up_and_the_next_is_not() {
    let (turns, budget) = (Turns::default(), Budget::of(0));
    let all = (0..6).map(|n| ask(&turns, &budget, n, Duration::from_secs(9)));
    let (given, ()) = tokio::join!(join_all(all), budget.come_in(6));
    assert_eq!(given, [true, true, true, true, false, false]);
    assert!(ask(&turns, &budget, 6, Duration::from_secs(9)).await);
}

#[tokio::test(start_paused = true)]
async fn who_does_not_wait_or_would_in_vain_is_refused_at_once() {
    let (turns, budget) = (Turns::default(), Budget::of(0));
    for patience in [Duration::ZERO, Duration::from_secs(1)] {
        let refused = ask(&turns, &budget, 0, patience);
        assert_eq!(tokio::time::timeout(Duration::from_millis(1), refused).await, Ok(false));
    }
}

#[tokio::test(start_paused = true)]
async fn a_line_has_an_end_and_others_have_their_own() {
    let (turns, budget) = (Turns::default(), Budget::of(0));
    let patience = Duration::from_secs(9);
    let mut all: Vec<_> =
        (0..=LONGEST_LINE).map(|n| Box::pin(ask(&turns, &budget, n, patience))).collect();
    for waiting in &mut all[..LONGEST_LINE] {
        assert!(futures_util::poll!(waiting).is_pending());
    }
    assert!(all[LONGEST_LINE].as_mut().now_or_never() == Some(false));
    assert!(turns.line(&client(2), Source::new("yahoo")).is_some());
    assert!(turns.line(&client(1), Source::new("kraken")).is_some());
    drop(all);
    assert!(turns.line(&client(1), Source::new("yahoo")).is_some(), "who went away has left");
}

#[tokio::test(start_paused = true)]
async fn the_next_does_not_wait_for_a_slow_answer() {
    let (turns, left) = (Turns::default(), Cell::new(0_u32));
    let slow = || async {
        let taken = left.get().checked_sub(1);
        left.set(taken.unwrap_or(0));
        let lack = Wanting { upstream: Source::new("yahoo"), again_in: EVERY };
        taken.ok_or(lack)?;
        sleep(Duration::from_mins(1)).await;
        Ok(())
    };
    let wanting = |answer: &Result<(), Wanting>| answer.as_ref().err().cloned();
    let (one, patience) = (client(1), Duration::from_secs(9));
    let both = [(); 2].map(|()| turns.wait(&one, patience, slow, wanting));
    let come_in = async {
        sleep(EVERY / 2).await;
        left.set(2);
    };
    let (given, ()) = tokio::join!(join_all(both), come_in);
    assert!(given.iter().all(Result::is_ok), "{given:?}");
}
