use jiff::ToSpan;
use jiff::civil::{Date, Time, date, time};

use super::place::{PLACES, Place};
use super::{Course, Kind, Listing};
use crate::draw::{Draw, key_of};
use crate::money::{Worth, coin, worth};

const NEW_YORK: Place = Place {
    suffix: "",
    exchange: "NMS",
    exchange_name: "NasdaqGS",
    time_zone: "America/New_York",
    currency: "USD",
    hours: (9, 30, 390),
};

const ALL_DAY: u32 = 24 * 60;

/// A listing for any text, read from its spelling, the rest from its letters.
pub(super) fn listing(symbol: &str) -> Listing {
    if let Some((base, quote)) = symbol.strip_suffix("=X").and_then(currency_codes) {
        return pair(symbol, Kind::Currency, base, quote);
    }
    if let Some((base, quote)) = symbol.split_once('-')
        && coin(base).is_some()
        && !quote.is_empty()
    {
        return pair(symbol, Kind::Crypto, base, quote);
    }
    let suffix = symbol.rsplit_once('.').map(|(_, suffix)| suffix);
    let known = suffix.and_then(|suffix| PLACES.iter().find(|place| place.suffix == suffix));
    let place = known.unwrap_or(&NEW_YORK);
    if symbol.starts_with('^') {
        traded(symbol, Kind::Index, place, (6.5, 2.0), 0.18)
    } else if symbol.ends_with("=F") {
        future(symbol)
    } else {
        traded(symbol, Kind::Equity, place, (3.0, 2.5), 0.3)
    }
}

/// `EURUSD` is two codes; `JPY` alone is priced for one dollar.
fn currency_codes(codes: &str) -> Option<(&str, &str)> {
    let letters = codes.bytes().all(|byte| byte.is_ascii_uppercase());
    match codes.len() {
        6 if letters => Some(codes.split_at(3)),
        3 if letters => Some(("USD", codes)),
        _ => None,
    }
}

fn pair(symbol: &str, kind: Kind, base: &str, quote: &str) -> Listing {
    let (worth_base, worth_quote) = (worth(base), worth(quote));
    let level = (worth_base.log_euros - worth_quote.log_euros).exp();
    let is_coin = kind == Kind::Crypto;
    let name = match coin(base) {
        Some(coin) if is_coin => format!("{} {quote}", coin.name),
        _ => format!("{base}/{quote}"),
    };
    Listing {
        symbol: symbol.to_owned(),
        name,
        kind,
        currency: quote.to_owned(),
        exchange: if is_coin { "CCC" } else { "CCY" },
        exchange_name: if is_coin { "CCC" } else { "CCY" },
        time_zone: if is_coin { "UTC" } else { "Europe/London" },
        price_decimals: decimals(level),
        first_trade: if is_coin { date(2015, 1, 1) } else { date(2003, 12, 1) },
        opens: Time::midnight(),
        session_minutes: ALL_DAY,
        course: Course::Pair { base: worth_base, quote: worth_quote },
        usual_lots: if is_coin { turnover(&worth_base) } else { 0 },
        splits: &[],
    }
}

/// Enough digits to show a change of one part in ten thousand.
fn decimals(level: f64) -> u8 {
    match level {
        20.0.. => 2,
        0.5.. => 4,
        0.005.. => 6,
        _ => 8,
    }
}

fn turnover(base: &Worth) -> u64 {
    (base.log_euros.max(0.0) + 1.0) as u64 * 20_000_000
}

fn future(symbol: &str) -> Listing {
    let hours = Listing { opens: Time::midnight(), session_minutes: ALL_DAY, ..own(symbol) };
    Listing { kind: Kind::Future, exchange: "CMX", exchange_name: "COMEX", ..hours }
}

fn own(symbol: &str) -> Listing {
    traded(symbol, Kind::Future, &NEW_YORK, (4.0, 4.0), 0.25)
}

/// `(least, spread)` bound the logarithm of the level.
fn traded(
    symbol: &str,
    kind: Kind,
    place: &Place,
    (least, spread): (f64, f64),
    volatility: f64,
) -> Listing {
    let mut draw = Draw::new(key_of(symbol));
    let (hour, minute, session_minutes) = place.hours;
    Listing {
        symbol: symbol.to_owned(),
        name: format!("{} (simulated)", symbol.trim_start_matches('^')),
        kind,
        currency: place.currency.to_owned(),
        exchange: place.exchange,
        exchange_name: place.exchange_name,
        time_zone: place.time_zone,
        price_decimals: 2,
        first_trade: first_trade(&mut draw),
        opens: time(hour, minute, 0, 0),
        session_minutes,
        course: Course::Own {
            log_level: least + spread * draw.unit(),
            yearly_growth: 0.02 + 0.06 * draw.unit(),
            volatility: volatility * (0.7 + 0.6 * draw.unit()),
        },
        usual_lots: 2_000 + u64::from(draw.below(200_000)),
        splits: &[],
    }
}

/// Some day of the years 1985 to 2009.
fn first_trade(draw: &mut Draw) -> Date {
    let days = i64::from(draw.below(25 * 365));
    date(1985, 1, 2).checked_add(days.days()).unwrap_or(Date::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(symbol: &str, kind: Kind, currency: &str, time_zone: &str) {
        let listing = Listing::of(symbol);
        assert_eq!(
            (listing.kind, listing.currency.as_str(), listing.time_zone),
            (kind, currency, time_zone),
            "{symbol}"
        );
    }

    #[test]
    fn the_spelling_of_a_symbol_says_what_it_is() {
        check("^FTSE", Kind::Index, "USD", "America/New_York");
        check("eurusd=x", Kind::Currency, "USD", "Europe/London");
        check("JPY=X", Kind::Currency, "JPY", "Europe/London");
        check("SOL-GBP", Kind::Crypto, "GBP", "UTC");
        check("BRK-B", Kind::Equity, "USD", "America/New_York");
        check("GC=F", Kind::Future, "USD", "America/New_York");
        check("OR.PA", Kind::Equity, "EUR", "Europe/Paris");
        check("OCDO.L", Kind::Equity, "GBp", "Europe/London");
        check("7203.T", Kind::Equity, "JPY", "Asia/Tokyo");
        check("été=X", Kind::Equity, "USD", "America/New_York");
        check("", Kind::Equity, "USD", "America/New_York");
    }
}
