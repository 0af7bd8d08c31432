use std::collections::{BTreeMap, BTreeSet};

use market::{Action, ActionKind, Currency, Payment, Source, Symbol};
use rusqlite::{Connection, Result, Row, params};

use crate::rules::{
    APART_MS, ActionChanges, ByDay, Dates, Day, Moment, Revision, Silence, Terms, Turn, Version,
    action_changes, by_day,
};
use crate::sqlite::columns::{date_of, day, unknown_word, word_if_any};

/// The ordinal of a version that says that nothing happens any more.
const ENDED: i64 = -1;

/// Whose actions.
#[derive(Clone, Copy)]
pub(crate) struct Of<'a> {
    pub(crate) symbol: &'a Symbol,
    pub(crate) source: &'a Source,
}

/// Writes what an answer changes, and says what that is: of each day what was and
/// what is.
pub(crate) fn persist(
    connection: &Connection,
    of: Of<'_>,
    actions: &[Action],
    silence: Silence,
    (received_at, since): (Moment, Revision),
) -> Result<Vec<Turn>> {
    let reported = by_day(actions);
    let held = by_day(&in_force(connection, of, Dates::ALL, Revision::MAX)?);
    let missed = missed(connection, of, received_at)?;
    let changes = action_changes(&held, reported.clone(), silence, &missed);
    for (day, terms) in &changes.reported {
        for (ordinal, terms) in (0_i64..).zip(&terms.0) {
            insert(connection, of, (*day, since, ordinal), Some(terms))?;
        }
    }
    for day in &changes.withdrawn {
        insert(connection, of, (*day, since, ENDED), None)?;
    }
    note_missed(connection, of, &changes.missed, &reported, received_at)?;
    turns(connection, of, &held, changes, since)
}

/// What an answer changes of each day.
fn turns(
    connection: &Connection,
    of: Of<'_>,
    held: &ByDay,
    changes: ActionChanges,
    since: Revision,
) -> Result<Vec<Turn>> {
    let reported = changes.reported.into_iter().map(|(day, terms)| (day, Some(terms)));
    let withdrawn = changes.withdrawn.into_iter().map(|day| (day, None));
    let turn = |(day, now)| {
        let before = held.get(&day).cloned();
        let was_known = before.is_some() || was_known(connection, of, day, since)?;
        Ok(Turn { day, before, now, was_known })
    };
    reported.chain(withdrawn).map(turn).collect()
}

/// Whether something was known of a day at any time before.
fn was_known(
    connection: &Connection,
    of: Of<'_>,
    (ex_date, kind): Day,
    since: Revision,
) -> Result<bool> {
    let mut select = connection.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM action WHERE symbol = ?1 AND source = ?2
                        AND ex_date = ?3 AND kind = ?4 AND since < ?5)",
    )?;
    let of = params![of.symbol.as_str(), of.source.as_str(), day(ex_date), kind, since];
    select.query_row(of, |row| row.get(0))
}

/// What happens on a day from one revision on: nothing, where it was withdrawn.
pub(crate) type Reported = Version<Option<Terms>>;

/// Every version of each day, oldest first.
pub(crate) type Days = BTreeMap<Day, Vec<Reported>>;

/// Every version of every day with an action, by source.
pub(crate) fn versions(connection: &Connection, symbol: &Symbol) -> Result<BTreeMap<Source, Days>> {
    let mut found: BTreeMap<Source, Days> = BTreeMap::new();
    let mut select = connection.prepare_cached(
        "SELECT source, ex_date, kind, since, ordinal, amount, currency, numerator, denominator
         FROM action WHERE symbol = ?1 ORDER BY source, ex_date, kind, since, ordinal",
    )?;
    let mut rows = select.query([symbol.as_str()])?;
    while let Some(row) = rows.next()? {
        let source = Source::new(&row.get::<_, String>("source")?);
        let day = (date_of(row, "ex_date")?, kind_of(row)?);
        let versions = found.entry(source).or_default().entry(day).or_default();
        add(versions, row.get("since")?, terms(row)?);
    }
    Ok(found)
}

/// Adds an action to the version of its day, or begins that with it.
fn add(versions: &mut Vec<Reported>, since: Revision, action: Option<ActionKind>) {
    match (versions.last_mut().filter(|it| it.since == since), action) {
        (Some(Version { value: Some(Terms(all)), .. }), Some(action)) => all.push(action),
        (_, action) => {
            let value = action.map(|action| Terms(vec![action]));
            versions.push(Version { since, value });
        }
    }
}

/// `None` where the version says that nothing happens any more.
fn terms(row: &Row<'_>) -> Result<Option<ActionKind>> {
    if row.get::<_, i64>("ordinal")? == ENDED {
        return Ok(None);
    }
    read(row).map(|action| Some(action.kind))
}

