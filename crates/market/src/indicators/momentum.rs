use super::Window;
use super::averages::smoothed;

pub(super) fn relative_strength(closes: &[f64], window: Window) -> Vec<Option<f64>> {
    let changes: Vec<f64> = closes.array_windows().map(|[before, close]| close - before).collect();
    let averaged = |side: f64| {
        let moves: Vec<f64> = changes.iter().map(|change| (side * change).max(0.0)).collect();
        smoothed(&moves, window, 1.0 / window.bars() as f64)
    };
    let pairs = averaged(1.0).into_iter().zip(averaged(-1.0));
    let values = pairs.map(|(gain, loss)| share(gain?, loss?));
    // The first close has no change.
    closes.first().map(|_| None).into_iter().chain(values).collect()
}

/// Gain in percent of both; where nothing moved there is no share.
fn share(gain: f64, loss: f64) -> Option<f64> {
    let both = gain + loss;
    (both > 0.0).then(|| 100.0 * (gain / both))
}

pub(super) fn rate_of_change(closes: &[f64], window: Window) -> Vec<Option<f64>> {
    let holes = std::iter::repeat_n(None, closes.len().min(window.bars()));
    let pairs = closes.iter().zip(closes.iter().skip(window.bars()));
    let rate = |(before, close): (&f64, &f64)| {
        (*before > 0.0).then(|| 100.0 * ((close - before) / before))
    };
    holes.chain(pairs.map(rate)).collect()
}
