//! Series side by side.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use market::{Currency, Freshness, HistoryResult, Interval, Series, SeriesHead, Symbol};
use table::{
    Built, Constants, Described, Field as TableField, Object, Record, described, json, schema_of,
};

use super::answer::OfAnswer;
use super::bar::{BarAt, OfBar};
use super::vocabulary;
use crate::page::Order;
use crate::refusal::Refusal;
use crate::view::PriceView;

/// Which figure of each bar stands in a table of several series.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Field {
    /// The first price.
    Open,
    /// The highest price.
    High,
    /// The lowest price.
    Low,
    /// The last price.
    #[default]
    Close,
    /// What was traded.
    Volume,
}

impl Field {
    /// All fields, the usual one first.
    pub const ALL: [Self; 5] = [Self::Close, Self::Open, Self::High, Self::Low, Self::Volume];

    /// Its name, as the column of bars has it.
    pub const fn name(self) -> &'static str {
        self.of_bar().name()
    }

    const fn of_bar<'a>(self) -> TableField<BarAt<'a>> {
        match self {
            Self::Open => BarAt::OPEN,
            Self::High => BarAt::HIGH,
            Self::Low => BarAt::LOW,
            Self::Close => BarAt::CLOSE,
            Self::Volume => BarAt::VOLUME,
        }
    }
}

/// Which bars stand in one row: those of a trading date, or within a day those of
/// an instant.
type Key = (Date, Option<Timestamp>);

/// What tells rows apart; between days the date alone does.
const KEY: [TableField<Key>; 2] =
    [vocabulary::date(|it: &Key| Some(it.0)), vocabulary::open_time(|it: &Key| it.1).never_null()];

/// The columns of a table of no series: each series adds one of its own.
pub fn columns() -> Vec<Described> {
    described(&KEY)
}

/// Series side by side: a row for each trading date that any of them has, or
/// each instant within a day, and a column for each series. Where one has no
/// bar its cell is empty; nothing is carried forward.
pub(crate) fn rows(
    series: &[(&Symbol, Option<&Series>)],
    field: Field,
    intraday: bool,
    order: Order,
) -> Built {
    let bars = series.iter().filter_map(|(_, series)| *series).flat_map(BarAt::all);
    let mut keys: Vec<Key> = bars.map(|bar| bar.key(intraday)).collect();
    keys.sort_unstable();
    keys.dedup();
    if order == Order::NewestFirst {
        keys.reverse();
    }
    let rows = Built::of(if intraday { &KEY } else { &KEY[..1] }, &keys);
    series.iter().fold(rows, |rows, (symbol, series)| {
        let bars = series.iter().copied().flat_map(BarAt::all);
        let cells: BTreeMap<Key, Option<f64>> =
            bars.map(|bar| (bar.key(intraday), field.of_bar().number_of(&bar))).collect();
        rows.number(symbol.to_string(), keys.iter().map(|key| cells.get(key).copied().flatten()))
    })
}

/// What is said once about series side by side.
pub struct AboutSeries<'a> {
    /// Those that could be had.
    pub(crate) series: Vec<One<'a>>,
    /// Those that could not be had.
    pub(crate) problems: Vec<Problem<'a>>,
    /// How long a bar is.
    pub(crate) interval: Interval,
    /// Which figure of each bar is given.
    pub(crate) field: Field,
    /// How prices are to be seen.
    pub(crate) view: PriceView,
}

/// The same as JSON.
pub type AlignedHead<'a> = Object<AboutSeries<'a>>;

impl AboutSeries<'_> {
    /// What is true of each series, in one text: `AAPL=USD CAC40=EUR`.
    fn each(&self, fact: impl Fn(&SeriesHead) -> &str) -> String {
        let pair = |one: &One<'_>| {
            format!("{}={}", one.answer.query.symbol, fact(&one.answer.series.head))
        };
        self.series.iter().map(pair).collect::<Vec<_>>().join(" ")
    }

    fn are_complete(&self) -> Option<bool> {
        let each = || self.series.iter().map(|one| one.answer.coverage().complete);
        if each().any(|it| it == Some(false)) {
            Some(false)
        } else {
            each().collect::<Option<Vec<_>>>().map(|_| true)
        }
    }

    fn worst(&self) -> Freshness {
        let any = |word: &Freshness| self.series.iter().any(|one| one.freshness == *word);
        let worst = [Freshness::Simulated, Freshness::Stale].into_iter().find(any);
        worst.unwrap_or(Freshness::Fresh)
    }
}

