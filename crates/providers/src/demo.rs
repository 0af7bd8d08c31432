//! The last resort in development: a market that never existed. Everything it
//! says is marked simulated.
//!
//! It knows any symbol and, like Yahoo, has fine bars for recent days only. As a
//! stream it sends the price of every open market each second.

mod documents;
mod stream;

use std::sync::Arc;

use async_trait::async_trait;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use market::{
    Action, ActionKind, Bar, BarSource, Basis, Clock, HistoryQuery, HistoryResult, Identifier,
    Instrument, Interval, Kept, Kind, Payment, Previous, PreviousKind, Price, Quote, QuoteSource,
    Series, SeriesHead, Session, Source, SourceError, TradingPeriod,
};
use simulator::{Listing, Market};

use crate::cut;
use crate::yahoo::{spelling, window};

/// The name under which it answers.
pub const NAME: &str = "demo";

/// Its name within a sentence.
pub const LABEL: &str = "the simulator";

/// The simulated market is the same on every machine.
const SEED: u64 = 2024;

/// Longer than any market stays closed, so that the latest two days lie within.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(12 * 24);

/// The simulator as a source like any other.
pub struct Simulator {
    market: Market,
    clock: Arc<dyn Clock>,
}

impl Simulator {
    /// The market that everybody sees who has no real prices.
    pub fn usual(clock: Arc<dyn Clock>) -> Self {
        Self::new(Market::new(SEED), clock)
    }

    /// Answers for `market` by `clock`.
    pub fn new(market: Market, clock: Arc<dyn Clock>) -> Self {
        Self { market, clock }
    }

    fn quote(&self, asked: &Instrument, now: Timestamp) -> Result<Quote, SourceError> {
        let name = name_of(asked)?;
        let listing = self.market.listing(&name);
        let days = self.market.bars(&name, simulator::Interval::D1, now - LOOK_BACK, now, now);
        let day = days.last().ok_or_else(|| not_yet(&listing))?;
        let previous = days.iter().rev().nth(1).and_then(|bar| Price::new(bar.close));
        Ok(Quote {
            instrument: describe(asked, &listing),
            price: Price::new(day.close).ok_or_else(|| not_yet(&listing))?,
            currency: listing.currency.parse().ok(),
            previous: previous.map(|price| Previous { price, kind: PreviousKind::Close }),
            day_high: Price::new(day.high),
            day_low: Price::new(day.low),
            volume: volume(day),
            session: Some(session(&listing, now)),
            as_of: listing.session(day.date).map(|session| session.close.min(now)),
            received_at: now,
            source: Source::new(NAME),
            simulated: true,
            witness: None,
        })
    }

    fn answer(
        &self,
        question: &HistoryQuery,
        asked: &Instrument,
        now: Timestamp,
    ) -> Result<HistoryResult, SourceError> {
        let name = name_of(asked)?;
        let listing = self.market.listing(&name);
        let zone = TimeZone::get(listing.time_zone).unwrap_or(TimeZone::UTC);
        let today = now.to_zoned(zone.clone()).date();
        window::check(question.interval, question.span, today)?;
        let (first, last) = question.span.days(today);
        let from = midnight(first.unwrap_or(listing.first_trade), &zone);
        let to = midnight(last.tomorrow().unwrap_or(last), &zone);
        let interval = interval(question.interval)?;
        let bars = self.market.bars(&name, interval, from, to, now);
        let intraday = question.interval.is_intraday();
        let bars = bars.iter().filter_map(|simulated| bar(simulated, intraday)).collect();
        let series = Series::new(head(question, &listing), bars);
        let (series, actions) =
            cut::to_span(&series, self.actions(&name, now), question.span, today)?;
        Ok(HistoryResult {
            query: question.clone(),
            series,
            actions,
            instrument: describe(asked, &listing),
            session: Some(session(&listing, now)),
            received_at: now,
            simulated: true,
            superseded: false,
            kept: Kept::default(),
            unpriced: Vec::new(),
            disputed: Vec::new(),
            repaired: Vec::new(),
            set_aside: Vec::new(),
        })
    }

