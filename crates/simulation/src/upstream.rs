mod quotes;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use fastrand::Rng;
use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use market::{
    ActionKind, Bar, BarSource, Basis, Clock, HistoryQuery, HistoryResult, Instrument, Interval,
    Kept, Kind, Period, Series, SeriesHead, Session, Source, SourceError, Span, Symbol, Trading,
    TradingPeriod, Unreach,
};
use tokio::time::sleep;

use crate::clock::VirtualClock;
use crate::journal::Journal;
use crate::world::{Belief, Listing, Outage, SOURCES, World};

/// Requests that may follow one another without a pause.
pub(crate) const BURST: f64 = 10.0;

/// One source of the world, as the engine asks it.
pub(crate) struct Upstream {
    source: usize,
    world: Arc<World>,
    clock: Arc<VirtualClock>,
    journal: Arc<Journal>,
    state: Mutex<State>,
}

struct State {
    chance: Rng,
    /// What is left of its budget by our own count.
    left: f64,
    counted_at: Timestamp,
}

/// What becomes of one call, beside what the source believes.
struct Mood {
    after: Duration,
    half: bool,
    left_out: bool,
    broken: bool,
}

impl Upstream {
    pub(crate) fn new(
        source: usize,
        world: &Arc<World>,
        clock: &Arc<VirtualClock>,
        journal: &Arc<Journal>,
        life: u64,
    ) -> Self {
        let seed = world.seed ^ (source as u64 + 1) << 32 ^ life << 40;
        let state = State { chance: Rng::with_seed(seed), left: BURST, counted_at: clock.truly() };
        Self {
            source,
            world: Arc::clone(world),
            clock: Arc::clone(clock),
            journal: Arc::clone(journal),
            state: Mutex::new(state),
        }
    }

    fn name(&self) -> &'static str {
        SOURCES[self.source]
    }

    /// Counts a request, and how it fares.
    async fn called(&self, what: &str, symbols: &[&Symbol]) -> Result<Mood, SourceError> {
        let truly = self.clock.truly();
        self.journal.note(format!("{truly} {} is asked {what}", self.name()));
        self.journal.count("requests");
        self.spend(truly);
        let mood = self.mood(truly);
        sleep(mood.after).await;
        if mood.broken {
            self.journal.count("answer broken off");
            let detail = "as this seed wants".to_owned();
            return Err(SourceError::Unreachable { why: Unreach::BrokenOff, detail });
        }
        match self.world.outage(self.source, truly) {
            Some(outage) => Err(self.fails(outage, symbols).await),
            None => Ok(mood),
        }
    }

    /// One of the refusals that are told by words alone.
    fn excuse(&self) -> SourceError {
        let all = [
            SourceError::Throttled { retry_after: None },
            SourceError::Unauthorised { status: 200 },
            SourceError::Failing { status: 200 },
        ];
        self.state.lock().unwrap().chance.choice(all).unwrap()
    }

    fn unknown(&self, symbols: &[&Symbol]) -> SourceError {
        for symbol in symbols {
            self.world.sayings.called_unknown(symbol);
        }
        SourceError::UnknownSymbol(symbols[0].clone())
    }

    async fn fails(&self, outage: Outage, symbols: &[&Symbol]) -> SourceError {
        let detail = "as this seed wants".to_owned();
        let (what, error) = match outage {
            Outage::Unreachable => (
                "call while unreachable",
                SourceError::Unreachable { why: Unreach::Connect, detail },
            ),
            Outage::Unresolved => (
                "call while its name is unresolved",
                SourceError::Unreachable { why: Unreach::Dns, detail },
            ),
            Outage::Insecure => (
                "call without a secure connection",
                SourceError::Unreachable { why: Unreach::Tls, detail },
            ),
            Outage::Failing => ("call while failing", SourceError::Failing { status: 503 }),
            Outage::Excusing => ("refusal with status 200", self.excuse()),
            Outage::Babbling => ("answer unreadable", SourceError::Unreadable(detail)),
            Outage::Unknowing => ("symbol called unknown", self.unknown(symbols)),
            Outage::Throttling => (
                "call while throttled",
                SourceError::Throttled { retry_after: Some(Duration::from_secs(90)) },
            ),
            Outage::Refusing => ("refusal", SourceError::Unauthorised { status: 401 }),
            Outage::Silent => {
                ("call never answered", SourceError::Unreachable { why: Unreach::Timeout, detail })
            }
        };
        self.journal.count(what);
        if outage == Outage::Silent {
            sleep(Duration::from_mins(2)).await;
        }
        error
    }

    /// No more requests than were agreed on, by the true time.
    fn spend(&self, truly: Timestamp) {
        let mut state = self.state.lock().unwrap();
        let passed = truly.duration_since(state.counted_at).as_secs_f64();
        let filled = state.left + passed / 3600.0 * self.world.manner.per_hour;
        (state.left, state.counted_at) = (filled.min(BURST) - 1.0, truly);
        // Clocks step in whole milliseconds.
        if state.left < -0.01 {
            let left = state.left;
            drop(state);
            self.journal.fault(format!("(f) {} is asked beyond its budget: {left}", self.name()));
        }
    }

    fn mood(&self, truly: Timestamp) -> Mood {
        let mut state = self.state.lock().unwrap();
        let chance = &mut state.chance;
        let slow = chance.u8(0..20) == 0;
        let after = Duration::from_millis(chance.u64(if slow { 1_000..11_000 } else { 20..900 }));
        let manner = self.world.manner;
        let calm = truly >= self.world.healed;
        let mut one_in = |n: u32| n > 0 && chance.u32(0..n) == 0 && !calm;
        Mood {
            after,
            half: one_in(manner.half_one_in),
            left_out: one_in(manner.left_out_one_in),
            broken: one_in(manner.broken_one_in),
        }
    }

    fn listing(&self, symbol: &Symbol) -> Result<(usize, &Listing), SourceError> {
        let mut all = self.world.listings.iter().enumerate();
        let found = all.find(|(_, it)| it.instrument.symbol == *symbol);
        found.ok_or_else(|| SourceError::UnknownSymbol(symbol.clone()))
    }

    fn believed(&self, listing: usize) -> Belief {
        let belief = self.world.belief(self.source, listing, self.clock.truly());
        belief.deviations.iter().for_each(|what| self.journal.count(what.name()));
        if belief.day.is_some_and(|day| is_sunday_in_the_week(&self.world.listings[listing], day)) {
            self.journal.count("Sunday market open");
        }
        if belief
            .actions
            .iter()
            .any(|it| matches!(&it.kind, ActionKind::Dividend(paid) if paid.currency.is_some()))
        {
            self.journal.count("dividend in another currency");
        }
        belief
    }

    fn session(&self, day: Option<Trading>) -> Option<Session> {
        let day = day.filter(|_| self.world.manner.states_sessions)?;
        let regular = TradingPeriod { start: day.open, end: day.close };
        Some(Session { pre: None, regular, post: None })
    }
}

