use jiff::SignedDuration;
use market::{HistoryQuery, HistoryResult, Instrument, Quote, Source, SourceError, Symbol};

use crate::engine::Engine;
use crate::upstream::{OnBehalf, Upstream, UpstreamState, UpstreamStatus};

/// How long a healthy upstream's word that it knows no such instrument holds.
const UNKNOWN_FOR: SignedDuration = SignedDuration::from_mins(10);

impl Engine {
    /// Asks one source for latest prices, in as few requests as it allows, one
    /// after another.
    pub(crate) async fn ask_for_quotes(
        &self,
        source: &Source,
        instruments: Vec<Instrument>,
    ) -> Vec<(Instrument, Result<Quote, SourceError>)> {
        let (unknown, worth_asking): (Vec<_>, Vec<_>) =
            instruments.into_iter().partition(|it| self.is_known_unknown(source, &it.symbol));
        let mut answered: Vec<_> = unknown
            .into_iter()
            .map(|it| (it.clone(), Err(SourceError::UnknownSymbol(it.symbol))))
            .collect();
        let asked = match self.inner.sources.quotes(source) {
            Ok(asked) => asked,
            Err(error) => {
                answered.extend(worth_asking.into_iter().map(|it| (it, Err(error.clone()))));
                return answered;
            }
        };
        let batches = asked.batches(worth_asking).into_iter();
        for batch in batches.filter(|batch| !batch.is_empty()) {
            let results = self.upstream(source).ask(OnBehalf::Watch, || asked.quotes(&batch)).await;
            let results = results.unwrap_or_else(|error| vec![Err(error); batch.len()]);
            for (instrument, result) in batch.into_iter().zip(results) {
                self.remember_unknown(source, &instrument.symbol, result.as_ref().err());
                answered.push((instrument, result));
            }
        }
        answered
    }

    /// Asks one source for history.
    pub(crate) async fn ask_for_bars(
        &self,
        source: &Source,
        question: &HistoryQuery,
        instrument: &Instrument,
    ) -> Result<HistoryResult, SourceError> {
        if self.is_known_unknown(source, &question.symbol) {
            return Err(SourceError::UnknownSymbol(question.symbol.clone()));
        }
        let asked = self.inner.sources.bars(source)?;
        let result = if let Some(result) = asked.at_hand(question, instrument) {
            result
        } else {
            let ask = || asked.bars(question, instrument);
            self.upstream(source).ask(OnBehalf::Reader, ask).await
        };
        self.remember_unknown(source, &question.symbol, result.as_ref().err());
        result
    }

    /// How each upstream is, by name. One whose stream is away fails, also while
    /// it may be asked again at any moment.
    pub fn upstreams(&self) -> Vec<UpstreamStatus> {
        let now = self.now();
        let mut all: Vec<_> = self.inner.upstreams.values().map(|it| it.status(now)).collect();
        for status in all.iter_mut().filter(|it| it.state == UpstreamState::Ok) {
            if let Some(since) = self.inner.streams.down_since(&status.source) {
                status.state = UpstreamState::FailingSince(since);
            }
        }
        all.sort_by(|a, b| a.source.cmp(&b.source));
        all
    }

    pub(crate) fn upstream(&self, source: &Source) -> &Upstream {
        self.inner.upstreams.get(source).expect("there is one for every source that can be asked")
    }

    pub(crate) fn is_known_unknown(&self, source: &Source, symbol: &Symbol) -> bool {
        let told = self.inner.unknown.get(&(source.clone(), symbol.clone()));
        told.is_some_and(|at| self.now().duration_since(at) < UNKNOWN_FOR)
    }

    /// A failure is never remembered, only the word of one who is well.
    pub(crate) fn remember_unknown(
        &self,
        source: &Source,
        symbol: &Symbol,
        error: Option<&SourceError>,
    ) {
        if matches!(error, Some(SourceError::UnknownSymbol(_) | SourceError::Delisted(_))) {
            self.inner.unknown.insert((source.clone(), symbol.clone()), self.now());
        }
    }
}
