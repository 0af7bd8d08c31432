use market::Price;

/// The number that was published, where Yahoo widened it from single precision.
///
/// `7150.08984375` is how a program prints the `f32` nearest to 7150.09. A
/// number that is exactly an `f32` is taken for one, and stands for the shortest
/// decimal that reads back as it; any other is what it says.
pub(super) fn published(number: f64) -> f64 {
    let narrow = number as f32;
    if f64::from(narrow).to_bits() == number.to_bits() {
        narrow.to_string().parse().unwrap_or(number)
    } else {
        number
    }
}

/// A published price; `None` for numbers that are none.
pub(super) fn price(number: f64) -> Option<Price> {
    Price::new(published(number))
}

/// A published price where zero can only mean that there is none.
pub(super) fn price_unless_zero(number: f64) -> Option<Price> {
    price(number).filter(|price| price.get() != 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn prices_widened_from_single_precision_are_narrowed_again() {
        for (widened, said) in [
            (7_150.089_843_75, "7150.09"),
            (269.700_012_207_031_25, "269.7"),
            (1.122_082_591_056_823_7, "1.1220826"),
            (269.7, "269.7"),
            (4015.0, "4015"),
            (0.5, "0.5"),
            (-37.630_001_068_115_234, "-37.63"),
            (1431.667, "1431.667"),
        ] {
            assert_eq!(published(widened).to_string(), said);
        }
    }

    proptest! {
        #[test]
        fn any_price_of_six_digits_survives_widening(digits in 1_u32..1_000_000, point in 0_i32..6) {
            let said: f64 = format!("{digits}e-{point}").parse().unwrap();
            prop_assert_eq!(published(f64::from(said as f32)).to_bits(), said.to_bits());
            prop_assert_eq!(published(said).to_bits(), said.to_bits());
        }
    }
}
