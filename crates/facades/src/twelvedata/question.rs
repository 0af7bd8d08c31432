//! What the vendor's routes take. What is not named here is passed over, a client's key
//! with it.

use engine::Engine;
use http::kinds::{Custom, DATE, OneOf, Optional, Text, Whole};
use http::{Param, Problem, params};
use jiff::civil::Date;
use market::{Adjust, Catalog, Currency, Interval, Symbol};
use query::{Order, at_place};
use table::text::short;

use super::time::{Moment, Zone, interval, moment, zone};
use crate::asked::text;
use face::ApiError;
use face::kinds;

/// How many instruments one question may be about.
const MOST_SYMBOLS: usize = 50;

/// How many bars one answer may have, and has where a stretch is named; and how many it
/// has, and a search finds, where nobody says.
const MOST_BARS: u32 = 5_000;
const USUAL: u32 = 30;

type Optionally<K> = Param<Optional<K>>;

const SYMBOL: Param<Custom<Vec<String>>> =
    Param::query("symbol", text(names), "AAPL,EUR/USD", "Symbols, commas between.");
const PAIR: Param<Custom<Pair>> = Param::query("symbol", PAIR_KIND, "EUR/USD", "Two currencies.");
const TEXT: Param<Text> = Param::query("symbol", Text(100), "apple", "Part of a name or symbol.");
const EXCHANGE: Optionally<Text> =
    Param::query("exchange", Optional(Text(40)), "NASDAQ", "Where it trades, by name.");
const MIC_CODE: Optionally<Text> =
    Param::query("mic_code", Optional(Text(10)), "XNAS", "Where it trades, by its code.");
const COUNTRY: Optionally<Custom<()>> =
    Param::query("country", Optional(NOT_KNOWN), "", "Not known here.");
const INTERVAL: Param<Custom<Interval>> =
    Param::query("interval", INTERVAL_KIND, "1day", "How long a bar is.");
const OUTPUTSIZE: Optionally<Whole> =
    Param::query("outputsize", Optional(Whole(1, MOST_BARS)), "30", "How many bars.");
const FOUND: Optionally<Whole> =
    Param::query("outputsize", Optional(Whole(1, 120)), "30", "How many rows.");
const START: Optionally<Custom<Moment>> =
    Param::query("start_date", Optional(MOMENT), "2024-01-02", "The first bar.");
const END: Optionally<Custom<Moment>> =
    Param::query("end_date", Optional(MOMENT), "2024-01-31", "The last bar.");
const DAY: Optionally<Custom<Date>> =
    Param::query("date", Optional(DATE), "2024-01-05", "One day.");
const ORDER: Param<Custom<Order>> = Param {
    default: Some("desc"),
    ..Param::query("order", text(order), "desc", "Which bar comes first.")
};
const ZONE: Param<Custom<Zone>> = Param {
    default: Some("Exchange"),
    ..Param::query("timezone", ZONE_KIND, "UTC", "Where times are told.")
};
const DECIMALS: Optionally<Custom<Option<usize>>> =
    Param::query("dp", Optional(DECIMALS_KIND), "5", "How many decimals; -1 for all.");
const FORMAT: Param<Custom<bool>> =
    Param { default: Some("JSON"), ..Param::query("format", text(is_csv), "CSV", "JSON or CSV.") };
const DELIMITER: Param<Custom<char>> = Param {
    default: Some(";"),
    ..Param::query("delimiter", text(delimiter), ",", "What stands between fields.")
};
const ADJUST: Param<OneOf<Adjust>> = Param {
    default: Some("splits"),
    ..Param::query("adjust", kinds::ADJUST, "splits", "What prices are divided for.")
};

params! {
    /// Bars of instruments.
    pub(super) struct SeriesParams {
        names: Vec<String> = SYMBOL,
        exchange: Option<String> = EXCHANGE,
        mic: Option<String> = MIC_CODE,
        _country: Option<()> = COUNTRY,
        interval: Interval = INTERVAL,
        count: Option<u32> = OUTPUTSIZE,
        start: Option<Moment> = START,
        end: Option<Moment> = END,
        day: Option<Date> = DAY,
        order: Order = ORDER,
        zone: Zone = ZONE,
        decimals: Option<Option<usize>> = DECIMALS,
        adjust: Adjust = ADJUST,
    }
}

params! {
    /// The latest prices of instruments.
    pub(super) struct PricesParams {
        names: Vec<String> = SYMBOL,
        exchange: Option<String> = EXCHANGE,
        mic: Option<String> = MIC_CODE,
        _country: Option<()> = COUNTRY,
        zone: Zone = ZONE,
        decimals: Option<Option<usize>> = DECIMALS,
    }
}

params! {
    /// What one currency costs in another.
    pub(super) struct RateParams {
        pair: Pair = PAIR,
        day: Option<Date> = DAY,
    }
}

params! {
    /// What is looked for.
    pub(super) struct SearchParams {
        text: String = TEXT,
        count: Option<u32> = FOUND,
    }
}

params! {
    /// How an answer is written.
    pub(super) struct FormParams {
        is_csv: bool = FORMAT,
        delimiter: char = DELIMITER,
    }
}

impl SeriesParams {
    /// How many bars are to be given at most.
    pub(super) fn most(&self) -> usize {
        let is_stretch = self.start.is_some() || self.end.is_some() || self.day.is_some();
        let usual = if is_stretch { MOST_BARS } else { USUAL };
        self.count.unwrap_or(usual) as usize
    }
}