fn insert(
    connection: &Connection,
    of: Of<'_>,
    ((ex_date, kind), since, ordinal): (Day, Revision, i64),
    terms: Option<&ActionKind>,
) -> Result<()> {
    let (numerator, denominator) = match terms {
        Some(ActionKind::Split { numerator, denominator }) => {
            (Some(*numerator), Some(*denominator))
        }
        _ => (None, None),
    };
    let paid = terms.and_then(ActionKind::payment);
    let mut insert = connection.prepare_cached(
        "INSERT INTO action (symbol, source, ex_date, kind, since, ordinal, amount, currency,
                             numerator, denominator)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    insert.execute(params![
        of.symbol.as_str(),
        of.source.as_str(),
        day(ex_date),
        kind,
        since,
        ordinal,
        paid.map(|paid| paid.amount),
        paid.and_then(|paid| paid.currency.as_ref()).map(Currency::as_str),
        numerator,
        denominator,
    ])?;
    Ok(())
}

/// Actions of these ex-dates, each in the version in force at a revision; those
/// withdrawn by then are left out.
pub(crate) fn in_force(
    connection: &Connection,
    of: Of<'_>,
    dates: Dates,
    by: Revision,
) -> Result<Vec<Action>> {
    let mut select = connection.prepare_cached(
        "SELECT ex_date, kind, amount, currency, numerator, denominator FROM action
         WHERE symbol = ?1 AND source = ?2 AND ex_date BETWEEN ?3 AND ?4 AND ordinal >= 0
           AND since = (SELECT max(since) FROM action AS other
                        WHERE other.symbol = action.symbol AND other.source = action.source
                          AND other.ex_date = action.ex_date AND other.kind = action.kind
                          AND other.since <= ?5)
         ORDER BY ex_date, kind, ordinal",
    )?;
    let (first, last) = (dates.from().map_or(i64::MIN, day), day(dates.to()));
    let stretch = params![of.symbol.as_str(), of.source.as_str(), first, last, by];
    select.query_map(stretch, read)?.collect()
}

/// Since which revision actions of these ex-dates are as they were at one: those in
/// force then, and those that were in force no more.
pub(crate) fn newest(
    connection: &Connection,
    of: Of<'_>,
    dates: Dates,
    by: Revision,
) -> Result<Revision> {
    let mut select = connection.prepare_cached(
        "SELECT ifnull(max(since), 0) FROM action
         WHERE symbol = ?1 AND source = ?2 AND ex_date BETWEEN ?3 AND ?4 AND since <= ?5",
    )?;
    let (first, last) = (dates.from().map_or(i64::MIN, day), day(dates.to()));
    let stretch = params![of.symbol.as_str(), of.source.as_str(), first, last, by];
    select.query_row(stretch, |row| row.get(0))
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
    let currency = word_if_any(row, "currency", |text| text.parse().ok())?;
    Ok(Payment { amount: row.get("amount")?, currency })
}

/// The days that an answer lacked some time ago.
fn missed(connection: &Connection, of: Of<'_>, now: Moment) -> Result<BTreeSet<Day>> {
    let mut select = connection.prepare_cached(
        "SELECT ex_date, kind FROM missed_action
         WHERE symbol = ?1 AND source = ?2 AND abs(?3 - received_at) >= ?4",
    )?;
    let of = params![of.symbol.as_str(), of.source.as_str(), now, APART_MS];
    select.query_map(of, |row| Ok((date_of(row, 0)?, kind_of(row)?)))?.collect()
}

/// The name of a kind, as actions themselves give it.
fn kind_of(row: &Row<'_>) -> Result<&'static str> {
    let kind: String = row.get("kind")?;
    let known = ["dividend", "capital_gain", "split"].into_iter().find(|known| *known == kind);
    known.ok_or_else(|| unknown_word(row, "kind", &kind))
}

/// Notes which days an answer lacks, and forgets those that it has.
fn note_missed(
    connection: &Connection,
    of: Of<'_>,
    missed: &[Day],
    reported: &ByDay,
    received_at: Moment,
) -> Result<()> {
    let key = |(ex_date, kind): &Day| -> (String, String, i64, &'static str) {
        (of.symbol.to_string(), of.source.to_string(), day(*ex_date), kind)
    };
    let mut forget = connection.prepare_cached(
        "DELETE FROM missed_action WHERE symbol = ?1 AND source = ?2 AND ex_date = ?3 AND kind = ?4",
    )?;
    for reported in reported.keys() {
        forget.execute(key(reported))?;
    }
    let mut add = connection.prepare_cached(
        "INSERT OR IGNORE INTO missed_action (symbol, source, ex_date, kind, received_at)
         VALUES (?1, ?2, ?3, ?4, ?5)",
    )?;
    for missed in missed {
        let (symbol, source, ex_date, kind) = key(missed);
        add.execute(params![symbol, source, ex_date, kind, received_at])?;
    }
    Ok(())
}
