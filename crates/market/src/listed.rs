//! Well-known instruments, so that a name finds its symbol without a network too.
//!
//! Members of twenty stock indices, large shares of thirty markets, the funds of four large houses and
//! the best-known indices: facts out of `pytickersymbols` and `FinanceDatabase`, both under the MIT
//! licence, written by `make instruments`.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::{Calendar, Catalog, Instrument, Kind, Symbol};

/// One line for each: symbol, kind, currency, market (ISO 10383), ISIN and name,
/// separated by tabs; empty where it is not known.
const LINES: &str = include_str!("listed.tsv");

/// An instrument that many know.
#[derive(Clone, Debug)]
pub struct Listed {
    /// Its ISIN, where the lists have it.
    pub isin: Option<&'static str>,
    instrument: Instrument,
}

impl Listed {
    /// All of them, by symbol.
    pub fn all() -> &'static [Self] {
        static ALL: LazyLock<Vec<Listed>> =
            LazyLock::new(|| LINES.lines().filter_map(read).collect());
        &ALL
    }

    /// The one of a symbol, if it is among them. Expects a canonical symbol.
    pub fn of(symbol: &Symbol) -> Option<&'static Self> {
        let all = Self::all();
        let place = all.binary_search_by(|it| it.instrument.symbol.cmp(symbol));
        place.ok().map(|place| &all[place])
    }

    /// Those with an ISIN: one for each market, and more where the lists are not sure.
    pub fn with_isin(isin: &str) -> impl Iterator<Item = &'static Self> + use<> {
        static BY_ISIN: LazyLock<HashMap<&str, Vec<&Listed>>> = LazyLock::new(|| {
            let mut by_isin: HashMap<_, Vec<_>> = HashMap::new();
            for (isin, it) in Listed::all().iter().filter_map(|it| Some((it.isin?, it))) {
                by_isin.entry(isin).or_default().push(it);
            }
            by_isin
        });
        BY_ISIN.get(isin).into_iter().flatten().copied()
    }

    /// What is known of it until a source describes it.
    pub fn instrument(&self) -> &Instrument {
        &self.instrument
    }
}

/// A line that cannot be read is none; a test holds that there is no such line.
fn read(line: &'static str) -> Option<Listed> {
    let [symbol, kind, currency, mic, isin, name] = *line.split('\t').collect::<Vec<_>>() else {
        return None;
    };
    let symbol: Symbol = symbol.parse().ok()?;
    let assumed = Catalog::new().instrument(&symbol);
    let time_zone = zone(&symbol, mic).unwrap_or_else(|| assumed.time_zone.clone());
    let instrument = Instrument {
        symbol,
        name: name.into(),
        kind: Kind::from_name(kind)?,
        currency: currency.parse().ok(),
        mic: (!mic.is_empty()).then(|| mic.to_owned()),
        time_zone,
        ..assumed
    };
    Some(Listed { isin: (!isin.is_empty()).then_some(isin), instrument })
}

/// A symbol without an ending is American.
fn zone(symbol: &Symbol, mic: &str) -> Option<String> {
    if let Some(calendar) = Calendar::of(mic) {
        return Some(calendar.zone().iana_name()?.to_owned());
    }
    let is_american = symbol.as_str().bytes().all(|it| it.is_ascii_uppercase() || it == b'-');
    is_american.then(|| "America/New_York".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(symbol: &str) -> &'static Listed {
        Listed::of(&symbol.parse().unwrap()).unwrap()
    }

    #[test]
    fn every_line_is_read_and_stands_in_order() {
        let all = Listed::all();
        assert_eq!(all.len(), LINES.lines().count());
        assert!(all.len() > 3_000);
        assert!(all.is_sorted_by(|a, b| a.instrument.symbol < b.instrument.symbol));
        let named = all.iter().all(|it| !it.instrument.name.is_empty());
        assert!(named);
        let begins = |it: &Listed| it.instrument.symbol.as_str().chars().next();
        let is_begun_by_an_ending = |it: &&Listed| begins(it) == Some('.');
        assert_eq!(all.iter().find(is_begun_by_an_ending).map(|it| &it.instrument.symbol), None);
    }

    #[test]
    fn each_is_found_by_its_symbol_and_no_other_is() {
        let finds_itself = |it: &Listed| {
            let found = Listed::of(&it.instrument.symbol);
            found.is_some_and(|found| found.instrument == it.instrument)
        };
        assert!(Listed::all().iter().all(finds_itself));
        assert!(
            ["0", "NO.SUCH", "ZZZZZ"].iter().all(|it| Listed::of(&it.parse().unwrap()).is_none())
        );
    }

    #[test]
    fn a_share_has_its_isin_its_market_and_the_unit_of_its_price() {
        let airbus = named("AIR.PA");
        assert_eq!(airbus.isin, Some("NL0000235190"));
        assert_eq!(airbus.instrument.mic.as_deref(), Some("XPAR"));
        assert_eq!(airbus.instrument.time_zone, "Europe/Paris");
        let vodafone = &named("VOD.L").instrument;
        assert_eq!(vodafone.currency.as_ref().unwrap().as_str(), "GBp");
        assert_eq!(named("AAPL").instrument.time_zone, "America/New_York");
        assert_eq!(named("CAC40").instrument.kind, Kind::Index);
    }
}
