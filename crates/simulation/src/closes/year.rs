use std::sync::Arc;

use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};
use market::Repairing;
use tokio::runtime::Builder;

use super::count::Counts;
use super::manner::Manner;
use super::mistake::Mistake;
use super::session::Session;
use super::share::{BEFORE, Share};
use super::teller::{Slip, Teller};
use crate::clock::VirtualClock;
use crate::run::quick;

/// Whose closes are wrong now and then.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errors {
    /// Nobody's.
    None,
    /// Those of the source that answers are made of.
    OfFirst,
    /// Those of the one that it is compared with.
    OfSecond,
}

/// A year of trading, and who tells of it.
#[derive(Clone, Copy, Debug)]
pub struct Year {
    /// What else it is like.
    pub seed: u64,
    /// So many days of trading.
    pub days: usize,
    /// How many sources there are: two or three.
    pub sources: usize,
    /// What becomes of what is wrong.
    pub repairing: Repairing,
    /// Who is wrong.
    pub errors: Errors,
}

/// What came of it.
#[derive(Debug, Default)]
pub struct YearOutcome {
    /// What was said to be wrong and is right, or was not as it must be.
    pub alarms: Vec<String>,
    /// What became of what was wrong.
    pub counts: Counts,
}

/// So many days a mistake is told.
const LASTS: usize = 3;

/// So many days are from one about a share to the next, and before the first.
const APART: usize = 8;
const FIRST: usize = 8;

impl Year {
    /// Lets it pass.
    pub fn run(self) -> YearOutcome {
        let folder = tempfile::Builder::new().prefix("closes").tempdir_in(quick()).unwrap();
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build();
        let file = folder.path().join("prices.db");
        runtime.unwrap().block_on(async { self.pass(&file).await })
    }

    async fn pass(self, file: &std::path::Path) -> YearOutcome {
        let begins: Timestamp = "2025-01-02T08:00:00Z".parse().unwrap();
        let mut chance = Rng::with_seed(self.seed);
        let slips = self.slips(&mut chance);
        let splits = |share: usize| split_days(&slips, share, self.days);
        let shares = Arc::new(Share::all(chance.u64(..), begins, splits));
        let (clock, slips) = (Arc::new(VirtualClock::new(begins)), Arc::new(slips));
        clock.resume();
        let teller = |place| {
            let manner = Manner::drawn(&mut chance, place);
            let (shares, slips, clock) =
                (Arc::clone(&shares), Arc::clone(&slips), Arc::clone(&clock));
            Arc::new(Teller { manner, shares, slips, clock })
        };
        let tellers: Vec<_> = (0..self.sources).map(teller).collect();
        let session = Session::start(&tellers, self.repairing, file).await;
        let outcome = YearOutcome::default();
        let mut passing = Passing { year: self, session, tellers, shares, slips, outcome };
        for day in BEFORE..BEFORE + self.days {
            passing.day(day).await;
        }
        passing.audit().await;
        passing.outcome
    }

    /// A mistake about each share now and then, of all kinds in turn.
    fn slips(self, chance: &mut Rng) -> Vec<Slip> {
        let source = match self.errors {
            Errors::None => return Vec::new(),
            Errors::OfFirst => 0,
            Errors::OfSecond => 1,
        };
        let mut kinds = Mistake::ALL;
        chance.shuffle(&mut kinds);
        let mut all = kinds.into_iter().cycle();
        let days = (BEFORE + FIRST..BEFORE + self.days - LASTS).step_by(APART);
        let places = days.flat_map(|day| (0..Share::COUNT).map(move |share| (share, day + share)));
        let slip = |(share, day)| {
            let mistake = all.next()?;
            Some(Slip { source, share, day, until: day + LASTS, mistake })
        };
        places.filter(|(_, day)| day + LASTS < BEFORE + self.days).filter_map(slip).collect()
    }
}

/// The days on which a share is split: where a mistake is about that, or one in the year.
fn split_days(slips: &[Slip], share: usize, days: usize) -> Vec<usize> {
    let of_share = slips.iter().filter(|it| it.share == share && it.mistake.is_of_split());
    let mut found: Vec<usize> = of_share.map(|it| it.day).collect();
    if slips.is_empty() {
        found.push(BEFORE + 10 + (share * 53) % days.saturating_sub(10).max(1));
    }
    found
}

/// A year that is passing.
pub(super) struct Passing {
    pub(super) year: Year,
    pub(super) session: Session,
    pub(super) tellers: Vec<Arc<Teller>>,
    pub(super) shares: Arc<Vec<Share>>,
    pub(super) slips: Arc<Vec<Slip>>,
    pub(super) outcome: YearOutcome,
}

/// By then the close of the day is compared.
const SETTLED: SignedDuration = SignedDuration::from_mins(4 * 60 + 5);

impl Passing {
    /// A day of trading: a look at prices, two refreshes of closes, and a look at what is
    /// wrong.
    async fn day(&mut self, day: usize) {
        let trading = self.shares[0].days[day];
        self.session.wait_until(trading.open + SignedDuration::from_hours(3)).await;
        for price in self.session.disputed_prices().await {
            self.alarm(format!("on {} the price is disputed of {price}", trading.date));
        }
        self.session.wait_until(trading.close + SETTLED).await;
        for _ in 0..2 {
            self.session.refresh().await;
            self.session
                .wait_until(self.tellers[0].clock.truly() + SignedDuration::from_mins(65))
                .await;
        }
        for share in 0..Share::COUNT {
            let date = trading.date;
            if let Some(day) = self.shares[share].days.iter().position(|it| it.date == date) {
                self.look(share, day).await;
            }
        }
    }

    pub(super) fn alarm(&mut self, what: String) {
        self.outcome.alarms.push(what);
    }

    /// Looks at what is told of a share on the first and on the last day of a mistake.
    async fn look(&mut self, share: usize, day: usize) {
        let of_share = self.slips.iter().filter(|it| it.share == share);
        let told = of_share.filter(|it| it.day == day || it.until == day + 1);
        for slip in told.copied().collect::<Vec<_>>() {
            let answer = self.session.month(share).await;
            if slip.day == day {
                self.judge(slip, &answer);
            } else {
                self.judge_end(slip, &answer);
            }
        }
    }
}
