//! A year of closes as several sources tell them: how right sources differ, and in which
//! ways one is wrong. What the engine makes of it is held against what was traded.

mod audit;
mod count;
mod judge;
mod manner;
mod mistake;
mod session;
mod share;
mod teller;
mod year;

pub use count::{Count, Counts};
pub use mistake::Mistake;
pub use year::{Errors, Year, YearOutcome};
