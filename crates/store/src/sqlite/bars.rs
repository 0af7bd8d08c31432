use std::collections::HashMap;

use jiff::Timestamp;
use market::{Bar, Saved, Series};
use rusqlite::{Connection, Result, Row, Rows, params};

use crate::rules::{Confirmation, Known, Moment, OpenTimes, SeriesId, Version, additions};
use crate::sqlite::columns::{date_of, day, instant, ms, number, price, price_if_any};

/// Adds the bars that are versions of their own. `later` are the answers of the
/// series received after this one.
pub(crate) fn persist(
    connection: &Connection,
    series_id: SeriesId,
    series: &Series,
    received_at: Moment,
    later: &[Confirmation],
) -> Result<Saved> {
    let Some(open_times) = OpenTimes::of(series) else { return Ok(Saved::default()) };
    let view = View { at: received_at, later: Later::Read };
    let stored = view.bars(connection, series_id, open_times)?;
    let mut stored: HashMap<_, _> = stored.into_iter().map(|it| (it.open_time, it.known)).collect();
    let mut saved = Saved::default();
    for bar in series.bars() {
        let known = stored.remove(&bar.open_time.into());
        let additions = additions(known, bar, received_at, later);
        for version in additions.versions() {
            insert(connection, series_id, version)?;
        }
        saved.new += additions.saved.new;
        saved.revised += additions.saved.revised;
    }
    Ok(saved)
}

/// Bars between these open times, each in its latest version.
pub(crate) fn latest(
    connection: &Connection,
    series_id: SeriesId,
    open_times: OpenTimes,
) -> Result<Vec<Bar>> {
    let versions = as_known(connection, series_id, open_times, Moment::MAX)?;
    Ok(versions.into_iter().map(|version| version.value).collect())
}

/// Bars between these open times, each in the version in force at an instant;
/// those not known then are left out.
pub(crate) fn as_known(
    connection: &Connection,
    series_id: SeriesId,
    open_times: OpenTimes,
    at: Moment,
) -> Result<Vec<Version<Bar>>> {
    let stored = View { at, later: Later::Skipped }.bars(connection, series_id, open_times)?;
    Ok(stored.into_iter().filter_map(|it| it.known.into_in_force()).collect())
}

/// When the version in force of a bar became known.
pub(crate) fn known_since(
    connection: &Connection,
    series_id: SeriesId,
    open_time: Timestamp,
) -> Result<Timestamp> {
    let mut select = connection
        .prepare_cached("SELECT max(known_at) FROM bar WHERE series_id = ?1 AND open_time = ?2")?;
    select.query_row(params![series_id.0, ms(open_time)], |row| instant(row, 0))
}

/// What is stored of one bar.
struct Stored {
    open_time: Moment,
    known: Known<Bar>,
}

/// Whether to read versions that became known later, too.
#[derive(Clone, Copy, PartialEq)]
enum Later {
    Read,
    Skipped,
}

/// How bars are looked at: from which instant, and whether past it.
#[derive(Clone, Copy)]
struct View {
    at: Moment,
    later: Later,
}

/// One range of the table's key, from its end to its beginning, so that of the
/// versions of a bar the latest comes first.
const STRETCH: &str = "
    SELECT open_time, date, open, high, low, close, adj_close, volume, provisional, known_at
    FROM bar WHERE series_id = ?1 AND open_time BETWEEN ?2 AND ?3
    ORDER BY open_time DESC, known_at DESC";

/// From this many versions of a bar on, looking for the next bar is quicker
/// than stepping over the rest. A day's bar has hundreds where it was asked for
/// every few minutes while it was running.
const VERSIONS_STEPPED_OVER: usize = 8;

impl View {
    /// Every bar in a stretch that has a version, the newest bar first.
    fn bars(
        self,
        connection: &Connection,
        series_id: SeriesId,
        OpenTimes { first, last }: OpenTimes,
    ) -> Result<Vec<Stored>> {
        let mut select = connection.prepare_cached(STRETCH)?;
        let mut bars = Vec::new();
        let mut go_on_from = Some(last);
        while let Some(last) = go_on_from {
            let rows = select.query(params![series_id.0, first, last])?;
            go_on_from = self.collect(rows, &mut bars)?;
        }
        Ok(bars)
    }

    /// Takes in rows to their end, or until it is better to go on with another
    /// query, from the open time returned.
    fn collect(self, mut rows: Rows<'_>, bars: &mut Vec<Stored>) -> Result<Option<Moment>> {
        let mut stepped_over = 0;
        while let Some(row) = rows.next()? {
            let open_time = Moment::from_ms(row.get(0)?);
            if bars.last().is_none_or(|bar| bar.open_time != open_time) {
                bars.push(Stored { open_time, known: Known::default() });
                stepped_over = 0;
            }
            let known = &mut bars.last_mut().expect("one was pushed if there was none").known;
            if Moment::from_ms(row.get(9)?) > self.at {
                if self.later == Later::Read {
                    known.put_later(version(row)?);
                }
            } else if known.in_force().is_none() {
                known.put_in_force(version(row)?);
            } else if stepped_over == VERSIONS_STEPPED_OVER {
                return Ok(Some(open_time.previous()));
            } else {
                stepped_over += 1;
            }
        }
        Ok(None)
    }
}

fn insert(connection: &Connection, series_id: SeriesId, version: &Version<Bar>) -> Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO bar (series_id, open_time, known_at, date, open, high, low, close, adj_close,
                          volume, provisional)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    let Version { known_at, value: bar } = version;
    insert.execute(params![
        series_id.0,
        ms(bar.open_time),
        known_at,
        day(bar.date),
        number(bar.open),
        number(bar.high),
        number(bar.low),
        bar.close.get(),
        number(bar.adj_close),
        bar.volume,
        bar.provisional,
    ])?;
    Ok(())
}

fn version(row: &Row<'_>) -> Result<Version<Bar>> {
    Ok(Version { known_at: row.get(9)?, value: read(row)? })
}

/// Positions, not names: looking up ten names for each bar takes longer than
/// reading it.
fn read(row: &Row<'_>) -> Result<Bar> {
    Ok(Bar {
        open_time: instant(row, 0)?,
        date: date_of(row, 1)?,
        open: price_if_any(row, 2)?,
        high: price_if_any(row, 3)?,
        low: price_if_any(row, 4)?,
        close: price(row, 5)?,
        adj_close: price_if_any(row, 6)?,
        volume: row.get(7)?,
        provisional: row.get(8)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::open;

    #[test]
    fn a_stretch_of_one_series_is_one_range_of_the_key() {
        let folder = tempfile::tempdir().unwrap();
        let store = open::for_writing(&folder.path().join("prices.db")).unwrap();
        let mut explain = store.prepare(&format!("EXPLAIN QUERY PLAN {STRETCH}")).unwrap();
        let steps = explain.query_map([0, 0, 0], |row| row.get("detail")).unwrap();
        let steps: Vec<String> = steps.collect::<Result<_>>().unwrap();
        // One step, so no sorting either.
        let range = "SEARCH bar USING PRIMARY KEY (series_id=? AND open_time>? AND open_time<?)";
        assert_eq!(steps, [range]);
    }
}
