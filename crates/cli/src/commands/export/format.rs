use std::str::FromStr;

use table::Form;

use super::ledger::Syntax;

/// How a file is written: as a table, or as prices for a ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// All that is known of each bar, in a form of the API.
    Table(Form),
    /// A price for each day.
    Prices(Syntax),
}

impl Format {
    /// The ending by which readers know a file in it, without the dot.
    pub(super) fn ending(self) -> &'static str {
        match self {
            Self::Table(form) => form.ending(),
            Self::Prices(syntax) => syntax.name(),
        }
    }

    /// The names of all formats, for a sentence.
    pub(crate) fn names() -> String {
        let syntaxes = Syntax::ALL.map(Syntax::name).join(", ");
        format!("{}, or prices for a ledger: {syntaxes}", Form::names())
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let syntax = Syntax::ALL.into_iter().find(|syntax| syntax.name() == text);
        let form = || text.parse().map(Self::Table);
        syntax.map(Self::Prices).map_or_else(form, Ok).map_err(|error| {
            let syntaxes = Syntax::ALL.map(Syntax::name).join(", ");
            format!("{error}, {syntaxes}")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_a_form_or_a_ledger_s_syntax() {
        assert_eq!("csv".parse(), Ok(Format::Table(Form::CSV)));
        assert_eq!("ledger".parse(), Ok(Format::Prices(Syntax::Ledger)));
        assert_eq!("beancount".parse(), Ok(Format::Prices(Syntax::Beancount)));
        let refusal = "gnucash".parse::<Format>().unwrap_err();
        assert!(refusal.starts_with("no such format \"gnucash\"; there are json, "), "{refusal}");
        assert!(refusal.ends_with(", parquet, beancount, ledger"), "{refusal}");
    }
}
