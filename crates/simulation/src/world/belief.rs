use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use market::{Action, ActionKind, Bar, Currency, Interval, Payment, Price, Trading};

use super::listing::Listing;
use super::story::{Lie, Story, What, moved};

/// What a source says of one instrument at an instant, if it is asked for all.
pub(crate) struct Belief {
    pub(crate) bars: Vec<Bar>,
    pub(crate) actions: Vec<Action>,
    pub(crate) unpriced: Vec<Date>,
    /// The day of trading that has begun last.
    pub(crate) day: Option<Trading>,
    /// What it says otherwise than it is.
    pub(crate) deviations: Vec<What>,
}

impl Belief {
    pub(crate) fn at(listing: &Listing, story: &Story, at: Timestamp, adjusts: bool) -> Self {
        let deviations: Vec<What> = story.at(at).collect();
        let begun = listing.days.partition_point(|day| day.open < at);
        let day = begun.checked_sub(1).map(|i| listing.days[i]);
        let today = day.map_or(Date::MIN, |day| day.date);
        let splits = splits(listing, &deviations, today);
        let dividends = dividends(listing, &deviations, today);
        let mut bars: BTreeMap<Date, Bar> = BTreeMap::new();
        for (i, day) in listing.days.iter().enumerate().take(begun) {
            bars.insert(day.date, true_bar(listing, i, day, at));
        }
        let mut belief =
            Self { bars: Vec::new(), actions: Vec::new(), unpriced: Vec::new(), day, deviations };
        belief.deviate(&mut bars);
        let factor = |date: Date, all: &[(Date, f64)]| -> f64 {
            all.iter().filter(|(ex, _)| *ex > date).map(|(_, ratio)| *ratio).product()
        };
        let scaled = |bar: Bar| {
            let factor = factor(bar.date, &listing.splits) / factor(bar.date, &splits);
            let by = |price: Price| Price::new(price.get() * factor).unwrap();
            let close = by(bar.close);
            let paid: f64 =
                dividends.iter().filter(|(ex, _)| *ex > bar.date).map(|(_, it)| 1.0 - it).product();
            let adj_close = adjusts.then(|| Price::new(close.get() * paid).unwrap());
            Bar {
                open: bar.open.map(by),
                high: bar.high.map(by),
                low: bar.low.map(by),
                close,
                adj_close,
                ..bar
            }
        };
        belief.bars = bars.into_values().map(scaled).collect();
        belief.actions = actions(&splits, &dividends, &belief.bars, listing.pays.as_ref());
        belief
    }

    /// How its price is wrong, if it is. Where a close is too, one might make up for the
    /// other.
    pub(crate) fn lie(&self) -> Option<Lie> {
        if self.deviations.iter().any(|what| matches!(what, What::Absurd(_))) {
            return None;
        }
        self.deviations.iter().find_map(|what| match what {
            What::False(lie) => Some(*lie),
            _ => None,
        })
    }

    fn deviate(&mut self, bars: &mut BTreeMap<Date, Bar>) {
        for what in self.deviations.clone() {
            match what {
                What::HolidayBar(date) => {
                    let last = bars.range(..date).next_back().map(|(_, bar)| *bar);
                    let open_time = date.at(9, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC).unwrap();
                    let open_time = open_time.timestamp();
                    let bar = last.map(|bar| Bar { date, open_time, provisional: false, ..bar });
                    bars.extend(bar.map(|bar| (date, bar)));
                }
                What::Withheld(date) => drop(bars.remove(&date)),
                What::NullRow(date) => {
                    self.unpriced.extend(bars.remove(&date).map(|_| date));
                }
                What::Wrong(date, factor) => {
                    let by = |price: Price| Price::new(price.get() * factor).unwrap();
                    bars.entry(date).and_modify(|bar| bar.close = by(bar.close));
                }
                What::Absurd(date) => {
                    let by = |price: Price| Price::new(price.get() * 100.0).unwrap();
                    bars.entry(date).and_modify(|bar| bar.close = by(bar.close));
                }
                What::Restamped(date, seconds) => {
                    let by = SignedDuration::from_secs(seconds);
                    bars.entry(date).and_modify(|bar| {
                        bar.open_time = bar.open_time.checked_add(by).unwrap();
                    });
                }
                _ => {}
            }
        }
    }

