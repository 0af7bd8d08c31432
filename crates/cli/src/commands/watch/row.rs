use std::cmp::Ordering;

use engine::Entry;
use jiff::{SignedDuration, Timestamp};
use market::{Currency, Freshness, MarketState, Price, Quote, Source, market_state};

/// What is shown of one instrument, in the order of the columns.
#[derive(Clone)]
pub(super) struct Row {
    /// A cell for each column.
    pub(super) cells: [String; COLUMNS.len()],
    /// Which way the price went.
    pub(super) direction: Option<Ordering>,
}

/// A column of the table.
pub(super) struct Column {
    pub(super) title: &'static str,
    /// Numbers end where the others end.
    pub(super) to_the_right: bool,
    /// Whether their points stand below each other.
    pub(super) by_point: bool,
    /// Where there is no room for all, the columns of least worth are left out.
    pub(super) worth: u8,
    /// Whether it says which way the price went.
    pub(super) has_direction: bool,
}

const fn column(title: &'static str, worth: u8) -> Column {
    Column { title, to_the_right: false, by_point: false, worth, has_direction: false }
}

const fn number(title: &'static str, worth: u8) -> Column {
    Column { to_the_right: true, ..column(title, worth) }
}

const fn figure(title: &'static str, worth: u8) -> Column {
    Column { by_point: true, ..number(title, worth) }
}

/// The columns, from left to right.
pub(super) const COLUMNS: [Column; 9] = [
    column("SYMBOL", 9),
    figure("PRICE", 8),
    column("", 3),
    Column { has_direction: true, ..figure("CHANGE", 4) },
    Column { has_direction: true, ..number("%", 7) },
    number("LOW - HIGH", 1),
    column("STATE", 6),
    number("AGE", 5),
    column("SOURCE", 2),
];

impl Row {
    /// What is known of an instrument at an instant.
    pub(super) fn of(entry: &Entry, now: Timestamp) -> Self {
        let symbol = entry.instrument.symbol.to_string();
        let Some(quote) = &entry.quote else { return Self::missing(symbol, entry) };
        let decimals = decimals(quote.price, entry.instrument.price_decimals);
        let price = |price: Price| format!("{:.decimals$}", price.get());
        let range = quote.day_low.zip(quote.day_high);
        let cells = [
            symbol,
            price(quote.price),
            quote.currency.as_ref().map_or("", Currency::as_str).to_owned(),
            quote.change().map_or_else(none, |change| format!("{change:+.decimals$}")),
            quote.change_percent().map_or_else(none, |percent| format!("{percent:+.2}")),
            range.map_or_else(none, |(low, high)| format!("{} - {}", price(low), price(high))),
            state(entry.freshness(now), quote, now).to_owned(),
            entry.age(now).map_or_else(none, age),
            quote.source.to_string(),
        ];
        Self { cells, direction: quote.change().and_then(|change| change.partial_cmp(&0.0)) }
    }

    /// No price; why stands where its source would.
    fn missing(symbol: String, entry: &Entry) -> Self {
        let last = entry.failures.iter().last().map(|failure| &failure.source).map(Source::as_str);
        let why = last.map_or_else(String::new, |source| format!("{source}: "));
        let cells = [
            symbol,
            none(),
            String::new(),
            none(),
            none(),
            none(),
            Freshness::Missing.as_str().to_owned(),
            none(),
            why + entry.failures.reason(),
        ];
        Self { cells, direction: None }
    }
}

fn none() -> String {
    "-".to_owned()
}

/// Digits after the point: as many as people expect, and four that count for
/// prices below one.
fn decimals(price: Price, usual: u8) -> usize {
    let (price, usual) = (price.get().abs(), usize::from(usual));
    let is_small = price > 0.0 && price < 1.0;
    if is_small { usual.max((3.0 - price.log10().floor()) as usize).min(12) } else { usual }
}

/// How its market is while the price is fresh, else how fresh it is.
fn state(freshness: Freshness, quote: &Quote, now: Timestamp) -> &'static str {
    match freshness {
        Freshness::Fresh => market_state(quote, now).map_or("fresh", MarketState::as_str),
        other => other.as_str(),
    }
}

/// In its largest whole unit.
fn age(age: SignedDuration) -> String {
    match age.as_secs() {
        s @ ..60 => format!("{s}s"),
        s @ ..3_600 => format!("{}m", s / 60),
        s @ ..172_800 => format!("{}h", s / 3_600),
        s => format!("{}d", s / 86_400),
    }
}
