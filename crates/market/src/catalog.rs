use std::collections::HashMap;

use crate::{Instrument, Kind, Rank, ReferenceRates, SourceFacts, Symbol, UpstreamFacts};

/// What we know of instruments before any upstream has answered: the
/// names people use, what they stand for, and who answers for them.
///
/// Our own names are data at the top of this file; who answers, and how sources
/// spell the same things, is handed in. The rest is look-up.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    sources: Vec<&'static SourceFacts>,
    orders: HashMap<Kind, Order>,
}

/// Who answers for a kind of instrument, by name, first choice first.
#[derive(Clone, Debug, Default)]
struct Order {
    polled: Vec<&'static str>,
    streamed: Vec<&'static str>,
    live: Vec<&'static str>,
}

/// Symbol, name for people, currency, zone, decimals.
const INDICES: [(&str, &str, &str, &str, u8); 1] = [("CAC40", "CAC 40", "EUR", "Europe/Paris", 2)];

/// ISO 4217 codes quoted often enough to be read out of a six-letter name.
const CURRENCIES: [&str; 42] = [
    "AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNH", "CNY", "COP", "CZK", "DKK",
    "EGP", "EUR", "GBP", "HKD", "HUF", "IDR", "ILS", "INR", "ISK", "JPY", "KRW", "MAD", "MXN",
    "MYR", "NOK", "NZD", "PEN", "PHP", "PLN", "RON", "RUB", "SAR", "SEK", "SGD", "THB", "TRY",
    "TWD", "USD", "ZAR",
];

/// Crypto assets by code, with their names.
const CRYPTO: [(&str, &str); 14] = [
    ("BTC", "Bitcoin"),
    ("ETH", "Ethereum"),
    ("SOL", "Solana"),
    ("XRP", "XRP"),
    ("ADA", "Cardano"),
    ("DOGE", "Dogecoin"),
    ("DOT", "Polkadot"),
    ("LTC", "Litecoin"),
    ("BCH", "Bitcoin Cash"),
    ("LINK", "Chainlink"),
    ("AVAX", "Avalanche"),
    ("XLM", "Stellar"),
    ("BNB", "BNB"),
    ("TRX", "TRON"),
];

/// Symbols named in near misses besides those already in use.
const WELL_KNOWN: [&str; 12] = [
    "CAC40", "EUR/USD", "BTC/EUR", "EUR/GBP", "EUR/CHF", "EUR/JPY", "GBP/USD", "USD/JPY",
    "BTC/USD", "ETH/EUR", "AAPL", "MSFT",
];

fn crypto_name(code: &str) -> Option<&'static str> {
    CRYPTO.iter().find(|(known, _)| *known == code).map(|(_, name)| *name)
}

impl Catalog {
    /// Our own names alone: nobody answers for anything.
    pub fn new() -> Self {
        Self::default()
    }

    /// Our own names, with those who answer for them.
    pub fn of(sources: impl IntoIterator<Item = &'static SourceFacts>) -> Self {
        let sources: Vec<_> = sources.into_iter().collect();
        let orders = Kind::ALL.map(|kind| (kind, Order::of(kind, &sources))).into();
        Self { sources, orders }
    }

    /// The one symbol that all spellings of an instrument resolve to.
    ///
    /// `EUR_USD` is `EUR/USD`; `BTC-EUR` and `BTC_EUR` are `BTC/EUR`; what a
    /// source calls an instrument is what we call it. Any other symbol is its
    /// own.
    pub fn canonical(&self, symbol: &Symbol) -> Symbol {
        let text = symbol.as_str();
        let found = self.spelt_by_a_source(text).or_else(|| pair_written_otherwise(text));
        found.and_then(|name| name.parse().ok()).unwrap_or_else(|| symbol.clone())
    }

