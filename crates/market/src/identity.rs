use std::collections::BTreeMap;

use crate::{Figi, Identifier, Isin, Listed, Symbol};

/// What an instrument is called elsewhere, by standards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Our own name for it.
    pub symbol: Symbol,
    /// The share or fund, on whatever market.
    pub isin: Option<Isin>,
    /// The market (ISO 10383) that the symbol is of.
    pub mic: Option<Box<str>>,
    /// The one listing that the symbol is.
    pub figi: Option<Figi>,
    /// All listings of it in its country.
    pub composite_figi: Option<Figi>,
    /// All listings of it anywhere.
    pub share_class_figi: Option<Figi>,
}

impl Identity {
    /// Nothing but a symbol.
    pub fn of(symbol: Symbol) -> Self {
        let (isin, mic, figi) = (None, None, None);
        Self { symbol, isin, mic, figi, composite_figi: None, share_class_figi: None }
    }

    fn of_listed(listed: &Listed) -> Self {
        let instrument = listed.instrument();
        Self {
            isin: listed.isin.and_then(|isin| isin.parse().ok()),
            mic: instrument.mic.as_deref().map(Box::from),
            ..Self::of(instrument.symbol.clone())
        }
    }

    fn is_meant_by(&self, identifier: &Identifier, mic_of: &MicOf<'_>) -> bool {
        let figis = [&self.figi, &self.composite_figi, &self.share_class_figi];
        match identifier {
            Identifier::Isin(isin) => self.isin.as_ref() == Some(isin),
            Identifier::Listed(isin, mic) => {
                let market = || self.mic.clone().or_else(|| mic_of(&self.symbol));
                self.isin.as_ref() == Some(isin) && market().as_ref() == Some(mic)
            }
            Identifier::Figi(figi) => figis.into_iter().flatten().any(|it| it == figi),
        }
    }
}

/// What is known otherwise of the market of a symbol.
pub type MicOf<'a> = dyn Fn(&Symbol) -> Option<Box<str>> + 'a;

/// Two symbols that are said to be one listing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{first} and {second} cannot both be {identifier}, which is one listing")]
pub struct TwoOfOne {
    first: Symbol,
    second: Symbol,
    identifier: String,
}

/// What stands for which symbol: what somebody brought in, and beside it the built-in list
/// ([`Listed`]), as far as nothing was brought in of its symbol.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identities(BTreeMap<Symbol, Identity>);

impl Identities {
    /// These, each in the place of what was brought in of its symbol before.
    ///
    /// # Errors
    ///
    /// Two that cannot be.
    pub fn with(mut self, brought: impl IntoIterator<Item = Identity>) -> Result<Self, TwoOfOne> {
        self.0.extend(brought.into_iter().map(|it| (it.symbol.clone(), it)));
        let mut listings = BTreeMap::new();
        for identity in self.0.values() {
            let symbol = &identity.symbol;
            for identifier in listing(identity) {
                if let Some(first) = listings.insert(identifier.clone(), symbol.clone()) {
                    return Err(TwoOfOne { first, second: symbol.clone(), identifier });
                }
            }
        }
        Ok(self)
    }

    /// What is known of a symbol. Expects a canonical one.
    pub fn of(&self, symbol: &Symbol) -> Identity {
        let listed = || Listed::of(symbol).map(Identity::of_listed);
        let known = self.0.get(symbol).cloned().or_else(listed);
        known.unwrap_or_else(|| Identity::of(symbol.clone()))
    }

    /// The symbols that an identifier stands for. What was brought in goes before the
    /// built-in list. Of several it is not sure which is meant. `mic_of` says what sources
    /// tell of a symbol's market, where neither has it.
    pub fn meant_by(&self, identifier: &Identifier, mic_of: &MicOf<'_>) -> Vec<Symbol> {
        let is_meant = |it: &Identity| it.is_meant_by(identifier, mic_of);
        let brought = self.0.values().filter(|it| is_meant(it)).map(|it| it.symbol.clone());
        let brought: Vec<_> = brought.collect();
        if !brought.is_empty() {
            return brought;
        }
        let listed = Listed::with_isin(isin(identifier)).map(Identity::of_listed);
        let others = listed.filter(|it| is_meant(it) && !self.0.contains_key(&it.symbol));
        others.map(|it| it.symbol).collect()
    }
}

