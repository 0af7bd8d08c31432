use async_trait::async_trait;
use jiff::SignedDuration;
use market::{
    BarSource, HistoryQuery, HistoryResult, Instrument, Interval, Quote, QuoteSource, Source,
    SourceError,
};
use url::Url;

use super::facts::{INTERVALS, NAME};
use super::parse::{self, MOST_BARS};
use super::stretch::Stretch;
use super::ticker;
use crate::http::{self, Along, Ask, Client, Reply};
use crate::{Key, offered, united_states};

/// So many tickers go into one address.
const TICKERS: usize = 100;

/// What changes prices without a trade, as far as it is told here.
const TYPES: &str = "cash_dividend,forward_split,reverse_split,stock_dividend,name_change";

/// What happens is asked for by when it is worked off, which of a payment is weeks after its
/// ex-date: so far ahead.
const AHEAD: SignedDuration = SignedDuration::from_hours(24 * 365);

/// Alpaca's latest prices and history.
pub struct Alpaca {
    client: Client,
    base: Url,
    key: Key,
}

/// What is asked for after the bars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Further {
    /// Closes adjusted for what was paid.
    Adjusted,
    /// What was paid and split.
    Actions,
}

impl Further {
    /// What an answer lacks that so many requests brought.
    fn of(answer: &HistoryResult, requests: usize) -> Option<Self> {
        let of_days = answer.query.interval == Interval::D1;
        let all: &[Self] =
            if of_days { &[Self::Adjusted, Self::Actions] } else { &[Self::Actions] };
        let next = requests.checked_sub(1).and_then(|brought| all.get(brought));
        next.copied().filter(|_| !answer.series.is_empty())
    }
}

impl Alpaca {
    /// Asks at `base` with a key and its secret.
    pub fn new(client: Client, base: Url, key: Key) -> Self {
        Self { client, base, key }
    }

    async fn get(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Reply, SourceError> {
        let url = http::address(&self.base, path, query);
        let headers = [
            ("apca-api-key-id", self.key.reveal()),
            ("apca-api-secret-key", self.key.reveal_secret()),
        ];
        let along = Along { headers: &headers, is_keyed: true, ..Along::default() };
        self.client.send(Ask { source: NAME, url, limit: http::BODY_LIMIT }, along).await
    }

    /// Bars adjusted as said.
    async fn series(
        &self,
        (question, instrument): (&HistoryQuery, &Instrument),
        adjustment: &str,
    ) -> Result<Reply, SourceError> {
        let stretch = Stretch::of(question, instrument, self.client.now())?;
        let (first, last) = (stretch.first.to_string(), stretch.last.to_string());
        let query = [
            ("symbols", &*ticker::of(instrument)?),
            ("timeframe", timeframe(question.interval)),
            ("start", &first),
            ("end", &last),
            ("limit", &MOST_BARS.to_string()),
            ("adjustment", adjustment),
            // Of all exchanges.
            ("feed", "sip"),
            ("sort", "asc"),
        ];
        self.get(&["v2", "stocks", "bars"], &query).await
    }

    /// What happened since an answer begins, up to today: amounts are told in shares as they
    /// were counted then.
    async fn actions(&self, answer: &HistoryResult) -> Result<Reply, SourceError> {
        let today = self.client.now().to_zoned(united_states::zone()).date();
        let last = today.checked_add(AHEAD).unwrap_or(today).to_string();
        let first = answer.series.dates().first().map(ToString::to_string).unwrap_or_default();
        let query = [
            ("symbols", &*ticker::of(&answer.instrument)?),
            ("types", TYPES),
            ("start", &first),
            ("end", &last),
            ("limit", "1000"),
            ("sort", "asc"),
        ];
        self.get(&["v1", "corporate-actions"], &query).await
    }
}

/// As Alpaca names it.
fn timeframe(interval: Interval) -> &'static str {
    match interval {
        Interval::M1 => "1Min",
        Interval::M5 => "5Min",
        Interval::M15 => "15Min",
        Interval::M30 => "30Min",
        _ => "1Day",
    }
}

#[async_trait]
impl QuoteSource for Alpaca {
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
        let tickers: Vec<String> = batch.iter().filter_map(|it| ticker::of(it).ok()).collect();
        let latest = if tickers.is_empty() {
            parse::Latest::default()
        } else {
            let query = [("symbols", &*tickers.join(",")), ("feed", "iex")];
            parse::latest(&self.get(&["v2", "stocks", "snapshots"], &query).await?)?
        };
        let received_at = self.client.now();
        let quote = |asked| parse::quote(&latest, &ticker::of(asked)?, asked, received_at);
        Ok(batch.iter().map(quote).collect())
    }

    /// What Alpaca does not have.
    fn at_hand(&self, instrument: &Instrument) -> Option<Result<Quote, SourceError>> {
        ticker::of(instrument).err().map(Err)
    }
}

#[async_trait]
impl BarSource for Alpaca {
    fn source(&self) -> Source {
        Source::new(NAME)
    }

    async fn bars(
        &self,
        question: &HistoryQuery,
        instrument: &Instrument,
    ) -> Result<HistoryResult, SourceError> {
        offered::check(question.interval, INTERVALS)?;
        let reply = self.series((question, instrument), "split").await?;
        let ticker = ticker::of(instrument)?;
        parse::history(&reply, &ticker, (question, instrument), self.client.now())
    }

    fn lacks_more(&self, answer: &HistoryResult, requests: usize) -> bool {
        Further::of(answer, requests).is_some()
    }

    async fn more(
        &self,
        answer: HistoryResult,
        requests: usize,
    ) -> Result<HistoryResult, SourceError> {
        let ticker = ticker::of(&answer.instrument)?;
        match Further::of(&answer, requests) {
            Some(Further::Adjusted) => {
                let reply = self.series((&answer.query, &answer.instrument), "all").await?;
                parse::with_adjusted(&reply, &ticker, answer)
            }
            Some(Further::Actions) => {
                let reply = self.actions(&answer).await?;
                parse::with_actions(&reply, &ticker, answer)
            }
            None => Ok(answer),
        }
    }

    /// What Alpaca does not have.
    fn offers(&self, question: &HistoryQuery, instrument: &Instrument) -> Result<(), SourceError> {
        offered::check(question.interval, INTERVALS)?;
        ticker::of(instrument)?;
        Stretch::of(question, instrument, self.client.now()).map(|_| ())
    }
}
