use crate::{Instrument, Kind, Symbol};

/// What we know of instruments before any upstream has told us anything: the
/// names people use, what they stand for, and who answers for them.
///
/// Facts are data at the top of this file; the rest is look-up.
#[derive(Clone, Debug, Default)]
pub struct Catalog;

/// Symbol, native name at Yahoo, name for people, currency, zone, decimals.
const INDICES: [(&str, &str, &str, &str, &str, u8); 1] =
    [("CAC40", "^FCHI", "CAC 40", "EUR", "Europe/Paris", 2)];

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

fn is_currency(code: &str) -> bool {
    CURRENCIES.contains(&code)
}

fn crypto_name(code: &str) -> Option<&'static str> {
    CRYPTO.iter().find(|(known, _)| *known == code).map(|(_, name)| *name)
}

impl Catalog {
    /// The catalog built into the program.
    pub fn new() -> Self {
        Self
    }

    /// The one symbol that all spellings of an instrument resolve to.
    ///
    /// `^FCHI` is `CAC40`; `EUR_USD` and `EURUSD=X` are `EUR/USD`; `JPY=X` is
    /// `USD/JPY`; `BTC-EUR` and `BTC_EUR` are `BTC/EUR`. Any other symbol is
    /// its own.
    pub fn canonical(&self, symbol: &Symbol) -> Symbol {
        let text = symbol.as_str();
        let index = INDICES.iter().find(|(_, native, ..)| *native == text);
        let found =
            index.map(|(name, ..)| (*name).to_owned()).or_else(|| pair_written_otherwise(text));
        found.and_then(|name| name.parse().ok()).unwrap_or_else(|| symbol.clone())
    }

    /// What we assume of an instrument until a source describes it.
    ///
    /// Expects a canonical symbol.
    pub fn instrument(&self, symbol: &Symbol) -> Instrument {
        if let Some(&(_, _, name, currency, zone, decimals)) =
            INDICES.iter().find(|(known, ..)| *known == symbol.as_str())
        {
            return described(symbol, name, Kind::Index, currency, zone, decimals);
        }
        match symbol.pair() {
            Some((base, quote)) => pair_instrument(symbol, base, quote),
            None => described(symbol, symbol.as_str(), kind_by_spelling(symbol), "", "UTC", 2),
        }
    }

