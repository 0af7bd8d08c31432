use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use market::{Action, ActionKind, Source, Symbol};
use rusqlite::{Connection, Result, Row, params};

use crate::sqlite::columns::{date_of, day, instant, ms, unknown_word};

/// What the versions of one thing that happened have in common.
struct Key<'a> {
    symbol: &'a Symbol,
    source: &'a Source,
    ex_date: Date,
    kind: &'static str,
}

/// Adds what differs from the version in force when it was received, as
/// [`crate::sqlite::bars::keep`] does.
///
/// An answer that leaves an action out takes nothing back: not every answer
/// carries actions.
pub(crate) fn keep(
    connection: &Connection,
    symbol: &Symbol,
    source: &Source,
    actions: &[Action],
    received_at: Timestamp,
) -> Result<()> {
    let mut by_day: BTreeMap<_, Vec<ActionKind>> = BTreeMap::new();
    for Action { ex_date, kind } in actions {
        by_day.entry((*ex_date, kind.name())).or_default().push(*kind);
    }
    for ((ex_date, kind), terms) in by_day {
        add(connection, &Key { symbol, source, ex_date, kind }, &terms, ms(received_at))?;
    }
    Ok(())
}

fn add(connection: &Connection, key: &Key<'_>, terms: &[ActionKind], mut at: i64) -> Result<()> {
    while let Some((known_at, before)) = in_force(connection, key, at)? {
        if before == terms {
            return Ok(());
        }
        if known_at < at {
            break;
        }
        at += 1;
    }
    for (ordinal, terms) in (0_i64..).zip(terms) {
        insert(connection, key, at, ordinal, terms)?;
    }
    Ok(())
}

/// The version in force at an instant, with the instant it became known.
fn in_force(
    connection: &Connection,
    key: &Key<'_>,
    at: i64,
) -> Result<Option<(i64, Vec<ActionKind>)>> {
    let mut select = connection.prepare_cached(
        "SELECT ex_date, kind, amount, numerator, denominator, known_at FROM action
         WHERE symbol = ?1 AND source = ?2 AND ex_date = ?3 AND kind = ?4 AND known_at <= ?5
         ORDER BY known_at DESC, ordinal",
    )?;
    let key = params![key.symbol.as_str(), key.source.as_str(), day(key.ex_date), key.kind, at];
    let rows = select.query_map(key, |row| Ok((row.get(5)?, read(row)?.kind)))?;
    let mut newest = None;
    for row in rows {
        let (known_at, kind) = row?;
        let (newest_at, terms) = newest.get_or_insert((known_at, Vec::new()));
        if *newest_at != known_at {
            break;
        }
        terms.push(kind);
    }
    Ok(newest)
}

fn insert(
    connection: &Connection,
    key: &Key<'_>,
    known_at: i64,
    ordinal: i64,
    terms: &ActionKind,
) -> Result<()> {
    let (amount, numerator, denominator) = match *terms {
        ActionKind::Dividend(amount) | ActionKind::CapitalGain(amount) => {
            (Some(amount), None, None)
        }
        ActionKind::Split { numerator, denominator } => (None, Some(numerator), Some(denominator)),
    };
    let mut insert = connection.prepare_cached(
        "INSERT INTO action (symbol, source, ex_date, kind, known_at, ordinal, amount, numerator,
                             denominator)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    insert.execute(params![
        key.symbol.as_str(),
        key.source.as_str(),
        day(key.ex_date),
        key.kind,
        known_at,
        ordinal,
        amount,
        numerator,
        denominator,
    ])?;
    Ok(())
}

/// Actions between two ex-dates, both included, each in its latest version.
pub(crate) fn latest(
    connection: &Connection,
    symbol: &Symbol,
    source: &Source,
    dates: (i64, i64),
) -> Result<Vec<Action>> {
    let versions = as_known(connection, symbol, source, dates, i64::MAX)?;
    Ok(versions.into_iter().map(|(_, action)| action).collect())
}

/// Actions between two ex-dates, both included, each in the version in force at
/// an instant in milliseconds, with the one since when it was known so.
pub(crate) fn as_known(
    connection: &Connection,
    symbol: &Symbol,
    source: &Source,
    (first, last): (i64, i64),
    at: i64,
) -> Result<Vec<(Timestamp, Action)>> {
    let mut select = connection.prepare_cached(
        "SELECT ex_date, kind, amount, numerator, denominator, known_at FROM action
         WHERE symbol = ?1 AND source = ?2 AND ex_date BETWEEN ?3 AND ?4
           AND known_at = (SELECT max(known_at) FROM action AS other
                           WHERE other.symbol = action.symbol AND other.source = action.source
                             AND other.ex_date = action.ex_date AND other.kind = action.kind
                             AND other.known_at <= ?5)
         ORDER BY ex_date, kind, ordinal",
    )?;
    let stretch = params![symbol.as_str(), source.as_str(), first, last, at];
    select.query_map(stretch, |row| Ok((instant(row, 5)?, read(row)?)))?.collect()
}

fn read(row: &Row<'_>) -> Result<Action> {
    let kind: String = row.get("kind")?;
    let kind = match kind.as_str() {
        "dividend" => ActionKind::Dividend(row.get("amount")?),
        "capital_gain" => ActionKind::CapitalGain(row.get("amount")?),
        "split" => ActionKind::Split {
            numerator: row.get("numerator")?,
            denominator: row.get("denominator")?,
        },
        _ => return Err(unknown_word(row, "kind", &kind)),
    };
    Ok(Action { ex_date: date_of(row, "ex_date")?, kind })
}
