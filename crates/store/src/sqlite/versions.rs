//! Every version of what is stored, with why it is so and until when it was.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::Timestamp;
use jiff::civil::Date;
use market::{ActionVersion, Bar, BarVersion, Interval, Known, Slot, Source, Symbol, Why};
use rusqlite::{Connection, Result};

use crate::rules::{
    Before, Dates, Day, Revision, Slots, StoredSeries, Terms, Turn, Version, lasting, why_actions,
    why_bar,
};
use crate::sqlite::actions::Days;
use crate::sqlite::bars::Stored;
use crate::sqlite::{actions, bars, revisions, series};

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
