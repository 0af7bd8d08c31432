use engine::Engine;
use market::{Calendar, Instrument, Listed, Symbol};
use table::text::short;

use crate::existing::existing;
use crate::refusal::Refusal;

/// The instrument that has a symbol at a place: `BP` in London is `BP.L`. Others name
/// the two beside each other, while our symbol says where it trades. The place is a
/// market identifier code, or the beginning of an exchange's name, in any case.
///
/// Expects a canonical symbol.
///
/// # Errors
///
/// Nothing that is known trades there under it: another of the same symbol would be
/// the wrong one.
pub async fn at_place(engine: &Engine, symbol: &Symbol, place: &str) -> Result<Symbol, Refusal> {
    if let Some(found) = known_at(engine, symbol, place) {
        return Ok(found);
    }
    // Where it trades its source may have to say first.
    let entry = existing(engine, symbol).await?;
    if is_named(&entry.instrument, place) || keeps_its_days(&entry.instrument, place) {
        return Ok(symbol.clone());
    }
    let place = short(place);
    Err(Refusal::invalid("symbol", format!("{symbol} is not known to trade at {place:?}")))
}

fn known_at(engine: &Engine, symbol: &Symbol, place: &str) -> Option<Symbol> {
    let own = engine.instrument(symbol);
    let own = if engine.is_known(symbol) { Some(own) } else { listed(symbol) };
    let described = engine.instruments();
    let listed = Listed::all().iter().map(Listed::instrument);
    let of_that_name = own.iter().chain(&described).chain(listed);
    let of_that_name: Vec<&Instrument> =
        of_that_name.filter(|it| stem(&it.symbol) == stem(symbol)).collect();
    let named = of_that_name.iter().find(|it| is_named(it, place));
    let found = named.or_else(|| of_that_name.iter().find(|it| keeps_its_days(it, place)));
    found.map(|it| it.symbol.clone())
}

fn listed(symbol: &Symbol) -> Option<Instrument> {
    Listed::of(symbol).map(|it| it.instrument().clone())
}

/// A symbol without what says where it trades.
fn stem(symbol: &Symbol) -> &str {
    symbol.as_str().split_once('.').map_or(symbol.as_str(), |(stem, _)| stem)
}

fn is_named(instrument: &Instrument, place: &str) -> bool {
    let is_mic = instrument.mic.as_deref().is_some_and(|mic| mic.eq_ignore_ascii_case(place));
    let begins = |name: &str| {
        name.get(..place.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(place))
    };
    is_mic || (!place.is_empty() && instrument.exchange.as_deref().is_some_and(begins))
}

/// Segments of a market and its sister exchanges have one calendar, and of a symbol
/// there is one among them.
fn keeps_its_days(instrument: &Instrument, place: &str) -> bool {
    let theirs = Calendar::of(&place.to_ascii_uppercase());
    let own = Calendar::for_instrument(instrument);
    theirs.zip(own).is_some_and(|(theirs, own)| theirs.mic() == own.mic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(symbol: &str, place: &str, is_there: bool) {
        let symbol = symbol.parse().unwrap();
        let instrument = listed(&symbol).unwrap();
        let found = is_named(&instrument, place) || keeps_its_days(&instrument, place);
        assert_eq!(found, is_there, "{symbol} at {place}");
    }

    #[test]
    fn a_place_is_known_by_its_code_its_segments_and_its_name() {
        check("BP.L", "XLON", true);
        check("BP.L", "xlon", true);
        check("BP.L", "XNYS", false);
        check("AAPL", "XNGS", true);
        check("AAPL", "XLON", false);
        check("AAPL", "", false);
        let sydney: Symbol = "BHP.AX".parse().unwrap();
        let named = Instrument { exchange: Some("Sydney".into()), ..listed(&sydney).unwrap() };
        assert!(is_named(&named, "SYD") && !is_named(&named, "Melbourne") && !is_named(&named, ""));
    }
}
