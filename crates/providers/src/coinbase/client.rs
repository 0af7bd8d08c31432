use async_trait::async_trait;
use market::{
    BarSource, HistoryQuery, HistoryResult, Instrument, Kind, Quote, QuoteSource, Source,
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
const MOST_BARS: u16 = 300;

/// In which currencies and coins others are traded there.
const QUOTED_IN: [&str; 7] = ["USD", "EUR", "GBP", "USDT", "USDC", "BTC", "ETH"];

/// Coinbase's latest prices and history.
pub struct Coinbase {
    client: Client,
    base: Url,
}

/// A pair as Coinbase names it.
fn product(instrument: &Instrument) -> Result<String, SourceError> {
    let pair = instrument.symbol.pair().filter(|_| instrument.kind == Kind::Crypto);
    let pair = pair.filter(|(_, currency)| QUOTED_IN.contains(currency));
    pair.map(|(base, currency)| format!("{base}-{currency}")).ok_or_else(|| {
        SourceError::NotOffered(format!("only coins in {} are", QUOTED_IN.join(", ")))
    })
}

impl Coinbase {
    /// Asks at `base`.
    pub fn new(client: Client, base: Url) -> Self {
        Self { client, base }
    }

    async fn get(
        &self,
        (instrument, what): (&Instrument, &str),
        query: &[(&str, &str)],
    ) -> Result<Reply, SourceError> {
        let product = product(instrument)?;
        let url = http::address(&self.base, &["products", &product, what], query);
        self.client.get(Ask { source: NAME, url, limit: http::BODY_LIMIT }).await
    }

    /// The bars of one piece.
    async fn piece(
        &self,
        (question, instrument): (&HistoryQuery, &Instrument),
        (pieces, requests): (Pieces, usize),
    ) -> Result<HistoryResult, SourceError> {
        let (first, last) = pieces.after(requests).ok_or_else(nothing_yet)?;
        let query = [
            ("granularity", &*question.interval.seconds().to_string()),
            ("start", &first.to_string()),
            ("end", &last.to_string()),
        ];
        let reply = self.get((instrument, "candles"), &query).await?;
        parse::history(&reply, (question, instrument), self.client.now())
    }
}

fn nothing_yet() -> SourceError {
    SourceError::NotOffered("bars of the future are not".to_owned())
}

#[async_trait]
impl QuoteSource for Coinbase {
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
        let mut quotes = Vec::with_capacity(batch.len());
        for instrument in batch {
            let told = match product(instrument) {
                Ok(_) => {
                    let reply = self.get((instrument, "ticker"), &[]).await?;
                    parse::quote(&reply, instrument, self.client.now())
                }
                Err(not_offered) => Err(not_offered),
            };
            quotes.push(one_by_one::said(told)?);
        }
        Ok(quotes)
    }

    /// What Coinbase does not have.
    fn at_hand(&self, instrument: &Instrument) -> Option<Result<Quote, SourceError>> {
        product(instrument).err().map(Err)
    }
}

#[async_trait]
impl BarSource for Coinbase {
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

    /// What Coinbase does not have.
    fn at_hand(
        &self,
        question: &HistoryQuery,
        instrument: &Instrument,
    ) -> Option<Result<HistoryResult, SourceError>> {
        let asked = offered::check(question.interval, INTERVALS);
        let traded = asked.and_then(|()| product(instrument).map(|_| ()));
        let pieces =
            traded.and_then(|()| Pieces::of(question, (MOST_BARS, BEGINNING), self.client.now()));
        pieces.err().map(Err)
    }
}
