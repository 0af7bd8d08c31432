//! Which questions were answered, by whom, when, and from which series.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use market::{HistoryQuery, HistoryResult, Period, SeriesHead, Session, Source, Span};
use rusqlite::{Connection, Result, Row, params};

use crate::sqlite::bars::Confirmation;
use crate::sqlite::columns::{day, instant, ms, session, six};
use crate::sqlite::{bars, series};

/// Notes an answer, unless a later one of its source to this question is there.
pub(crate) fn note(connection: &Connection, series_id: i64, answer: &HistoryResult) -> Result<()> {
    let mut replace = connection.prepare_cached(
        "INSERT OR REPLACE INTO answer (symbol, interval, span, source, series_id, received_at,
             bars, first_open, last_open, first_date, last_date,
             pre_start, pre_end, regular_start, regular_end, post_start, post_end,
             asked_from, asked_to)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19
         WHERE NOT EXISTS (SELECT 1 FROM answer WHERE symbol = ?1 AND interval = ?2
                           AND span = ?3 AND source = ?4 AND received_at > ?6)",
    )?;
    let opens = bars::opens(&answer.series);
    let dates = dates(answer);
    let asked = asked(answer);
    let [pre_start, pre_end, start, end, post_start, post_end] = six(answer.session.as_ref());
    replace.execute(params![
        answer.question.symbol.as_str(),
        answer.question.interval.as_str(),
        asked_for(&answer.question),
        answer.series.head.source.as_str(),
        series_id,
        ms(answer.received_at),
        i64::try_from(answer.series.len()).expect("no series has 2^63 bars"),
        opens.map(|(first, _)| first),
        opens.map(|(_, last)| last),
        dates.map(|(first, _)| first),
        dates.map(|(_, last)| last),
        pre_start,
        pre_end,
        start,
        end,
        post_start,
        post_end,
        asked.and_then(|(from, _)| from).map(day),
        asked.map(|(_, to)| day(to)),
    ])?;
    Ok(())
}

/// The first and last date of anything in an answer. An action can lie beyond
/// the last bar's date: that of a week is its Monday.
fn dates(answer: &HistoryResult) -> Option<(i64, i64)> {
    let ex_dates = answer.actions.iter().map(|action| action.ex_date);
    let all = || ex_dates.clone().chain(answer.series.dates().iter().copied());
    all().min().zip(all().max()).map(|(first, last)| (day(first), day(last)))
}

/// The calendar days an answer was asked for; `None` where they cannot be told.
fn asked(answer: &HistoryResult) -> Option<(Option<Date>, Date)> {
    let today = || {
        let zone = TimeZone::get(&answer.instrument.time_zone).ok()?;
        Some(answer.received_at.to_zoned(zone).date())
    };
    match answer.question.span {
        Span::Dates { from, to } => Some((Some(from), to)),
        // How far back so many trading days reach, only the bars can tell.
        Span::Period(Period::Days(_)) => {
            let first = answer.series.dates().first()?;
            today().map(|today| (Some(*first), today.max(*first)))
        }
        Span::Period(period) => today().map(|today| (period.first_day(today), today)),
    }
}

/// The answers of the same series received after this one: hardly ever any.
pub(crate) fn received_later(
    connection: &Connection,
    series_id: i64,
    answer: &HistoryResult,
) -> Result<Vec<Confirmation>> {
    let mut select = connection.prepare_cached(
        "SELECT received_at, first_open, last_open FROM answer
         WHERE symbol = ?1 AND interval = ?2 AND series_id = ?3 AND received_at > ?4 AND bars > 0",
    )?;
    let HistoryQuery { symbol, interval, .. } = &answer.question;
    let since = ms(answer.received_at);
    let rows =
        select.query_map(params![symbol.as_str(), interval.as_str(), series_id, since], |row| {
            Ok(Confirmation {
                received_at: row.get(0)?,
                first_open: row.get(1)?,
                last_open: row.get(2)?,
            })
        })?;
    rows.collect()
}

