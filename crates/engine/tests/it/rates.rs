//! What one currency costs in another, today and on a day.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use engine::{Calls, Demo, Engine, NoRate, Rate, Settings, Sources};
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use market::{
    Allowance, Answer, Bar, BarSource, Basis, Clock, Currency, Freshness, Instrument, Price,
    Question, Quote, QuoteSource, Series, SeriesHead, Source, SourceError,
};

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
        Ok(Quote {
            instrument: instrument.clone(),
            price: self.price(instrument)?,
            currency: instrument.currency.clone(),
            previous: None,
            day_high: None,
            day_low: None,
            volume: None,
            session: None,
            as_of: Some(self.clock.now()),
            received_at: self.clock.now(),
            source: Source::new(self.name),
            simulated: self.name == "demo",
        })
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
        question: &Question,
        instrument: &Instrument,
    ) -> Result<Answer, SourceError> {
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
        Ok(Answer {
            question: question.clone(),
            series: Series::new(head, inside.map(|day| bar(*day, close)).collect()),
            actions: vec![],
            instrument: instrument.clone(),
            session: None,
            received_at: self.clock.now(),
            simulated: self.name == "demo",
            superseded: false,
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
        let mut sources = Sources::default()
            .with_quotes(self.yahoo.clone())
            .with_bars(self.yahoo.clone())
            .with_quotes(self.ecb.clone())
            .with_bars(self.ecb.clone())
            .with_allowances(["yahoo", "ecb"].map(plenty).to_vec())
            .with_calls(Calls { attempts: 1, ..Calls::default() });
        if with_demo {
            sources = sources.with_demo(Demo {
                quotes: self.demo.clone(),
                bars: self.demo.clone(),
                stream: None,
            });
        }
        let settings = Settings {
            watchlist: vec![symbol("CAC40")],
            refresh_every: Duration::from_mins(1),
            read_deadline: Duration::from_secs(5),
            longest_wait: Duration::from_secs(10),
            cache_bytes: 1 << 20,
        };
        let (clock, store) = (self.world.clock.clone(), self.world.store.clone());
        Engine::start(settings, clock, sources, store).await
    }

    fn advance(&self, minutes: i64) {
        self.world.clock.advance(SignedDuration::from_mins(minutes));
    }
}

fn plenty(source: &str) -> Allowance {
    let (source, terms, terms_url) = (Source::new(source), String::new(), String::new());
    Allowance { source, per_hour: 1e9, burst: 1e9, terms, terms_url }
}

fn code(text: &str) -> Currency {
    text.parse().unwrap()
}

async fn latest(engine: &Engine, base: &str, quote: &str) -> Result<Rate, NoRate> {
    engine.rate(&code(base), &code(quote)).await
}

async fn on(engine: &Engine, base: &str, quote: &str, date: &str) -> Result<Rate, NoRate> {
    engine.rate_on(&code(base), &code(quote), date.parse().unwrap(), None).await
}

async fn reference(engine: &Engine, base: &str, quote: &str, date: &str) -> Result<Rate, NoRate> {
    let ecb = Source::new("ecb");
    engine.rate_on(&code(base), &code(quote), date.parse().unwrap(), Some(&ecb)).await
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

#[tokio::test]
async fn the_pair_is_asked_once_and_its_inverse_read_from_it() {
    let exchange = Exchange::new();
    exchange.yahoo.has(&[("EUR/USD", 1.16)]);
    let engine = exchange.engine().await;
    let rate = latest(&engine, "EUR", "USD").await.unwrap();
    assert_eq!((rate.rate.to_string().as_str(), rate.freshness()), ("1.16", Freshness::Fresh));
    assert_eq!(steps(&rate), ["yahoo EUR/USD"]);
    assert_eq!(rate.steps[0].as_of, Some(engine.now()));

    let inverse = latest(&engine, "USD", "EUR").await.unwrap();
    assert_eq!(steps(&inverse), ["÷ yahoo EUR/USD"]);
    assert_close(inverse.rate, 1.0 / 1.16);
    assert_eq!(exchange.yahoo.asked(), ["EUR/USD"]);
}

#[tokio::test]
async fn a_currency_in_itself_is_one_and_nobody_is_asked() {
    let exchange = Exchange::new();
    let engine = exchange.engine().await;
    let rate = latest(&engine, "CHF", "CHF").await.unwrap();
    assert_eq!((rate.rate.to_string().as_str(), rate.steps.len()), ("1", 0));
    let rate = on(&engine, "CHF", "CHF", "2024-01-06").await.unwrap();
    assert_eq!((rate.rate.to_string().as_str(), rate.date()), ("1", None));
    assert!(exchange.yahoo.asked().is_empty() && exchange.ecb.asked().is_empty());
}

#[tokio::test]
async fn the_inverse_is_asked_where_the_pair_is_unknown() {
    let exchange = Exchange::new();
    exchange.yahoo.has(&[("USD/JPY", 152.0)]);
    let engine = exchange.engine().await;
    let rate = latest(&engine, "JPY", "USD").await.unwrap();
    assert_eq!(steps(&rate), ["÷ yahoo USD/JPY"]);
    assert_eq!(exchange.yahoo.asked(), ["JPY/USD", "USD/JPY"]);
}

#[tokio::test]
async fn crypto_assets_are_asked_for_the_way_round_they_are_quoted() {
    let exchange = Exchange::new();
    exchange.yahoo.has(&[("BTC/EUR", 60_000.0)]);
    let engine = exchange.engine().await;
    let rate = latest(&engine, "EUR", "BTC").await.unwrap();
    assert_eq!(steps(&rate), ["÷ yahoo BTC/EUR"]);
    assert_eq!(exchange.yahoo.asked(), ["BTC/EUR"]);
}

#[tokio::test]
async fn a_cross_names_both_its_sources() {
    let exchange = Exchange::new();
    exchange.yahoo.has(&[("SOL/EUR", 150.0)]);
    exchange.ecb.has(&[("EUR/ISK", 145.0)]);
    let engine = exchange.engine().await;
    let rate = latest(&engine, "SOL", "ISK").await.unwrap();
    assert_eq!(steps(&rate), ["yahoo SOL/EUR", "ecb EUR/ISK"]);
    assert_close(rate.rate, 150.0 * 145.0);
    exchange.yahoo.asked();
    assert_eq!(steps(&latest(&engine, "ISK", "SOL").await.unwrap()).len(), 2);
    let asked_again = exchange.yahoo.asked().iter().any(|pair| pair == "SOL/EUR");
    assert!(!asked_again, "both pairs are held and fresh");
}

#[tokio::test]
async fn a_stale_rate_is_given_marked_when_upstreams_are_away() {
    let exchange = Exchange::new();
    exchange.yahoo.has(&[("EUR/USD", 1.16)]);
    let engine = exchange.engine().await;
    latest(&engine, "EUR", "USD").await.unwrap();
    exchange.yahoo.goes_away();
    exchange.ecb.goes_away();
    exchange.advance(20);
    let rate = latest(&engine, "USD", "EUR").await.unwrap();
    assert_eq!(
        (rate.freshness(), steps(&rate)),
        (Freshness::Stale, vec!["÷ yahoo EUR/USD".into()])
    );
}

#[tokio::test]
async fn nobody_away_is_unknown_and_somebody_away_is_not() {
    let exchange = Exchange::new();
    let engine = exchange.engine().await;
    let unknown = latest(&engine, "XXQ", "USD").await.unwrap_err();
    assert_eq!(unknown, NoRate::Unknown { pair: symbol("XXQ/USD") });
    exchange.yahoo.goes_away();
    let away = latest(&engine, "XXR", "USD").await.unwrap_err();
    assert!(matches!(away, NoRate::Away { .. }), "{away}");
}

#[tokio::test]
async fn what_is_simulated_says_so_and_comes_after_what_is_stale() {
    let exchange = Exchange::new();
    exchange.yahoo.goes_away();
    exchange.ecb.goes_away();
    exchange.demo.has(&[("EUR/USD", 9.0)]);
    exchange.demo.has_days(&["2025-10-27"]);
    let engine = exchange.start(true).await;
    let rate = latest(&engine, "EUR", "USD").await.unwrap();
    assert_eq!((rate.simulated, rate.freshness()), (true, Freshness::Simulated));
    let rate = on(&engine, "EUR", "USD", "2025-10-28").await.unwrap();
    assert_eq!((rate.simulated, rate.freshness()), (true, Freshness::Simulated));
}

#[tokio::test]
async fn pence_are_refused_and_not_read_as_pounds() {
    let engine = Exchange::new().engine().await;
    let refusal = latest(&engine, "GBp", "USD").await.unwrap_err();
    assert_eq!(refusal.to_string(), "GBp is a hundredth of GBP; use GBP and divide by 100");
    assert!(on(&engine, "USD", "GBX", "2025-10-28").await.is_err());
}

#[tokio::test]
async fn a_weekend_has_the_rate_of_its_friday() {
    let exchange = Exchange::with_reference_rates();
    let engine = exchange.engine().await;
    let check = async |asked: &str, day: &str| {
        let rate = on(&engine, "USD", "JPY", asked).await.unwrap();
        assert_eq!(rate.date(), day.parse().ok(), "{asked}");
        assert_eq!(steps(&rate), ["÷ ecb EUR/USD", "ecb EUR/JPY"]);
        assert_eq!(rate.freshness(), Freshness::Fresh, "{asked}");
        assert_close(rate.rate, 177.0 / 1.16);
    };
    for (asked, day) in [
        ("2025-10-24", "2025-10-24"),
        ("2025-10-25", "2025-10-24"),
        ("2025-10-26", "2025-10-24"),
        ("2025-10-28", "2025-10-27"),
        ("2025-10-29", "2025-10-27"),
    ] {
        check(asked, day).await;
    }
    assert_eq!(exchange.ecb.asked(), ["EUR/USD", "EUR/JPY"], "one question serves many days");
    assert!(exchange.yahoo.asked().is_empty());
}

#[tokio::test]
async fn a_rate_is_made_of_one_day() {
    let exchange = Exchange::with_reference_rates();
    let engine = exchange.engine().await;
    on(&engine, "EUR", "USD", "2025-10-28").await.unwrap();
    exchange.ecb.has_days(&["2025-10-22", "2025-10-23"]);
    let rate = on(&engine, "USD", "JPY", "2025-10-28").await.unwrap();
    assert_eq!(rate.steps.iter().filter(|it| it.date == rate.date()).count(), 2);
    assert_eq!(rate.date(), "2025-10-23".parse().ok());
}

#[tokio::test]
async fn a_currency_that_ended_stands_for_a_week_and_no_longer() {
    let exchange = Exchange::with_reference_rates();
    exchange.ecb.has_days(&["2022-12-29", "2022-12-30"]);
    let engine = exchange.engine().await;
    let rate = on(&engine, "EUR", "HRK", "2023-01-06").await.unwrap();
    assert_eq!(rate.date(), "2022-12-30".parse().ok());
    for date in ["2023-01-07", "2025-10-29"] {
        let refusal = reference(&engine, "EUR", "HRK", date).await.unwrap_err();
        let expected = format!(
            "EUR/HRK has no rate in the week up to {date}; the last before it is of 2022-12-30"
        );
        assert_eq!(refusal.to_string(), expected);
    }
    assert_eq!(exchange.ecb.asked(), ["EUR/HRK"]);
}

#[tokio::test]
async fn a_pause_of_years_is_not_bridged() {
    let exchange = Exchange::with_reference_rates();
    exchange.ecb.has_days(&["2008-12-09", "2018-02-01"]);
    let engine = exchange.engine().await;
    let refusal = reference(&engine, "ISK", "EUR", "2012-06-01").await.unwrap_err();
    assert_eq!(
        refusal.to_string(),
        "EUR/ISK has no rate in the week up to 2012-06-01; the last before it is of 2008-12-09; \
         the next after it is of 2018-02-01"
    );
}

#[tokio::test]
async fn currencies_without_reference_rates_have_the_close_of_their_pair() {
    let exchange = Exchange::with_reference_rates();
    exchange.yahoo.has(&[("USD/AED", 3.67), ("BTC/EUR", 60_000.0), ("EUR/HRK", 7.5)]);
    exchange.yahoo.has_days(&["2025-10-24", "2025-10-25"]);
    let engine = exchange.engine().await;
    let check = async |base: &str, quote: &str, expected: &str| {
        let rate = on(&engine, base, quote, "2025-10-26").await.unwrap();
        assert_eq!(steps(&rate), [expected]);
        assert_eq!(rate.date(), "2025-10-25".parse().ok());
    };
    check("USD", "AED", "yahoo USD/AED").await;
    check("AED", "USD", "÷ yahoo USD/AED").await;
    check("EUR", "BTC", "÷ yahoo BTC/EUR").await;
    let asked = exchange.ecb.asked();
    assert!(!asked.iter().any(|pair| pair.starts_with("EUR/")), "it sets no such rates: {asked:?}");

    let refusal = reference(&engine, "USD", "AED", "2025-10-26").await.unwrap_err();
    assert_eq!(refusal, NoRate::Unpublished { currency: code("AED") });
    let unknown = on(&engine, "XXQ", "AED", "2025-10-26").await.unwrap_err();
    assert_eq!(unknown, NoRate::Unknown { pair: symbol("XXQ/AED") });
}

#[tokio::test]
async fn where_the_bank_is_away_another_source_serves_unless_it_was_insisted_on() {
    let exchange = Exchange::with_reference_rates();
    exchange.ecb.goes_away();
    exchange.yahoo.has(&[("EUR/USD", 1.17)]);
    exchange.yahoo.has_days(&["2025-10-27"]);
    let engine = exchange.engine().await;
    let away = reference(&engine, "EUR", "USD", "2025-10-27").await.unwrap_err();
    assert!(matches!(away, NoRate::Away { .. }), "{away}");
    let rate = on(&engine, "EUR", "USD", "2025-10-27").await.unwrap();
    assert_eq!(steps(&rate), ["yahoo EUR/USD"]);
}

#[tokio::test]
async fn the_last_reference_rate_is_given_stale_while_the_bank_is_away() {
    let exchange = Exchange::with_reference_rates();
    let engine = exchange.engine().await;
    reference(&engine, "EUR", "USD", "2025-10-29").await.unwrap();
    exchange.ecb.goes_away();
    exchange.advance(10 * 24 * 60);
    let rate = reference(&engine, "EUR", "USD", "2025-11-08").await.unwrap();
    assert_eq!(rate.date(), "2025-10-27".parse().ok());
    assert_eq!(rate.freshness(), Freshness::Stale);
}

#[tokio::test]
async fn days_without_rates_are_refused_with_what_works() {
    let engine = Exchange::with_reference_rates().engine().await;
    let refused = async |date: &str| on(&engine, "EUR", "USD", date).await.unwrap_err().to_string();
    assert_eq!(
        refused("2025-10-30").await,
        "2025-10-30 is in the future; the last day with rates is today, 2025-10-29"
    );
    assert_eq!(
        refused("1999-01-03").await,
        "1999-01-03 is before the first day with rates; use 1999-01-04 or later"
    );
}

/// The lists in the engine against the bank's own file, where it was recorded.
#[tokio::test]
async fn every_currency_of_the_banks_file_is_asked_for_and_no_other() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/upstream/ecb/eurofxref-hist-csv/eurofxref-hist.to-2026-04-13.csv");
    let Ok(table) = std::fs::read_to_string(&folder) else {
        eprintln!("skipped: no recording beside the repository ({} is absent)", folder.display());
        return;
    };
    let exchange = Exchange::new();
    let engine = exchange.engine().await;
    let codes = table.lines().next().unwrap().split(',').skip(1).filter(|code| !code.is_empty());
    for code in codes.clone() {
        let unknown = reference(&engine, "EUR", code, "2001-05-05").await.unwrap_err();
        assert!(matches!(unknown, NoRate::Unknown { .. }), "{unknown}");
        assert_eq!(exchange.ecb.asked(), [format!("EUR/{code}")]);
    }
    assert_eq!(codes.count(), 41);
}

#[tokio::test]
async fn today_is_what_it_is_in_frankfurt() {
    let exchange = Exchange::new();
    let engine = exchange.engine().await;
    exchange.advance(11 * 60 - 1);
    assert_eq!(engine.reference_day(), "2025-10-29".parse::<Date>().unwrap());
    exchange.advance(1);
    let midnight: Timestamp = "2025-10-29T23:00:00Z".parse().unwrap();
    assert_eq!((engine.now(), engine.reference_day().day()), (midnight, 30));
}
