use std::fmt::Write;

use market::{HistoryResult, Symbol};
use query::lack;
use serde_json::{Value, json};

use super::fill::Outcome;

/// A symbol and what fetching its history came to.
pub(super) struct Row {
    pub(super) symbol: Symbol,
    pub(super) outcome: Outcome,
}

impl Row {
    /// What came of it, for a line that begins with the symbol.
    pub(super) fn in_short(&self) -> String {
        match &self.outcome {
            Outcome::Fetched(answer) => format!("{} bars", answer.series.len()),
            Outcome::AlreadyThere(answer) => format!("{} bars, already there", answer.series.len()),
            Outcome::Failed { why, .. } => why.clone(),
        }
    }

    /// What the answer lacks, where it is a part.
    pub(super) fn lack(&self) -> Option<String> {
        match &self.outcome {
            Outcome::Fetched(answer) | Outcome::AlreadyThere(answer) => lack(answer),
            Outcome::Failed { .. } => None,
        }
    }

    fn json(&self) -> Value {
        let (outcome, answer, why) = match &self.outcome {
            Outcome::Fetched(answer) => ("fetched", Some(answer), None),
            Outcome::AlreadyThere(answer) => ("already there", Some(answer), None),
            Outcome::Failed { why, .. } => ("failed", None, Some(why)),
        };
        let dates = answer.map(|it| it.series.dates()).unwrap_or_default();
        json!({
            "symbol": self.symbol.as_str(),
            "outcome": outcome,
            "bars": answer.map(|it| it.series.len()),
            "from": dates.first(),
            "to": dates.last(),
            "source": answer.map(|it| it.series.head.source.as_str()),
            "complete": answer.map(|_| self.lack().is_none()),
            "missing": self.lack(),
            "why": why,
        })
    }

    fn line(&self) -> String {
        let lack = self.lack().map_or_else(String::new, |lack| format!(", {lack}"));
        self.cells() + &lack
    }

    fn cells(&self) -> String {
        let symbol = self.symbol.as_str();
        match &self.outcome {
            Outcome::Fetched(answer) => format!("{symbol:<12} {}", cells(answer)),
            Outcome::AlreadyThere(answer) => {
                format!("{symbol:<12} {}, already there", cells(answer))
            }
            Outcome::Failed { why, .. } => format!("{symbol:<12} {:>8}  {why}", "-"),
        }
    }
}

/// `    6543  2000-01-03  2025-10-29` and the source
fn cells(answer: &HistoryResult) -> String {
    let dates = answer.series.dates();
    let [from, to] = [dates.first(), dates.last()]
        .map(|date| date.map_or_else(|| "-".to_owned(), ToString::to_string));
    let (bars, source) = (answer.series.len(), &answer.series.head.source);
    format!("{bars:>8}  {from:<10}  {to:<10}  {source}")
}

/// An array with an object for each symbol.
pub(super) fn json(rows: &[Row]) -> String {
    rows.iter().map(Row::json).collect::<Value>().to_string() + "\n"
}

/// One line for each symbol, and a sum.
pub(super) fn report(rows: &[Row]) -> String {
    let mut report =
        format!("{:<12} {:>8}  {:<10}  {:<10}  SOURCE\n", "SYMBOL", "BARS", "FROM", "TO");
    for row in rows {
        // Writing to a String cannot fail.
        let _ = writeln!(report, "{}", row.line());
    }
    let count = |is: fn(&Outcome) -> bool| rows.iter().filter(|row| is(&row.outcome)).count();
    let _ = writeln!(
        report,
        "{} fetched, {} already there, {} failed",
        count(|it| matches!(it, Outcome::Fetched(_))),
        count(|it| matches!(it, Outcome::AlreadyThere(_))),
        count(|it| matches!(it, Outcome::Failed { .. })),
    );
    report
}
