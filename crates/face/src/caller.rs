use engine::{Client, Engine, Share};
use http::{Caller, RateLimit};

/// The client that a caller is: the holder of a key, or else its address.
pub fn client(caller: &Caller) -> Client {
    match caller.pass() {
        Some(pass) => Client::holding(pass.id(), pass.share().per_cent()),
        None => caller.address().map_or(Client::LOCAL, Client::at),
    }
}

/// The engine as a caller asks it: out of its own share of the upstreams' budgets. The
/// answer tells what is left of that, where it depended on it.
pub fn engine_for(engine: &Engine, caller: &Caller) -> Engine {
    let engine = engine.asked_by(client(caller));
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
