use async_trait::async_trait;
use jiff::civil::{Date, date};
use market::{
    BarSource, HistoryQuery, HistoryResult, Instrument, Quote, QuoteSource, Source, SourceError,
};
use url::Url;

use super::facts::{INTERVALS, NAME};
use super::{parse, ticker};
use crate::http::{self, Along, Ask, Client, Reply};
use crate::{Key, offered, united_states};

/// So many tickers go into one address.
const TICKERS: usize = 100;

/// Before anything that Tiingo has.
const FIRST_DAY: Date = date(1900, 1, 1);

/// Tiingo's latest prices and daily history.
pub struct Tiingo {
    client: Client,
    base: Url,
    authorization: String,
}

impl Tiingo {
    /// Asks at `base` with a key.
    #[expect(clippy::needless_pass_by_value, reason = "a key has one owner")]
    pub fn new(client: Client, base: Url, key: Key) -> Self {
        Self { client, base, authorization: format!("Token {}", key.reveal()) }
    }

    async fn get(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Reply, SourceError> {
        let url = http::address(&self.base, path, query);
        let headers = [("authorization", self.authorization.as_str())];
        let along = Along { headers: &headers, is_keyed: true, ..Along::default() };
        self.client.send(Ask { source: NAME, url, limit: http::BODY_LIMIT }, along).await
    }
}

#[async_trait]
impl QuoteSource for Tiingo {
    fn source(&self) -> Source {
        Source::new(NAME)
    }

    fn batches(&self, instruments: Vec<Instrument>) -> Vec<Vec<Instrument>> {
        instruments.chunks(TICKERS).map(<[Instrument]>::to_vec).collect()
    }

    async fn quotes(
        &self,
        batch: &[Instrument],
    ) -> Result<Vec<Result<Quote, SourceError>>, SourceError> {
        let tickers: Vec<String> =
            batch.iter().filter_map(|it| ticker::of_traded(it).ok()).collect();
        let rows = if tickers.is_empty() {
            Vec::new()
        } else {
            // Without the slash at the end it is a redirect.
            let reply = self.get(&["iex", ""], &[("tickers", &tickers.join(","))]).await?;
            parse::tops(&reply)?
        };
        let received_at = self.client.now();
        let quote = |asked| parse::quote(&rows, &ticker::of_traded(asked)?, asked, received_at);
        Ok(batch.iter().map(quote).collect())
    }

    /// What Tiingo does not have.
    fn at_hand(&self, instrument: &Instrument) -> Option<Result<Quote, SourceError>> {
        ticker::of_traded(instrument).err().map(Err)
    }
}

#[async_trait]
impl BarSource for Tiingo {
    fn source(&self) -> Source {
        Source::new(NAME)
    }

    async fn bars(
        &self,
        question: &HistoryQuery,
        instrument: &Instrument,
    ) -> Result<HistoryResult, SourceError> {
        offered::check(question.interval, INTERVALS)?;
        let ticker = ticker::of(instrument)?;
        let today = self.client.now().to_zoned(united_states::zone()).date();
        // Never up to an earlier day: a split after it would be missed.
        let first = question.span.days(today).0.unwrap_or(FIRST_DAY).to_string();
        let query = [("startDate", first.as_str()), ("resampleFreq", "daily")];
        let reply = self.get(&["tiingo", "daily", &ticker, "prices"], &query).await?;
        parse::history(&reply, question, instrument, self.client.now())
    }

    /// What Tiingo does not have.
    fn offers(&self, question: &HistoryQuery, instrument: &Instrument) -> Result<(), SourceError> {
        offered::check(question.interval, INTERVALS)?;
        ticker::of(instrument).map(|_| ())
    }
}
