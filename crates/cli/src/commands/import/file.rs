//! A file in one of the forms that are read.

use std::path::Path;

use csv::StringRecord;

use super::parquet::open as parquet;
use super::rows::{Row, Table};

/// Opens a file: Parquet by its ending, CSV otherwise.
pub(super) fn open(path: &Path) -> Result<Table, String> {
    let is_parquet = path.extension().is_some_and(|it| it.eq_ignore_ascii_case("parquet"));
    let table = if is_parquet { parquet(path) } else { csv(path) };
    table.map_err(|fault| format!("{}: {fault}", path.display()))
}

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
