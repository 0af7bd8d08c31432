use engine::{Client, Engine, Share};
use http::{Caller, RateLimit};

/// The client that a caller is: its address, until there is something better to know
/// one by. What a proxy says of others behind it is not believed.
pub fn client(caller: &Caller) -> Client {
    caller.address().map_or(Client::LOCAL, Client::at)
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
