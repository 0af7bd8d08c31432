use jiff::civil::Date;
use market::{Action, ActionKind, Currency, Payment, Source, Symbol};
use rusqlite::{Connection, Result, Row, params};

use crate::rules::{Dates, Known, Moment, Terms, Version, by_day};
use crate::sqlite::columns::{date_of, day, unknown_word, word_if_any};

/// What the versions of one thing that happened have in common.
struct Key<'a> {
    symbol: &'a Symbol,
    source: &'a Source,
    ex_date: Date,
    kind: &'static str,
}

/// Adds the actions that are versions of their own.
pub(crate) fn persist(
    connection: &Connection,
    symbol: &Symbol,
    source: &Source,
    actions: &[Action],
    received_at: Moment,
) -> Result<()> {
    for ((ex_date, kind), terms) in by_day(actions) {
        let key = Key { symbol, source, ex_date, kind };
        let known = Known::at(received_at, versions(connection, &key)?);
        let Some(known_at) = known.place(&terms, received_at) else { continue };
        for (ordinal, terms) in (0_i64..).zip(&terms.0) {
            insert(connection, &key, known_at, ordinal, terms)?;
        }
    }
    Ok(())
}

/// All versions of what happened, the latest first. There are hardly ever two.
fn versions(connection: &Connection, key: &Key<'_>) -> Result<Vec<Version<Terms>>> {
    let mut select = connection.prepare_cached(
        "SELECT ex_date, kind, amount, currency, numerator, denominator, known_at FROM action
         WHERE symbol = ?1 AND source = ?2 AND ex_date = ?3 AND kind = ?4
         ORDER BY known_at DESC, ordinal",
    )?;
    let key = params![key.symbol.as_str(), key.source.as_str(), day(key.ex_date), key.kind];
    let rows = select.query_map(key, |row| Ok((row.get(6)?, read(row)?.kind)))?;
    let mut versions: Vec<Version<Terms>> = Vec::new();
    for row in rows {
        let (known_at, kind) = row?;
        match versions.last_mut() {
            Some(version) if version.known_at == known_at => version.value.0.push(kind),
            _ => versions.push(Version { known_at, value: Terms(vec![kind]) }),
        }
    }
    Ok(versions)
}

fn insert(
    connection: &Connection,
    key: &Key<'_>,
    known_at: Moment,
    ordinal: i64,
    terms: &ActionKind,
) -> Result<()> {
    let (numerator, denominator) = match *terms {
        ActionKind::Split { numerator, denominator } => (Some(numerator), Some(denominator)),
        ActionKind::Dividend(_) | ActionKind::CapitalGain(_) => (None, None),
    };
    let paid = terms.payment();
    let mut insert = connection.prepare_cached(
        "INSERT INTO action (symbol, source, ex_date, kind, known_at, ordinal, amount, numerator,
                             denominator, currency)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    insert.execute(params![
        key.symbol.as_str(),
        key.source.as_str(),
        day(key.ex_date),
        key.kind,
        known_at,
        ordinal,
        paid.map(|paid| paid.amount),
        numerator,
        denominator,
        paid.and_then(|paid| paid.currency.as_ref()).map(Currency::as_str),
    ])?;
    Ok(())
}

/// Actions of these ex-dates, each in its latest version.
pub(crate) fn latest(
    connection: &Connection,
    symbol: &Symbol,
    source: &Source,
    dates: Dates,
) -> Result<Vec<Action>> {
    let versions = as_known(connection, symbol, source, dates, Moment::MAX)?;
    Ok(versions.into_iter().map(|version| version.value).collect())
}

/// Actions of these ex-dates, each in the version in force at an instant.
pub(crate) fn as_known(
    connection: &Connection,
    symbol: &Symbol,
    source: &Source,
    dates: Dates,
    at: Moment,
) -> Result<Vec<Version<Action>>> {
    let mut select = connection.prepare_cached(
        "SELECT ex_date, kind, amount, currency, numerator, denominator, known_at FROM action
         WHERE symbol = ?1 AND source = ?2 AND ex_date BETWEEN ?3 AND ?4
           AND known_at = (SELECT max(known_at) FROM action AS other
                           WHERE other.symbol = action.symbol AND other.source = action.source
                             AND other.ex_date = action.ex_date AND other.kind = action.kind
                             AND other.known_at <= ?5)
         ORDER BY ex_date, kind, ordinal",
    )?;
    let (first, last) = (dates.from().map_or(i64::MIN, day), day(dates.to()));
    let stretch = params![symbol.as_str(), source.as_str(), first, last, at];
    let version = |row: &Row<'_>| Ok(Version { known_at: row.get(6)?, value: read(row)? });
    select.query_map(stretch, version)?.collect()
}

fn read(row: &Row<'_>) -> Result<Action> {
    let kind: String = row.get("kind")?;
    let kind = match kind.as_str() {
        "dividend" => ActionKind::Dividend(payment(row)?),
        "capital_gain" => ActionKind::CapitalGain(payment(row)?),
        "split" => ActionKind::Split {
            numerator: row.get("numerator")?,
            denominator: row.get("denominator")?,
        },
        _ => return Err(unknown_word(row, "kind", &kind)),
    };
    Ok(Action { ex_date: date_of(row, "ex_date")?, kind })
}

fn payment(row: &Row<'_>) -> Result<Payment> {
    let currency = word_if_any(row, "currency", |code| code.parse().ok())?;
    Ok(Payment { amount: row.get("amount")?, currency })
}
