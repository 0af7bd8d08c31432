use std::fmt::{self, Write};

use crate::readers::Tally;

/// What one fault came to.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) tally: Tally,
    /// Calls the service made while the fault lasted.
    pub(crate) calls: u32,
    /// Simulated seconds from the end of the fault until all was fresh again.
    pub(crate) recovery: Option<i64>,
    /// In place of the recovery, where there is none to measure.
    pub(crate) note: Option<String>,
}

impl Outcome {
    pub(crate) fn not_tried(why: &str) -> Self {
        Self { note: Some(format!("NOT TRIED: {why}")), ..Self::default() }
    }
}

/// A line of the table.
#[derive(Debug)]
pub(crate) struct Row {
    fault: &'static str,
    outcome: Result<Outcome, String>,
}

impl Row {
    pub(crate) fn new(fault: &'static str, outcome: Result<Outcome, String>) -> Self {
        Self { fault, outcome }
    }

    fn wrongs(&self) -> Vec<&str> {
        match &self.outcome {
            Ok(outcome) => outcome.tally.wrongs.iter().map(String::as_str).collect(),
            Err(panic) => vec![panic],
        }
    }
}

/// As Markdown.
impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "| {} | {} |", self.fault, cells(self))
    }
}

const HEAD: &str = "\
| fault | requests made by readers | answered from held values | answered fresh | nothing held | failed | upstream calls | recovery |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |
";

/// The table as Markdown.
pub(crate) fn of(rows: &[Row]) -> String {
    let mut table = HEAD.to_owned();
    for row in rows {
        // Writing to a String cannot fail.
        let _ = writeln!(table, "{row}");
    }
    table
}

fn cells(row: &Row) -> String {
    let Ok(outcome) = &row.outcome else { return "| | | | | | WRONG".to_owned() };
    let Outcome { tally, calls, recovery, note } = outcome;
    if tally.requests == 0 {
        return format!("| | | | | | {}", note.as_deref().unwrap_or_default());
    }
    let recovery = recovery.map(|seconds| format!("{seconds} s"));
    let mut end = recovery.or_else(|| note.clone()).unwrap_or_else(|| "none".to_owned());
    if !tally.wrongs.is_empty() {
        end.push_str(", WRONG");
    }
    let Tally { requests, held, fresh, nothing, failed, .. } = tally;
    format!("{requests} | {held} | {fresh} | {nothing} | {failed} | {calls} | {end}")
}

/// What went wrong, a paragraph for each row concerned.
pub(crate) fn faults_found(rows: &[Row]) -> Vec<String> {
    let concerned = rows.iter().filter(|row| !row.wrongs().is_empty());
    concerned.map(|row| format!("{}:\n  {}\n", row.fault, row.wrongs().join("\n  "))).collect()
}
