use std::sync::Arc;

use engine::Engine;
use jiff::Timestamp;
use market::{Adjust, Interval, Kind, Price, Series, Span};
use query::newest::are_existing;
use query::{Bars, PriceView, Refusal};

use super::bars::{Found, find};
use super::latest::Latest;
use crate::yahoo::question::Question;
use crate::yahoo::refusal::Refused;
use crate::yahoo::stretch::Stretch;
use crate::yahoo::symbols::{Asked, own_source};

/// A chart's question with what answers it.
pub(in crate::yahoo) struct Answered {
    pub(in crate::yahoo) asked: Asked,
    pub(in crate::yahoo) question: Question,
    /// What is known, with its freshness.
    pub(in crate::yahoo) bars: Bars,
    /// The bars that are told, adjusted for splits.
    pub(in crate::yahoo) series: Arc<Series>,
    /// The close before the first of them, where it came with them.
    pub(super) before: Option<Price>,
    /// The latest price, where one is known.
    pub(super) latest: Option<Latest>,
    /// Their closes, adjusted for dividends as well; `None` where none are told.
    pub(in crate::yahoo) adjusted: Option<Vec<Option<Price>>>,
}

impl Answered {
    /// Asks for a chart.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub(in crate::yahoo) async fn ask(
        engine: &Engine,
        asked: Asked,
        question: Question,
    ) -> Result<Self, Refused> {
        question.locate(engine, &asked).await;
        let view = PriceView::of_all(Adjust::Splits, None);
        let view = view.between(question.bounds(), question.interval);
        let about = question.about(engine, &asked);
        let Found { bars, before } = find(engine, &question, about, view).await?;
        are_existing(engine, &bars).await?;
        let series = Arc::new(told(&question, bars.series(engine).await?));
        let adjusted = adjusted_closes(engine, &question, &bars, &series).await?;
        let latest = Latest::of(engine, &question, &bars.answer).await;
        Ok(Self { asked, question, bars, series, before, latest, adjusted })
    }

    /// Whether a part of the first day may be missing, as it could not be asked for.
    pub(super) fn lacks_first_day(&self) -> bool {
        let (Stretch::Between(begin, _), Span::Dates { from, .. }) =
            (self.question.stretch, self.bars.answer.query.span)
        else {
            return false;
        };
        let zone = self.bars.answer.instrument.zone();
        begin.to_zoned(zone).date() < from
    }

    /// When the bars opened, in seconds since 1970.
    pub(in crate::yahoo) fn stamps(&self) -> Vec<i64> {
        self.series.open_times().iter().map(|at| at.as_second()).collect()
    }

    /// Whether the bars are those of the source that speaks this protocol.
    pub(in crate::yahoo) fn is_own(&self) -> bool {
        self.series.head.source == own_source()
    }
}

/// Of two instants the second is not asked for, of bars of any length. A day that began
/// before the first is not either; longer bars are told from the one that it lies in.
fn told(question: &Question, series: Arc<Series>) -> Series {
    let Stretch::Between(from, to) = question.stretch else { return Arc::unwrap_or_clone(series) };
    let is_long = question.interval > Interval::D1;
    let is_asked = |at: &Timestamp| *at < to && (is_long || *at >= from);
    if series.open_times().iter().all(is_asked) {
        return Arc::unwrap_or_clone(series);
    }
    let bars = series.bars().filter(|bar| is_asked(&bar.open_time)).collect();
    Series::new(series.head.clone(), bars)
}

/// As their source adjusts them or, where it does not, as the actions known here do.
async fn adjusted_closes(
    engine: &Engine,
    question: &Question,
    bars: &Bars,
    series: &Series,
) -> Result<Option<Vec<Option<Price>>>, Refusal> {
    if !question.adjusted || question.interval.is_intraday() {
        return Ok(None);
    }
    let by_source: Vec<_> = series.bars().map(|bar| bar.adj_close).collect();
    if by_source.iter().any(Option::is_some) {
        return Ok(Some(by_source));
    }
    if !pays(bars.answer.instrument.kind) {
        return Ok(Some(series.closes().iter().copied().map(Some).collect()));
    }
    let view = PriceView { adjust: Adjust::All, ..bars.view };
    let all = told(question, Arc::new(view.adjusted(engine, &bars.answer).await?));
    Ok(Some(all.closes().iter().copied().map(Some).collect()))
}

/// Whether anything is ever paid to whoever holds such an instrument.
fn pays(kind: Kind) -> bool {
    matches!(kind, Kind::Equity | Kind::Etf | Kind::Fund)
}
