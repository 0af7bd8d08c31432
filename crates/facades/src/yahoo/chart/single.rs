//! Prices as this protocol writes them: in single precision, printed as doubles.

/// The number as it is written where it was published so.
///
/// A price that the source published as the single-precision number nearest to 269.7
/// is 269.7 here, and was written as `269.70001220703125` there. The other way round it
/// is the same number to the last digit. What has more digits than such a number can
/// hold was published otherwise, and stays as it is.
pub(super) fn widened(number: f64) -> f64 {
    let narrow = number as f32;
    let is_its_shortest = narrow.to_string().parse() == Ok(number);
    if is_its_shortest { f64::from(narrow) } else { number }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_was_published_in_single_precision_is_written_so_again() {
        for (number, written) in [
            (269.7, "269.70001220703125"),
            (7_150.09, "7150.08984375"),
            (1.122_082_6, "1.1220825910568237"),
            (0.5, "0.5"),
            (4_015.0, "4015"),
            (-37.63, "-37.630001068115234"),
            (98_123.456_789, "98123.456789"),
        ] {
            assert_eq!(widened(number).to_string(), written);
        }
    }

    proptest! {
        #[test]
        fn any_single_precision_price_comes_back(bits in any::<u32>()) {
            let published = f32::from_bits(bits);
            prop_assume!(published.is_finite());
            let held: f64 = published.to_string().parse().unwrap();
            prop_assert_eq!(widened(held).to_bits(), f64::from(published).to_bits());
        }
    }
}
