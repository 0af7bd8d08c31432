use csv::StringRecord;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use market::{Adjust, Bar, Basis, Interval, Kind, Price};

use super::columns::{Column, Columns};

/// How far from the beginning of its date in UTC a bar can begin: zones account
/// for 14 hours, sessions that begin the evening before for some more.
const FURTHEST_FROM_DATE: SignedDuration = SignedDuration::from_hours(48);

/// What a row must agree with.
pub(super) struct Rules {
    pub(super) kind: Kind,
    pub(super) zone: TimeZone,
    pub(super) interval: Interval,
    pub(super) now: Timestamp,
}

/// A row of the file.
pub(super) struct Cells<'a> {
    pub(super) columns: &'a Columns,
    pub(super) row: &'a StringRecord,
}

impl Cells<'_> {
    pub(super) fn text(&self, column: Column) -> Option<&str> {
        self.columns.cell(self.row, column)
    }

    /// The row's cell, read as what it stands for.
    pub(super) fn read<T>(&self, column: Column) -> Result<Option<T>, String>
    where
        T: std::str::FromStr<Err: std::fmt::Display>,
    {
        let read = |text: &str| {
            text.parse().map_err(|error: T::Err| format!("{}: {error}", column.name()))
        };
        self.text(column).map(read).transpose()
    }

    fn number(&self, column: Column) -> Result<Option<f64>, String> {
        let Some(text) = self.text(column) else { return Ok(None) };
        let number = text.parse().ok().filter(|number: &f64| number.is_finite());
        let fault = || {
            let (name, text) = (column.name(), table::text::short(text));
            format!("{name}: {text:?} is not a number; use digits and a point, such as 1234.5")
        };
        number.map(Some).ok_or_else(fault)
    }

    /// What prices are adjusted for, where the row says.
    pub(super) fn basis(&self) -> Result<Option<Basis>, String> {
        let basis = |adjust| match adjust {
            Adjust::None => Basis::Unadjusted,
            Adjust::Splits => Basis::Splits,
            Adjust::All => Basis::All,
        };
        Ok(self.read(Column::Adjust)?.map(basis))
    }

    /// The bar, if it can be one.
    pub(super) fn bar(&self, rules: &Rules) -> Result<Bar, String> {
        if self.text(Column::Freshness) == Some("simulated") || self.flag(Column::Simulated)? {
            return Err("is simulated; prices that were made up are not stored".to_owned());
        }
        let (open_time, date) = self.when(rules)?;
        let price = |column| self.price(column, rules.kind);
        let close = price(Column::Close)?.ok_or("close: is empty; a bar needs one")?;
        let (high, low) = (price(Column::High)?, price(Column::Low)?);
        if let (Some(high), Some(low)) = (high, low)
            && high < low
        {
            return Err(format!("high: {high} is below low, {low}"));
        }
        Ok(Bar {
            open_time,
            date,
            open: price(Column::Open)?,
            high,
            low,
            close,
            adj_close: price(Column::AdjClose)?,
            volume: self.volume()?,
            provisional: self.flag(Column::Provisional)?,
        })
    }

    fn price(&self, column: Column, kind: Kind) -> Result<Option<Price>, String> {
        let price = self.number(column)?.and_then(Price::new);
        match price.filter(|price| engine::forbids(kind, *price)) {
            None => Ok(price),
            Some(price) => {
                let (name, kind) = (column.name(), kind.as_str());
                Err(format!(
                    "{name}: {price} is not above zero, as a price of this kind ({kind}) is"
                ))
            }
        }
    }

    fn volume(&self) -> Result<Option<f64>, String> {
        match self.number(Column::Volume)? {
            Some(volume) if volume < 0.0 => Err(format!("volume: {volume} is below zero")),
            volume => Ok(volume),
        }
    }

    fn flag(&self, column: Column) -> Result<bool, String> {
        match self.text(column).map(str::to_ascii_lowercase).as_deref() {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(other) => {
                let (name, text) = (column.name(), table::text::short(other));
                Err(format!("{name}: {text:?} is neither true nor false"))
            }
        }
    }

    /// When the bar began, and its trading date. A day that does not say when it
    /// began does so at midnight in its instrument's zone.
    fn when(&self, rules: &Rules) -> Result<(Timestamp, Date), String> {
        let date = self.text(Column::Date).map(date).transpose()?;
        let (open_time, date) = match (self.text(Column::OpenTime), date) {
            (Some(text), Some(date)) => (instant(text)?, date),
            (Some(text), None) => {
                let open_time = instant(text)?;
                (open_time, open_time.to_zoned(rules.zone.clone()).date())
            }
            (None, Some(date)) if !rules.interval.is_intraday() => {
                (midnight(date, &rules.zone)?, date)
            }
            (None, _) => return Err(format!("{}: is empty", rules.when().name())),
        };
        rules.refuse_future(open_time, date)?;
        let from_date = open_time.duration_since(midnight(date, &TimeZone::UTC)?).abs();
        if from_date > FURTHEST_FROM_DATE {
            return Err(format!(
                "open_time: {open_time} is more than two days from its date, {date}"
            ));
        }
        Ok((open_time, date))
    }
}

