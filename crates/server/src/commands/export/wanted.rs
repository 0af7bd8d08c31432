use std::fmt;
use std::sync::Arc;

use engine::Engine;
use market::{Adjust, Answer, Basis, Freshness, Question, Series, Span, Symbol, series_freshness};

use crate::cli::ExportArgs;
use crate::error::ApiError;
use crate::format::{Format, Head, Pieces, encode};
use crate::json::bars::BarsHead;
use crate::paging::Page;
use crate::params::Params;
use crate::routes::history::{answer, today};
use crate::rows::bars::BarRows;

/// One symbol's history as it was asked for.
pub(super) struct Exported {
    told: Arc<Answer>,
    series: Arc<Series>,
    adjust: Adjust,
    as_of: Option<jiff::Timestamp>,
    freshness: Freshness,
}

/// Asks for one symbol's history, or says why it cannot be had.
pub(super) async fn exported(
    engine: &Engine,
    args: &ExportArgs,
    symbol: &Symbol,
) -> Result<Exported, String> {
    let question = question(engine, args, symbol)?;
    let told = told(engine, &question, args.as_of).await.map_err(|error| error.to_string())?;
    let series = adjusted(engine, args, &told).await?;
    let now = args.as_of.unwrap_or_else(|| engine.now());
    Ok(Exported {
        freshness: series_freshness(&told, now),
        series: Arc::new(series),
        told,
        adjust: args.adjust,
        as_of: args.as_of,
    })
}

fn question(engine: &Engine, args: &ExportArgs, symbol: &Symbol) -> Result<Question, String> {
    let span = match args.from {
        None => Span::Period(args.period),
        Some(from) => Span::dates(from, args.to.unwrap_or_else(|| today(engine, symbol)))
            .map_err(|error| error.to_string())?,
    };
    Ok(Question { symbol: symbol.clone(), interval: args.interval, span, source: None })
}

async fn told(
    engine: &Engine,
    question: &Question,
    as_of: Option<jiff::Timestamp>,
) -> Result<Arc<Answer>, ApiError> {
    let Some(at) = as_of else { return answer(engine, question).await };
    let known = engine.history_as_known(question, at).await.map_err(|_| ApiError::Internal)?;
    known
        .map(Arc::new)
        .ok_or_else(|| ApiError::NothingKnown { symbol: question.symbol.clone(), at })
}

async fn adjusted(engine: &Engine, args: &ExportArgs, told: &Answer) -> Result<Series, String> {
    let all = if depends_on_later_actions(engine, args, told) {
        let all = engine.actions(&told.question.symbol).await;
        let why = |misses| format!("its splits and dividends cannot be had: {misses}");
        Some(all.map_err(why)?)
    } else {
        None
    };
    let actions = all.as_ref().map_or(&told.actions, |all| &all.actions);
    told.series.adjusted(args.adjust, actions).map_err(|error| error.to_string())
}

/// Whether adjusting needs actions from after the dates asked for. An answer as
/// of an instant holds all that were known then.
fn depends_on_later_actions(engine: &Engine, args: &ExportArgs, told: &Answer) -> bool {
    let Span::Dates { to, .. } = told.question.span else { return false };
    let needs_them = match args.adjust {
        Adjust::None => told.series.head.basis == Basis::Splits,
        Adjust::Splits => false,
        Adjust::All => told.series.bars().all(|bar| bar.adj_close.is_none()),
    };
    needs_them && args.as_of.is_none() && to < today(engine, &told.question.symbol)
}

impl Exported {
    /// The bytes of the file.
    pub(super) fn pieces(&self, format: Format) -> Result<Pieces, String> {
        let said = BarsHead::new(&self.told, self.adjust, self.as_of, self.freshness, None);
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
