//! How well a text describes an instrument.

use icu_normalizer::DecomposingNormalizerBorrowed;
use market::Instrument;

/// A text as it is compared: in lower case and without accents, so that `nestle`
/// finds Nestlé.
pub(crate) fn folded(text: &str) -> String {
    let is_mark = |c: &char| ('\u{300}'..='\u{36f}').contains(c);
    let apart = DecomposingNormalizerBorrowed::new_nfd().normalize(text);
    let mut folded = String::with_capacity(text.len());
    for c in apart.chars().filter(|c| !is_mark(c)).flat_map(char::to_lowercase) {
        match c {
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'æ' => folded.push_str("ae"),
            'ß' => folded.push_str("ss"),
            other => folded.push(other),
        }
    }
    folded
}

/// What an instrument is looked for by, folded.
pub(crate) struct Words {
    symbol: String,
    name: String,
}

impl Words {
    pub(crate) fn of(instrument: &Instrument) -> Self {
        let symbol = instrument.symbol.as_str().to_lowercase();
        Self { symbol, name: folded(&instrument.name) }
    }

    /// How well a folded text describes the instrument, 1 being best; `None` where it
    /// does not.
    pub(crate) fn likeness(&self, text: &str) -> Option<u8> {
        let Self { symbol, name } = self;
        let begins_a_word = || name.split_whitespace().any(|word| word.starts_with(text));
        match () {
            () if text.is_empty() => None,
            () if symbol == text => Some(1),
            () if name == text => Some(2),
            () if symbol.starts_with(text) => Some(3),
            () if name.starts_with(text) => Some(4),
            () if begins_a_word() => Some(5),
            () if symbol.contains(text) || name.contains(text) => Some(6),
            () if has_each_word(name, text) => Some(7),
            () => None,
        }
    }
}

/// `tele deutsche` describes Deutsche Telekom, too.
fn has_each_word(name: &str, text: &str) -> bool {
    let mut words = text.split_whitespace();
    words.all(|word| name.split_whitespace().any(|of_name| of_name.starts_with(word)))
}

#[cfg(test)]
mod tests {
    use market::{Catalog, Symbol};

    use super::*;

    fn instrument(symbol: &str, name: &str) -> Instrument {
        let symbol: Symbol = symbol.parse().unwrap();
        Instrument { name: name.into(), ..Catalog::new().instrument(&symbol) }
    }

    #[test]
    fn accents_and_letters_of_others_are_read_as_people_type_them() {
        assert_eq!(folded("Nestlé SA"), "nestle sa");
        assert_eq!(folded("Møller – Mærsk"), "moller – maersk");
        assert_eq!(folded("Börse"), "borse");
    }

    #[test]
    fn the_symbol_itself_comes_before_the_whole_name_and_both_before_their_parts() {
        let telekom = Words::of(&instrument("DTE.DE", "Deutsche Telekom AG"));
        let like = ["dte.de", "deutsche telekom ag", "dte", "deutsche", "telekom", "kom ag"];
        assert_eq!(like.map(|text| telekom.likeness(text)), [1, 2, 3, 4, 5, 6].map(Some));
        assert_eq!(["tele deutsche", "x"].map(|it| telekom.likeness(it)), [Some(7), None]);
    }
}
