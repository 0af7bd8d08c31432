//! What the feed takes. Clients send more than they document, so what is not named here
//! is passed over.

use engine::Engine;
use http::kinds::{Custom, Optional, Text, Whole};
use http::{Param, params};
use market::{Interval, Symbol};
use query::at_place;
use table::text::short;

use crate::asked::text;
use face::ApiError;

/// The longest symbol with the name of a place before it, in characters.
const LONGEST: usize = 64;

/// How many bars one page may have: as many as the library asks for at most, and more.
const MOST_BARS: u32 = 100_000;

/// How many symbols the prices of one question may be of.
const MOST_QUOTES: usize = 100;

const SYMBOL: Param<Text> =
    Param::query("symbol", Text(LONGEST), "AAPL", "A symbol, or `place:symbol`.");
const SYMBOLS: Param<Custom<Vec<String>>> =
    Param::query("symbols", text(names), "AAPL,EUR/USD", "Symbols with commas between.");
const RESOLUTION: Param<Custom<Interval>> =
    Param::query("resolution", RESOLUTION_KIND, "1D", "How long a bar is.");
const MARKED: Param<Optional<Custom<Interval>>> =
    Param::query("resolution", Optional(RESOLUTION_KIND), "1D", "How long a bar is.");
const SINCE: Param<Optional<Custom<i64>>> =
    Param::query("from", Optional(SECONDS), "1704067200", "First second.");
const UNTIL: Param<Custom<i64>> =
    Param::query("to", SECONDS, "1735689600", "First second after it.");
const LAST: Param<Optional<Custom<i64>>> =
    Param::query("to", Optional(SECONDS), "1735689600", "Last second.");
const COUNTBACK: Param<Optional<Whole>> =
    Param::query("countback", Optional(Whole(1, MOST_BARS)), "300", "How many bars before `to`.");
const CURRENCY: Param<Optional<Text>> =
    Param::query("currencyCode", Optional(Text(10)), "USD", "The currency of the prices.");
const UNIT: Param<Optional<Text>> =
    Param::query("unitId", Optional(Text(40)), "oz", "The unit that is priced.");
const QUERY: Param<Optional<Text>> =
    Param::query("query", Optional(Text(100)), "APPLE", "Part of a name or symbol.");
const TYPE: Param<Optional<Text>> =
    Param::query("type", Optional(Text(40)), "stock", "Of one kind alone.");
const EXCHANGE: Param<Optional<Text>> =
    Param::query("exchange", Optional(Text(LONGEST)), "XNAS", "Of one place alone.");
const LIMIT: Param<Optional<Whole>> =
    Param::query("limit", Optional(Whole(1, 1_000)), "30", "The most rows.");

/// Seconds since 1970, a fraction left out.
const SECONDS: Custom<i64> = text(seconds);

const RESOLUTION_KIND: Custom<Interval> = text(interval);

/// The feed's names of what bars there are, finest first: minutes by their number.
pub(super) const RESOLUTIONS: [(&str, Interval); 14] = [
    ("1", Interval::M1),
    ("2", Interval::M2),
    ("5", Interval::M5),
    ("10", Interval::M10),
    ("15", Interval::M15),
    ("30", Interval::M30),
    ("60", Interval::H1),
    ("90", Interval::M90),
    ("120", Interval::H2),
    ("240", Interval::H4),
    ("1D", Interval::D1),
    ("1W", Interval::Wk1),
    ("1M", Interval::Mo1),
    ("3M", Interval::Mo3),
];

params! {
    /// Which instrument.
    pub(super) struct OneSymbol {
        symbol: String = SYMBOL,
    }
}

params! {
    /// Of which instruments.
    pub(super) struct ManySymbols {
        symbols: Vec<String> = SYMBOLS,
    }
}

params! {
    /// A page of bars.
    pub(super) struct HistoryParams {
        symbol: String = SYMBOL,
        resolution: Interval = RESOLUTION,
        from: Option<i64> = SINCE,
        to: i64 = UNTIL,
        countback: Option<u32> = COUNTBACK,
        currency: Option<String> = CURRENCY,
        unit: Option<String> = UNIT,
    }
}

params! {
    /// What happened to an instrument within a stretch.
    pub(super) struct MarksParams {
        symbol: String = SYMBOL,
        from: Option<i64> = SINCE,
        to: Option<i64> = LAST,
        resolution: Option<Interval> = MARKED,
    }
}

params! {
    /// What is looked for.
    pub(super) struct SearchParams {
        query: Option<String> = QUERY,
        kind: Option<String> = TYPE,
        exchange: Option<String> = EXCHANGE,
        limit: Option<u32> = LIMIT,
    }
}

/// The symbol of an instrument that is named as the feed's clients do: `AAPL`, or
/// `NASDAQ:AAPL`.
///
/// # Errors
///
/// It is no symbol, or nothing of that name trades there.
pub(super) async fn symbol(engine: &Engine, name: &str) -> Result<Symbol, ApiError> {
    let (place, symbol) = name.rsplit_once(':').map_or((None, name), |(a, b)| (Some(a), b));
    let symbol: Symbol = symbol.parse().map_err(|error| SYMBOL.refused(error))?;
    let symbol = engine.canonical(&symbol);
    match place {
        Some(place) => Ok(at_place(engine, &symbol, place).await?),
        None => Ok(symbol),
    }
}

fn names(text: &str) -> Result<Vec<String>, String> {
    let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
    let names: Vec<String> = names.map(str::to_owned).collect();
    let fault = || format!("{} of them; at most {MOST_QUOTES} in one question", names.len());
    if names.len() > MOST_QUOTES { Err(fault()) } else { Ok(names) }
}

fn seconds(text: &str) -> Result<i64, String> {
    /// Further from 1970 no calendar of ours reaches.
    const FURTHEST: f64 = 250_000_000_000.0;
    let number = text.parse::<f64>().ok().filter(|it| it.is_finite());
    let fault = || format!("{:?} is no number of seconds", short(text));
    number.map(|it| it.clamp(-FURTHEST, FURTHEST).floor() as i64).ok_or_else(fault)
}

/// Reads a resolution. A day, a week or a month may lack its number.
fn interval(text: &str) -> Result<Interval, String> {
    let named = |name: &str| RESOLUTIONS.into_iter().find(|(known, _)| *known == name);
    let found = named(text)
        .or_else(|| ["D", "W", "M"].contains(&text).then(|| named(&format!("1{text}")))?);
    let all = RESOLUTIONS.map(|(name, _)| name).join(", ");
    let fault = || format!("{:?} is not a resolution of this feed; use one of {all}", short(text));
    found.map(|(_, interval)| interval).ok_or_else(fault)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn resolutions_are_read_with_and_without_their_number() {
        assert_eq!(interval("D"), Ok(Interval::D1));
        assert_eq!(interval("1M"), Ok(Interval::Mo1));
        assert_eq!(interval("1"), Ok(Interval::M1));
        assert_eq!(interval("240"), Ok(Interval::H4));
        for wrong in ["", "7Q", "1m", "45", "0", "d", "M1"] {
            assert!(interval(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn seconds_may_have_a_fraction_and_lie_before_1970() {
        assert_eq!(seconds("1704067200.9"), Ok(1_704_067_200));
        assert_eq!(seconds("-1"), Ok(-1));
        for wrong in ["", "NaN", "inf", "2024-01-01", "1e"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_resolution_or_a_time_or_not(text in "\\PC{0,20}") {
            let _ = (interval(&text), seconds(&text));
        }
    }
}