    fn actions(&self, name: &str, now: Timestamp) -> Vec<Action> {
        let dividends = self.market.dividends(name, now);
        let splits = self.market.splits(name, now);
        let mut actions: Vec<Action> = dividends
            .iter()
            .map(dividend)
            .chain(splits.iter().map(|split| {
                let numerator = f64::from(split.numerator);
                let kind = ActionKind::Split { numerator, denominator: 1.0 };
                Action { ex_date: split.ex_date, kind }
            }))
            .collect();
        actions.sort_by_key(|action| action.ex_date);
        actions
    }
}

#[async_trait]
impl QuoteSource for Simulator {
    fn source(&self) -> Source {
        Source::new(NAME)
    }

    async fn quotes(
        &self,
        batch: &[Instrument],
    ) -> Result<Vec<Result<Quote, SourceError>>, SourceError> {
        let now = self.clock.now();
        Ok(batch.iter().map(|instrument| self.quote(instrument, now)).collect())
    }
}

#[async_trait]
impl BarSource for Simulator {
    fn source(&self) -> Source {
        Source::new(NAME)
    }

    async fn bars(
        &self,
        question: &HistoryQuery,
        instrument: &Instrument,
    ) -> Result<HistoryResult, SourceError> {
        self.answer(question, instrument, self.clock.now())
    }
}

/// What it is called in the simulated market, which has anything with a name. An ISIN or the
/// like is none: what it stands for may be priced, and not by the ISIN.
fn name_of(asked: &Instrument) -> Result<String, SourceError> {
    match Identifier::of(&asked.symbol) {
        Some(_) => Err(SourceError::UnknownSymbol(asked.symbol.clone())),
        None => Ok(spelling::name_of(&asked.symbol)),
    }
}

fn dividend(paid: &simulator::Dividend) -> Action {
    let currency = paid.currency.and_then(|code| code.parse().ok());
    let payment = Payment { amount: paid.amount, currency };
    Action { ex_date: paid.ex_date, kind: ActionKind::Dividend(payment) }
}

fn not_yet(listing: &Listing) -> SourceError {
    SourceError::NotOffered(format!("{} has not traded yet", listing.symbol))
}

fn describe(asked: &Instrument, listing: &Listing) -> Instrument {
    Instrument {
        symbol: asked.symbol.clone(),
        name: listing.name.as_str().into(),
        kind: kind(listing.kind),
        currency: listing.currency.parse().ok(),
        exchange: Some(listing.exchange_name.into()),
        mic: None,
        first_trade: Some(listing.first_trade),
        time_zone: listing.time_zone.to_owned(),
        price_decimals: listing.price_decimals,
    }
}

fn kind(kind: simulator::Kind) -> Kind {
    match kind {
        simulator::Kind::Index => Kind::Index,
        simulator::Kind::Currency => Kind::Currency,
        simulator::Kind::Crypto => Kind::Crypto,
        simulator::Kind::Equity => Kind::Equity,
        simulator::Kind::Future => Kind::Future,
    }
}

fn interval(interval: Interval) -> Result<simulator::Interval, SourceError> {
    simulator::Interval::from_name(interval.as_str())
        .ok_or_else(|| SourceError::NotOffered(format!("{interval} bars")))
}

fn head(question: &HistoryQuery, listing: &Listing) -> SeriesHead {
    let as_traded = matches!(listing.kind, simulator::Kind::Currency | simulator::Kind::Crypto);
    SeriesHead {
        symbol: question.symbol.clone(),
        interval: question.interval,
        source: Source::new(NAME),
        currency: listing.currency.parse().ok(),
        basis: if as_traded { Basis::Unadjusted } else { Basis::Splits },
    }
}

fn session(listing: &Listing, now: Timestamp) -> Session {
    let day = listing.current_session(now);
    Session { pre: None, regular: TradingPeriod { start: day.open, end: day.close }, post: None }
}

/// Zero is what the simulator says where nobody counts.
fn volume(bar: &simulator::Bar) -> Option<f64> {
    (bar.volume > 0).then_some(bar.volume as f64)
}

