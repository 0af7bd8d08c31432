use std::time::Duration;

use jiff::Timestamp;
use market::{Catalog, Instrument, Source, SourceError, Symbol, Tick};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::super::facts::NAME;
use super::super::ticker;
use super::wire::{Head, Refusal, Success, Trade};
use crate::json;
use crate::rows::Place;
use crate::united_states::{CURRENCY, described};

/// What one part of a message says.
#[derive(Clone, Debug, PartialEq)]
pub(in super::super) enum Part {
    /// A trade, which was made at the price of its moment.
    Tick(Box<Tick>),
    /// Whoever said who it is was let in.
    LetIn,
    /// Something was refused.
    Refused(SourceError),
    /// Nothing about prices of now.
    Nothing,
}

/// Reads one message: several parts, or, as examples show it, one of them alone. What is
/// wrong with one is said in its place.
///
/// # Errors
///
/// [`SourceError::Unreadable`] where it is neither.
pub(in super::super) fn read(
    message: &[u8],
    received_at: Timestamp,
) -> Result<Vec<Result<Part, SourceError>>, SourceError> {
    let one = |part: &[u8]| part_of(part, received_at);
    if message.trim_ascii_start().starts_with(b"{") {
        return Ok(vec![one(message)]);
    }
    let parts: Vec<Box<RawValue>> = json::read(message)?;
    Ok(parts.iter().map(|part| one(part.get().as_bytes())).collect())
}

fn part_of(part: &[u8], received_at: Timestamp) -> Result<Part, SourceError> {
    let Head { kind } = json::read(part)?;
    match kind.as_str() {
        "t" => trade(&of(part)?, received_at),
        "success" if of::<Success>(part)?.msg == "authenticated" => Ok(Part::LetIn),
        "error" => Ok(refused(of::<Refusal>(part)?.code)),
        _ => Ok(Part::Nothing),
    }
}

fn of<T: DeserializeOwned>(part: &[u8]) -> Result<T, SourceError> {
    json::read(part)
}

/// Sorts of trade whose price is not that of their moment: agreed on at another time or in
/// another way, told late, or no trade but a statement of an exchange
/// (<https://www.ctaplan.com>, <https://www.utpplan.com>: conditions of sales). One of a few
/// shares (`I`) is taken: on one exchange it is most of what is traded.
const OF_ANOTHER_TIME: [&str; 19] =
    ["4", "7", "9", "B", "C", "G", "H", "K", "L", "M", "N", "P", "Q", "R", "T", "U", "V", "W", "Z"];

fn trade(trade: &Trade, received_at: Timestamp) -> Result<Part, SourceError> {
    let asked = instrument(&trade.ticker)?;
    let is_of_another_time = |it: &String| OF_ANOTHER_TIME.contains(&it.as_str());
    // Before and after regular hours the price is not the day's.
    let is_of_now = !trade.conditions.iter().any(is_of_another_time)
        && Place::of(&described(&asked)).trades(trade.at);
    if !is_of_now {
        return Ok(Part::Nothing);
    }
    let none = || SourceError::Unreadable("a trade has no positive price".to_owned());
    Ok(Part::Tick(Box::new(Tick {
        price: trade.price.positive().ok_or_else(none)?,
        currency: CURRENCY.parse().ok(),
        previous: None,
        change: None,
        day_high: None,
        day_low: None,
        volume: None,
        state: None,
        as_of: Some(trade.at),
        received_at,
        source: Source::new(NAME),
        symbol: asked.symbol,
    })))
}

/// Ours for a ticker: `BRK-B` for `BRK.B`.
fn instrument(ticker: &str) -> Result<Instrument, SourceError> {
    let symbol: Option<Symbol> = ticker.replace('.', "-").parse().ok();
    let found = symbol.map(|symbol| Catalog::new().instrument(&symbol));
    let is_told = |it: &Instrument| ticker::of(it).as_deref() == Ok(ticker);
    found.filter(is_told).ok_or_else(|| SourceError::Unreadable("S is no ticker".to_owned()))
}

/// Where somebody else has the one connection there may be, for so long it is not asked for.
const ELSEWHERE: Duration = Duration::from_mins(10);

