use market::{Currency, Instrument};

use super::Built;

/// A row for each instrument. `known` counts those at the beginning that were
/// known here before they were searched for, where that is of interest.
pub(crate) fn instruments(all: &[Instrument], known: Option<usize>) -> Built {
    let rows = Built::of(all.len())
        .text("symbol", all.iter().map(|it| Some(it.symbol.as_str())))
        .text("name", all.iter().map(|it| Some(&it.name)))
        .text("kind", all.iter().map(|it| Some(it.kind.as_str())))
        .text("currency", all.iter().map(|it| it.currency.as_ref().map(Currency::as_str)))
        .text("exchange", all.iter().map(|it| it.exchange.as_ref()))
        .text("mic", all.iter().map(|it| it.mic.as_ref()))
        .text("time_zone", all.iter().map(|it| Some(&it.time_zone)))
        .whole("price_decimals", all.iter().map(|it| Some(i64::from(it.price_decimals))))
        .date("first_bar", all.iter().map(|it| it.first_trade));
    match known {
        Some(known) => rows.flag("known", (0..all.len()).map(|row| Some(row < known))),
        None => rows,
    }
}
