use std::borrow::Borrow;

use market::{Bar, Interval, Source, Symbol};
use table::{Field, Object, Record};

use super::of_bar::OfBar;
use crate::records::vocabulary;

/// A bar as streamed prices formed it, as far as they were seen.
pub struct LiveBar<'a> {
    /// Whose it is.
    pub symbol: &'a Symbol,
    /// How long it is.
    pub interval: Interval,
    /// Who streamed the prices.
    pub source: &'a Source,
    /// The bar.
    pub bar: &'a Bar,
}

/// The same as JSON.
pub type LiveBarJson<'a> = Object<LiveBar<'a>>;

impl OfBar for LiveBar<'_> {
    fn bar(&self) -> impl Borrow<Bar> {
        self.bar
    }
}

impl Record for LiveBar<'_> {
    const ABOUT: &'static str = "A bar as streamed prices form it.";

    fn members<'f>() -> &'f [Field<Self>]
    where
        Self: 'f,
    {
        const {
            &[
                vocabulary::symbol(|it: &Self| Some(it.symbol.as_str().into())),
                vocabulary::interval(|it| Some(it.interval.as_str().into())),
                Self::OPEN_TIME,
                Self::DATE,
                Self::OPEN.meaning(
                    "The first price within the interval; null where its beginning was not seen.",
                ),
                Self::HIGH.meaning(
                    "The highest price within the interval; null where its beginning was not seen.",
                ),
                Self::LOW.meaning(
                    "The lowest price within the interval; null where its beginning was not seen.",
                ),
                Self::CLOSE,
                Self::VOLUME.meaning(
                    "What was traded, in shares or units; null where not known of the whole interval.",
                ),
                Self::PROVISIONAL,
                vocabulary::source(|it: &Self| Some(it.source.as_str().into())).never_null(),
            ]
        }
    }
}
