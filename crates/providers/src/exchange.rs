//! Exchanges for coins: each tells what is traded there and nowhere else, of one pair at a
//! time, and its history in pieces.

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use market::{
    BarSource, HistoryQuery, HistoryResult, Instrument, Interval, Kind, Quote, QuoteSource, Source,
    SourceError,
};
use url::Url;

use crate::http::{self, Ask, Client, Reply};
use crate::pieces::{Pieces, joined};
use crate::{offered, one_by_one};

/// How one of them is asked and what its answers mean.
pub(crate) struct Venue {
    pub(crate) name: &'static str,
    pub(crate) intervals: &'static [Interval],
    /// The most bars that one answer has, and the day on which trading began.
    pub(crate) bars: (u16, Date),
    /// In which currencies and coins others are traded.
    pub(crate) quoted_in: &'static [&'static str],
    /// A pair as it is named there: what is traded, and what is paid with.
    pub(crate) pair: fn(&str, &str) -> String,
    /// What is asked for the latest price of a pair.
    pub(crate) ask_latest: fn(&str) -> Question,
    /// What is asked for its bars between two instants, both included.
    pub(crate) ask_bars: fn(&str, Interval, (Timestamp, Timestamp)) -> Question,
    pub(crate) quote: ReadQuote,
    pub(crate) history: ReadHistory,
}

/// Reads the answer about the latest price of a pair, received at an instant.
type ReadQuote = fn(&Reply, &str, &Instrument, Timestamp) -> Result<Quote, SourceError>;

/// Reads bars, likewise.
type ReadHistory =
    fn(&Reply, (&HistoryQuery, &Instrument), Timestamp) -> Result<HistoryResult, SourceError>;

/// The segments of a path, and parameters.
pub(crate) type Question = (Vec<String>, Vec<(&'static str, String)>);

/// An exchange's latest prices and history.
pub struct Exchange {
    client: Client,
    base: Url,
    venue: &'static Venue,
}

impl Exchange {
    /// Asks one of them at `base`.
    pub(crate) fn new(client: Client, base: Url, venue: &'static Venue) -> Self {
        Self { client, base, venue }
    }

    /// A pair as it is named there.
    fn pair(&self, instrument: &Instrument) -> Result<String, SourceError> {
        let quoted_in = self.venue.quoted_in;
        let pair = instrument.symbol.pair().filter(|_| instrument.kind == Kind::Crypto);
        let traded = pair.filter(|(_, currency)| quoted_in.contains(currency));
        traded.map(|(base, currency)| (self.venue.pair)(base, currency)).ok_or_else(|| {
            SourceError::NotOffered(format!("only coins in {} are", quoted_in.join(", ")))
        })
    }

    async fn get(&self, (path, query): Question) -> Result<Reply, SourceError> {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        let query: Vec<_> = query.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let url = http::address(&self.base, &path, &query);
        self.client.get(Ask { source: self.venue.name, url, limit: http::BODY_LIMIT }).await
    }

    async fn latest(&self, instrument: &Instrument) -> Result<Quote, SourceError> {
        let pair = self.pair(instrument)?;
        let reply = self.get((self.venue.ask_latest)(&pair)).await?;
        (self.venue.quote)(&reply, &pair, instrument, self.client.now())
    }

    /// The pieces of an answer, where there can be one.
    fn pieces(
        &self,
        question: &HistoryQuery,
        instrument: &Instrument,
    ) -> Result<Pieces, SourceError> {
        offered::check(question.interval, self.venue.intervals)?;
        self.pair(instrument)?;
        Pieces::of(question, self.venue.bars, self.client.now())
    }

    /// The bars of one piece.
    async fn piece(
        &self,
        (question, instrument): (&HistoryQuery, &Instrument),
        (pieces, requests): (Pieces, usize),
    ) -> Result<HistoryResult, SourceError> {
        let nothing_yet = || SourceError::NotOffered("bars of the future are not".to_owned());
        let stretch = pieces.after(requests).ok_or_else(nothing_yet)?;
        let asked = (self.venue.ask_bars)(&self.pair(instrument)?, question.interval, stretch);
        let reply = self.get(asked).await?;
        (self.venue.history)(&reply, (question, instrument), self.client.now())
    }
}

#[async_trait]
impl QuoteSource for Exchange {
    fn source(&self) -> Source {
        Source::new(self.venue.name)
    }

    fn batches(&self, instruments: Vec<Instrument>) -> Vec<Vec<Instrument>> {
        one_by_one::batches(instruments)
    }

    async fn quotes(
        &self,
        batch: &[Instrument],
    ) -> Result<Vec<Result<Quote, SourceError>>, SourceError> {
        one_by_one::quotes(batch, |asked| self.latest(asked)).await
    }

    /// What is not traded there.
    fn at_hand(&self, instrument: &Instrument) -> Option<Result<Quote, SourceError>> {
        self.pair(instrument).err().map(Err)
    }
}

#[async_trait]
impl BarSource for Exchange {
    fn source(&self) -> Source {
        Source::new(self.venue.name)
    }

    async fn bars(
        &self,
        question: &HistoryQuery,
        instrument: &Instrument,
    ) -> Result<HistoryResult, SourceError> {
        let pieces = self.pieces(question, instrument)?;
        self.piece((question, instrument), (pieces, 0)).await
    }

    fn lacks_more(&self, answer: &HistoryResult, requests: usize) -> bool {
        let pieces = Pieces::of_answer(answer, self.venue.bars);
        pieces.is_ok_and(|pieces| pieces.lacks_more(answer, requests))
    }

    async fn more(
        &self,
        answer: HistoryResult,
        requests: usize,
    ) -> Result<HistoryResult, SourceError> {
        let pieces = Pieces::of_answer(&answer, self.venue.bars)?;
        let question = (&answer.query, &answer.instrument);
        let piece = self.piece(question, (pieces, requests)).await?;
        Ok(joined(answer, piece))
    }

    /// What is not traded there, and what would take too many requests.
    fn offers(&self, question: &HistoryQuery, instrument: &Instrument) -> Result<(), SourceError> {
        self.pieces(question, instrument).map(|_| ())
    }
}