/// An entry of the ledger.
pub(crate) struct Entry {
    pub(crate) series_id: i64,
    pub(crate) head: SeriesHead,
    pub(crate) received_at: Timestamp,
    /// Open times of the first and last bar.
    pub(crate) opens: Option<(i64, i64)>,
    /// The first and last date of a bar or an action.
    pub(crate) dates: Option<(i64, i64)>,
    /// First and last calendar day asked for, where known; without a first one
    /// it was asked for from the beginning.
    asked: Option<(Option<i64>, i64)>,
    pub(crate) session: Option<Session>,
    /// Its series has since been told on another basis.
    pub(crate) superseded: bool,
}

impl Entry {
    fn read(row: &Row<'_>) -> Result<Self> {
        let pair = |first, last| -> Result<Option<(i64, i64)>> {
            Ok(row.get::<_, Option<i64>>(first)?.zip(row.get(last)?))
        };
        let asked_from = row.get("asked_from")?;
        Ok(Self {
            series_id: row.get("series_id")?,
            head: series::head(row)?,
            received_at: instant(row, "received_at")?,
            opens: pair("first_open", "last_open")?,
            dates: pair("first_date", "last_date")?,
            asked: row.get::<_, Option<i64>>("asked_to")?.map(|to| (asked_from, to)),
            session: session(row)?,
            superseded: row.get("superseded")?,
        })
    }

    /// Whether it tells of the bar with this open time.
    pub(crate) fn spans(&self, series_id: i64, open_time: i64) -> bool {
        let within = |(first, last): (i64, i64)| (first..=last).contains(&open_time);
        self.series_id == series_id && self.opens.is_some_and(within)
    }

    /// Whether it was asked for all of these days.
    pub(crate) fn covers(&self, from: Option<Date>, to: Date) -> bool {
        let begins_before = |asked_from: i64| from.is_some_and(|from| asked_from <= day(from));
        self.asked.is_some_and(|(asked_from, asked_to)| {
            asked_from.is_none_or(begins_before) && day(to) <= asked_to
        })
    }
}

/// How a question stands in the ledger: `1mo`, or `1mo@ecb` where one source was
/// insisted on. Such an answer is none to the same question without a source.
fn asked_for(question: &HistoryQuery) -> String {
    match &question.source {
        Some(source) => format!("{}@{source}", question.span),
        None => question.span.to_string(),
    }
}

/// What is known of an instrument and interval, of one span or of all: latest
/// first, and last what is of a basis no longer told.
pub(crate) fn entries(
    connection: &Connection,
    question: &HistoryQuery,
    span: Option<&str>,
) -> Result<Vec<Entry>> {
    let mut select = connection.prepare_cached(
        "SELECT answer.*, series.currency, series.basis,
                EXISTS (SELECT 1 FROM series AS newer
                        WHERE newer.symbol = series.symbol AND newer.interval = series.interval
                          AND newer.source = series.source AND newer.basis = series.basis
                          AND ifnull(newer.currency, '') = ifnull(series.currency, '')
                          AND newer.rebased_at IS NOT NULL
                          AND ifnull(newer.rebased_at > series.rebased_at, TRUE)) AS superseded
         FROM answer JOIN series ON series.id = answer.series_id
         WHERE answer.symbol = ?1 AND answer.interval = ?2 AND (?3 IS NULL OR span IN (?3, ?3 || '@' || ?4))
           AND iif(?4 IS NULL, instr(span, '@') = 0, answer.source = ?4)
         ORDER BY superseded, received_at DESC, answer.source",
    )?;
    let (symbol, interval) = (question.symbol.as_str(), question.interval.as_str());
    let source = question.source.as_ref().map(Source::as_str);
    select.query_map(params![symbol, interval, span, source], Entry::read)?.collect()
}
