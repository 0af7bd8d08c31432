//! Prices as directives of plain-text ledgers: a commodity's price on a day, in the syntax
//! of Beancount (<https://beancount.github.io/docs/beancount_language_syntax.html>) or that
//! which hledger and Ledger share (<https://hledger.org/hledger.html#p-directive>).

mod commodity;
mod prices;
mod syntax;

pub(crate) use commodity::Named;
pub(super) use commodity::commodity;
pub(super) use prices::{fault, pieces};
pub(crate) use syntax::Syntax;
