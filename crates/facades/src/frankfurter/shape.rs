//! What the clients of both versions read.

use std::collections::BTreeMap;

use jiff::civil::Date;
use market::Currency;
use serde::Serialize;
use table::{Number, in_fifteen_digits, json};

/// What so much of a currency is in others, on one day.
#[derive(Serialize)]
pub(super) struct OnDay {
    pub(super) amount: f64,
    pub(super) base: String,
    pub(super) date: String,
    pub(super) rates: BTreeMap<String, Number>,
}

/// The same on several days.
#[derive(Serialize)]
pub(super) struct OnDays {
    pub(super) amount: f64,
    pub(super) base: String,
    pub(super) start_date: String,
    pub(super) end_date: String,
    pub(super) rates: BTreeMap<String, BTreeMap<String, Number>>,
}

/// One rate.
#[derive(Serialize)]
pub(super) struct Row {
    pub(super) date: String,
    pub(super) base: String,
    pub(super) quote: String,
    pub(super) rate: Number,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) providers: Option<[Provided; 1]>,
}

/// Whose a rate is.
#[derive(Serialize)]
pub(super) struct Provided {
    pub(super) key: String,
    pub(super) date: String,
    pub(super) rate: Number,
}

/// A currency of the list. What it is called elsewhere, and since when there are rates,
/// is not known here.
#[derive(Serialize)]
pub(super) struct CurrencyRow {
    iso_code: String,
    iso_numeric: Option<&'static str>,
    name: String,
    symbol: Option<&'static str>,
    start_date: Option<String>,
    end_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    providers: Option<[String; 1]>,
}

impl CurrencyRow {
    /// A currency, with the last day of its rates.
    pub(super) fn of(code: &Currency, last: Option<Date>) -> Self {
        Self {
            iso_code: code.to_string(),
            iso_numeric: None,
            name: name(code),
            symbol: None,
            start_date: None,
            end_date: last.map(|date| date.to_string()),
            providers: None,
        }
    }

    /// The same, with whose rates there are.
    pub(super) fn with_provider(self, key: String) -> Self {
        Self { providers: Some([key]), ..self }
    }
}

/// What people call a currency.
pub(super) fn name(code: &Currency) -> String {
    code.name().map_or_else(|| code.to_string(), str::to_owned)
}

/// Who sets rates.
#[derive(Serialize)]
pub(super) struct Provider {
    pub(super) key: String,
    pub(super) name: String,
    pub(super) country_code: Option<&'static str>,
    pub(super) rate_type: Option<&'static str>,
    pub(super) pivot_currency: &'static str,
    pub(super) data_url: Option<&'static str>,
    pub(super) terms_url: Option<&'static str>,
    pub(super) start_date: String,
    pub(super) end_date: Option<String>,
    pub(super) publish_cadence: &'static str,
    pub(super) publishes_missed: Option<u32>,
    pub(super) currencies: Vec<String>,
}

/// The decimals that a rate of its size is given with, where it is a result of ours:
/// the custom of currency markets as the service that is spoken for keeps it.
pub(super) fn rounded(rate: f64) -> f64 {
    let places = match rate {
        rate if rate > 5_000.0 => 0,
        rate if rate > 80.0 => 2,
        rate if rate > 20.0 => 3,
        rate if rate > 1.0 => 4,
        rate if rate > 0.000_1 => 5,
        _ => 6,
    };
    format!("{:.places$}", in_fifteen_digits(rate)).parse().unwrap_or(rate)
}

/// Rows as a file, with the heading that clients look for.
pub(super) fn csv(rows: &[Row]) -> Vec<u8> {
    let expands = rows.iter().any(|row| row.providers.is_some());
    let heading = if expands { "date,base,quote,rate,providers" } else { "date,base,quote,rate" };
    let lines = rows.iter().map(|Row { date, base, quote, rate, providers }| {
        let whose = providers.iter().flatten().map(|it| format!(",{}:{}", it.key, spelt(it.rate)));
        format!("{date},{base},{quote},{}{}", spelt(*rate), whose.collect::<String>())
    });
    let lines = std::iter::once(heading.to_owned()).chain(lines);
    lines.map(|line| line + "\n").collect::<String>().into_bytes()
}

/// Rows as JSON, one on each line.
pub(super) fn lines(rows: &[Row]) -> Vec<u8> {
    rows.iter().map(|row| json(row).get().to_owned() + "\n").collect::<String>().into_bytes()
}

fn spelt(rate: Number) -> String {
    json(&rate).get().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_result_has_as_many_decimals_as_is_custom_for_its_size() {
        let all = [17_500.4, 157.345_1, 25.123_45, 1.234_56, 0.123_456, 0.000_056_789];
        let rounded: Vec<String> = all.iter().map(|rate| rounded(*rate).to_string()).collect();
        assert_eq!(rounded, ["17500", "157.35", "25.123", "1.2346", "0.12346", "0.000057"]);
    }
}
