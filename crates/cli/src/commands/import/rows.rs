//! A file as rows of texts, whichever its form.

use std::path::Path;

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

/// Opens a file: Parquet by its ending, CSV otherwise.
pub(super) fn open(path: &Path) -> Result<Table, String> {
    let is_parquet = path.extension().is_some_and(|it| it.eq_ignore_ascii_case("parquet"));
    let table = if is_parquet { parquet(path) } else { csv(path) };
    table.map_err(|fault| format!("{}: {fault}", path.display()))
}

use super::parquet::open as parquet;

fn csv(path: &Path) -> Result<Table, String> {
    let reader = csv::ReaderBuilder::new().flexible(true).from_path(path);
    let mut reader = reader.map_err(|error| error.to_string())?;
    let names = reader.headers().map_err(|error| error.to_string())?;
    let names = names.iter().map(str::to_owned).collect();
    Ok(Table { names, rows: Box::new(reader.into_records().map(row)), unit: "line" })
}

fn row(read: Result<StringRecord, csv::Error>) -> Result<Row, String> {
    let line = |position: Option<&csv::Position>| position.map_or(0, csv::Position::line);
    match read {
        Ok(record) => Ok(Row { place: line(record.position()), cells: Ok(record) }),
        Err(error) if error.is_io_error() => Err(error.to_string()),
        Err(error) => {
            Ok(Row { place: line(error.position()), cells: Err("is not UTF-8 text".to_owned()) })
        }
    }
}
