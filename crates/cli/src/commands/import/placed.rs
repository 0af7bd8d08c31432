use jiff::Timestamp;
use jiff::civil::Date;
use market::{Bar, Price};

/// A bar and where in the file it stands, in 72 bytes: a file may hold millions.
pub(super) struct Placed {
    /// In milliseconds since 1970, as fine as the store keeps it.
    pub(super) open_time: i64,
    pub(super) date: Date,
    /// Counted from 1; the last that can be named stands for all after it.
    place: u32,
    close: Price,
    /// Open, high, low and adjusted close, then the volume; NaN for none.
    figures: [f64; 5],
    provisional: bool,
}

impl Placed {
    pub(super) fn new(place: u64, bar: &Bar) -> Self {
        let price = |price: Option<Price>| price.map_or(f64::NAN, Price::get);
        let [open, high, low, adj_close] = [bar.open, bar.high, bar.low, bar.adj_close].map(price);
        Self {
            open_time: bar.open_time.as_millisecond(),
            date: bar.date,
            place: u32::try_from(place).unwrap_or(u32::MAX),
            close: bar.close,
            figures: [open, high, low, adj_close, bar.volume.unwrap_or(f64::NAN)],
            provisional: bar.provisional,
        }
    }

    pub(super) fn place(&self) -> u64 {
        self.place.into()
    }

    pub(super) fn open_time(&self) -> Timestamp {
        Timestamp::from_millisecond(self.open_time).expect("it was an instant before")
    }

    pub(super) fn bar(&self) -> Bar {
        let [open, high, low, adj_close] = std::array::from_fn(|i| Price::new(self.figures[i]));
        Bar {
            open_time: self.open_time(),
            date: self.date,
            open,
            high,
            low,
            close: self.close,
            adj_close,
            volume: Some(self.figures[4]).filter(|volume| volume.is_finite()),
            provisional: self.provisional,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_bar_takes_72_bytes() {
        assert_eq!(size_of::<Placed>(), 72);
    }

    proptest! {
        #[test]
        fn a_bar_comes_back_as_it_was(
            prices in proptest::array::uniform4(proptest::option::of(-1e9..1e9_f64)),
            volume in proptest::option::of(0.0..1e15_f64),
            (ms, close, provisional) in (-1_000_000_000_000..2_000_000_000_000_i64, -1e9..1e9_f64, any::<bool>()),
        ) {
            let open_time = Timestamp::from_millisecond(ms).unwrap();
            let [open, high, low, adj_close] = prices.map(|it| it.and_then(Price::new));
            let date = open_time.to_zoned(jiff::tz::TimeZone::UTC).date();
            let close = Price::new(close).unwrap();
            let bar = Bar { open_time, date, open, high, low, close, adj_close, volume, provisional };
            prop_assert_eq!(Placed::new(7, &bar).bar(), bar);
        }
    }
}
