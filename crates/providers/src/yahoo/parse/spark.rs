use jiff::Timestamp;
use market::{Instrument, Quote, SourceError, Symbol};
use serde::Deserialize;

use super::{quote, unreadable};
use crate::http::Reply;
use crate::json;
use crate::yahoo::spelling;
use crate::yahoo::wire::{Chart, Envelope, Outcome, Spark};

/// Reads the answer about many symbols, in the order asked. One that is not in
/// it is unknown there; what was not asked for is passed over.
///
/// # Errors
///
/// What is wrong with the answer as a whole; what concerns one instrument alone
/// is in its place.
pub(in crate::yahoo) fn quotes(
    reply: &Reply,
    asked: &[Instrument],
    received_at: Timestamp,
) -> Result<Vec<Result<Quote, SourceError>>, SourceError> {
    let sparks = sparks(reply)?;
    let quote = |asked: &Instrument| {
        let found = sparks.iter().find(|spark| is_about(spark, &asked.symbol));
        let unknown = || SourceError::UnknownSymbol(asked.symbol.clone());
        quote::of_chart(&chart(found.ok_or_else(unknown)?)?, asked, received_at)
    };
    Ok(asked.iter().map(quote).collect())
}

/// None where Yahoo knows none of the symbols.
fn sparks(reply: &Reply) -> Result<Vec<Spark>, SourceError> {
    match json::read::<Envelope<Spark>>(&reply.body).map(|envelope| envelope.outcome) {
        Ok(Outcome { error: Some(error), .. }) if error.is_not_found() => Ok(Vec::new()),
        _ if !reply.is_success() => Err(reply.refusal()),
        Ok(Outcome { error: Some(_), .. }) => Err(unreadable("an error in place of a result")),
        Ok(Outcome { result, .. }) => {
            result.ok_or_else(|| unreadable("neither a result nor an error"))
        }
        Err(error) => Err(error),
    }
}

/// Yahoo may write a name otherwise than it was asked: `JPY=X` for `USDJPY=X`.
fn is_about(spark: &Spark, asked: &Symbol) -> bool {
    let name = spark.symbol.parse::<Symbol>();
    name.is_ok_and(|name| spelling::canonical(&name) == *asked)
}

fn chart(spark: &Spark) -> Result<Chart, SourceError> {
    let first = spark.response.first().ok_or_else(|| unreadable("a spark without a response"))?;
    Chart::deserialize(first).map_err(|_| unreadable("a spark of an unexpected shape"))
}
