use std::str::FromStr;

use super::accept::Accepted;
use crate::params::short;

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// One object: the head, and the rows as objects.
    Json,
    /// One object: the head, and the columns as arrays.
    Columns,
    /// Comma-separated values with a line of names.
    Csv,
    /// One JSON object a line.
    Ndjson,
    /// Arrow's IPC stream.
    Arrow,
    /// A Parquet file.
    Parquet,
}

/// Why no format could be chosen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum FormatError {
    /// There is no format of that name.
    #[error("no such format {asked:?}; there are {}", Format::names())]
    Unknown {
        /// The beginning of what was asked for.
        asked: String,
    },
    /// The format is known, but this build was made without it.
    #[error(
        "this build does not write {}: it was made without the feature `arrow`; it writes {}",
        .0.as_str(), Format::names()
    )]
    NotBuilt(Format),
    /// Nothing that the `Accept` header names can be written: status 406.
    #[error(
        "no format has a type that Accept {accept:?} takes; there are {}; or choose with \
         format={}", Format::types(), Format::names().replace(", ", "|")
    )]
    NotAcceptable {
        /// The beginning of the header.
        accept: String,
    },
}

impl Format {
    /// All formats, the usual one first.
    pub(crate) const ALL: [Self; 6] =
        [Self::Json, Self::Columns, Self::Csv, Self::Ndjson, Self::Arrow, Self::Parquet];

    /// Its name in `format=`.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Columns => "columns",
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
            Self::Arrow => "arrow",
            Self::Parquet => "parquet",
        }
    }

    /// The answer's `Content-Type`.
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv; charset=utf-8",
            other => other.media_types()[0],
        }
    }

    /// The types in an `Accept` header that ask for it, its own first.
    pub(super) fn media_types(self) -> &'static [&'static str] {
        match self {
            Self::Json | Self::Columns => &["application/json"],
            Self::Csv => &["text/csv"],
            Self::Ndjson => &["application/x-ndjson", "application/ndjson"],
            Self::Arrow => &["application/vnd.apache.arrow.stream"],
            Self::Parquet => &["application/vnd.apache.parquet"],
        }
    }

    /// The format to write: what `format=` names, else what the `Accept` header
    /// likes best, else JSON. An `Accept` that leaves no format is an error.
    pub(crate) fn chosen(asked: Option<&str>, accept: Option<&str>) -> Result<Self, FormatError> {
        if let Some(asked) = asked {
            return asked.parse();
        }
        let Some(accept) = accept.filter(|accept| !accept.trim().is_empty()) else {
            return Ok(Self::Json);
        };
        Accepted::read(accept)
            .best(Self::built())
            .ok_or_else(|| FormatError::NotAcceptable { accept: short(accept) })
    }

    /// Whether this build can write it.
    fn is_built(self) -> bool {
        !matches!(self, Self::Arrow | Self::Parquet) || cfg!(feature = "arrow")
    }

    fn built() -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(|format| format.is_built())
    }

    fn names() -> String {
        Self::built().map(Self::as_str).collect::<Vec<_>>().join(", ")
    }

    fn types() -> String {
        let mut types: Vec<_> = Self::built().map(|format| format.media_types()[0]).collect();
        types.dedup();
        types.join(", ")
    }
}

impl FromStr for Format {
    type Err = FormatError;

    fn from_str(text: &str) -> Result<Self, FormatError> {
        match Self::ALL.into_iter().find(|format| format.as_str() == text) {
            Some(format) if format.is_built() => Ok(format),
            Some(format) => Err(FormatError::NotBuilt(format)),
            None => Err(FormatError::Unknown { asked: short(text) }),
        }
    }
}
