use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use market::{
    Bar, Currency, HistoryQuery, HistoryResult, Overlap, Series, SeriesHead, Source, Speaks,
    StoreError, overlap,
};

use super::{History, IMPORT, is_import};

/// How many revisions are listed with the bar before and the bar after.
const REVISIONS_LISTED: usize = 5;

/// What bringing in bars by hand changes, or would change.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Imported {
    /// Bars not held before.
    pub new: usize,
    /// Bars that differ from what is held.
    pub revised: usize,
    /// Bars held just so.
    pub unchanged: usize,
    /// The first few bars that differ, oldest first.
    pub revisions: Vec<Revision>,
    /// How many bars from earlier imports these take the place of as a whole,
    /// because the two cannot stand side by side.
    pub replaced: usize,
}

/// A bar as it is held and as it was brought in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Revision {
    /// As held.
    pub before: Bar,
    /// As brought in.
    pub after: Bar,
}

/// Why bars cannot be brought in.
#[derive(Clone, Debug)]
pub enum ImportError {
    /// They cannot stand beside those held, and leave some of their dates out.
    Mixed {
        /// What is true of the bars held.
        held: SeriesHead,
        /// The first and last trading date held.
        dates: (Date, Date),
        /// What is true of the bars brought in.
        new: SeriesHead,
    },
    /// The store cannot do as asked.
    Store(StoreError),
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (held, (from, to), new) = match self {
            Self::Mixed { held, dates, new } => (held, dates, new),
            Self::Store(error) => return error.fmt(f),
        };
        write!(f, "{} is held {} from {from} to {to}, and these bars ", held.symbol, kind(held))?;
        if held == new {
            f.write_str("differ by more than corrections, as after a split or dividend")?;
        } else {
            write!(f, "are {}", kind(new))?;
        }
        f.write_str("; the two cannot stand side by side: bring in bars for all of those dates")
    }
}

impl std::error::Error for ImportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Mixed { .. } => None,
            Self::Store(error) => error.source(),
        }
    }
}

/// `in USD (splits)`
fn kind(head: &SeriesHead) -> String {
    let currency = head.currency.as_ref().map_or("a currency not stated", Currency::as_str);
    format!("in {currency} ({})", head.basis.as_str())
}

/// How bars brought in stand to those held.
enum Fit {
    /// Nothing is held, or the two are of one series.
    Beside,
    /// Of the same kind, on another basis.
    Rebased,
    /// In another currency, or adjusted for something else.
    Other,
}

impl History {
    /// Stores bars that somebody brings in by hand; `dry_run` only says what that
    /// would change.
    pub(crate) async fn import(
        &self,
        bars: &HistoryResult,
        dry_run: bool,
    ) -> Result<Imported, ImportError> {
        let held = self.held_import(&bars.query).await.map_err(ImportError::Store)?;
        let bars = as_import(bars, held.as_ref().map(|held| &held.series));
        let fit = held.as_ref().map_or(Fit::Beside, |held| fit(held, &bars));
        let imported = compared(held.as_ref(), &bars, &fit)?;
        if !dry_run {
            let (store, now) = (self.context.store(), self.context.now());
            let stored = match fit {
                Fit::Rebased => store.rebase(&bars, now).await,
                Fit::Beside | Fit::Other => {
                    store.persist_answer(&bars, Speaks::OfItsBars, now).await
                }
            };
            let saved = stored.map_err(ImportError::Store)?;
            let of_imports = |other: &HistoryQuery| other.source.as_ref().is_some_and(is_import);
            let symbol = &bars.query.symbol;
            self.forget_all(|other| other.symbol == *symbol && of_imports(other));
            self.tell(saved.changes);
            self.context.instruments().describe(&bars.instrument);
        }
        Ok(imported)
    }

    /// Everything brought in before, as it is in force.
    async fn held_import(&self, query: &HistoryQuery) -> Result<Option<HistoryResult>, StoreError> {
        let query = HistoryQuery { source: Some(Source::new(IMPORT)), ..query.clone() };
        self.context.store().overlapping(&query, None, Date::MAX, None).await
    }
}

/// The bars as they are stored. Not copied where nothing about it changes: it may
/// hold millions of bars.
fn as_import<'a>(answer: &'a HistoryResult, held: Option<&Series>) -> Cow<'a, HistoryResult> {
    let head = SeriesHead { source: Source::new(IMPORT), ..answer.series.head.clone() };
    let lends = |held: &&Series| held.head == head && !head.interval.is_intraday();
    let lender = held.filter(lends);
    if lender.is_none() && answer.series.head == head {
        return Cow::Borrowed(answer);
    }
    let bars = lender.into_iter().flat_map(Series::bars);
    let open_times: HashMap<Date, Timestamp> = bars.map(|bar| (bar.date, bar.open_time)).collect();
    let placed = |bar: Bar| Bar {
        open_time: open_times.get(&bar.date).copied().unwrap_or(bar.open_time),
        ..bar
    };
    let series = Series::new(head, answer.series.bars().map(placed).collect());
    Cow::Owned(HistoryResult { series, ..answer.clone() })
}

fn fit(held: &HistoryResult, new: &HistoryResult) -> Fit {
    if held.series.head != new.series.head {
        return Fit::Other;
    }
    match overlap(held, new) {
        Overlap::Rebased(_) => Fit::Rebased,
        // Whoever brings bars in vouches for what lies between.
        Overlap::None | Overlap::Unproven | Overlap::Same | Overlap::Corrected => Fit::Beside,
    }
}

fn compared(
    held: Option<&HistoryResult>,
    new: &HistoryResult,
    fit: &Fit,
) -> Result<Imported, ImportError> {
    let Some(held) = held else { return Ok(differences(None, &new.series)) };
    if matches!(fit, Fit::Beside) {
        return Ok(differences(Some(&held.series), &new.series));
    }
    if let Some(dates) = left_out(&held.series, &new.series) {
        let (held, new) = (held.series.head.clone(), new.series.head.clone());
        return Err(ImportError::Mixed { held, dates, new });
    }
    let of_one_kind = Some(&held.series).filter(|_| matches!(fit, Fit::Rebased));
    let replaced = held.series.len();
    Ok(Imported { replaced, ..differences(of_one_kind, &new.series) })
}

/// The first and last date held, where the new bars do not reach from one to the
/// other.
fn left_out(held: &Series, new: &Series) -> Option<(Date, Date)> {
    let stretch = |series: &Series| Some((*series.dates().first()?, *series.dates().last()?));
    let (from, to) = stretch(held)?;
    let reaches = stretch(new).is_some_and(|(first, last)| first <= from && last >= to);
    (!reaches).then_some((from, to))
}

fn differences(held: Option<&Series>, new: &Series) -> Imported {
    let mut before = held.into_iter().flat_map(Series::bars).peekable();
    let mut found = Imported::default();
    for after in new.bars() {
        while before.next_if(|bar| bar.open_time < after.open_time).is_some() {}
        match before.next_if(|bar| bar.open_time == after.open_time) {
            None => found.new += 1,
            Some(before) if before.says_the_same(&after) => found.unchanged += 1,
            Some(before) => found.revise(Revision { before, after }),
        }
    }
    found
}

impl Imported {
    fn revise(&mut self, revision: Revision) {
        self.revised += 1;
        if self.revisions.len() < REVISIONS_LISTED {
            self.revisions.push(revision);
        }
    }
}
