use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use zip::ZipWriter;
use zip::result::ZipResult;
use zip::write::SimpleFileOptions;

use super::Day;
use super::columns::COLUMNS;

/// The shape of `eurofxref-daily.xml` and `eurofxref-hist-90d.xml`.
pub(super) fn xml(days: &[Day]) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<gesmes:Envelope \
         xmlns:gesmes=\"http://www.gesmes.org/xml/2002-08-01\" \
         xmlns=\"http://www.ecb.int/vocabulary/2002-08-01/eurofxref\">\
         <gesmes:subject>Reference rates</gesmes:subject><gesmes:Sender>\
         <gesmes:name>European Central Bank</gesmes:name></gesmes:Sender><Cube>",
    );
    for day in days {
        let _ = write!(text, "<Cube time=\"{}\">", day.date);
        for (column, rate) in COLUMNS.iter().zip(&day.rates) {
            if let Some(rate) = rate {
                let _ = write!(text, "<Cube currency=\"{}\" rate=\"{rate}\"/>", column.code);
            }
        }
        text.push_str("</Cube>\n");
    }
    text.push_str("</Cube></gesmes:Envelope>");
    text
}

/// The shape of `eurofxref-hist.csv`: newest first, a comma at each line's end,
/// `N/A` for what has no rate.
pub(super) fn csv(days: &[Day]) -> String {
    let mut text = String::from("Date,");
    for column in &COLUMNS {
        text.push_str(column.code);
        text.push(',');
    }
    text.push('\n');
    for day in days {
        let _ = write!(text, "{},", day.date);
        for rate in &day.rates {
            let _ = match rate {
                Some(rate) => write!(text, "{rate},"),
                None => write!(text, "N/A,"),
            };
        }
        text.push('\n');
    }
    text
}

pub(super) fn zipped(csv: &str) -> ZipResult<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file(
        "eurofxref-hist.csv",
        SimpleFileOptions::default().compression_level(Some(1)),
    )?;
    archive.write_all(csv.as_bytes())?;
    Ok(archive.finish()?.into_inner())
}
