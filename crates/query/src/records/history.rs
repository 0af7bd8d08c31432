use std::borrow::Borrow;

use jiff::Timestamp;
use market::{Bar, HistoryResult, Source, series_freshness};
use table::{Field, Object, Record, json, schema_of};

use super::answer::OfAnswer;
use super::bar::{OfBar, repaired_by};
use super::vocabulary;
use crate::opened::Opened;

/// An answer as `/history` gives it: dates and closes, and beside them what else
/// is known.
pub struct Dated<'a> {
    answer: &'a HistoryResult,
    opened: Opened,
    now: Timestamp,
}

/// The body of `/history`.
pub type History<'a> = Object<Dated<'a>>;

impl OfAnswer for Dated<'_> {
    fn answer(&self) -> &HistoryResult {
        self.answer
    }
}

impl Dated<'_> {
    const TIMESTAMP: Field<Self> = vocabulary::timestamp(|it| Some(it.now));
    const BASIS: Field<Self> = Field::text(
        "basis",
        "What prices are adjusted for: unadjusted, splits or splits_and_dividends.",
        |it: &Self| Some(it.answer.series.head.basis.as_str().into()),
    )
    .never_null();
    /// Counted from when the answer was received.
    const AGE_S: Field<Self> = vocabulary::age_s(|it: &Self| {
        Some(it.now.duration_since(it.answer.received_at).as_secs().max(0))
    })
    .never_null();
    const FRESHNESS: Field<Self> =
        vocabulary::freshness(|it| Some(series_freshness(it.answer, it.now).as_str().into()));
    const HISTORY: Field<Self> = Field::inner(
        "history",
        "The bars, oldest first.",
        |it| Some(json(&rows(it.answer, it.opened))),
        schema_of::<Vec<Object<Row<'_>>>>,
    );
}

impl Record for Dated<'_> {
    const ABOUT: &'static str =
        "The body of `/history`: dates and closes, and beside them what else is known.";

    fn members<'f>() -> &'f [Field<Self>]
    where
        Self: 'f,
    {
        &[
            Self::SYMBOL,
            Self::PERIOD,
            Self::FROM,
            Self::TO,
            Self::INTERVAL,
            Self::TIMESTAMP,
            Self::NAME,
            Self::CURRENCY,
            Self::BASIS,
            Self::SOURCE,
            Self::AS_OF,
            Self::RECEIVED_AT,
            Self::AGE_S,
            Self::FRESHNESS,
            Self::COMPLETE,
            Self::MISSING,
            Self::SIMULATED,
            Self::HISTORY,
        ]
    }
}

/// One bar.
struct Row<'a> {
    bar: Bar,
    intraday: bool,
    repaired_by: Option<&'a Source>,
}

fn rows(answer: &HistoryResult, opened: Opened) -> Vec<Object<Row<'_>>> {
    let intraday = answer.query.interval.is_intraday();
    let requested = answer.series.bars().filter(|bar| opened.takes(bar.open_time));
    let by = |bar: &Bar| repaired_by(&answer.repaired, bar.date);
    requested.map(|bar| Object::of(Row { bar, intraday, repaired_by: by(&bar) })).collect()
}

impl OfBar for Row<'_> {
    #[inline]
    fn bar(&self) -> impl Borrow<Bar> {
        &self.bar
    }
}

/// Without what there is not, and without what is usual.
impl Record for Row<'_> {
    const ABOUT: &'static str = "One bar. `date` is the trading date in the exchange's zone.";

    fn members<'f>() -> &'f [Field<Self>]
    where
        Self: 'f,
    {
        const {
            &[
                Self::DATE,
                vocabulary::open_time(|it: &Self| it.intraday.then_some(it.bar.open_time))
                    .or_absent(),
                Self::OPEN.or_absent(),
                Self::HIGH.or_absent(),
                Self::LOW.or_absent(),
                Self::CLOSE,
                Self::ADJ_CLOSE.or_absent(),
                Self::VOLUME.or_absent(),
                vocabulary::provisional(|it: &Self| it.bar.provisional.then_some(true)).or_absent(),
                vocabulary::repaired_by(|it: &Self| Some(it.repaired_by?.as_str().into()))
                    .or_absent(),
            ]
        }
    }
}

/// Encodes an answer as `/history` gives it, with those of its bars that are requested.
pub fn history(answer: &HistoryResult, opened: Opened, now: Timestamp) -> Vec<u8> {
    let body: History<'_> = Object::of(Dated { answer, opened, now });
    serde_json::to_vec(&body).expect("texts and finite numbers are always JSON")
}