fn isin(identifier: &Identifier) -> &str {
    match identifier {
        Identifier::Isin(isin) | Identifier::Listed(isin, _) => isin.as_str(),
        Identifier::Figi(_) => "",
    }
}

/// What stands for one listing and no other.
fn listing(identity: &Identity) -> impl Iterator<Item = String> {
    let on_market = identity.isin.as_ref().zip(identity.mic.as_deref());
    let on_market = on_market.map(|(isin, mic)| format!("{isin}@{mic}"));
    identity.figi.as_ref().map(ToString::to_string).into_iter().chain(on_market)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symbol(text: &str) -> Symbol {
        text.parse().unwrap()
    }

    fn identity(name: &str, isin: &str, mic: &str, [figi, class]: [&str; 2]) -> Identity {
        Identity {
            isin: isin.parse().ok(),
            mic: (!mic.is_empty()).then(|| mic.into()),
            figi: figi.parse().ok(),
            share_class_figi: class.parse().ok(),
            ..Identity::of(symbol(name))
        }
    }

    fn meant(by: &Identities, text: &str) -> Vec<String> {
        let told = |symbol: &Symbol| (symbol.as_str() == "MSFT").then(|| "XNAS".into());
        let found = by.meant_by(&Identifier::read(text).unwrap(), &told);
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn an_identifier_of_the_list_stands_for_its_symbol() {
        let none = Identities::default();
        assert_eq!(meant(&none, "US0378331005"), ["AAPL"]);
        assert_eq!(meant(&none, "FR0000121014@XPAR"), ["MC.PA"]);
        assert_eq!(meant(&none, "FR0000121014@XLON"), [] as [&str; 0]);
        assert_eq!(meant(&none, "US5949181045@XNAS"), ["MSFT"], "as a source tells");
        assert_eq!(meant(&none, "US0378331005@XNAS"), [] as [&str; 0]);
        assert_eq!(meant(&none, "GB00B2B0DG97"), ["REL.L", "REN.AS"], "two markets");
        assert_eq!(meant(&none, "GB00B2B0DG97@XAMS"), ["REN.AS"]);
        assert_eq!(none.of(&symbol("MC.PA")).isin.unwrap().as_str(), "FR0000121014");
        assert_eq!(none.of(&symbol("NOSUCH")), Identity::of(symbol("NOSUCH")));
    }

    #[test]
    fn what_is_brought_in_goes_before_the_list() {
        let figis = ["BBG000B9Y5X2", "BBG001S5N8V8"];
        let apple = identity("AAPL", "US0378331005", "XNAS", figis);
        let german = identity("APC.DE", "US0378331005", "XETR", ["", "BBG001S5N8V8"]);
        let known = Identities::default().with([apple.clone(), german]).unwrap();
        assert_eq!(meant(&known, "BBG000B9Y5X2"), ["AAPL"]);
        assert_eq!(meant(&known, "US0378331005@XETR"), ["APC.DE"]);
        for both in ["US0378331005", "BBG001S5N8V8"] {
            assert_eq!(meant(&known, both), ["AAPL", "APC.DE"]);
        }
        assert_eq!(known.of(&symbol("AAPL")), apple);

        let mistaken = identity("MC.PA", "US5949181045", "XPAR", ["", ""]);
        let known = known.with([mistaken]).unwrap();
        assert_eq!(meant(&known, "FR0000121014"), [] as [&str; 0], "it is said to be another's");
        assert_eq!(meant(&known, "US5949181045"), ["MC.PA"]);
    }

    #[test]
    fn two_symbols_are_never_one_listing() {
        let one = identity("AAPL", "US0378331005", "XNAS", ["BBG000B9Y5X2", ""]);
        for other in [
            identity("AAPL.OQ", "", "", ["BBG000B9Y5X2", ""]),
            identity("AAPL.OQ", "US0378331005", "XNAS", ["", ""]),
        ] {
            let said = Identities::default().with([one.clone(), other]).unwrap_err().to_string();
            assert!(said.starts_with("AAPL and AAPL.OQ cannot both be "), "{said}");
        }
        assert!(Identities::default().with([one.clone(), one]).is_ok());
    }
}
