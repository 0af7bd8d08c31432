use jiff::Timestamp;
use jiff::civil::Date;
use market::{HistoryQuery, HistoryResult, Series, SeriesHead, Source};
use rusqlite::{Connection, Result, Row, params};

use crate::sqlite::answers::{around, days};
use crate::sqlite::columns::ms;
use crate::sqlite::{actions, bars, instruments, series};

/// What was known at an instant, of the first source that had any of it.
pub(crate) fn known(
    connection: &Connection,
    question: &HistoryQuery,
    dates: (Option<Date>, Date),
    sources: &[Source],
    at: Timestamp,
) -> Result<Option<HistoryResult>> {
    for source in sources {
        for told in told_by(connection, question, source, at)? {
            if let Some(answer) = known_of(connection, question, dates, told, at)? {
                return Ok(Some(answer));
            }
        }
    }
    Ok(None)
}

/// What was known of one series; `None` where no bar was between these dates.
fn known_of(
    connection: &Connection,
    question: &HistoryQuery,
    (from, to): (Option<Date>, Date),
    told: Told,
    at: Timestamp,
) -> Result<Option<HistoryResult>> {
    let (symbol, source) = (&question.symbol, &told.head.source);
    let mut bars = bars::as_known(connection, told.series_id, around(from, to), ms(at))?;
    bars.retain(|it| from.is_none_or(|from| from <= it.bar.date) && it.bar.date <= to);
    let Some(newest) = bars.iter().map(|it| it.known_at).max() else { return Ok(None) };
    let actions = actions::as_known(connection, symbol, source, days(from, to), ms(at))?;
    Ok(Some(HistoryResult {
        question: question.clone(),
        instrument: instruments::of(connection, symbol, source)?,
        series: Series::new(told.head, bars.into_iter().map(|it| it.bar).collect()),
        session: None,
        received_at: actions.iter().map(|(known_at, _)| *known_at).fold(newest, Timestamp::max),
        actions: actions.into_iter().map(|(_, action)| action).collect(),
        simulated: false,
        superseded: told.superseded,
    }))
}

/// A series that a source had told of at some instant.
struct Told {
    series_id: i64,
    head: SeriesHead,
    /// It was told on another basis by then.
    superseded: bool,
}

/// A source's series, those of a basis no longer told by then last. Of several
/// that differ in currency or kind of adjustment the one comes first whose newest
/// bar became known last; the ledger cannot tell, as it knows only the present.
///
/// A bar is known when it has begun, so the newest is looked for from then back,
/// not from the end. A bar that was known earlier only has no say in the order.
const TOLD: &str = "
    SELECT id, symbol, interval, source, currency, basis,
           EXISTS (SELECT 1 FROM series AS newer
                   WHERE newer.symbol = series.symbol AND newer.interval = series.interval
                     AND newer.source = series.source AND newer.basis = series.basis
                     AND ifnull(newer.currency, '') = ifnull(series.currency, '')
                     AND newer.rebased_at <= ?4
                     AND ifnull(newer.rebased_at > series.rebased_at, TRUE)) AS superseded
    FROM series
    WHERE symbol = ?1 AND interval = ?2 AND source = ?3 AND ifnull(rebased_at <= ?4, TRUE)
    ORDER BY superseded,
             (SELECT known_at FROM bar
              WHERE series_id = series.id AND open_time <= ?4 AND known_at <= ?4
              ORDER BY open_time DESC, known_at DESC LIMIT 1) DESC,
             rebased_at DESC, id DESC";

fn told_by(
    connection: &Connection,
    question: &HistoryQuery,
    source: &Source,
    at: Timestamp,
) -> Result<Vec<Told>> {
    let mut select = connection.prepare_cached(TOLD)?;
    let (symbol, interval) = (question.symbol.as_str(), question.interval.as_str());
    let told = |row: &Row<'_>| {
        let superseded = row.get("superseded")?;
        Ok(Told { series_id: row.get("id")?, head: series::head(row)?, superseded })
    };
    select.query_map(params![symbol, interval, source.as_str(), ms(at)], told)?.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::open;

    #[test]
    fn to_order_series_none_is_read_through() {
        let folder = tempfile::tempdir().unwrap();
        let store = open::for_writing(&folder.path().join("prices.db")).unwrap();
        let mut explain = store.prepare(&format!("EXPLAIN QUERY PLAN {TOLD}")).unwrap();
        let steps = explain.query_map(["", "", "", ""], |row| row.get("detail")).unwrap();
        let steps: Vec<String> = steps.collect::<Result<_>>().unwrap();
        let plan = steps.join("\n");
        assert!(
            plan.contains("SEARCH bar USING PRIMARY KEY (series_id=? AND open_time<?)"),
            "{plan}"
        );
        assert!(!plan.contains("SCAN"), "{plan}");
        // Series are sorted; the bars of one are read in the order of their key.
        assert_eq!(plan.matches("TEMP B-TREE").count(), 1, "{plan}");
    }
}