    fn spelt_by_a_source(&self, text: &str) -> Option<String> {
        let spellings = self.sources.iter().filter_map(|source| source.spelling.as_ref());
        spellings.into_iter().find_map(|spelling| {
            let named = spelling.names.iter().find(|(_, theirs)| *theirs == text);
            let pair = || {
                let (base, quote) = (spelling.pair)(text)?;
                let are_known = Self::is_currency(base) && Self::is_currency(quote);
                are_known.then(|| format!("{base}/{quote}"))
            };
            named.map(|(ours, _)| (*ours).to_owned()).or_else(pair)
        })
    }

    /// Whether a code is that of a currency that is quoted often.
    pub fn is_currency(code: &str) -> bool {
        CURRENCIES.contains(&code)
    }

    /// What we assume of an instrument until a source describes it.
    ///
    /// Expects a canonical symbol.
    pub fn instrument(&self, symbol: &Symbol) -> Instrument {
        if let Some(&(_, name, currency, zone, decimals)) = index(symbol) {
            return described(symbol, name, Kind::Index, currency, zone, decimals);
        }
        match symbol.pair() {
            Some((base, quote)) => pair_instrument(symbol, base, quote),
            None => described(symbol, symbol.as_str(), kind(symbol), "", "UTC", 2),
        }
    }

    /// Names of the sources that answer for an instrument, first choice first.
    ///
    /// Expects a canonical symbol.
    pub fn sources(&self, symbol: &Symbol) -> &[&'static str] {
        self.order(symbol).map_or(&[], |order| &order.polled)
    }

    /// Names of the sources whose streams tell of an instrument, first choice
    /// first. That one has a stream does not mean that this instrument is in it.
    ///
    /// Expects a canonical symbol.
    pub fn streams(&self, symbol: &Symbol) -> &[&'static str] {
        self.order(symbol).map_or(&[], |order| &order.streamed)
    }

    /// A second source whose prices are as live as the first's, to compare with.
    ///
    /// Expects a canonical symbol. Rates that are set once a day are not.
    pub fn second_live_source(&self, symbol: &Symbol) -> Option<&'static str> {
        self.order(symbol)?.live.get(1).copied()
    }

    fn order(&self, symbol: &Symbol) -> Option<&Order> {
        let kind = match kind(symbol) {
            // A name that is no pair of currencies we know means something to those
            // who list it, as a share's does, and to nobody who only knows currencies.
            Kind::Currency if symbol.pair().is_none() => Kind::Equity,
            kind => kind,
        };
        self.orders.get(&kind)
    }

    /// What is known of an upstream, by its name.
    pub fn upstream(&self, name: &str) -> Option<&'static UpstreamFacts> {
        let mut upstreams = self.sources.iter().flat_map(|source| source.upstreams());
        upstreams.find(|upstream| upstream.name == name)
    }

    /// The reference rates of the first source that sets any.
    pub fn reference_rates(&self) -> Option<&'static ReferenceRates> {
        self.sources.iter().find_map(|source| source.reference.as_ref())
    }

    /// Other spellings of a canonical symbol that resolve to it.
    pub fn aliases(&self, symbol: &Symbol) -> Vec<String> {
        let pair = symbol.pair().into_iter();
        let written =
            pair.flat_map(|(base, quote)| [format!("{base}_{quote}"), format!("{base}-{quote}")]);
        let spellings = self.sources.iter().filter_map(|source| source.spelling.as_ref());
        let mut aliases: Vec<String> =
            spellings.map(|spelling| spelling.of(symbol)).chain(written).collect();
        let resolves = |name: &String| {
            name.parse().is_ok_and(|alias| self.canonical(&alias) == *symbol && alias != *symbol)
        };
        aliases.retain(resolves);
        aliases.sort();
        aliases.dedup();
        aliases
    }

    /// Up to three known symbols that look like a mistyped one, best first.
    pub fn near<'a>(
        &self,
        symbol: &Symbol,
        known: impl Iterator<Item = &'a Symbol>,
    ) -> Vec<Symbol> {
        let well_known = WELL_KNOWN.iter().filter_map(|name| name.parse().ok());
        let mut scored: Vec<(f64, Symbol)> = known
            .cloned()
            .chain(well_known)
            .filter(|candidate| candidate != symbol)
            .map(|candidate| (likeness(symbol, &candidate), candidate))
            .filter(|(score, _)| *score > 0.6)
            .collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        scored.dedup_by(|a, b| a.1 == b.1);
        scored.into_iter().take(3).map(|(_, symbol)| symbol).collect()
    }
}

