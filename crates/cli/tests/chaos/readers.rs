use std::collections::BTreeSet;

use jiff::Timestamp;
use market::{Freshness, quote_freshness};
use serde_json::Value;
use testkit::faults::Gives;
use tokio::task::JoinSet;

use crate::known::{Asked, Bar, HELD, Known, KnownHistory, NEVER_ASKED, bars, instant};
use crate::stage::{Answer, Stage};

const LATEST: &str = "/marketpulse/latest";

/// What shows the watched instruments, one way or another.
const PAGES: [&str; 4] = [
    "/marketpulse/dashboard",
    "/marketpulse/history/view?symbol=CAC40&period=1mo",
    "/marketpulse/status",
    "/marketpulse/v1/sources",
];

/// Label, name at the upstream, and the age in minutes that a price may have and
/// be called fresh while its market is open.
pub(crate) const WATCHED: [(&str, &str, i64); 3] =
    [("EUR/USD", "EURUSD=X", 15), ("CAC40", "^FCHI", 25), ("BTC/EUR", "BTC-EUR", 10)];

/// More complaints of one row would repeat themselves.
const MOST_WRONGS: usize = 6;

/// What readers were given, and what was wrong with it.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) requests: u32,
    pub(crate) held: u32,
    pub(crate) fresh: u32,
    pub(crate) nothing: u32,
    pub(crate) failed: u32,
    pub(crate) wrongs: BTreeSet<String>,
}

impl Tally {
    pub(crate) fn wrong(&mut self, what: String) {
        if self.wrongs.len() < MOST_WRONGS {
            self.wrongs.insert(what);
        }
    }

    pub(crate) fn expect(&mut self, is_so: bool, what: impl FnOnce() -> String) {
        if !is_so {
            self.wrong(what());
        }
    }

