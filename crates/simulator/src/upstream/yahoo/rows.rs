use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::question::Question;
use super::widened;
use crate::upstream::fault::Holes;
use crate::upstream::shared::Shared;
use crate::{Bar, Interval, Listing};

/// One row of an answer's columns.
#[derive(Clone, Copy, Debug)]
pub(super) struct Row {
    pub(super) at: i64,
    bar: Bar,
}

/// The bars asked for, as Yahoo would stamp them at `now`.
pub(super) fn rows(
    shared: &Shared,
    listing: &Listing,
    question: &Question,
    now: Timestamp,
) -> Vec<Row> {
    let symbol = &listing.symbol;
    let Question { interval, from, to, .. } = *question;
    let bars = shared.market.bars(symbol, interval, from, to, now);
    let row = |bar: Bar| Row { at: bar.open_time.as_second(), bar };
    let mut rows: Vec<Row> = bars.into_iter().map(row).collect();
    if to > now {
        fix(&mut rows, shared.fixed(symbol));
        if listing.is_open(now) {
            let today = today(shared, listing, now);
            go_live(&mut rows, interval, today, now);
        }
    }
    rows
}

/// The bar of the last session to have begun, as far as it has come.
pub(super) fn today(shared: &Shared, listing: &Listing, now: Timestamp) -> Option<Bar> {
    let open = listing.last_session(now).open;
    let until = open + jiff::SignedDuration::from_secs(1);
    let bars = shared.market.bars(&listing.symbol, Interval::D1, open, until, now);
    let mut rows: Vec<Row> = bars.into_iter().map(|bar| Row { at: 0, bar }).collect();
    fix(&mut rows, shared.fixed(&listing.symbol));
    rows.first().map(|row| row.bar)
}

/// Makes the last bar close at a price fixed by the test.
fn fix(rows: &mut [Row], price: Option<f64>) {
    if let (Some(Row { bar, .. }), Some(price)) = (rows.last_mut(), price) {
        (bar.close, bar.adj_close) = (price, price);
        (bar.high, bar.low) = (bar.high.max(price), bar.low.min(price));
    }
}

/// While the market is open the last row is stamped with the time of the last
/// trade: a day's bar instead of its open, otherwise a row more. Within a day
/// that row is the last trade alone, for weeks and longer the day so far.
fn go_live(rows: &mut Vec<Row>, interval: Interval, today: Option<Bar>, now: Timestamp) {
    let Some(last) = rows.last_mut() else { return };
    let at = now.as_second();
    if interval == Interval::D1 {
        last.at = at;
    } else if last.at < at {
        let price = last.bar.close;
        let trade = Bar { open: price, high: price, low: price, volume: 0, ..last.bar };
        let live = if interval.minutes().is_some() { Some(trade) } else { today };
        rows.extend(live.map(|bar| Row { at, bar }));
    }
}

/// `indicators`: columns, with `null` where there is a hole.
pub(super) fn indicators(rows: &[Row], interval: Interval, holes: Holes) -> Value {
    let mut indicators = Map::new();
    let intraday = interval.minutes().is_some();
    if rows.is_empty() {
        indicators.insert("quote".to_owned(), json!([{}]));
        if !intraday {
            indicators.insert("adjclose".to_owned(), json!([{}]));
        }
        return Value::Object(indicators);
    }
    let column = |read: fn(&Bar) -> f64| -> Vec<Option<f64>> {
        let rows = rows.iter().enumerate();
        rows.map(|(n, row)| holes.or(n, widened(read(&row.bar)))).collect()
    };
    let volume: Vec<Option<u64>> =
        rows.iter().enumerate().map(|(n, row)| (!holes.at(n)).then_some(row.bar.volume)).collect();
    let quote = json!([{
        "open": column(|bar| bar.open),
        "high": column(|bar| bar.high),
        "low": column(|bar| bar.low),
        "close": column(|bar| bar.close),
        "volume": volume,
    }]);
    indicators.insert("quote".to_owned(), quote);
    if !intraday {
        let adjusted = column(|bar| bar.adj_close);
        indicators.insert("adjclose".to_owned(), json!([{ "adjclose": adjusted }]));
    }
    Value::Object(indicators)
}

/// The closes alone, as spark tells them.
pub(super) fn closes(rows: &[Row], holes: Holes) -> Vec<Option<f64>> {
    rows.iter().enumerate().map(|(n, row)| holes.or(n, widened(row.bar.close))).collect()
}
