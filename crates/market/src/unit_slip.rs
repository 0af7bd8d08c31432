/// Which power of ten a ratio of two prices is near, such as 2 for a hundred times
/// and -3 for a thousandth: what a wrong unit makes of a price. `None` near one, and
/// near none.
pub fn power_of_ten(ratio: f64) -> Option<i32> {
    let size = ratio.abs();
    let power = size.log10().round();
    let is_near = (0.8..=1.25).contains(&(size / 10_f64.powf(power)));
    (is_near && power != 0.0 && power.abs() <= MOST).then_some(power as i32)
}

/// No unit is further off than millionths.
const MOST: f64 = 6.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn powers_of_ten_are_seen_with_some_room_and_nothing_else_is() {
        for (ratio, expected) in [
            (100.0, Some(2)),
            (-100.0, Some(2)),
            (81.0, Some(2)),
            (0.0123, Some(-2)),
            (1_050.0, Some(3)),
            (0.1, Some(-1)),
            (1.0, None),
            (1.4, None),
            (30.0, None),
            (1e9, None),
            (0.0, None),
            (f64::NAN, None),
            (f64::INFINITY, None),
        ] {
            assert_eq!(power_of_ten(ratio), expected, "{ratio}");
        }
    }
}
