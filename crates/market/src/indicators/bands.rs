use super::averages::{mean, over_windows};
use super::{Deviations, Window};

/// Lower, middle and upper.
pub(super) fn bollinger(
    closes: &[f64],
    window: Window,
    deviations: Deviations,
) -> Vec<Vec<Option<f64>>> {
    let middle = over_windows(closes, window, mean);
    let width = over_windows(closes, window, |latest| deviations.get() * deviation(latest));
    let band = |side: f64| {
        let pairs = middle.iter().zip(&width);
        pairs.map(|(middle, width)| Some((*middle)? + side * (*width)?)).collect()
    };
    vec![band(-1.0), band(0.0), band(1.0)]
}

/// The standard deviation of a population.
fn deviation(values: &[f64]) -> f64 {
    let mean = mean(values);
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (squares / values.len() as f64).sqrt()
}