fn bar(simulated: &simulator::Bar, intraday: bool) -> Option<Bar> {
    Some(Bar {
        open_time: simulated.open_time,
        date: simulated.date,
        open: Price::new(simulated.open),
        high: Price::new(simulated.high),
        low: Price::new(simulated.low),
        close: Price::new(simulated.close)?,
        adj_close: Price::new(simulated.adj_close).filter(|_| !intraday),
        volume: volume(simulated),
        provisional: simulated.provisional,
    })
}

fn midnight(date: Date, zone: &TimeZone) -> Timestamp {
    zone.to_timestamp(date.to_datetime(Time::midnight())).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use market::{Catalog, Period, Span};
    use testkit::SettableClock;

    use super::*;

    fn at(instant: &str) -> Timestamp {
        instant.parse().unwrap()
    }

    const WEDNESDAY: &str = "2025-10-29T12:00:00Z";
    const SATURDAY: &str = "2025-11-01T12:00:00Z";

    fn demo(now: &'static str) -> Simulator {
        Simulator::new(Market::new(7), SettableClock::at(now))
    }

    fn quote(symbol: &str, now: &'static str) -> Quote {
        let instrument = Catalog::new().instrument(&symbol.parse().unwrap());
        demo(now).quote(&instrument, at(now)).unwrap()
    }

    fn ask(symbol: &str, interval: Interval, period: &str) -> Result<HistoryResult, SourceError> {
        let instrument = Catalog::new().instrument(&symbol.parse().unwrap());
        let span = Span::Period(period.parse().unwrap());
        let question =
            HistoryQuery { symbol: instrument.symbol.clone(), interval, span, source: None };
        demo(WEDNESDAY).answer(&question, &instrument, at(WEDNESDAY))
    }

    #[test]
    fn a_quote_is_simulated_and_moves_with_the_clock() {
        for symbol in ["CAC40", "EUR/USD", "BTC/EUR", "AAPL", "NOBODY.KNOWS"] {
            let quote = quote(symbol, WEDNESDAY);
            assert!(quote.simulated, "{symbol}");
            assert_eq!(quote.source.as_str(), "demo");
            assert_eq!(quote.instrument.symbol, symbol.parse().unwrap());
            let near = quote.change_percent().unwrap().abs();
            assert!(near < 25.0, "{symbol} moved by {near} %");
        }
        let later = quote("BTC/EUR", "2025-10-29T12:00:30Z");
        assert_ne!(later.price, quote("BTC/EUR", WEDNESDAY).price);
    }

    #[test]
    fn a_price_is_as_old_as_its_market_is_closed() {
        assert_eq!(quote("CAC40", WEDNESDAY).as_of, Some(at(WEDNESDAY)));
        let friday_close = "2025-10-31T16:30:00Z".parse().unwrap();
        assert_eq!(quote("CAC40", SATURDAY).as_of, Some(friday_close));
        assert_eq!(quote("BTC/EUR", SATURDAY).as_of, Some(at(SATURDAY)));
    }

    #[test]
    fn the_last_bar_ends_at_the_price() {
        let answer = ask("CAC40", Interval::D1, "5d").unwrap();
        assert!(answer.simulated && answer.series.len() == 5);
        let last = answer.series.last().unwrap();
        assert_eq!(last.close, quote("CAC40", WEDNESDAY).price);
        assert!(last.provisional);
        assert_eq!(answer.series.head.currency, "EUR".parse().ok());
    }

    #[test]
    fn every_interval_and_period_has_bars_or_says_what_would_work() {
        for interval in Interval::ALL {
            for period in ["1d", "7d", "1mo", "1y", "ytd", "max"] {
                match ask("AAPL", interval, period) {
                    Ok(answer) => {
                        let fits = interval <= Interval::D1 || period.parse() == Ok(Period::Max);
                        assert!(!fits || !answer.series.is_empty(), "{interval} {period}");
                        assert!(answer.simulated && answer.series.head.source.as_str() == NAME);
                    }
                    Err(refusal) => {
                        let why = if interval.made_of().is_some() {
                            "not_offered"
                        } else {
                            "outside_window"
                        };
                        assert_eq!(refusal.reason(), why, "{interval} {period}");
                    }
                }
            }
        }
        let year = ask("AAPL", Interval::D1, "1y").unwrap();
        assert!(year.actions.iter().any(|action| action.kind.name() == "dividend"));
    }
}
