use std::fmt;

use jiff::civil::Date;

use crate::{Interval, Period, Source, Symbol};

/// Which stretch of time a question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Span {
    /// Back from now.
    Period(Period),
    /// Trading dates, both included.
    Dates {
        /// First trading date.
        from: Date,
        /// Last trading date.
        to: Date,
    },
}

/// A stretch that ends before it begins.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{from} is after {to}; from must not be later than to")]
pub struct SpanError {
    from: Date,
    to: Date,
}

impl Span {
    /// A stretch of trading dates, both included.
    ///
    /// # Errors
    ///
    /// [`SpanError`] where `from` is after `to`.
    pub fn dates(from: Date, to: Date) -> Result<Self, SpanError> {
        if from > to { Err(SpanError { from, to }) } else { Ok(Self::Dates { from, to }) }
    }

    /// First and last calendar day asked for, seen from `today`; `None` for
    /// the beginning of what there is.
    pub fn days(&self, today: Date) -> (Option<Date>, Date) {
        match *self {
            Self::Period(period) => (period.first_day(today), today),
            Self::Dates { from, to } => (Some(from), to),
        }
    }
}

/// Prints as it is asked and stored: `6mo`, or `2024-01-01..2024-01-31`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Period(period) => write!(f, "{period}"),
            Self::Dates { from, to } => write!(f, "{from}..{to}"),
        }
    }
}

/// A question about price history: which bars of which instrument.
///
/// Two equal questions have one answer, and one request upstream serves both.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct HistoryQuery {
    /// The instrument, by its canonical symbol.
    pub symbol: Symbol,
    /// How long each bar is.
    pub interval: Interval,
    /// Which stretch of time.
    pub span: Span,
    /// Whose bars, where it matters; else those of the first source in the
    /// instrument's order that has them.
    pub source: Option<Source>,
}

impl fmt::Display for HistoryQuery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.symbol, self.interval, self.span)?;
        self.source.as_ref().map_or(Ok(()), |source| write!(f, " of {source}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_span_never_ends_before_it_begins() {
        let (early, late) = (date(2024, 1, 1), date(2024, 1, 31));
        assert_eq!(Span::dates(early, late).unwrap().to_string(), "2024-01-01..2024-01-31");
        assert!(Span::dates(early, early).is_ok());
        assert!(Span::dates(late, early).is_err());
    }
}
