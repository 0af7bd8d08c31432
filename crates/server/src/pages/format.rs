//! Numbers and times for people's eyes.
//!
//! Scripts format the same values the same way (`web/src/locale/format.ts`); both are
//! tested against `web/src/format.cases.json`, so that a figure does not change
//! its looks when a script takes over.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

const MINUS: char = '\u{2212}';
const NBSP: char = '\u{a0}';

/// Digits after the point that show a price; small prices get more, so that
/// none looks like zero.
pub(super) fn shown_decimals(value: f64, decimals: u8) -> u8 {
    if value == 0.0 || value.abs() >= 1.0 {
        return decimals;
    }
    let written = format!("{value:e}");
    let (mantissa, exponent) = written.split_once('e').unwrap_or((&written, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let digits = mantissa.split_once('.').map_or(0, |(_, digits)| digits.len());
    let published = i32::try_from(digits).unwrap_or(i32::MAX).saturating_sub(exponent);
    let four_digits = 3 - exponent;
    let wanted = published.min(four_digits).clamp(0, 20);
    decimals.max(u8::try_from(wanted).unwrap_or(decimals))
}

/// A price with its thousands apart: `7,150.09`.
pub(super) fn price(value: f64, decimals: u8) -> String {
    fixed(value, shown_decimals(value, decimals))
}

/// A difference with its sign: `+12.34`, `−0.50`; what rounds to zero has none.
pub(super) fn signed(value: f64, decimals: u8) -> String {
    let text = fixed(value, decimals);
    if value > 0.0 && !is_zero(&text) { format!("+{text}") } else { text }
}

/// A change in per cent: `−0.12 %`.
pub(super) fn percent(value: f64) -> String {
    format!("{}{NBSP}%", signed(value, 2))
}

/// A number of traded units; fractions are shown where there are any.
pub(super) fn quantity(value: f64) -> String {
    fixed(value, if value.fract() == 0.0 { 0 } else { 2 })
}

/// An age in its largest whole unit: `12 s`, `3 min`, `5 y`.
pub(super) fn age(age: SignedDuration) -> String {
    let seconds = age.as_secs();
    let (unit, length) = match seconds {
        ..60 => ("s", 1),
        60..3_600 => ("min", 60),
        3_600..172_800 => ("h", 3_600),
        172_800..63_115_200 => ("d", 86_400),
        _ => ("y", 31_557_600),
    };
    format!("{}{NBSP}{unit}", seconds / length)
}

/// A calendar date: `29 Oct 2025`.
pub(super) fn date(date: Date) -> String {
    date.strftime("%-d %b %Y").to_string()
}

/// An instant in UTC: `29 Oct 2025, 16:35:00 UTC`.
pub(super) fn instant(at: Timestamp) -> String {
    at.strftime("%-d %b %Y, %H:%M:%S UTC").to_string()
}

/// An instant in UTC, its date left out where it is today: `16:35:07 UTC`.
pub(super) fn moment(at: Timestamp, now: Timestamp) -> String {
    let date = |at: Timestamp| at.to_zoned(TimeZone::UTC).date();
    if date(at) == date(now) { at.strftime("%H:%M:%S UTC").to_string() } else { instant(at) }
}

/// An instant on a zone's clock, to the minute: `29 Oct 2025, 17:35`.
pub(super) fn minute(at: Timestamp, zone: &TimeZone) -> String {
    at.to_zoned(zone.clone()).strftime("%-d %b %Y, %H:%M").to_string()
}

fn is_zero(text: &str) -> bool {
    !text.contains(|c: char| ('1'..='9').contains(&c))
}

fn fixed(value: f64, decimals: u8) -> String {
    let digits = format!("{:.*}", usize::from(decimals), value.abs());
    let (whole, fraction) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut text = String::with_capacity(digits.len() * 4 / 3 + 3);
    if value < 0.0 && !is_zero(&digits) {
        text.push(MINUS);
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text + fraction
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    const CASES: &str = include_str!("../../../../web/src/format.cases.json");

    fn check(group: &str, format: impl Fn(&Value) -> String) {
        let cases: Value = serde_json::from_str(CASES).unwrap();
        let cases = cases[group].as_array().unwrap();
        assert!(!cases.is_empty());
        for case in cases {
            assert_eq!(format(case), case["text"].as_str().unwrap(), "{case}");
        }
    }

    fn value(case: &Value) -> f64 {
        case["value"].as_f64().unwrap()
    }

    fn decimals(case: &Value) -> u8 {
        u8::try_from(case["decimals"].as_u64().unwrap()).unwrap()
    }

    #[test]
    fn numbers_look_as_the_scripts_write_them() {
        check("price", |case| price(value(case), decimals(case)));
        check("signed", |case| signed(value(case), decimals(case)));
        check("percent", |case| percent(value(case)));
        check("age", |case| age(SignedDuration::from_secs(case["seconds"].as_i64().unwrap())));
    }

    #[test]
    fn quantities_show_fractions_only_where_there_are_any() {
        assert_eq!(quantity(12_345_678.0), "12,345,678");
        assert_eq!(quantity(0.5), "0.50");
    }

    #[test]
    fn times_are_written_for_people() {
        let at: Timestamp = "2025-10-29T16:35:07Z".parse().unwrap();
        assert_eq!(instant(at), "29 Oct 2025, 16:35:07 UTC");
        assert_eq!(moment(at, "2025-10-29T23:00:00Z".parse().unwrap()), "16:35:07 UTC");
        let next_day = "2025-10-30T01:00:00Z".parse().unwrap();
        assert_eq!(moment(at, next_day), "29 Oct 2025, 16:35:07 UTC");
        assert_eq!(minute(at, &TimeZone::get("Europe/Paris").unwrap()), "29 Oct 2025, 17:35");
        assert_eq!(date(jiff::civil::date(2024, 3, 1)), "1 Mar 2024");
    }
}
