use std::collections::HashMap;
use std::sync::Arc;

use market::{
    Allowance, BarSource, Catalog, Clock, DocumentSource, Limit, QuoteSource, Redistribution,
    SearchSource, Source, SourceError, SourcePorts, Store, StreamSource,
};

use crate::upstream::{Calls, Upstream};

/// The upstreams that may be asked, by name, and how.
#[derive(Default)]
pub struct Sources {
    catalog: Catalog,
    limits: HashMap<Source, Vec<Limit>>,
    quotes: HashMap<Source, Arc<dyn QuoteSource>>,
    bars: HashMap<Source, Arc<dyn BarSource>>,
    search: Option<Arc<dyn SearchSource>>,
    streams: Vec<Arc<dyn StreamSource>>,
    documents: HashMap<Source, Arc<dyn DocumentSource>>,
    simulator: Option<Simulator>,
    calls: Calls,
    offline: bool,
}

/// The simulator, a fallback where there is no real value.
pub struct Simulator {
    /// Answers for latest prices.
    pub quotes: Arc<dyn QuoteSource>,
    /// Answers for history.
    pub bars: Arc<dyn BarSource>,
    /// Sends prices as they change.
    pub stream: Option<Arc<dyn StreamSource>>,
    /// Makes up what would be passed on.
    pub documents: Option<Arc<dyn DocumentSource>>,
}

impl Sources {
    /// Sources in the order that a catalog says, none of which can be asked yet.
    pub fn of(catalog: Catalog) -> Self {
        Self { catalog, ..Self::default() }
    }

    /// Adds all that one source can be asked. Of two in which instruments can be
    /// looked up, the first is asked.
    #[must_use]
    pub fn with(self, ports: SourcePorts) -> Self {
        let SourcePorts { quotes, bars, search, stream, documents } = ports;
        let search = search.filter(|_| self.search.is_none());
        let sources = quotes.into_iter().fold(self, Self::with_quotes);
        let sources = bars.into_iter().fold(sources, Self::with_bars);
        let sources = search.into_iter().fold(sources, Self::with_search);
        let sources = stream.into_iter().fold(sources, Self::with_stream);
        documents.into_iter().fold(sources, Self::with_documents)
    }

    /// Says what limits the plan of an upstream has, in place of those it is known by.
    #[must_use]
    pub fn with_limits(mut self, upstream: Source, limits: Vec<Limit>) -> Self {
        self.limits.insert(upstream, limits);
        self
    }

    /// Adds an upstream that answers for latest prices.
    #[must_use]
    pub fn with_quotes(mut self, source: Arc<dyn QuoteSource>) -> Self {
        self.quotes.insert(source.source(), source);
        self
    }

    /// Adds an upstream that answers for history.
    #[must_use]
    pub fn with_bars(mut self, source: Arc<dyn BarSource>) -> Self {
        self.bars.insert(source.source(), source);
        self
    }

    /// Names the upstream in which instruments are looked up.
    #[must_use]
    pub fn with_search(mut self, source: Arc<dyn SearchSource>) -> Self {
        self.search = Some(source);
        self
    }

    /// Adds an upstream that sends prices as they change.
    #[must_use]
    pub fn with_stream(mut self, stream: Arc<dyn StreamSource>) -> Self {
        self.streams.push(stream);
        self
    }

    /// Adds an upstream of which some answers are passed on as they are.
    #[must_use]
    pub fn with_documents(mut self, source: Arc<dyn DocumentSource>) -> Self {
        self.documents.insert(source.source(), source);
        self
    }

    /// Lets the simulator give values where there is no real one at all.
    #[must_use]
    pub fn with_simulator(mut self, simulator: Simulator) -> Self {
        self.simulator = Some(simulator);
        self
    }

    /// Says how calls are made.
    #[must_use]
    pub fn with_calls(mut self, calls: Calls) -> Self {
        self.calls = calls;
        self
    }

    /// Forbids asking upstreams; what is stored, and the simulator, still answer.
    #[must_use]
    pub fn offline(mut self, offline: bool) -> Self {
        self.offline = offline;
        self
    }

    pub(crate) fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    pub(crate) fn simulator(&self) -> Option<&Simulator> {
        self.simulator.as_ref()
    }

    /// Whether a source answers for latest prices, if it may be asked at all.
    pub(crate) fn has_quotes(&self, source: &Source) -> bool {
        self.quotes.contains_key(source)
    }

    pub(crate) fn quotes(&self, source: &Source) -> Result<&Arc<dyn QuoteSource>, SourceError> {
        self.found(self.quotes.get(source), "latest prices")
    }

    pub(crate) fn bars(&self, source: &Source) -> Result<&Arc<dyn BarSource>, SourceError> {
        self.found(self.bars.get(source), "price history")
    }

    /// The upstream in which instruments are looked up, where there is one and
    /// it may be asked.
    pub(crate) fn search(&self) -> Option<&Arc<dyn SearchSource>> {
        self.search.as_ref().filter(|_| !self.offline)
    }

    /// Who says what of a source can be passed on: itself or, where it cannot be asked,
    /// the simulator.
    pub(crate) fn offering(&self, source: &Source) -> Option<&Arc<dyn DocumentSource>> {
        let simulated = || self.simulator.as_ref()?.documents.as_ref();
        self.documents.get(source).or_else(simulated)
    }

    pub(crate) fn documents(
        &self,
        source: &Source,
    ) -> Result<&Arc<dyn DocumentSource>, SourceError> {
        self.found(self.documents.get(source), "documents")
    }

    /// The streams that may be opened.
    pub(crate) fn streams(&self) -> Vec<Arc<dyn StreamSource>> {
        if self.offline { Vec::new() } else { self.streams.clone() }
    }

    fn found<'a, T>(&self, source: Option<&'a T>, what: &str) -> Result<&'a T, SourceError> {
        if self.offline {
            return Err(SourceError::Offline);
        }
        source.ok_or_else(|| SourceError::NotOffered(format!("it has no {what}")))
    }

    /// Each upstream with its allowance; one without any is given a modest one.
    pub(crate) fn upstreams(
        &self,
        clock: &Arc<dyn Clock>,
        store: &Arc<dyn Store>,
    ) -> HashMap<Source, Upstream> {
        let search = self.search.as_ref().map(|search| search.source());
        let streams: Vec<Source> = self.streams.iter().map(|stream| stream.upstream()).collect();
        let names = self.quotes.keys().chain(self.bars.keys()).chain(search.as_ref());
        let names = names.chain(&streams).chain(self.documents.keys());
        let upstream = |name: &Source| {
            let facts = self.catalog.upstream(name.as_str());
            let (known, is_keyed) =
                (facts.map(|it| it.allowance), facts.is_some_and(|it| it.key.is_some()));
            let limits = self.limits.get(name).map(Vec::as_slice).unwrap_or_default();
            let allowance = known.unwrap_or(MODEST).within(limits);
            let (clock, store) = (Arc::clone(clock), Arc::clone(store));
            let of = (allowance, is_keyed);
            let upstream = Upstream::new(name.clone(), of, self.calls, clock, store);
            (name.clone(), upstream)
        };
        names.map(upstream).collect()
    }
}

/// For an upstream of which nothing is known.
const MODEST: Allowance = Allowance {
    per_hour: 120.0,
    burst: 10.0,
    terms: "not known",
    terms_url: "",
    redistribution: Redistribution::Private,
};
