use engine::SecondSource;
use jiff::Timestamp;
use market::{Adjust, DisputedClose, Freshness, HistoryResult, Indicator};
use serde::Serialize;
use table::{Constants, Field, Object, Record, in_fifteen_digits, json, schema_of};

use super::second::SecondSourceJson;
use crate::records::answer::OfAnswer;
use crate::records::vocabulary;

/// What is said once about all bars.
pub struct AboutBars<'a> {
    /// What was answered.
    pub(crate) answer: &'a HistoryResult,
    /// What prices are adjusted for.
    pub(crate) adjust: Adjust,
    /// The instant asked about, where it is not the present.
    pub(crate) known_at: Option<Timestamp>,
    /// How fresh it is now, or was then.
    pub(crate) freshness: Freshness,
    /// Whether another source says the same, where that is a question.
    pub(crate) second: Option<&'a SecondSource>,
    /// Leads to the rest.
    pub(crate) next: Option<String>,
    /// What was asked to be computed.
    pub(crate) indicators: &'a [Indicator],
}

/// The same as JSON.
pub type BarsHead<'a> = Object<AboutBars<'a>>;

impl OfAnswer for AboutBars<'_> {
    fn answer(&self) -> &HistoryResult {
        self.answer
    }
}

impl AboutBars<'_> {
    const ADJUST: Field<Self> = vocabulary::adjust(|it| Some(it.adjust.to_string().into()));
    const TIME_ZONE: Field<Self> =
        vocabulary::time_zone(|it| Some(it.answer.instrument.time_zone.as_str().into()));
    const LAST_OPENED: Field<Self> = Self::AS_OF.meaning("When the last bar opened.");
    const FRESHNESS: Field<Self> = vocabulary::freshness(|it| Some(it.freshness.as_str().into()));
    const KNOWN_AT: Field<Self> = vocabulary::known_at(|it: &Self| it.known_at)
        .meaning("The instant asked about, where it is not the present.");
    const NEXT: Field<Self> =
        Field::text("next", "Leads to the rest.", |it| Some(it.next.as_deref()?.into()));
    const INDICATORS: Field<Self> = Field::inner(
        "indicators",
        "What was asked to be computed; absent where nothing was.",
        |it: &Self| {
            let all: Vec<_> = it.indicators.iter().copied().map(IndicatorJson::new).collect();
            (!all.is_empty()).then(|| json(&all))
        },
        schema_of::<Vec<IndicatorJson>>,
    )
    .or_absent();

    const DISPUTED: Field<Self> = Field::inner(
        "disputed",
        "Closes in the answer of which another source says something else, adjusted for splits as published; absent where there are none. While there are any, the answer is not fresh.",
        |it: &Self| {
            let all: Vec<_> = it.answer.disputed.iter().map(DisputedCloseJson::new).collect();
            (!all.is_empty()).then(|| json(&all))
        },
        schema_of::<Vec<DisputedCloseJson>>,
    )
    .or_absent();

    const SECOND_SOURCE: Field<Self> = Field::inner(
        "second_source",
        "Whether another source says the same of the last closes; absent of bars shorter than a day, of what is made up, and of the past.",
        |it: &Self| Some(json(&SecondSourceJson::new(it.second?))),
        schema_of::<SecondSourceJson>,
    )
    .or_absent();

    pub(in crate::records) const CONSTANTS: [Field<Self>; 9] = [
        Self::SYMBOL,
        Self::CURRENCY,
        Self::SOURCE,
        Self::ADJUST,
        Self::RECEIVED_AT,
        Self::FRESHNESS,
        Self::COMPLETE,
        Self::MISSING,
        Self::SIMULATED,
    ];

    /// What each row repeats in a form without a head.
    pub(crate) fn constants(&self) -> Constants {
        Constants::of(&AboutBars::CONSTANTS, self)
    }
}

impl Record for AboutBars<'_> {
    const ABOUT: &'static str = "What is said once about all bars.";

    fn members<'f>() -> &'f [Field<Self>]
    where
        Self: 'f,
    {
        const {
            &[
                Self::SYMBOL,
                Self::NAME,
                Self::INTERVAL,
                Self::PERIOD.or_absent(),
                Self::FROM,
                Self::TO,
                Self::ADJUST,
                Self::CURRENCY,
                Self::TIME_ZONE,
                Self::SOURCE,
                Self::LAST_OPENED,
                Self::RECEIVED_AT,
                Self::FRESHNESS,
                Self::COMPLETE,
                Self::COVERAGE,
                Self::SECOND_SOURCE,
                Self::DISPUTED,
                Self::REPAIRED,
                Self::SIMULATED,
                Self::KNOWN_AT,
                Self::NEXT,
                Self::INDICATORS,
            ]
        }
    }
}

/// A close of which two sources say different things.
#[derive(Serialize, schemars::JsonSchema)]
struct DisputedCloseJson {
    /// The trading date.
    date: String,
    /// What the source of this answer says.
    close: f64,
    /// Who says something else.
    against: String,
    /// What that one says.
    against_close: f64,
}

impl DisputedCloseJson {
    fn new(it: &DisputedClose) -> Self {
        Self {
            date: it.date.to_string(),
            close: in_fifteen_digits(it.close.get()),
            against: it.against.as_str().to_owned(),
            against_close: in_fifteen_digits(it.against_close.get()),
        }
    }
}

/// What an indicator's columns are.
#[derive(Serialize, schemars::JsonSchema)]
struct IndicatorJson {
    /// As it was asked for.
    name: String,
    /// The fields of each bar that it fills.
    columns: Vec<String>,
    /// How it is computed.
    formula: String,
    /// How many bars at the beginning of the question lack at least one of its figures.
    warm_up: usize,
}

impl IndicatorJson {
    fn new(indicator: Indicator) -> Self {
        Self {
            name: indicator.to_string(),
            columns: indicator.columns(),
            formula: indicator.formula(),
            warm_up: indicator.warm_up(),
        }
    }
}
