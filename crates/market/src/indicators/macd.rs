use super::Window;
use super::averages::exponential;

/// The line, its signal and the histogram.
pub(super) fn macd(closes: &[f64], [fast, slow, signal]: [Window; 3]) -> Vec<Vec<Option<f64>>> {
    let line = less(&exponential(closes, fast), &exponential(closes, slow));
    let known: Vec<f64> = line.iter().copied().flatten().collect();
    let holes = std::iter::repeat_n(None, line.len() - known.len());
    let signal: Vec<Option<f64>> = holes.chain(exponential(&known, signal)).collect();
    let histogram = less(&line, &signal);
    vec![line, signal, histogram]
}

fn less(from: &[Option<f64>], what: &[Option<f64>]) -> Vec<Option<f64>> {
    from.iter().zip(what).map(|(from, what)| Some((*from)? - (*what)?)).collect()
}
