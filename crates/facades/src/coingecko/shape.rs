//! What the vendor's clients read.

use jiff::Timestamp;
use serde::Serialize;
use serde::ser::{SerializeTuple, Serializer};
use table::Number;

use super::question::Coin;

/// That there is somebody.
#[derive(Serialize)]
pub(super) struct Ping {
    pub(super) gecko_says: &'static str,
}

/// A coin of the list.
#[derive(Serialize)]
pub(super) struct CoinRow {
    id: &'static str,
    symbol: String,
    name: &'static str,
}

impl From<Coin> for CoinRow {
    fn from(coin: Coin) -> Self {
        Self { id: coin.id, symbol: coin.code.to_ascii_lowercase(), name: coin.name() }
    }
}

/// Past prices. What all of a coin is worth is not known here, nor what was traded of it
/// everywhere: these lists are empty.
#[derive(Serialize)]
pub(super) struct Chart {
    prices: Vec<Point>,
    market_caps: [(); 0],
    total_volumes: [(); 0],
}

/// A price and when it was true.
pub(super) struct Point {
    pub(super) at: Timestamp,
    pub(super) price: f64,
}

/// Milliseconds and price.
impl Serialize for Point {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut pair = serializer.serialize_tuple(2)?;
        pair.serialize_element(&self.at.as_millisecond())?;
        pair.serialize_element(&Number(self.price))?;
        pair.end()
    }
}

impl Chart {
    pub(super) fn of(points: impl Iterator<Item = Point>) -> Self {
        Self { prices: points.collect(), market_caps: [], total_volumes: [] }
    }

    /// Whether there is no price.
    pub(super) fn is_empty(&self) -> bool {
        self.prices.is_empty()
    }
}

/// A number with so many decimals, or all of them.
pub(super) fn rounded(number: f64, decimals: Option<usize>) -> f64 {
    let rounded = decimals.and_then(|places| format!("{number:.places$}").parse().ok());
    rounded.unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_milliseconds_and_a_price() {
        let at = "2024-01-05T00:00:00Z".parse().unwrap();
        let chart = Chart::of([Point { at, price: 53_953.0 }].into_iter());
        let expected = r#"{"prices":[[1704412800000,53953]],"market_caps":[],"total_volumes":[]}"#;
        assert_eq!(serde_json::to_string(&chart).unwrap(), expected);
        assert_eq!(rounded(1.25, Some(0)).to_string(), "1");
        assert_eq!(rounded(1.25, None).to_string(), "1.25");
    }
}
