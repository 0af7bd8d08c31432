use std::collections::HashMap;
use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use market::{
    Clock, Ended, HistoryQuery, HistoryResult, Instrument, Quote, Source, SourceError,
    StreamSource, Symbol,
};
use moka::sync::Cache;

use crate::sources::{Simulator, Sources};
use crate::upstream::{OnBehalf, Upstream, UpstreamStatus};

/// How many unknown instruments are remembered, so that nonsense cannot fill memory.
const UNKNOWN_REMEMBERED: u64 = 10_000;

/// How long a healthy upstream's word that it knows no such instrument holds.
const UNKNOWN_FOR: SignedDuration = SignedDuration::from_mins(10);

/// The upstreams that can be asked, each through its gate, and which instruments
/// they do not know.
pub(crate) struct Upstreams {
    sources: Sources,
    gates: HashMap<Source, Upstream>,
    /// When a healthy source said that it knows no such instrument.
    unknown: Cache<(Source, Symbol), Timestamp>,
    clock: Arc<dyn Clock>,
}

impl Upstreams {
    pub(crate) fn new(sources: Sources, clock: Arc<dyn Clock>) -> Self {
        let gates = sources.upstreams(&clock);
        Self { sources, gates, unknown: Cache::new(UNKNOWN_REMEMBERED), clock }
    }

    /// Asks one source for latest prices, in as few requests as it allows, one
    /// after another.
    pub(crate) async fn quotes(
        &self,
        source: &Source,
        instruments: Vec<Instrument>,
    ) -> Vec<(Instrument, Result<Quote, SourceError>)> {
        let (mut answered, mut worth_asking) = (Vec::new(), Vec::new());
        for instrument in instruments {
            match self.without_asking(source, &instrument) {
                Some(result) => answered.push((instrument, result)),
                None => worth_asking.push(instrument),
            }
        }
        // What needs no answer was told already; nothing else can fail here.
        let Ok(asked) = self.sources.quotes(source) else { return answered };
        let batches = asked.batches(worth_asking).into_iter();
        for batch in batches.filter(|batch| !batch.is_empty()) {
            let results = self.gate(source).ask(OnBehalf::Watch, || asked.quotes(&batch)).await;
            let results = results.unwrap_or_else(|error| vec![Err(error); batch.len()]);
            for (instrument, result) in batch.into_iter().zip(results) {
                self.remember_unknown(source, &instrument.symbol, result.as_ref().err());
                answered.push((instrument, result));
            }
        }
        answered
    }

    /// The latest price of an instrument where it costs no request: what is known
    /// of it, or what a source has at hand.
    fn without_asking(
        &self,
        source: &Source,
        instrument: &Instrument,
    ) -> Option<Result<Quote, SourceError>> {
        if self.is_known_unknown(source, &instrument.symbol) {
            return Some(Err(SourceError::UnknownSymbol(instrument.symbol.clone())));
        }
        let asked = match self.sources.quotes(source) {
            Ok(asked) => asked,
            Err(error) => return Some(Err(error)),
        };
        if let Some(ended) = self.has_ended(&instrument.symbol) {
            return Some(Err(ended));
        }
        let result = asked.at_hand(instrument)?;
        self.remember_unknown(source, &instrument.symbol, result.as_ref().err());
        Some(result)
    }

    /// Of a pair whose currency has ended nobody is asked: some go on quoting it.
    fn has_ended(&self, symbol: &Symbol) -> Option<SourceError> {
        let ended = Ended::of_pair(symbol).filter(|ended| ended.is_over(self.clock.now()))?;
        Some(SourceError::NotOffered(ended.to_string()))
    }

    /// Asks one source for history.
    pub(crate) async fn bars(
        &self,
        source: &Source,
        query: &HistoryQuery,
        instrument: &Instrument,
    ) -> Result<HistoryResult, SourceError> {
        if self.is_known_unknown(source, &query.symbol) {
            return Err(SourceError::UnknownSymbol(query.symbol.clone()));
        }
        let asked = self.sources.bars(source)?;
        let ended = Ended::of_pair(&query.symbol);
        let today = self.clock.now().to_zoned(TimeZone::UTC).date();
        let first = query.span.days(today).0;
        if let Some(ended) = ended.filter(|ended| first.is_some_and(|first| first > ended.last)) {
            return Err(SourceError::NotOffered(ended.to_string()));
        }
        let result = if let Some(result) = asked.at_hand(query, instrument) {
            result
        } else {
            self.gate(source).ask(OnBehalf::Reader, || asked.bars(query, instrument)).await
        };
        self.remember_unknown(source, &query.symbol, result.as_ref().err());
        result.map(|answer| match ended {
            Some(ended) => up_to_the_end(answer, ended),
            None => answer,
        })
    }

    /// Looks instruments up, where there is an upstream for that and it may be
    /// asked; also says which one it is.
    pub(crate) async fn search(
        &self,
        text: &str,
    ) -> Option<(Source, Result<Vec<Instrument>, SourceError>)> {
        let search = self.sources.search()?;
        let source = search.source();
        let found = self.gate(&source).ask(OnBehalf::Reader, || search.search(text)).await;
        Some((source, found))
    }

    pub(crate) fn can_search(&self) -> bool {
        self.sources.search().is_some()
    }

    pub(crate) fn has_quotes(&self, source: &Source) -> bool {
        self.sources.has_quotes(source)
    }

    /// The simulator, where it may be used instead of upstreams.
    pub(crate) fn simulator(&self) -> Option<&Simulator> {
        self.sources.simulator()
    }

    /// The streams that may be opened.
    pub(crate) fn streams(&self) -> Vec<Arc<dyn StreamSource>> {
        self.sources.streams()
    }

    /// How each upstream is, in no order.
    pub(crate) fn statuses(&self) -> Vec<UpstreamStatus> {
        let now = self.clock.now();
        self.gates.values().map(|gate| gate.status(now)).collect()
    }

    /// What every call of an upstream must pass. Expects one that can be asked.
    pub(crate) fn gate(&self, source: &Source) -> &Upstream {
        self.gates.get(source).expect("there is one for every source that can be asked")
    }

    pub(crate) fn is_known_unknown(&self, source: &Source, symbol: &Symbol) -> bool {
        let since = self.unknown.get(&(source.clone(), symbol.clone()));
        since.is_some_and(|at| self.clock.now().duration_since(at) < UNKNOWN_FOR)
    }

    /// A failure is never remembered, only the word of a source that is well.
    pub(crate) fn remember_unknown(
        &self,
        source: &Source,
        symbol: &Symbol,
        error: Option<&SourceError>,
    ) {
        if matches!(error, Some(SourceError::UnknownSymbol(_) | SourceError::Delisted(_))) {
            self.unknown.insert((source.clone(), symbol.clone()), self.clock.now());
        }
    }
}

/// Without what a source goes on quoting after a currency has ended.
fn up_to_the_end(answer: HistoryResult, ended: &Ended) -> HistoryResult {
    HistoryResult { series: answer.series.between(None, ended.last), ..answer }
}
