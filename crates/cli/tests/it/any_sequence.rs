//! Whatever happens in whatever order: what is told stays well formed, of one
//! basis, with its provenance, and never gets older.
//!
//! Apple's shares were split four for one on Monday, 31 August 2020; the sequences
//! begin on the Friday before.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;
use simulator::{Fault, Interval};

use crate::world::World;

const BEGIN: &str = "2020-08-28T15:00:00Z";
const SPLIT: &str = "2020-08-31T13:30:00Z";

/// Overlapping questions, with what the upstream calls the instrument.
const QUESTIONS: [(&str, &str); 9] = [
    ("AAPL", "symbol=AAPL&period=1mo"),
    ("AAPL", "symbol=AAPL&period=3mo"),
    ("AAPL", "symbol=AAPL&period=7d"),
    ("AAPL", "symbol=AAPL&from=2020-08-03&to=2020-08-28"),
    ("AAPL", "symbol=AAPL&from=2020-08-24&to=2020-09-04"),
    ("AAPL", "symbol=AAPL&period=1mo&interval=1h"),
    ("^FCHI", "symbol=CAC40&period=1mo"),
    ("EURUSD=X", "symbol=EUR/USD&period=1mo"),
    ("BTC-EUR", "symbol=BTC/EUR&period=1mo"),
];

#[derive(Clone, Debug)]
enum Step {
    Ask(usize),
    Refresh,
    /// Spoils the answers to requests with that in their path.
    Spoil(&'static str, Fault),
    /// Tells so many times the price as the latest one.
    WrongPrice(&'static str, f64),
    Heal,
    /// In seconds.
    Wait(i64),
    Restart,
}

fn faults() -> Vec<Fault> {
    let status = |code, retry_after: Option<&str>| Fault::Status {
        code,
        retry_after: retry_after.map(str::to_owned),
    };
    vec![
        status(429, Some("30")),
        status(500, None),
        status(404, None),
        Fault::Html,
        Fault::Garbage,
        Fault::Empty,
        Fault::Truncate,
        Fault::WrongShape,
        Fault::NullRows,
        Fault::AllNull,
    ]
}

fn step() -> impl Strategy<Value = Step> {
    const HOUR: i64 = 3600;
    let waits = vec![1, 70, 700, HOUR, 6 * HOUR, 24 * HOUR, 72 * HOUR];
    let natives = vec!["AAPL", "^FCHI", "EURUSD=X", "BTC-EUR"];
    let factors = vec![-1.0, 0.0, 0.01, 0.25, 0.97, 1.03, 4.0, 100.0];
    prop_oneof![
        8 => (0..QUESTIONS.len()).prop_map(Step::Ask),
        4 => Just(Step::Refresh),
        8 => select(waits).prop_map(Step::Wait),
        3 => (select(vec!["", "/v8/", "/api/v3/"]), select(faults()))
            .prop_map(|(part, fault)| Step::Spoil(part, fault)),
        2 => (select(natives), select(factors))
            .prop_map(|(native, factor)| Step::WrongPrice(native, factor)),
        3 => Just(Step::Heal),
        1 => Just(Step::Restart),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 200, ..ProptestConfig::with_cases(24) })]

    #[test]
    fn any_sequence_of_events_leaves_what_is_reported_sound(
        steps in proptest::collection::vec(step(), 15..50),
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let mut story = Story::begin().await;
            for step in steps {
                story.go_through(step).await;
            }
        });
    }
}

#[tokio::test]
async fn rows_without_a_price_are_no_answer_to_a_period_whoever_asked_for_them() {
    let mut world = World::production().await;
    world.set_clock("2020-08-28T21:00:00Z".parse().unwrap());
    world.restart().await;
    world.upstream.fail("", Fault::AllNull, None);
    let (period, dates) = (QUESTIONS[2].1, QUESTIONS[3].1);
    for (query, status) in [(period, 503), (dates, 200), (period, 503)] {
        let answer = world.get(&format!("/marketpulse/history?{query}")).await;
        assert_eq!(answer.status, status, "{query}: {}", answer.body);
    }
}

