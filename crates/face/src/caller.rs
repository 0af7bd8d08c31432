use std::sync::Arc;

use engine::{Client, Engine, Share};
use http::{Caller, Clearance, RateLimit};

use crate::stream::{Hub, NoPlace, Reader};
use crate::terms::Terms;

/// The client that a caller is: the holder of a key, or else its address.
pub fn client(caller: &Caller) -> Client {
    match caller.pass() {
        Some(pass) => Client::holding(pass.id(), pass.share().per_cent()),
        None => caller.address().map_or(Client::LOCAL, Client::at),
    }
}

/// A place at a hub for a caller, for as long as the key that it has shown is good. What it
/// may not show to others is kept from it event by event.
///
/// # Errors
///
/// Where there is none.
pub fn join(hub: &Arc<Hub>, caller: &Caller) -> Result<Reader, NoPlace> {
    let reader = Reader::join(hub, client(caller))?;
    let terms = Terms::of(reader.engine(), caller);
    if terms.is_some() {
        caller.clears(|| Clearance::Given);
    }
    Ok(reader.while_it_may(caller.stays_admitted()).by(terms))
}

/// The engine as a caller asks it: out of its own share of the upstreams' budgets. The
/// answer tells what is left of that, where it depended on it, and is refused where it has
/// figures that the caller may not show to those whom it does.
pub fn engine_for(engine: &Engine, caller: &Caller) -> Engine {
    let mut engine = engine.asked_by(client(caller));
    if let Some(terms) = Terms::of(&engine, caller) {
        engine = engine.noting_whose();
        let asked = engine.clone();
        caller.clears(move || terms.clearance(&asked));
    }
    let asked = engine.clone();
    caller.limits_are(move || asked.shares().iter().map(rate_limit).collect());
    engine
}

fn rate_limit(share: &Share) -> RateLimit {
    RateLimit {
        policy: share.upstream.as_str().to_owned(),
        quota: share.most,
        window: share.window,
        left: share.left,
        next_in: share.next_in,
    }
}
