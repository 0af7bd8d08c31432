use std::sync::LazyLock;

use market::{Catalog, Symbol};

use super::facts::{FACTS, SPELLING};

/// Our names and Yahoo's, and nobody else's.
static NAMES: LazyLock<Catalog> = LazyLock::new(|| Catalog::of([&FACTS]));

/// What Yahoo calls an instrument. Expects a canonical symbol.
pub(crate) fn name_of(symbol: &Symbol) -> String {
    SPELLING.of(symbol)
}

/// Whether a name is one that Yahoo has for an instrument. It writes its own
/// names in lower case at times, and `JPY=X` for `USDJPY=X`, whatever the currency.
pub(super) fn means(name: &str, symbol: &Symbol) -> bool {
    let short = symbol.pair().and_then(|(base, quote)| (base == "USD").then_some(quote));
    let is_short = short.is_some_and(|quote| name.eq_ignore_ascii_case(&format!("{quote}=X")));
    is_short || name.parse().is_ok_and(|name| canonical(&name) == *symbol)
}

/// The instrument that Yahoo means by a name.
pub(super) fn canonical(name: &Symbol) -> Symbol {
    NAMES.canonical(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbol(text: &str) -> Symbol {
        text.parse().unwrap()
    }

    #[test]
    fn names_lead_back() {
        for (name, native) in [
            ("CAC40", "^FCHI"),
            ("EUR/USD", "EURUSD=X"),
            ("USD/JPY", "USDJPY=X"),
            ("BTC/EUR", "BTC-EUR"),
            ("AAPL", "AAPL"),
            ("^GSPC", "^GSPC"),
            ("GC=F", "GC=F"),
        ] {
            assert_eq!(name_of(&symbol(name)), native);
            assert_eq!(canonical(&symbol(native)), symbol(name));
        }
    }

    #[test]
    fn what_a_dollar_costs_may_be_written_without_it() {
        assert_eq!(canonical(&symbol("JPY=X")), symbol("USD/JPY"));
        assert_eq!(canonical(&symbol("VND=X")), symbol("USD/VND"));
        assert_eq!(canonical(&symbol("ABC=X")), symbol("ABC=X"));
        assert!(means("vnd=x", &symbol("USD/VND")) && means("ABC=X", &symbol("USD/ABC")));
        assert!(!means("VND=X", &symbol("EUR/VND")) && !means("ABC=X", &symbol("ABC/USD")));
    }
}
