//! What stands beside a value that is shown: those of others, and those not believed.

use engine::{ElementSetAside, Quarantined, RejectedHistory};
use market::{Currency, Quote};
use table::{Field, Record, json, schema_of};

use crate::records::vocabulary;

/// A price that speaks against the one shown.
pub(crate) struct Rival<'a>(pub(super) &'a Quote);

impl Record for Rival<'_> {
    const ABOUT: &'static str = "A live price of another source that differs from the one shown, or what was believed before where nothing decides between the two.";

    fn members<'f>() -> &'f [Field<Self>]
    where
        Self: 'f,
    {
        const {
            &[
                vocabulary::source(|it: &Self| Some(it.0.source.as_str().into())).never_null(),
                vocabulary::price(|it: &Self| Some(it.0.price.get())).never_null(),
                vocabulary::as_of(|it| it.0.as_of),
            ]
        }
    }
}

/// A price that is not believed.
pub(crate) struct Rejected<'a>(pub(super) &'a Quarantined);

/// As an object with all that is known of it.
pub(crate) enum InFull {}

impl Rejected<'_> {
    const PRICE: Field<Self> =
        vocabulary::price(|it: &Self| Some(it.0.quote.price.get())).never_null();
    const SOURCE: Field<Self> =
        vocabulary::source(|it: &Self| Some(it.0.quote.source.as_str().into())).never_null();
    const WHY: Field<Self> = why(|it| Some(it.0.reason.to_string().into()));
}

impl Record for Rejected<'_> {
    const ABOUT: &'static str = "A price that is not believed, in short.";

    fn members<'f>() -> &'f [Field<Self>]
    where
        Self: 'f,
    {
        &[Self::PRICE, Self::SOURCE, Self::WHY]
    }
}

impl Record<InFull> for Rejected<'_> {
    const ABOUT: &'static str = "A price that is not believed, with what is known of it.";

    fn members<'f>() -> &'f [Field<Self>]
    where
        Self: 'f,
    {
        const {
            &[
                Self::PRICE,
                Self::SOURCE,
                Self::WHY,
                vocabulary::currency(|it| {
                    it.0.quote.currency.as_ref().map(|it| Currency::as_str(it).into())
                }),
                vocabulary::as_of(|it| it.0.quote.as_of),
                since(|it| Some(it.0.since)),
                sightings(|it| Some(json(&it.0.sightings))),
            ]
        }
    }
}

/// A history that is not believed.
pub(crate) struct RejectedSeries<'a>(pub(crate) &'a RejectedHistory);

impl Record for RejectedSeries<'_> {
    const ABOUT: &'static str = "A history that is not believed, with what is known of it.";

    fn members<'f>() -> &'f [Field<Self>]
    where
        Self: 'f,
    {
        const {
            &[
                vocabulary::symbol(|it: &Self| Some(it.0.symbol.as_str().into())),
                vocabulary::source(|it: &Self| Some(it.0.source.as_str().into())).never_null(),
                why(|it| Some(it.0.reason.to_string().into())),
                since(|it| Some(it.0.since)),
                sightings(|it| Some(json(&it.0.sightings))),
            ]
        }
    }
}

/// An element of an answer that cannot be and was set aside.
pub(crate) struct Element<'a>(pub(crate) &'a ElementSetAside);

impl Record for Element<'_> {
    const ABOUT: &'static str =
        "A bar, action or quote that cannot be, whoever says it. What stood beside it is served.";

    fn members<'f>() -> &'f [Field<Self>]
    where
        Self: 'f,
    {
        const {
            &[
                vocabulary::symbol(|it: &Self| Some(it.0.symbol.as_str().into())),
                vocabulary::source(|it: &Self| Some(it.0.source.as_str().into())).never_null(),
                Field::text("element", "bar, action or quote.", |it: &Self| {
                    Some(it.0.what.element.as_str().into())
                })
                .never_null(),
                Field::text("interval", "How long the bars of the answer are.", |it: &Self| {
                    Some(it.0.interval?.as_str().into())
                }),
                Field::date(
                    "date",
                    "Its trading date or ex-date, where it has one.",
                    |it: &Self| it.0.what.date,
                ),
                Field::text("reason", "Why it cannot be: a word for programs.", |it: &Self| {
                    Some(it.0.what.reason.reason().into())
                })
                .never_null(),
                why(|it| Some(it.0.what.reason.to_string().into())),
                since(|it| Some(it.0.since)),
                sightings(|it| Some(json(&it.0.sightings))),
            ]
        }
    }
}

const fn why<R>(get: vocabulary::Text<R>) -> Field<R> {
    Field::text("why", "Why it is not believed.", get).never_null()
}

const fn since<R>(get: vocabulary::Instant<R>) -> Field<R> {
    Field::instant("since", "When it was first seen.", get).never_null()
}

const fn sightings<R>(get: vocabulary::Json<R>) -> Field<R> {
    Field::inner("sightings", "How often it was seen.", get, schema_of::<u32>)
}
