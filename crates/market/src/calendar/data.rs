//! Reads the file that `make calendars` writes.
//!
//! A calendar begins with `mic|zone|first day|last day|name`. Then come lines of
//! the regular week, `12345 1990-01-01 09:30-16:00` (ISO weekdays, since when,
//! hours or `closed`), and lines of days that differ from it,
//! `! closed 0 49 53`: each number is how many days after the one before, counted
//! from the first day.

use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;

use super::hours::Hours;
use super::{Calendar, LastNear, Week};

static TEXT: &str = include_str!("calendars.txt");

static CALENDARS: LazyLock<Vec<Calendar>> =
    LazyLock::new(|| read(TEXT).expect("the file is part of the program, and tests read it"));

/// What never rests but on holidays, and what never rests.
static CLOCKWORK: LazyLock<[Calendar; 2]> = LazyLock::new(|| [foreign_exchange(), crypto()]);

const FIRST: Date = date(1990, 1, 1);
const LAST: Date = date(2099, 12, 31);

/// Every calendar of an exchange, by MIC.
pub(super) fn exchanges() -> &'static [Calendar] {
    &CALENDARS
}

/// The calendars of the foreign exchange market, and of crypto assets.
pub(super) fn clockwork() -> &'static [Calendar; 2] {
    &CLOCKWORK
}

/// From Sunday 17:00 to Friday 17:00 in New York but for Christmas and New
/// Year's Day: what dealers keep to, since no exchange sets it.
fn foreign_exchange() -> Calendar {
    let hours = Some(Hours::new(-7 * 60, 17 * 60));
    let mut calendar = Calendar::new("FX", "Foreign exchange market", "America/New_York");
    for weekday in 0..5 {
        calendar.week.0[weekday].push((FIRST, hours));
    }
    let years = FIRST.year()..=LAST.year();
    calendar.exceptions = years
        .flat_map(|year| [date(year, 1, 1), date(year, 12, 25)])
        .map(|holiday| (holiday, None))
        .collect();
    calendar
}

/// Every day of UTC.
fn crypto() -> Calendar {
    let mut calendar = Calendar::new("CRYPTO", "Crypto assets", "UTC");
    for weekday in &mut calendar.week.0 {
        weekday.push((FIRST, Some(Hours::new(0, 24 * 60))));
    }
    calendar
}

impl Calendar {
    fn new(mic: &'static str, name: &'static str, zone: &str) -> Self {
        // Only a broken tz database lacks one; hours are then off, no more.
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        let week = Week::default();
        let (exceptions, last_near) = (Vec::new(), LastNear::default());
        Self { mic, name, zone, first: FIRST, last: LAST, week, exceptions, last_near }
    }
}

fn read(text: &'static str) -> Option<Vec<Calendar>> {
    let mut calendars: Vec<Calendar> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        match calendars.last_mut() {
            Some(calendar) if !line.contains('|') => calendar.take(line)?,
            _ => calendars.push(begun(line)?),
        }
    }
    for calendar in &mut calendars {
        calendar.exceptions.sort_by_key(|(date, _)| *date);
    }
    Some(calendars)
}

fn begun(line: &'static str) -> Option<Calendar> {
    let mut parts = line.split('|');
    let mut part = || parts.next();
    let (mic, zone, first, last, name) = (part()?, part()?, part()?, part()?, part()?);
    let mut calendar = Calendar::new(mic, name, zone);
    (calendar.first, calendar.last) = (first.parse().ok()?, last.parse().ok()?);
    Some(calendar)
}

impl Calendar {
    fn take(&mut self, line: &str) -> Option<()> {
        let (what, rest) = line.split_once(' ')?;
        if what == "!" { self.take_exceptions(rest) } else { self.take_rule(what, rest) }
    }

    fn take_rule(&mut self, weekdays: &str, rest: &str) -> Option<()> {
        let (since, kind) = rest.split_once(' ')?;
        let rule = dated(since.parse().ok()?, kind)?;
        for weekday in weekdays.chars() {
            let at = usize::try_from(weekday.to_digit(10)?).ok()?.checked_sub(1)?;
            self.week.0.get_mut(at)?.push(rule);
        }
        Some(())
    }

    fn take_exceptions(&mut self, rest: &str) -> Option<()> {
        let (kind, steps) = rest.split_once(' ')?;
        let mut day = self.first;
        for step in steps.split(' ') {
            day = day.checked_add(i32::from(step.parse::<u16>().ok()?).days()).ok()?;
            self.exceptions.push(dated(day, kind)?);
        }
        Some(())
    }
}

/// What is so on a date, or since it.
fn dated(date: Date, kind: &str) -> Option<(Date, Option<Hours>)> {
    if kind == "closed" { Some((date, None)) } else { Some((date, Some(Hours::read(kind)?))) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_file_is_read_to_its_last_line() {
        let calendars = read(TEXT).unwrap();
        assert!(calendars.len() >= 60, "{}", calendars.len());
        for calendar in &calendars {
            let mic = calendar.mic;
            let first_line = TEXT.lines().find(|line| line.starts_with(mic)).unwrap();
            let zone = first_line.split('|').nth(1).unwrap();
            assert_eq!(TimeZone::get(zone).unwrap(), calendar.zone, "{mic}");
            assert!(calendar.first < calendar.last, "{mic}");
            assert!(calendar.week.0.iter().all(|rules| rules.is_sorted_by_key(|(since, _)| since)));
            assert!(calendar.exceptions.windows(2).all(|two| two[0].0 < two[1].0), "{mic}");
        }
    }

    #[test]
    fn what_is_not_a_calendar_is_refused() {
        for wrong in [
            "XNYS",
            "X|UTC|1990-01-01|1991",
            "X|UTC|a|b|c",
            "A|UTC|1990-01-01|1991-01-01|N\n8 1990-01-01 closed",
            "A|UTC|1990-01-01|1991-01-01|N\n! closed x",
            "A|UTC|1990-01-01|1991-01-01|N\n! closed 9999999999999",
        ] {
            assert!(read(wrong).is_none(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn no_line_makes_it_panic(line in "[!0-9]{1,4} [a-z0-9<>:/ -]{0,30}") {
            Calendar::new("A", "A", "UTC").take(&line);
        }
    }
}
