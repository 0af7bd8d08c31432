use axum::extract::State;
use axum::response::Response;
use http::{CachePolicy, Caller, reply};
use serde_json::json;

use super::quotes::rows;
use super::refusal::Refused;
use super::row::Row;
use super::symbols::Asked;
use super::words::Words;
use crate::Served;
use crate::patient::{OTHER, patient};

/// What the summary of a market is about, by the name that clients ask for. The first
/// is that of whoever names none.
const MARKETS: [(&str, &str); 8] = [
    ("US", "^GSPC,^DJI,^IXIC,^RUT,^VIX,GC=F"),
    ("GB", "^FTSE,^FTMC,GBPUSD=X,GBPEUR=X"),
    ("EUROPE", "^GDAXI,^FCHI,^STOXX50E,^AEX,EURUSD=X"),
    ("ASIA", "^N225,^HSI,000001.SS,^AXJO,^BSESN"),
    ("RATES", "^IRX,^FVX,^TNX,^TYX"),
    ("COMMODITIES", "GC=F,SI=F,CL=F,NG=F"),
    ("CURRENCIES", "EURUSD=X,GBPUSD=X,JPY=X,EURGBP=X"),
    ("CRYPTOCURRENCIES", "BTC-USD,ETH-USD,SOL-USD,XRP-USD"),
];

/// `GET /v6/finance/quote/marketSummary?market=`
pub(super) async fn summary(
    State(served): State<Served>,
    words: Words,
    caller: Caller,
) -> Response {
    match answer(&served, &words, &caller).await {
        Ok(rows) => {
            let body = json!({ "marketSummaryResponse": { "result": rows, "error": null } });
            reply::json(CachePolicy::OneSecond, body.to_string())
        }
        Err(refused) => refused.answer("finance"),
    }
}

async fn answer(served: &Served, words: &Words, caller: &Caller) -> Result<Vec<Row>, Refused> {
    let name = words.get("market").unwrap_or(MARKETS[0].0);
    let known = MARKETS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    let none = || Refused::bad_request(format!("no market {}", table::text::short(name)));
    let (_, symbols) = known.ok_or_else(none)?;
    let engine = patient(served, caller, OTHER);
    let asked = Asked::read_all(&engine, Some(symbols))?;
    rows(served.refresh_every, &engine, &asked).await
}
