use engine::Engine;
use market::{Instrument, Source, Symbol};

use super::PROTOCOL;
use super::refusal::Refused;

/// More symbols than one question may name.
const MOST: usize = 500;

/// An instrument as a client spells it, and as it is called here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Asked {
    /// In the spelling that is answered, in capitals.
    pub(super) spelt: String,
    /// Our own name for it.
    pub(super) symbol: Symbol,
}

impl Asked {
    /// Reads one symbol.
    ///
    /// # Errors
    ///
    /// That nothing is known by a text that cannot be a symbol.
    pub(super) fn read(engine: &Engine, text: &str) -> Result<Self, Refused> {
        let symbol: Symbol = text.parse().map_err(|_| Refused::not_found(text))?;
        Ok(Self { spelt: symbol.to_string(), symbol: engine.canonical(&symbol) })
    }

    /// Reads symbols with commas between; those that cannot be any are left out, as
    /// unknown ones are.
    ///
    /// # Errors
    ///
    /// None at all, or more than one question may name.
    pub(super) fn read_all(engine: &Engine, texts: Option<&str>) -> Result<Vec<Self>, Refused> {
        let missing = || Refused::bad_request("Missing required query parameter=symbols");
        let texts: Vec<&str> = texts.ok_or_else(missing)?.split(',').collect();
        if texts.len() > MOST {
            let most = format!("{} symbols at once; at most {MOST}", texts.len());
            return Err(Refused::bad_request(most));
        }
        Ok(texts.into_iter().filter_map(|text| Self::read(engine, text).ok()).collect())
    }
}

/// The source that speaks this protocol.
pub(super) fn own_source() -> Source {
    Source::new(PROTOCOL)
}

/// How clients of this protocol spell an instrument.
pub(super) fn spelt(engine: &Engine, instrument: &Instrument) -> String {
    let symbol = &instrument.symbol;
    engine.spelt_by(&own_source(), symbol).unwrap_or_else(|| symbol.to_string())
}
