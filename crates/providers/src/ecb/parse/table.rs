use std::io::{Cursor, Read};

use market::SourceError;
use zip::ZipArchive;

use super::{Day, Days, date, rate, unreadable};

/// The most the unpacked table may hold, in bytes. It had 1.9 MB in 2026.
const UNPACKED_LIMIT: u64 = 8 << 20;

/// Reads `eurofxref-hist.zip`, or the CSV inside it.
///
/// Newest day first; a column for every currency there ever was; `N/A` where
/// there is no rate; a comma after the last column.
pub(in crate::ecb) fn days(body: &[u8]) -> Result<Days, SourceError> {
    if body.starts_with(b"PK") { days_of_csv(&unpack(body)?) } else { days_of_csv(body) }
}

fn unpack(body: &[u8]) -> Result<Vec<u8>, SourceError> {
    let broken = |_| unreadable("a ZIP that cannot be unpacked");
    let mut archive = ZipArchive::new(Cursor::new(body)).map_err(broken)?;
    let entry = archive.by_index(0).map_err(broken)?;
    let mut table = Vec::new();
    // One byte more than allowed tells that there is more.
    let read = entry.take(UNPACKED_LIMIT + 1).read_to_end(&mut table);
    read.map_err(|_| unreadable("a ZIP that cannot be unpacked"))?;
    if table.len() as u64 > UNPACKED_LIMIT {
        return Err(unreadable("a ZIP that unpacks to more than it may"));
    }
    Ok(table)
}

fn days_of_csv(table: &[u8]) -> Result<Days, SourceError> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(table);
    let broken = |_| unreadable("a table that is not CSV");
    let head = reader.headers().map_err(broken)?.clone();
    if head.get(0) != Some("Date") {
        return Err(unreadable("a table without a Date column"));
    }
    // Half a row, once stored, would look like a whole day.
    Ok(reader.records().map(|row| day(&head, &row.ok()?)).collect())
}

/// `None` where the row is of no day that can be read.
fn day(head: &csv::StringRecord, row: &csv::StringRecord) -> Option<Day> {
    let cells = head.iter().zip(row).skip(1);
    let rates = cells.filter(|(code, text)| !code.is_empty() && !["N/A", ""].contains(text));
    let rates = rates.map(|(code, text)| (code.to_owned(), rate(text)));
    Some(Day { date: date(row.get(0)?)?, rates: rates.collect() })
}
