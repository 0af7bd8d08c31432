//! How domain values stand in columns, and back.

use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use market::{Price, Session, Slot, TradingPeriod};
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, Type, ValueRef};
use rusqlite::{Error, Result, Row, RowIndex};

use crate::rules::{Moment, Revision};

const EPOCH: Date = date(1970, 1, 1);
const SECONDS_A_DAY: i64 = 86_400;

/// An instant as whole milliseconds since the epoch.
pub(crate) fn ms(instant: Timestamp) -> i64 {
    Moment::from(instant).ms()
}

impl ToSql for Moment {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(self.ms().into())
    }
}

/// Numbers beyond the calendar stand for no instant.
impl FromSql for Moment {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        Instant::column_result(value).map(|Instant(instant)| instant.into())
    }
}

impl ToSql for Revision {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(self.0.into())
    }
}

impl FromSql for Revision {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        value.as_i64().map(Self)
    }
}

/// A slot as its number, which is of another crate and so cannot be bound as such.
pub(crate) fn slot(row: &Row<'_>, column: impl RowIndex) -> Result<Slot> {
    row.get(column).map(Slot::from_number)
}

/// A date as whole days since 1970-01-01.
pub(crate) fn day(date: Date) -> i64 {
    date.duration_since(EPOCH).as_secs() / SECONDS_A_DAY
}

/// Reads [`ms`] back.
struct Instant(Timestamp);

impl FromSql for Instant {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let ms = value.as_i64()?;
        Timestamp::from_millisecond(ms).map(Self).map_err(|_| FromSqlError::OutOfRange(ms))
    }
}

/// Reads [`day`] back.
struct Day(Date);

impl FromSql for Day {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let days = value.as_i64()?;
        let since = days.checked_mul(SECONDS_A_DAY).map(SignedDuration::from_secs);
        let date = since.and_then(|since| EPOCH.checked_add(since).ok());
        date.map(Self).ok_or(FromSqlError::OutOfRange(days))
    }
}

/// Reads a price, which is finite.
struct Finite(Price);

impl FromSql for Finite {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let number = f64::column_result(value)?;
        Price::new(number).map(Self).ok_or_else(|| FromSqlError::Other("not finite".into()))
    }
}

/// A price that is there.
pub(crate) fn price(row: &Row<'_>, column: impl RowIndex) -> Result<Price> {
    row.get(column).map(|Finite(price)| price)
}

/// A price, where there is one.
pub(crate) fn price_if_any(row: &Row<'_>, column: impl RowIndex) -> Result<Option<Price>> {
    Ok(row.get::<_, Option<Finite>>(column)?.map(|Finite(price)| price))
}

/// A price as a number to bind.
pub(crate) fn number(price: Option<Price>) -> Option<f64> {
    price.map(Price::get)
}

/// An instant that is there.
pub(crate) fn instant(row: &Row<'_>, column: impl RowIndex) -> Result<Timestamp> {
    row.get(column).map(|Instant(instant)| instant)
}

/// An instant, where there is one.
pub(crate) fn instant_if_any(row: &Row<'_>, column: impl RowIndex) -> Result<Option<Timestamp>> {
    Ok(row.get::<_, Option<Instant>>(column)?.map(|Instant(instant)| instant))
}

/// A date, where there is one.
pub(crate) fn date_if_any(row: &Row<'_>, column: impl RowIndex) -> Result<Option<Date>> {
    Ok(row.get::<_, Option<Day>>(column)?.map(|Day(date)| date))
}

/// A date that is there.
pub(crate) fn date_of(row: &Row<'_>, column: impl RowIndex) -> Result<Date> {
    row.get(column).map(|Day(date)| date)
}

/// One of our words that is there, such as a kind or an interval.
pub(crate) fn word<T>(row: &Row<'_>, column: &str, read: impl Fn(&str) -> Option<T>) -> Result<T> {
    let text: String = row.get(column)?;
    read(&text).ok_or_else(|| unknown_word(row, column, &text))
}

/// One of our words, where there is one.
pub(crate) fn word_if_any<T>(
    row: &Row<'_>,
    column: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>> {
    let text: Option<String> = row.get(column)?;
    let read = |text: String| read(&text).ok_or_else(|| unknown_word(row, column, &text));
    text.map(read).transpose()
}

/// What to say of a word that is none of ours.
pub(crate) fn unknown_word(row: &Row<'_>, column: &str, text: &str) -> Error {
    let position = row.as_ref().column_index(column).unwrap_or_default();
    let why = format!("{text:?} is no {column} we know").into();
    Error::FromSqlConversionFailure(position, Type::Text, why)
}

/// A session as its six columns, from `pre_start` to `post_end`.
pub(crate) fn six(session: Option<&Session>) -> [Option<i64>; 6] {
    let regular = session.map(|session| session.regular);
    let periods = [
        session.and_then(|session| session.pre),
        regular,
        session.and_then(|session| session.post),
    ];
    let [pre, regular, post] = periods
        .map(|period| [period.map(|period| ms(period.start)), period.map(|period| ms(period.end))]);
    [pre[0], pre[1], regular[0], regular[1], post[0], post[1]]
}

/// Reads [`six`] back.
pub(crate) fn session(row: &Row<'_>) -> Result<Option<Session>> {
    let Some(regular) = period(row, "regular_start", "regular_end")? else { return Ok(None) };
    let pre = period(row, "pre_start", "pre_end")?;
    let post = period(row, "post_start", "post_end")?;
    Ok(Some(Session { pre, regular, post }))
}

fn period(row: &Row<'_>, start: &str, end: &str) -> Result<Option<TradingPeriod>> {
    let (start, end) = (instant_if_any(row, start)?, instant_if_any(row, end)?);
    Ok(start.zip(end).map(|(start, end)| TradingPeriod { start, end }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_instants_of_every_age_read_back() {
        for date in [Date::MIN, date(1898, 5, 26), date(1969, 12, 31), EPOCH, Date::MAX] {
            let Day(read) = Day::column_result(ValueRef::Integer(day(date))).unwrap();
            assert_eq!(read, date);
        }
        for instant in [Timestamp::UNIX_EPOCH, "1927-12-30T14:30:00.001Z".parse().unwrap()] {
            let Instant(read) = Instant::column_result(ValueRef::Integer(ms(instant))).unwrap();
            assert_eq!(read, instant);
        }
    }

    #[test]
    fn numbers_beyond_the_calendar_are_refused() {
        for number in [i64::MIN, i64::MAX] {
            assert!(Day::column_result(ValueRef::Integer(number)).is_err());
            assert!(Instant::column_result(ValueRef::Integer(number)).is_err());
        }
    }
}