    fn add(&mut self, given: Given) {
        self.requests += 1;
        *match given {
            Given::Fresh => &mut self.fresh,
            Given::Held => &mut self.held,
            Given::Nothing => &mut self.nothing,
            Given::Failed => &mut self.failed,
        } += 1;
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Given {
    /// Received since the fault began, and rightly called fresh.
    Fresh,
    /// From before, or called stale.
    Held,
    /// Said why there is nothing.
    Nothing,
    Failed,
}

/// Readers who keep asking while a fault lasts, and check what they are told.
pub(crate) struct Readers {
    pub(crate) tally: Tally,
    pub(crate) known: Known,
    gives: Gives,
    /// Questions not held at first that have been answered since.
    answered: BTreeSet<&'static str>,
}

impl Readers {
    pub(crate) fn new(known: Known, gives: Gives) -> Self {
        Self { tally: Tally::default(), known, gives, answered: BTreeSet::new() }
    }

    /// So many readers ask everything at once.
    pub(crate) async fn ask(&mut self, stage: &Stage, readers: usize) {
        self.ask_for(&[NEVER_ASKED.target], stage, readers).await;
    }

    /// One reader asks for what has been answered before.
    pub(crate) async fn ask_for_held(&mut self, stage: &Stage) {
        self.ask_for(&[], stage, 1).await;
    }

    async fn ask_for(&mut self, others: &[&'static str], stage: &Stage, readers: usize) {
        let mut asking = JoinSet::new();
        let histories = HELD.iter().map(|asked| asked.target).chain(others.iter().copied());
        for target in histories.chain([LATEST]).chain(PAGES) {
            for _ in 0..readers {
                let answer = stage.ask(target);
                asking.spawn(async move { (target, answer.await) });
            }
        }
        while let Some(done) = asking.join_next().await {
            let (target, answer) = done.unwrap();
            let given = self.judge(stage, target, &answer);
            self.tally.add(given);
        }
    }

    fn judge(&mut self, stage: &Stage, target: &'static str, answer: &Answer) -> Given {
        if target == LATEST && answer.status == 200 {
            return self.judge_latest(stage, &answer.json());
        }
        let mut histories = HELD.into_iter().chain([NEVER_ASKED]);
        if let Some(asked) = histories.find(|asked| asked.target == target) {
            return self.judge_history(stage, &asked, answer);
        }
        let nothing_to_draw = target.contains("/view") && answer.status == 503;
        if answer.status == 200 || (nothing_to_draw && !self.must_answer(HELD[0].target)) {
            return self.shown(stage);
        }
        self.failed(target, answer)
    }

    fn failed(&mut self, target: &str, answer: &Answer) -> Given {
        let told: String = answer.body.chars().take(200).collect();
        self.tally.wrong(format!("{target}: status {}: {told}", answer.status));
        Given::Failed
    }

    /// What a page can have shown: what the board holds.
    fn shown(&self, stage: &Stage) -> Given {
        let (board, now) = (stage.engine().board(), stage.now());
        let mut quotes = board.entries.iter().filter_map(|entry| entry.quote.as_ref()).peekable();
        if quotes.peek().is_none() {
            return Given::Nothing;
        }
        let since = self.known.at;
        let is_fresh = |quote: &market::Quote| {
            quote.received_at > since && quote_freshness(quote, now) == Freshness::Fresh
        };
        if quotes.all(is_fresh) { Given::Fresh } else { Given::Held }
    }

    fn judge_latest(&mut self, stage: &Stage, latest: &Value) -> Given {
        let Some(now) = instant(&latest["timestamp"]) else {
            self.tally.wrong(format!("/latest is not what it was: {latest}"));
            return Given::Failed;
        };
        let mut given = Vec::new();
        for (label, native, minutes) in WATCHED {
            let quote = &latest["quotes"][label];
            let told = self.judge_quote(label, quote, now, minutes);
            if told != Given::Nothing {
                self.compare_with_the_market(stage, label, native, quote);
            }
            given.push(told);
        }
        if given.iter().all(|told| *told == Given::Nothing) {
            Given::Nothing
        } else if given.iter().all(|told| *told == Given::Fresh) {
            Given::Fresh
        } else {
            Given::Held
        }
    }

    fn judge_quote(&mut self, label: &str, quote: &Value, now: Timestamp, minutes: i64) -> Given {
        let known = self.known.quotes.iter().find(|known| known.label == label);
        let Some(price) = quote["price"].as_f64() else {
            let (lost, unexplained) = (known.is_some(), quote["reason"].is_null());
            self.tally.expect(!lost, || format!("{label} was held and is gone: {quote}"));
            self.tally.expect(!unexplained, || format!("{label} is missing without a reason"));
            return Given::Nothing;
        };
        let as_of = instant(&quote["as_of"]);
        let received_at = instant(&quote["received_at"]);
        let fresh = quote["freshness"] == "fresh";
        let age = as_of.map(|as_of| now.duration_since(as_of).as_mins());
        let tally = &mut self.tally;
        tally.expect(price > 0.0, || format!("{label} costs {price}"));
        for key in ["source", "received_at", "freshness", "currency"] {
            tally.expect(quote[key].is_string(), || format!("{label} has no {key}: {quote}"));
        }
        tally.expect(quote["simulated"] == false, || format!("{label} is simulated in production"));
        tally.expect(!fresh || age.is_some_and(|age| age <= minutes), || {
            format!("{label} is called fresh at {age:?} minutes")
        });
        if let Some(known) = known {
            tally.expect(as_of.is_some_and(|as_of| as_of >= known.as_of), || {
                format!("{label} went back from {} to {as_of:?}", known.as_of)
            });
            let same = price.to_bits() == known.price.to_bits() && as_of == Some(known.as_of);
            let nobody_could = self.gives == Gives::Nothing;
            tally.expect(same || !nobody_could, || {
                format!("{label} was {} and is {price}, from nobody", known.price)
            });
        }
        let is_new = received_at.is_some_and(|at| at > self.known.at);
        if is_new && fresh { Given::Fresh } else { Given::Held }
    }

    /// What the fake upstreams never said cannot be true.
    fn compare_with_the_market(&mut self, stage: &Stage, label: &str, native: &str, quote: &Value) {
        let Some((price, as_of)) = quote["price"].as_f64().zip(instant(&quote["as_of"])) else {
            return;
        };
        let truth = stage.upstream.market().price(native, as_of);
        let is_near = (price / truth - 1.0).abs() < 0.02;
        self.tally.expect(is_near, || format!("{label} is {price} at {as_of} and was {truth}"));
    }

    fn must_answer(&self, target: &str) -> bool {
        self.answered.contains(target) || self.held(target).is_some()
    }

    fn held(&self, target: &str) -> Option<&KnownHistory> {
        self.known.histories.iter().find(|known| known.target == target)
    }

    fn judge_history(&mut self, stage: &Stage, asked: &Asked, answer: &Answer) -> Given {
        let (target, told) = (asked.target, answer.json());
        let explained = matches!(answer.status, 429 | 503) && told["reason"].is_string();
        if explained && !self.must_answer(target) && self.gives != Gives::Everything {
            return Given::Nothing;
        }
        if answer.status != 200 {
            return self.failed(target, answer);
        }
        self.answered.insert(target);
        let mut complaints = complaints_of_series(stage, asked, &told);
        if let Some(held) = self.held(target) {
            complaints.extend(complaints_beside(held, &told));
        }
        for complaint in complaints {
            self.tally.wrong(format!("{target}: {complaint}"));
        }
        let is_new = instant(&told["received_at"]).is_some_and(|at| at > self.known.at);
        if is_new && told["freshness"] == "fresh" { Given::Fresh } else { Given::Held }
    }
}

/// What is wrong with a series in itself.
fn complaints_of_series(stage: &Stage, asked: &Asked, told: &Value) -> Vec<String> {
    let rows = bars(told);
    let mut complaints = Complaints::default();
    complaints.expect(!rows.is_empty(), || "no bars".to_owned());
    complaints.expect(rows.iter().all(|bar| bar.close > 0.0), || "no price".to_owned());
    let ascending = rows.is_sorted_by(|a, b| a.date < b.date);
    complaints.expect(ascending, || "dates not ascending and unique".to_owned());
    for key in ["source", "as_of", "received_at", "freshness", "currency", "basis"] {
        complaints.expect(told[key].is_string(), || format!("no {key}"));
    }
    let minutes = told["age_s"].as_i64().unwrap_or(i64::MAX) / 60;
    let called_fresh = told["freshness"] == "fresh";
    complaints.expect(!called_fresh || minutes <= asked.minutes, || {
        format!("called fresh {minutes} minutes after it was received")
    });
    let listing = stage.upstream.market().listing(asked.native);
    let newest = rows.last().and_then(|bar| bar.date.parse().ok());
    let session = newest.and_then(|date| listing.session(date));
    complaints.expect(session.is_none_or(|session| session.open <= stage.now()), || {
        format!("a bar of {newest:?}, which has not begun")
    });
    complaints.0
}

/// What was lost or changed of a series since the fault began.
fn complaints_beside(held: &KnownHistory, told: &Value) -> Vec<String> {
    let rows = bars(told);
    let mut complaints = Complaints::default();
    // Another source's series is another series.
    if told["source"] != held.source.as_str() {
        return complaints.0;
    }
    for Bar { date, close, .. } in held.rows.iter().filter(|bar| !bar.provisional) {
        let found = rows.iter().find(|bar| bar.date == *date);
        complaints.expect(found.is_some(), || format!("{date} was held and is gone"));
        let now = found.map_or(*close, |bar| bar.close);
        let same = now.to_bits() == close.to_bits();
        complaints.expect(same, || format!("{date} closed at {close}, now at {now}"));
    }
    let newest = |rows: &[Bar]| rows.last().map(|bar| bar.date.clone());
    let (was, is) = (newest(&held.rows), newest(&rows));
    complaints.expect(is >= was, || format!("reached to {was:?} and now to {is:?}"));
    complaints.0
}

#[derive(Default)]
struct Complaints(Vec<String>);

impl Complaints {
    fn expect(&mut self, is_so: bool, what: impl FnOnce() -> String) {
        if !is_so {
            self.0.push(what());
        }
    }
}
