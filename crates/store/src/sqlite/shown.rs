//! What was shown of instruments, and when: the log behind quotes as of an instant.

use jiff::Timestamp;
use market::{Quote, Showing, Shown, ShownFrom, Symbol};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use crate::rules::{Moment, Revision, news};
use crate::sqlite::columns::ms;
use crate::sqlite::snapshot::Snapshot;
use crate::sqlite::{disputes, instruments, quotes, revisions};

/// Persists what is shown, each from its instant on: the quotes as the latest of
/// their sources, and what differs from what was shown before. Where nothing does,
/// nothing is written.
pub(crate) fn persist(connection: &Connection, all: &[ShownFrom], now: Moment) -> Result<()> {
    let mut last: Option<(Moment, Revision)> = None;
    for it in all {
        persist_latest(connection, &it.shown)?;
        let before = at_revision(connection, &it.shown.symbol, Revision::MAX)?;
        let news = news(before.as_ref(), &it.shown);
        if !news.differs && news.received_at.is_none() {
            continue;
        }
        let at = Moment::from(it.at);
        let since = match last.filter(|(before, _)| *before == at) {
            Some((_, revision)) => revision,
            None => revisions::begin(connection, at, now)?,
        };
        last = Some((at, since));
        let place = Place { since, unkept_since: unkept_since(connection, since, it)? };
        match news.received_at {
            Some(received_at) if !news.differs => {
                confirm(connection, &it.shown.symbol, place, received_at)?;
            }
            _ => {
                insert(connection, &it.shown, place)?;
                disputes::note(connection, before.as_ref(), &it.shown, since)?;
            }
        }
    }
    Ok(())
}

/// Persists what a restart begins from, which is nothing that is disputed.
fn persist_latest(connection: &Connection, shown: &Shown) -> Result<()> {
    match &shown.showing {
        Showing::Quote(quote) if shown.believed.is_none() => quotes::persist(connection, quote)?,
        Showing::Quote(quote) => describe(connection, quote)?,
        Showing::Nothing | Showing::MadeUp => {}
    }
    let beside = shown.rivals.iter().chain(shown.believed.as_deref());
    beside.into_iter().try_for_each(|quote| describe(connection, quote))
}

fn describe(connection: &Connection, quote: &Quote) -> Result<()> {
    let received_at = quote.received_at.into();
    instruments::persist(connection, &quote.instrument, &quote.source, received_at)
}

/// Where a row stands in the log.
#[derive(Clone, Copy)]
struct Place {
    since: Revision,
    unkept_since: Option<i64>,
}

/// Since when it is not known what was shown: where more was than is kept, or where
/// the revision is known as a little later than it was shown.
fn unkept_since(connection: &Connection, since: Revision, it: &ShownFrom) -> Result<Option<i64>> {
    let from = it.unkept_since.unwrap_or(it.at).min(it.at).as_millisecond();
    let known = revisions::instant_of(connection, since)?;
    Ok(Some(from).filter(|from| *from < known.ms()))
}

/// The place of what was believed before a disputed quote, after all others.
const BELIEVED: i64 = 1_000;

fn confirm(
    connection: &Connection,
    symbol: &Symbol,
    Place { since, unkept_since }: Place,
    received_at: Timestamp,
) -> Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO quote_confirmed (symbol, since, received_at, unkept_since)
         VALUES (?1, ?2, ?3, ?4)",
    )?;
    insert.execute(params![symbol.as_str(), since, ms(received_at), unkept_since])?;
    Ok(())
}

fn insert(connection: &Connection, shown: &Shown, place: Place) -> Result<()> {
    let first = match &shown.showing {
        Showing::Quote(quote) => Some(&**quote),
        Showing::Nothing | Showing::MadeUp => None,
    };
    let made_up = shown.showing == Showing::MadeUp;
    insert_quote(connection, (&shown.symbol, place, 0), first, made_up)?;
    for (n, rival) in (1..).zip(&shown.rivals) {
        insert_quote(connection, (&shown.symbol, place, n), Some(rival), false)?;
    }
    if let Some(believed) = shown.believed.as_deref() {
        insert_quote(connection, (&shown.symbol, place, BELIEVED), Some(believed), false)?;
    }
    Ok(())
}

fn insert_quote(
    connection: &Connection,
    (symbol, Place { since, unkept_since }, place): (&Symbol, Place, i64),
    quote: Option<&Quote>,
    made_up: bool,
) -> Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO quote_version (symbol, source, price, currency, previous_price, previous_kind,
             day_high, day_low, volume, as_of, received_at,
             pre_start, pre_end, regular_start, regular_end, post_start, post_end,
             since, place, made_up, unkept_since)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
                 ?18, ?19, ?20, ?21)",
    )?;
    quotes::bind(&mut insert, symbol, quote)?;
    for (at, value) in (quotes::COLUMNS + 1..).zip([
        Value::Integer(since.0),
        Value::Integer(place),
        Value::Integer(made_up.into()),
        unkept_since.into(),
    ]) {
        insert.raw_bind_parameter(at, value)?;
    }
    insert.raw_execute()?;
    Ok(())
}