impl SearchParams {
    /// How many rows are to be given at most.
    pub(super) fn most(&self) -> usize {
        self.count.unwrap_or(USUAL) as usize
    }
}

impl FormParams {
    /// Refuses a form in which this is not had.
    pub(super) fn json_alone(&self) -> Result<(), Problem> {
        if self.is_csv { Err(FORMAT.refused("this is had as JSON alone")) } else { Ok(()) }
    }
}

const INTERVAL_KIND: Custom<Interval> = text(interval);

const NOT_KNOWN: Custom<()> =
    text(|_| Err("is not known of instruments here; name a mic_code".to_owned()));

const MOMENT: Custom<Moment> = text(moment);

const ZONE_KIND: Custom<Zone> = text(zone);

const DECIMALS_KIND: Custom<Option<usize>> = text(decimals);

const PAIR_KIND: Custom<Pair> = text(pair);

/// Two currencies or crypto assets.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pair {
    pub(super) base: Currency,
    pub(super) quote: Currency,
}

/// Our symbol for what the vendor's clients name: a ticker and beside it, or behind a
/// colon, where it trades.
///
/// # Errors
///
/// It is no symbol, or nothing of that name trades there.
pub(super) async fn symbol(
    engine: &Engine,
    name: &str,
    place: Option<&str>,
) -> Result<Symbol, ApiError> {
    let (name, behind) = name.split_once(':').map_or((name, None), |(a, b)| (a, Some(b)));
    let symbol = engine.canonical(&ticker(name)?);
    match place.or(behind) {
        Some(place) => Ok(at_place(engine, &symbol, place).await?),
        None => Ok(symbol),
    }
}

/// A class of shares stands behind a dot there and behind a dash with us.
fn ticker(name: &str) -> Result<Symbol, Problem> {
    let class = name.rsplit_once('.').filter(|(_, class)| ["A", "B", "C"].contains(class));
    let ours = class.map_or_else(|| name.to_owned(), |(stem, class)| format!("{stem}-{class}"));
    ours.parse().map_err(|error| SYMBOL.refused(error))
}

fn names(text: &str) -> Result<Vec<String>, String> {
    let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
    let names: Vec<String> = names.map(str::to_owned).collect();
    match names.len() {
        0 => Err("names no instrument".to_owned()),
        n if n > MOST_SYMBOLS => Err(format!("{n} of them; at most {MOST_SYMBOLS} at once")),
        _ => Ok(names),
    }
}

fn decimals(text: &str) -> Result<Option<usize>, String> {
    let fault = || format!("{:?} is not a whole number from -1 to 11", short(text));
    match text.parse::<i8>() {
        Ok(-1) => Ok(None),
        Ok(places @ 0..=11) => Ok(Some(usize::from(places.unsigned_abs()))),
        _ => Err(fault()),
    }
}

fn pair(text: &str) -> Result<Pair, String> {
    let fault = || format!("{:?} is no pair; use two codes, such as EUR/USD", short(text));
    let (base, quote) = text.split_once('/').ok_or_else(fault)?;
    Ok(Pair { base: currency(base)?, quote: currency(quote)? })
}

/// A currency or coin that exists, in any case.
fn currency(text: &str) -> Result<Currency, String> {
    let code = text.to_ascii_uppercase();
    let exists = Catalog::is_currency(&code) || Catalog::coin_name(&code).is_some();
    let fault = || format!("{:?} is no currency that is known here", short(text));
    code.parse().ok().filter(|_| exists).ok_or_else(fault)
}

fn order(text: &str) -> Result<Order, String> {
    match text.to_ascii_lowercase().as_str() {
        "asc" => Ok(Order::OldestFirst),
        "desc" => Ok(Order::NewestFirst),
        _ => Err(format!("{:?} is not one of asc, desc", short(text))),
    }
}

fn is_csv(text: &str) -> Result<bool, String> {
    match text.to_ascii_uppercase().as_str() {
        "JSON" => Ok(false),
        "CSV" => Ok(true),
        _ => Err(format!("{:?} is not one of JSON, CSV", short(text))),
    }
}

fn delimiter(text: &str) -> Result<char, String> {
    let is_sign = |it: &char| it.is_ascii_punctuation() || *it == '\t';
    let one = text.chars().next().filter(|it| text.len() == 1 && is_sign(it));
    one.ok_or_else(|| "is not a sign that can stand between fields".to_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_class_of_shares_is_not_a_place() {
        let symbol = |name: &str| ticker(name).unwrap().to_string();
        assert_eq!(symbol("BRK.B"), "BRK-B");
        assert_eq!(symbol("MC.PA"), "MC.PA");
        assert_eq!(symbol("BP.L"), "BP.L");
        assert!(ticker("A B").is_err());
    }

    #[test]
    fn decimals_are_as_many_as_asked_for_or_all() {
        assert_eq!(decimals("-1"), Ok(None));
        assert_eq!(decimals("11"), Ok(Some(11)));
        for wrong in ["12", "-2", "", "x", "1.5"] {
            assert!(decimals(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,30}") {
            let _ = (decimals(&text), pair(&text));
            let _ = (order(&text), is_csv(&text), delimiter(&text), ticker(&text), names(&text));
        }
    }
}
