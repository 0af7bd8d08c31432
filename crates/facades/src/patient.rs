use std::time::Duration;

use engine::Engine;
use http::Caller;

use crate::Served;
use face::engine_for;

/// How long a question for a chart waits for its turn at an upstream. A widely used
/// client gives up after ten seconds, of which the answer takes some.
pub(super) const CHART: Duration = Duration::from_secs(8);

/// How long any other question does. Clients give those half a minute.
pub(super) const OTHER: Duration = Duration::from_secs(20);

/// The engine as a caller asks it who cannot be told to come back: programs written for
/// another service take a refusal for the end of the matter. So what budgets do not
/// suffice for at once waits for its turn, as long as the client itself waits.
pub(super) fn patient(served: &Served, caller: &Caller, patience: Duration) -> Engine {
    engine_for(&served.engine, caller).waiting(patience)
}
