use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use crate::arrow::{Ipc, IpcFile, Parquet};
use crate::columns::ColumnPieces;
use crate::constants::{Constants, WithConstants};
use crate::csv::Csv;
use crate::error::EncodeError;
use crate::head::Head;
use crate::json::{JsonRows, Ndjson};
use crate::pieces::{Pieces, RowPieces};
use crate::rows::Rows;
use crate::text::short;

/// A form in which a table can be written.
///
/// Each is declared once, at the end of this file. Whoever offers forms (routes,
/// commands, the document) makes the list from [`Form::ALL`].
#[derive(Clone, Copy)]
pub struct Form(&'static Declared);

struct Declared {
    name: &'static str,
    /// In words, for people who choose.
    about: &'static str,
    /// What an `Accept` header may call it, its own name first.
    media_types: &'static [&'static str],
    content_type: &'static str,
    ending: &'static str,
    is_binary: bool,
    write: fn(Written) -> Result<Pieces, EncodeError>,
}

/// What is written: a table in its parts.
pub(crate) struct Written<'a> {
    pub(crate) head: &'a Head,
    pub(crate) rows_name: &'static str,
    pub(crate) rows: Arc<dyn Rows>,
    pub(crate) constants: &'a Constants,
}

/// There is no form of that name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such format {asked:?}; there are {}", Form::names())]
pub struct UnknownForm {
    /// The beginning of what was asked for.
    pub asked: String,
}

impl Form {
    /// All forms, the usual one first.
    pub const ALL: [Self; 7] = [
        Self::JSON,
        Self::COLUMNS,
        Self::CSV,
        Self::NDJSON,
        Self::ARROW,
        Self::ARROW_FILE,
        Self::PARQUET,
    ];

    /// The names of all forms, in the same order.
    pub const NAMES: [&str; Self::ALL.len()] = {
        let mut names = [""; Self::ALL.len()];
        let mut i = 0;
        while i < names.len() {
            names[i] = Self::ALL[i].name();
            i += 1;
        }
        names
    };

    /// Its name, as `format=` takes it.
    pub const fn name(self) -> &'static str {
        self.0.name
    }

    /// What it is, in words.
    pub fn about(self) -> &'static str {
        self.0.about
    }

    /// The `Content-Type` of an answer in it.
    pub fn content_type(self) -> &'static str {
        self.0.content_type
    }

    /// The media types that ask for it, its own first.
    pub fn media_types(self) -> &'static [&'static str] {
        self.0.media_types
    }

    /// The ending by which readers know a file in it, without the dot.
    pub fn ending(self) -> &'static str {
        self.0.ending
    }

    /// The form of a file of that name, by its ending, in lower case alone; and the
    /// name without it: `AAPL.csv`. A symbol has dots of its own, as `BRK.B`.
    pub fn of_file(name: &str) -> Option<(&str, Self)> {
        let stem = |form: &Self| name.strip_suffix(form.ending())?.strip_suffix('.');
        let named = Self::ALL.into_iter().filter_map(|form| Some((stem(&form)?, form)));
        // `columns.json` ends as `json` does.
        named.min_by_key(|(stem, _)| stem.len()).filter(|(stem, _)| !stem.is_empty())
    }

    /// Whether its bytes are no text.
    pub fn is_binary(self) -> bool {
        self.0.is_binary
    }

    /// The names of all forms, for a sentence.
    pub fn names() -> String {
        Self::NAMES.join(", ")
    }

    /// The media types of all forms, for a sentence.
    pub fn types() -> String {
        let mut types = Self::ALL.map(|form| form.media_types()[0]).to_vec();
        types.dedup();
        types.join(", ")
    }

    pub(crate) fn write(self, written: Written) -> Result<Pieces, EncodeError> {
        (self.0.write)(written)
    }
}

impl FromStr for Form {
    type Err = UnknownForm;

    fn from_str(text: &str) -> Result<Self, UnknownForm> {
        let found = Self::ALL.into_iter().find(|form| form.name() == text);
        found.ok_or_else(|| UnknownForm { asked: short(text) })
    }
}

impl PartialEq for Form {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Form {}

impl fmt::Debug for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Written<'_> {
    /// The rows with what a form without a head must repeat in each.
    fn flat(&self) -> Arc<dyn Rows> {
        Arc::new(WithConstants::new(Arc::clone(&self.rows), self.constants))
    }
}

/// The declarations.
impl Form {
    /// One object: the head, and the rows as objects.
    pub const JSON: Self = Self(&Declared {
        name: "json",
        about: "one object: what holds for all rows, and the rows as objects",
        media_types: &["application/json"],
        content_type: "application/json",
        ending: "json",
        is_binary: false,
        write: |table| {
            let writer = JsonRows::new(table.head, table.rows_name, table.rows.columns());
            Ok(Box::new(RowPieces::new(table.rows, writer)))
        },
    });

