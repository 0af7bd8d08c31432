//! Words of the domain as people would say them.

use market::{Interval, MarketState, Period, PreviousKind, Quote, Span};

use super::format;

/// A stretch of time: `1 month`, `7 trading days`, `all there is`.
pub(super) fn span(span: &Span) -> String {
    match *span {
        Span::Period(period) => self::period(period),
        Span::Dates { from, to } => format!("{} to {}", format::date(from), format::date(to)),
    }
}

/// A period: `1 month`, `7 trading days`, `all there is`.
pub(super) fn period(period: Period) -> String {
    match period {
        Period::Days(n) => counted(n, "trading day"),
        Period::Weeks(n) => counted(n, "week"),
        Period::Months(n) => counted(n, "month"),
        Period::Years(n) => counted(n, "year"),
        Period::YearToDate => "year to date".to_owned(),
        Period::Max => "all there is".to_owned(),
    }
}

fn counted(n: u16, unit: &str) -> String {
    format!("{n} {unit}{}", if n == 1 { "" } else { "s" })
}

/// How long bars are: `daily`, `every 5 min`.
pub(super) fn interval(interval: Interval) -> &'static str {
    match interval {
        Interval::M1 => "every minute",
        Interval::M2 => "every 2 min",
        Interval::M5 => "every 5 min",
        Interval::M10 => "every 10 min",
        Interval::M15 => "every 15 min",
        Interval::M30 => "every 30 min",
        Interval::H1 => "hourly",
        Interval::M90 => "every 90 min",
        Interval::H2 => "every 2 hours",
        Interval::H4 => "every 4 hours",
        Interval::D1 => "daily",
        Interval::Wk1 => "weekly",
        Interval::Mo1 => "monthly",
        Interval::Mo3 => "quarterly",
    }
}

/// A detail as a sentence that ends: a question keeps its mark.
pub(super) fn ended(detail: &str) -> String {
    let end = if detail.ends_with(['.', '?', '!']) { "" } else { "." };
    format!("{detail}{end}")
}

/// A price with what it is counted in: `7,150.09 EUR`.
pub(super) fn priced(quote: &Quote, decimals: u8) -> String {
    let price = format::price(quote.price.get(), decimals);
    quote.currency.as_ref().map_or(price.clone(), |currency| format!("{price} {currency}"))
}

/// What a change is counted from.
pub(super) fn since(kind: PreviousKind) -> &'static str {
    match kind {
        PreviousKind::Close => "since previous close",
        PreviousKind::DayAgo => "in 24 h",
        PreviousKind::Publication => "since previous publication",
    }
}

/// What a market is doing.
pub(super) fn market(state: MarketState) -> &'static str {
    match state {
        MarketState::Pre => "before the open",
        MarketState::Open => "market open",
        MarketState::Post => "after hours",
        MarketState::Closed => "market closed",
    }
}

/// Which way a price went, as a word for style sheets and an arrow for eyes.
pub(super) fn direction(change: f64) -> (&'static str, &'static str) {
    if change > 0.0 {
        ("up", "▲")
    } else if change < 0.0 {
        ("down", "▼")
    } else {
        ("level", "=")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_has_one_mark_at_its_end() {
        assert_eq!(
            ended("no source knows AAPPL; did you mean AAPL?"),
            "no source knows AAPPL; did you mean AAPL?"
        );
        assert_eq!(ended("no upstream knows CAC41"), "no upstream knows CAC41.");
    }

    #[test]
    fn stretches_read_as_people_say_them() {
        let read = |text: &str| period(text.parse().unwrap());
        assert_eq!(read("1mo"), "1 month");
        assert_eq!(read("7d"), "7 trading days");
        assert_eq!(read("max"), "all there is");
        let dates = Span::dates("2024-01-02".parse().unwrap(), "2024-02-05".parse().unwrap());
        assert_eq!(span(&dates.unwrap()), "2 Jan 2024 to 5 Feb 2024");
    }
}
