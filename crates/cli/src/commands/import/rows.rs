//! A file as rows of texts, whichever its form.

use csv::StringRecord;

/// What a file holds: one row is in memory at a time, or one batch of them.
pub(super) struct Table {
    /// The columns' names.
    pub(super) names: Vec<String>,
    /// The rows; an error is the last item, and nothing after it can be read.
    pub(super) rows: Box<dyn Iterator<Item = Result<Row, String>>>,
    /// What the places of rows count: lines, or rows.
    pub(super) unit: &'static str,
}

/// One row.
pub(super) struct Row {
    /// Where it stands in the file, from 1.
    pub(super) place: u64,
    /// Its cells, or why they cannot be read.
    pub(super) cells: Result<StringRecord, String>,
}
