use super::figures::{Figures, Measured};
use super::held::Held;
use crate::figures::{Spread, ratio, spread};

const HEAD: &str = "\
| server | deliveries/s | lost | p50 ms | p99 ms | most ms | MarketPulse ÷ it, p99 | CPU µs/delivery | MarketPulse ÷ it | readers' µs |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
";

const HELD: &str = "\
| server | connections | idle KiB each | after a change of each symbol | lost | last after ms |
| --- | ---: | ---: | ---: | ---: | ---: |
";

/// A line for each server, medians over the rounds. Of each way the service's is
/// the first.
pub(crate) fn rounds(measured: &[Measured]) -> String {
    let lines: String = measured.chunk_by(|a, b| a.way == b.way).flat_map(one_way).collect();
    format!("{HEAD}{lines}")
}

fn one_way(measured: &[Measured]) -> impl Iterator<Item = String> {
    let ours = &measured[0].rounds;
    measured.iter().map(move |it| line(&it.title, &it.rounds, ours))
}

fn line(name: &str, rounds: &[Figures], ours: &[Figures]) -> String {
    let all = |figure: fn(&Figures) -> f64| spread(rounds.iter().map(figure));
    let beside = |figure: fn(&Figures) -> f64| {
        // The service beside itself is no news.
        if std::ptr::eq(rounds, ours) {
            String::new()
        } else {
            told(ratio(ours, rounds, figure), 1.0)
        }
    };
    format!(
        "| {name} | {:.0} | {:.0} | {:.1} | {} | {:.1} | {} | {} | {} | {:.1} |\n",
        all(|f| f.rate).median,
        rounds.iter().map(|f| f.lost).sum::<f64>(),
        all(|f| f.p50).median / 1e3,
        told(all(|f| f.p99), 1e3),
        all(|f| f.most).most / 1e3,
        beside(|f| f.p99),
        told(all(|f| f.busy), 1.0),
        beside(|f| f.busy),
        all(|f| f.reading).median,
    )
}

fn told(spread: Spread, unit: f64) -> String {
    let [median, least, most] = [spread.median, spread.least, spread.most].map(|it| it / unit);
    format!("{median:.2} ({least:.2} to {most:.2})")
}

/// A line for each server and way.
pub(crate) fn held(held: &[(String, Held)]) -> String {
    let line = |(name, held): &(String, Held)| {
        let [idle, told] = [held.idle, held.told].map(|bytes| bytes / 1024.0);
        let (connections, lost, most) = (held.connections, held.lost, f64::from(held.most) / 1e3);
        format!("| {name} | {connections} | {idle:.1} | {told:.1} | {lost} | {most:.0} |\n")
    };
    format!("{HELD}{}", held.iter().map(line).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stream::cut::Way;

    #[test]
    fn the_other_stands_beside_the_service_and_what_was_lost_is_added_up() {
        let round = |p99, busy, lost| Figures {
            rate: 1_000.0,
            lost,
            p50: 1_500.0,
            p99,
            most: p99 * 2.0,
            busy,
            reading: 2.0,
        };
        let lane =
            |title: &str, rounds| Measured { title: title.to_owned(), way: Way::Sse, rounds };
        let ours = lane("ours", vec![round(4_000.0, 5.0, 0.0), round(6_000.0, 7.0, 3.0)]);
        let theirs = lane("theirs", vec![round(8_000.0, 10.0, 0.0), round(12_000.0, 14.0, 0.0)]);
        let table = rounds(&[ours, theirs]);
        assert_eq!(
            table.strip_prefix(HEAD).unwrap(),
            "| ours | 1000 | 3 | 1.5 | 5.00 (4.00 to 6.00) | 12.0 |  | 6.00 (5.00 to 7.00) |  | 2.0 |
| theirs | 1000 | 0 | 1.5 | 10.00 (8.00 to 12.00) | 24.0 | 0.50 (0.50 to 0.50) | 12.00 (10.00 to 14.00) | 0.50 (0.50 to 0.50) | 2.0 |
"
        );
    }
}