impl Rules {
    /// The column that must say when.
    fn when(&self) -> Column {
        if self.interval.is_intraday() { Column::OpenTime } else { Column::Date }
    }

    fn refuse_future(&self, open_time: Timestamp, date: Date) -> Result<(), String> {
        if date > self.latest_date() {
            return Err(format!("date: {date} is in the future"));
        }
        if open_time > self.now {
            return Err(format!("open_time: {open_time} is in the future"));
        }
        Ok(())
    }
}

impl Rules {
    /// Today where it trades; where UTC only stands for a zone that nobody has
    /// named, today where a day begins first.
    fn latest_date(&self) -> Date {
        let is_assumed = self.zone == TimeZone::UTC && self.kind != Kind::Crypto;
        let ahead = SignedDuration::from_hours(if is_assumed { 14 } else { 0 });
        (self.now + ahead).to_zoned(self.zone.clone()).date()
    }
}

/// Reads a date; one that a data frame wrote as a midnight is one, too.
fn date(text: &str) -> Result<Date, String> {
    let day = match text.split_at_checked(10) {
        Some((day, time)) if is_midnight(time) => day,
        _ => text,
    };
    table::text::date(day).map_err(|fault| format!("date: {fault}"))
}

/// ` 00:00:00`, `T00:00:00Z` or ` 00:00:00-05:00`: midnight wherever that is.
fn is_midnight(time: &str) -> bool {
    time.strip_prefix([' ', 'T']).is_some_and(|clock| clock.starts_with("00:00:00"))
}

/// Reads an instant, to the millisecond, as fine as the store keeps it.
fn instant(text: &str) -> Result<Timestamp, String> {
    let read: Option<Timestamp> = text.parse().ok();
    let read = read.and_then(|at| Timestamp::from_millisecond(at.as_millisecond()).ok());
    read.ok_or_else(|| {
        let text = table::text::short(text);
        format!("open_time: {text:?} is not an instant; use RFC 3339, such as 2024-01-31T14:30:00Z")
    })
}

