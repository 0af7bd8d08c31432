use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use market::{Bar, Saved, Series, SeriesHead, Slot, Source, Why};
use rusqlite::{Connection, OptionalExtension, Result, Row, Rows, params};

use crate::rules::{
    Before, Changes, Dates, Moment, Revision, SeriesId, Slots, Spoken, Version, changes, why_bar,
};
use crate::sqlite::changes::About;
use crate::sqlite::columns::{date_of, day, instant, ms, number, price_if_any, slot};
use crate::sqlite::missed::{missed, note_missed};

/// Writes what an answer changes, and returns of which dates it says nothing. Slots that
/// an answer received later spoke for are `settled` by that one.
pub(crate) fn persist(
    connection: &Connection,
    series_id: SeriesId,
    answer: &Series,
    (spoken, settled): (Spoken, &[Slots]),
    (received_at, since): (Moment, Revision),
) -> Result<(Saved, Option<Dates>)> {
    let concerned = [Slots::of(answer), spoken.stretch, spoken.after].into_iter().flatten();
    let Some(concerned) = concerned.reduce(Slots::with) else {
        return Ok((Saved::default(), None));
    };
    let InForce { bars: held, ended, .. } =
        in_force(connection, series_id, concerned, Revision::MAX)?;
    let held: BTreeMap<Slot, Bar> = held.into_iter().map(|(slot, it)| (slot, it.value)).collect();
    let missed = missed(connection, series_id, concerned, received_at)?;
    let mut changes = changes(&held, answer, &spoken, &missed);
    let is_open = |slot: &Slot| !settled.iter().any(|settled| settled.contains(*slot));
    changes.reported.retain(|(slot, _)| is_open(slot));
    changes.withdrawn.retain(is_open);
    write(connection, (series_id, since), &changes)?;
    note_missed(connection, series_id, concerned, &changes.missed, received_at)?;
    let dates = dates(&held, &ended, &changes, &answer.head.source);
    let SeriesHead { symbol, interval, source, .. } = &answer.head;
    let about = About { symbol, interval: Some(*interval), source };
    let noted = super::changes::note(connection, about, since, dates)?;
    let saved = if settled.is_empty() { changes.saved } else { Saved::default() };
    Ok((Saved { changes: noted, ..saved }, changes.thin))
}

fn write(
    connection: &Connection,
    (series_id, since): (SeriesId, Revision),
    changes: &Changes,
) -> Result<()> {
    for (slot, bar) in &changes.reported {
        insert(connection, (series_id, *slot, since), bar)?;
    }
    for slot in &changes.withdrawn {
        end(connection, (series_id, *slot, since))?;
    }
    Ok(())
}

/// The dates of what an answer changes, with why.
fn dates(
    held: &BTreeMap<Slot, Bar>,
    ended: &BTreeSet<Slot>,
    changes: &Changes,
    source: &Source,
) -> Vec<(Date, Why)> {
    let before = |slot: &Slot| match held.get(slot) {
        Some(bar) => Before::Bar(bar),
        None if ended.contains(slot) => Before::Ended,
        None => Before::Nothing,
    };
    let reported = changes.reported.iter();
    let reported = reported.map(|(slot, bar)| (bar.date, why_bar(source, before(slot), Some(bar))));
    let withdrawn = changes.withdrawn.iter().filter_map(|slot| held.get(slot));
    reported.chain(withdrawn.map(|bar| (bar.date, Why::Withdrawn))).collect()
}

/// Bars of these slots, each in the version in force at a revision, by slot; those
/// withdrawn by then and those not yet known are left out.
pub(crate) fn in_force(
    connection: &Connection,
    series_id: SeriesId,
    Slots { first, last }: Slots,
    by: Revision,
) -> Result<InForce> {
    let mut select = connection.prepare_cached(STRETCH)?;
    let mut found = Found { by, ..Found::default() };
    let mut go_on_from = Some(last);
    while let Some(last) = go_on_from {
        let rows = select.query(params![series_id.0, first.number(), last.number()])?;
        go_on_from = found.collect(rows)?;
    }
    found.known.bars.reverse();
    Ok(found.known)
}

/// Bars by slot, oldest first.
#[derive(Default)]
pub(crate) struct InForce {
    pub(crate) bars: Vec<(Slot, Version<Bar>)>,
    /// Slots that had a bar and have none.
    pub(crate) ended: BTreeSet<Slot>,
    /// Since when it is so: of the bars, and of those that are in force no more.
    pub(crate) newest: Revision,
}

/// One range of the table's key, from its end to its beginning, so that of the
/// versions of a bar the latest comes first.
const STRETCH: &str = "
    SELECT open_time, date, open, high, low, close, adj_close, volume, provisional, slot, since
    FROM bar WHERE series_id = ?1 AND slot BETWEEN ?2 AND ?3
    ORDER BY slot DESC, since DESC";

/// From this many versions of a bar on, looking for the next bar is quicker
/// than stepping over the rest. A day's bar has hundreds where it was asked for
/// every few minutes while it was running.
const VERSIONS_STEPPED_OVER: usize = 8;

