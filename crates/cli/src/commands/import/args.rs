use std::borrow::Cow;
use std::path::PathBuf;

use audit::Kind;
use clap::Args;
use market::{Currency, Interval, Symbol};

use super::is_input;
use crate::commands::{Deed, stored_intervals_help};

/// Which file to bring in, and what it does not say of itself.
#[derive(Args)]
pub(crate) struct ImportArgs {
    /// CSV with a line of names, or Parquet (ending in .parquet), as export writes them; - is standard input
    pub(crate) file: PathBuf,
    /// Whose bars they are, where there is no column symbol; else only this symbol is accepted
    #[arg(long)]
    pub(crate) symbol: Option<Symbol>,
    #[arg(long, default_value = "1d", help = stored_intervals_help())]
    pub(crate) interval: Interval,
    /// What prices are counted in, such as EUR, where there is no column currency
    #[arg(long)]
    pub(crate) currency: Option<Currency>,
    /// Tell what would change and store nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Report as JSON: an object for each symbol
    #[arg(long)]
    pub(crate) json: bool,
    /// Leave out rows that cannot be used and store the others
    #[arg(long)]
    pub(crate) skip_bad: bool,
}

impl ImportArgs {
    /// What it does that is to be on record; nothing where it only tells what it would do.
    pub(crate) fn deed(&self) -> Option<Deed> {
        (!self.dry_run).then(|| (Kind::Import, self.file.display().to_string()))
    }

    /// Whether what is brought in is written to standard input.
    pub(crate) fn reads_input(&self) -> bool {
        is_input(&self.file)
    }

    /// What is brought in, for people.
    pub(super) fn what(&self) -> Cow<'_, str> {
        if self.reads_input() { "standard input".into() } else { self.file.to_string_lossy() }
    }
}
