use std::str::FromStr;

use market::{Catalog, Symbol};

use super::Syntax;

/// What a ledger calls an instrument: `^FCHI=CAC`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    pub(in super::super) symbol: Symbol,
    name: String,
}

impl FromStr for Named {
    type Err = String;

    /// A symbol may have an equals sign in it, a name need not.
    fn from_str(text: &str) -> Result<Self, String> {
        let (symbol, name) =
            text.rsplit_once('=').ok_or("use SYMBOL=NAME, such as ^FCHI=CAC".to_owned())?;
        let symbol = symbol.parse().map_err(|error| format!("{error}"))?;
        Ok(Self { symbol, name: name.to_owned() })
    }
}

/// The name of an instrument in a ledger: the one that is given, the first currency of a
/// pair, or the symbol.
///
/// # Errors
///
/// It is none in this syntax, or that of something else.
pub(in super::super) fn commodity<'a>(
    symbol: &'a Symbol,
    given: &'a [Named],
    canonical: impl Fn(&Symbol) -> Symbol,
    syntax: Syntax,
) -> Result<&'a str, String> {
    let fault = |name: &str, why: &str| {
        format!(
            "{symbol} cannot be called {name:?} in a ledger: {why}; --commodity '{symbol}=NAME' names it"
        )
    };
    let given = given.iter().rfind(|named| canonical(&named.symbol) == *symbol);
    let name = match (given, symbol.pair()) {
        (Some(named), _) => &named.name,
        (None, Some((base, _))) => base,
        (None, None) => symbol.as_str(),
    };
    if symbol.pair().is_none() && is_currency(name) {
        return Err(fault(name, "that is a currency there"));
    }
    let is_name = syntax.may_name(name);
    is_name.then_some(name).ok_or_else(|| {
        let why = format!("{} takes {}", syntax.name(), syntax.rule());
        fault(name, &why)
    })
}

/// Whether a code is that of a currency or coin, whose prices stand beside those of
/// instruments in one ledger. A fund may have it for its symbol.
fn is_currency(code: &str) -> bool {
    Catalog::is_currency(code) || Catalog::coin_name(code).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(symbol: &str, given: &[&str], syntax: Syntax) -> Result<String, String> {
        let given: Vec<Named> = given.iter().map(|it| it.parse().unwrap()).collect();
        commodity(&symbol.parse().unwrap(), &given, Symbol::clone, syntax).map(str::to_owned)
    }

    #[test]
    fn an_instrument_has_its_symbol_and_a_pair_its_first_currency_for_a_name() {
        for syntax in Syntax::ALL {
            assert_eq!(check("AAPL", &[], syntax).as_deref(), Ok("AAPL"));
            assert_eq!(check("EUR/USD", &[], syntax).as_deref(), Ok("EUR"));
            assert_eq!(check("^FCHI", &["^FCHI=CAC"], syntax).as_deref(), Ok("CAC"));
            assert_eq!(check("ES=F", &["ES=F=ES.F", "AAPL=X"], syntax).as_deref(), Ok("ES.F"));
        }
        assert_eq!(check("^FCHI", &[], Syntax::Ledger).as_deref(), Ok("^FCHI"));
    }

    #[test]
    fn what_would_be_another_s_name_or_none_is_refused_with_what_works() {
        let index = check("^FCHI", &[], Syntax::Beancount).unwrap_err();
        let expected = "^FCHI cannot be called \"^FCHI\" in a ledger: beancount takes up to 24 capital \
                        letters, digits and ' . _ -, the first a letter, the last a letter or digit; \
                        --commodity '^FCHI=NAME' names it";
        assert_eq!(index, expected);
        // A fund of that symbol is quoted in dollars.
        let fund = check("BTC", &[], Syntax::Ledger).unwrap_err();
        assert!(
            fund.contains("that is a currency there; --commodity 'BTC=NAME' names it"),
            "{fund}"
        );
        assert_eq!(check("BTC", &["BTC=BTC.FUND"], Syntax::Ledger).as_deref(), Ok("BTC.FUND"));
        assert!(check("AAPL", &["AAPL=A\"B"], Syntax::Ledger).is_err());
        assert!(check("AAPL", &["AAPL=EUR"], Syntax::Ledger).is_err());
        assert!("AAPL".parse::<Named>().is_err());
    }
}
