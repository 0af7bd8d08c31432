use jiff::civil::Date;
use market::{Currency, HistoryResult, Repaired, Span};
use serde::Serialize;
use table::{Field, in_fifteen_digits, json, schema_of};

use super::coverage::CoverageJson;
use super::vocabulary;

/// A record that is about an answer, and what each such says of it.
pub(super) trait OfAnswer: Sized {
    /// The answer.
    fn answer(&self) -> &HistoryResult;

    const SYMBOL: Field<Self> =
        vocabulary::symbol(|it| Some(it.answer().query.symbol.as_str().into()));
    const NAME: Field<Self> =
        vocabulary::name(|it| Some(it.answer().instrument.name.as_str().into()));
    const INTERVAL: Field<Self> =
        vocabulary::interval(|it| Some(it.answer().query.interval.as_str().into()));
    const PERIOD: Field<Self> =
        Field::text("period", "How far back was asked for; null where dates were.", |it| match it
            .answer()
            .query
            .span
        {
            Span::Period(period) => Some(period.to_string().into()),
            Span::Dates { .. } => None,
        });
    const FROM: Field<Self> = Field::date("from", "The first date asked for.", |it: &Self| {
        dates(it.answer()).map(|(from, _)| from)
    })
    .or_absent();
    const TO: Field<Self> = Field::date("to", "The last date asked for.", |it: &Self| {
        dates(it.answer()).map(|(_, to)| to)
    })
    .or_absent();
    const CURRENCY: Field<Self> = vocabulary::currency(|it| {
        it.answer().series.head.currency.as_ref().map(|it| Currency::as_str(it).into())
    });
    const SOURCE: Field<Self> =
        vocabulary::source(|it: &Self| Some(it.answer().series.head.source.as_str().into()))
            .never_null();
    /// When its last bar opened.
    const AS_OF: Field<Self> =
        vocabulary::as_of(|it| it.answer().series.last().map(|bar| bar.open_time));
    const RECEIVED_AT: Field<Self> =
        vocabulary::received_at(|it: &Self| Some(it.answer().received_at)).never_null();
    const COMPLETE: Field<Self> = Field::flag(
        "complete",
        "Whether everything asked for is there that its source has; null where that cannot be known.",
        |it: &Self| it.answer().coverage().complete,
    );
    const MISSING: Field<Self> = Field::whole(
        "missing",
        "How many bars are not there that the exchange's calendar expects.",
        |it: &Self| i64::try_from(it.answer().coverage().missing).ok(),
    );
    const COVERAGE: Field<Self> = Field::inner(
        "coverage",
        "How much of what was asked for is there, and what is not.",
        |it: &Self| Some(json(&CoverageJson::of(it.answer().coverage()))),
        schema_of::<CoverageJson>,
    );
    const REPAIRED: Field<Self> = Field::inner(
        "repaired",
        "Bars in the answer that are another source's, as this one's own are wrong or missing; absent where there are none. repair=off gives those of its own.",
        |it: &Self| {
            let all: Vec<_> = it.answer().repaired.iter().map(RepairedJson::new).collect();
            (!all.is_empty()).then(|| json(&all))
        },
        schema_of::<Vec<RepairedJson>>,
    )
    .or_absent();
    const SIMULATED: Field<Self> = vocabulary::simulated(|it| Some(it.answer().simulated));
}

/// A bar that took the place of another.
#[derive(Serialize, schemars::JsonSchema)]
struct RepairedJson {
    /// The trading date.
    date: String,
    /// Whose bar it is.
    by: String,
    /// Who else says the same close; null where the bar was missing.
    confirmed_by: Option<String>,
    /// The close that the source of this answer published; null where the bar was missing.
    published_close: Option<f64>,
}

impl RepairedJson {
    fn new(Repaired { repair, published }: &Repaired) -> Self {
        Self {
            date: repair.date.to_string(),
            by: repair.by.as_str().to_owned(),
            confirmed_by: repair.confirmed_by.as_ref().map(|it| it.as_str().to_owned()),
            published_close: published.map(|bar| in_fifteen_digits(bar.close.get())),
        }
    }
}

fn dates(answer: &HistoryResult) -> Option<(Date, Date)> {
    match answer.query.span {
        Span::Dates { from, to } => Some((from, to)),
        Span::Period(_) => None,
    }
}