    /// Names of the sources that answer for an instrument, first choice first.
    ///
    /// Expects a canonical symbol.
    pub fn sources(&self, symbol: &Symbol) -> &'static [&'static str] {
        match symbol.pair() {
            Some((base, _)) if crypto_name(base).is_some() => &["coingecko", "yahoo"],
            Some(_) => &["yahoo", "er_api", "ecb"],
            None => &["yahoo"],
        }
    }

    /// Names of the sources whose streams tell of an instrument, first choice
    /// first. That one has a stream does not mean that this instrument is in it.
    ///
    /// Expects a canonical symbol.
    pub fn streams(&self, symbol: &Symbol) -> &'static [&'static str] {
        match symbol.pair() {
            Some((base, _)) if crypto_name(base).is_some() => &["kraken", "yahoo"],
            _ => &["yahoo"],
        }
    }

    /// A second source whose prices are as live as the first's, to compare with.
    ///
    /// Expects a canonical symbol. Rates that are set once a day are not.
    pub fn second_live_source(&self, symbol: &Symbol) -> Option<&'static str> {
        let (base, _) = symbol.pair()?;
        crypto_name(base)?;
        self.sources(symbol).get(1).copied()
    }

    /// What Yahoo calls an instrument, which is also how most people would.
    pub fn yahoo_name(&self, symbol: &Symbol) -> String {
        if let Some((_, native, ..)) = INDICES.iter().find(|(known, ..)| *known == symbol.as_str())
        {
            return (*native).to_owned();
        }
        match symbol.pair() {
            Some((base, quote)) if is_currency(base) => format!("{base}{quote}=X"),
            Some((base, quote)) => format!("{base}-{quote}"),
            None => symbol.as_str().to_owned(),
        }
    }

    /// Other spellings of a canonical symbol that resolve to it.
    pub fn aliases(&self, symbol: &Symbol) -> Vec<String> {
        let pair = symbol.pair().into_iter();
        let written =
            pair.flat_map(|(base, quote)| [format!("{base}_{quote}"), format!("{base}-{quote}")]);
        let mut aliases: Vec<String> =
            std::iter::once(self.yahoo_name(symbol)).chain(written).collect();
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

fn pair_written_otherwise(text: &str) -> Option<String> {
    if let Some(codes) = text.strip_suffix("=X").filter(|codes| codes.is_ascii()) {
        let (base, quote) =
            if codes.len() == 3 { ("USD", codes) } else { codes.split_at_checked(3)? };
        return (is_currency(base) && is_currency(quote)).then(|| format!("{base}/{quote}"));
    }
    let (base, quote) = text.split_once(['-', '_'])?;
    let known_base = crypto_name(base).is_some() || (is_currency(base) && text.contains('_'));
    (known_base && is_currency(quote)).then(|| format!("{base}/{quote}"))
}

fn pair_instrument(symbol: &Symbol, base: &str, quote: &str) -> Instrument {
    let decimals = if quote == "JPY" { 3 } else { 4 };
    if let Some(name) = crypto_name(base) {
        return described(symbol, &format!("{name} in {quote}"), Kind::Crypto, quote, "UTC", 2);
    }
    let name = format!("{base} in {quote}");
    described(symbol, &name, Kind::Currency, quote, "Europe/London", decimals)
}

fn kind_by_spelling(symbol: &Symbol) -> Kind {
    match symbol.as_str() {
        name if name.starts_with('^') => Kind::Index,
        name if name.ends_with("=F") => Kind::Future,
        name if name.ends_with("=X") => Kind::Currency,
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
mod tests {
    use super::*;

    fn symbol(text: &str) -> Symbol {
        text.parse().unwrap()
    }

    #[test]
    fn all_spellings_of_an_instrument_are_one() {
        for (name, spellings) in [
            ("CAC40", vec!["CAC40", "^FCHI", "cac40"]),
            ("EUR/USD", vec!["EUR/USD", "EUR_USD", "EURUSD=X", "eur/usd"]),
            ("BTC/EUR", vec!["BTC/EUR", "BTC_EUR", "BTC-EUR"]),
            ("USD/JPY", vec!["JPY=X", "USDJPY=X"]),
            ("BRK-B", vec!["BRK-B"]),
            ("EURUSD", vec!["EURUSD"]),
            ("ABCDEF=X", vec!["ABCDEF=X"]),
        ] {
            for spelling in spellings {
                assert_eq!(Catalog::new().canonical(&symbol(spelling)), symbol(name), "{spelling}");
            }
        }
    }

    #[test]
    fn yahoo_names_resolve_back() {
        let catalog = Catalog::new();
        for name in ["CAC40", "EUR/USD", "BTC/EUR", "USD/JPY", "AAPL", "^GSPC", "GC=F"] {
            let native = catalog.yahoo_name(&symbol(name));
            assert_eq!(catalog.canonical(&symbol(&native)), symbol(name), "{native}");
        }
    }

    #[test]
    fn instruments_know_kind_currency_and_order_of_sources() {
        let catalog = Catalog::new();
        let check = |name: &str, kind, currency: &str, sources: &[&str]| {
            let instrument = catalog.instrument(&symbol(name));
            assert_eq!(instrument.kind, kind, "{name}");
            assert_eq!(instrument.currency, currency.parse().ok(), "{name}");
            assert_eq!(catalog.sources(&instrument.symbol), sources, "{name}");
        };
        check("CAC40", Kind::Index, "EUR", &["yahoo"]);
        check("EUR/USD", Kind::Currency, "USD", &["yahoo", "er_api", "ecb"]);
        check("BTC/EUR", Kind::Crypto, "EUR", &["coingecko", "yahoo"]);
        check("GC=F", Kind::Future, "", &["yahoo"]);
    }

    #[test]
    fn crypto_is_streamed_by_an_exchange_and_the_rest_by_yahoo() {
        let catalog = Catalog::new();
        assert_eq!(catalog.streams(&symbol("BTC/EUR")), ["kraken", "yahoo"]);
        for name in ["EUR/USD", "CAC40", "GC=F"] {
            assert_eq!(catalog.streams(&symbol(name)), ["yahoo"], "{name}");
        }
    }

    #[test]
    fn every_alias_leads_back() {
        let aliases = |name: &str| Catalog::new().aliases(&symbol(name));
        assert_eq!(aliases("CAC40"), ["^FCHI"]);
        assert_eq!(aliases("EUR/USD"), ["EURUSD=X", "EUR_USD"]);
        assert_eq!(aliases("BTC/EUR"), ["BTC-EUR", "BTC_EUR"]);
        assert!(aliases("AAPL").is_empty());
    }

    #[test]
    fn near_misses_are_named() {
        let near = |text: &str| Catalog::new().near(&symbol(text), [].into_iter());
        assert_eq!(near("CAC4O")[0], symbol("CAC40"));
        assert_eq!(near("EURUSDX")[0], symbol("EUR/USD"));
        assert!(near("QQQQQQQQ").is_empty());
    }
}
