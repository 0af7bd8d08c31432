use engine::Entry;
use jiff::Timestamp;
use market::{Currency, Freshness, Instrument, MarketState, Quote, market_state};
use table::{Field, Object, Record, json, schema_of};

use super::beside::{InFull, Rejected, Rival};
use crate::explain::{Reason, explain};
use crate::records::instrument::OfInstrument;
use crate::records::vocabulary;

/// What is held of one instrument, as it is shown: its quote, and what stands
/// beside it.
pub struct Shown<'a> {
    entry: &'a Entry,
    now: Timestamp,
    reason: Option<Reason>,
}

/// One quote with its provenance, as `/latest` has it.
pub type QuoteJson<'a> = Object<Shown<'a>>;

/// What `/latest` says of one quote.
pub fn quote_json(entry: &Entry, now: Timestamp) -> QuoteJson<'_> {
    Object::of(Shown::new(entry, now))
}

impl<'a> Shown<'a> {
    pub(crate) fn new(entry: &'a Entry, now: Timestamp) -> Self {
        Self { entry, now, reason: explain(entry, now) }
    }

    fn quote(&self) -> Option<&Quote> {
        self.entry.quote.as_ref()
    }

    fn rival(&self) -> Option<Rival<'_>> {
        self.entry.rival(self.now).map(Rival)
    }

    fn rejected(&self) -> Option<Rejected<'_>> {
        self.entry.quarantined.as_ref().map(Rejected)
    }
}

impl OfInstrument for Shown<'_> {
    fn instrument(&self) -> &Instrument {
        &self.entry.instrument
    }
}

/// What is known of the price.
impl Shown<'_> {
    const PRICE: Field<Self> = vocabulary::price(|it| Some(it.quote()?.price.get()));
    const CURRENCY: Field<Self> = vocabulary::currency(|it| {
        it.quote()?.currency.as_ref().map(|it| Currency::as_str(it).into())
    });
    const PREVIOUS: Field<Self> =
        Field::number("previous", "The price that the change is counted from.", |it| {
            Some(it.quote()?.previous?.price.get())
        });
    const CHANGE: Field<Self> =
        Field::number("change", "Price less the previous one, in the currency.", |it| {
            it.quote()?.change().map(without_noise)
        });
    const CHANGE_PERCENT: Field<Self> =
        Field::number("change_percent", "The same in percent of the previous price.", |it| {
            it.quote()?.change_percent().map(without_noise)
        });
    const CHANGE_SINCE: Field<Self> = Field::text(
        "change_since",
        "What the previous price is: previous_close, 24h (the price a day ago) or previous_publication.",
        |it| Some(it.quote()?.previous?.kind.as_str().into()),
    );
    const DAY_HIGH: Field<Self> = Field::number("day_high", "The day's highest price.", |it| {
        Some(it.quote()?.day_high?.get())
    });
    const DAY_LOW: Field<Self> =
        Field::number("day_low", "The day's lowest price.", |it| Some(it.quote()?.day_low?.get()));
    const VOLUME: Field<Self> = vocabulary::volume(|it| it.quote()?.volume);
    const MARKET_STATE: Field<Self> = vocabulary::market_state(|it| {
        market_state(it.quote()?, it.now).map(|state| MarketState::as_str(state).into())
    });
}

/// Where it is from, and how old it is.
impl Shown<'_> {
    pub(crate) const SOURCE: Field<Self> =
        vocabulary::source(|it| Some(it.quote()?.source.as_str().into()));
    pub(crate) const AS_OF: Field<Self> = vocabulary::as_of(|it| it.quote()?.as_of);
    pub(crate) const RECEIVED_AT: Field<Self> =
        vocabulary::received_at(|it| Some(it.quote()?.received_at));
    pub(crate) const AGE_S: Field<Self> =
        vocabulary::age_s(|it| Some(it.entry.age(it.now)?.as_secs()));
    /// None of our sources says so.
    const DELAY_S: Field<Self> = Field::whole(
        "delay_s",
        "How far behind the market its source publishes; none of ours says so.",
        |_| None,
    );
    pub(crate) const FRESHNESS: Field<Self> =
        vocabulary::freshness(|it| Some(Freshness::as_str(it.entry.freshness(it.now)).into()));
    const SIMULATED: Field<Self> =
        vocabulary::simulated(|it| Some(it.quote().is_some_and(|quote| quote.simulated)));
}

