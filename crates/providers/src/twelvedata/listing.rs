use market::{Instrument, Kind, SourceError};

use crate::united_states::{self, CURRENCY as DOLLARS, ZONE as NEW_YORK};

/// What Twelve Data calls a share or fund, and on which of the exchanges that have one of
/// that name: `IWDA` is one fund in London in dollars and in Amsterdam in euros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Listing {
    /// Its ticker there: `BRK.B`.
    pub(super) ticker: String,
    pub(super) place: Place,
}

/// Where it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// On some exchange of the United States, where a ticker is one share whichever it is.
    UnitedStates,
    /// On the exchange of this market identifier code.
    Exchange(String),
}

impl Listing {
    /// Of an instrument.
    ///
    /// # Errors
    ///
    /// [`SourceError::NotOffered`] for what is neither a share nor such a fund, for spellings
    /// of which nobody knows what they mean there, and while nobody has said where an
    /// instrument trades that does not trade in the United States.
    pub(super) fn of(instrument: &Instrument) -> Result<Self, SourceError> {
        if !matches!(instrument.kind, Kind::Equity | Kind::Etf) {
            return not("it has history of shares and exchange-traded funds alone");
        }
        let symbol = instrument.symbol.as_str();
        let Some((ticker, _)) = symbol.rsplit_once('.') else { return in_america(instrument) };
        let Some(mic) = &instrument.mic else { return not("it is not known where it trades") };
        let place = Place::Exchange(mic.clone());
        spelt(ticker).map_or_else(|| not(NO_TICKER), |ticker| Ok(Self { ticker, place }))
    }

    /// The parameter that names the place, and what it says.
    pub(super) fn place(&self) -> (&'static str, &str) {
        match &self.place {
            Place::UnitedStates => ("country", "United States"),
            Place::Exchange(mic) => ("mic_code", mic),
        }
    }

    /// The zone of its place, where that is known without asking.
    pub(super) fn zone(&self) -> Option<&'static str> {
        (self.place == Place::UnitedStates).then_some(NEW_YORK)
    }

    /// Whether an answer is about it: with its ticker, and its exchange or, in the United
    /// States, their zone and currency where those are told.
    pub(super) fn is_told(&self, told: &Told<'_>) -> bool {
        let is = |told: Option<&str>, expected: &str| told.is_none_or(|told| told == expected);
        let is_there = match &self.place {
            Place::UnitedStates => is(told.zone, NEW_YORK) && is(told.currency, DOLLARS),
            Place::Exchange(mic) => told.mic == Some(mic),
        };
        is_there && told.ticker.eq_ignore_ascii_case(&self.ticker)
    }
}

/// What an answer says that it is about.
pub(super) struct Told<'a> {
    pub(super) ticker: &'a str,
    pub(super) mic: Option<&'a str>,
    pub(super) zone: Option<&'a str>,
    pub(super) currency: Option<&'a str>,
}

/// The two codes of a pair of currencies, or of a coin and a currency: `EUR/USD`.
pub(super) fn pair(instrument: &Instrument) -> Option<String> {
    let is_pair = matches!(instrument.kind, Kind::Currency | Kind::Crypto);
    let (base, quote) = instrument.symbol.pair().filter(|_| is_pair)?;
    Some(format!("{base}/{quote}"))
}

const NO_TICKER: &str = "it has no such ticker";

fn not<T>(what: &str) -> Result<T, SourceError> {
    Err(SourceError::NotOffered(what.to_owned()))
}

fn in_america(instrument: &Instrument) -> Result<Listing, SourceError> {
    if !united_states::may_have(instrument) {
        return not("it is not known on which exchange it trades");
    }
    let symbol = instrument.symbol.as_str();
    let ticker = spelt(symbol).filter(|it| it.bytes().all(|byte| !byte.is_ascii_digit()));
    let place = Place::UnitedStates;
    ticker.map_or_else(|| not(NO_TICKER), |ticker| Ok(Listing { ticker, place }))
}

/// With a class of shares behind a dot: `BRK-B` is `BRK.B`. `None` for what is no ticker, or
/// a preferred share, of which nobody knows how it is written there.
fn spelt(symbol: &str) -> Option<String> {
    let is_name = |text: &str| {
        let is_plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        !text.is_empty() && text.len() <= 8 && text.bytes().all(is_plain)
    };
    match symbol.split_once('-') {
        None => is_name(symbol).then(|| symbol.to_owned()),
        Some((name, class)) if class.len() == 1 && is_name(name) && is_name(class) => {
            Some(format!("{name}.{class}"))
        }
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use market::Catalog;

    use super::*;

    fn asked(symbol: &str) -> Instrument {
        Catalog::new().instrument(&symbol.parse().unwrap())
    }

    fn in_london(symbol: &str) -> Instrument {
        let (mic, time_zone) = (Some("XLON".to_owned()), "Europe/London".to_owned());
        Instrument { mic, time_zone, currency: "GBp".parse().ok(), ..asked(symbol) }
    }

    #[test]
    fn a_share_is_named_with_its_place() {
        let american = Listing::of(&asked("BRK-B")).unwrap();
        assert_eq!(
            (american.ticker.as_str(), american.place()),
            ("BRK.B", ("country", "United States"))
        );
        let british = Listing::of(&in_london("BT-A.L")).unwrap();
        assert_eq!((british.ticker.as_str(), british.place()), ("BT.A", ("mic_code", "XLON")));
    }

    #[test]
    fn what_is_none_of_its_own_is_not_asked_about() {
        for symbol in
            ["^GSPC", "GC=F", "EUR/USD", "BTC/USD", "VOD.L", "SPG-PJ", "A1", "TOOLONGNAME"]
        {
            assert_eq!(
                Listing::of(&asked(symbol)).unwrap_err().reason(),
                "not_offered",
                "{symbol}"
            );
        }
        let in_euros = Instrument { currency: "EUR".parse().ok(), ..asked("ABC") };
        assert!(Listing::of(&in_euros).is_err(), "the same letters are another share there");
    }

    #[test]
    fn another_listing_of_the_same_name_is_not_it() {
        let told = |mic, zone, currency| Told { ticker: "vod", mic, zone, currency };
        let (london, new_york) = (Some("Europe/London"), Some(NEW_YORK));
        let british = Listing::of(&in_london("VOD.L")).unwrap();
        assert!(british.is_told(&told(Some("XLON"), london, Some("GBp"))));
        assert!(!british.is_told(&told(Some("XAMS"), london, Some("GBp"))));
        assert!(!british.is_told(&told(None, london, Some("GBp"))), "nothing says which it is");
        let american = Listing::of(&asked("VOD")).unwrap();
        assert!(american.is_told(&told(Some("XNGS"), new_york, Some("USD"))));
        assert!(!american.is_told(&told(Some("XLON"), london, Some("GBp"))));
    }

    #[test]
    fn pairs_are_written_as_ours() {
        assert_eq!(pair(&asked("EUR/USD")).as_deref(), Some("EUR/USD"));
        assert_eq!(pair(&asked("BTC/EUR")).as_deref(), Some("BTC/EUR"));
        assert_eq!(pair(&asked("AAPL")), None);
    }
}
