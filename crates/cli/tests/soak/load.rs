use std::sync::Arc;
use std::time::Duration;

use market::Clock;
use server::SystemClock;
use simulator::Upstream;
use testkit::soon;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{interval, sleep};

use crate::client::Reader;
use crate::followers;
use crate::questions::{self, Question};
use crate::stage::Stage;
use crate::tally::Tally;
use crate::weather::Weather;

/// Readers from this address on, each with one of his own.
const FIRST: u8 = 2;
const READERS: u8 = 8;
/// The one who asks for what does not exist.
const GREEDY: u8 = 66;

/// Longer than it takes until a price that was shown is stored.
const STORED_WITHIN: Duration = Duration::from_secs(6);

/// The longest that a reader rests between two questions, in milliseconds.
const REST: u64 = 200;

/// Readers of all kinds, and what they ask.
pub(crate) struct Load {
    tally: Arc<Tally>,
    questions: Arc<Vec<Question>>,
    over: watch::Sender<bool>,
    running: JoinSet<()>,
}

/// Lets a task know when it is to end.
pub(crate) type Over = watch::Receiver<bool>;

impl Load {
    /// Asks for everything until it is had: from then on it is held.
    pub(crate) async fn hold_everything(stage: &Stage, tally: &Arc<Tally>) -> Self {
        let mut questions = questions::of_now();
        soon(hold(stage, &questions)).await;
        let then = SystemClock.now();
        sleep(STORED_WITHIN).await;
        let of_then = questions::of(then);
        soon(hold(stage, &of_then)).await;
        questions.extend(of_then);
        let (tally, questions) = (Arc::clone(tally), Arc::new(questions));
        Self { tally, questions, over: watch::Sender::new(false), running: JoinSet::new() }
    }

    pub(crate) fn begin(mut self, stage: &Stage) -> Self {
        for number in 0..READERS {
            let reader = Reader::at(FIRST + number, stage.address());
            let (questions, tally) = (Arc::clone(&self.questions), Arc::clone(&self.tally));
            let (weather, upstream) = (Arc::clone(&stage.weather), Arc::clone(&stage.upstream));
            let asking = read(reader, questions, weather, upstream, tally);
            self.run(asking);
        }
        let greedy = Reader::at(GREEDY, stage.address());
        self.run(be_greedy(greedy, Arc::clone(&stage.upstream), Arc::clone(&self.tally)));
        for follower in followers::all(stage, &self.tally, &self.over.subscribe()) {
            self.running.spawn(follower);
        }
        self
    }

    /// What goes on until the load is over, whatever it does then.
    fn run(&mut self, endless: impl Future<Output = ()> + Send + 'static) {
        let mut over = self.over.subscribe();
        self.running.spawn(async move {
            tokio::select! {
                () = endless => {}
                _ = over.wait_for(|over| *over) => {}
            }
        });
    }

    /// Everybody leaves.
    pub(crate) async fn end(self) {
        self.over.send_replace(true);
        let mut running = self.running;
        while let Some(ended) = soon(running.join_next()).await {
            if let Err(panic) = ended {
                self.tally.failed("a reader", &panic.to_string());
            }
        }
    }
}

async fn hold(stage: &Stage, questions: &[Question]) {
    let market = stage.upstream.market();
    let asked = questions.iter().enumerate().map(async |(n, question)| {
        let reader = Reader::at(FIRST + n as u8 % READERS, stage.address());
        while let Err(complaint) = question.ask(&reader, market).await {
            println!("not held yet: {}: {complaint:.200}", question.target);
            sleep(Duration::from_secs(5)).await;
        }
    });
    futures_util::future::join_all(asked).await;
}

async fn read(
    reader: Reader,
    questions: Arc<Vec<Question>>,
    weather: Arc<Weather>,
    upstream: Arc<Upstream>,
    tally: Arc<Tally>,
) {
    let market = upstream.market();
    loop {
        let question = &questions[fastrand::usize(..questions.len())];
        if !(question.is_of_then() && weather.is_clock_behind()) {
            match question.ask(&reader, market).await {
                Ok(()) => tally.read(),
                Err(complaint) => tally.failed(&question.target, &complaint),
            }
        }
        sleep(Duration::from_millis(fastrand::u64(..REST))).await;
    }
}

/// So many unknown symbols may wait for an answer at once.
const WAITING: usize = 64;

/// Asks for another symbol that nobody knows twenty times a second. What it is told
/// matters to nobody, as long as it is told something.
async fn be_greedy(reader: Reader, upstream: Arc<Upstream>, tally: Arc<Tally>) {
    let places = Arc::new(Semaphore::new(WAITING));
    let mut asking = JoinSet::new();
    let mut pace = interval(Duration::from_millis(50));
    for n in 0_u64.. {
        pace.tick().await;
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else { continue };
        let (reader, tally) = (reader.clone(), Arc::clone(&tally));
        upstream.unknown(&format!("ZZ{n}"));
        asking.spawn(async move {
            let target = unknown(n);
            match reader.get(&target).await {
                Ok(answer) if answer.status != 500 => tally.greedy_read(),
                Ok(answer) => tally.failed(&target, &format!("status {}", answer.status)),
                Err(error) => tally.failed(&target, &error),
            }
            drop(place);
        });
        while asking.try_join_next().is_some() {}
    }
}

fn unknown(n: u64) -> String {
    let target = match n % 5 {
        0 => format!("v1/quotes?symbols=ZZ{n}"),
        1 => format!("v1/bars/ZZ{n}?period=1mo"),
        2 => format!("history?symbol=ZZ{n}"),
        3 => format!("v1/search?q=zz{n}"),
        _ => format!("v1/bars?symbols=ZZ{n},AAPL&period=1mo"),
    };
    format!("/marketpulse/{target}")
}
