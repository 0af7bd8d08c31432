use std::borrow::Cow;

use jiff::civil::Date;

/// A syntax of plain-text ledgers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Syntax {
    /// Beancount's: `2024-01-02 price AAPL 185.64 USD`.
    Beancount,
    /// That of hledger and Ledger: `P 2024-01-02 AAPL 185.64 USD`.
    Ledger,
}

/// What Beancount reads as a value of another kind.
const WORDS_OF_BEANCOUNT: [&str; 3] = ["TRUE", "FALSE", "NULL"];

/// The longest name of a commodity that its documents promise, in characters.
const LONGEST_OF_BEANCOUNT: usize = 24;

impl Syntax {
    /// All of them.
    pub(crate) const ALL: [Self; 2] = [Self::Beancount, Self::Ledger];

    /// Its name, which ends the names of its files too.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Beancount => "beancount",
            Self::Ledger => "ledger",
        }
    }

    /// Whether something may be the name of a commodity or currency.
    pub(super) fn may_name(self, text: &str) -> bool {
        match self {
            Self::Beancount => is_commodity_of_beancount(text),
            // In quotes all may stand but a quote. A semicolon begins a comment for some.
            Self::Ledger => {
                !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic() && !"\";".contains(c))
            }
        }
    }

    /// What may be one, in words.
    pub(super) fn rule(self) -> &'static str {
        match self {
            Self::Beancount => {
                "up to 24 capital letters, digits and ' . _ -, the first a letter, the last a letter or digit"
            }
            Self::Ledger => "letters, digits and signs but \" and ;",
        }
    }

    /// A price directive. Expects names that may stand in it.
    pub(super) fn directive(self, date: Date, of: &str, price: f64, unit: &str) -> String {
        match self {
            Self::Beancount => format!("{date} price {of} {price} {unit}"),
            Self::Ledger => format!("P {date} {} {price} {}", quoted(of), quoted(unit)),
        }
    }
}

fn is_commodity_of_beancount(text: &str) -> bool {
    let (first, last) = (text.chars().next(), text.chars().last());
    let is_end = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
    first.is_some_and(|c| c.is_ascii_uppercase())
        && last.is_some_and(is_end)
        && text.chars().all(|c| is_end(c) || "'._-".contains(c))
        && text.len() <= LONGEST_OF_BEANCOUNT
        && !WORDS_OF_BEANCOUNT.contains(&text)
}

/// A name stands without quotes only where it is nothing but letters.
fn quoted(name: &str) -> Cow<'_, str> {
    if name.chars().all(|c| c.is_ascii_alphabetic()) {
        name.into()
    } else {
        format!("\"{name}\"").into()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_commodity_of_beancount_begins_with_a_capital_letter() {
        for name in ["T", "AAPL", "BRK-B", "SIE.DE", "BF.B", "A123456789012345678901B4"] {
            assert!(Syntax::Beancount.may_name(name), "{name}");
        }
        for name in [
            "",
            "^FCHI",
            "0700.HK",
            "M&M.NS",
            "ES=F",
            "A.",
            "GBp",
            "eur",
            "TRUE",
            "NULL",
            "A B",
            "A123456789012345678901BC4",
            "A\n",
        ] {
            assert!(!Syntax::Beancount.may_name(name), "{name}");
        }
    }

    #[test]
    fn a_directive_is_written_as_its_readers_take_it() {
        let day = date(2024, 1, 2);
        let write = |syntax: Syntax, of, price| syntax.directive(day, of, price, "EUR");
        assert_eq!(
            write(Syntax::Beancount, "SIE.DE", 1e-7),
            "2024-01-02 price SIE.DE 0.0000001 EUR"
        );
        assert_eq!(write(Syntax::Ledger, "SIE", 170.0), "P 2024-01-02 SIE 170 EUR");
        assert_eq!(write(Syntax::Ledger, "^FCHI", -1.5), "P 2024-01-02 \"^FCHI\" -1.5 EUR");
        for wrong in ["", "A B", "A\"B", "A;B", "A\nP 2024-01-02 X 1 EUR"] {
            assert!(!Syntax::Ledger.may_name(wrong), "{wrong:?}");
        }
    }
}