impl AboutSeries<'_> {
    const INTERVAL: TableField<Self> = vocabulary::interval(|it| Some(it.interval.as_str().into()));
    const FIELD: TableField<Self> =
        TableField::text("field", "The figure of each bar.", |it: &Self| {
            Some(it.field.name().into())
        })
        .never_null();
    const ADJUST: TableField<Self> =
        vocabulary::adjust(|it| Some(it.view.adjust.to_string().into()));
    const SERIES: TableField<Self> = TableField::inner(
        "series",
        "What each column is and where it is from.",
        |it| Some(json(&objects(&it.series))),
        schema_of::<Vec<Object<One<'_>>>>,
    );
    const PROBLEMS: TableField<Self> = TableField::inner(
        "problems",
        "The symbols that could not be had, and why.",
        |it| Some(json(&objects(&it.problems))),
        schema_of::<Vec<Object<Problem<'_>>>>,
    );
    const KNOWN_AT: TableField<Self> = vocabulary::known_at(|it| it.view.known_at);

    /// What each row repeats in a form without a head: of several freshnesses
    /// the worst, and the mark of simulated rows where one series is.
    pub(in crate::records) const CONSTANTS: [TableField<Self>; 7] = [
        Self::FIELD,
        Self::ADJUST,
        vocabulary::freshness(|it: &Self| Some(it.worst().as_str().into())),
        vocabulary::simulated(|it| Some(it.series.iter().any(|one| one.answer.simulated))),
        TableField::flag(
            "complete",
            "Whether everything asked for is there of every series; null where that cannot be known.",
            Self::are_complete,
        ),
        TableField::text("currencies", "The currency of each series.", |it| {
            Some(it.each(|head| head.currency.as_ref().map_or("unknown", Currency::as_str)).into())
        }),
        TableField::text("sources", "The source of each series.", |it| {
            Some(it.each(|head| head.source.as_str()).into())
        }),
    ];

    pub(crate) fn constants(&self) -> Constants {
        Constants::of(&AboutSeries::CONSTANTS, self)
    }
}

impl Record for AboutSeries<'_> {
    const ABOUT: &'static str = "What is said once about series side by side.";

    fn members<'f>() -> &'f [TableField<Self>]
    where
        Self: 'f,
    {
        &[Self::INTERVAL, Self::FIELD, Self::ADJUST, Self::SERIES, Self::PROBLEMS, Self::KNOWN_AT]
    }
}

fn objects<R: Record + Copy>(records: &[R]) -> Vec<Object<R>> {
    records.iter().copied().map(Object::of).collect()
}

/// One of the series.
#[derive(Clone, Copy)]
pub(crate) struct One<'a> {
    /// What was answered.
    pub(crate) answer: &'a HistoryResult,
    /// How fresh it is.
    pub(crate) freshness: Freshness,
}

impl OfAnswer for One<'_> {
    fn answer(&self) -> &HistoryResult {
        self.answer
    }
}

impl One<'_> {
    const FRESHNESS: TableField<Self> =
        vocabulary::freshness(|it| Some(it.freshness.as_str().into()));
}

impl Record for One<'_> {
    const ABOUT: &'static str = "One of the series.";

    fn members<'f>() -> &'f [TableField<Self>]
    where
        Self: 'f,
    {
        &[
            Self::SYMBOL,
            Self::NAME,
            Self::CURRENCY,
            Self::SOURCE,
            Self::RECEIVED_AT,
            Self::REPAIRED,
            Self::FRESHNESS,
            Self::COMPLETE,
            Self::MISSING,
            Self::SIMULATED,
        ]
    }
}

/// Why one of the series is not there.
#[derive(Clone, Copy)]
pub(crate) struct Problem<'a> {
    /// Whose it is.
    pub(crate) symbol: &'a Symbol,
    /// Why.
    pub(crate) refusal: &'a Refusal,
}

impl Record for Problem<'_> {
    const ABOUT: &'static str = "Why one of the series is not there.";

    fn members<'f>() -> &'f [TableField<Self>]
    where
        Self: 'f,
    {
        const {
            &[
                vocabulary::symbol(|it: &Self| Some(it.symbol.as_str().into())),
                TableField::text(
                    "type",
                    "The kind of problem, stable, for programs.",
                    |it: &Self| Some(it.refusal.problem_type().into()),
                )
                .never_null(),
                vocabulary::detail(|it: &Self| Some(it.refusal.to_string().into())).never_null(),
            ]
        }
    }
}