/// What was shown of an instrument at an instant; of some of which it is not known.
pub(crate) fn at_instant(
    snapshot: &Snapshot<'_>,
    symbol: &Symbol,
    at: Moment,
) -> Result<Result<Option<Shown>, Gap>> {
    let by = snapshot.by(Some(at))?;
    match gap(snapshot, symbol, by)?.filter(|gap| gap.from <= at) {
        Some(gap) => Ok(Err(gap)),
        None => at_revision(snapshot, symbol, by).map(Ok),
    }
}

/// A stretch of which it is not known what was shown: from an instant on, and
/// before another.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gap {
    pub(crate) from: Moment,
    pub(crate) until: Moment,
}

/// The one that what was shown next after a revision follows, if there is one.
fn gap(connection: &Connection, symbol: &Symbol, by: Revision) -> Result<Option<Gap>> {
    let mut select = connection.prepare_cached(
        "SELECT since, unkept_since FROM
             (SELECT * FROM (SELECT since, unkept_since FROM quote_version
                             WHERE symbol = ?1 AND since > ?2 ORDER BY since LIMIT 1)
              UNION ALL
              SELECT * FROM (SELECT since, unkept_since FROM quote_confirmed
                             WHERE symbol = ?1 AND since > ?2 ORDER BY since LIMIT 1))
         ORDER BY since LIMIT 1",
    )?;
    let row = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
    let next: Option<(Revision, Option<Moment>)> =
        select.query_row(params![symbol.as_str(), by], row).optional()?;
    let Some((since, Some(from))) = next else { return Ok(None) };
    Ok(Some(Gap { from, until: revisions::instant_of(connection, since)? }))
}

/// What was shown of an instrument at a revision; `None` before it ever was.
pub(crate) fn at_revision(
    connection: &Connection,
    symbol: &Symbol,
    by: Revision,
) -> Result<Option<Shown>> {
    let mut select = connection.prepare_cached(
        "SELECT quote_version.*, name, kind, exchange, mic, first_trade, time_zone, price_decimals,
                instrument.currency AS instrument_currency
         FROM quote_version LEFT JOIN instrument USING (symbol, source)
         WHERE symbol = ?1 AND since = (SELECT max(since) FROM quote_version AS last
                                        WHERE last.symbol = ?1 AND last.since <= ?2)
         ORDER BY place",
    )?;
    let mut rows = select.query(params![symbol.as_str(), by])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    let since: Revision = row.get("since")?;
    let mut shown = begun(symbol, row)?;
    while let Some(row) = rows.next()? {
        beside(&mut shown, row)?;
    }
    if let Showing::Quote(quote) = &mut shown.showing {
        let confirmed = confirmed(connection, symbol, (since, by))?;
        quote.received_at = confirmed.map_or(quote.received_at, Timestamp::from);
    }
    described_by(connection, &mut shown, by)?;
    Ok(Some(shown))
}

/// Puts in its place how each source described the instrument by a revision.
fn described_by(connection: &Connection, shown: &mut Shown, by: Revision) -> Result<()> {
    let first = match &mut shown.showing {
        Showing::Quote(quote) => Some(&mut **quote),
        Showing::Nothing | Showing::MadeUp => None,
    };
    for quote in first.into_iter().chain(&mut shown.rivals).chain(shown.believed.as_deref_mut()) {
        let key = (&quote.instrument.symbol, &quote.source);
        if let Some(past) = instruments::past(connection, key, by)? {
            quote.instrument = past;
        }
    }
    Ok(())
}

/// What the row in place 0 says.
pub(crate) fn begun(symbol: &Symbol, row: &Row<'_>) -> Result<Shown> {
    let showing = showing(row)?;
    Ok(Shown { symbol: symbol.clone(), showing, rivals: Vec::new(), believed: None })
}

/// Adds what a row in another place says.
pub(crate) fn beside(shown: &mut Shown, row: &Row<'_>) -> Result<()> {
    let quote = quotes::read(row)?;
    if row.get::<_, i64>("place")? == BELIEVED {
        shown.believed = Some(Box::new(quote));
    } else {
        shown.rivals.push(quote);
    }
    Ok(())
}

fn showing(row: &Row<'_>) -> Result<Showing> {
    if row.get("made_up")? {
        return Ok(Showing::MadeUp);
    }
    match row.get::<_, Option<f64>>("price")? {
        Some(_) => quotes::read(row).map(|quote| Showing::Quote(Box::new(quote))),
        None => Ok(Showing::Nothing),
    }
}

/// When the quote of a version was received last.
fn confirmed(
    connection: &Connection,
    symbol: &Symbol,
    (since, by): (Revision, Revision),
) -> Result<Option<Moment>> {
    let mut select = connection.prepare_cached(
        "SELECT received_at FROM quote_confirmed
         WHERE symbol = ?1 AND since BETWEEN ?2 AND ?3 ORDER BY since DESC LIMIT 1",
    )?;
    select.query_row(params![symbol.as_str(), since, by], |row| row.get(0)).optional()
}
