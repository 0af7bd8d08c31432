use std::collections::HashSet;
use std::sync::Arc;

use market::{Moment, Symbol};

use crate::client::Client;
use crate::interest::Interest;
use crate::schedule::Schedule;

/// A client follows these instruments: while this lives they are refreshed as the
/// watched ones are. Dropped, they are refreshed on demand only.
pub struct Demand {
    schedule: Arc<Schedule>,
    interest: Arc<Interest>,
    client: Client,
    symbols: Vec<Symbol>,
}

impl Demand {
    pub(crate) fn new(
        schedule: Arc<Schedule>,
        interest: Arc<Interest>,
        client: Client,
        symbols: &[Symbol],
        now: Moment,
    ) -> Self {
        let each_once: HashSet<&Symbol> = symbols.iter().collect();
        let symbols: Vec<Symbol> = each_once.into_iter().cloned().collect();
        interest.follows(&client, &symbols);
        schedule.demand(&symbols, now);
        Self { schedule, interest, client, symbols }
    }
}

impl Drop for Demand {
    fn drop(&mut self) {
        self.schedule.release(&self.symbols);
        self.interest.leaves(&self.client, &self.symbols);
    }
}
