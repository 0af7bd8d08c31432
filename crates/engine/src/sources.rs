use std::collections::HashMap;
use std::sync::Arc;

use market::{BarSource, QuoteSource, Source, SourceError};

/// The upstreams that may be asked, by name.
#[derive(Default)]
pub struct Sources {
    quotes: HashMap<Source, Arc<dyn QuoteSource>>,
    bars: HashMap<Source, Arc<dyn BarSource>>,
    demo: Option<Demo>,
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

    /// Lets the simulator stand in where there is no real value at all.
    #[must_use]
    pub fn with_demo(mut self, demo: Demo) -> Self {
        self.demo = Some(demo);
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

    /// Every source of quotes, by name.
    pub(crate) fn all_quotes(&self) -> impl Iterator<Item = &Arc<dyn QuoteSource>> {
        self.quotes.values()
    }

    pub(crate) fn quotes(&self, name: &str) -> Result<&Arc<dyn QuoteSource>, SourceError> {
        self.found(self.quotes.get(&Source::new(name)), "latest prices")
    }

    pub(crate) fn bars(&self, name: &str) -> Result<&Arc<dyn BarSource>, SourceError> {
        self.found(self.bars.get(&Source::new(name)), "price history")
    }

    fn found<'a, T>(&self, source: Option<&'a T>, what: &str) -> Result<&'a T, SourceError> {
        if self.offline {
            return Err(SourceError::Offline);
        }
        source.ok_or_else(|| SourceError::NotOffered(format!("it has no {what}")))
    }
}
