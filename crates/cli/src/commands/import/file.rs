//! A file in one of the forms that are read.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use csv::StringRecord;

use super::parquet::open as parquet;
use super::rows::{Row, Table};

/// Opens a file: Parquet by its ending, CSV otherwise.
pub(super) fn open(path: &Path) -> Result<Table, String> {
    let is_parquet = path.extension().is_some_and(|it| it.eq_ignore_ascii_case("parquet"));
    let csv = || of_csv(File::open(path).map_err(|error| error.to_string())?);
    let table = if is_parquet { parquet(path) } else { csv() };
    table.map_err(|fault| format!("{}: {fault}", path.display()))
}

/// The rows of a CSV file.
pub(super) fn of_csv(file: impl Read + 'static) -> Result<Table, String> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
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
