//! What Yahoo calls an index and is none.

use market::Symbol;

/// Yields of United States Treasury bills and bonds in per cent a year, as Cboe
/// computes them (<https://www.cboe.com/us/indices/>): of 13 weeks, 5, 10 and 30
/// years. Those of bills fell below zero in March 2020.
const RATES: [&str; 4] = ["^IRX", "^FVX", "^TNX", "^TYX"];

/// Whether an instrument is a rate, whatever Yahoo calls it.
pub(super) fn is_rate(symbol: &Symbol) -> bool {
    RATES.contains(&symbol.as_str())
}
