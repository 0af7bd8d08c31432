/// How much figures taken at equal distances grow from one to the next: the slope of the
/// line that fits them best, by least squares. `None` where there are fewer than two.
pub fn slope(figures: &[f64]) -> Option<f64> {
    let n = figures.len() as f64;
    if figures.len() < 2 {
        return None;
    }
    let (middle, mean) = ((n - 1.0) / 2.0, figures.iter().sum::<f64>() / n);
    let distances = (0..figures.len()).map(|at| at as f64 - middle);
    let (mut shared, mut spread) = (0.0, 0.0);
    for (distance, figure) in distances.zip(figures) {
        shared += distance * (figure - mean);
        spread += distance * distance;
    }
    Some(shared / spread)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slope_is_that_of_the_line_among_the_figures() {
        assert_eq!(slope(&[3.0, 5.0, 7.0]), Some(2.0));
        assert_eq!(slope(&[1.0, 2.0, 1.0, 2.0, 1.0]), Some(0.0));
        assert_eq!(slope(&[4.0, 0.0]), Some(-4.0));
        assert_eq!(slope(&[4.0]), None);
    }
}
