//! A file as rows of texts, whichever its form.

use csv::StringRecord;

/// What a file holds: one row is in memory at a time, or one batch of them.
pub(in crate::commands) struct Table {
    /// The columns' names.
    pub(in crate::commands) names: Vec<String>,
    /// The rows; an error is the last item, and nothing after it can be read.
    pub(in crate::commands) rows: Box<dyn Iterator<Item = Result<Row, String>>>,
    /// What the places of rows count: lines, or rows.
    pub(in crate::commands) unit: &'static str,
}

/// One row.
pub(in crate::commands) struct Row {
    /// Where it stands in the file, from 1.
    pub(in crate::commands) place: u64,
    /// Its cells, or why they cannot be read.
    pub(in crate::commands) cells: Result<StringRecord, String>,
}
