use std::borrow::Borrow;

use jiff::civil::Date;
use market::{Bar, Price, Repaired, Source};
use table::Field;

use crate::records::vocabulary;

/// Whose bar of a date took the place of its own source's, where one did.
pub(crate) fn repaired_by(repaired: &[Repaired], date: Date) -> Option<&Source> {
    repaired.iter().find(|it| it.repair.date == date).map(|it| &it.repair.by)
}

/// A record that is about a bar, and what each such says of it.
pub(crate) trait OfBar: Sized {
    /// The bar, as cheaply as the record has it: each field asks for it again.
    fn bar(&self) -> impl Borrow<Bar>;

    const DATE: Field<Self> = vocabulary::date(|it| Some(it.bar().borrow().date));
    const OPEN_TIME: Field<Self> =
        vocabulary::open_time(|it: &Self| Some(it.bar().borrow().open_time)).never_null();
    const OPEN: Field<Self> = Field::number(
        "open",
        "The first price within the interval; null where the source gives closes only.",
        |it| it.bar().borrow().open.map(Price::get),
    );
    const HIGH: Field<Self> = Field::number(
        "high",
        "The highest price within the interval; null where the source gives closes only.",
        |it| it.bar().borrow().high.map(Price::get),
    );
    const LOW: Field<Self> = Field::number(
        "low",
        "The lowest price within the interval; null where the source gives closes only.",
        |it| it.bar().borrow().low.map(Price::get),
    );
    const CLOSE: Field<Self> = Field::number(
        "close",
        "The last price within the interval, in the currency.",
        |it: &Self| Some(it.bar().borrow().close.get()),
    )
    .never_null();
    const ADJ_CLOSE: Field<Self> = Field::number(
        "adj_close",
        "The close with splits and dividends taken out, as the source gives it; null where it gives none.",
        |it| it.bar().borrow().adj_close.map(Price::get),
    );
    const VOLUME: Field<Self> = vocabulary::volume(|it| it.bar().borrow().volume);
    const PROVISIONAL: Field<Self> =
        vocabulary::provisional(|it| Some(it.bar().borrow().provisional));
}
