use std::sync::Arc;

use async_trait::async_trait;

use super::SourceError;
use crate::{
    Document, DocumentOffer, DocumentQuery, HistoryQuery, HistoryResult, Instrument, Quote, Source,
    Tick,
};

/// All that a source can be asked for.
#[derive(Clone, Default)]
pub struct SourcePorts {
    /// Latest prices.
    pub quotes: Option<Arc<dyn QuoteSource>>,
    /// Price history.
    pub bars: Option<Arc<dyn BarSource>>,
    /// Instruments by name.
    pub search: Option<Arc<dyn SearchSource>>,
    /// Prices as they change.
    pub stream: Option<Arc<dyn StreamSource>>,
    /// What is passed on as it is.
    pub documents: Option<Arc<dyn DocumentSource>>,
}

/// An upstream that can answer for latest prices.
#[async_trait]
pub trait QuoteSource: Send + Sync {
    /// Stable name for logs, stored rows and answers.
    fn source(&self) -> Source;

    /// Divides instruments into the fewest batches that one request each can
    /// serve.
    fn batches(&self, instruments: Vec<Instrument>) -> Vec<Vec<Instrument>> {
        vec![instruments]
    }

    /// The latest price of each instrument of one batch, in the order asked, by
    /// one request.
    ///
    /// # Errors
    ///
    /// Why the request came to nothing; what concerns one instrument alone is
    /// said in its place.
    async fn quotes(
        &self,
        batch: &[Instrument],
    ) -> Result<Vec<Result<Quote, SourceError>>, SourceError>;

    /// What [`QuoteSource::quotes`] would say of an instrument without a request:
    /// out of a table that an earlier one brought and that is still the newest, or
    /// because it is never offered. It costs the upstream nothing and is not
    /// counted. `None` where a request is needed.
    fn at_hand(&self, _instrument: &Instrument) -> Option<Result<Quote, SourceError>> {
        None
    }
}

/// An upstream that can answer for price history.
#[async_trait]
pub trait BarSource: Send + Sync {
    /// Stable name for logs, stored rows and answers.
    fn source(&self) -> Source;

    /// Bars as published: ascending, holes left open, one basis.
    ///
    /// `Ok` with an empty series means the instrument exists and had no bar in
    /// that stretch.
    async fn bars(
        &self,
        question: &HistoryQuery,
        instrument: &Instrument,
    ) -> Result<HistoryResult, SourceError>;

    /// Whether an answer that so many requests brought lacks something that the next one
    /// brings, as closes adjusted for what was paid. It is not given before.
    fn lacks_more(&self, _answer: &HistoryResult, _requests: usize) -> bool {
        false
    }

    /// The answer that so many requests brought with what the next one brings.
    ///
    /// # Errors
    ///
    /// Why the request came to nothing.
    async fn more(
        &self,
        answer: HistoryResult,
        _requests: usize,
    ) -> Result<HistoryResult, SourceError> {
        Ok(answer)
    }

    /// Whether it may have such bars, as far as is known without a request.
    ///
    /// # Errors
    ///
    /// Why it never has them.
    fn offers(
        &self,
        _question: &HistoryQuery,
        _instrument: &Instrument,
    ) -> Result<(), SourceError> {
        Ok(())
    }

    /// What [`BarSource::bars`] would say without a request: from what an earlier
    /// one brought, or because such bars are never offered. It costs the upstream
    /// nothing and is not counted. `None` where a request is needed.
    fn at_hand(
        &self,
        question: &HistoryQuery,
        instrument: &Instrument,
    ) -> Option<Result<HistoryResult, SourceError>> {
        self.offers(question, instrument).err().map(Err)
    }
}

/// An upstream in which instruments can be looked up.
#[async_trait]
pub trait SearchSource: Send + Sync {
    /// Stable name for logs and answers.
    fn source(&self) -> Source;

    /// Instruments whose name, symbol or ISIN resembles a text, best first.
    /// Empty where there is none.
    async fn search(&self, text: &str) -> Result<Vec<Instrument>, SourceError>;
}

/// An upstream of which some answers are passed on as they are, to clients that speak
/// its protocol: what of it is not modelled here.
///
/// What can be asked is a list. A client's question is held against it and put together
/// anew, so that nobody is asked anything else, at no other host.
#[async_trait]
pub trait DocumentSource: Send + Sync {
    /// Stable name for logs and answers.
    fn source(&self) -> Source;

    /// A question as it would be put, without what means nothing there, and for how long
    /// its answer is current. `None` where it is none that is passed on. Nobody is asked.
    fn offer(&self, asked: &DocumentQuery) -> Option<DocumentOffer>;

    /// Whether a document can be asked for as things stand. Where not, what it takes is
    /// had by [`DocumentSource::prepare`].
    fn is_ready(&self) -> bool {
        true
    }

    /// Makes one request that comes before any document, such as for a token that has to
    /// be sent along. To be repeated until [`DocumentSource::is_ready`].
    ///
    /// # Errors
    ///
    /// Why the request came to nothing.
    async fn prepare(&self) -> Result<(), SourceError> {
        Ok(())
    }

    /// The answer to what was offered, by one request. `None` where the upstream no longer
    /// takes what was prepared: it is not ready then, and has said nothing of the question.
    ///
    /// # Errors
    ///
    /// Why there is no answer. That the question has none is a [`Document`] too.
    async fn document(&self, query: &DocumentQuery) -> Result<Option<Document>, SourceError>;
}

/// An upstream that sends prices as they change, over a connection that stays
/// open.
#[async_trait]
pub trait StreamSource: Send + Sync {
    /// Stable name for logs and answers.
    fn source(&self) -> Source;

    /// The upstream whose allowance a connection counts against. Another than
    /// the source where the same source is also polled: who is refused at the one
    /// door may be welcome at the other.
    fn upstream(&self) -> Source {
        self.source()
    }

    /// Whether prices of this instrument are sent at all, as far as is known
    /// without asking.
    fn streams(&self, instrument: &Instrument) -> bool;

    /// How many instruments one connection may follow.
    fn most(&self) -> usize {
        usize::MAX
    }

    /// Opens one connection and subscribes to these instruments. It is tried
    /// once; when to try again is decided elsewhere.
    ///
    /// # Errors
    ///
    /// Why there is no connection. [`SourceError::NotOffered`], and nobody was
    /// asked, where one of the instruments is not streamed there.
    async fn connect(&self, instruments: &[Instrument])
    -> Result<Box<dyn TickStream>, SourceError>;
}

/// One open connection of a [`StreamSource`].
#[async_trait]
pub trait TickStream: Send {
    /// The next price, or what is wrong with one message or one instrument.
    ///
    /// `None` once the connection has ended; the error before it says why. No
    /// tick is lost where the future is dropped before it is done.
    async fn next(&mut self) -> Option<Result<Tick, SourceError>>;

    /// Adds instruments. That one is not known there is said later, by
    /// [`TickStream::next`].
    async fn subscribe(&mut self, instruments: &[Instrument]) -> Result<(), SourceError>;

    /// Takes instruments out. A price sent before may still arrive.
    async fn unsubscribe(&mut self, instruments: &[Instrument]) -> Result<(), SourceError>;

    /// Takes leave of the upstream and ends the connection, within a second.
    async fn close(&mut self);
}
