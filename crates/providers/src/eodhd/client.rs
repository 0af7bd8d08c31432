use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::{Date, date};
use market::{
    BarSource, HistoryQuery, HistoryResult, Instrument, Interval, Quote, QuoteSource, Source,
    SourceError,
};
use url::Url;

use super::facts::{INTERVALS, NAME};
use super::{code, parse};
use crate::http::{self, Along, Ask, Client, Reply};
use crate::{Key, offered, one_by_one};

/// Before anything that EODHD has.
const FIRST_DAY: Date = date(1900, 1, 1);

/// EODHD's latest prices and history.
pub struct Eodhd {
    client: Client,
    base: Url,
    key: Key,
}

impl Eodhd {
    /// Asks at `base` with a key.
    pub fn new(client: Client, base: Url, key: Key) -> Self {
        Self { client, base, key }
    }

    async fn get(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Reply, SourceError> {
        let url = http::address(&self.base, path, &[query, &[("fmt", "json")]].concat());
        // It takes the key in the address; there it is neither logged nor told.
        let key = Some(("api_token", self.key.reveal()));
        let along = Along { parameter: key, is_keyed: true, ..Along::default() };
        self.client.send(Ask { source: NAME, url, limit: http::BODY_LIMIT }, along).await
    }

    async fn quote(&self, asked: &Instrument) -> Result<Quote, SourceError> {
        let code = code::of(asked)?;
        let reply = self.get(&["real-time", &code], &[]).await?;
        parse::quote(&reply, &code, asked, self.client.now())
    }

    /// Minutes of long ago are not asked for.
    fn check_window(
        &self,
        question: &HistoryQuery,
        instrument: &Instrument,
    ) -> Result<(), SourceError> {
        let days = match question.interval {
            Interval::M1 => 120,
            Interval::M5 => 600,
            _ => return Ok(()),
        };
        let today = self.client.now().to_zoned(instrument.zone()).date();
        if (today - self.first_day(question, instrument)).get_days() < days {
            return Ok(());
        }
        let interval = question.interval;
        Err(SourceError::NotOffered(format!("it has {interval} bars of {days} days alone")))
    }

    /// From the first day asked for: up to today, as a split after the last one counts too.
    fn first_day(&self, question: &HistoryQuery, instrument: &Instrument) -> Date {
        let today = self.client.now().to_zoned(instrument.zone()).date();
        question.span.days(today).0.unwrap_or(FIRST_DAY)
    }

    async fn days(&self, code: &str, first: Date) -> Result<Reply, SourceError> {
        let first = first.to_string();
        self.get(&["eod", code], &[("from", &first), ("period", "d"), ("order", "a")]).await
    }

    async fn minutes(
        &self,
        code: &str,
        (question, instrument): (&HistoryQuery, &Instrument),
    ) -> Result<Reply, SourceError> {
        let first = self.first_day(question, instrument).at(0, 0, 0, 0);
        let first = instrument.zone().to_timestamp(first).map_or(0, Timestamp::as_second);
        let (first, last) = (first.to_string(), self.client.now().as_second().to_string());
        let interval = question.interval.as_str();
        self.get(&["intraday", code], &[("interval", interval), ("from", &first), ("to", &last)])
            .await
    }
}

#[async_trait]
impl QuoteSource for Eodhd {
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

    /// What EODHD does not have.
    fn at_hand(&self, instrument: &Instrument) -> Option<Result<Quote, SourceError>> {
        code::of(instrument).err().map(Err)
    }
}

#[async_trait]
impl BarSource for Eodhd {
    fn source(&self) -> Source {
        Source::new(NAME)
    }

    async fn bars(
        &self,
        question: &HistoryQuery,
        instrument: &Instrument,
    ) -> Result<HistoryResult, SourceError> {
        offered::check(question.interval, INTERVALS)?;
        let code = code::of(instrument)?;
        let reply = if question.interval.is_intraday() {
            self.minutes(&code, (question, instrument)).await?
        } else {
            self.days(&code, self.first_day(question, instrument)).await?
        };
        parse::history(&reply, (question, instrument), self.client.now())
    }

    /// First splits, then payments.
    fn lacks_more(&self, answer: &HistoryResult, requests: usize) -> bool {
        requests < 3 && !answer.series.is_empty()
    }

    async fn more(
        &self,
        answer: HistoryResult,
        requests: usize,
    ) -> Result<HistoryResult, SourceError> {
        let code = code::of(&answer.instrument)?;
        let first = answer.series.dates().first().map(ToString::to_string).unwrap_or_default();
        let today = self.client.now().to_zoned(answer.instrument.zone()).date().to_string();
        let since = [("from", first.as_str()), ("to", &today)];
        if requests == 1 {
            parse::with_splits(&self.get(&["splits", &code], &since).await?, answer)
        } else {
            parse::with_payments(&self.get(&["div", &code], &since).await?, answer)
        }
    }

    /// What EODHD does not have.
    fn offers(&self, question: &HistoryQuery, instrument: &Instrument) -> Result<(), SourceError> {
        offered::check(question.interval, INTERVALS)?;
        code::of(instrument)?;
        self.check_window(question, instrument)
    }
}
