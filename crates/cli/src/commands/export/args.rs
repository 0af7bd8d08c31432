use std::path::PathBuf;

use audit::Kind;
use clap::Args;
use market::{Adjust, Bound, Interval, Period, Symbol};

use super::format::Format;
use super::ledger::Named;
use crate::commands::{Deed, intervals_help, symbols_help};

/// Whose history to write, how much of it, and where to.
#[derive(Args)]
pub(crate) struct ExportArgs {
    #[arg(help = symbols_help(), required = true)]
    pub(crate) symbols: Vec<Symbol>,
    #[arg(long, default_value = "csv", help = Format::names())]
    pub(crate) format: Format,
    /// The folder for the files, made if need be; without it one symbol goes to standard output
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// How far back: 7d, 1mo, 3mo, 6mo, 1y, 5y, ytd, max, any <n>d, <n>wk, <n>mo, <n>y
    #[arg(long, default_value = "max", conflicts_with = "from")]
    pub(crate) period: Period,
    /// First trading date, YYYY-MM-DD, or an instant: RFC 3339, or seconds or milliseconds since 1970; instead of a period
    #[arg(long)]
    pub(crate) from: Option<Bound>,
    /// Last trading date, with all of its bars, or an instant; now where only --from is given
    #[arg(long, requires = "from")]
    pub(crate) to: Option<Bound>,
    #[arg(long, default_value = "1d", help = intervals_help())]
    pub(crate) interval: Interval,
    /// Say as JSON what was written: an object for each file
    #[arg(long, requires = "out")]
    pub(crate) json: bool,
    /// Content with a part where the whole cannot be had
    #[arg(long)]
    pub(crate) partial: bool,
    /// What prices are adjusted for: none, splits or all (splits and dividends); splits by default, for a ledger none
    #[arg(long)]
    pub(crate) adjust: Option<Adjust>,
    /// What a ledger calls an instrument, where that is not its symbol, or the first currency of a pair; may be repeated
    #[arg(long = "commodity", value_name = "SYMBOL=NAME")]
    pub(crate) commodities: Vec<Named>,
    /// As known here at an instant, such as 2024-01-31T17:00:00Z
    #[arg(long, value_name = "INSTANT")]
    pub(crate) known_at: Option<jiff::Timestamp>,
    /// Another name of --known-at
    #[arg(long, value_name = "INSTANT", conflicts_with = "known_at")]
    pub(crate) as_of: Option<jiff::Timestamp>,
}

impl ExportArgs {
    /// What it does that is to be on record.
    pub(crate) fn deed(&self) -> Deed {
        let symbols: Vec<_> = self.symbols.iter().map(Symbol::as_str).collect();
        let to = self.out.as_ref().map(|folder| folder.display().to_string());
        let to = to.unwrap_or_else(|| "standard output".to_owned());
        (Kind::Export, format!("{} to {to}", symbols.join(",")))
    }
}
