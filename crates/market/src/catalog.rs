mod order;
mod preference;

use std::collections::HashMap;

use self::order::Order;
pub use self::preference::{NoPreference, Preference};
use crate::currency::iso;
use crate::{
    Credit, Identifier, Instrument, Kind, Redistribution, ReferenceRates, SourceFacts, Spelling,
    Symbol, UpstreamFacts,
};

/// What we know of instruments before any upstream has answered: the
/// names people use, what they stand for, and who answers for them.
///
/// Our own names are data at the top of this file; who answers, and how sources
/// spell the same things, is handed in. The rest is look-up.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    sources: Vec<&'static SourceFacts>,
    orders: HashMap<Kind, Order>,
    preferred: Vec<(Preference, HashMap<Kind, Order>)>,
}

/// Symbol, name for people, currency, zone, decimals.
const INDICES: [(&str, &str, &str, &str, u8); 1] = [("CAC40", "CAC 40", "EUR", "Europe/Paris", 2)];

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
        Self { sources, orders, preferred: Vec::new() }
    }

    /// The same, where some sources go first for some symbols. Of several preferences about
    /// a symbol the first counts.
    #[must_use]
    pub fn preferring(mut self, preferences: &[Preference]) -> Self {
        let of = |preference: &Preference| {
            let usual = self.orders.iter();
            let orders = usual.map(|(kind, order)| (*kind, preference.applied_to(order)));
            (preference.clone(), orders.collect())
        };
        self.preferred = preferences.iter().map(of).collect();
        self
    }

    /// The one symbol that all spellings of an instrument resolve to.
    ///
    /// `EUR_USD` is `EUR/USD`; `BTC-EUR` and `BTC_EUR` are `BTC/EUR`; what a
    /// source calls an instrument is what we call it, its own codes included:
    /// `XBT/EUR` is `BTC/EUR`. Any other symbol is its own. Six letters alone are
    /// never a pair: they may be a share.
    pub fn canonical(&self, symbol: &Symbol) -> Symbol {
        let text = symbol.as_str();
        let found = self.spelt_by_a_source(text).or_else(|| self.pair_written_otherwise(text));
        found.and_then(|name| name.parse().ok()).unwrap_or_else(|| symbol.clone())
    }

    fn spelt_by_a_source(&self, text: &str) -> Option<String> {
        self.spellings().find_map(|spelling| {
            let named = spelling.names.iter().find(|(_, theirs)| *theirs == text);
            let pair = || {
                let (base, quote) = (spelling.pair)(text)?;
                let (base, quote) = (self.code(base), self.code(quote));
                let are_known = Self::is_priced(base) && Self::is_currency(quote);
                are_known.then(|| format!("{base}/{quote}"))
            };
            named.map(|(ours, _)| (*ours).to_owned()).or_else(pair)
        })
    }

    fn pair_written_otherwise(&self, text: &str) -> Option<String> {
        let (base, quote) = text.split_once(['-', '_', '/'])?;
        let (base, quote) = (self.code(base), self.code(quote));
        let is_coin = crypto_name(base).is_some();
        let is_known = text.contains('/') || is_coin || !text.contains('-');
        let are_priced = Self::is_priced(base) && Self::is_currency(quote);
        (is_known && are_priced).then(|| format!("{base}/{quote}"))
    }

    /// Whether a code is that of a currency, by ISO 4217 or by custom, be it one
    /// that has ended.
    pub fn is_currency(code: &str) -> bool {
        iso::is_currency(code)
    }

    /// The name of a crypto asset, by its code.
    pub fn coin_name(code: &str) -> Option<&'static str> {
        crypto_name(code)
    }

    /// Whether a code can be either side of a pair.
    fn is_priced(code: &str) -> bool {
        Self::is_currency(code) || crypto_name(code).is_some()
    }

    /// Our code for a currency or coin that a source writes otherwise, such as
    /// `XBT` for `BTC`; any other code is its own.
    pub fn code<'a>(&self, code: &'a str) -> &'a str {
        let known = self.spellings().flat_map(|spelling| spelling.codes);
        known.into_iter().find(|(_, theirs)| *theirs == code).map_or(code, |(ours, _)| *ours)
    }

    fn spellings(&self) -> impl Iterator<Item = &'static Spelling> {
        self.sources.iter().filter_map(|source| source.spelling.as_ref())
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

    /// None for what stands for an instrument that nobody here knows: sources are asked by
    /// symbols.
    fn order(&self, symbol: &Symbol) -> Option<&Order> {
        if Identifier::of(symbol).is_some() {
            return None;
        }
        let kind = match kind(symbol) {
            // A name that is no pair of currencies we know means something to those
            // who list it, as a share's does, and to nobody who only knows currencies.
            Kind::Currency if symbol.pair().is_none() => Kind::Equity,
            kind => kind,
        };
        let preferred = self.preferred.iter().find(|(it, _)| it.is_about(symbol));
        preferred.map_or(&self.orders, |(_, orders)| orders).get(&kind)
    }

    /// What is known of an upstream, by its name.
    pub fn upstream(&self, name: &str) -> Option<&'static UpstreamFacts> {
        let mut upstreams = self.sources.iter().flat_map(|source| source.upstreams());
        upstreams.find(|upstream| upstream.name == name)
    }

    /// To whom what a source tells may be shown, and where its terms are: those of its
    /// upstreams that allow the least. `None` where there is no such source.
    pub fn terms_of(&self, source: &str) -> Option<(Redistribution, &'static str)> {
        let facts = self.sources.iter().find(|facts| facts.name == source)?;
        let all = facts.upstreams().map(|it| it.allowance);
        let strictest = all.min_by_key(|allowance| allowance.redistribution)?;
        Some((strictest.redistribution, strictest.terms_url))
    }

    /// Whether a source tells with its bars what was paid and split. What was imported does.
    pub fn tells_actions(&self, source: &str) -> bool {
        let polled = self.sources.iter().find(|facts| facts.name == source);
        polled.and_then(|facts| facts.polled.as_ref()).is_none_or(|polled| polled.tells_actions)
    }

    /// How pages give credit to each source.
    pub fn credits(&self) -> impl Iterator<Item = &'static Credit> {
        self.sources.iter().map(|source| &source.credit)
    }

    /// The reference rates of the first source that sets any.
    pub fn reference_rates(&self) -> Option<&'static ReferenceRates> {
        self.sources.iter().find_map(|source| source.reference.as_ref())
    }

    /// What a source calls an instrument; `None` where people do not spell it as that
    /// source does.
    ///
    /// Expects a canonical symbol.
    pub fn spelt_by(&self, source: &str, symbol: &Symbol) -> Option<String> {
        let source = self.sources.iter().find(|known| known.name == source)?;
        source.spelling.as_ref().map(|spelling| spelling.of(symbol))
    }

    /// Other spellings of a canonical symbol that resolve to it.
    pub fn aliases(&self, symbol: &Symbol) -> Vec<String> {
        let pair = symbol.pair().into_iter();
        let written =
            pair.flat_map(|(base, quote)| [format!("{base}_{quote}"), format!("{base}-{quote}")]);
        let mut aliases: Vec<String> =
            self.spellings().map(|spelling| spelling.of(symbol)).chain(written).collect();
        let resolves = |name: &String| {
            name.parse().is_ok_and(|alias| self.canonical(&alias) == *symbol && alias != *symbol)
        };
        aliases.retain(resolves);
        aliases.sort();
        aliases.dedup();
        aliases
    }

    /// The pair that a name without a slash may mean: `BTC/EUR` by `BTCEUR`.
    fn pair_run_together(&self, symbol: &Symbol) -> Option<Symbol> {
        let text = symbol.as_str();
        let cuts = (3..text.len()).filter_map(|cut| text.split_at_checked(cut));
        let mut pairs = cuts.map(|(base, quote)| (self.code(base), self.code(quote)));
        let (base, quote) =
            pairs.find(|(base, quote)| Self::is_priced(base) && Self::is_currency(quote))?;
        format!("{base}/{quote}").parse().ok()
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
            .chain(self.pair_run_together(symbol))
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

fn index(
    symbol: &Symbol,
) -> Option<&'static (&'static str, &'static str, &'static str, &'static str, u8)> {
    INDICES.iter().find(|(known, ..)| *known == symbol.as_str())
}

fn pair_instrument(symbol: &Symbol, base: &str, quote: &str) -> Instrument {
    let decimals = pair_decimals(quote);
    if let Some(name) = crypto_name(base) {
        return described(symbol, &format!("{name} in {quote}"), Kind::Crypto, quote, "UTC", 2);
    }
    let name = format!("{base} in {quote}");
    described(symbol, &name, Kind::Currency, quote, "Europe/London", decimals)
}

/// Two digits more than amounts in the currency have, and three at least: the
/// custom of currency markets, which quote the dollar in 1.0850 and the yen in
/// 155.200.
fn pair_decimals(quote: &str) -> u8 {
    (iso::minor_digits(quote) + 2).max(3)
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
        name: name.into(),
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
