use fastrand::Rng;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::listing::Listing;

/// Something that a source says other than it is, for a while.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum What {
    /// A bar on a day without trading.
    HolidayBar(Date),
    /// No bar of a day of trading, though it was or will be told.
    Withheld(Date),
    /// A row without a price.
    NullRow(Date),
    /// A close that is corrected later.
    Wrong(Date, f64),
    /// A close that its own range contradicts.
    Absurd(Date),
    /// A stamp so many seconds off.
    Restamped(Date, i64),
    /// A split that is told late.
    SplitUntold(Date),
    /// A split that never was.
    FalseSplit(Date, f64),
    /// A dividend on a wrong day, so many days off.
    DividendMoved(Date, i64),
    /// A dividend that is told late.
    DividendUntold(Date),
    /// A dividend that never was.
    FalseDividend(Date, f64),
    /// A price that is not the price.
    False(Lie),
}

/// How a price is wrong, and by which factor. Bars are not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Lie {
    /// The day's range and the previous close are right, and contradict it.
    Alone(f64),
    /// All of the answer is wrong, as in another unit.
    Whole(f64),
}

impl Lie {
    fn drawn(chance: &mut Rng) -> Self {
        let by = if chance.bool() { 100.0 } else { 0.01 };
        if chance.bool() { Self::Alone(by) } else { Self::Whole(by) }
    }
}

impl What {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::HolidayBar(_) => "holiday bar told",
            Self::Withheld(_) => "session's bar withheld",
            Self::NullRow(_) => "row without a price",
            Self::Wrong(..) => "close corrected later",
            Self::Absurd(_) => "close against its own range",
            Self::Restamped(..) => "bar restamped",
            Self::SplitUntold(_) => "split told late",
            Self::FalseSplit(..) => "split withdrawn",
            Self::DividendMoved(..) => "dividend moved",
            Self::DividendUntold(_) => "dividend told late",
            Self::FalseDividend(..) => "dividend withdrawn",
            Self::False(Lie::Alone(_)) => "price against its own answer",
            Self::False(Lie::Whole(_)) => "price in another unit",
        }
    }
}

/// When a source says something else.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Event {
    pub(crate) what: What,
    pub(crate) from: Timestamp,
    pub(crate) until: Timestamp,
}

/// All that one source says wrong of one instrument.
#[derive(Clone, Default)]
pub(crate) struct Story(Vec<Event>);

/// Which faults exist at all, by the order of [`Story::draw`]; one in so many days.
pub(crate) struct Faults([u32; KINDS]);

const KINDS: usize = 12;

/// The place of false prices.
const LIES: usize = 11;

/// Those about days of which there are few, by their place: they take about half of
/// these.
const RARE: [usize; 3] = [6, 8, 9];

impl Faults {
    /// Each seed has some of them, more or less often.
    pub(crate) fn drawn(chance: &mut Rng) -> Self {
        let mut all = [(); KINDS].map(|()| if chance.bool() { chance.u32(4..60) } else { 0 });
        for &kind in &RARE {
            all[kind] = all[kind].min(2);
        }
        Self(all)
    }
}

impl Story {
    pub(crate) fn drawn(
        chance: &mut Rng,
        of: &Listing,
        faults: &Faults,
        (start, healed): (Timestamp, Timestamp),
    ) -> Self {
        let mut events = Vec::new();
        if faults.0[LIES] > 0 && chance.u8(0..3) == 0 {
            events.push(Self::first_lie(chance, (start, healed)));
        }
        let days = of.days.iter().enumerate().filter(|(i, day)| {
            *i > 3 && day.close > start - SignedDuration::from_hours(24 * 40) && day.open < healed
        });
        for (i, _) in days {
            for (kind, one_in) in faults.0.iter().enumerate() {
                if *one_in > 0 && chance.u32(0..*one_in) == 0 {
                    events.extend(Self::draw(chance, of, (kind, i), (start, healed)));
                }
            }
        }
        Self(events)
    }

    /// The first that it says of the price is not true.
    fn first_lie(chance: &mut Rng, (start, healed): (Timestamp, Timestamp)) -> Event {
        let what = What::False(Lie::drawn(chance));
        let from = start - SignedDuration::from_hours(24);
        let until = start + SignedDuration::from_mins(chance.i64(5..2_000));
        Event { what, from, until: until.min(healed) }
    }

    /// One fault about one day.
    fn draw(
        chance: &mut Rng,
        of: &Listing,
        (kind, i): (usize, usize),
        (start, healed): (Timestamp, Timestamp),
    ) -> Option<Event> {
        let day = of.days[i];
        let is_ex = |all: &[(Date, f64)]| all.iter().any(|(date, _)| *date == day.date);
        let is_share = !of.dividends.is_empty() || !of.splits.is_empty();
        let what = match kind {
            0 => {
                let free = day.date.tomorrow().ok()?;
                (of.days.get(i + 1)?.date > free).then_some(What::HolidayBar(free))?
            }
            1 => What::Withheld(day.date),
            2 => What::NullRow(day.date),
            3 => What::Wrong(day.date, 1.0 + (chance.f64() - 0.5) * 0.04),
            4 => What::Absurd(day.date),
            5 => What::Restamped(day.date, chance.i64(-7_200..7_200)),
            6 if is_ex(&of.splits) => What::SplitUntold(day.date),
            7 if is_share && chance.u8(0..4) == 0 => What::FalseSplit(day.date, 2.0),
            8 if is_ex(&of.dividends) => What::DividendMoved(day.date, chance.i64(-3..=3)),
            9 if is_ex(&of.dividends) => What::DividendUntold(day.date),
            10 if is_share => What::FalseDividend(day.date, 0.01),
            LIES => What::False(Lie::drawn(chance)),
            _ => return None,
        };
        let begin = match what {
            What::SplitUntold(_) | What::DividendUntold(_) | What::DividendMoved(..) => day.open,
            What::HolidayBar(date) => of.days[i].open + since(day.date, date),
            _ => day.open + SignedDuration::from_mins(chance.i64(0..4_000)),
        };
        let from = begin.max(start - SignedDuration::from_hours(24));
        let until = from + SignedDuration::from_mins(chance.i64(5..5_000));
        let until = until.min(healed);
        (from < until).then_some(Event { what, from, until })
    }

    /// What is said otherwise at an instant.
    pub(crate) fn at(&self, at: Timestamp) -> impl Iterator<Item = What> + '_ {
        let now = self.0.iter().filter(move |event| event.from <= at && at < event.until);
        now.map(|event| event.what)
    }
}

fn since(one: Date, other: Date) -> SignedDuration {
    other.duration_since(one)
}

/// A date so many days off.
pub(crate) fn moved(date: Date, days: i64) -> Date {
    date + days.days()
}
