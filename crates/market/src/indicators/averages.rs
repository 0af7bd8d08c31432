use super::Window;

pub(super) fn simple(values: &[f64], window: Window) -> Vec<Option<f64>> {
    over_windows(values, window, mean)
}

/// What `figure` makes of the latest values, at each place that has enough.
pub(super) fn over_windows(
    values: &[f64],
    window: Window,
    figure: impl Fn(&[f64]) -> f64,
) -> Vec<Option<f64>> {
    let holes = values.len().min(window.bars() - 1);
    let figures = values.windows(window.bars()).map(|latest| Some(figure(latest)));
    std::iter::repeat_n(None, holes).chain(figures).collect()
}

/// Counted from the first value, so that the mean of equal values is that value
/// to the last digit. Each window is summed afresh: a sum that is carried along
/// would keep the rounding of all that left it.
pub(super) fn mean(values: &[f64]) -> f64 {
    let sum: f64 = values.iter().map(|value| value - values[0]).sum();
    values[0] + sum / values.len() as f64
}

pub(super) fn exponential(values: &[f64], window: Window) -> Vec<Option<f64>> {
    smoothed(values, window, 2.0 / (window.bars() as f64 + 1.0))
}

/// Moves from the mean of the first values by the share `weight` towards each
/// later one.
pub(super) fn smoothed(values: &[f64], window: Window, weight: f64) -> Vec<Option<f64>> {
    let Some((first, later)) = values.split_at_checked(window.bars()) else {
        return vec![None; values.len()];
    };
    let begin = mean(first);
    let follow = later.iter().scan(begin, |latest, value| {
        *latest += weight * (value - *latest);
        Some(*latest)
    });
    let holes = std::iter::repeat_n(None, first.len() - 1);
    holes.chain(std::iter::once(begin).chain(follow).map(Some)).collect()
}
