use market::{Catalog, Instrument, Name, SourceError, Symbol};
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;

use super::{complaint, meta, unreadable};
use crate::http::Reply;
use crate::json;
use crate::yahoo::wire::{Envelope, Found, Hit};
use crate::yahoo::{exchanges, spelling};

/// Reads the instruments found, best first, each once.
///
/// Hits that are no instruments (companies without a listing) are left out, and
/// so is what is of no kind we know: it could only be given a wrong one.
pub(in crate::yahoo) fn instruments(reply: &Reply) -> Result<Vec<Instrument>, SourceError> {
    if !reply.is_success() {
        return Err(reply.refusal());
    }
    let mut found: Vec<Instrument> = Vec::new();
    for hit in hits(found_in(reply)?)? {
        let instrument = instrument(&hit);
        // Two of Yahoo's names may be one instrument: `JPY=X` and `USDJPY=X`.
        let is_new = |new: &Instrument| found.iter().all(|known| known.symbol != new.symbol);
        found.extend(instrument.filter(is_new));
    }
    Ok(found)
}

/// What was found, or what an error in its place means.
fn found_in(reply: &Reply) -> Result<Found, SourceError> {
    match json::read::<Envelope<IgnoredAny>>(&reply.body).map(|it| it.outcome.error) {
        Ok(Some(error)) => Err(complaint(&error, reply.status)),
        _ => json::read(&reply.body),
    }
}

/// The hits among Yahoo's own listings. An odd one does not spoil the others,
/// but where all are odd the answer is not what we take it for.
fn hits(found: Found) -> Result<Vec<Hit>, SourceError> {
    let is_listed = |hit: &Value| hit["isYahooFinance"] != false;
    let listed: Vec<Value> = found.quotes.into_iter().filter(is_listed).collect();
    let hits: Vec<Hit> = listed.iter().filter_map(|hit| Hit::deserialize(hit).ok()).collect();
    if hits.is_empty() && !listed.is_empty() {
        return Err(unreadable("no search hit has the expected shape"));
    }
    Ok(hits)
}

/// A search says neither currency nor zone. The currency is what the catalog
/// says, as a rule nothing; the zone is that of a place we know, or else what
/// the catalog assumes, as a rule UTC.
fn instrument(hit: &Hit) -> Option<Instrument> {
    let symbol = spelling::canonical(&hit.symbol.parse::<Symbol>().ok()?);
    let kind = meta::kind(&symbol, hit.quote_type.as_deref(), hit.exchange.as_deref())?;
    let assumed = Catalog::new().instrument(&symbol);
    let code = hit.exchange.as_deref().unwrap_or_default();
    let said = |text: Option<&String>| {
        text.map(|text| Name::from(text.as_str())).filter(|text| !text.is_empty())
    };
    let name = said(hit.longname.as_ref()).or_else(|| said(hit.shortname.as_ref()));
    Some(Instrument {
        name: name.unwrap_or(assumed.name),
        kind,
        mic: exchanges::mic(code, kind),
        time_zone: exchanges::time_zone(code).map_or(assumed.time_zone, str::to_owned),
        exchange: said(hit.exch_disp.as_ref()).or_else(|| said(hit.exchange.as_ref())),
        ..assumed
    })
}
