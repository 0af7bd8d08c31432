use std::collections::BTreeSet;

use async_trait::async_trait;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{ToSpan, Unit};
use market::{
    BarSource, Basis, HistoryQuery, HistoryResult, Instrument, Kept, Period, Quote, QuoteSource,
    Series, SeriesHead, Source, SourceError, Span,
};
use url::Url;

use super::coins::{self, Pair};
use super::facts::{INTERVALS, NAME};
use super::parse;
use super::wire::Prices;
use crate::cut;
use crate::http::{self, Ask, Client, Reply};
use crate::offered;

/// `CoinGecko`'s public API.
pub struct CoinGecko {
    client: Client,
    base: Url,
}

impl CoinGecko {
    /// Asks at `base`.
    pub fn new(client: Client, base: Url) -> Self {
        Self { client, base }
    }

    fn today(&self) -> Date {
        self.client.now().to_zoned(TimeZone::UTC).date()
    }

    async fn get(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Reply, SourceError> {
        let url = http::address(&self.base, path, query);
        self.client.get(Ask { source: NAME, url, limit: http::BODY_LIMIT }).await
    }

    /// All pairs in one request: every coin in every currency asked for.
    async fn prices(&self, pairs: &[Pair]) -> Result<Prices, SourceError> {
        let ids: BTreeSet<&str> = pairs.iter().map(|pair| pair.id).collect();
        let currencies: BTreeSet<&str> = pairs.iter().map(|pair| pair.currency.as_str()).collect();
        // No blanks: one after a comma silently drops the id.
        let joined = |names: BTreeSet<&str>| names.into_iter().collect::<Vec<_>>().join(",");
        let query = [
            ("ids", joined(ids)),
            ("vs_currencies", joined(currencies)),
            ("include_last_updated_at", "true".to_owned()),
            ("include_24hr_change", "true".to_owned()),
        ];
        let query: Vec<_> = query.iter().map(|(key, value)| (*key, value.as_str())).collect();
        let reply = self.get(&["api", "v3", "simple", "price"], &query).await?;
        parse::prices(&reply)
    }
}

#[async_trait]
impl QuoteSource for CoinGecko {
    fn source(&self) -> Source {
        Source::new(NAME)
    }

    async fn quotes(
        &self,
        batch: &[Instrument],
    ) -> Result<Vec<Result<Quote, SourceError>>, SourceError> {
        let pairs: Vec<Pair> =
            batch.iter().filter_map(|instrument| coins::pair(instrument).ok()).collect();
        let prices = match pairs[..] {
            [] => Prices::new(),
            _ => self.prices(&pairs).await?,
        };
        let received_at = self.client.now();
        let quote = |instrument: &Instrument| {
            parse::quote(&prices, &coins::pair(instrument)?, instrument, received_at)
        };
        Ok(batch.iter().map(quote).collect())
    }
}

#[async_trait]
impl BarSource for CoinGecko {
    fn source(&self) -> Source {
        Source::new(NAME)
    }

    async fn bars(
        &self,
        question: &HistoryQuery,
        instrument: &Instrument,
    ) -> Result<HistoryResult, SourceError> {
        let (pair, today) = (coins::pair(instrument)?, self.today());
        let days = days(question, today)?.to_string();
        // Without an interval few days come by the hour, some seconds late: their closes would
        // be those of 23:00, and others than the same days have in a longer answer.
        let query = [
            ("vs_currency", pair.currency.as_str()),
            ("days", days.as_str()),
            ("interval", "daily"),
        ];
        let reply = self.get(&["api", "v3", "coins", pair.id, "market_chart"], &query).await?;
        if !reply.is_success() {
            return Err(parse::refusal(&reply, instrument));
        }
        let received_at = self.client.now();
        let (bars, set_aside) = parse::closes(&reply.body, received_at)?;
        let series = Series::new(head(question, &pair), bars);
        let (series, actions) = cut::to_span(&series, Vec::new(), question.span, today)?;
        Ok(HistoryResult {
            query: question.clone(),
            series,
            actions,
            instrument: instrument.clone(),
            session: None,
            received_at,
            simulated: false,
            superseded: false,
            kept: Kept::default(),
            unpriced: Vec::new(),
            disputed: Vec::new(),
            repaired: Vec::new(),
            set_aside,
        })
    }

    /// What CoinGecko would refuse.
    fn offers(&self, question: &HistoryQuery, instrument: &Instrument) -> Result<(), SourceError> {
        coins::pair(instrument)?;
        days(question, self.today()).map(|_| ())
    }
}

fn head(question: &HistoryQuery, pair: &Pair) -> SeriesHead {
    SeriesHead {
        symbol: question.symbol.clone(),
        interval: question.interval,
        source: Source::new(NAME),
        currency: pair.currency.to_ascii_uppercase().parse().ok(),
        basis: Basis::Unadjusted,
    }
}

/// How many days back to ask for, so that the first day asked is whole. Up to
/// 90 the points come hourly, beyond that daily.
fn days(question: &HistoryQuery, today: Date) -> Result<u32, SourceError> {
    offered::check(question.interval, INTERVALS)?;
    let first = match question.span {
        // Crypto trades every day: trading days are calendar days.
        Span::Period(Period::Days(n)) => today.checked_sub((i32::from(n) - 1).days()).ok(),
        span => span.days(today).0,
    };
    let back = first.and_then(|first| first.until((Unit::Day, today)).ok());
    let back = back.map(|span| u32::try_from(span.get_days()).unwrap_or(0));
    // A year may have 366 days; the first of them is then left out there.
    match back.filter(|back| *back <= parse::REACH_DAYS + 1) {
        Some(back) => Ok((back + 1).min(parse::REACH_DAYS)),
        None => Err(parse::outside()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use market::Interval;

    fn check(interval: Interval, period: &str) -> Result<u32, SourceError> {
        let symbol = "BTC/EUR".parse().unwrap();
        let span = Span::Period(period.parse().unwrap());
        days(&HistoryQuery { symbol, interval, span, source: None }, date(2025, 10, 29))
    }

    #[test]
    fn enough_days_are_asked_for_and_never_more_than_are_free() {
        for (period, expected) in [("1d", 1), ("7d", 7), ("1mo", 31), ("1y", 365), ("365d", 365)] {
            assert_eq!(check(Interval::D1, period), Ok(expected), "{period}");
        }
    }

    #[test]
    fn what_is_not_there_is_refused_with_what_is() {
        for period in ["5y", "max", "13mo"] {
            let refusal = check(Interval::D1, period).unwrap_err().to_string();
            assert!(refusal.ends_with("365 days at most; ask for period=1y or less"), "{refusal}");
        }
        let refusal = check(Interval::H1, "1d").unwrap_err().to_string();
        assert_eq!(refusal, "not offered there: 1h bars are not, only interval=1d");
    }
}