    /// The bars of an interval of a day or longer.
    pub(crate) fn bars_of(&self, interval: Interval, today: Date) -> Vec<Bar> {
        if interval == Interval::D1 {
            return self.bars.clone();
        }
        let mut longer: Vec<Bar> = Vec::new();
        for bar in &self.bars {
            let date = interval.first_date(bar.date);
            let provisional = date == interval.first_date(today);
            match longer.last_mut().filter(|last| last.date == date) {
                Some(last) => *last = with(*last, *bar, provisional),
                None => longer.push(Bar { date, provisional, ..*bar }),
            }
        }
        longer
    }
}

fn with(longer: Bar, bar: Bar, provisional: bool) -> Bar {
    let sum = longer.volume.zip(bar.volume).map(|(one, other)| one + other);
    Bar {
        high: outer(longer.high, bar.high, f64::max),
        low: outer(longer.low, bar.low, f64::min),
        close: bar.close,
        adj_close: bar.adj_close,
        volume: sum,
        provisional,
        ..longer
    }
}

fn outer(one: Option<Price>, other: Option<Price>, of: fn(f64, f64) -> f64) -> Option<Price> {
    Price::new(of(one?.get(), other?.get()))
}

/// A day's bar as it stands at an instant, in prices adjusted for all splits ever.
fn true_bar(listing: &Listing, i: usize, day: &Trading, at: Timestamp) -> Bar {
    let length = day.close.duration_since(day.open).as_secs_f64();
    // To the minute, as sources do.
    let passed = (at.duration_since(day.open).as_secs() / 60 * 60) as f64;
    let part = (passed / length).clamp(0.0, 1.0);
    let price = |part: f64| listing.price(i, part);
    let (open, close) = (price(0.0), price(part));
    let to = |price: f64| Price::new(price);
    Bar {
        open_time: day.open,
        date: day.date,
        open: to(open),
        high: to(open.max(close) * 1.002),
        low: to(open.min(close) * 0.998),
        close: to(close).unwrap(),
        adj_close: None,
        volume: Some(listing.volume(i, part)),
        provisional: at < day.close,
    }
}

fn splits(listing: &Listing, deviations: &[What], today: Date) -> Vec<(Date, f64)> {
    let is_untold = |date: Date| deviations.contains(&What::SplitUntold(date));
    let mut told: Vec<_> =
        listing.splits.iter().copied().filter(|(date, _)| !is_untold(*date)).collect();
    for what in deviations {
        if let What::FalseSplit(date, ratio) = what
            && told.iter().all(|(other, _)| other != date)
        {
            told.push((*date, *ratio));
        }
    }
    told.retain(|(date, _)| *date <= today);
    told.sort_by_key(|(date, _)| *date);
    told
}

fn dividends(listing: &Listing, deviations: &[What], today: Date) -> Vec<(Date, f64)> {
    let mut told = listing.dividends.clone();
    for what in deviations {
        match *what {
            What::DividendUntold(date) => told.retain(|(other, _)| *other != date),
            What::DividendMoved(date, by) => {
                let of = told.iter_mut().find(|(other, _)| *other == date);
                if let Some(dividend) = of {
                    dividend.0 = moved(date, by);
                }
            }
            What::FalseDividend(date, part) if told.iter().all(|(other, _)| *other != date) => {
                told.push((date, part));
            }
            _ => {}
        }
    }
    told.retain(|(date, _)| *date <= today);
    told.sort_by_key(|(date, _)| *date);
    told
}

/// As sources list them: what is paid is a part of the close before.
fn actions(
    splits: &[(Date, f64)],
    dividends: &[(Date, f64)],
    bars: &[Bar],
    pays: Option<&Currency>,
) -> Vec<Action> {
    let split = |(ex_date, ratio): &(Date, f64)| Action {
        ex_date: *ex_date,
        kind: ActionKind::Split { numerator: *ratio, denominator: 1.0 },
    };
    let paid = |(ex_date, part): &(Date, f64)| {
        let before = bars.iter().rev().find(|bar| bar.date < *ex_date)?;
        // To the cent, so that it does not move with corrections.
        let amount = (before.close.get() * part * 100.0).ceil() / 100.0;
        let payment = Payment { amount, currency: pays.cloned() };
        Some(Action { ex_date: *ex_date, kind: ActionKind::Dividend(payment) })
    };
    let mut all: Vec<Action> = splits.iter().map(split).collect();
    all.extend(dividends.iter().filter_map(paid));
    all.sort_by_key(|action| action.ex_date);
    all
}