    /// One object: the head, and the columns as arrays.
    pub const COLUMNS: Self = Self(&Declared {
        name: "columns",
        about: "one object: what holds for all rows, and each column as an array",
        media_types: &["application/json"],
        content_type: "application/json",
        ending: "columns.json",
        is_binary: false,
        write: |table| Ok(Box::new(ColumnPieces::new(table.rows, table.head))),
    });

    /// Comma-separated values with a line of names.
    pub const CSV: Self = Self(&Declared {
        name: "csv",
        about: "comma-separated values with a line of names",
        media_types: &["text/csv"],
        content_type: "text/csv; charset=utf-8",
        ending: "csv",
        is_binary: false,
        write: |table| {
            let rows = table.flat();
            let writer = Csv::new(rows.columns());
            Ok(Box::new(RowPieces::new(rows, writer)))
        },
    });

    /// One JSON object a line.
    pub const NDJSON: Self = Self(&Declared {
        name: "ndjson",
        about: "a JSON object on each line",
        media_types: &["application/x-ndjson", "application/ndjson"],
        content_type: "application/x-ndjson",
        ending: "ndjson",
        is_binary: false,
        write: |table| {
            let rows = table.flat();
            let writer = Ndjson::new(rows.columns());
            Ok(Box::new(RowPieces::new(rows, writer)))
        },
    });

    /// Arrow's IPC stream. Its ending is one of its own: readers take `.arrow`
    /// for the file format.
    pub const ARROW: Self = Self(&Declared {
        name: "arrow",
        about: "Apache Arrow, the IPC stream",
        media_types: &["application/vnd.apache.arrow.stream"],
        content_type: "application/vnd.apache.arrow.stream",
        ending: "arrows",
        is_binary: true,
        write: |table| {
            let rows = table.flat();
            let writer = Ipc::new(table.head, rows.columns())?;
            Ok(Box::new(RowPieces::new(rows, writer)))
        },
    });

    /// Arrow's IPC file, also known as Feather.
    pub const ARROW_FILE: Self = Self(&Declared {
        name: "arrow_file",
        about: "Apache Arrow, the IPC file (Feather)",
        media_types: &["application/vnd.apache.arrow.file"],
        content_type: "application/vnd.apache.arrow.file",
        ending: "arrow",
        is_binary: true,
        write: |table| {
            let rows = table.flat();
            let writer = IpcFile::new(table.head, rows.columns())?;
            Ok(Box::new(RowPieces::new(rows, writer)))
        },
    });

    /// A Parquet file.
    pub const PARQUET: Self = Self(&Declared {
        name: "parquet",
        about: "Apache Parquet, a file",
        media_types: &["application/vnd.apache.parquet"],
        content_type: "application/vnd.apache.parquet",
        ending: "parquet",
        is_binary: true,
        write: |table| {
            let rows = table.flat();
            let writer = Parquet::new(table.head, rows.columns())?;
            Ok(Box::new(RowPieces::new(rows, writer)))
        },
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_reads_back_and_no_two_forms_share_name_or_ending() {
        for (i, form) in Form::ALL.into_iter().enumerate() {
            assert_eq!(form.name().parse(), Ok(form));
            let others = Form::ALL.into_iter().enumerate().filter(|(other, _)| *other != i);
            for (_, other) in others {
                assert_ne!(form.name(), other.name());
                assert_ne!(form.ending(), other.ending());
            }
        }
    }

    #[test]
    fn a_file_s_ending_says_its_form_in_lower_case_alone() {
        for (name, expected) in [
            ("AAPL.csv", Some(("AAPL", Form::CSV))),
            ("BRK.B.parquet", Some(("BRK.B", Form::PARQUET))),
            ("AAPL.arrow", Some(("AAPL", Form::ARROW_FILE))),
            ("AAPL.arrows", Some(("AAPL", Form::ARROW))),
            ("AAPL.json", Some(("AAPL", Form::JSON))),
            ("AAPL.columns.json", Some(("AAPL", Form::COLUMNS))),
            ("AAPL.csv.csv", Some(("AAPL.csv", Form::CSV))),
            ("AAPL.CSV", None),
            ("BRK.B", None),
            ("AAPL.xlsx", None),
            ("AAPLcsv", None),
            (".csv", None),
            ("", None),
        ] {
            assert_eq!(Form::of_file(name), expected, "{name}");
        }
    }

    #[test]
    fn refusals_say_what_works() {
        let refusal = "xlsx".parse::<Form>().unwrap_err().to_string();
        insta::assert_snapshot!(refusal, @r#"no such format "xlsx"; there are json, columns, csv, ndjson, arrow, arrow_file, parquet"#);
    }
}
