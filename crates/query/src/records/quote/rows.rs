use std::sync::Arc;

use engine::Entry;
use jiff::Timestamp;
use market::{Currency, Freshness, MarketState, Price, Quote, market_state, quote_freshness};
use serde::Serialize;
use table::{Built, Column, EncodeError, Head, Rows, Table};

use super::latest::without_noise;
use crate::explain::explain;

/// What is said once about all quotes.
#[derive(Serialize, schemars::JsonSchema)]
pub struct QuotesHead {
    timestamp: Timestamp,
}

/// A table of quotes, in the order asked.
///
/// # Errors
///
/// A fault of ours.
pub fn quotes(entries: &[Arc<Entry>], now: Timestamp) -> Result<Table, EncodeError> {
    let head = Head::of(&QuotesHead { timestamp: now })?;
    let rows = Arc::new(rows(entries, now));
    Ok(Table { head, name: "quotes", rows, constants: Vec::new() })
}

/// The columns of a table of quotes.
pub fn columns() -> Vec<Column> {
    rows(&[], Timestamp::UNIX_EPOCH).columns().to_vec()
}

/// A row for each instrument, in the order asked. What cannot be had is empty,
/// and `reason` says why.
fn rows(entries: &[Arc<Entry>], now: Timestamp) -> Built {
    let all = || entries.iter();
    let rows = described(Built::of(entries.len()), entries);
    let rows = priced(rows, entries);
    let rows = dated(rows, entries, now);
    let rival = |entry: &Arc<Entry>| entry.rival(now).cloned();
    let doubted = |entry: &Arc<Entry>| entry.quarantined.as_ref().map(|aside| aside.quote.clone());
    rows.number("disputed_price", all().map(|it| rival(it).map(|quote| quote.price.get())))
        .text("disputed_by", all().map(|it| rival(it).map(|quote| quote.source.to_string())))
        .number("doubted_price", all().map(|it| doubted(it).map(|quote| quote.price.get())))
        .text("doubted_of", all().map(|it| doubted(it).map(|quote| quote.source.to_string())))
        .text("reason", all().map(|it| explain(it, now).map(|because| because.name)))
        .text("detail", all().map(|it| explain(it, now).map(|because| because.detail)))
}

fn described(rows: Built, entries: &[Arc<Entry>]) -> Built {
    let all = || entries.iter().map(|entry| &entry.instrument);
    rows.text("symbol", all().map(|it| Some(it.symbol.as_str())))
        .text("name", all().map(|it| Some(&it.name)))
        .text("kind", all().map(|it| Some(it.kind.as_str())))
        .whole("price_decimals", all().map(|it| Some(i64::from(it.price_decimals))))
}

fn priced(rows: Built, entries: &[Arc<Entry>]) -> Built {
    let all = || entries.iter().map(|entry| entry.quote.as_ref());
    let price = |value: fn(&Quote) -> Option<Price>| {
        move |quote: Option<&Quote>| quote.and_then(value).map(Price::get)
    };
    let previous = |quote: &Quote| quote.previous.map(|previous| previous.price);
    rows.number("price", all().map(price(|quote| Some(quote.price))))
        .text(
            "currency",
            all().map(|it| it.and_then(|q| q.currency.as_ref()).map(Currency::as_str)),
        )
        .number("previous", all().map(price(previous)))
        .number("change", all().map(|it| it.and_then(Quote::change).map(without_noise)))
        .number(
            "change_percent",
            all().map(|it| it.and_then(Quote::change_percent).map(without_noise)),
        )
        .text("change_since", all().map(|it| it.and_then(|q| q.previous).map(|p| p.kind.as_str())))
        .number("day_high", all().map(price(|quote| quote.day_high)))
        .number("day_low", all().map(price(|quote| quote.day_low)))
        .number("volume", all().map(|it| it.and_then(|quote| quote.volume)))
}

fn dated(rows: Built, entries: &[Arc<Entry>], now: Timestamp) -> Built {
    let all = || entries.iter().map(|entry| entry.quote.as_ref());
    let freshness = |quote: &Quote| quote_freshness(quote, now);
    let state = |quote: &Quote| market_state(quote, now).map(MarketState::as_str);
    rows.text("market_state", all().map(|it| it.and_then(state)))
        .text("source", all().map(|it| it.map(|quote| quote.source.as_str())))
        .instant("as_of", all().map(|it| it.and_then(|quote| quote.as_of)))
        .instant("received_at", all().map(|it| it.map(|quote| quote.received_at)))
        .whole(
            "age_s",
            all().map(|it| it.and_then(|quote| quote.age(now)).map(|age| age.as_secs())),
        )
        .text("freshness", all().map(|it| Some(it.map_or(Freshness::Missing, freshness).as_str())))
        .flag("simulated", all().map(|it| Some(it.is_some_and(|quote| quote.simulated))))
}
