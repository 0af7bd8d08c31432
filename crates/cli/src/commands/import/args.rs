use std::path::PathBuf;

use clap::Args;
use market::{Currency, Interval, Symbol};

/// Which file to bring in, and what it does not say of itself.
#[derive(Args)]
pub(crate) struct ImportArgs {
    /// CSV with a line of names, or Parquet (ending in .parquet), as export writes them
    pub(crate) file: PathBuf,
    /// Whose bars they are, where there is no column symbol; else only this symbol is accepted
    #[arg(long)]
    pub(crate) symbol: Option<Symbol>,
    /// How long each bar is: 1m 2m 5m 15m 30m 1h 1d 1wk 1mo 3mo
    #[arg(long, default_value = "1d")]
    pub(crate) interval: Interval,
    /// What prices are counted in, such as EUR, where there is no column currency
    #[arg(long)]
    pub(crate) currency: Option<Currency>,
    /// Tell what would change and store nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Leave out rows that cannot be used and store the others
    #[arg(long)]
    pub(crate) skip_bad: bool,
}
