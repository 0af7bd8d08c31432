/// What one server did in one round.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Figures {
    /// Requests per second.
    pub(crate) rate: f64,
    /// Half of the answers came within this, in microseconds.
    pub(crate) p50: f64,
    /// 99 of 100 answers did, in microseconds.
    pub(crate) p99: f64,
    /// The server's processor time for one request, in microseconds.
    pub(crate) busy: f64,
    /// wrk's own for one request, in microseconds.
    pub(crate) asking: f64,
    /// Resident memory after the round, in bytes.
    pub(crate) resident: f64,
}

/// The middle value and the extremes of some rounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) least: f64,
    pub(crate) most: f64,
}

/// How often `figure` of one server contains that of another, round by round:
/// what slows the machine for a whole round slows both.
pub(crate) fn ratio<F>(ours: &[F], theirs: &[F], figure: fn(&F) -> f64) -> Spread {
    let pairs = ours.iter().zip(theirs);
    spread(pairs.map(|(ours, theirs)| figure(ours) / figure(theirs)))
}

/// The spread of some values, of which there must be one at least.
pub(crate) fn spread(values: impl IntoIterator<Item = f64>) -> Spread {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let median = match values.len() % 2 {
        0 => f64::midpoint(values[middle - 1], values[middle]),
        _ => values[middle],
    };
    Spread { median, least: values[0], most: values[values.len() - 1] }
}

/// What was measured of one case: the rounds of each server, the service first.
pub(crate) struct Measured {
    pub(crate) servers: Vec<(&'static str, Vec<Figures>)>,
    /// Requests that upstreams received meanwhile.
    pub(crate) upstream_requests: usize,
    /// Of the answer as sent, in bytes.
    pub(crate) size: usize,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_of_an_even_number_lies_between_two() {
        assert_eq!(spread([4.0, 1.0, 2.5]), Spread { median: 2.5, least: 1.0, most: 4.0 });
        assert_eq!(spread([4.0, 1.0]), Spread { median: 2.5, least: 1.0, most: 4.0 });
    }

    #[test]
    fn ratios_are_of_the_same_round() {
        let nothing =
            Figures { rate: 0.0, p50: 0.0, p99: 0.0, busy: 0.0, asking: 0.0, resident: 0.0 };
        let round = |rate| Figures { rate, ..nothing };
        // The second round was slow for both: the ratio is 2 all the same.
        let found = ratio(&[round(8.0), round(2.0)], &[round(4.0), round(1.0)], |f| f.rate);
        assert_eq!(found, Spread { median: 2.0, least: 2.0, most: 2.0 });
    }
}
