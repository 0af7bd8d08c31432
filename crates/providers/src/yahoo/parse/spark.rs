use jiff::Timestamp;
use market::{Instrument, Quote, SourceError, Symbol};
use serde_json::value::RawValue;

use super::{complaint, quote, unreadable};
use crate::http::Reply;
use crate::json;
use crate::yahoo::spelling;
use crate::yahoo::wire::{Chart, Envelope, Outcome, Spark};

/// Reads the answer about many symbols, in the order asked. One that is not in it
/// is left out, which is not to say that it is unknown; what was not asked for is
/// passed over.
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
        let left_out = || SourceError::LeftOut(asked.symbol.clone());
        quote::of_chart(&chart(found.ok_or_else(left_out)?)?, asked, received_at)
    };
    Ok(asked.iter().map(quote).collect())
}

/// None where Yahoo finds none of the symbols: which of them it does not know it
/// does not say.
fn sparks(reply: &Reply) -> Result<Vec<Spark>, SourceError> {
    let read = json::read::<Envelope<Box<RawValue>>>(&reply.body);
    match read.map(|envelope| envelope.outcome) {
        Ok(Outcome { error: Some(error), .. }) if error.is_not_found() => Ok(Vec::new()),
        _ if !reply.is_success() => Err(reply.refusal()),
        Ok(Outcome { error: Some(error), .. }) => Err(complaint(&error, reply.status)),
        Ok(Outcome { result, .. }) => {
            each(&result.ok_or_else(|| unreadable("neither a result nor an error"))?)
        }
        Err(error) => Err(error),
    }
}

/// An odd one does not spoil the others, but where all are odd the answer is not
/// what we take it for.
fn each(result: &[Box<RawValue>]) -> Result<Vec<Spark>, SourceError> {
    let sparks = result.iter().filter_map(|spark| serde_json::from_str(spark.get()).ok());
    let sparks: Vec<Spark> = sparks.collect();
    if sparks.is_empty() && !result.is_empty() {
        return Err(unreadable("no spark has the expected shape"));
    }
    Ok(sparks)
}

/// Yahoo may write a name otherwise than it was asked: `JPY=X` for `USDJPY=X`.
fn is_about(spark: &Spark, asked: &Symbol) -> bool {
    let name = spark.symbol.parse::<Symbol>();
    name.is_ok_and(|name| spelling::canonical(&name) == *asked)
}

fn chart(spark: &Spark) -> Result<Chart, SourceError> {
    let first = spark.response.first().ok_or_else(|| unreadable("a spark without a response"))?;
    serde_json::from_str(first.get()).map_err(|_| unreadable("a spark of an unexpected shape"))
}
