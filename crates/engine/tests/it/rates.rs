//! What one currency costs in another, today and on a day.

mod dated;
mod latest;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use engine::{Calls, Engine, NoRate, Rate, Settings, Simulator, Sources};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use market::{
    Bar, BarSource, Basis, Clock, Currency, Freshness, HistoryQuery, HistoryResult, Instrument,
    Kept, Price, Quote, QuoteSource, Series, SeriesHead, Source, SourceError,
};
use testkit::bare_quote;

use crate::facts;
use crate::fakes::{World, symbol};

/// A source with a price for some pairs: for the rest it knows nothing, or fails.
struct Pairs {
    name: &'static str,
    clock: Arc<dyn Clock>,
    prices: Mutex<HashMap<&'static str, f64>>,
    /// The same closes on each of these days.
    days: Mutex<Vec<Date>>,
    is_away: Mutex<bool>,
    asked: Mutex<Vec<String>>,
}

impl Pairs {
    fn new(name: &'static str, world: &World) -> Arc<Self> {
        Arc::new(Self {
            name,
            clock: world.clock.clone(),
            prices: Mutex::default(),
            days: Mutex::default(),
            is_away: Mutex::default(),
            asked: Mutex::default(),
        })
    }

    fn has(&self, prices: &[(&'static str, f64)]) {
        self.prices.lock().unwrap().extend(prices.iter().copied());
    }

    fn has_days(&self, days: &[&str]) {
        *self.days.lock().unwrap() = days.iter().map(|day| day.parse().unwrap()).collect();
    }

    fn goes_away(&self) {
        *self.is_away.lock().unwrap() = true;
    }

    /// What it was asked for since last time, in that order.
    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }

    fn price(&self, instrument: &Instrument) -> Result<Price, SourceError> {
        let pair = instrument.symbol.as_str();
        self.asked.lock().unwrap().push(pair.to_owned());
        if *self.is_away.lock().unwrap() {
            return Err(SourceError::Failing { status: 503 });
        }
        let price = self.prices.lock().unwrap().get(pair).copied();
        let unknown = || SourceError::UnknownSymbol(instrument.symbol.clone());
        price.and_then(Price::new).ok_or_else(unknown)
    }

    fn quote(&self, instrument: &Instrument) -> Result<Quote, SourceError> {
        let price = self.price(instrument)?.get();
        let quote = bare_quote(instrument, price, self.name, self.clock.now());
        Ok(Quote { simulated: self.name == "demo", ..quote })
    }
}

#[async_trait]
impl QuoteSource for Pairs {
    fn source(&self) -> Source {
        Source::new(self.name)
    }

    async fn quotes(
        &self,
        batch: &[Instrument],
    ) -> Result<Vec<Result<Quote, SourceError>>, SourceError> {
        Ok(batch.iter().map(|instrument| self.quote(instrument)).collect())
    }
}

#[async_trait]
impl BarSource for Pairs {
    fn source(&self) -> Source {
        Source::new(self.name)
    }

    async fn bars(
        &self,
        question: &HistoryQuery,
        instrument: &Instrument,
    ) -> Result<HistoryResult, SourceError> {
        let close = self.price(instrument)?;
        let (from, to) = question.span.days(self.clock.now().to_zoned(TimeZone::UTC).date());
        let days = self.days.lock().unwrap();
        let inside = days.iter().filter(|day| from.is_none_or(|from| **day >= from) && **day <= to);
        let head = SeriesHead {
            symbol: question.symbol.clone(),
            interval: question.interval,
            source: Source::new(self.name),
            currency: instrument.currency.clone(),
            basis: Basis::Unadjusted,
        };
        Ok(HistoryResult {
            query: question.clone(),
            series: Series::new(head, inside.map(|day| bar(*day, close)).collect()),
            actions: vec![],
            instrument: instrument.clone(),
            session: None,
            received_at: self.clock.now(),
            simulated: self.name == "demo",
            superseded: false,
            kept: Kept::default(),
            unpriced: Vec::new(),
            disputed: Vec::new(),
            repaired: Vec::new(),
            set_aside: Vec::new(),
        })
    }
}

fn bar(date: Date, close: Price) -> Bar {
    let midnight = date.to_datetime(Time::midnight());
    Bar {
        open_time: TimeZone::UTC.to_timestamp(midnight).unwrap(),
        date,
        open: None,
        high: None,
        low: None,
        close,
        adj_close: None,
        volume: None,
        provisional: false,
    }
}

/// A Wednesday at noon, with two sources and a simulator that may stand in.
struct Exchange {
    world: World,
    yahoo: Arc<Pairs>,
    ecb: Arc<Pairs>,
    demo: Arc<Pairs>,
}

impl Exchange {
    fn new() -> Self {
        let world = World::new();
        let [yahoo, ecb, demo] = ["yahoo", "ecb", "demo"].map(|name| Pairs::new(name, &world));
        Self { world, yahoo, ecb, demo }
    }

