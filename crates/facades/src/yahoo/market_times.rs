use axum::extract::State;
use axum::response::Response;
use http::{CachePolicy, reply};
use jiff::Timestamp;
use market::{Calendar, MarketState, Trading};
use serde::Serialize;
use serde_json::json;

use super::instrument::offset;
use super::refusal::Refused;
use super::words::Words;
use crate::Served;

/// The exchange by whose hours a market is told, by the name that clients ask for; with
/// its name for people. The first is that of whoever names none.
const MARKETS: [(&str, &str, &str); 8] = [
    ("US", "XNYS", "U.S. markets"),
    ("GB", "XLON", "London"),
    ("EUROPE", "XPAR", "Paris"),
    ("ASIA", "XTKS", "Tokyo"),
    ("RATES", "XNYS", "U.S. markets"),
    ("COMMODITIES", "CMES", "Chicago futures"),
    ("CURRENCIES", "FX", "Currencies"),
    ("CRYPTOCURRENCIES", "CRYPTO", "Cryptocurrencies"),
];

/// When a market trades.
#[derive(Serialize)]
struct MarketTime {
    id: String,
    name: &'static str,
    status: &'static str,
    open: Timestamp,
    close: Timestamp,
    time: Timestamp,
    timezone: [Zone; 1],
}

#[derive(Serialize)]
struct Zone {
    /// In seconds, as a text.
    gmtoffset: String,
    short: String,
}

/// `GET /v6/finance/markettime?market=`
pub(super) async fn market_times(State(served): State<Served>, words: Words) -> Response {
    match answer(&words, served.engine.now()) {
        Ok(time) => {
            let times = json!([{ "id": time.id, "name": time.name, "marketTime": [time] }]);
            let body = json!({ "finance": { "marketTimes": times, "error": null } });
            reply::json(CachePolicy::OneSecond, body.to_string())
        }
        Err(refused) => refused.answer("finance"),
    }
}

fn answer(words: &Words, now: Timestamp) -> Result<MarketTime, Refused> {
    let name = words.get("market").unwrap_or(MARKETS[0].0);
    let known = MARKETS.iter().find(|(known, ..)| known.eq_ignore_ascii_case(name));
    let none = || Refused::bad_request(format!("no market {}", table::text::short(name)));
    let (id, mic, name) = known.ok_or_else(none)?;
    let calendar = Calendar::of(mic);
    let day = calendar.and_then(|calendar| Some((calendar, day(calendar, now)?)));
    let unknown = || Refused::unprocessable(format!("no hours of {name} are known for {now}"));
    let (calendar, day) = day.ok_or_else(unknown)?;
    let (seconds, short) = offset(calendar.zone(), now);
    let is_open = calendar.state(now) == Some(MarketState::Open);
    Ok(MarketTime {
        id: id.to_ascii_lowercase(),
        name,
        status: if is_open { "open" } else { "closed" },
        open: day.open,
        close: day.close,
        time: now,
        timezone: [Zone { gmtoffset: seconds.to_string(), short }],
    })
}

/// The day of trading that goes on or, where none does, the next one.
fn day(calendar: &Calendar, now: Timestamp) -> Option<Trading> {
    let next = || {
        let opens = calendar.opens_after(now)?;
        calendar.session_at(opens)
    };
    calendar.session_at(now).or_else(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_market_tells_the_day_that_goes_on_or_the_next() {
        let check = |market: &str, now: &str, status: &str, open: &str| {
            let found = answer(&Words::of(&format!("market={market}")), now.parse().unwrap());
            let found = found.unwrap();
            assert_eq!((found.status, found.open.to_string().as_str()), (status, open), "{market}");
        };
        check("US", "2025-10-29T15:00:00Z", "open", "2025-10-29T13:30:00Z");
        check("us", "2025-10-31T22:00:00Z", "closed", "2025-11-03T14:30:00Z");
        check("CRYPTOCURRENCIES", "2025-11-01T12:00:00Z", "open", "2025-11-01T00:00:00Z");
        let none = Words::of("market=MOON");
        assert!(answer(&none, "2025-10-29T15:00:00Z".parse().unwrap()).is_err());
    }

    #[test]
    fn every_market_has_hours() {
        for (market, ..) in MARKETS {
            let words = Words::of(&format!("market={market}"));
            assert!(answer(&words, "2025-10-29T15:00:00Z".parse().unwrap()).is_ok(), "{market}");
        }
    }
}
