//! The rule for bars made of ticks: what the ticks of a minute add up to is the
//! bar that history then has.

use simulator::Upstream;

use super::client::{Client, Pricing};
use crate::client::{json, upstream, utc};

/// Open, high, low and close in single precision, and the volume.
type Bar = ([f32; 4], i64);

/// A minute of the chart, asked for once it is over.
async fn minute(upstream: &Upstream, symbol: &str, from: &str) -> Bar {
    let begin = utc(from).as_second();
    let target =
        format!("/v8/finance/chart/{symbol}?period1={begin}&period2={}&interval=1m", begin + 59);
    let (_, body) = json(upstream, &target).await;
    let result = &body["chart"]["result"][0];
    assert_eq!(result["timestamp"][0], begin, "{symbol}");
    let quote = &result["indicators"]["quote"][0];
    let prices = ["open", "high", "low", "close"].map(|key| quote[key][0].as_f64().unwrap() as f32);
    (prices, quote["volume"][0].as_i64().unwrap())
}

fn added_up(ticks: &[Pricing], counted: i64) -> Bar {
    let prices = || ticks.iter().map(|tick| tick.price);
    let last = &ticks[ticks.len() - 1];
    let (high, low) = (prices().fold(f32::MIN, f32::max), prices().fold(f32::MAX, f32::min));
    ([ticks[0].price, high, low, last.price], last.day_volume - counted)
}

/// Three minutes of ticks, the clock moving by odd steps, each against its bar.
async fn check(symbol: &str, minutes: [&str; 3], begins_a_day: bool) {
    let begin = utc(minutes[0]).as_second();
    let at = |second| jiff::Timestamp::from_second(begin + second).unwrap();
    let upstream = upstream("2026-11-20T06:00:00Z").await;
    upstream.set_now(at(-1));
    let mut client = Client::yahoo(&upstream, &[symbol]).await;
    for second in [0, 1, 2, 30, 59, 60, 119, 125, 200] {
        upstream.set_now(at(second));
    }
    let before = upstream.market().tick(symbol, at(-1)).map_or(0, |tick| tick.volume);
    let mut counted = if begins_a_day { 0 } else { before.cast_signed() };
    for from in minutes {
        let mut ticks = Vec::new();
        while ticks.len() < 60 {
            ticks.push(client.pricing().await);
        }
        assert_eq!(ticks[0].head().1, utc(from).as_second());
        assert_eq!(added_up(&ticks, counted), minute(&upstream, symbol, from).await, "{symbol}");
        counted = ticks[59].day_volume;
    }
}

#[tokio::test]
async fn the_ticks_of_a_minute_are_its_bar() {
    let morning = ["2026-11-20T10:07:00Z", "2026-11-20T10:08:00Z", "2026-11-20T10:09:00Z"];
    for symbol in ["^FCHI", "BTC-EUR", "EURUSD=X", "OR.PA", "VOD.L"] {
        check(symbol, morning, false).await;
    }
    let open = ["2026-11-20T14:30:00Z", "2026-11-20T14:31:00Z", "2026-11-20T14:32:00Z"];
    check("AAPL", open, true).await;
}