/// A sequence of events under way, and what has been told so far.
struct Story {
    world: World,
    healthy: bool,
    wrong_prices: BTreeMap<&'static str, f64>,
    /// Dates whose last price was wrong at the upstream, by its name for it.
    spoilt: BTreeSet<(&'static str, Date)>,
    answered: BTreeSet<usize>,
    newest: BTreeMap<String, Timestamp>,
    /// Some answer was on the basis after the split.
    knows_of_split: bool,
}

impl Story {
    async fn begin() -> Self {
        let mut world = World::production().await;
        let begin: Timestamp = BEGIN.parse().unwrap();
        world.set_clock(begin);
        // Nothing has been asked yet; the service begins anew at that time.
        world.restart().await;
        Self {
            world,
            healthy: true,
            wrong_prices: BTreeMap::new(),
            spoilt: BTreeSet::new(),
            answered: BTreeSet::new(),
            newest: BTreeMap::new(),
            knows_of_split: false,
        }
    }

    async fn go_through(&mut self, step: Step) {
        match step {
            Step::Ask(question) => self.ask(question).await,
            Step::Refresh => self.world.refresh().await,
            Step::Spoil(part, fault) => {
                self.healthy = false;
                self.world.upstream.fail(part, fault, None);
            }
            Step::WrongPrice(native, factor) => {
                self.wrong_prices.insert(native, factor);
            }
            Step::Heal => {
                self.healthy = true;
                self.world.upstream.heal();
                self.wrong_prices.values_mut().for_each(|factor| *factor = 1.0);
            }
            Step::Wait(seconds) => self.world.advance(SignedDuration::from_secs(seconds)),
            Step::Restart => self.world.restart().await,
        }
        self.tell_prices();
        self.look_at_latest().await;
    }

    /// A price once fixed stays so at the upstream; one that is right again has
    /// to follow the market.
    fn tell_prices(&mut self) {
        let (market, now) = (self.world.upstream.market(), self.world.app.engine.now());
        for (native, factor) in &self.wrong_prices {
            self.world.upstream.price(native, market.price(native, now) * factor);
            if factor.to_bits() != 1.0_f64.to_bits() {
                let days = (0..5).map(|days| now - SignedDuration::from_hours(24 * days));
                // A rate that is set once a day is that of some day before.
                let days = days.take(if *native == "EURUSD=X" { 5 } else { 1 });
                let dates = days.map(|day| day.to_zoned(TimeZone::UTC).date());
                let session = market.listing(native).last_session(now).date;
                self.spoilt.extend(dates.chain([session]).map(|date| (*native, date)));
            }
        }
    }

    async fn look_at_latest(&mut self) {
        let latest = self.world.get("/marketpulse/latest").await.json();
        for (label, quote) in latest["quotes"].as_object().unwrap() {
            if quote["price"].is_null() {
                assert!(
                    quote["reason"].is_string(),
                    "{label} is missing without a reason: {quote}"
                );
                assert!(!self.newest.contains_key(label), "{label} was held and is gone: {quote}");
                continue;
            }
            assert!(quote["price"].as_f64().unwrap() > 0.0, "{quote}");
            assert_eq!(quote["simulated"], false, "{quote}");
            for key in ["source", "as_of", "received_at", "freshness", "currency"] {
                assert!(quote[key].is_string(), "{label} has no {key}: {quote}");
            }
            let as_of: Timestamp = quote["as_of"].as_str().unwrap().parse().unwrap();
            let before = self.newest.insert(label.clone(), as_of);
            assert!(before.is_none_or(|before| before <= as_of), "{label}: {before:?}, {quote}");
        }
    }