#[async_trait]
impl BarSource for Upstream {
    fn source(&self) -> Source {
        Source::new(self.name())
    }

    async fn bars(
        &self,
        question: &HistoryQuery,
        _: &Instrument,
    ) -> Result<HistoryResult, SourceError> {
        let mood = self.called(&question.to_string(), &[&question.symbol]).await?;
        let (index, listing) = self.listing(&question.symbol)?;
        let is_all =
            question.span == Span::Period(Period::Max) && question.interval == Interval::D1;
        if is_all && self.world.manner.months_for_max {
            self.journal.count("months for max");
            let first = listing.instrument.first_trade;
            return Err(SourceError::OtherInterval { given: Some(Interval::Mo1), first });
        }
        let belief = self.believed(index);
        let today = self.clock.truly().to_zoned(listing.instrument.zone()).date();
        let mut bars = asked_for(&belief, question, today);
        self.perhaps_halve(question, &mut bars, mood.half);
        Ok(self.answer(question, listing, (belief, bars), today))
    }
}

impl Upstream {
    fn perhaps_halve(&self, question: &HistoryQuery, bars: &mut Vec<Bar>, wanted: bool) {
        let name = format!("{} {} {}", self.name(), question.symbol, question.interval);
        let mut halved = self.world.halved.lock().unwrap();
        if let Some(half) = halved.get(&name) {
            if *half == question.to_string() {
                halved.remove(&name);
            }
            return;
        }
        if !wanted || bars.len() < 9 {
            return;
        }
        halved.insert(name, question.to_string());
        self.journal.count("half answer");
        self.journal.note(format!("half of {question}"));
        halve(bars, &mut self.state.lock().unwrap().chance);
    }

    fn answer(
        &self,
        question: &HistoryQuery,
        listing: &Listing,
        (belief, bars): (Belief, Vec<Bar>),
        today: Date,
    ) -> HistoryResult {
        let head = SeriesHead {
            symbol: question.symbol.clone(),
            interval: question.interval,
            source: Source::new(self.name()),
            currency: listing.instrument.currency.clone(),
            basis: Basis::Splits,
        };
        let (from, to) = question.span.days(today);
        let from = from.or_else(|| bars.first().map(|bar| bar.date));
        let is_within = |date: Date| from.is_none_or(|from| from <= date) && date <= to;
        let is_daily = question.interval == Interval::D1;
        let unpriced = belief.unpriced.iter().copied().filter(|date| is_daily && is_within(*date));
        HistoryResult {
            query: question.clone(),
            series: Series::new(head, bars),
            actions: belief.actions.into_iter().filter(|it| is_within(it.ex_date)).collect(),
            instrument: listing.instrument.clone(),
            session: self.session(belief.day),
            received_at: self.clock.now(),
            simulated: false,
            superseded: false,
            kept: Kept::default(),
            set_aside: Vec::new(),
            unpriced: unpriced.collect(),
            disputed: Vec::new(),
            repaired: Vec::new(),
        }
    }
}

/// The bars that a question is about.
pub(crate) fn asked_for(belief: &Belief, question: &HistoryQuery, today: Date) -> Vec<Bar> {
    of_span(belief.bars_of(question.interval, today), question, today)
}

/// Of some bars those that a question is about.
pub(crate) fn of_span(mut bars: Vec<Bar>, question: &HistoryQuery, today: Date) -> Vec<Bar> {
    if let Span::Period(Period::Days(n)) = question.span {
        bars.drain(..bars.len().saturating_sub(n.into()));
        return bars;
    }
    let (from, to) = question.span.days(today);
    let from = from.map(|from| question.interval.first_date(from));
    bars.retain(|bar| from.is_none_or(|from| from <= bar.date) && bar.date <= to);
    bars
}

/// Loses a run of at least a third.
fn halve(bars: &mut Vec<Bar>, chance: &mut Rng) {
    let gone = chance.usize(bars.len() / 3..bars.len());
    let first = chance.usize(0..=bars.len() - gone);
    bars.drain(first..first + gone);
}

/// A day of trading that falls on a Sunday where others have their weekend.
fn is_sunday_in_the_week(listing: &Listing, day: Trading) -> bool {
    listing.instrument.kind == Kind::Equity && day.date.weekday() == Weekday::Sunday
}
