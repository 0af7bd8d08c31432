//! What was shown of instruments, and when: the log behind quotes as of an instant.

use jiff::Timestamp;
use market::{Quote, Showing, Shown, Symbol};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};

use crate::rules::{Moment, Revision};
use crate::sqlite::columns::{ms, number, six};
use crate::sqlite::{instruments, quotes, revisions};

/// Persists what is shown from an instant on, as one revision: the quotes as the
/// latest of their sources, and what differs from what was shown before. Where
/// nothing does, nothing is written.
pub(crate) fn persist(connection: &Connection, shown: &[Shown], at: Moment) -> Result<()> {
    for shown in shown {
        match &shown.showing {
            // What is disputed is not what a restart begins from.
            Showing::Quote(quote) if shown.believed.is_none() => {
                quotes::persist(connection, quote)?;
            }
            Showing::Quote(quote) => {
                let received_at = quote.received_at.into();
                instruments::persist(connection, &quote.instrument, &quote.source, received_at)?;
            }
            Showing::Nothing | Showing::MadeUp => {}
        }
        for rival in shown.rivals.iter().chain(shown.believed.as_deref()) {
            let received_at = rival.received_at.into();
            instruments::persist(connection, &rival.instrument, &rival.source, received_at)?;
        }
    }
    let mut since = None;
    for shown in shown {
        let before = at_revision(connection, &shown.symbol, Revision::MAX)?;
        let News { differs, received_at } = news(before.as_ref(), shown);
        if !differs && received_at.is_none() {
            continue;
        }
        let revision = match since {
            Some(revision) => revision,
            None => *since.insert(revisions::begin(connection, at)?),
        };
        match received_at {
            Some(received_at) if !differs => {
                confirm(connection, &shown.symbol, revision, received_at)?;
            }
            _ => insert(connection, shown, revision)?,
        }
    }
    Ok(())
}

/// The place of what was believed before a disputed quote, after all others.
const BELIEVED: i64 = 1_000;

/// What is new of what is shown.
struct News {
    /// More than when it was received.
    differs: bool,
    /// When the same quote was received again.
    received_at: Option<Timestamp>,
}

fn news(before: Option<&Shown>, now: &Shown) -> News {
    let received_at = |shown: &Shown| match &shown.showing {
        Showing::Quote(quote) => Some(quote.received_at),
        Showing::Nothing | Showing::MadeUp => None,
    };
    let Some(before) = before else { return News { differs: true, received_at: None } };
    let again = received_at(now)
        .filter(|at| received_at(before).map(Moment::from) != Some(Moment::from(*at)));
    let as_before = match (&now.showing, received_at(before)) {
        (Showing::Quote(quote), Some(received_at)) => {
            Showing::Quote(Box::new(Quote { received_at, ..(**quote).clone() }))
        }
        (showing, _) => showing.clone(),
    };
    let differs = *before != Shown { showing: as_before, ..now.clone() };
    News { differs, received_at: again }
}

fn confirm(
    connection: &Connection,
    symbol: &Symbol,
    since: Revision,
    received_at: Timestamp,
) -> Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO quote_confirmed (symbol, since, received_at) VALUES (?1, ?2, ?3)",
    )?;
    insert.execute(params![symbol.as_str(), since, ms(received_at)])?;
    Ok(())
}

fn insert(connection: &Connection, shown: &Shown, since: Revision) -> Result<()> {
    let first = match &shown.showing {
        Showing::Quote(quote) => Some(&**quote),
        Showing::Nothing | Showing::MadeUp => None,
    };
    let made_up = shown.showing == Showing::MadeUp;
    insert_quote(connection, (&shown.symbol, since, 0), first, made_up)?;
    for (place, rival) in (1..).zip(&shown.rivals) {
        insert_quote(connection, (&shown.symbol, since, place), Some(rival), false)?;
    }
    if let Some(believed) = shown.believed.as_deref() {
        insert_quote(connection, (&shown.symbol, since, BELIEVED), Some(believed), false)?;
    }
    Ok(())
}

fn insert_quote(
    connection: &Connection,
    (symbol, since, place): (&Symbol, Revision, i64),
    quote: Option<&Quote>,
    made_up: bool,
) -> Result<()> {
    let mut insert = connection.prepare_cached(
        "INSERT INTO quote_version (symbol, since, place, source, price, currency, previous_price,
             previous_kind, day_high, day_low, volume, as_of, received_at,
             pre_start, pre_end, regular_start, regular_end, post_start, post_end, made_up)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18,
                 ?19, ?20)",
    )?;
    let session = quote.and_then(|quote| quote.session.as_ref());
    let [pre_start, pre_end, start, end, post_start, post_end] = six(session);
    let previous = quote.and_then(|quote| quote.previous);
    insert.execute(params![
        symbol.as_str(),
        since,
        place,
        quote.map(|it| it.source.as_str()),
        quote.map(|it| it.price.get()),
        quote.and_then(|it| it.currency.as_ref()).map(market::Currency::as_str),
        previous.map(|previous| previous.price.get()),
        previous.map(|previous| previous.kind.as_str()),
        number(quote.and_then(|it| it.day_high)),
        number(quote.and_then(|it| it.day_low)),
        quote.and_then(|it| it.volume),
        quote.and_then(|it| it.as_of).map(ms),
        quote.map(|it| ms(it.received_at)),
        pre_start,
        pre_end,
        start,
        end,
        post_start,
        post_end,
        made_up,
    ])?;
    Ok(())
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
    let mut showing = showing(row)?;
    if let Showing::Quote(quote) = &mut showing {
        let confirmed = confirmed(connection, symbol, (since, by))?;
        quote.received_at = confirmed.map_or(quote.received_at, Timestamp::from);
    }
    let (mut rivals, mut believed) = (Vec::new(), None);
    while let Some(row) = rows.next()? {
        let quote = quotes::read(row)?;
        if row.get::<_, i64>("place")? == BELIEVED {
            believed = Some(Box::new(quote));
        } else {
            rivals.push(quote);
        }
    }
    Ok(Some(Shown { symbol: symbol.clone(), showing, rivals, believed }))
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
