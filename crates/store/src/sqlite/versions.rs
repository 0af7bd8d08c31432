//! Every version of what is stored, with why it is so and until when it was.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use jiff::civil::Date;
use market::{
    ActionVersion, Bar, BarVersion, Interval, Known, QuoteVersion, QuoteVersionsQuery, ShownFrom,
    Slot, Source, Symbol, Why, WhyShown,
};
use rusqlite::{Connection, Result, Row, params};

use crate::rules::{
    Before, Dates, Day, Moment, Revision, Slots, StoredSeries, Terms, Turn, Version, lasting,
    why_actions, why_bar, why_shown,
};
use crate::sqlite::actions::Days;
use crate::sqlite::bars::Stored;
use crate::sqlite::snapshot::Snapshot;
use crate::sqlite::{actions, bars, revisions, series, shown};

/// Every version of the bars of some trading dates.
pub(crate) fn of_bars(
    connection: &Connection,
    (symbol, interval): (&Symbol, Interval),
    source: Option<&Source>,
    dates: Dates,
) -> Result<Vec<BarVersion>> {
    let mut all = series::of(connection, symbol, interval, Revision::MAX)?;
    all.retain(|it| source.is_none_or(|source| it.head.source == *source));
    all.sort_by_key(|it| it.since);
    let mut found = Vec::new();
    for series in &all {
        let older: Vec<_> = all.iter().filter(|it| precedes(it, series)).collect();
        let next = all.iter().filter(|it| precedes(series, it)).map(|it| it.since).min();
        let slots = dates.slots(interval);
        let known_before = slots_of(connection, &older, slots)?;
        for (slot, versions) in bars::versions(connection, series.id, slots)? {
            let is_rebased = known_before.contains(&slot);
            let before = if is_rebased { Before::OtherBasis } else { Before::Nothing };
            let told = bar_versions(connection, series, (before, versions), next)?;
            found.extend(told.into_iter().map(|it| (slot, it)));
        }
    }
    found.retain(|(_, it)| dates.contains(it.date));
    found.sort_by(|(slot, one), (other_slot, other)| {
        let key = |slot: &Slot, it: &BarVersion| (*slot, it.source.clone(), it.known.from);
        key(slot, one).cmp(&key(other_slot, other))
    });
    Ok(found.into_iter().map(|(_, it)| it).collect())
}

/// Whether the one is of a basis that the other has taken the place of.
fn precedes(one: &StoredSeries, other: &StoredSeries) -> bool {
    one.head == other.head && one.since < other.since
}

fn slots_of(connection: &Connection, all: &[&StoredSeries], slots: Slots) -> Result<HashSet<Slot>> {
    let mut found = HashSet::new();
    for series in all {
        found.extend(bars::versions(connection, series.id, slots)?.into_keys());
    }
    Ok(found)
}

