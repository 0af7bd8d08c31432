//! Every version of bars and actions, with why it is so and until when it was.

use std::sync::Arc;

use market::{
    ActionKind, ActionVersion, Bar, BarVersion, Currency, Instrument, Interval, Known, Price, Why,
};
use table::{
    Built, Constants, Described, EncodeError, Field, Head, Object, Record, Table, described,
};

use super::vocabulary;

/// A record that was known for some time, and what each such says of it.
trait OfKnown: Sized {
    /// For how long, and why.
    fn known(&self) -> Known;

    const KNOWN_FROM: Field<Self> =
        Field::instant("known_from", "When this became known here.", |it: &Self| {
            Some(it.known().from)
        })
        .never_null();
    const KNOWN_UNTIL: Field<Self> = Field::instant(
        "known_until",
        "When something else took its place; null while it is in force.",
        |it: &Self| it.known().until,
    );
    const WHY: Field<Self> = Field::text(
        "why",
        "Why it is so since then. first: nothing was known before; continued: the bar was running; corrected: its source says something else; restamped: nothing but its open time is another; withdrawn: its source has it no more; moved: the action is on another day; rebased: prices are on another basis; imported: somebody brought it in.",
        |it: &Self| Some(it.known().why.as_str().into()),
    )
    .one_of(&WHYS)
    .never_null();
}

/// The names of all reasons.
const WHYS: [&str; Why::ALL.len()] = {
    let mut words = [""; Why::ALL.len()];
    let mut i = 0;
    while i < words.len() {
        words[i] = Why::ALL[i].as_str();
        i += 1;
    }
    words
};

struct Reported<'a>(&'a BarVersion);

impl OfKnown for Reported<'_> {
    fn known(&self) -> Known {
        self.0.known
    }
}

impl Reported<'_> {
    const FIELDS: [Field<Self>; 15] = [
        vocabulary::date(|it: &Self| Some(it.0.date)),
        vocabulary::open_time(|it: &Self| Some(it.0.open_time)).never_null(),
        Field::number(
            "open",
            "The first price; null where the bar was withdrawn, or has none.",
            |it| it.price(|bar| bar.open),
        ),
        Field::number("high", "The highest price, likewise.", |it| it.price(|bar| bar.high)),
        Field::number("low", "The lowest price, likewise.", |it| it.price(|bar| bar.low)),
        Field::number("close", "The last price; null where the bar was withdrawn.", |it| {
            it.price(|bar| Some(bar.close))
        }),
        Field::number(
            "adj_close",
            "The close with splits and dividends taken out, as the source gives it; null where it gives none.",
            |it| it.price(|bar| bar.adj_close),
        ),
        vocabulary::volume(|it| it.0.bar.and_then(|bar| bar.volume)),
        Field::flag(
            "provisional",
            "Whether the bar's interval was still running; null where it was withdrawn.",
            |it| it.0.bar.map(|bar| bar.provisional),
        ),
        vocabulary::currency(|it| it.0.currency.as_ref().map(|it| it.as_str().into())),
        Field::text("basis", "What the source has adjusted prices for.", |it: &Self| {
            Some(it.0.basis.as_str().into())
        })
        .one_of(&["unadjusted", "splits", "splits_and_dividends"])
        .never_null(),
        vocabulary::source(|it: &Self| Some(it.0.source.as_str().into())).never_null(),
        Self::KNOWN_FROM,
        Self::KNOWN_UNTIL,
        Self::WHY,
    ];

    fn price(&self, of: impl Fn(&Bar) -> Option<Price>) -> Option<f64> {
        self.0.bar.as_ref().and_then(of).map(Price::get)
    }
}

/// What is said once about versions.
pub struct AboutVersions<'a> {
    instrument: &'a Instrument,
    interval: Option<Interval>,
}

/// The same as JSON.
pub type VersionsHead<'a> = Object<AboutVersions<'a>>;

