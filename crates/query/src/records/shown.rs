//! Every version of what was shown of an instrument, with why and until when.

use std::sync::Arc;

use market::{Currency, Instrument, Quote, QuoteVersion, Showing, WhyShown};
use table::{
    Built, Constants, Described, EncodeError, Field, Head, Object, Record, Table, described,
};

use super::vocabulary;

/// The names of all reasons.
const WHYS: [&str; WhyShown::ALL.len()] = {
    let mut words = [""; WhyShown::ALL.len()];
    let mut i = 0;
    while i < words.len() {
        words[i] = WhyShown::ALL[i].as_str();
        i += 1;
    }
    words
};

struct WasShown<'a>(&'a QuoteVersion);

impl WasShown<'_> {
    const FIELDS: [Field<Self>; 16] = [
        Field::whole(
            "number",
            "Its place among all versions, which only grows.",
            |it: &Self| i64::try_from(it.0.number).ok(),
        )
        .never_null(),
        vocabulary::price(|it| Some(it.quote()?.price.get())),
        vocabulary::currency(|it| {
            it.quote()?.currency.as_ref().map(|it| Currency::as_str(it).into())
        }),
        Field::number("previous", "The price that the change is counted from.", |it| {
            Some(it.quote()?.previous?.price.get())
        }),
        Field::number("day_high", "The day's highest price.", |it| {
            Some(it.quote()?.day_high?.get())
        }),
        Field::number("day_low", "The day's lowest price.", |it| Some(it.quote()?.day_low?.get())),
        vocabulary::volume(|it| it.quote()?.volume),
        vocabulary::source(|it| Some(it.quote()?.source.as_str().into())),
        vocabulary::as_of(|it| it.quote()?.as_of),
        Field::instant(
            "received_at",
            "When it was received first; it may have been received again since.",
            |it| Some(it.quote()?.received_at),
        ),
        vocabulary::simulated(|it| Some(it.0.from.shown.showing == Showing::MadeUp)),
        Field::number(
            "disputed_price",
            "What was believed before, or another source's price, where it differs.",
            |it| Some(it.0.from.shown.against()?.price.get()),
        ),
        Field::instant("known_from", "Since when it was shown.", |it: &Self| {
            Some(it.0.from.at)
        })
        .never_null(),
        Field::instant(
            "known_until",
            "When something else was shown; null while it still is.",
            |it: &Self| it.0.until,
        ),
        Field::instant(
            "unkept_since",
            "Since when other prices were shown that are not kept, of which this was the last within a second.",
            |it: &Self| it.0.from.unkept_since,
        ),
        Field::text(
            "why",
            "Why it was shown from then on. first: no real price was before; newer: its source says something newer; corrected: something else of the same instant, or of an earlier one; other_source: another source's price is shown; disputed: it differs from what was believed before, and nothing decides; settled: it is disputed no more; withdrawn: there is none any more; simulated: the simulator made one up, which is not stored.",
            |it: &Self| Some(it.0.why.as_str().into()),
        )
        .one_of(&WHYS)
        .never_null(),
    ];

    fn quote(&self) -> Option<&Quote> {
        match &self.0.from.shown.showing {
            Showing::Quote(quote) => Some(quote),
            Showing::Nothing | Showing::MadeUp => None,
        }
    }
}

/// What is said once about versions of a quote.
pub struct AboutQuoteVersions<'a> {
    instrument: &'a Instrument,
    next: Option<String>,
}

/// The same as JSON.
pub type QuoteVersionsHead<'a> = Object<AboutQuoteVersions<'a>>;

impl AboutQuoteVersions<'_> {
    const SYMBOL: Field<Self> =
        vocabulary::symbol(|it: &Self| Some(it.instrument.symbol.as_str().into()));
    const NAME: Field<Self> =
        vocabulary::name(|it: &Self| Some(it.instrument.name.as_str().into()));
    const NEXT: Field<Self> =
        Field::text("next", "Leads to the rest.", |it: &Self| it.next.as_deref().map(Into::into));
}

impl Record for AboutQuoteVersions<'_> {
    const ABOUT: &'static str = "What is said once about versions of a quote.";

    fn members<'f>() -> &'f [Field<Self>]
    where
        Self: 'f,
    {
        &[Self::SYMBOL, Self::NAME, Self::NEXT]
    }
}

/// A table of versions of a quote. `next` leads to the rest.
///
/// # Errors
///
/// A fault of ours.
pub fn table(
    instrument: &Instrument,
    versions: &[QuoteVersion],
    next: Option<String>,
) -> Result<Table, EncodeError> {
    let rows: Vec<_> = versions.iter().map(WasShown).collect();
    let about = AboutQuoteVersions { instrument, next };
    Ok(Table {
        constants: Constants::of(&[AboutQuoteVersions::SYMBOL], &about),
        head: Head::of(&QuoteVersionsHead::of(about))?,
        name: "versions",
        rows: Arc::new(Built::of(&WasShown::FIELDS, &rows)),
    })
}

/// The columns of a table of versions of a quote.
pub fn columns() -> Vec<Described> {
    described(&WasShown::FIELDS)
}
