//! The bars of several instruments side by side.

use std::sync::Arc;

use engine::Engine;
use market::{Freshness, HistoryQuery, Interval, Series, Symbol};
use table::{EncodeError, Head, Table};

use crate::bars::Bars;
use crate::page::Order;
use crate::records::aligned::{AboutSeries, AlignedHead, Field, One, Problem, rows};
use crate::refusal::Refusal;
use crate::view::PriceView;

/// One of the series, or why it cannot be had.
pub struct Aligned {
    /// Whose it is.
    pub symbol: Symbol,
    /// What was answered, and the bars adjusted as asked.
    pub found: Result<(Bars, Arc<Series>), Refusal>,
}

impl Aligned {
    /// Asks for one of the series.
    pub async fn ask(engine: &Engine, question: HistoryQuery, view: PriceView) -> Self {
        let found = async {
            let bars = Bars::ask(engine, &question, view).await?;
            let series = bars.series(engine).await?;
            Ok((bars, series))
        };
        Self { found: found.await, symbol: question.symbol }
    }

    /// Whether the question itself is refused, and not only its answer missing.
    pub fn is_refused(&self) -> bool {
        let is_refused =
            |it: &Refusal| matches!(it, Refusal::Invalid { .. }) || it.is_share_spent();
        self.found.as_ref().is_err_and(is_refused)
    }

    /// How fresh it is.
    pub fn freshness(&self) -> Freshness {
        self.found.as_ref().map_or(Freshness::Missing, |(bars, _)| bars.freshness)
    }

    fn one(&self) -> Option<One<'_>> {
        let (bars, _) = self.found.as_ref().ok()?;
        Some(One { answer: &bars.answer, freshness: bars.freshness })
    }

    fn problem(&self) -> Option<Problem<'_>> {
        let refusal = self.found.as_ref().err()?;
        Some(Problem { symbol: &self.symbol, refusal })
    }
}

/// The series in one table.
///
/// # Errors
///
/// A fault of ours.
pub fn table(
    all: &[Aligned],
    (interval, field, view): (Interval, Field, PriceView),
    order: Order,
) -> Result<Table, EncodeError> {
    let series = all.iter().filter_map(Aligned::one).collect();
    let problems = all.iter().filter_map(Aligned::problem).collect();
    let about = AboutSeries { series, problems, interval, field, view };
    let series: Vec<(&Symbol, Option<&Series>)> = all
        .iter()
        .map(|it| (&it.symbol, it.found.as_ref().ok().map(|(_, series)| &**series)))
        .collect();
    Ok(Table {
        constants: about.constants(),
        head: Head::of(&AlignedHead::of(about))?,
        name: "bars",
        rows: Arc::new(rows(&series, field, interval.is_intraday(), order)),
    })
}