fn midnight(date: Date, zone: &TimeZone) -> Result<Timestamp, String> {
    let midnight = date.to_zoned(zone.clone());
    midnight.map(|it| it.timestamp()).map_err(|_| format!("date: {date} cannot be placed in time"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: &str =
        "date,open_time,open,high,low,close,adj_close,volume,provisional,freshness,simulated";

    fn read(interval: Interval, kind: Kind, line: &str) -> Result<Bar, String> {
        let names: Vec<String> = NAMES.split(',').map(str::to_owned).collect();
        let columns = Columns::find(&names, interval.is_intraday()).unwrap();
        let row = StringRecord::from(line.split(',').collect::<Vec<_>>());
        let zone = TimeZone::get("Europe/Paris").unwrap();
        let now = "2025-10-29T12:00:00Z".parse().unwrap();
        Cells { columns: &columns, row: &row }.bar(&Rules { kind, zone, interval, now })
    }

    fn daily(line: &str) -> Result<Bar, String> {
        read(Interval::D1, Kind::Equity, line)
    }

    #[test]
    fn a_day_begins_when_the_row_says_or_at_midnight_where_it_trades() {
        let check = |line, open_time: &str| {
            let bar = daily(line).unwrap();
            assert_eq!(bar.open_time, open_time.parse().unwrap(), "{line}");
            assert_eq!(bar.date, jiff::civil::date(2025, 10, 28), "{line}");
        };
        check("2025-10-28,,,,,7,,,,", "2025-10-27T23:00:00Z");
        check("2025-10-28 00:00:00-04:00,,,,,7,,,,", "2025-10-27T23:00:00Z");
        check("2025-10-28T00:00:00Z,,,,,7,,,,", "2025-10-27T23:00:00Z");
        check("2025-10-28,2025-10-28T08:00:00Z,,,,7,,,,", "2025-10-28T08:00:00Z");
        check(",2025-10-27T23:30:00Z,,,,7,,,,", "2025-10-27T23:30:00Z");
    }

    #[test]
    fn digits_survive_and_holes_stay_holes() {
        let bar =
            daily("2025-10-28,,0.1,0.30000000000000004,,7e-3,1.0712,5e15,TRUE,fresh").unwrap();
        let [open, high] = [bar.open, bar.high].map(|price| price.unwrap().to_string());
        assert_eq!((&*open, &*high), ("0.1", "0.30000000000000004"));
        assert_eq!((bar.low, bar.close.to_string()), (None, "0.007".to_owned()));
        assert_eq!((bar.volume, bar.provisional), (Some(5e15), true));
    }

    #[test]
    fn where_no_zone_is_known_it_may_be_tomorrow_already() {
        let now = "2026-11-25T22:31:00Z".parse().unwrap();
        let rules = |kind| Rules { kind, zone: TimeZone::UTC, interval: Interval::D1, now };
        let begun = "2026-11-25T21:00:00Z".parse().unwrap();
        let auckland = jiff::civil::date(2026, 11, 26);
        assert_eq!(rules(Kind::Equity).refuse_future(begun, auckland), Ok(()));
        assert!(rules(Kind::Crypto).refuse_future(begun, auckland).is_err());
        assert!(rules(Kind::Equity).refuse_future(begun, auckland.tomorrow().unwrap()).is_err());
    }

    #[test]
    fn what_cannot_be_a_bar_is_refused_with_the_reason() {
        for (line, words) in [
            (",,,,,7,,,,", "date: is empty"),
            ("28/10/2025,,,,,7,,,,", "date: \"28/10/2025\" is not a date; use YYYY-MM-DD"),
            ("2025-10-28 14:30:00,,,,,7,,,,", "is not a date"),
            ("2025-02-30,,,,,7,,,,", "is not a date"),
            ("2025-10-30,,,,,7,,,,", "date: 2025-10-30 is in the future"),
            ("2025-10-29,2025-10-29T12:00:01Z,,,,7,,,,", "open_time: 2025-10-29T12:00:01Z is in"),
            ("2025-10-28,yesterday,,,,7,,,,", "open_time: \"yesterday\" is not an instant"),
            ("2025-10-28,2024-10-28T08:00:00Z,,,,7,,,,", "more than two days from its date"),
            ("2025-10-28,,,,,,,,,", "close: is empty"),
            ("2025-10-28,,,,,null,,,,", "close: \"null\" is not a number"),
            ("2025-10-28,,,,,NaN,,,,", "close: \"NaN\" is not a number"),
            ("2025-10-28,,inf,,,7,,,,", "open: \"inf\" is not a number"),
            ("2025-10-28,,,,1 000,7,,,,", "low: \"1 000\" is not a number"),
            ("2025-10-28,,,,,0,,,,", "close: 0 is not above zero"),
            ("2025-10-28,,,,-1,7,,,,", "low: -1 is not above zero"),
            ("2025-10-28,,,6,8,7,,,,", "high: 6 is below low, 8"),
            ("2025-10-28,,,,,7,,-1,,", "volume: -1 is below zero"),
            ("2025-10-28,,,,,7,,,maybe,", "provisional: \"maybe\" is neither"),
            ("2025-10-28,,,,,7,,,,simulated,", "made up"),
            ("2025-10-28,,,,,7,,,,,True", "made up"),
        ] {
            let said = daily(line).unwrap_err();
            assert!(said.contains(words), "{line}: {said}");
        }
    }

    #[test]
    fn futures_may_be_below_zero_and_hours_need_an_instant() {
        let crude = read(Interval::D1, Kind::Future, "2020-04-20,,,,-40.32,-37.63,,,,").unwrap();
        assert_eq!(crude.close, Price::new(-37.63).unwrap());
        let hour = |line| read(Interval::H1, Kind::Index, line);
        assert_eq!(hour("2025-10-28,,,,,7,,,,").unwrap_err(), "open_time: is empty");
        let bar = hour(",2025-10-28 23:30:00.0004+00:00,,,,7,,,,").unwrap();
        assert_eq!(bar.date, jiff::civil::date(2025, 10, 29), "the date is that in Paris");
        assert_eq!(bar.open_time, "2025-10-28T23:30:00Z".parse().unwrap());
    }
}
