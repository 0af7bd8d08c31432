use market::{Instrument, SourceError};

use crate::http::Reply;
use crate::refused;
use crate::twelvedata::listing::{Listing, Place};
use crate::twelvedata::wire::Complaint;

/// What is said in place of an answer, whatever its status.
pub(super) fn of(reply: &Reply) -> Option<Complaint> {
    // An answer has no code.
    serde_json::from_slice(&reply.body).ok()
}

/// Whether it says that there are no bars in the stretch asked for.
pub(super) fn is_nothing_then(complaint: &Complaint) -> bool {
    complaint.code == 400 && complaint.message.to_lowercase().contains("no data is available")
}

/// What it means of an instrument. Its own code counts, as its status may be 200.
pub(super) fn meaning(complaint: &Complaint, asked: &Instrument) -> SourceError {
    let Complaint { code, message } = complaint;
    let text = message.to_lowercase();
    let is_of_plan = text.contains("available") || text.contains("upgrad");
    let is_of_symbol = text.contains("symbol") || text.contains("very strict query");
    match code {
        401 => SourceError::Unauthorised { status: 401 },
        403 => lacks(),
        400 | 404 if is_of_plan => lacks(),
        400 | 404 if is_of_symbol => unknown(asked),
        429 => SourceError::Throttled { retry_after: None },
        500.. => SourceError::Failing { status: *code },
        _ => refused::in_text(message, *code).unwrap_or(SourceError::Failing { status: *code }),
    }
}

fn lacks() -> SourceError {
    SourceError::NotOffered("the key's plan does not have it".to_owned())
}

/// What is listed outside of the United States may be known there and not to the key.
fn unknown(asked: &Instrument) -> SourceError {
    match Listing::of(asked) {
        Ok(Listing { place: Place::Exchange(_), .. }) => {
            let why = "it does not know it, or the key's plan does not have it";
            SourceError::NotOffered(why.to_owned())
        }
        _ => SourceError::UnknownSymbol(asked.symbol.clone()),
    }
}
