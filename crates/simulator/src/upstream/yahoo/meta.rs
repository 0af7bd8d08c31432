use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::question::Question;
use super::rows;
use crate::documents::quote_type;
use crate::upstream::shared::Shared;
use crate::{Interval, Kind, Listing, Session};

const VALID_RANGES: [&str; 11] =
    ["1d", "5d", "1mo", "3mo", "6mo", "1y", "2y", "5y", "10y", "ytd", "max"];

/// `meta`: what the answer says of its instrument and of now.
pub(super) fn meta(
    shared: &Shared,
    listing: &Listing,
    question: &Question,
    now: Timestamp,
) -> Value {
    let last = listing.last_session(now);
    let zone = listing.zone();
    let (high, low) = extremes_of_a_year(shared, listing, now);
    let mut meta = json!({
        "currency": listing.currency,
        "symbol": listing.symbol,
        "exchangeName": listing.exchange,
        "fullExchangeName": listing.exchange_name,
        "instrumentType": quote_type(listing.kind),
        "firstTradeDate": listing.last_session(Timestamp::MIN).open.as_second(),
        "regularMarketTime": now.min(last.close).as_second(),
        "hasPrePostMarketData": has_extended_hours(listing),
        "gmtoffset": zone.to_offset(now).seconds(),
        "timezone": zone.to_offset_info(now).abbreviation(),
        "exchangeTimezoneName": listing.time_zone,
        "regularMarketPrice": shared.price(&listing.symbol),
        "fiftyTwoWeekHigh": high,
        "fiftyTwoWeekLow": low,
        "longName": listing.name,
        "shortName": listing.name,
        "chartPreviousClose": close_before(shared, listing, question.from, now),
        "priceHint": listing.price_decimals.max(2),
        "currentTradingPeriod": trading_day(listing, &listing.current_session(now), &zone),
        "dataGranularity": question.interval.as_str(),
        "range": question.range,
        "validRanges": VALID_RANGES,
    });
    if let Some(today) = rows::today(shared, listing, now) {
        meta["regularMarketDayHigh"] = json!(today.high);
        meta["regularMarketDayLow"] = json!(today.low);
        meta["regularMarketVolume"] = json!(today.volume);
    }
    if question.interval.minutes().is_some() {
        meta["previousClose"] = json!(close_before(shared, listing, last.open, now));
        meta["scale"] = json!(3);
        meta["tradingPeriods"] = trading_periods(listing, question, now, &zone);
    }
    meta
}

/// The close of the last session to have ended by an instant; of the first one
/// where none had.
fn close_before(shared: &Shared, listing: &Listing, instant: Timestamp, now: Timestamp) -> f64 {
    let second = SignedDuration::from_secs(1);
    let mut session = listing.last_session(instant);
    if session.close > instant {
        session = listing.last_session(session.open - second);
    }
    let until = session.open + second;
    let bars = shared.market.bars(&listing.symbol, Interval::D1, session.open, until, now);
    bars.first().map_or_else(|| shared.price(&listing.symbol), |bar| bar.close)
}

fn extremes_of_a_year(shared: &Shared, listing: &Listing, now: Timestamp) -> (f64, f64) {
    let year_ago = now - SignedDuration::from_hours(24 * 365);
    let to = now + SignedDuration::from_secs(1);
    let bars = shared.market.bars(&listing.symbol, Interval::D1, year_ago, to, now);
    let price = shared.price(&listing.symbol);
    let high = bars.iter().map(|bar| bar.high).fold(price, f64::max);
    (high, bars.iter().map(|bar| bar.low).fold(price, f64::min))
}

/// New York alone has trading before and after the regular session.
fn has_extended_hours(listing: &Listing) -> bool {
    listing.kind == Kind::Equity && listing.time_zone == "America/New_York"
}

fn trading_day(listing: &Listing, session: &Session, zone: &TimeZone) -> Value {
    let (start, end) = (session.open.as_second(), regular_end(session));
    let (before, after) = if listing.time_zone == "America/New_York" && end - start < 80_000 {
        (19_800, 14_400)
    } else {
        (0, 0)
    };
    json!({
        "pre": period(start - before, start, zone),
        "regular": period(start, end, zone),
        "post": period(end, end + after, zone),
    })
}

/// A day round the clock ends at 23:59 for Yahoo.
fn regular_end(session: &Session) -> i64 {
    let end = session.close.as_second();
    if end - session.open.as_second() == 86_400 { end - 60 } else { end }
}

fn trading_periods(
    listing: &Listing,
    question: &Question,
    now: Timestamp,
    zone: &TimeZone,
) -> Value {
    let mut periods = Vec::new();
    let mut session = listing.last_session(now.min(question.to));
    while session.close > question.from && session.open < question.to {
        periods.push(json!([period(session.open.as_second(), regular_end(&session), zone)]));
        let earlier = listing.last_session(session.open - SignedDuration::from_secs(1));
        if earlier == session {
            break;
        }
        session = earlier;
    }
    periods.reverse();
    json!(periods)
}

fn period(start: i64, end: i64, zone: &TimeZone) -> Value {
    let instant = Timestamp::from_second(start).unwrap_or_default();
    let offset = zone.to_offset_info(instant);
    json!({
        "timezone": offset.abbreviation(),
        "start": start,
        "end": end,
        "gmtoffset": offset.offset().seconds(),
    })
}