/// The versions of one slot.
fn bar_versions(
    connection: &Connection,
    series: &StoredSeries,
    (mut before, versions): (Before<'_>, Vec<Version<Stored>>),
    next: Option<Revision>,
) -> Result<Vec<BarVersion>> {
    let head = &series.head;
    let mut found = Vec::new();
    let told: Vec<Option<Bar>> = versions.iter().map(|it| it.value.bar).collect();
    for ((version, until), now) in lasting(versions, next).into_iter().zip(&told) {
        let why = why_bar(&head.source, before, now.as_ref());
        before = now.as_ref().map_or(Before::Ended, Before::Bar);
        found.push(BarVersion {
            source: head.source.clone(),
            currency: head.currency.clone(),
            basis: head.basis,
            date: version.value.date,
            open_time: version.value.open_time,
            bar: version.value.bar,
            known: known(connection, (version.since, until), why)?,
        });
    }
    Ok(found)
}

fn known(
    connection: &Connection,
    (since, until): (Revision, Option<Revision>),
    why: Why,
) -> Result<Known> {
    let at = |revision| revisions::instant_of(connection, revision).map(Timestamp::from);
    Ok(Known { from: at(since)?, until: until.map(at).transpose()?, why })
}

/// Every version of the actions of some ex-dates.
pub(crate) fn of_actions(
    connection: &Connection,
    symbol: &Symbol,
    dates: Dates,
) -> Result<Vec<ActionVersion>> {
    let mut found = Vec::new();
    for (source, days) in actions::versions(connection, symbol)? {
        let whys = whys(&source, &days);
        for (day, versions) in days.into_iter().filter(|(day, _)| dates.contains(day.0)) {
            for (version, until) in lasting(versions, None) {
                let why = whys[&(day, version.since)];
                let known = known(connection, (version.since, until), why)?;
                found.extend(action_versions(&source, day, version.value, known));
            }
        }
    }
    found.sort_by_key(|it: &ActionVersion| it.ex_date);
    Ok(found)
}

/// A version for each action of the day, or one that says that there is none.
fn action_versions(
    source: &Source,
    (ex_date, kind): Day,
    terms: Option<Terms>,
    known: Known,
) -> Vec<ActionVersion> {
    let one = |terms| ActionVersion { source: source.clone(), ex_date, kind, terms, known };
    match terms {
        Some(Terms(all)) => all.into_iter().map(|terms| one(Some(terms))).collect(),
        None => vec![one(None)],
    }
}

/// Why each day is as it is from each revision on.
fn whys(source: &Source, days: &Days) -> HashMap<(Day, Revision), Why> {
    let mut by_revision: BTreeMap<Revision, Vec<Turn>> = BTreeMap::new();
    for (day, versions) in days {
        let mut before = None;
        for (i, Version { since, value }) in versions.iter().enumerate() {
            let now = value.clone();
            let before = std::mem::replace(&mut before, now.clone());
            let turn = Turn { day: *day, before, now, was_known: i > 0 };
            by_revision.entry(*since).or_default().push(turn);
        }
    }
    let of_revision = |(since, turns): (Revision, Vec<Turn>)| {
        let whys = why_actions(source, &turns);
        turns.into_iter().zip(whys).map(move |(turn, why)| ((turn.day, since), why))
    };
    by_revision.into_iter().flat_map(of_revision).collect()
}

/// The dates of what one answer changes of actions, with why.
pub(crate) fn of_turns(source: &Source, turns: &[Turn]) -> Vec<(Date, Why)> {
    let dates = turns.iter().map(|turn| turn.day.0);
    dates.zip(why_actions(source, turns)).collect()
}

/// Every version of what was shown of an instrument.
pub(crate) fn of_quotes(
    snapshot: &Snapshot<'_>,
    query: &QuoteVersionsQuery,
) -> Result<Vec<QuoteVersion>> {
    let by = |at: Option<Timestamp>| snapshot.by(at.map(Moment::from));
    let from = query.from.map_or(Ok(Revision::NONE), |from| by(Some(from)))?;
    let after = i64::try_from(query.after).unwrap_or(i64::MAX);
    let mut select = snapshot.prepare_cached(
        "SELECT quote_version.*, until, name, kind, exchange, mic, first_trade, time_zone,
                price_decimals, instrument.currency AS instrument_currency
         FROM (SELECT since AS began, lead(since) OVER (ORDER BY since) AS until
               FROM quote_version WHERE symbol = ?1 AND place = 0)
         JOIN quote_version ON since = began
         LEFT JOIN instrument USING (symbol, source)
         WHERE symbol = ?1 AND ifnull(until > ?2, 1) AND since <= ?3 AND since > ?4
         ORDER BY since, place",
    )?;
    let symbol = &query.symbol;
    let mut rows = select.query(params![symbol.as_str(), from, by(query.to)?, after])?;
    let mut found: Vec<QuoteVersion> = Vec::new();
    while let Some(row) = rows.next()? {
        if row.get::<_, i64>("place")? > 0 {
            let version = found.last_mut().expect("the quote in place 0 comes first");
            shown::beside(&mut version.from.shown, row)?;
        } else if found.len() < query.most {
            found.push(quote_version(snapshot, symbol, row)?);
        } else {
            break;
        }
    }
    explain(snapshot, found)
}

/// A version without what stands beside the quote, and without its reason.
fn quote_version(connection: &Connection, symbol: &Symbol, row: &Row<'_>) -> Result<QuoteVersion> {
    let since: Revision = row.get("since")?;
    let until: Option<Revision> = row.get("until")?;
    let known = known(connection, (since, until), Why::First)?;
    let unkept_since: Option<Moment> = row.get("unkept_since")?;
    let shown = shown::begun(symbol, row)?;
    let from = ShownFrom { shown, at: known.from, unkept_since: unkept_since.map(Into::into) };
    Ok(QuoteVersion { number: since.number(), from, until: known.until, why: WhyShown::First })
}

/// Says of each version why it took the place of the one before.
fn explain(connection: &Connection, mut all: Vec<QuoteVersion>) -> Result<Vec<QuoteVersion>> {
    let Some(first) = all.first() else { return Ok(all) };
    let before = Revision(i64::try_from(first.number).unwrap_or(i64::MAX) - 1);
    let mut before = shown::at_revision(connection, &first.from.shown.symbol, before)?;
    for version in &mut all {
        version.why = why_shown(before.as_ref(), &version.from.shown);
        before = Some(version.from.shown.clone());
    }
    Ok(all)
}