    async fn ask(&mut self, question: usize) {
        let (native, query) = QUESTIONS[question];
        // What comes behind a stale answer is looked at as well.
        for _ in 0..if self.healthy { 20 } else { 2 } {
            let answer = self.world.get(&format!("/marketpulse/history?{query}")).await;
            if answer.status != 200 {
                let (status, told) = answer.problem();
                assert_eq!(status, 503, "{query}: {told}");
                assert!(!self.answered.contains(&question), "{query} was held and is gone: {told}");
                return;
            }
            self.answered.insert(question);
            let history = answer.json();
            self.look_at_history(native, &history);
            if history["freshness"] == "fresh" {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn look_at_history(&mut self, native: &'static str, history: &Value) {
        for key in ["source", "received_at", "freshness", "currency", "basis"] {
            assert!(history[key].is_string(), "no {key}: {history}");
        }
        assert_eq!(history["simulated"], false);
        let rows: Vec<Row> = history["history"].as_array().unwrap().iter().map(Row::of).collect();
        let shown = || rows.iter().map(|row| format!("{row:?}")).collect::<Vec<_>>().join("\n");
        assert!(rows.iter().all(|row| row.close > 0.0), "{}", shown());
        assert!(rows.is_sorted_by(|a, b| a.opens() < b.opens()), "{}", shown());
        // What the upstream itself had wrong is not ours to judge.
        let told: Vec<&Row> =
            rows.iter().filter(|row| !self.spoilt.contains(&(native, row.date))).collect();
        for pair in told.windows(2) {
            let ratio = pair[1].close / pair[0].close;
            assert!(
                (0.5..2.0).contains(&ratio),
                "{native} {} to {}:\n{}",
                pair[0].date,
                pair[1].date,
                shown()
            );
        }
        if history["source"] == "yahoo" && history["interval"] == "1d" {
            let finished = told.into_iter().filter(|row| !row.provisional);
            let bases = self.bases(native, finished);
            self.look_at_bases(native, &bases, history);
        }
    }

    /// How many times the market's close, in shares of today, each close is.
    fn bases<'a>(&self, native: &str, rows: impl Iterator<Item = &'a Row>) -> BTreeSet<i64> {
        let market = self.world.upstream.market();
        let listing = market.listing(native);
        let end: Timestamp = "2021-01-01T00:00:00Z".parse().unwrap();
        let basis = |row: &Row| {
            let session = listing.session(row.date).unwrap_or_else(|| panic!("{native} {row:?}"));
            let until = session.open + SignedDuration::from_secs(1);
            let truth = market.bars(native, Interval::D1, session.open, until, end)[0].close;
            let ratio = row.close / truth;
            let basis = ratio.round();
            assert!((ratio / basis - 1.0).abs() < 1e-4, "{native} {row:?} was {truth}");
            basis as i64
        };
        rows.map(basis).collect()
    }

    /// All closes are on the basis of when they were received; and once the split
    /// is known, what is on the basis before it is no longer called fresh.
    fn look_at_bases(&mut self, native: &str, bases: &BTreeSet<i64>, history: &Value) {
        let received_at: Timestamp = history["received_at"].as_str().unwrap().parse().unwrap();
        let split: Timestamp = SPLIT.parse().unwrap();
        let is_split = native == "AAPL" && received_at >= split;
        let expected = if native == "AAPL" && !is_split { 4 } else { 1 };
        assert!(bases.iter().all(|basis| *basis == expected), "{bases:?} in {history}");
        self.knows_of_split |= is_split && !bases.is_empty();
        let outdated = self.knows_of_split && expected == 4 && !bases.is_empty();
        assert!(!outdated || history["freshness"] != "fresh", "old basis, fresh: {history}");
    }
}

/// A bar as `/history` tells it.
#[derive(Debug)]
struct Row {
    date: Date,
    open_time: Option<Timestamp>,
    close: f64,
    provisional: bool,
}

impl Row {
    fn of(row: &Value) -> Self {
        Self {
            date: row["date"].as_str().unwrap().parse().unwrap(),
            open_time: row["open_time"].as_str().map(|time| time.parse().unwrap()),
            close: row["close"].as_f64().unwrap(),
            provisional: row["provisional"] == true,
        }
    }

    fn opens(&self) -> (Date, Option<Timestamp>) {
        (self.date, self.open_time)
    }
}
