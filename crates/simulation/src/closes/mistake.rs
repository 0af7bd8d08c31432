use market::{Bar, Price};

/// A way in which a source's history is wrong about one day, or about all before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mistake {
    /// All prices of the day are a hundredfold.
    HundredFold,
    /// The highest price of the day alone is.
    HundredFoldInPart,
    /// All prices of the day are a tenfold.
    TenFold,
    /// A split is told, and what was before it is not adjusted.
    SplitMissing,
    /// What was before a split is adjusted twice.
    SplitDoubled,
    /// A split is told, and adjusted for, with other terms.
    SplitOfOtherTerms,
    /// There is no bar of the day.
    DayMissing,
    /// The day's prices are zero.
    Zero,
    /// The day is listed without a price.
    Unpriced,
    /// The close of the day before is told again.
    Repeated,
    /// The day's prices are those of another listing.
    OtherListing,
    /// All prices are those of a listing in another currency.
    OtherCurrency,
    /// Two digits of the close are in each other's place.
    Transposed,
}

impl Mistake {
    /// All there are.
    pub const ALL: [Self; 13] = [
        Self::HundredFold,
        Self::HundredFoldInPart,
        Self::TenFold,
        Self::SplitMissing,
        Self::SplitDoubled,
        Self::SplitOfOtherTerms,
        Self::DayMissing,
        Self::Zero,
        Self::Unpriced,
        Self::Repeated,
        Self::OtherListing,
        Self::OtherCurrency,
        Self::Transposed,
    ];

    /// What it is, in a few words.
    pub fn name(self) -> &'static str {
        match self {
            Self::HundredFold => "hundredfold",
            Self::HundredFoldInPart => "hundredfold in part",
            Self::TenFold => "tenfold",
            Self::SplitMissing => "split not adjusted for",
            Self::SplitDoubled => "split adjusted for twice",
            Self::SplitOfOtherTerms => "split of other terms",
            Self::DayMissing => "day missing",
            Self::Zero => "price of zero",
            Self::Unpriced => "day without a price",
            Self::Repeated => "close repeated",
            Self::OtherListing => "price of another listing",
            Self::OtherCurrency => "prices in another currency",
            Self::Transposed => "digits transposed",
        }
    }

    /// Whether it needs a split on its day.
    pub(super) fn is_of_split(self) -> bool {
        matches!(self, Self::SplitMissing | Self::SplitDoubled | Self::SplitOfOtherTerms)
    }

    /// New shares for one old, as they are told and as prices are adjusted for them.
    pub(super) fn terms(self, ratio: f64) -> (f64, f64) {
        match self {
            Self::SplitMissing => (ratio, 1.0),
            Self::SplitDoubled => (ratio, ratio * ratio),
            Self::SplitOfOtherTerms => (ratio * 1.25, ratio * 1.25),
            _ => (ratio, ratio),
        }
    }

    /// The day's bar with it; `before` is the close of the day before. `None` where there is
    /// none.
    pub(super) fn falsify(self, bar: Bar, before: f64) -> Option<Bar> {
        match self {
            Self::HundredFold => Some(times(bar, 100.0)),
            Self::TenFold => Some(times(bar, 10.0)),
            Self::OtherListing => Some(times(bar, 1.08)),
            Self::Zero => Some(times(bar, 0.0)),
            Self::HundredFoldInPart => Some(Bar { high: bar.high.map(|it| by(it, 100.0)), ..bar }),
            Self::Repeated => Some(with_close(bar, before)),
            Self::Transposed => Some(with_close(bar, transposed(bar.close.get()))),
            Self::DayMissing | Self::Unpriced => None,
            Self::SplitMissing
            | Self::SplitDoubled
            | Self::SplitOfOtherTerms
            | Self::OtherCurrency => Some(bar),
        }
    }
}

fn by(price: Price, factor: f64) -> Price {
    Price::new(price.get() * factor).unwrap()
}

/// All prices of a bar so many times.
pub(super) fn times(bar: Bar, factor: f64) -> Bar {
    let by = |price: Price| by(price, factor);
    Bar {
        open: bar.open.map(by),
        high: bar.high.map(by),
        low: bar.low.map(by),
        close: by(bar.close),
        adj_close: bar.adj_close.map(by),
        ..bar
    }
}

fn with_close(bar: Bar, close: f64) -> Bar {
    let close = Price::new(close).unwrap();
    let adj_close = bar.adj_close.map(|it| by(close, it.get() / bar.close.get()));
    Bar { close, adj_close, ..bar }
}

/// The first two digits that differ, in each other's place.
fn transposed(price: f64) -> f64 {
    let mut digits: Vec<char> = format!("{price:.2}").chars().collect();
    let places: Vec<usize> = (0..digits.len()).filter(|at| digits[*at] != '.').collect();
    let two =
        places.windows(2).find(|two| digits[two[0]] != digits[two[1]] && digits[two[1]] != '0');
    if let Some(two) = two {
        digits.swap(two[0], two[1]);
    }
    digits.into_iter().collect::<String>().parse().unwrap()
}
