//! Rates between currencies, and amounts converted by them.

use engine::{Rate, Step};
use jiff::Timestamp;
use jiff::civil::Date;
use market::Currency;
use table::{Field, Object, Record, in_fifteen_digits, json, schema_of};

use super::vocabulary;

/// What one unit of a currency costs in another, as it was asked for.
pub struct Rated<'a> {
    rate: &'a Rate,
    asked: Option<Date>,
    now: Timestamp,
}

/// The body of `/v1/fx/{base}/{to}`.
pub type RateJson<'a> = Object<Rated<'a>>;

/// A record that is about a rate, and what each such says of it.
trait OfRate: Sized {
    fn rated(&self) -> &Rated<'_>;

    const BASE: Field<Self> = Field::text("base", "The currency priced.", |it: &Self| {
        Some(it.rated().rate.base.as_str().into())
    })
    .never_null();
    const QUOTE: Field<Self> =
        Field::text("quote", "The currency it is priced in.", |it: &Self| {
            Some(it.rated().rate.quote.as_str().into())
        })
        .never_null();
    const RATE: Field<Self> =
        Field::number("rate", "What one unit of base costs, in quote.", |it: &Self| {
            Some(in_fifteen_digits(it.rated().rate.rate))
        })
        .never_null();
    const DATE: Field<Self> = Field::date("date", "The day asked for.", |it| it.rated().asked);
    const RATE_DATE: Field<Self> =
        Field::date("rate_date", "The day whose rate it is.", |it| it.rated().rate.date());
    const PATH: Field<Self> = Field::inner(
        "path",
        "The pairs by which the rate is known, in order.",
        |it| {
            let steps = it.rated().rate.steps.iter().map(|step| Object::of(Pair(step)));
            Some(json(&steps.collect::<Vec<Object<_>>>()))
        },
        schema_of::<Vec<Object<Pair<'_>>>>,
    );
    const FRESHNESS: Field<Self> =
        vocabulary::freshness(|it| Some(it.rated().rate.freshness().as_str().into()));
    const SIMULATED: Field<Self> = vocabulary::simulated(|it| Some(it.rated().rate.simulated));
    const TIMESTAMP: Field<Self> = vocabulary::timestamp(|it| Some(it.rated().now));
}

impl OfRate for Rated<'_> {
    fn rated(&self) -> &Rated<'_> {
        self
    }
}

impl Record for Rated<'_> {
    const ABOUT: &'static str =
        "What one unit of `base` costs in `quote`, and by which pairs that is known.";

    fn members<'f>() -> &'f [Field<Self>]
    where
        Self: 'f,
    {
        &[
            Self::BASE,
            Self::QUOTE,
            Self::RATE,
            Self::DATE,
            Self::RATE_DATE,
            Self::PATH,
            Self::FRESHNESS,
            Self::SIMULATED,
            Self::TIMESTAMP,
        ]
    }
}

/// One pair that a rate was made with.
struct Pair<'a>(&'a Step);

impl Record for Pair<'_> {
    const ABOUT: &'static str =
        "One pair: its price was multiplied by, or divided by where `inverted`.";

    fn members<'f>() -> &'f [Field<Self>]
    where
        Self: 'f,
    {
        const {
            &[
                vocabulary::symbol(|it: &Self| Some(it.0.symbol.as_str().into())),
                vocabulary::price(|it: &Self| Some(it.0.price.get()))
                    .meaning("The pair's price, with the digits its source published.")
                    .never_null(),
                Field::flag(
                    "inverted",
                    "Whether the rate is divided by this price, rather than multiplied.",
                    |it: &Self| Some(it.0.inverted),
                )
                .never_null(),
                vocabulary::source(|it: &Self| Some(it.0.source.as_str().into())).never_null(),
                vocabulary::as_of(|it: &Self| it.0.as_of.filter(|_| it.0.date.is_none()))
                    .meaning("Of a latest price: when it was true, where its source says."),
                Field::date("date", "Of a day's price: which day.", |it| it.0.date),
                vocabulary::received_at(|it: &Self| Some(it.0.received_at)).never_null(),
                vocabulary::freshness(|it| Some(it.0.freshness.as_str().into())),
                vocabulary::simulated(|it| Some(it.0.simulated)),
            ]
        }
    }
}

/// An amount in another currency.
pub struct Converted<'a> {
    rated: Rated<'a>,
    amount: f64,
    result: f64,
}

/// The body of `/v1/fx/convert`.
pub type ConversionJson<'a> = Object<Converted<'a>>;

impl OfRate for Converted<'_> {
    fn rated(&self) -> &Rated<'_> {
        &self.rated
    }
}

impl Converted<'_> {
    const FROM: Field<Self> = Field::text("from", "The currency of the amount.", |it: &Self| {
        Some(Currency::as_str(&it.rated.rate.base).into())
    })
    .never_null();
    const TO: Field<Self> = Field::text("to", "The currency converted to.", |it: &Self| {
        Some(Currency::as_str(&it.rated.rate.quote).into())
    })
    .never_null();
    const AMOUNT: Field<Self> = Field::number(
        "amount",
        "What was asked to be converted, in the currency from.",
        |it: &Self| Some(it.amount),
    )
    .never_null();
    const RESULT: Field<Self> =
        Field::number("result", "The amount in the currency converted to.", |it: &Self| {
            Some(in_fifteen_digits(it.result))
        })
        .never_null();
}

impl Record for Converted<'_> {
    const ABOUT: &'static str = "An amount in another currency.";

    fn members<'f>() -> &'f [Field<Self>]
    where
        Self: 'f,
    {
        &[
            Self::FROM,
            Self::TO,
            Self::AMOUNT,
            Self::RESULT,
            Self::BASE,
            Self::QUOTE,
            Self::RATE,
            Self::DATE,
            Self::RATE_DATE,
            Self::PATH,
            Self::FRESHNESS,
            Self::SIMULATED,
            Self::TIMESTAMP,
        ]
    }
}

/// Encodes a rate.
pub fn rate(rate: &Rate, asked: Option<Date>, now: Timestamp) -> Vec<u8> {
    encoded(&RateJson::of(Rated { rate, asked, now }))
}

/// Encodes an amount of the rate's base, and what it comes to. Both are finite.
pub fn conversion(
    rate: &Rate,
    (amount, result): (f64, f64),
    asked: Option<Date>,
    now: Timestamp,
) -> Vec<u8> {
    let rated = Rated { rate, asked, now };
    encoded(&ConversionJson::of(Converted { rated, amount, result }))
}

fn encoded(body: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(body).expect("texts and finite numbers are always JSON")
}