    /// Reference rates of four currencies in one week and on the Monday after.
    fn with_reference_rates() -> Self {
        let exchange = Self::new();
        exchange.ecb.has(&[("EUR/USD", 1.16), ("EUR/JPY", 177.0), ("EUR/ISK", 145.0)]);
        exchange.ecb.has(&[("EUR/HRK", 7.5365)]);
        exchange.ecb.has_days(&["2025-10-22", "2025-10-23", "2025-10-24", "2025-10-27"]);
        exchange
    }

    async fn engine(&self) -> Engine {
        self.start(false).await
    }

    async fn start(&self, with_demo: bool) -> Engine {
        let mut sources = Sources::of(facts::catalog())
            .with_quotes(self.yahoo.clone())
            .with_bars(self.yahoo.clone())
            .with_quotes(self.ecb.clone())
            .with_bars(self.ecb.clone())
            .with_calls(Calls { attempts: 1, ..Calls::default() });
        if with_demo {
            sources = sources.with_simulator(Simulator {
                quotes: self.demo.clone(),
                bars: self.demo.clone(),
                stream: None,
                documents: None,
            });
        }
        let settings = Settings {
            watchlist: vec![symbol("CAC40")],
            refresh_every: Duration::from_mins(1),
            read_deadline: Duration::from_secs(5),
            longest_wait: Duration::from_secs(10),
            default_period: market::Period::Months(1),
            cache_bytes: 1 << 20,
            document_bytes: None,
            repairing: market::Repairing::default(),
        };
        let (clock, store) = (self.world.clock.clone(), self.world.store.clone());
        Engine::start(settings, clock, sources, store).await
    }

    fn advance(&self, minutes: i64) {
        self.world.clock.advance(SignedDuration::from_mins(minutes));
    }
}

fn code(text: &str) -> Currency {
    text.parse().unwrap()
}

async fn latest(engine: &Engine, base: &str, quote: &str) -> Result<Rate, NoRate> {
    engine.rate(&code(base), &code(quote)).await
}

fn day(date: &str) -> engine::Day {
    engine::Day { date: date.parse().unwrap(), at: None }
}

async fn on(engine: &Engine, base: &str, quote: &str, date: &str) -> Result<Rate, NoRate> {
    engine.rate_on(&code(base), &code(quote), day(date), None).await
}

async fn reference(engine: &Engine, base: &str, quote: &str, date: &str) -> Result<Rate, NoRate> {
    let ecb = Source::new("ecb");
    engine.rate_on(&code(base), &code(quote), day(date), Some(&ecb)).await
}

/// `yahoo EUR/USD`, or `÷ yahoo EUR/USD` where the price is divided by.
fn steps(rate: &Rate) -> Vec<String> {
    let words = rate.steps.iter().map(|step| {
        let sign = if step.inverted { "÷ " } else { "" };
        format!("{sign}{} {}", step.source, step.symbol)
    });
    words.collect()
}

fn assert_close(number: f64, expected: f64) {
    assert!((number / expected - 1.0).abs() < 1e-14, "{number} for {expected}");
}
