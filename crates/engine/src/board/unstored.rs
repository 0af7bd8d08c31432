use std::collections::BTreeMap;

use jiff::Timestamp;
use market::{Shown, ShownFrom, Symbol};

/// What was shown and is not stored yet: of each second the last.
#[derive(Default)]
pub(super) struct Unstored {
    waiting: BTreeMap<Symbol, Vec<Waiting>>,
    /// How many have waited so far.
    count: u64,
}

struct Waiting {
    /// Its place in the order in which all were shown.
    place: u64,
    from: ShownFrom,
}

/// Since when it is not known what was shown, if `from` is all that is kept.
fn beginning(from: &ShownFrom) -> Timestamp {
    from.unkept_since.unwrap_or(from.at)
}

impl Unstored {
    /// Adds what is shown from an instant on. It takes the place of what was shown
    /// within the same second.
    pub(super) fn add(&mut self, shown: Shown, at: Timestamp) {
        let waiting = self.waiting.entry(shown.symbol.clone()).or_default();
        let is_of_this_second = |it: &mut Waiting| it.from.at.as_second() == at.as_second();
        let before = waiting.pop_if(is_of_this_second);
        let unkept_since = before.map(|it| beginning(&it.from));
        self.count += 1;
        let from = ShownFrom { shown, at, unkept_since };
        waiting.push(Waiting { place: self.count, from });
    }

    /// Whether any of these was shown by an instant and is not stored.
    pub(super) fn has_any(&self, symbols: &[Symbol], by: Timestamp) -> bool {
        let of = |symbol: &Symbol| self.waiting.get(symbol).and_then(|all| all.first());
        symbols.iter().filter_map(of).any(|it| beginning(&it.from) <= by)
    }

    /// All, in the order in which it was shown.
    pub(super) fn take(&mut self) -> Vec<ShownFrom> {
        let mut all: Vec<_> = std::mem::take(&mut self.waiting).into_values().flatten().collect();
        all.sort_by_key(|it| it.place);
        all.into_iter().map(|it| it.from).collect()
    }

    /// Takes back what could not be stored: of each instrument the last, so that
    /// what waits does not grow however long the store fails.
    pub(super) fn put_back(&mut self, all: Vec<ShownFrom>) {
        for from in all.into_iter().rev() {
            let waiting = self.waiting.entry(from.shown.symbol.clone()).or_default();
            let since = beginning(&from);
            match waiting.pop() {
                Some(last) => {
                    let kept = ShownFrom { unkept_since: Some(since), ..last.from };
                    *waiting = vec![Waiting { from: kept, ..last }];
                }
                None => waiting.push(Waiting { place: 0, from }),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use market::Showing;

    use super::*;

    fn shown(symbol: &str) -> Shown {
        let symbol = symbol.parse().unwrap();
        Shown { symbol, showing: Showing::MadeUp, rivals: Vec::new(), believed: None }
    }

    fn ms(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(ms).unwrap()
    }

    fn told(all: &[ShownFrom]) -> Vec<(&str, i64, Option<i64>)> {
        let told = |it: &ShownFrom| it.unkept_since.map(Timestamp::as_millisecond);
        let each = |it: &ShownFrom| (it.at.as_millisecond(), told(it));
        all.iter().map(|it| (it.shown.symbol.as_str(), each(it).0, each(it).1)).collect()
    }

    fn of(all: &[(&str, i64)]) -> Unstored {
        let mut unstored = Unstored::default();
        for (symbol, at) in all {
            unstored.add(shown(symbol), ms(*at));
        }
        unstored
    }

    #[test]
    fn of_each_second_the_last_is_kept_in_the_order_it_was_shown() {
        let mut unstored = of(&[("A", 100), ("B", 200), ("A", 900), ("A", 1_000), ("B", 1_500)]);
        let all = unstored.take();
        let expected =
            [("B", 200, None), ("A", 900, Some(100)), ("A", 1_000, None), ("B", 1_500, None)];
        assert_eq!(told(&all), expected);
        assert_eq!(unstored.take(), []);
    }

    #[test]
    fn what_was_shown_by_an_instant_waits_from_its_beginning_on() {
        let unstored = of(&[("A", 100), ("A", 900)]);
        let a = ["A".parse().unwrap()];
        assert!(unstored.has_any(&a, ms(100)) && !unstored.has_any(&a, ms(99)));
        assert!(!unstored.has_any(&["B".parse().unwrap()], ms(999)));
    }

    #[test]
    fn what_cannot_be_stored_waits_as_one() {
        let mut unstored = of(&[("A", 100), ("A", 5_000), ("B", 100)]);
        let all = unstored.take();
        unstored.add(shown("A"), ms(9_000));
        unstored.put_back(all);
        assert_eq!(told(&unstored.take()), [("B", 100, None), ("A", 9_000, Some(100))]);
    }
}
