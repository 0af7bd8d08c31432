use std::collections::HashMap;
use std::sync::Arc;

use market::{Allowance, BarSource, Clock, QuoteSource, SearchSource, Source, SourceError};

use crate::upstream::{Calls, Upstream};

/// The upstreams that may be asked, by name, and how.
#[derive(Default)]
pub struct Sources {
    quotes: HashMap<Source, Arc<dyn QuoteSource>>,
    bars: HashMap<Source, Arc<dyn BarSource>>,
    search: Option<Arc<dyn SearchSource>>,
    demo: Option<Demo>,
    allowances: Vec<Allowance>,
    calls: Calls,
    offline: bool,
}

/// The simulator, standing in where there is no real value.
pub struct Demo {
    /// Answers for latest prices.
    pub quotes: Arc<dyn QuoteSource>,
    /// Answers for history.
    pub bars: Arc<dyn BarSource>,
}

impl Sources {
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

    /// Lets the simulator stand in where there is no real value at all.
    #[must_use]
    pub fn with_demo(mut self, demo: Demo) -> Self {
        self.demo = Some(demo);
        self
    }

    /// Says how much may be asked of which upstream.
    #[must_use]
    pub fn with_allowances(mut self, allowances: Vec<Allowance>) -> Self {
        self.allowances = allowances;
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

    pub(crate) fn demo(&self) -> Option<&Demo> {
        self.demo.as_ref()
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

    fn found<'a, T>(&self, source: Option<&'a T>, what: &str) -> Result<&'a T, SourceError> {
        if self.offline {
            return Err(SourceError::Offline);
        }
        source.ok_or_else(|| SourceError::NotOffered(format!("it has no {what}")))
    }

    /// Each upstream with its allowance; one without any is given a modest one.
    pub(crate) fn upstreams(&self, clock: &Arc<dyn Clock>) -> HashMap<Source, Upstream> {
        let search = self.search.as_ref().map(|search| search.source());
        let names = self.quotes.keys().chain(self.bars.keys()).chain(search.as_ref());
        let upstream = |name: &Source| {
            let known = self.allowances.iter().find(|allowance| allowance.source == *name);
            let allowance = known.cloned().unwrap_or_else(|| modest(name));
            (name.clone(), Upstream::new(allowance, self.calls, Arc::clone(clock)))
        };
        names.map(upstream).collect()
    }
}

fn modest(source: &Source) -> Allowance {
    Allowance {
        source: source.clone(),
        per_hour: 120.0,
        burst: 10.0,
        terms: "not known".to_owned(),
        terms_url: String::new(),
    }
}
