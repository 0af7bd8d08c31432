//! A file in one of the forms that are read.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;

use csv::StringRecord;
use server::Input;

use super::bounds::Measured;
use super::parquet::of_parquet;
use super::rows::{Row, Table};
use super::spool::spooled;

/// What every Parquet file begins with
/// (<https://parquet.apache.org/docs/file-format/>).
const PARQUET: &[u8; 4] = b"PAR1";

/// Opens a file: Parquet by its ending, CSV otherwise.
pub(super) fn open(path: &Path) -> Result<Table, String> {
    let is_parquet = path.extension().is_some_and(|it| it.eq_ignore_ascii_case("parquet"));
    let table = File::open(path).map_err(|error| error.to_string());
    let table = table.and_then(|file| if is_parquet { of_parquet(file) } else { of_csv(file) });
    table.map_err(|fault| format!("{}: {fault}", path.display()))
}

/// What is written to standard input: Parquet by its first bytes, CSV otherwise. It is
/// read when all of it is here, because nothing is stored before all is checked.
pub(super) async fn of_input(input: Input) -> Result<Table, String> {
    let mut file = spooled(input).await.map_err(|error| format!("standard input: {error}"))?;
    let mut first = [0; PARQUET.len()];
    let is_parquet = file.read_exact(&mut first).is_ok() && first == *PARQUET;
    let table = file.rewind().map_err(|error| error.to_string());
    let table = table.and_then(|()| if is_parquet { of_parquet(file) } else { of_csv(file) });
    table.map_err(|fault| format!("standard input: {fault}"))
}

/// The rows of a CSV file.
pub(super) fn of_csv(file: impl Read + 'static) -> Result<Table, String> {
    let (file, since_row) = Measured::new(file);
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(file);
    let names = reader.headers().map_err(|error| error.to_string())?;
    let names = names.iter().map(str::to_owned).collect();
    let rows = reader.into_records().map(move |read| {
        since_row.row();
        row(read)
    });
    Ok(Table { names, rows: Box::new(rows), unit: "line" })
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

#[cfg(test)]
mod tests {
    use std::io::{self, repeat};

    use super::*;

    #[test]
    fn a_row_without_an_end_is_refused_and_not_kept() {
        let check = |file: Box<dyn Read>| {
            let fault = match of_csv(file) {
                Err(fault) => fault,
                Ok(mut table) => table.rows.find_map(Result::err).unwrap(),
            };
            assert!(fault.contains("longer than 1048576 bytes"), "{fault}");
        };
        check(Box::new(repeat(0)));
        check(Box::new(b"date,close\n2024-01-02,1\n\"".chain(repeat(b'\n'))));
        check(Box::new(b"date,close\n".chain(repeat(b','))));
    }

    #[test]
    fn a_file_of_many_short_rows_is_read_to_its_end() {
        let rows = "2024-01-02,1\n".repeat(200_000);
        let table = of_csv(io::Cursor::new(format!("date,close\n{rows}"))).unwrap();
        assert_eq!(table.rows.flatten().count(), 200_000);
    }
}
