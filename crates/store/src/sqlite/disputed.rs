//! The disputes there are and were, with who said what.

use jiff::Timestamp;
use market::{Disputed, DisputesQuery, Interval, Matter, Outcome, Source, Symbol};
use rusqlite::{Connection, Result, Row, params};

use crate::rules::{Moment, Revision, disputed_by};
use crate::sqlite::columns::{word, word_if_any};
use crate::sqlite::snapshot::Snapshot;
use crate::sqlite::{disputes, revisions, shown};

/// The disputes asked for, the newest first.
pub(crate) fn of(snapshot: &Snapshot<'_>, query: &DisputesQuery) -> Result<Vec<Disputed>> {
    let since = query.since.map(|since| snapshot.by(Some(Moment::from(since))));
    let mut select = snapshot.prepare_cached(
        "SELECT number, symbol, interval, source, factor, date, close, against, against_close,
                currency, since, until, outcome
         FROM disputed
         WHERE symbol = ifnull(?1, symbol) AND number < ?2
           AND (until IS NULL OR (NOT ?3 AND until > ?4))
         ORDER BY number DESC LIMIT ?5",
    )?;
    let mut rows = select.query(params![
        query.symbol.as_ref().map(Symbol::as_str),
        i64::try_from(query.before).unwrap_or(i64::MAX),
        query.is_open,
        since.transpose()?.unwrap_or(Revision::NONE),
        i64::try_from(query.most).unwrap_or(i64::MAX),
    ])?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(read(snapshot, row)?);
    }
    Ok(found)
}

fn read(connection: &Connection, row: &Row<'_>) -> Result<Disputed> {
    let symbol: Symbol = word(row, "symbol", |text| text.parse().ok())?;
    let (since, until): (Revision, Option<Revision>) = (row.get("since")?, row.get("until")?);
    let at = |revision| revisions::instant_of(connection, revision).map(Timestamp::from);
    Ok(Disputed {
        number: row.get::<_, i64>("number")?.unsigned_abs(),
        matter: matter(connection, (&symbol, since), row)?,
        symbol,
        since: at(since)?,
        until: until.map(at).transpose()?,
        outcome: word_if_any(row, "outcome", Outcome::from_name)?,
    })
}

fn matter(
    connection: &Connection,
    (symbol, since): (&Symbol, Revision),
    row: &Row<'_>,
) -> Result<Matter> {
    let interval: Option<Interval> = word_if_any(row, "interval", |text| text.parse().ok())?;
    if let Some(interval) = interval {
        let source = Source::new(&row.get::<_, String>("source")?);
        return Ok(Matter::History { interval, source, differs: disputes::differs(row)? });
    }
    let begun = shown::at_revision(connection, symbol, since)?;
    let two = begun.as_ref().and_then(|begun| Some((begun, disputed_by(begun)?)));
    let (begun, (shown, against)) = two.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
    Ok(Matter::Price {
        shown: Box::new(shown.clone()),
        against: Box::new(against.clone()),
        was_believed: begun.believed.is_some(),
    })
}