/// What the numbers of refusals mean.
fn refused(code: u16) -> Part {
    Part::Refused(match code {
        // Not let in, in time or at all, or not with this plan.
        401 | 402 | 404 | 408 | 409 => SourceError::Unauthorised { status: code },
        // Whoever is let in is not let in twice, and stays.
        403 => return Part::Nothing,
        405 => SourceError::NotOffered("the key's plan follows no more at once".to_owned()),
        406 => SourceError::Throttled { retry_after: Some(ELSEWHERE) },
        407 | 500.. => SourceError::Failing { status: code },
        _ => SourceError::Unreadable("a refusal of a request".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Within regular hours in New York.
    const AT: &str = "2025-10-29T15:51:44.208Z";

    fn read(message: &str) -> Vec<Result<Part, SourceError>> {
        super::read(message.as_bytes(), AT.parse().unwrap()).unwrap()
    }

    fn trade(ticker: &str, price: &str, at: &str, conditions: &str) -> String {
        format!(
            r#"[{{"T":"t","i":96921,"S":"{ticker}","x":"V","p":{price},"s":1,"t":"{at}","c":{conditions},"z":"C"}}]"#
        )
    }

    fn tick(message: &str) -> Option<Tick> {
        match read(message).pop().unwrap().unwrap() {
            Part::Tick(tick) => Some(*tick),
            _ => None,
        }
    }

    #[test]
    fn a_trade_is_a_price_of_its_moment() {
        let told = tick(&trade("BRK.B", "126.55", AT, r#"["@","I"]"#)).unwrap();
        assert_eq!(
            (told.symbol.as_str(), told.price.get().to_bits()),
            ("BRK-B", 126.55_f64.to_bits())
        );
        assert_eq!(told.currency.unwrap().as_str(), "USD");
        assert_eq!(told.as_of, AT.parse().ok());
        let alone = trade("AAPL", "1.5", AT, "[]");
        assert_eq!(tick(&alone[1..alone.len() - 1]).unwrap().symbol.as_str(), "AAPL");
    }

    #[test]
    fn what_was_agreed_on_at_another_time_or_told_late_is_no_price() {
        for condition in OF_ANOTHER_TIME {
            let told = tick(&trade("AAPL", "126.55", AT, &format!(r#"["@","{condition}"]"#)));
            assert_eq!(told, None, "{condition}");
        }
        for hours in ["2025-10-29T13:00:00Z", "2025-10-29T20:00:01Z", "2025-11-01T15:00:00Z"] {
            assert_eq!(tick(&trade("AAPL", "126.55", hours, "[]")), None, "{hours}");
        }
    }

    #[test]
    fn other_parts_are_not_prices_and_an_odd_one_does_not_spoil_the_others() {
        let quote = r#"{"T":"q","S":"AAPL","bp":87.66,"ap":0,"as":0,"c":["R"]}"#;
        let bar =
            r#"{"T":"b","S":"AAPL","o":1,"h":1,"l":1,"c":389.12,"v":1,"t":"2025-10-29T15:00:00Z"}"#;
        let good = trade("AAPL", "126.55", AT, "[]");
        let good = &good[1..good.len() - 1];
        let odd = r#"{"T":"t","S":"AAPL","p":"x","t":"2025-10-29T15:00:00Z"}"#;
        let told = read(&format!("[{quote},{bar},{odd},{good}]"));
        let outline: Vec<_> =
            told.iter().map(|it| it.as_ref().map(|part| matches!(part, Part::Tick(_)))).collect();
        assert!(matches!(outline[..], [Ok(false), Ok(false), Err(_), Ok(true)]), "{told:?}");
    }

    #[test]
    fn each_refusal_means_what_its_number_says() {
        let refusal = |code: u16| {
            let message = format!(r#"[{{"T":"error","code":{code},"msg":"secret"}}]"#);
            match read(&message).pop().unwrap().unwrap() {
                Part::Refused(error) => error.reason().to_owned(),
                other => format!("{other:?}"),
            }
        };
        for (code, expected) in [
            (400, "unreadable"),
            (401, "unauthorised"),
            (402, "unauthorised"),
            (403, "Nothing"),
            (404, "unauthorised"),
            (405, "not_offered"),
            (406, "throttled"),
            (407, "upstream_failing"),
            (408, "unauthorised"),
            (409, "unauthorised"),
            (500, "upstream_failing"),
        ] {
            assert_eq!(refusal(code), expected, "{code}");
        }
    }

    #[test]
    fn who_is_let_in_is_told_so() {
        assert_eq!(read(r#"[{"T":"success","msg":"connected"}]"#), [Ok(Part::Nothing)]);
        assert_eq!(read(r#"[{"T":"success","msg":"authenticated"}]"#), [Ok(Part::LetIn)]);
        assert_eq!(read(r#"[{"T":"subscription","trades":["AAPL"]}]"#), [Ok(Part::Nothing)]);
    }
}
