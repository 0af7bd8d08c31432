use crate::figures::{Figures, Measured, Spread, ratio, spread};

const HEAD: &str = "\
| server | requests/s | MarketPulse ÷ it | p50 µs | p99 µs | CPU µs/request | MarketPulse ÷ it | wrk µs | memory MB |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
";

/// The case as Markdown: a line for each server, medians over the rounds.
pub(crate) fn table(measured: &Measured) -> String {
    let ours = &measured.servers[0].1;
    let lines: String =
        measured.servers.iter().map(|(name, rounds)| line(name, rounds, ours)).collect();
    let (size, requests) = (measured.size, measured.upstream_requests);
    format!("{HEAD}{lines}\n{size} bytes; requests to upstreams meanwhile: {requests}.")
}

fn line(name: &str, rounds: &[Figures], ours: &[Figures]) -> String {
    let median = |figure: fn(&Figures) -> f64| spread(rounds.iter().map(figure)).median;
    let beside = |figure: fn(&Figures) -> f64| {
        // The service beside itself is no news.
        if std::ptr::eq(rounds, ours) { String::new() } else { told(ratio(ours, rounds, figure)) }
    };
    format!(
        "| {name} | {:.0} | {} | {:.0} | {:.0} | {:.1} | {} | {:.1} | {:.1} |\n",
        median(|f| f.rate),
        beside(|f| f.rate),
        median(|f| f.p50),
        median(|f| f.p99),
        median(|f| f.busy),
        beside(|f| f.busy),
        median(|f| f.asking),
        median(|f| f.resident) / 1e6,
    )
}

fn told(spread: Spread) -> String {
    format!("{:.2} ({:.2} to {:.2})", spread.median, spread.least, spread.most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_stand_beside_the_service_and_it_beside_nobody() {
        let (p50, p99, asking, resident) = (100.0, 900.0, 7.0, 5e6);
        let round = |rate, busy| Figures { rate, p50, p99, busy, asking, resident };
        let measured = Measured {
            servers: vec![("ours", vec![round(90.0, 11.0)]), ("bare", vec![round(100.0, 10.0)])],
            upstream_requests: 3,
            size: 512,
        };
        let table = table(&measured);
        let lines = table.strip_prefix(HEAD).unwrap();
        assert_eq!(
            lines,
            "| ours | 90 |  | 100 | 900 | 11.0 |  | 7.0 | 5.0 |
| bare | 100 | 0.90 (0.90 to 0.90) | 100 | 900 | 10.0 | 1.10 (1.10 to 1.10) | 7.0 | 5.0 |

512 bytes; requests to upstreams meanwhile: 3."
        );
    }
}
