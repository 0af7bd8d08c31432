//! What one currency costs in another: by the pair that is quoted, or through a
//! third currency, never by more than two steps.

mod dated;
mod day;
mod latest;

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use market::{Currency, Ended, Freshness, Major, Price, Source, StoreError, Symbol};

use crate::failures::SourceFailures;
use crate::figures::Figures;
pub use day::Day;

/// What one unit of a currency costs in another.
#[derive(Clone, Debug, PartialEq)]
pub struct Rate {
    /// The currency priced.
    pub base: Currency,
    /// The currency it is priced in.
    pub quote: Currency,
    /// Units of `quote` for one of `base`, above zero and finite: the prices of
    /// the steps multiplied, or divided by where a step is inverted. Good to the
    /// 15 significant digits of binary arithmetic and rounded nowhere: a result,
    /// not a quotation.
    pub rate: f64,
    /// How it was come by: at most two steps, none for a currency in itself.
    pub steps: Vec<Step>,
    /// Whether a step is made up by the simulator.
    pub simulated: bool,
}

/// One pair that a rate was made with.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// The pair as it is quoted.
    pub symbol: Symbol,
    /// Its price, as published: above zero.
    pub price: Price,
    /// Whether the rate was divided by the price.
    pub inverted: bool,
    /// Who published it.
    pub source: Source,
    /// When a latest price was true, where its source says.
    pub as_of: Option<Timestamp>,
    /// Of which day the price is, where a day's was asked for.
    pub date: Option<Date>,
    /// When we received it.
    pub received_at: Timestamp,
    /// Whether it may be taken for what was asked.
    pub freshness: Freshness,
    /// Made up by the simulator.
    pub simulated: bool,
}

impl Rate {
    /// What the steps come to; `None` where that is no positive number.
    fn of(base: &Currency, quote: &Currency, steps: Vec<Step>) -> Option<Self> {
        let product = |inverted| -> f64 {
            steps.iter().filter(|step| step.inverted == inverted).map(|it| it.price.get()).product()
        };
        let rate = product(false) / product(true);
        let simulated = steps.iter().any(|step| step.simulated);
        let rate = Self { base: base.clone(), quote: quote.clone(), rate, steps, simulated };
        (rate.rate.is_finite() && rate.rate > 0.0).then_some(rate)
    }

    /// A currency in itself: one.
    fn of_itself(currency: &Currency) -> Self {
        let (base, quote) = (currency.clone(), currency.clone());
        Self { base, quote, rate: 1.0, steps: Vec::new(), simulated: false }
    }

    /// The worst of its steps.
    pub fn freshness(&self) -> Freshness {
        let worst = self.steps.iter().map(|step| step.freshness).max();
        worst.unwrap_or(Freshness::Fresh)
    }

    /// Of which day it is, where a day's was asked for.
    pub fn date(&self) -> Option<Date> {
        self.steps.iter().filter_map(|step| step.date).min()
    }
}

impl Figures for Rate {
    fn each_source(&self, name: &mut dyn FnMut(&Source, Option<&Symbol>)) {
        let real = self.steps.iter().filter(|step| !step.simulated);
        real.for_each(|step| name(&step.source, Some(&step.symbol)));
    }
}

/// The symbol of a pair. Expects codes in upper case.
fn symbol(base: &Currency, quote: &Currency) -> Symbol {
    let pair = format!("{base}/{quote}");
    pair.parse().expect("two codes of at most ten letters or digits make a symbol")
}

fn currency(code: &str) -> Currency {
    code.parse().expect("a code of ours")
}

/// Why there is no rate.
#[derive(Clone, Debug)]
pub enum NoRate {
    /// A part of a currency, whose pairs are quoted in the whole.
    MinorUnit {
        /// As asked.
        minor: Currency,
        /// What so many of it make.
        major: Major,
    },
    /// One of the two had ended by then.
    Ended {
        /// Which, and how.
        ended: &'static Ended,
    },
    /// Upstreams in good health know no way from one to the other.
    Unknown {
        /// The two as a pair.
        pair: Symbol,
    },
    /// Nothing is held, and those who could know gave no answer.
    Away {
        /// The pair that was asked for in vain.
        pair: Symbol,
        /// Who was asked, and what came back.
        failures: SourceFailures,
    },
    /// The store cannot be read, and those who could know gave no answer.
    Store {
        /// The pair that was asked for in vain.
        pair: Symbol,
        /// Why the store cannot be read.
        error: StoreError,
    },
    /// The day is still to come.
    Future {
        /// As asked.
        date: Date,
        /// The present day where the rates are set.
        today: Date,
    },
    /// The day lies before the first for which rates are given.
    BeforeFirst {
        /// As asked.
        date: Date,
        /// The first day.
        first: Date,
    },
    /// Reference rates of this currency were never set.
    Unpublished {
        /// As asked.
        currency: Currency,
        /// The source that was asked for.
        source: &'static str,
        /// Who sets them, within a sentence.
        set_by: &'static str,
    },
    /// The last rate before the day is too old to stand for it: the currency
    /// ended, or its rates paused.
    Gap {
        /// The pair without a rate.
        pair: Symbol,
        /// As asked.
        date: Date,
        /// The last day with a rate before, where it is known.
        last: Option<Date>,
        /// The first day with a rate after, where there is one.
        next: Option<Date>,
    },
}

impl fmt::Display for NoRate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MinorUnit { minor, major } => {
                let (Major { code, units }, part) = (major, major.part());
                write!(f, "{minor} is a {part} of {code}; use {code} and divide by {units}")
            }
            Self::Ended { ended } => ended.fmt(f),
            Self::Unknown { pair } => write!(f, "no source knows a rate of {pair}"),
            Self::Away { pair, failures } => write!(f, "no rate of {pair} is held: {failures}"),
            Self::Store { pair, error } => write!(f, "no rate of {pair} can be read: {error}"),
            Self::Future { date, today } => {
                write!(f, "{date} is in the future; the last day with rates is today, {today}")
            }
            Self::BeforeFirst { date, first } => {
                write!(f, "{date} is before the first day with rates; use {first} or later")
            }
            Self::Unpublished { currency, source, set_by } => write!(
                f,
                "{set_by} sets no reference rates of {currency}; ask without source={source} for those of others"
            ),
            Self::Gap { pair, date, last, next } => {
                write!(f, "{pair} has no rate in the week up to {date}")?;
                last.map_or(Ok(()), |last| write!(f, "; the last before it is of {last}"))?;
                next.map_or(Ok(()), |next| write!(f, "; the next after it is of {next}"))
            }
        }
    }
}

impl std::error::Error for NoRate {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Store { error, .. } => Some(error),
            _ => None,
        }
    }
}

/// Refuses currencies that had ended by a day.
fn refuse_ended(codes: [&Currency; 2], date: Date) -> Result<(), NoRate> {
    let ends = codes.into_iter().filter_map(|code| Ended::of(code.as_str()));
    let ended = ends.into_iter().find(|ended| ended.last < date);
    ended.map_or(Ok(()), |ended| Err(NoRate::Ended { ended }))
}

/// Refuses minor units: as a symbol, `GBp` would be read as pounds.
fn refuse_minor_units(codes: [&Currency; 2]) -> Result<(), NoRate> {
    let minor = codes.into_iter().find_map(|code| Some((code.clone(), code.major()?)));
    minor.map_or(Ok(()), |(minor, major)| Err(NoRate::MinorUnit { minor, major }))
}
