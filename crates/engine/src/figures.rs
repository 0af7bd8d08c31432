//! Whose figures an answer has: noted where they are handed out, for those who ask on
//! behalf of somebody to whom not every source's may be shown.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use market::{
    ActionVersion, BarVersion, Change, Disputed, HistoryResult, Matter, QuoteVersion, RepairRecord,
    Showing, Source, Symbol,
};

/// The sources whose figures were handed out, each with the first instrument that they
/// were of, where they are of one.
pub type Whose = BTreeMap<Source, Option<Symbol>>;

/// Notes whose figures are handed out.
#[derive(Clone, Debug, Default)]
pub(crate) struct Noted(Arc<Mutex<Option<Whose>>>);

impl Noted {
    /// Notes those of an answer, though it may have none.
    pub(crate) fn note(&self, figures: &impl Figures) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let noted = noted.get_or_insert_default();
        figures.each_source(&mut |source, symbol| {
            noted.entry(source.clone()).or_insert_with(|| symbol.cloned());
        });
    }

    /// Whose were noted; `None` where no answer was that could have any.
    pub(crate) fn whose(&self) -> Option<Whose> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// What has figures. Those that the simulator made up are nobody's.
pub(crate) trait Figures {
    /// Names each source that some of them are of, and of which instrument they are.
    fn each_source(&self, name: &mut dyn FnMut(&Source, Option<&Symbol>));
}

impl<F: Figures> Figures for Arc<F> {
    fn each_source(&self, name: &mut dyn FnMut(&Source, Option<&Symbol>)) {
        (**self).each_source(name);
    }
}

impl<F: Figures> Figures for Vec<F> {
    fn each_source(&self, name: &mut dyn FnMut(&Source, Option<&Symbol>)) {
        for figures in self {
            figures.each_source(name);
        }
    }
}

impl<F: Figures> Figures for Option<F> {
    fn each_source(&self, name: &mut dyn FnMut(&Source, Option<&Symbol>)) {
        if let Some(figures) = self {
            figures.each_source(name);
        }
    }
}

impl Figures for HistoryResult {
    fn each_source(&self, name: &mut dyn FnMut(&Source, Option<&Symbol>)) {
        if self.simulated {
            return;
        }
        let symbol = Some(&self.query.symbol);
        name(&self.series.head.source, symbol);
        self.disputed.iter().for_each(|close| name(&close.against, symbol));
        self.repaired.iter().for_each(|it| name(&it.repair.by, symbol));
    }
}

impl Figures for BarVersion {
    fn each_source(&self, name: &mut dyn FnMut(&Source, Option<&Symbol>)) {
        name(&self.source, None);
    }
}

impl Figures for ActionVersion {
    fn each_source(&self, name: &mut dyn FnMut(&Source, Option<&Symbol>)) {
        name(&self.source, None);
    }
}

impl Figures for QuoteVersion {
    fn each_source(&self, name: &mut dyn FnMut(&Source, Option<&Symbol>)) {
        let shown = &self.from.shown;
        let quote = match &shown.showing {
            Showing::Quote(quote) => Some(&**quote),
            Showing::Nothing | Showing::MadeUp => None,
        };
        let all = quote.into_iter().chain(&shown.rivals).chain(shown.believed.as_deref());
        all.for_each(|quote| name(&quote.source, Some(&shown.symbol)));
    }
}

impl Figures for Disputed {
    fn each_source(&self, name: &mut dyn FnMut(&Source, Option<&Symbol>)) {
        let symbol = Some(&self.symbol);
        match &self.matter {
            Matter::Price { shown, against, .. } => {
                for quote in [shown, against] {
                    name(&quote.source, symbol);
                }
            }
            Matter::History { source, differs, .. } => {
                name(source, symbol);
                differs.close().iter().for_each(|close| name(&close.against, symbol));
            }
        }
    }
}

impl Figures for RepairRecord {
    fn each_source(&self, name: &mut dyn FnMut(&Source, Option<&Symbol>)) {
        let repair = &self.repair;
        let all = [&repair.source, &repair.by].into_iter().chain(&repair.confirmed_by);
        all.for_each(|source| name(source, Some(&repair.symbol)));
    }
}

/// Of what is no more, only when and why is said.
impl Figures for Change {
    fn each_source(&self, _: &mut dyn FnMut(&Source, Option<&Symbol>)) {}
}
