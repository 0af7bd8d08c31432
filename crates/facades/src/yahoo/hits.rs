use engine::Engine;
use market::Instrument;
use serde::Serialize;

use super::instrument::kind;
use super::places;
use super::refusal::Refused;
use super::symbols::spelt;
use crate::searched::search_for;

/// The score of the best hit.
const BEST: f64 = 100_000.0;

/// An instrument that was found.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Hit {
    exchange: String,
    exch_disp: String,
    shortname: String,
    longname: String,
    pub(super) quote_type: &'static str,
    type_disp: &'static str,
    pub(super) symbol: String,
    index: &'static str,
    /// Clients put hits in order by it: the best first.
    score: f64,
    is_yahoo_finance: bool,
}

impl Hit {
    fn of(engine: &Engine, instrument: &Instrument, place: usize) -> Self {
        let ((quote_type, type_disp), (code, name)) = (kind(instrument), places::of(instrument));
        Self {
            exchange: code.to_owned(),
            exch_disp: name.to_owned(),
            shortname: instrument.name.to_string(),
            longname: instrument.name.to_string(),
            quote_type,
            type_disp,
            symbol: spelt(engine, instrument),
            index: "quotes",
            score: BEST - place as f64,
            is_yahoo_finance: true,
        }
    }
}

/// Everything that is found by a text, best first.
///
/// # Errors
///
/// As of [`search_for`].
pub(super) async fn found(engine: &Engine, text: &str) -> Result<Vec<Hit>, Refused> {
    let found = search_for(engine, text).await?;
    let ranked = found.iter().enumerate();
    Ok(ranked.map(|(place, it)| Hit::of(engine, it, place)).collect())
}
