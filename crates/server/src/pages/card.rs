use jiff::SignedDuration;
use market::{Freshness, Instrument, MarketState, Price, Quote};

use super::{address, format, words};
use query::explain::Reason;

/// An instrument and what is known of its price.
pub(crate) struct Card {
    /// The instrument.
    pub(crate) instrument: Instrument,
    /// Its latest price, if there is one.
    pub(crate) quote: Option<Quote>,
    /// Whether that may be taken for the present price.
    pub(crate) freshness: Freshness,
    /// What its market is doing, where anything tells.
    pub(crate) market_state: Option<MarketState>,
    /// How old the price is, where its source says when it was true.
    pub(crate) age: Option<SignedDuration>,
    /// Why there is no price, an old one, or a newer one that is not believed.
    pub(crate) because: Option<Reason>,
    /// A live price of another source that differs from this one, or the one believed before.
    pub(crate) rival: Option<Quote>,
}

/// A card in words. `web/src/dashboard/card.ts` words each later state of the same card.
pub(super) struct CardText<'a> {
    pub(super) symbol: &'a str,
    pub(super) name: &'a str,
    pub(super) kind: &'static str,
    pub(super) history: String,
    /// The price with every digit it was published with.
    pub(super) exact: Option<String>,
    pub(super) price: String,
    pub(super) unit: String,
    /// `up`, `down`, `level` or `none`.
    pub(super) direction: &'static str,
    pub(super) arrow: &'static str,
    pub(super) change: String,
    /// The change by itself, and in per cent.
    pub(super) moved: String,
    pub(super) percent: String,
    pub(super) since: &'static str,
    pub(super) market: &'static str,
    /// The day's range in words.
    pub(super) range: String,
    pub(super) low: String,
    pub(super) high: String,
    /// Where the price stands in the day's range: `62.5%` of the way up.
    pub(super) mark: Option<String>,
    pub(super) source: String,
    pub(super) badge: &'static str,
    /// Whether a source has been asked and has not answered yet.
    pub(super) pending: bool,
    pub(super) as_of: Option<String>,
    pub(super) age: String,
    /// What speaks against the price.
    pub(super) note: String,
}

impl Card {
    /// The card in words. A price that is not there is said to be missing.
    pub(super) fn text(&self) -> CardText<'_> {
        let Instrument { symbol, name, kind, price_decimals, .. } = &self.instrument;
        let quote = self.quote.as_ref();
        let (direction, arrow) =
            quote.and_then(Quote::change).map_or(("none", ""), words::direction);
        let there = |text: fn(&Quote) -> Option<String>| quote.and_then(text).unwrap_or_default();
        CardText {
            symbol: symbol.as_str(),
            name,
            kind: kind.as_str(),
            history: address::view(symbol.as_str(), "1mo", None),
            exact: quote.map(|quote| quote.price.to_string()),
            price: quote.map_or("no value".into(), |quote| shown(quote.price, *price_decimals)),
            unit: there(|quote| quote.currency.as_ref().map(ToString::to_string)),
            direction,
            arrow,
            change: quote.map_or_else(String::new, |quote| change_text(quote, *price_decimals)),
            moved: quote.and_then(|quote| moved_text(quote, *price_decimals)).unwrap_or_default(),
            percent: there(|quote| quote.change_percent().map(format::percent)),
            since: quote.and_then(|quote| quote.previous).map_or("", |p| words::since(p.kind)),
            market: self.market_state.map_or("", words::market),
            range: quote
                .and_then(|quote| range_text(quote, *price_decimals))
                .unwrap_or_else(|| "–".into()),
            low: side(quote.and_then(|quote| quote.day_low), *price_decimals),
            high: side(quote.and_then(|quote| quote.day_high), *price_decimals),
            mark: quote.and_then(mark),
            source: quote.map_or_else(|| "–".into(), |quote| quote.source.to_string()),
            badge: self.freshness.as_str(),
            pending: self.is_pending(),
            as_of: quote.and_then(|quote| quote.as_of).map(|as_of| as_of.to_string()),
            age: self.age_text(),
            note: self.note(),
        }
    }

    /// Whether a source has been asked and has not answered yet.
    pub(super) fn is_pending(&self) -> bool {
        self.because.as_ref().is_some_and(|because| because.name == "pending")
    }

    fn note(&self) -> String {
        // The banner says what there is to say of simulated prices.
        let because = self.because.as_ref().filter(|_| self.freshness != Freshness::Simulated);
        let because = because.map(|because| because.detail.clone());
        let disputed = self.rival.as_ref().map(|rival| self.dispute(rival));
        because.into_iter().chain(disputed).collect::<Vec<_>>().join("; ")
    }

    /// `disputed: another source says 61,234.00 EUR`
    pub(super) fn dispute(&self, rival: &Quote) -> String {
        let price = words::priced(rival, self.instrument.price_decimals);
        format!("disputed: {} says {price}", rival.source)
    }

    fn age_text(&self) -> String {
        match (&self.quote, self.age) {
            (None, _) => "–".to_owned(),
            (Some(_), None) => "unknown".to_owned(),
            (Some(_), Some(age)) => format::age(age),
        }
    }
}

fn shown(price: Price, decimals: u8) -> String {
    format::price(price.get(), decimals)
}

fn moved_text(quote: &Quote, decimals: u8) -> Option<String> {
    let decimals = format::shown_decimals(quote.price.get(), decimals);
    quote.change().map(|change| format::signed(change, decimals))
}

fn change_text(quote: &Quote, decimals: u8) -> String {
    let Some(change) = moved_text(quote, decimals) else {
        return "no earlier price known".to_owned();
    };
    match quote.change_percent() {
        Some(percent) => format!("{change} ({})", format::percent(percent)),
        None => change,
    }
}

fn side(price: Option<Price>, decimals: u8) -> String {
    price.map_or_else(|| "–".to_owned(), |price| shown(price, decimals))
}

/// `None` where there is no range, or none that the price is in.
fn mark(quote: &Quote) -> Option<String> {
    let (low, high) = (quote.day_low?.get(), quote.day_high?.get());
    let share = (quote.price.get() - low) / (high - low) * 100.0;
    (0.0..=100.0).contains(&share).then(|| format!("{share:.1}%"))
}

fn range_text(quote: &Quote, decimals: u8) -> Option<String> {
    let (low, high) = (quote.day_low?, quote.day_high?);
    Some(format!("{} – {}", shown(low, decimals), shown(high, decimals)))
}
