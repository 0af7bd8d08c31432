use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use market::{Bar, HistoryQuery, Slot};

use super::lacks_many;
use crate::recorder::Applied;
use crate::upstream::of_span;
use crate::world::Belief;

/// The bars of an answer of an instant: what its source believed then, and what later
/// answers to other questions said of the same days. These are told although nobody asked
/// the question anew.
pub(super) fn due(
    belief: &Belief,
    question: &HistoryQuery,
    (truly, today): (Timestamp, Date),
    applied: &[Arc<Applied>],
) -> Vec<Bar> {
    let interval = question.interval;
    let believed = belief.bars_of(interval, today).into_iter();
    let mut bars: BTreeMap<Slot, Bar> =
        believed.map(|bar| (Slot::of(interval, &bar), bar)).collect();
    for later in applied.iter().filter(|it| it.truly > truly) {
        if !lacks_many(later, applied) {
            bars.retain(|slot, bar| !later.lacks(*slot) || later.unsaid.contains(&bar.date));
        }
        bars.extend(later.bars.range(..=Slot::of_date(interval, today)));
    }
    of_span(bars.into_values().collect(), question, today)
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use jiff::civil::date;
    use market::{Interval, Price, Span};

    use super::*;

    const NOON: Timestamp = Timestamp::constant(1_761_739_200, 0);

    fn bar((day, close): (i8, f64)) -> Bar {
        Bar {
            open_time: NOON,
            date: date(2025, 10, day),
            open: None,
            high: None,
            low: None,
            close: Price::new(close).unwrap(),
            adj_close: None,
            volume: None,
            provisional: false,
        }
    }

    fn question(from: i8, to: i8) -> HistoryQuery {
        let (from, to) = (date(2025, 10, from), date(2025, 10, to));
        let span = Span::Dates { from, to };
        HistoryQuery { symbol: "AAPL".parse().unwrap(), interval: Interval::D1, span, source: None }
    }

    fn answer(days: &[(i8, f64)], unsaid: &[i8], hours: i64) -> Arc<Applied> {
        let bars = days.iter().map(|it| bar(*it));
        let truly = NOON + SignedDuration::from_hours(hours);
        Arc::new(Applied {
            commit: 0,
            query: question(1, 29),
            received_at: truly,
            truly,
            bars: bars.map(|bar| (Slot::of(Interval::D1, &bar), bar)).collect(),
            unsaid: unsaid.iter().map(|day| date(2025, 10, *day)).collect(),
        })
    }

    /// Days and closes that are due of 20 to 24 October, asked for on the 29th.
    fn due_beside(applied: &[Arc<Applied>]) -> Vec<(i8, f64)> {
        let believed = [(20, 1.0), (21, 9.0), (23, 1.0), (24, 1.0)];
        let belief = Belief {
            bars: believed.map(bar).to_vec(),
            actions: Vec::new(),
            unpriced: Vec::new(),
            day: None,
            deviations: Vec::new(),
        };
        let found = due(&belief, &question(20, 24), (NOON, date(2025, 10, 29)), applied);
        found.iter().map(|bar| (bar.date.day(), bar.close.get())).collect()
    }

    #[test]
    fn what_another_answer_said_later_of_the_same_days_is_due() {
        let as_believed = [(20, 1.0), (21, 9.0), (23, 1.0), (24, 1.0)];
        let corrected = [(21, 2.0), (22, 2.0), (24, 1.0), (27, 1.0)];
        assert_eq!(due_beside(&[answer(&corrected, &[], -1)]), as_believed);
        let since = [(20, 1.0), (21, 2.0), (22, 2.0), (24, 1.0)];
        assert_eq!(due_beside(&[answer(&corrected, &[], 1)]), since);
        let unsaid = [(20, 1.0), (21, 2.0), (22, 2.0), (23, 1.0), (24, 1.0)];
        assert_eq!(due_beside(&[answer(&corrected, &[23], 1)]), unsaid);
    }
}