/// What speaks against it: as objects, and flat for tables.
impl Shown<'_> {
    pub(crate) const DISPUTED: Field<Self> = Field::inner(
        "disputed",
        Rival::ABOUT,
        |it| Some(json(&it.rival().map(Object::<Rival<'_>>::of))),
        schema_of::<Option<Object<Rival<'_>>>>,
    );
    const DISPUTED_PRICE: Field<Self> =
        Field::number("disputed_price", "The price that differs.", |it| {
            Some(it.rival()?.0.price.get())
        });
    const DISPUTED_BY: Field<Self> = Field::text(
        "disputed_by",
        "Whose price differs from this one by more than is usual.",
        |it| Some(it.entry.rival(it.now)?.source.as_str().into()),
    );
    const QUARANTINED: Field<Self> = Field::inner(
        "quarantined",
        <Rejected<'_> as Record>::ABOUT,
        |it| Some(json(&it.rejected().map(Object::<Rejected<'_>>::of))),
        schema_of::<Option<Object<Rejected<'_>>>>,
    );
    pub(crate) const QUARANTINED_IN_FULL: Field<Self> = Field::inner(
        "quarantined",
        <Rejected<'_> as Record<InFull>>::ABOUT,
        |it| Some(json(&it.rejected().map(Object::<Rejected<'_>, InFull>::of))),
        schema_of::<Option<Object<Rejected<'_>, InFull>>>,
    );
    pub(crate) const DOUBTED_TOTAL: Field<Self> = Field::inner(
        "doubted_total",
        "How many prices were not believed since the start.",
        |it| Some(json(&it.entry.rejected)),
        schema_of::<u64>,
    );
    const DOUBTED_PRICE: Field<Self> =
        Field::number("doubted_price", "A newer price that is not believed.", |it| {
            Some(it.rejected()?.0.quote.price.get())
        });
    const DOUBTED_OF: Field<Self> =
        Field::text("doubted_of", "Whose price is not believed.", |it| {
            Some(it.entry.quarantined.as_ref()?.quote.source.as_str().into())
        });
    pub(crate) const REASON: Field<Self> = Field::text(
        "reason",
        "Why there is no value, an old one, or a newer one that is not believed: a word for programs.",
        |it| Some(it.reason.as_ref()?.name.into()),
    );
    pub(crate) const DETAIL: Field<Self> =
        vocabulary::detail(|it| Some(it.reason.as_ref()?.detail.as_str().into()));
}

impl Record for Shown<'_> {
    const ABOUT: &'static str = "One quote with its provenance. What is not known is `null`.";

    fn members<'f>() -> &'f [Field<Self>]
    where
        Self: 'f,
    {
        const {
            &[
                Self::SYMBOL,
                Self::NAME,
                Self::KIND,
                Self::PRICE,
                Self::PRICE_DECIMALS,
                Self::CURRENCY,
                Self::PREVIOUS,
                Self::CHANGE,
                Self::CHANGE_PERCENT,
                Self::CHANGE_SINCE,
                Self::DAY_HIGH,
                Self::DAY_LOW,
                Self::VOLUME,
                Self::MARKET_STATE,
                Self::SOURCE,
                Self::AS_OF,
                Self::RECEIVED_AT,
                Self::AGE_S,
                Self::DELAY_S,
                Self::FRESHNESS,
                Self::SIMULATED,
                Self::DISPUTED,
                Self::QUARANTINED,
                Self::REASON.or_absent().meaning(
                    "Why there is no value, an old one, or a newer one that is not believed.",
                ),
                Self::DETAIL.or_absent(),
            ]
        }
    }
}

impl Shown<'_> {
    /// The fields that a table of quotes has as columns.
    pub(in crate::records) const COLUMNS: [Field<Self>; 26] = [
        Self::SYMBOL,
        Self::NAME,
        Self::KIND,
        Self::PRICE_DECIMALS,
        Self::PRICE,
        Self::CURRENCY,
        Self::PREVIOUS,
        Self::CHANGE,
        Self::CHANGE_PERCENT,
        Self::CHANGE_SINCE,
        Self::DAY_HIGH,
        Self::DAY_LOW,
        Self::VOLUME,
        Self::MARKET_STATE,
        Self::SOURCE,
        Self::AS_OF,
        Self::RECEIVED_AT,
        Self::AGE_S,
        Self::FRESHNESS,
        Self::SIMULATED,
        Self::DISPUTED_PRICE,
        Self::DISPUTED_BY,
        Self::DOUBTED_PRICE,
        Self::DOUBTED_OF,
        Self::REASON,
        Self::DETAIL,
    ];
}

/// A difference of two decimals has binary noise at its end (1.1446 − 1.1421 is
/// 0.0025000000000001688); ten decimals keep all that was published.
pub fn without_noise(difference: f64) -> f64 {
    (difference * 1e10).round() / 1e10
}
