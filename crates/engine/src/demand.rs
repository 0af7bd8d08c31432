use std::collections::HashSet;

use market::Symbol;

use crate::engine::Engine;

/// Somebody follows these instruments: while this lives they are refreshed as
/// the watched ones are. Dropped, they are guests again.
pub struct Demand {
    engine: Engine,
    symbols: Vec<Symbol>,
}

impl Engine {
    /// Has instruments refreshed until what is returned is dropped, however many
    /// ask for the same. Those that are due are refreshed at once, in a task of
    /// its own; the board has an entry for each of them.
    ///
    /// Needs a Tokio runtime.
    pub fn demand(&self, symbols: &[Symbol]) -> Demand {
        let canonical = symbols.iter().map(|symbol| self.canonical(symbol));
        let symbols: Vec<Symbol> = canonical.collect::<HashSet<_>>().into_iter().collect();
        self.welcome(&symbols);
        self.inner.schedule.demand(&symbols, self.now());
        self.refresh_asked(&symbols);
        Demand { engine: self.clone(), symbols }
    }
}

impl Drop for Demand {
    fn drop(&mut self) {
        self.engine.inner.schedule.release(&self.symbols);
    }
}
