use async_trait::async_trait;
use jiff::civil::Date;
use market::{
    BarSource, HistoryQuery, HistoryResult, Instrument, Interval, Quote, QuoteSource, Source,
    SourceError,
};
use url::Url;

use super::facts::{INTERVALS, NAME};
use super::listing::{self, Listing};
use super::parse::{self, MOST_BARS};
use crate::http::{self, Along, Ask, Client, Reply};
use crate::{Key, offered, one_by_one};

/// Twelve Data's latest prices and history.
pub struct TwelveData {
    client: Client,
    base: Url,
    authorization: String,
}

impl TwelveData {
    /// Asks at `base` with a key.
    #[expect(clippy::needless_pass_by_value, reason = "a key has one owner")]
    pub fn new(client: Client, base: Url, key: Key) -> Self {
        Self { client, base, authorization: format!("apikey {}", key.reveal()) }
    }

    async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Reply, SourceError> {
        let url = http::address(&self.base, &[path], query);
        let headers = [("authorization", self.authorization.as_str())];
        let along = Along { headers: &headers, is_keyed: true, ..Along::default() };
        self.client.send(Ask { source: NAME, url, limit: http::BODY_LIMIT }, along).await
    }

    async fn quote(&self, asked: &Instrument) -> Result<Quote, SourceError> {
        if let Some(pair) = listing::pair(asked) {
            let reply = self.get("exchange_rate", &[("symbol", &pair)]).await?;
            return parse::rate(&reply, &pair, asked, self.client.now());
        }
        let listing = Listing::of(asked)?;
        let query = [("symbol", listing.ticker.as_str()), listing.place()];
        let reply = self.get("quote", &query).await?;
        parse::quote(&reply, &listing, asked, self.client.now())
    }

    /// Bars adjusted as said.
    async fn series(
        &self,
        question: &HistoryQuery,
        instrument: &Instrument,
        listing: &Listing,
        adjust: &str,
    ) -> Result<Reply, SourceError> {
        let (first, end) = self.stretch(question, instrument);
        let (first, end, most) = (first.to_string(), end.to_string(), MOST_BARS.to_string());
        let mut query = vec![
            ("symbol", listing.ticker.as_str()),
            listing.place(),
            ("interval", interval(question.interval)),
            ("start_date", &first),
            ("end_date", &end),
            ("outputsize", &most),
            ("adjust", adjust),
        ];
        if question.interval.is_intraday() {
            query.push(("timezone", "UTC"));
        }
        self.get("time_series", &query).await
    }

    /// What is surely longer than one answer, or has not begun, is not asked for.
    fn check_length(
        &self,
        question: &HistoryQuery,
        instrument: &Instrument,
    ) -> Result<(), SourceError> {
        let today = self.client.now().to_zoned(instrument.zone()).date();
        let (first, last) = question.span.days(today);
        let begun = instrument.first_trade.max(first);
        if begun.is_some_and(|begun| begun > today) {
            return Err(SourceError::NotOffered("it has no days to come".to_owned()));
        }
        let days = begun.map_or(i32::MAX, |begun| (last.min(today) - begun).get_days());
        if days > most_days(question.interval) {
            return Err(parse::too_long(question.interval));
        }
        Ok(())
    }

    /// The dates to be asked for, the last of which may be left out there. Those within a
    /// day are told in UTC, where a day of trading may begin a date earlier.
    fn stretch(&self, question: &HistoryQuery, instrument: &Instrument) -> (Date, Date) {
        let today = self.client.now().to_zoned(instrument.zone()).date();
        let (first, last) = question.span.days(today);
        let later = |date: Date| date.tomorrow().unwrap_or(date);
        let first = first.unwrap_or(parse::FIRST_DAY);
        let is_intraday = question.interval.is_intraday();
        let first = if is_intraday { first.yesterday().unwrap_or(first) } else { first };
        (first, later(later(last.min(today))))
    }
}

/// So many days, weekends and holidays included, have as many bars as one answer at least:
/// of a year some 250 are traded, in New York for 390 minutes each.
fn most_days(interval: Interval) -> i32 {
    let days = i64::from(MOST_BARS) * 365 / 250;
    let minutes = interval.seconds() / 60;
    let days = if interval.is_intraday() { days * minutes / 390 } else { days };
    i32::try_from(days).unwrap_or(i32::MAX)
}

/// As Twelve Data names it.
fn interval(interval: Interval) -> &'static str {
    match interval {
        Interval::M1 => "1min",
        Interval::M5 => "5min",
        Interval::M15 => "15min",
        Interval::M30 => "30min",
        _ => "1day",
    }
}

#[async_trait]
impl QuoteSource for TwelveData {
    fn source(&self) -> Source {
        Source::new(NAME)
    }

    fn batches(&self, instruments: Vec<Instrument>) -> Vec<Vec<Instrument>> {
        one_by_one::batches(instruments)
    }

    async fn quotes(
        &self,
        batch: &[Instrument],
    ) -> Result<Vec<Result<Quote, SourceError>>, SourceError> {
        one_by_one::quotes(batch, |asked| self.quote(asked)).await
    }

    /// What Twelve Data does not have.
    fn at_hand(&self, instrument: &Instrument) -> Option<Result<Quote, SourceError>> {
        let is_pair = listing::pair(instrument).is_some();
        Listing::of(instrument).err().filter(|_| !is_pair).map(Err)
    }
}

#[async_trait]
impl BarSource for TwelveData {
    fn source(&self) -> Source {
        Source::new(NAME)
    }

    async fn bars(
        &self,
        question: &HistoryQuery,
        instrument: &Instrument,
    ) -> Result<HistoryResult, SourceError> {
        offered::check(question.interval, INTERVALS)?;
        let listing = Listing::of(instrument)?;
        let reply = self.series(question, instrument, &listing, "splits").await?;
        let about = (question, interval(question.interval));
        parse::history(&reply, about, &listing, instrument, self.client.now())
    }

    /// Of days the closes adjusted for what was paid.
    fn lacks_more(&self, answer: &HistoryResult, requests: usize) -> bool {
        requests == 1 && answer.query.interval == Interval::D1 && !answer.series.is_empty()
    }

    async fn more(
        &self,
        answer: HistoryResult,
        _requests: usize,
    ) -> Result<HistoryResult, SourceError> {
        let listing = Listing::of(&answer.instrument)?;
        let reply = self.series(&answer.query, &answer.instrument, &listing, "all").await?;
        parse::with_adjusted(&reply, &listing, answer)
    }

    /// What Twelve Data does not have.
    fn offers(&self, question: &HistoryQuery, instrument: &Instrument) -> Result<(), SourceError> {
        offered::check(question.interval, INTERVALS)?;
        Listing::of(instrument)?;
        self.check_length(question, instrument)
    }
}
