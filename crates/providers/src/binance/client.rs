use async_trait::async_trait;
use market::{
    BarSource, HistoryQuery, HistoryResult, Instrument, Interval, Kind, Quote, QuoteSource, Source,
    SourceError,
};
use url::Url;

use super::facts::{BEGINNING, INTERVALS, NAME};
use super::parse;
use crate::http::{self, Ask, Client, Reply};
use crate::offered;
use crate::one_by_one;
use crate::pieces::{Pieces, joined};

/// The most bars that one answer has.
const MOST_BARS: u16 = 1_000;

/// In which currencies and coins others are traded there.
const QUOTED_IN: [&str; 10] =
    ["EUR", "TRY", "BRL", "JPY", "USDT", "USDC", "FDUSD", "BTC", "ETH", "BNB"];

/// Binance's latest prices and history.
pub struct Binance {
    client: Client,
    base: Url,
}

/// A pair as Binance names it.
fn pair(instrument: &Instrument) -> Result<String, SourceError> {
    let pair = instrument.symbol.pair().filter(|_| instrument.kind == Kind::Crypto);
    let pair = pair.filter(|(_, currency)| QUOTED_IN.contains(currency));
    pair.map(|(base, currency)| format!("{base}{currency}")).ok_or_else(|| {
        SourceError::NotOffered(format!("only coins in {} are", QUOTED_IN.join(", ")))
    })
}

impl Binance {
    /// Asks at `base`.
    pub fn new(client: Client, base: Url) -> Self {
        Self { client, base }
    }

    async fn get(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Reply, SourceError> {
        let url = http::address(&self.base, path, query);
        self.client.get(Ask { source: NAME, url, limit: http::BODY_LIMIT }).await
    }

    async fn latest(&self, instrument: &Instrument) -> Result<Quote, SourceError> {
        let pair = pair(instrument)?;
        let reply = self.get(&["api", "v3", "ticker", "24hr"], &[("symbol", &pair)]).await?;
        parse::quote(&reply, &pair, instrument, self.client.now())
    }

    /// The bars of one piece.
    async fn piece(
        &self,
        (question, instrument): (&HistoryQuery, &Instrument),
        (pieces, requests): (Pieces, usize),
    ) -> Result<HistoryResult, SourceError> {
        let nothing_yet = || SourceError::NotOffered("bars of the future are not".to_owned());
        let (first, last) = pieces.after(requests).ok_or_else(nothing_yet)?;
        let query = [
            ("symbol", &*pair(instrument)?),
            ("interval", length(question.interval)),
            ("startTime", &first.as_millisecond().to_string()),
            ("endTime", &last.as_millisecond().to_string()),
            ("limit", &MOST_BARS.to_string()),
        ];
        let reply = self.get(&["api", "v3", "klines"], &query).await?;
        parse::history(&reply, (question, instrument), self.client.now())
    }
}

/// As Binance names it.
fn length(interval: Interval) -> &'static str {
    match interval {
        Interval::H1 => "1h",
        Interval::M30 => "30m",
        Interval::M15 => "15m",
        Interval::M5 => "5m",
        Interval::M1 => "1m",
        _ => "1d",
    }
}

#[async_trait]
impl QuoteSource for Binance {
    fn source(&self) -> Source {
        Source::new(NAME)
    }

    /// One by one: a pair that is not traded there spoils the others.
    fn batches(&self, instruments: Vec<Instrument>) -> Vec<Vec<Instrument>> {
        one_by_one::batches(instruments)
    }

    async fn quotes(
        &self,
        batch: &[Instrument],
    ) -> Result<Vec<Result<Quote, SourceError>>, SourceError> {
        let mut quotes = Vec::with_capacity(batch.len());
        for instrument in batch {
            quotes.push(one_by_one::said(self.latest(instrument).await)?);
        }
        Ok(quotes)
    }

    /// What Binance does not have.
    fn at_hand(&self, instrument: &Instrument) -> Option<Result<Quote, SourceError>> {
        pair(instrument).err().map(Err)
    }
}

#[async_trait]
impl BarSource for Binance {
    fn source(&self) -> Source {
        Source::new(NAME)
    }

    async fn bars(
        &self,
        question: &HistoryQuery,
        instrument: &Instrument,
    ) -> Result<HistoryResult, SourceError> {
        offered::check(question.interval, INTERVALS)?;
        let pieces = Pieces::of(question, (MOST_BARS, BEGINNING), self.client.now())?;
        self.piece((question, instrument), (pieces, 0)).await
    }

    fn lacks_more(&self, answer: &HistoryResult, requests: usize) -> bool {
        let pieces = Pieces::of_answer(answer, (MOST_BARS, BEGINNING));
        pieces.is_ok_and(|pieces| pieces.lacks_more(answer, requests))
    }

    async fn more(
        &self,
        answer: HistoryResult,
        requests: usize,
    ) -> Result<HistoryResult, SourceError> {
        let pieces = Pieces::of_answer(&answer, (MOST_BARS, BEGINNING))?;
        let question = (&answer.query, &answer.instrument);
        let piece = self.piece(question, (pieces, requests)).await?;
        Ok(joined(answer, piece))
    }

    /// What Binance does not have.
    fn at_hand(
        &self,
        question: &HistoryQuery,
        instrument: &Instrument,
    ) -> Option<Result<HistoryResult, SourceError>> {
        let asked = offered::check(question.interval, INTERVALS);
        let traded = asked.and_then(|()| pair(instrument).map(|_| ()));
        let pieces =
            traded.and_then(|()| Pieces::of(question, (MOST_BARS, BEGINNING), self.client.now()));
        pieces.err().map(Err)
    }
}
