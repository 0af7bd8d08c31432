use std::fmt;

/// A price per one unit of the instrument, in the currency stated beside it.
///
/// Always finite. Zero and below are allowed here, because some instruments go
/// there (crude oil futures in April 2020); what a kind forbids says
/// [`Kind::forbids`](crate::Kind::forbids). Prints as the shortest decimal that reads back the same.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Price(f64);

impl Price {
    /// A price, unless the number is not finite.
    pub fn new(number: f64) -> Option<Self> {
        number.is_finite().then_some(Self(number))
    }

    /// The number.
    pub fn get(self) -> f64 {
        self.0
    }
}

impl fmt::Display for Price {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_finite_numbers_are_prices() {
        assert!(Price::new(f64::NAN).is_none() && Price::new(f64::INFINITY).is_none());
        assert_eq!(Price::new(-37.63).unwrap().get().to_bits(), (-37.63_f64).to_bits());
    }

    proptest! {
        #[test]
        fn digits_survive(number in proptest::num::f64::NORMAL) {
            let printed = Price::new(number).unwrap().to_string();
            prop_assert_eq!(printed.parse::<f64>().unwrap().to_bits(), number.to_bits());
        }
    }
}
