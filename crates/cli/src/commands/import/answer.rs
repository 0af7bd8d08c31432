use engine::{Engine, IMPORT};
use market::{
    Basis, HistoryQuery, HistoryResult, Instrument, Kept, Period, Series, SeriesHead, Source, Span,
};

use super::ImportArgs;
use super::gathered::OfSymbol;
use super::placed::Placed;

/// One symbol's bars, unless there are none.
pub(super) async fn answer(
    engine: &Engine,
    args: &ImportArgs,
    of_symbol: &OfSymbol,
) -> Option<HistoryResult> {
    let dates = || of_symbol.bars.iter().map(|it| it.date);
    let span = Span::Dates { from: dates().min()?, to: dates().max()? };
    let symbol = of_symbol.instrument.symbol.clone();
    let question = HistoryQuery { symbol, interval: args.interval, span, source: None };
    let head = head(engine, &question, of_symbol).await;
    let currency = of_symbol.instrument.currency.clone().or_else(|| head.currency.clone());
    Some(HistoryResult {
        query: question,
        series: Series::new(head, of_symbol.bars.iter().map(Placed::bar).collect()),
        actions: Vec::new(),
        instrument: Instrument { currency, ..of_symbol.instrument.clone() },
        session: None,
        received_at: engine.now(),
        simulated: false,
        superseded: false,
        kept: Kept::default(),
        unpriced: Vec::new(),
        disputed: Vec::new(),
        repaired: Vec::new(),
        set_aside: Vec::new(),
    })
}

/// What the file does not say of the bars is taken from what was brought in
/// before; else they are in the instrument's currency, and adjusted for splits
/// as most files are.
async fn head(engine: &Engine, question: &HistoryQuery, of_symbol: &OfSymbol) -> SeriesHead {
    let source = Source::new(IMPORT);
    let brought_in = HistoryQuery {
        span: Span::Period(Period::Max),
        source: Some(source.clone()),
        ..question.clone()
    };
    let held = engine.history(&brought_in).await.ok().map(|held| held.series.head.clone());
    let held_in = || held.as_ref().and_then(|held| held.currency.clone());
    let currency = of_symbol.currency.clone().or_else(held_in);
    SeriesHead {
        symbol: question.symbol.clone(),
        interval: question.interval,
        source,
        currency: currency.or_else(|| of_symbol.instrument.currency.clone()),
        basis: of_symbol.basis.or(held.map(|held| held.basis)).unwrap_or(Basis::Splits),
    }
}