impl AboutVersions<'_> {
    const SYMBOL: Field<Self> =
        vocabulary::symbol(|it: &Self| Some(it.instrument.symbol.as_str().into()));
    const NAME: Field<Self> =
        vocabulary::name(|it: &Self| Some(it.instrument.name.as_str().into()));
    const INTERVAL: Field<Self> = Field::text(
        "interval",
        "How long a bar is; absent where these are actions.",
        |it: &Self| it.interval.map(|interval| interval.as_str().into()),
    )
    .or_absent();
}

impl Record for AboutVersions<'_> {
    const ABOUT: &'static str = "What is said once about versions.";

    fn members<'f>() -> &'f [Field<Self>]
    where
        Self: 'f,
    {
        &[Self::SYMBOL, Self::NAME, Self::INTERVAL]
    }
}

/// A table of versions of bars.
///
/// # Errors
///
/// A fault of ours.
pub fn bars(
    instrument: &Instrument,
    interval: Interval,
    versions: &[BarVersion],
) -> Result<Table, EncodeError> {
    let rows: Vec<_> = versions.iter().map(Reported).collect();
    let about = AboutVersions { instrument, interval: Some(interval) };
    Ok(Table {
        constants: Constants::of(&[AboutVersions::SYMBOL, AboutVersions::INTERVAL], &about),
        head: Head::of(&VersionsHead::of(about))?,
        name: "versions",
        rows: Arc::new(Built::of(&Reported::FIELDS, &rows)),
    })
}

/// The columns of a table of versions of bars.
pub fn bar_columns() -> Vec<Described> {
    described(&Reported::FIELDS)
}

/// A version of an action, and what the instrument's prices are counted in.
struct Happened<'a> {
    version: &'a ActionVersion,
    prices_in: Option<&'a Currency>,
}

impl OfKnown for Happened<'_> {
    fn known(&self) -> Known {
        self.version.known
    }
}

impl Happened<'_> {
    const FIELDS: [Field<Self>; 10] = [
        Field::date(
            "ex_date",
            "The first date on which a buyer no longer gets it.",
            |it: &Self| Some(it.version.ex_date),
        )
        .never_null(),
        Field::text("kind", "dividend, split or capital_gain.", |it: &Self| {
            Some(it.version.kind.into())
        })
        .never_null(),
        Field::number(
            "amount",
            "What is paid per share; null for a split, and where nothing happens any more.",
            |it| Some(it.version.terms.as_ref()?.payment()?.amount),
        ),
        Field::number("numerator", "Shares after a split, likewise.", |it| {
            it.split().map(|(new, _)| new)
        }),
        Field::number("denominator", "Shares before a split, likewise.", |it| {
            it.split().map(|(_, old)| old)
        }),
        Field::text("currency", "What the amount is counted in.", |it| {
            let paid = it.version.terms.as_ref()?.payment()?;
            Some(paid.currency.as_ref().or(it.prices_in)?.as_str().into())
        }),
        vocabulary::source(|it: &Self| Some(it.version.source.as_str().into())).never_null(),
        Self::KNOWN_FROM,
        Self::KNOWN_UNTIL,
        Self::WHY,
    ];

    fn split(&self) -> Option<(f64, f64)> {
        match self.version.terms {
            Some(ActionKind::Split { numerator, denominator }) => Some((numerator, denominator)),
            _ => None,
        }
    }
}

/// A table of versions of actions.
///
/// # Errors
///
/// A fault of ours.
pub fn actions(instrument: &Instrument, versions: &[ActionVersion]) -> Result<Table, EncodeError> {
    let prices_in = instrument.currency.as_ref();
    let rows: Vec<_> = versions.iter().map(|version| Happened { version, prices_in }).collect();
    let about = AboutVersions { instrument, interval: None };
    Ok(Table {
        constants: Constants::of(&[AboutVersions::SYMBOL], &about),
        head: Head::of(&VersionsHead::of(about))?,
        name: "versions",
        rows: Arc::new(Built::of(&Happened::FIELDS, &rows)),
    })
}

/// The columns of a table of versions of actions.
pub fn action_columns() -> Vec<Described> {
    described(&Happened::FIELDS)
}
