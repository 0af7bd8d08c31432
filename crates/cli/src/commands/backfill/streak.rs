use market::Source;

use super::fill::Outcome;
use super::report::Row;

/// An upstream that failed for so many symbols in a row is down.
pub(super) const IN_A_ROW: usize = 3;

/// The upstream that failed for the latest symbols, where one did.
pub(super) fn failing(rows: &[Row]) -> Option<&Source> {
    let Outcome::Failed { failing, .. } = &rows.last()?.outcome else { return None };
    failing.iter().find(|source| {
        let telling = rows.iter().rev().filter_map(|row| has_failed(source, &row.outcome));
        telling.take(IN_A_ROW).filter(|failed| *failed).count() == IN_A_ROW
    })
}

/// Whether an upstream failed for one symbol; `None` where that does not show,
/// because the answer is another's, or was there before.
fn has_failed(source: &Source, outcome: &Outcome) -> Option<bool> {
    match outcome {
        Outcome::Failed { failing, .. } => Some(failing.contains(source)),
        Outcome::Fetched(answer) if answer.series.head.source == *source => Some(false),
        Outcome::Fetched(_) | Outcome::AlreadyThere(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use market::{
        Basis, Catalog, HistoryQuery, HistoryResult, Interval, Kept, Period, Series, SeriesHead,
        Span,
    };

    use super::*;

    fn answer(source: &str) -> Arc<HistoryResult> {
        let symbol: market::Symbol = "AAPL".parse().unwrap();
        let interval = Interval::D1;
        let span = Span::Period(Period::Max);
        let source = Source::new(source);
        let basis = Basis::Splits;
        let head = SeriesHead { symbol: symbol.clone(), interval, source, currency: None, basis };
        Arc::new(HistoryResult {
            instrument: Catalog::new().instrument(&symbol),
            query: HistoryQuery { symbol, interval, span, source: None },
            series: Series::new(head, vec![]),
            actions: vec![],
            session: None,
            received_at: jiff::Timestamp::UNIX_EPOCH,
            simulated: false,
            superseded: false,
            kept: Kept::default(),
            unpriced: Vec::new(),
            disputed: Vec::new(),
            repaired: Vec::new(),
            set_aside: Vec::new(),
        })
    }

    fn failed(sources: &[&str]) -> Outcome {
        let failing = sources.iter().map(|source| Source::new(source)).collect();
        Outcome::Failed { why: "it fails".into(), failing }
    }

    fn check(outcomes: impl IntoIterator<Item = Outcome>, expected: Option<&str>) {
        let row = |outcome| Row { symbol: "AAPL".parse().unwrap(), outcome };
        let rows: Vec<Row> = outcomes.into_iter().map(row).collect();
        assert_eq!(failing(&rows).map(Source::as_str), expected);
    }

    #[test]
    fn an_upstream_that_failed_three_times_in_a_row_is_down() {
        check([], None);
        check([failed(&["yahoo"]), failed(&["yahoo"])], None);
        check([failed(&["yahoo"]), failed(&["ecb", "yahoo"]), failed(&["yahoo"])], Some("yahoo"));
        check([failed(&["yahoo"]), failed(&["ecb"]), failed(&["yahoo"])], None);
        check([failed(&["yahoo"]), failed(&[]), failed(&["yahoo"]), failed(&["yahoo"])], None);
    }

    #[test]
    fn only_its_own_answer_to_this_run_shows_that_it_is_well() {
        let then = |between| [failed(&["yahoo"]), failed(&["yahoo"]), between, failed(&["yahoo"])];
        check(then(Outcome::Fetched(answer("yahoo"))), None);
        check(then(Outcome::Fetched(answer("coingecko"))), Some("yahoo"));
        check(then(Outcome::AlreadyThere(answer("yahoo"))), Some("yahoo"));
    }
}