fn likeness(a: &Symbol, b: &Symbol) -> f64 {
    let bare = |s: &Symbol| s.as_str().replace(['/', '-', '_', '^', '='], "");
    strsim::normalized_damerau_levenshtein(&bare(a), &bare(b))
}

impl Order {
    fn of(kind: Kind, sources: &[&'static SourceFacts]) -> Self {
        let polled = sources.iter().filter_map(|source| Some((*source, source.polled.as_ref()?)));
        let live = polled.clone().filter(|(_, polled)| polled.is_live);
        let streamed =
            sources.iter().filter_map(|source| Some((*source, source.streamed.as_ref()?)));
        Self {
            polled: ranked(kind, polled.map(|(source, polled)| (source.name, polled.ranks))),
            streamed: ranked(kind, streamed.map(|(source, it)| (source.name, it.ranks))),
            live: ranked(kind, live.map(|(source, polled)| (source.name, polled.ranks))),
        }
    }
}

/// Those that have instruments of a kind, by rank.
fn ranked(
    kind: Kind,
    sources: impl Iterator<Item = (&'static str, &'static [Rank])>,
) -> Vec<&'static str> {
    let rank = |ranks: &[Rank]| ranks.iter().find(|it| it.kinds.contains(&kind)).map(|it| it.rank);
    let mut ranked: Vec<_> = sources.filter_map(|(name, it)| Some((rank(it)?, name))).collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, name)| name).collect()
}

fn pair_written_otherwise(text: &str) -> Option<String> {
    let (base, quote) = text.split_once(['-', '_'])?;
    let is_currency = Catalog::is_currency;
    let known_base = crypto_name(base).is_some() || (is_currency(base) && text.contains('_'));
    (known_base && is_currency(quote)).then(|| format!("{base}/{quote}"))
}

fn index(
    symbol: &Symbol,
) -> Option<&'static (&'static str, &'static str, &'static str, &'static str, u8)> {
    INDICES.iter().find(|(known, ..)| *known == symbol.as_str())
}

fn pair_instrument(symbol: &Symbol, base: &str, quote: &str) -> Instrument {
    let decimals = if quote == "JPY" { 3 } else { 4 };
    if let Some(name) = crypto_name(base) {
        return described(symbol, &format!("{name} in {quote}"), Kind::Crypto, quote, "UTC", 2);
    }
    let name = format!("{base} in {quote}");
    described(symbol, &name, Kind::Currency, quote, "Europe/London", decimals)
}

/// The kind of an instrument, as far as its symbol gives it away.
fn kind(symbol: &Symbol) -> Kind {
    match (symbol.as_str(), symbol.pair()) {
        (_, Some((base, _))) if crypto_name(base).is_some() => Kind::Crypto,
        (_, Some(_)) => Kind::Currency,
        (name, None) if index(symbol).is_some() || name.starts_with('^') => Kind::Index,
        (name, None) if name.ends_with("=F") => Kind::Future,
        (name, None) if name.ends_with("=X") => Kind::Currency,
        _ => Kind::Equity,
    }
}

fn described(
    symbol: &Symbol,
    name: &str,
    kind: Kind,
    currency: &str,
    time_zone: &str,
    price_decimals: u8,
) -> Instrument {
    Instrument {
        symbol: symbol.clone(),
        name: name.to_owned(),
        kind,
        currency: currency.parse().ok(),
        exchange: None,
        mic: None,
        first_trade: None,
        time_zone: time_zone.to_owned(),
        price_decimals,
    }
}

#[cfg(test)]
mod tests;
