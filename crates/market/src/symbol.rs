use std::fmt;
use std::str::FromStr;

/// Our own name for an instrument, the same whichever upstream it came from.
///
/// Upper-case ASCII, 1 to 32 bytes: `AAPL`, `^GSPC`, `EURUSD=X`, `EUR/USD`.
/// A slash stands only between two codes, and something must be a letter or a
/// digit, so that no symbol can act as a path. What stands for one may be written in its
/// place: an ISIN or a FIGI, or `FR0000121014@XPAR`, the only place for an `@`. What an upstream calls the same
/// thing is its native id and stays in `providers`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol(Box<str>);

/// Why a text is no symbol.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SymbolError {
    /// A character that no symbol contains.
    #[error("{0:?} cannot be part of a symbol (letters, digits and . - = ^ / & _ can)")]
    Character(char),
    /// Empty, or longer than 32 bytes.
    #[error("a symbol has 1 to 32 characters, not {0}")]
    Length(usize),
    /// Only punctuation, or a slash that does not stand between two codes.
    #[error("a symbol needs a letter or digit, and a slash only between two codes as in EUR/USD")]
    Shape,
}

const LONGEST: usize = 32;

impl Symbol {
    /// The symbol as text, upper case.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The two codes of a pair such as `EUR/USD`, if it is written as one.
    pub fn pair(&self) -> Option<(&str, &str)> {
        self.0.split_once('/')
    }
}

impl FromStr for Symbol {
    type Err = SymbolError;

    fn from_str(text: &str) -> Result<Self, SymbolError> {
        let text = text.trim_matches(' ');
        // Length first: ten kilobytes of nonsense need not be searched.
        if text.is_empty() || text.len() > LONGEST {
            return Err(SymbolError::Length(text.chars().count()));
        }
        let allowed = |c: char| c.is_ascii_alphanumeric() || ".-=^/&_".contains(c);
        if let Some(c) = text.chars().find(|&c| !allowed(c)).filter(|_| !is_on_market(text)) {
            return Err(SymbolError::Character(c));
        }
        if !text.split('/').all(is_code) || text.split('/').count() > 2 {
            return Err(SymbolError::Shape);
        }
        Ok(Self(text.to_ascii_uppercase().into()))
    }
}

/// Twelve letters or digits on a market of four.
fn is_on_market(text: &str) -> bool {
    let is_plain = |part: &str| part.bytes().all(|it| it.is_ascii_alphanumeric());
    let is_one =
        |(of, on): (&str, &str)| (of.len(), on.len()) == (12, 4) && is_plain(of) && is_plain(on);
    text.split_once('@').is_some_and(is_one)
}

fn is_code(part: &str) -> bool {
    part.chars().any(|c| c.is_ascii_alphanumeric())
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn symbols_of_every_kind_are_read() {
        for text in
            ["AAPL", "^FCHI", "EURUSD=X", "EUR/USD", "BRK-B", "M&M.NS", "EUR_USD", "0700.HK"]
        {
            assert_eq!(text.parse::<Symbol>().unwrap().as_str(), text);
        }
        assert_eq!("fr0000121014@xpar".parse::<Symbol>().unwrap().as_str(), "FR0000121014@XPAR");
        assert_eq!(" aapl ".parse::<Symbol>().unwrap().as_str(), "AAPL");
    }

    #[test]
    fn a_symbol_is_never_part_of_a_path_or_query() {
        for text in [
            "..%2F..",
            "A?range=10y",
            "A\nB",
            "A\r\nHost: x",
            "A B",
            "a#b",
            "é",
            "\0",
            "A@B",
            "FR0000121014@X/AR",
        ] {
            assert!(matches!(text.parse::<Symbol>(), Err(SymbolError::Character(_))), "{text:?}");
        }
        for text in ["..", ".", "../..", "/A", "A/", "A/B/C", "A/..", "//"] {
            assert_eq!(text.parse::<Symbol>(), Err(SymbolError::Shape), "{text:?}");
        }
        let long = "A".repeat(10_240);
        assert_eq!(long.parse::<Symbol>(), Err(SymbolError::Length(10_240)));
    }

    proptest! {
        #[test]
        fn what_is_read_prints_and_reads_again(text in "\\PC{0,40}") {
            if let Ok(symbol) = text.parse::<Symbol>() {
                prop_assert_eq!(symbol.to_string().parse::<Symbol>().unwrap(), symbol);
            }
        }
    }
}
