use market::{HistoryQuery, HistoryResult, Source};
use rusqlite::{Connection, Result};

use crate::rules::{Dates, Moment, Past, known_at, of_dates};
use crate::sqlite::{actions, bars, instruments, series};

/// What was known at an instant, of the first source that had any of it.
pub(crate) fn known(
    connection: &Connection,
    question: &HistoryQuery,
    dates: Dates,
    sources: &[Source],
    at: Moment,
) -> Result<Option<HistoryResult>> {
    for source in sources {
        for past in known_at(&series::as_known(connection, question, source, at)?, at) {
            let known = known_of(connection, question, source, dates, past, at)?;
            if known.is_some() {
                return Ok(known);
            }
        }
    }
    Ok(None)
}

/// What was known of one series; `None` where no bar was between these dates.
fn known_of(
    connection: &Connection,
    question: &HistoryQuery,
    source: &Source,
    dates: Dates,
    past: Past,
    at: Moment,
) -> Result<Option<HistoryResult>> {
    let bars = bars::as_known(connection, past.series_id(), dates.open_times(), at)?;
    let bars = of_dates(bars, dates);
    if bars.is_empty() {
        return Ok(None);
    }
    let actions = actions::as_known(connection, &question.symbol, source, dates, at)?;
    let instrument = instruments::of(connection, &question.symbol, source)?;
    Ok(past.answer(question, bars, actions, instrument))
}
