use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use engine::{Engine, Entry};
use http::{CachePolicy, Problem};
use market::Symbol;
use query::is_existing;

use super::price::{QuoteRow, Quotes};
use super::question::{ManySymbols, symbol};
use super::refusal::Refused;
use crate::Served;
use crate::asked::Asked;
use crate::beside::Beside;
use crate::reply;
use face::ApiError;

/// `GET /udf/quotes?symbols=`: a row for each name, in its order. What is wrong with one
/// is said in its row.
pub(super) async fn quotes(
    State(served): State<Served>,
    asked: Asked,
) -> Result<Response, Refused> {
    let ManySymbols { symbols: names } = asked.read()?;
    let engine = asked.engine(&served);
    let mut named = Vec::new();
    for name in &names {
        named.push((name, symbol(&engine, name).await));
    }
    let symbols: Vec<Symbol> =
        named.iter().filter_map(|(_, symbol)| symbol.as_ref().ok().cloned()).collect();
    let entries = engine.quotes(&symbols).await;
    let held: HashMap<&Symbol, &Arc<Entry>> = symbols.iter().zip(&entries).collect();
    let d = named.into_iter().map(|(name, symbol)| row(&engine, name, symbol, &held)).collect();
    let beside = entries.iter().map(|entry| Beside::of_entry(entry, engine.now()));
    let (answer, beside) = (Quotes { s: "ok", d }, Beside::of_all(beside));
    Ok(reply::json(&served, &asked.headers, CachePolicy::OneSecond, &answer, &beside))
}

fn row(
    engine: &Engine,
    name: &str,
    symbol: Result<Symbol, ApiError>,
    held: &HashMap<&Symbol, &Arc<Entry>>,
) -> QuoteRow {
    let priced = symbol.and_then(|symbol| {
        let entry = held.get(&symbol).ok_or_else(Problem::internal)?;
        is_existing(engine, entry)?;
        Ok(QuoteRow::of(name, entry, engine.now()))
    });
    priced.unwrap_or_else(|error| QuoteRow::unknown(name, error.into_problem().detail().to_owned()))
}