/// What was found in force, the newest bar first.
#[derive(Default)]
struct Found {
    by: Revision,
    known: InForce,
    /// The slot whose version in force was found last, or that it has no bar.
    last_slot: Option<Slot>,
    stepped_over: usize,
}

impl Found {
    /// Takes in rows to their end, or until it is better to go on with another
    /// query, from the slot returned.
    fn collect(&mut self, mut rows: Rows<'_>) -> Result<Option<Slot>> {
        while let Some(row) = rows.next()? {
            let slot = slot(row, 9)?;
            let since: Revision = row.get(10)?;
            if self.last_slot == Some(slot) {
                self.stepped_over += 1;
                if self.stepped_over > VERSIONS_STEPPED_OVER {
                    return Ok(Some(Slot::from_number(slot.number().saturating_sub(1))));
                }
            } else if since <= self.by {
                (self.last_slot, self.stepped_over) = (Some(slot), 0);
                match read(row)? {
                    Some(value) => self.known.bars.push((slot, Version { since, value })),
                    None => drop(self.known.ended.insert(slot)),
                }
                self.known.newest = self.known.newest.max(since);
            }
        }
        Ok(None)
    }
}

/// What is stored of a bar, also where it says that there is none.
pub(crate) struct Stored {
    pub(crate) open_time: Timestamp,
    pub(crate) date: Date,
    pub(crate) bar: Option<Bar>,
}

/// Every version of these slots, oldest first.
pub(crate) fn versions(
    connection: &Connection,
    series_id: SeriesId,
    Slots { first, last }: Slots,
) -> Result<BTreeMap<Slot, Vec<Version<Stored>>>> {
    let mut found: BTreeMap<Slot, Vec<_>> = BTreeMap::new();
    let mut select = connection.prepare_cached(STRETCH)?;
    let mut rows = select.query(params![series_id.0, first.number(), last.number()])?;
    while let Some(row) = rows.next()? {
        let bar = read(row)?;
        let value = Stored { open_time: instant(row, 0)?, date: date_of(row, 1)?, bar };
        found.entry(slot(row, 9)?).or_default().push(Version { since: row.get(10)?, value });
    }
    for versions in found.values_mut() {
        versions.reverse();
    }
    Ok(found)
}

/// The trading dates of the first and the last bar there ever was.
pub(crate) fn ends(connection: &Connection, series_id: SeriesId) -> Result<Vec<Date>> {
    let mut found = Vec::new();
    for order in ["ASC", "DESC"] {
        let mut select = connection.prepare_cached(&format!(
            "SELECT date FROM bar WHERE series_id = ?1 ORDER BY slot {order} LIMIT 1"
        ))?;
        found.extend(select.query_row([series_id.0], |row| date_of(row, 0)).optional()?);
    }
    Ok(found)
}

fn insert(
    connection: &Connection,
    (series_id, slot, since): (SeriesId, Slot, Revision),
    bar: &Bar,
) -> Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO bar (series_id, slot, since, open_time, date, open, high, low, close,
                          adj_close, volume, provisional)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?;
    insert.execute(params![
        series_id.0,
        slot.number(),
        since,
        ms(bar.open_time),
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

/// Notes that a slot has a bar no more: a version that has no close.
fn end(
    connection: &Connection,
    (series_id, slot, since): (SeriesId, Slot, Revision),
) -> Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO bar (series_id, slot, since, open_time, date, provisional)
         SELECT series_id, slot, ?3, open_time, date, 0 FROM bar
         WHERE series_id = ?1 AND slot = ?2 ORDER BY since DESC LIMIT 1",
    )?;
    insert.execute(params![series_id.0, slot.number(), since])?;
    Ok(())
}

/// Positions, not names: looking up ten names for each bar takes longer than
/// reading it. `None` where the version says that there is no bar.
fn read(row: &Row<'_>) -> Result<Option<Bar>> {
    let Some(close) = price_if_any(row, 5)? else { return Ok(None) };
    Ok(Some(Bar {
        open_time: instant(row, 0)?,
        date: date_of(row, 1)?,
        open: price_if_any(row, 2)?,
        high: price_if_any(row, 3)?,
        low: price_if_any(row, 4)?,
        close,
        adj_close: price_if_any(row, 6)?,
        volume: row.get(7)?,
        provisional: row.get(8)?,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sqlite::open;

    #[test]
    fn a_stretch_of_one_series_is_one_range_of_the_key() {
        let folder = tempfile::tempdir().unwrap();
        let store = open::for_writing(&folder.path().join("prices.db")).unwrap().connection;
        let mut explain = store.prepare(&format!("EXPLAIN QUERY PLAN {STRETCH}")).unwrap();
        let steps = explain.query_map([0, 0, 0], |row| row.get("detail")).unwrap();
        let steps: Vec<String> = steps.collect::<Result<_>>().unwrap();
        // One step, so no sorting either.
        let range = "SEARCH bar USING PRIMARY KEY (series_id=? AND slot>? AND slot<?)";
        assert_eq!(steps, [range]);
    }
}
