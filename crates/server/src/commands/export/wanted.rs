use std::fmt;
use std::sync::Arc;

use engine::Engine;
use market::{Freshness, HistoryQuery, HistoryResult, Series, Span, Symbol, series_freshness};

use crate::adjusted::Wanted;
use crate::cli::ExportArgs;
use crate::format::{Format, Head, Pieces, encode};
use crate::json::bars::BarsHead;
use crate::paging::Page;
use crate::params::Params;
use crate::routes::history::today;
use crate::rows::bars::BarRows;

/// One symbol's history as it was asked for.
pub(super) struct Exported {
    told: Arc<HistoryResult>,
    series: Arc<Series>,
    wanted: Wanted,
    freshness: Freshness,
}

/// Asks for one symbol's history, or says why it cannot be had.
pub(super) async fn exported(
    engine: &Engine,
    args: &ExportArgs,
    symbol: &Symbol,
) -> Result<Exported, String> {
    let question = question(engine, args, symbol)?;
    let wanted = wanted(args);
    let told = wanted.told(engine, &question).await.map_err(|error| error.to_string())?;
    let series = wanted.adjusted(engine, &told).await.map_err(|error| error.to_string())?;
    let freshness = series_freshness(&told, wanted.now(engine));
    Ok(Exported { told, series: Arc::new(series), wanted, freshness })
}

/// How the bars are wanted.
pub(super) fn wanted(args: &ExportArgs) -> Wanted {
    Wanted { adjust: args.adjust, as_of: args.as_of }
}

fn question(engine: &Engine, args: &ExportArgs, symbol: &Symbol) -> Result<HistoryQuery, String> {
    let span = match args.from {
        None => Span::Period(args.period),
        Some(from) => Span::dates(from, args.to.unwrap_or_else(|| today(engine, symbol)))
            .map_err(|error| error.to_string())?,
    };
    Ok(HistoryQuery { symbol: symbol.clone(), interval: args.interval, span, source: None })
}

impl Exported {
    #[cfg(test)]
    pub(super) fn series(&self) -> &Series {
        &self.series
    }

    /// The bytes of the file.
    pub(super) fn pieces(&self, format: Format) -> Result<Pieces, String> {
        let said =
            BarsHead::new(&self.told, self.wanted.adjust, self.wanted.as_of, self.freshness, None);
        let head = Head::of(&said).map_err(|error| error.to_string())?;
        let whole = Page::read(&Params::default(), &self.series);
        let whole = whole.map_err(|error| error.to_string())?;
        let rows = Arc::new(BarRows::new(Arc::clone(&self.series), whole));
        Ok(encode(format, &head, "bars", rows, &said.constants()))
    }
}

/// `6543 rows, 2000-01-03 to 2025-10-29, yahoo, fresh`
impl fmt::Display for Exported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} rows", self.series.len())?;
        if let (Some(from), Some(to)) = (self.series.dates().first(), self.series.dates().last()) {
            write!(f, ", {from} to {to}")?;
        }
        write!(f, ", {}, {}", self.series.head.source, self.freshness.as_str())
    }
}
